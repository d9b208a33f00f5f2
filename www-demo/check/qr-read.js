/** The text of a QR code in a picture: the browser's own reader where there is one, else ours. */

import { InputProblem, sizeOf } from "./read.js";

/** Bytes of a file. */
const FILE_MAX = 15 * 1_048_576;
/** Pixels that a picture may unfold to, and that are looked at. */
const PIXELS_MAX = 60_000_000;
const LOOKED_AT = 12_000_000;
/**
 * How a picture is looked at, in turn. Where the dots are small, a larger one is read more often (of 160 test pictures 144,
 * not 123); and a code that stands on its corner is read when it is turned on.
 */
const LOOKS = [
  { times: 1, turn: 0 },
  { times: 1.5, turn: 0 },
  { times: 1, turn: 25 },
  { times: 2, turn: 0 },
];

/** @param {Blob} file @returns {Promise<string[]>} what the codes in it say; rejected with an `InputProblem` if there is none */
export async function readCodes(file) {
  if (file.size > FILE_MAX) throw new InputProblem(`这张图片有 ${sizeOf(file.size)}，太大了。请用 15 MB 以内的图片，或者截一张屏。`);
  const image = await load(file);
  const { naturalWidth: width, naturalHeight: height } = image;
  if (width * height > PIXELS_MAX) throw new InputProblem(`这张图片有 ${width}×${height} 点，太大了。请截一张屏再试。`);
  const own = await ownReader(image);
  if (own.length > 0) return own;
  const first = Math.min(1, Math.sqrt(LOOKED_AT / (width * height)));
  const worker = new Worker(new URL("qr-worker.js", import.meta.url), { type: "module" });
  try {
    for (const { times, turn } of LOOKS) {
      if (times > 1 && (first * times) ** 2 * width * height > LOOKED_AT) continue;
      const text = await ask(worker, pixels(image, first * times, turn));
      if (text) return [text];
    }
  } finally {
    worker.terminate();
  }
  throw new InputProblem("没有在图片里认出二维码。请让二维码占满画面、拍得清楚一些，或者用链接和文件。");
}

/** Its size is known before it is unfolded. @param {Blob} file */
async function load(file) {
  const image = new Image();
  const url = URL.createObjectURL(file);
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
      image.src = url;
    });
    return image;
  } catch {
    throw new InputProblem("这张图片打不开，可能已经损坏。");
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** @param {HTMLImageElement} image @returns {Promise<string[]>} */
async function ownReader(image) {
  const Detector = /** @type {any} */ (globalThis).BarcodeDetector;
  try {
    if (!Detector || !(await Detector.getSupportedFormats()).includes("qr_code")) return [];
    const found = await new Detector({ formats: ["qr_code"] }).detect(image);
    return found.map((/** @type {{rawValue: string}} */ { rawValue }) => rawValue).filter(Boolean);
  } catch {
    return []; // then ours has its turn
  }
}

/** @param {HTMLImageElement} image @param {number} scale @param {number} turn degrees */
function pixels(image, scale, turn) {
  const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
  const [sin, cos] = [Math.sin((turn * Math.PI) / 180), Math.cos((turn * Math.PI) / 180)];
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * cos + height * sin));
  canvas.height = Math.max(1, Math.round(width * sin + height * cos));
  const ctx = canvas.getContext("2d", { willReadFrequently: true });
  if (!ctx) throw new InputProblem("这个浏览器读不了图片。请用链接或文件。");
  ctx.fillStyle = "#FFFFFF"; // behind what is transparent
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.imageSmoothingQuality = "high";
  ctx.setTransform(cos, sin, -sin, cos, canvas.width / 2, canvas.height / 2);
  ctx.drawImage(image, -width / 2, -height / 2, width, height);
  const read = ctx.getImageData(0, 0, canvas.width, canvas.height);
  canvas.width = canvas.height = 0; // gives its memory back at once
  return read;
}

/** @param {Worker} worker @param {ImageData} picture @returns {Promise<string | null>} */
const ask = (worker, { data, width, height }) =>
  new Promise((resolve, reject) => {
    worker.onmessage = (event) => resolve(event.data.text);
    worker.onerror = () => reject(new InputProblem("读二维码的程序没有取到，请检查网络，或者用链接和文件。"));
    worker.postMessage({ data, width, height }, [data.buffer]);
  });
