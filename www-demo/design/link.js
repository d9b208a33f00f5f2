/**
 * A design in a link: after the `#`, which browsers send to no server. Compressed where the browser can; pictures that are not uploaded
 * stay out, for a link has no room for them.
 */

import { isUnsent } from "../common/draft-image.js";
import { FileProblem } from "./file-problem.js";
import { importDesign } from "./import-design.js";
import { written } from "./write-design.js";

const MARK = "#draft=";
/** Bytes of JSON. The largest design without pictures has about 100 KB. */
const PLAIN_MAX = 256 * 1024;
/** Letters of the link: as much, written in base64. */
const LINK_MAX = 352 * 1024;

/** Whether there is such a link in it, also among words, as it is sent in a chat. @param {string} text */
export const isLink = (text) => text.includes(MARK);

/**
 * @param {import('./write-design.js').Design} design the store, or what it holds
 * @param {string} href of the page
 * @returns {Promise<{link: string, leftOut: number}>} `leftOut`: pictures that are not uploaded yet, which the link does not carry
 * @throws {FileProblem} if it is too large
 */
export async function toLink({ draft, terms }, href) {
  const leftOut = draft.prizes.filter((prize) => isUnsent(prize.image)).length;
  const prizes = draft.prizes.map((prize) => (isUnsent(prize.image) ? { ...prize, image: "" } : prize));
  const bytes = new TextEncoder().encode(JSON.stringify(written({ draft: { ...draft, prizes }, terms })));
  if (bytes.length > PLAIN_MAX) throw new FileProblem("", "太大了，放不进链接，请导出文件");
  const packed = typeof CompressionStream === "undefined" ? null : await through(bytes, new CompressionStream("deflate-raw"), LINK_MAX);
  const code = packed ? `z${base64(packed)}` : `j${base64(bytes)}`;
  return { link: `${href.replace(/#.*$/s, "")}${MARK}${code}`, leftOut };
}

/**
 * @param {string} text the hash of the page, with its `#`, or what somebody copied with a link in it
 * @returns {Promise<import('./read-design.js').Read>} not opened yet
 * @throws {FileProblem}
 */
export async function fromLink(text) {
  if (!isLink(text)) throw new FileProblem("", "链接里没有转盘");
  // What comes after it are the words of whoever sent it.
  const [code = ""] = /^[\w-]*/.exec(text.slice(text.indexOf(MARK) + MARK.length)) ?? [];
  if (code.length > LINK_MAX) throw new FileProblem("", "链接太长，不是转盘的链接");
  const bytes = code[0] === "z" || code[0] === "j" ? bytesOf(code.slice(1)) : null;
  if (!bytes) throw BROKEN();
  const plain = code[0] === "z" ? await inflated(bytes) : bytes;
  if (plain.length > PLAIN_MAX) throw new FileProblem("", "链接里的内容太大");
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(plain));
  } catch {
    throw BROKEN();
  }
  return importDesign(value);
}

const BROKEN = () => new FileProblem("", "链接不完整，或者被改过，请重新复制");

/** @param {Uint8Array} bytes @returns {Promise<Uint8Array>} */
async function inflated(bytes) {
  if (typeof DecompressionStream === "undefined") throw new FileProblem("", "这个浏览器打不开压缩的链接，请换一个，或请对方导出文件");
  let plain;
  try {
    plain = await through(bytes, new DecompressionStream("deflate-raw"), PLAIN_MAX);
  } catch {
    throw BROKEN();
  }
  if (!plain) throw new FileProblem("", "链接里的内容太大");
  return plain;
}

/**
 * What a stream makes of the bytes; null as soon as it is more than `max`, so that a small link cannot fill the memory.
 * @param {Uint8Array} bytes @param {CompressionStream | DecompressionStream} stream @param {number} max @returns {Promise<Uint8Array | null>}
 */
async function through(bytes, stream, max) {
  const writer = stream.writable.getWriter();
  const sent = writer.write(/** @type {BufferSource} */ (bytes)).then(() => writer.close());
  // What goes wrong on this side is seen on the other one, too.
  sent.catch(() => {});
  const reader = stream.readable.getReader();
  const chunks = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > max) {
      await reader.cancel();
      return null;
    }
    chunks.push(part.value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Letters that need no escape in an address. @param {Uint8Array} bytes */
function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {string} text @returns {Uint8Array | null} */
function bytesOf(text) {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return null;
  try {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}
