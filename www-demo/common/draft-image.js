/** Which pictures a prize may have: those that the server takes, and those on their way to it. */

/** Bytes of a picture that is uploaded. */
export const IMAGE_BYTES_MAX = 48_000;
const ADDRESS_MAX = 1000;
const DATA = /^data:image\/(?:png|jpeg|webp);base64,([A-Za-z0-9+/]+)(={0,2})$/;

/** A picture that still has to be uploaded. @param {string} image */
export const isUnsent = (image) => image.startsWith("data:");

/** What is wrong with a picture, in words; empty if nothing. @param {string} image */
export function imageProblem(image) {
  if (image === "") return "";
  if (!isUnsent(image)) return image.length <= ADDRESS_MAX && isAddress(image) ? "" : `请填 http(s) 网址或路径，最多 ${ADDRESS_MAX} 个字符`;
  const [, digits = ""] = DATA.exec(image) || [];
  if (digits === "") return "只能用 PNG、JPEG 或 WebP 图片";
  return Math.floor((digits.length * 3) / 4) > IMAGE_BYTES_MAX ? "图片太大，最多 48 KB" : "";
}

/** An address with `http` or `https`, or a path on the server: nothing that a page would run. @param {string} text */
function isAddress(text) {
  if (/[\s\\"<>]/.test(text) || Array.from(text).some((letter) => letter < " " || (letter >= "\u007f" && letter < "\u00a0"))) return false;
  const before = /^[^/?#]*/.exec(text)?.[0] || "";
  if (before.endsWith(":")) return /^https?:\/\/./i.test(text);
  // `//host/…` would be an address.
  return !before.includes(":") && !text.startsWith("//");
}
