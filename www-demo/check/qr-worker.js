/** Reads QR codes beside the page, which goes on meanwhile. */

import { decodeQR } from "../vendor/qr/decode.js";

/** Patience with one picture, in milliseconds. */
const LIMIT_MS = 4000;

addEventListener("message", ({ data }) => {
  try {
    postMessage({ text: decodeQR(data, { effort: Number.POSITIVE_INFINITY, timeLimit: LIMIT_MS }) });
  } catch {
    postMessage({ text: null });
  }
});
