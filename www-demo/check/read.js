/** What somebody brought, read: the text of one proof or of many, or the reason why there is none in it. */

import { LinkProblem, unpackLink } from "../common/link-codec.js";

/** Bytes that a proof in a link may unfold to. */
const LINK_MAX = 65_536;
/** Longer proofs are left on one line. */
const LAID_OUT_MAX = 65_536;
/** Lists in lists: a proof has three, and the envelope of an answer two more. */
const DEPTH_MAX = 8;
/** Letters of a text or a file: some hundred proofs. */
const TEXT_MAX = 1_048_576;
const PROOFS_MAX = 200;

/** What every proof has; most of it is enough to be judged. */
const FIELDS = ["algorithm", "table_text", "table_hash", "server_seed", "commitment", "client_seed", "nonce", "count", "sold_out", "results", "created_at"];

/** Why something brought here cannot be used, in words. */
export class InputProblem extends Error {}

/** @typedef {{name: string, text: string, problem?: string}} Paper a proof as JSON, and what to call it; a problem stands in place of a text */

/**
 * @param {string} given JSON, a link, or what stands behind `#proof=`
 * @param {string} name what to call it
 * @returns {Promise<Paper[]>} at least one; rejected with an `InputProblem`
 */
export async function readPapers(given, name) {
  if (given.length > TEXT_MAX) throw new InputProblem(`这段内容有 ${sizeOf(given.length)}，太长了，不会是抽奖证明。`);
  const text = given.replace(/^\ufeff/, "").trim();
  if (text === "") throw new InputProblem("这里是空的，没有内容。");
  if (/^[[{]/.test(text)) return papersOf(parseJson(text), name);
  const packed = /#proof=([^\s"'<>#]*)/.exec(text)?.[1] ?? (/^[\w-]{60,}=*$/.test(text) ? text : null);
  if (packed === null) throw new InputProblem(noProof(text));
  return papersOf(parseJson(await unpacked(packed)), name);
}

/** @param {string} packed */
async function unpacked(packed) {
  try {
    return await unpackLink(decodeURIComponent(packed), LINK_MAX);
  } catch (error) {
    throw new InputProblem(error instanceof LinkProblem ? error.message : "链接里的内容不完整，可能复制时少了一截。");
  }
}

/** @param {string} text */
function noProof(text) {
  if (/^https?:\/\//i.test(text)) return "这个链接里没有抽奖证明。证明的链接里有 “#proof=”，请把链接复制完整。";
  if (/"(server_seed|table_text)"/.test(text)) return "这段内容少了开头，请从左边的大括号开始复制。";
  return "没有在里面找到抽奖证明。";
}

/** @param {string} text */
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputProblem("这段内容不完整：可能少复制了一截，或者多了别的字。");
  }
}

/** @param {any} value @param {string} name @returns {Paper[]} */
function papersOf(value, name) {
  if (isTooDeep(value)) throw new InputProblem("这不是抽奖证明：里面一层套一层，没有尽头。");
  const all = Array.isArray(value) ? value : [value];
  if (all.length === 0) throw new InputProblem("这是一个空的列表，里面没有证明。");
  if (all.length > PROOFS_MAX) throw new InputProblem(`这里有 ${all.length} 份证明，一次最多核对 ${PROOFS_MAX} 份。`);
  return all.map((one, n) => ({ name: all.length > 1 ? `${name} 第 ${n + 1} 份` : name, text: laidOut(proofIn(one)) }));
}

/** As people read it; blanks must not make more of it than there is. @param {any} proof */
function laidOut(proof) {
  const text = JSON.stringify(proof);
  return text.length > LAID_OUT_MAX ? text : JSON.stringify(proof, null, 2);
}

/** @param {unknown} value @param {number} [depth] @returns {boolean} */
const isTooDeep = (value, depth = 0) => typeof value === "object" && value !== null && (depth === DEPTH_MAX || Object.values(value).some((one) => isTooDeep(one, depth + 1)));

/** A proof, or an answer of the server that has one in it. @param {any} value */
function proofIn(value) {
  const candidates = [value, value?.data, value?.fairness, value?.data?.fairness, value?.proof];
  const proof = candidates.find((one) => one && typeof one === "object" && missing(one).length < FIELDS.length - 3);
  if (!proof) throw new InputProblem("这不是抽奖证明：里面没有种子、奖品表和结果。");
  if (!("table_text" in proof)) throw new InputProblem("这份证明里没有奖品表的原文（table_text）。请用抽奖记录里保存的证明。");
  return proof;
}

/** @param {object} value */
const missing = (value) => FIELDS.filter((field) => !(field in value));

/** @param {number} bytes */
export const sizeOf = (bytes) => (bytes < 1024 ? `${bytes} 字节` : bytes < 1_048_576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`);
