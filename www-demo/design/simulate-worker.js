/** Draws millions of times beside the page, with the same core as everywhere. */

import { loadCore } from "../core.js";
import { simulateInSlices } from "./slices.js";

const core = loadCore(new URL("../core/", import.meta.url).href);

addEventListener("message", async ({ data }) => {
  try {
    await simulateInSlices(await core, data, (progress) => postMessage(progress));
  } catch (error) {
    postMessage({ failed: error instanceof Error ? error.message : String(error) });
  }
});
