/** What was started is ended when the tests of a file are over, whatever became of them. */

import { after } from "node:test";

/** @type {(() => unknown)[]} */
const ends = [];

/** @param {() => unknown} end */
export const cleanUp = (end) => ends.push(end);

after(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, () => {
    // The first part of each end happens at once: processes are told to go.
    for (const end of ends.splice(0).reverse()) end();
    setTimeout(() => process.exit(1), 500);
  });
}
