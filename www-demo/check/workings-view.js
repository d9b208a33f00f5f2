/** Every number between the seed and the prize, laid open: what was computed from what, to be copied and doubted. */

import { CHEVRON } from "../common/icons.js";
import { h, icon } from "../dom.js";
import { copyButton } from "../copy.js";
import { keepFocus } from "../steady.js";
import { count, degrees } from "../words.js";
import { edges, message, place as placeSum, prizes, ticket } from "./sums.js";
import { visible } from "./workings.js";

/** @typedef {import('./workings.js').Workings} Workings */

/** A value under its name, to be copied. @param {string} term @param {string} value @param {string} [looks] */
export const figure = (term, value, looks = "") =>
  h("div", { class: `figure ${looks}`.trim() }, h("span", { class: "figure__term" }, term), h("code", { class: "figure__value" }, value), copyButton(() => value, "复制", "figure__copy"));

/**
 * @param {HTMLElement} place
 * @param {(draw: number) => void} pick the wheel is to show this draw
 */
export function createWorkings(place, pick) {
  /** @type {Set<string>} */
  const laidOpen = new Set(["ticket", "prize", "place"]);
  const whole = h("div", { class: "sums" });
  const tabs = h("div", { class: "draw-tabs", role: "group", "aria-label": "第几个结果" });
  const each = h("div", { class: "sums" });
  const last = h("div", { class: "sums" });
  place.replaceChildren(
    h("h2", { id: "workings-title" }, "每个数是怎么来的"),
    h("p", { class: "quiet" }, "从上到下，每一步只用前面的数。点开有算式和中间的数，都能复制出去自己算。"),
    whole,
    h("h3", { class: "workings__draws" }, "这一次的结果"),
    tabs,
    each,
    last,
  );
  /** @type {Workings | null} */
  let made = null;
  let at = 0;

  /** @param {string} id @param {string} title @param {string} how @param {string} result @param {...import('../dom.js').Child} inside */
  function sum(id, title, how, result, ...inside) {
    const details = h(
      "details",
      { class: "sum", open: laidOpen.has(id), "data-sum": id },
      h("summary", {}, h("span", { class: "sum__title" }, title), h("span", { class: "sum__how" }, how), h("code", { class: "sum__result" }, result), icon(CHEVRON)),
      h("div", { class: "sum__inside" }, ...inside),
    );
    details.addEventListener("toggle", () => (details.open ? laidOpen.add(id) : laidOpen.delete(id)));
    return details;
  }

  function renderDraw() {
    const draw = made?.draws[at];
    if (!made || !draw) return;
    const { table } = made;
    const given = draw.given === draw.drawn ? draw.given.name : `${draw.given.name}（代替「${draw.drawn.name}」）`;
    tabs.hidden = made.draws.length < 2;
    tabs.replaceChildren(
      ...made.draws.map(({ given: { name } }, n) =>
        h("button", { class: "draw-tab num", type: "button", "aria-pressed": n === at, "aria-label": `第 ${n + 1} 个：${name}`, title: name, onclick: () => pick(n) }, String(n + 1)),
      ),
    );
    each.replaceChildren(
      sum("ticket", "字 → 号码", "除以 10,000 的余数", count(draw.ticket.result), ticket(draw)),
      sum("prize", "号码 → 奖品", "落在谁的区间里", given, prizes(table, draw)),
      sum("place", "字 → 角度", "扇形里的一个位置", degrees(draw.sector.angle), placeSum(draw)),
      sum("edges", "离边线多远", "2° 以内才算近", draw.isNearMiss ? "靠近更少见的奖品" : "不算靠近", edges(draw)),
    );
  }

  return {
    /** @param {number} draw */
    pick(draw) {
      if (draw === at) return;
      at = draw;
      keepFocus(place, renderDraw, () => /** @type {HTMLElement | undefined} */ (tabs.children[at]));
    },
    /** @param {Workings | null} next @param {any} proof @param {import('../common/prove.js').Judgement} judgement @param {number} draw that the wheel shows */
    show(next, proof, { checks }, draw) {
      made = next;
      place.hidden = made === null;
      if (!made) return;
      at = draw;
      const used = made.draws.flatMap((draw) => [...draw.ticket.passed, draw.ticket.word, ...draw.place.passed, draw.place.word]);
      whole.replaceChildren(
        sum("commitment", "种子 → 封条", "SHA-256", brief(made.commitment), figure("种子（32 字节）", proof.server_seed), figure("SHA-256 = 封条", made.commitment)),
        sum("table", "奖品表 → 指纹", "SHA-256", brief(made.table.hash), h("pre", { class: "code", tabIndex: 0, "aria-label": "奖品表原文" }, visible(made.table.text)), figure("SHA-256 = 指纹", made.table.hash)),
        sum("key", "种子和消息 → 密钥", "HMAC-SHA256", brief(made.key), message(made.message), figure("钥匙：种子", proof.server_seed), figure("HMAC-SHA256 = 密钥", made.key)),
        sum("words", "密钥 → 一串字", "ChaCha20", `用了 ${count(used.length)} 个字`, words(made)),
      );
      renderDraw();
      const id = checks.find(({ check }) => check === "draw_id");
      const digest = id?.status === "failed" && id.expected ? id.expected : String(proof.draw_id);
      const sealed = id?.status === "failed" && !id.expected ? [] : [figure("SHA-256 的前 40 位 = 编号", digest)];
      last.replaceChildren(
        sum("draw_id", "全部内容 → 编号", "SHA-256", brief(digest), h("pre", { class: "code", tabIndex: 0, "aria-label": "编号由这段内容得出" }, visible(made.sealed)), ...sealed),
      );
    },
  };
}

/** @param {string} hex */
const brief = (hex) => `${hex.slice(0, 10)}…`;

/** @param {Workings} made */
function words({ key, draws }) {
  const cell = (/** @type {number} */ word, /** @type {string} */ use, looks = "") => h("td", { class: looks }, h("code", {}, String(word)), h("span", { class: "quiet" }, use));
  const rows = draws.map(({ ticket: first, place: second }, n) =>
    h(
      "tr",
      {},
      h("th", { scope: "row", class: "num" }, `第 ${n + 1} 个`),
      ...first.passed.map((word) => cell(word, "跳过", "is-passed")),
      cell(first.word, "定号码"),
      ...second.passed.map((word) => cell(word, "跳过", "is-passed")),
      cell(second.word, "定角度"),
    ),
  );
  return h(
    "div",
    {},
    figure("密钥", key),
    h("p", { class: "quiet" }, "20 轮，计数从 0 起，随机数（nonce）8 个字节全为零。每 4 个字节是一个小端的 32 位数，按顺序取用。"),
    h("div", { class: "sideways", tabIndex: 0, role: "group", "aria-label": "取用的字" }, h("table", { class: "words" }, h("tbody", {}, ...rows))),
  );
}
