/** A picture from a file, made small enough for a sector: no more than 256 pixels each way, and 40 KB. */

import { FileProblem } from "./file-problem.js";
import { sizeOf } from "./picture-size.js";

const FILE_MAX = 10 * 1024 * 1024;
/** Pixels: as much as a good camera makes. Decoded, each takes four bytes. */
const PIXELS_MAX = 50_000_000;
const BYTES_MAX = 40 * 1024;
const SIDES = [256, 208, 168, 128, 96, 64];
/** What a photograph loses before it is made smaller. */
const QUALITIES = [0.9, 0.78, 0.62];
/** A camera's own notes, with a small picture in them, come before the size. */
const HEAD = 512 * 1024;

const NO_PICTURE = "读不出图片：请用 PNG、JPEG、WebP 或 GIF";

/**
 * @param {File} file
 * @returns {Promise<string>} a data URL of PNG or WebP
 * @throws {FileProblem}
 */
export async function pictureFrom(file) {
  const problem = (/** @type {string} */ words) => new FileProblem("image", `“${file.name}”${words}`);
  if (file.size > FILE_MAX) throw problem(`有 ${(file.size / 1024 / 1024).toFixed(1)} MB，最多 10 MB`);
  if (file.size === 0) throw problem("是空的");
  const size = sizeOf(new DataView(await file.slice(0, HEAD).arrayBuffer()));
  if (!size) throw problem(NO_PICTURE);
  if (size.width * size.height > PIXELS_MAX) throw problem(`有 ${size.width} × ${size.height} 像素，太大了，请先缩小到 5,000 万像素以内`);
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) throw problem("坏了，或者不完整，读不出来");
  try {
    for (const side of SIDES) {
      const fitting = await encoded(bitmap, side);
      if (fitting) return await dataUrl(fitting);
    }
  } finally {
    bitmap.close();
  }
  throw problem("压不到 40 KB 以内，请换一张简单些的");
}

/** @param {ImageBitmap} bitmap @param {number} side @returns {Promise<Blob | null>} null if it stays too large */
async function encoded(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((length) => Math.max(1, Math.round(length * scale)));
  const small = await createImageBitmap(bitmap, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d")?.drawImage(small, 0, 0);
  small.close();
  const lossless = await blobOf(canvas, "image/png");
  if (lossless && lossless.size <= BYTES_MAX) return lossless;
  for (const quality of QUALITIES) {
    const blob = await blobOf(canvas, "image/webp", quality);
    // A browser that can't write WebP gives PNG again.
    if (blob?.type !== "image/webp") return null;
    if (blob.size <= BYTES_MAX) return blob;
  }
  return null;
}

/** @param {HTMLCanvasElement} canvas @param {string} type @param {number} [quality] @returns {Promise<Blob | null>} */
const blobOf = (canvas, type, quality) => new Promise((resolve) => canvas.toBlob(resolve, type, quality));

/** @param {Blob} blob @returns {Promise<string>} */
function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
