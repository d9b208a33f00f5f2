/** What the tests use. */

export { compileApp } from "./compile/app.mjs";
export { APP, GLUE, packages, ROOT } from "./paths.mjs";
export { openPhone } from "./open-phone.mjs";
export { openSandbox } from "./sandbox.mjs";
export { CODE, startServer } from "./server.mjs";
export { until } from "./wait.mjs";
