/** What the tests look at, and what the parts of the harness share: `__mp` in the browser. */

export const app = globalThis.__app;
/** What the test asked for. @type {{env: Record<string, unknown>, wasm: string}} */
export const phone = globalThis.__phone ?? { env: {}, wasm: "" };

export const mp = {
  isReady: false,
  /** @type {string[]} */
  errors: [],
  /** Calls of `wx`, with what can be shown of their options. @type {{name: string, given: unknown}[]} */
  calls: [],
  /** Open pages, the one on top last. @type {any[]} */
  stack: [],
  current: () => mp.stack[mp.stack.length - 1],
};
globalThis.__mp = mp;

/** @param {string} where @param {any} error */
export function report(where, error) {
  mp.errors.push(`${where}: ${error?.stack ?? error?.errMsg ?? error}`);
}

globalThis.addEventListener("error", (event) => report("uncaught", event.error ?? event.message));
globalThis.addEventListener("unhandledrejection", (event) => {
  report("unhandled rejection", event.reason);
  event.preventDefault();
});

/** Calls a function of the app; what it throws is kept for the test. */
export function guard(where, action, self, ...given) {
  try {
    return action?.apply(self, given);
  } catch (error) {
    report(where, error);
  }
}
