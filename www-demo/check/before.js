/** What somebody kept from before the draw, to hold the proof against: without it, nobody can say what had been promised. */

import { h } from "../dom.js";
import { say } from "../steady.js";

/**
 * @typedef {import('../common/prove.js').Against} Against
 * @typedef {import('../common/prove.js').Check} Check
 */

const DIGEST = /^[0-9a-f]{64}$/;
/** As pages show it: the beginning and the end. */
const SHORT = /^([0-9a-f]{8,})(?:…|\.{2,3}|-)([0-9a-f]{6,})$/;

/** Longer, or with half a letter in it, it is nothing that the core compares with. @param {string} text */
const isSeed = (text) => text.length <= 1000 && !/\p{Cs}/u.test(text);

/** @param {string} count as typed */
function nonceProblem(count) {
  if (count === "") return "";
  if (!/^[1-9]\d*$/.test(count)) return "序号是从 1 起的数";
  return Number.isSafeInteger(Number(count)) ? "" : "没有这么大的序号";
}

/**
 * @param {{commitment: string, nonce: string, clientSeed: string}} kept as typed
 * @param {any} proof
 * @returns {{against: Against, doubted: string[], problems: {commitment: string, nonce: string, clientSeed: string}}} `doubted`: checks made here, as the core could not
 */
export function readBefore({ commitment, nonce, clientSeed }, proof) {
  const seal = commitment.trim().toLowerCase();
  const count = nonce.trim().replace(/^第\s*|\s*次$/g, "");
  const short = SHORT.exec(seal);
  const problems = {
    commitment: seal === "" || DIGEST.test(seal) || short ? "" : "封条是 64 位的数字和字母 a–f，或者它的开头和结尾，如 1a2b3c4d…5e6f70",
    nonce: nonceProblem(count),
    clientSeed: isSeed(clientSeed) ? "" : "随机数是一小段文字，最多 1000 个字",
  };
  /** @type {Check[]} */
  const extra = short && !problems.commitment ? [shortSeal(short, seal, String(proof?.commitment))] : [];
  const expected = {
    ...(DIGEST.test(seal) && { commitment: seal }),
    ...(count !== "" && !problems.nonce && { nonce: Number(count) }),
    ...(clientSeed !== "" && !problems.clientSeed && { client_seed: clientSeed }),
  };
  return { against: { expected, shown: null, live: false, extra }, doubted: extra.map(({ check }) => check), problems };
}

/** @param {RegExpExecArray} short @param {string} seal as typed @param {string} found @returns {Check} */
function shortSeal([, start = "", end = ""], seal, found) {
  const same = found.startsWith(start) && found.endsWith(end);
  return { check: "expected_commitment", draw: null, status: same ? "ok" : "failed", code: same ? null : "commitment_not_expected", message: null, expected: same ? null : seal, found: same ? null : found };
}

/** @param {HTMLElement} place @param {() => void} changed */
export function createBefore(place, changed) {
  const field = (/** @type {string} */ id, /** @type {string} */ label, /** @type {string} */ hint, /** @type {object} */ more = {}) => {
    const input = h("input", { id, type: "text", autocomplete: "off", spellcheck: false, "aria-describedby": `${id}-hint`, placeholder: hint, oninput: changed, ...more });
    const words = h("p", { id: `${id}-hint`, class: "before__hint", role: "status" });
    return { input, words, element: h("div", { class: "before__field" }, h("label", { htmlFor: id }, label), input, words) };
  };
  const commitment = field("before-commitment", "抽奖前看到的封条", "64 位，或 1a2b3c4d…5e6f70", { autocapitalize: "off" });
  const nonce = field("before-nonce", "抽奖序号", "第几次抽奖", { inputMode: "numeric" });
  const clientSeed = field("before-client-seed", "您发出的随机数", "如果您记下了它", { autocapitalize: "off" });
  const note = h("p", { class: "before__note" });
  place.replaceChildren(
    h("h2", { id: "before-title" }, "与抽奖之前比对"),
    note,
    h("div", { class: "before__fields" }, commitment.element, nonce.element, clientSeed.element),
  );

  return {
    clear() {
      for (const { input } of [commitment, nonce, clientSeed]) input.value = "";
    },
    /** @param {any} proof */
    read(proof) {
      const kept = { commitment: commitment.input.value, nonce: nonce.input.value, clientSeed: clientSeed.input.value };
      const read = readBefore(kept, proof);
      for (const [{ input, words }, problem] of /** @type {const} */ ([[commitment, read.problems.commitment], [nonce, read.problems.nonce], [clientSeed, read.problems.clientSeed]])) {
        say(words, problem);
        input.setAttribute("aria-invalid", String(problem !== ""));
      }
      const hasSeal = kept.commitment.trim() !== "" && !read.problems.commitment;
      note.textContent = hasSeal
        ? "正在用您记下的封条比对，结果在上面的逐项核对里。"
        : "单凭一份证明，只能说明它前后一致、没有算错；说不了抽奖之前封的是不是同一个种子，因为这个页面没有抽奖前的记录。如果您抽奖前记下或拍下了封条，填在这里就能比对。";
      return read;
    },
  };
}
