/** Sending in a photo of a receipt. It has no request id: the server knows the picture itself when it comes again. */

import { upload } from "./request.js";

/** A phone on a bad network takes long for a photo, in milliseconds. */
const TIMEOUT_MS = 120_000;

/**
 * @typedef {object} Photo
 * @property {string} filePath
 * @property {string | number | null} [amount] yuan, if the diner gave it
 * @property {(percent: number) => void} [onProgress] 0..=100
 * @property {(task: {abort(): void}) => void} [onTask] told at each attempt; `abort` gives the upload up
 */

/** @param {{call: import('./caller.js').Call, host: import('../host.js').Host, baseUrl: string}} parts */
export function photoCalls({ call, host, baseUrl }) {
  /** Photos that may have arrived although no answer came. @type {Set<string>} */
  const maybeArrived = new Set();
  const url = `${baseUrl}/api/photo/upload`;

  const records = (/** @type {{status?: string, page?: number, size?: number} | undefined} */ query) =>
    call({ method: "GET", path: "/api/photo/records", query });

  /** @param {Photo} photo @returns {Promise<any>} `is_repeated` if it had arrived the time before */
  async function send({ filePath, amount, onProgress, onTask }) {
    /** @type {Record<string, string>} */
    const formData = amount === undefined || amount === null || amount === "" ? {} : { amount: String(amount) };
    try {
      const data = await call({
        method: "POST",
        path: "/api/photo/upload",
        photo: { filePath, formData },
        isKnownAgain: true,
        send: (header) => upload(host, TIMEOUT_MS, { url, header, filePath, formData, onProgress, onTask }),
        rescue: ({ code, data }, wasUnanswered) => {
          const isSame = code === 409 && typeof data?.upload_id === "string";
          return isSame && (wasUnanswered || maybeArrived.has(filePath)) ? { ...data, is_repeated: true } : null;
        },
      });
      maybeArrived.delete(filePath);
      return data.is_repeated ? await found(data.upload_id) : data;
    } catch (error) {
      if (/** @type {any} */ (error).isUnknown) maybeArrived.add(filePath);
      throw error;
    }
  }

  /** What the first answer would have said, as far as it can be had. @param {string} upload_id */
  async function found(upload_id) {
    const page = await records({ size: 20 }).catch(() => null);
    const record = page?.records?.find((/** @type {any} */ one) => one.upload_id === upload_id) || {};
    const { image_url = null, estimated_amount = null, status = "pending", created_at = null } = record;
    return { upload_id, image_url, estimated_amount, review_status: status, status, created_at, is_repeated: true };
  }

  return { upload: send, records };
}
