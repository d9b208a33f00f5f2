/** One request to the server: `wx.request` or `wx.uploadFile` as a promise of status and text. */

import { ApiError } from "../../../www-demo/common/api-error.js";

/**
 * @typedef {{status: number, text: string}} Raw
 * @typedef {{url: string, method: string, header: Record<string, string>, body?: unknown}} Ask
 * @typedef {{url: string, header: Record<string, string>, filePath: string, formData: Record<string, string>,
 *   onProgress?: (percent: number) => void, onTask?: (task: {abort(): void}) => void}} Upload
 */

/** WeChat's own words say which failure it was. @param {{errMsg?: string, errno?: number}} failure */
function failureOf({ errMsg = "", errno }) {
  if (/abort/i.test(errMsg)) return new ApiError("refused", 0, "已取消"); // by the person, so it is not tried again
  return new ApiError(errno === 5 || /time ?out/i.test(errMsg) ? "timeout" : "network", 0, "");
}

/**
 * Calls `start` with the callbacks of a WeChat request. If none of them is called in time the request is given up:
 * WeChat's own timeout does not count while it waits for a free connection.
 * @param {import('../host.js').Host} host @param {number} timeoutMs
 * @param {(callbacks: {success: (answer: any) => void, fail: (failure: any) => void, timeout: number}) => any} start
 * @returns {Promise<any>}
 */
export function inTime(host, timeoutMs, start) {
  return new Promise((resolve, reject) => {
    /** @type {any} */
    let task = null;
    const timer = host.setTimeout(() => {
      reject(new ApiError("timeout", 0, ""));
      task?.abort?.();
    }, timeoutMs);
    const done = (/** @type {() => void} */ then) => {
      host.clearTimeout(timer);
      then();
    };
    try {
      task = start({
        success: (answer) => done(() => resolve(answer)),
        fail: (failure) => done(() => reject(failureOf(failure || {}))),
        timeout: timeoutMs,
      });
    } catch (error) {
      done(() => reject(error));
    }
  });
}

/** Some hosts parse JSON although text was asked for. @param {unknown} data */
const textOf = (data) => (typeof data === "string" ? data : JSON.stringify(data));

/**
 * @param {import('../host.js').Host} host @param {number} timeoutMs @param {Ask} ask
 * @returns {Promise<Raw>} rejected with an ApiError if there is no answer
 */
export async function request(host, timeoutMs, { url, method, header, body }) {
  const data = body === undefined ? undefined : JSON.stringify(body);
  const answer = await inTime(host, timeoutMs, (callbacks) =>
    host.wx.request({ url, method, header, data, dataType: "text", responseType: "text", ...callbacks }),
  );
  return { status: answer.statusCode, text: textOf(answer.data) };
}

/**
 * @param {import('../host.js').Host} host @param {number} timeoutMs @param {Upload} ask
 * @returns {Promise<Raw>} rejected with an ApiError if there is no answer
 */
export async function upload(host, timeoutMs, { url, header, filePath, formData, onProgress, onTask }) {
  const answer = await inTime(host, timeoutMs, (callbacks) => {
    const task = host.wx.uploadFile({ url, header, filePath, name: "image", formData, ...callbacks });
    if (onTask && task) onTask(task);
    if (onProgress) task?.onProgressUpdate?.((/** @type {{progress: number}} */ { progress }) => onProgress(progress));
    return task;
  });
  return { status: answer.statusCode, text: textOf(answer.data) };
}
