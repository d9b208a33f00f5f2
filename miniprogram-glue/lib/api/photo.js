/** Sending in a photo of a receipt. It has no request id: the server knows the picture itself when it comes again. */

import { ApiError } from "../../../www-demo/common/api-error.js";
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
  /** Photos that may have arrived although no answer came, each with its amount at that time. @type {Map<string, string>} */
  const maybeArrived = new Map();
  const url = `${baseUrl}/api/photo/upload`;

  const records = (/** @type {{status?: string, page?: number, size?: number} | undefined} */ query) =>
    call({ method: "GET", path: "/api/photo/records", query });

  /**
   * @param {Photo} photo
   * @returns {Promise<any>} `is_repeated` if it had arrived the time before; if that was with another amount, it is refused (409)
   * with `data.first_amount`
   */
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
      const first = maybeArrived.get(filePath);
      maybeArrived.delete(filePath);
      return data.is_repeated ? await arrived(data.upload_id, formData.amount || "", first) : data;
    } catch (error) {
      if (/** @type {any} */ (error).isUnknown && !maybeArrived.has(filePath)) maybeArrived.set(filePath, formData.amount || "");
      throw error;
    }
  }

  /** @param {string} upload_id @param {string} amount as sent now @param {string | undefined} first as sent before */
  async function arrived(upload_id, amount, first) {
    const { amount: noted, ...data } = await found(upload_id);
    const isThis = noted !== undefined && noted === (amount === "" ? null : Number(amount));
    if (first === undefined || first === amount || isThis) return data;
    const words = `照片之前已经传到，记下的${noted === undefined ? "可能" : ""}是当时的金额（${first === "" ? "没有填" : `${first} 元`}），不是新填的。店员会看着照片核对金额。`;
    throw new ApiError("refused", 409, words, { upload_id, first_amount: first });
  }

  /** What the first answer would have said, as far as it can be had. @param {string} upload_id */
  async function found(upload_id) {
    const page = await records({ size: 20 }).catch(() => null);
    const record = page?.records?.find((/** @type {any} */ one) => one.upload_id === upload_id) || {};
    const { image_url = null, estimated_amount = null, status = "pending", created_at = null, amount } = record;
    return { amount, upload_id, image_url, estimated_amount, review_status: status, status, created_at, is_repeated: true };
  }

  return { upload: send, records };
}
