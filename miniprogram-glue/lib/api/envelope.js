/** What the server answers, taken out of its envelope. */

import { ApiError } from "../../../www-demo/common/api-error.js";
import { TOO_LARGE } from "./words.js";

/**
 * @param {import('./request.js').Raw} raw
 * @returns {any} the data
 * @throws {ApiError}
 */
export function unwrap({ status, text }) {
  if (status === 413) throw new ApiError("refused", 413, TOO_LARGE);
  let envelope;
  try {
    envelope = JSON.parse(text);
  } catch {
    throw new ApiError(status >= 500 ? "server" : "not_json", 0, "");
  }
  if (!envelope || typeof envelope.code !== "number") throw new ApiError(status >= 500 ? "server" : "not_json", 0, "");
  const { code, data = null } = envelope;
  const message = [envelope.message, envelope.msg].find((one) => typeof one === "string") || "";
  if (status === 200 && code === 0) return data;
  if (code === 401) throw new ApiError("expired", code, message, data);
  throw new ApiError(status === 200 ? "refused" : "server", code, status === 200 ? message : "", data);
}

/** Fields that hold the address of a picture. */
const PICTURES = new Set(["image_url", "receipt_image", "thumbnail_url", "image", "product_image", "avatar"]);

/**
 * Pictures in the server's own storage have addresses relative to it; a phone needs whole ones.
 * @param {any} data is changed @param {string} baseUrl
 */
export function withWholePictures(data, baseUrl) {
  if (Array.isArray(data)) for (const one of data) withWholePictures(one, baseUrl);
  else if (data && typeof data === "object") {
    for (const key of Object.keys(data)) {
      const value = data[key];
      if (typeof value === "string" && PICTURES.has(key) && /^\/(?!\/)/.test(value)) data[key] = baseUrl + value;
      else withWholePictures(value, baseUrl);
    }
  }
  return data;
}

/** The way back, for a form that puts back what it showed: a product, or a wheel with its prizes. @param {any} data @param {string} baseUrl @returns {any} */
export function withOwnPictures(data, baseUrl) {
  const { image, prizes } = data;
  if (Array.isArray(prizes)) return { ...data, prizes: prizes.map((prize) => withOwnPictures(prize, baseUrl)) };
  return typeof image === "string" && image.startsWith(`${baseUrl}/`) ? { ...data, image: image.slice(baseUrl.length) } : data;
}
