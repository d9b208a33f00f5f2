/** A JSON text carried by a link: deflated where the browser can, then base64url. */

/** @typedef {"broken" | "too_long" | "not_supported"} Reason */

/** @type {Record<Reason, string>} */
const WORDS = {
  broken: "链接里的内容不完整，可能复制时少了一截。",
  too_long: "链接里的内容太长了。",
  not_supported: "这个浏览器太旧，读不了压缩过的链接。请换一个浏览器，或者用文件。",
};

/** Why a link cannot be read, in words. */
export class LinkProblem extends Error {
  /** @param {Reason} reason */
  constructor(reason) {
    super(WORDS[reason]);
    this.name = "LinkProblem";
    this.reason = reason;
  }
}

/**
 * @param {string} text JSON: an object or a list
 * @returns {Promise<string>} letters, digits, `-` and `_`
 */
export async function packLink(text) {
  const bytes = new TextEncoder().encode(text);
  const deflater = streamOf(() => new CompressionStream("deflate-raw"));
  if (!deflater) return toBase64(bytes); // longer, and as good
  return toBase64(await read(bytes, deflater, Number.POSITIVE_INFINITY));
}

/**
 * @param {string} packed as `packLink` made it, or plain base64url of the text
 * @param {number} maxBytes of the text: a short link can unfold to gigabytes
 * @returns {Promise<string>} rejected with a `LinkProblem`
 */
export async function unpackLink(packed, maxBytes) {
  if (packed.length > 2 * maxBytes) throw new LinkProblem("too_long");
  const bytes = fromBase64(packed);
  if (isPlain(bytes)) return toText(bytes, maxBytes);
  const inflater = streamOf(() => new DecompressionStream("deflate-raw"));
  if (!inflater) throw new LinkProblem("not_supported");
  return toText(await read(bytes, inflater, maxBytes), maxBytes);
}

/** Begins with `{` or `[`. No deflated JSON does: as its first byte they would stand for a text that is none. @param {Uint8Array} bytes */
const isPlain = ([first]) => first === 0x7b || first === 0x5b;

/** @template T @param {() => T} make @returns {T | null} null where the browser has no such stream */
function streamOf(make) {
  try {
    return make();
  } catch {
    return null;
  }
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {CompressionStream | DecompressionStream} through @param {number} maxBytes */
async function read(bytes, through, maxBytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(through).getReader();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => Promise.reject(new LinkProblem("broken")));
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      reader.cancel().catch(() => {}); // it is not wanted any more, whatever becomes of it
      throw new LinkProblem("too_long");
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** @param {Uint8Array} bytes @param {number} maxBytes */
function toText(bytes, maxBytes) {
  if (bytes.length > maxBytes) throw new LinkProblem("too_long");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new LinkProblem("broken");
  }
}

/** @param {Uint8Array} bytes */
function toBase64(bytes) {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {string} text */
function fromBase64(text) {
  if (!/^[\w-]+={0,2}$/.test(text)) throw new LinkProblem("broken");
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/").replaceAll("=", "")), (char) => char.charCodeAt(0));
  } catch {
    throw new LinkProblem("broken");
  }
}
