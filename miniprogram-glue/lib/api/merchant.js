/** The merchants' calls. */

import { ApiError } from "../../../www-demo/common/api-error.js";
import { queryOf } from "./caller.js";
import { withOwnPictures } from "./envelope.js";
import { inTime } from "./request.js";

/** @typedef {{page?: number, size?: number}} Page */

/** A file of a year's records takes long, in milliseconds. */
const EXPORT_TIMEOUT_MS = 300_000;
const BRACE = 0x7b;

/** @param {{call: import('./caller.js').Call, host: import('../host.js').Host, baseUrl: string}} parts */
export function merchantCalls({ call, host, baseUrl }) {
  const get = (/** @type {string} */ path, /** @type {any} */ query) => call({ method: "GET", path: `/api/merchant/${path}`, query });
  const move = (/** @type {string} */ method, /** @type {string} */ path, /** @type {any} */ body) =>
    call({ method, path: `/api/merchant/${path}`, body, isMoving: true });

  /** Needs the bearer: `exportFile` downloads it. @param {{kind: string, start?: string, end?: string}} query */
  const exportUrl = (query) => `${baseUrl}/api/merchant/export${queryOf(query)}`;

  return {
    /** @param {{store_name: string, business_license: string, contact_person: string, contact_phone: string}} body */
    apply: (body) => call({ method: "POST", path: "/api/merchant/apply", body, isOnce: true }),
    application: () => get("apply", undefined),
    statistics: () => get("statistics", undefined),

    /** @param {Page} [query] */
    pendingReviews: (query) => get("pending-reviews", query),
    /** @param {{upload_id: string, action: "approve" | "reject", points_awarded?: number, review_reason?: string, amount?: number}} body */
    review: (body) => move("POST", "review", body),
    /** @param {{upload_ids: string[], action: "approve" | "reject", review_reason?: string}} body */
    batchReview: (body) => move("POST", "batch-review", body),

    /** @param {Page & {category?: string, status?: string, search?: string, sort?: string}} [query] */
    products: (query) => get("products", query),
    /** @param {any} product */
    createProduct: (product) => move("POST", "products", withOwnPictures(product, baseUrl)),
    /** @param {number} id @param {any} changes */
    updateProduct: (id, changes) => move("PUT", `products/${id}`, withOwnPictures(changes, baseUrl)),
    /** @param {number} id */
    deleteProduct: (id) => call({ method: "DELETE", path: `/api/merchant/products/${id}` }),
    /** @param {{ids: number[], updates: any}} body */
    batchUpdateProducts: (body) => move("POST", "products/batch-update", body),
    /** @param {{ids: number[]}} body */
    batchDeleteProducts: (body) => move("POST", "products/batch-delete", body),

    lotteryConfig: () => get("lottery/config", undefined),
    /** @param {any} wheel */
    publishLottery: (wheel) => move("PUT", "lottery/config", withOwnPictures(wheel, baseUrl)),

    /** @param {Page & {status?: string}} [query] */
    orders: (query) => get("exchange/records", query),
    /** @param {string} orderId @param {"shipped" | "completed" | "cancelled"} status */
    orderStatus: (orderId, status) => move("POST", `exchange/${encodeURIComponent(orderId)}/status`, { status }),

    exportUrl,
    /**
     * @param {{kind: "reviews" | "draws" | "exchanges" | "points", start?: string, end?: string}} query
     * @returns {Promise<{filePath: string}>} a CSV file that WeChat keeps for the moment
     */
    exportFile: (query) =>
      call({
        method: "GET",
        path: "/api/merchant/export",
        send: (header) => download(host, exportUrl(query), header),
      }),
  };
}

/**
 * The file, or the refusal that came in its place.
 * @param {import('../host.js').Host} host @param {string} url @param {Record<string, string>} header
 * @returns {Promise<import('./request.js').Raw>}
 */
async function download(host, url, header) {
  const { statusCode, tempFilePath } = await inTime(host, EXPORT_TIMEOUT_MS, (callbacks) => host.wx.downloadFile({ url, header, ...callbacks }));
  // A file begins with a byte order mark, a refusal with a brace. A year's records are not read for that.
  const isFile = statusCode === 200 && new Uint8Array(await read(host, { filePath: tempFilePath, position: 0, length: 1 }))[0] !== BRACE;
  if (isFile) return { status: 200, text: JSON.stringify({ code: 0, data: { filePath: tempFilePath } }) };
  return { status: statusCode, text: await read(host, { filePath: tempFilePath, encoding: "utf8" }) };
}

/** @param {import('../host.js').Host} host @param {{filePath: string, encoding?: string, position?: number, length?: number}} what @returns {Promise<any>} */
function read({ wx }, what) {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new ApiError("not_json", 0, ""));
    const success = (/** @type {{data: any}} */ { data }) => resolve(data);
    wx.getFileSystemManager().readFile({ ...what, success, fail });
  });
}
