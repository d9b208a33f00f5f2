/** Pictures: choosing, looking at, drawing. */

import { ask } from "../dialog.js";
import { asCanvas } from "../query.js";
import { mp } from "../state.js";
import { callback } from "./callback.js";

/** What the next choice gives. @type {Blob[]} */
let chosen = [];
mp.choose = (pictures, type) => {
  chosen = pictures.map((text) => new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], { type }));
};

const take = (count) => {
  const taken = chosen.splice(0, count);
  if (!taken.length) throw new Error("cancel");
  return taken.map((picture) => ({ path: URL.createObjectURL(picture), size: picture.size }));
};

const sizeOf = (path) =>
  new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve({ width: image.naturalWidth, height: image.naturalHeight });
    image.onerror = () => reject(new Error(`cannot read ${path}`));
    image.src = path;
  });

export const media = {
  chooseMedia: callback("chooseMedia", ({ count = 9 }) => ({ type: "image", tempFiles: take(count).map(({ path, size }) => ({ tempFilePath: path, size, fileType: "image" })) })),
  chooseImage: callback("chooseImage", ({ count = 9 }) => {
    const tempFiles = take(count);
    return { tempFiles, tempFilePaths: tempFiles.map(({ path }) => path) };
  }),
  compressImage: callback("compressImage", ({ src }) => ({ tempFilePath: src })),
  getImageInfo: callback("getImageInfo", async ({ src }) => ({ ...(await sizeOf(src)), path: src, orientation: "up", type: "png" })),
  previewImage: callback("previewImage", async ({ urls, current }) => {
    const image = document.createElement("img");
    image.src = current ?? urls[0];
    image.style.width = "100%";
    ask({ field: image, answers: ["关闭"] });
  }),
  saveImageToPhotosAlbum: callback("saveImageToPhotosAlbum", () => {}),
  saveFile: callback("saveFile", ({ tempFilePath }) => ({ savedFilePath: tempFilePath })),
  openDocument: callback("openDocument", () => {}),
  shareFileMessage: callback("shareFileMessage", () => {}),
  createOffscreenCanvas: ({ width = 300, height = 150 } = {}) => asCanvas(Object.assign(document.createElement("canvas"), { width, height })),
  canvasToTempFilePath: callback("canvasToTempFilePath", ({ canvas, fileType = "png" }) => new Promise((resolve) => canvas.toBlob((made) => resolve({ tempFilePath: URL.createObjectURL(made) }), `image/${fileType}`))),
  getFileSystemManager: () => files,
};

/** Files in memory, under the paths that an app gives them. @type {Map<string, string | ArrayBuffer>} */
const kept = new Map();
const files = {
  writeFile: callback("writeFile", ({ filePath, data }) => void kept.set(filePath, data)),
  writeFileSync: (filePath, data) => void kept.set(filePath, data),
  readFile: callback("readFile", async ({ filePath, encoding, position = 0, length }) => {
    if (!filePath.startsWith("blob:")) return { data: files.readFileSync(filePath) };
    // One that was downloaded or chosen.
    const whole = await (await fetch(filePath)).blob();
    const file = whole.slice(position, length === undefined ? whole.size : position + length);
    return { data: encoding ? await file.text() : await file.arrayBuffer() };
  }),
  readFileSync(filePath) {
    if (!kept.has(filePath)) throw new Error(`no such file ${filePath}`);
    return kept.get(filePath);
  },
  unlink: callback("unlink", ({ filePath }) => void kept.delete(filePath)),
  accessSync: (filePath) => files.readFileSync(filePath),
};
