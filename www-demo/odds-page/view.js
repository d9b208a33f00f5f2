/** The page of the odds: the verdict, the wheel, what chance has to say, the prizes, and how to repeat it. */

import { sectorColour } from "../common/colour.js";
import { count, points } from "../common/numbers.js";
import { chiWords, testOdds } from "../common/odds-stats.js";
import { byId, h } from "../dom.js";
import { seal } from "../result.js";
import { sectorsOf } from "../shop.js";
import { keepFocus } from "../steady.js";
import { createWheel } from "../wheel.js";
import { renderPrizes } from "./prizes.js";
import { renderRepeat } from "./repeat.js";

/** @typedef {import('./read.js').Published} Published */

const day = new Intl.DateTimeFormat("zh-CN", { year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });

const FAULTS_SHOWN = 3;

export function createView() {
  const page = byId("open", HTMLElement);
  const canvas = byId("wheel-canvas", HTMLCanvasElement);
  const agrees = byId("agrees", HTMLElement);
  const wheel = createWheel(canvas);
  /** The table that is painted, and the verdict that is stamped: neither is made anew for the same. */
  let painted = "";
  let stamped = "";

  /** @param {"ready" | "none" | "failed"} next `ready`: the numbers are there; a table that can't be read has none */
  function state(next) {
    page.dataset.state = next;
    if (next === "ready") return;
    agrees.replaceChildren();
    stamped = "";
  }

  /** @param {import('../common/odds-stats.js').Level | ""} level @param {Node[]} children */
  function luck(level, ...children) {
    const place = byId("luck", HTMLElement);
    place.dataset.level = level;
    keepFocus(place, () => place.replaceChildren(h("h2", { id: "luck-title" }, "抽得和公布的一样吗"), ...children));
  }

  /** @param {Published["problems"]} problems */
  function stamp(problems) {
    const verdict = JSON.stringify(problems);
    if (verdict === stamped) return;
    stamped = verdict;
    const ok = problems.length === 0;
    const title = ok ? "您的设备核对过了" : "公布的数字对不上";
    agrees.replaceChildren(
      h(
        "div",
        { class: ok ? "verdict" : "verdict verdict--bad", "data-ok": ok },
        h(
          "div",
          { class: "verdict__words" },
          h("p", { class: "verdict__title" }, title),
          ok && h("p", {}, "奖品表和指纹一致，公布的概率、份数和次数都与它相符，合计也对。"),
          ...(ok ? [] : renderFaults(problems)),
          !ok && h("p", {}, "先不要抽奖，把这一页给店家看。"),
        ),
        seal(ok),
      ),
    );
  }

  /** @param {import('../common/table.js').Table} table */
  function paint(table) {
    if (painted === table.hash) return;
    painted = table.hash;
    const prizes = table.prizes.map((prize, n) => ({ ...prize, colour: sectorColour(undefined, n, table.prizes.length), soldOut: false }));
    wheel.setSectors(sectorsOf(table, prizes));
    wheel.turn(36_000 - (table.sectors[0]?.middle ?? 0));
    byId("wheel", HTMLElement).classList.add("wheel--ready");
    canvas.setAttribute("aria-label", `转盘，${prizes.length} 个奖品：${prizes.map(({ name }) => name).join("、")}。`);
  }

  return {
    state,

    /** @param {import('../core.js').Core} core @param {Published} published */
    show(core, published) {
      const { table, rows, since, draws, problems } = published;
      stamp(problems);
      state("ready");
      byId("shown", HTMLElement).hidden = table === null;
      if (!table) return;
      paint(table);
      const facts = [
        ["一共抽了", draws === null ? "—" : `${count(draws)} 次`],
        ["公布于", since ? day.format(since) : "—"],
        ["抽一次", points(table.cost)],
        ["每人每天", `最多 ${count(table.daily_limit)} 次`],
      ];
      byId("facts", HTMLElement).replaceChildren(...facts.flatMap(([term = "", value = ""]) => [h("dt", {}, term), h("dd", { class: "num" }, value)]));
      const counts = rows.map(({ observed }) => observed);
      const total = counts.reduce((/** @type {number} */ sum, n) => sum + (n ?? 0), 0);
      if (problems.length > 0) {
        luck("", h("p", {}, "公布的数字对不上，比较没有意义。"));
      } else {
        const test = testOdds(core, table, counts.map((n) => n ?? 0));
        const words = chiWords(test, total);
        luck(words.level, h("p", { class: "luck__title" }, words.title), h("p", {}, words.text), explain(test));
      }
      renderPrizes(byId("prizes", HTMLElement), table, rows, total);
      renderRepeat(byId("repeat", HTMLElement), table, published.hash);
    },
  };
}

/** The first few say enough; one lie often shows in many places. @param {Published["problems"]} problems */
function renderFaults(problems) {
  const list = (/** @type {Published["problems"]} */ some) =>
    h("ul", { class: "faults" }, ...some.map(({ field, words }) => h("li", { "data-field": field }, words, " ", h("code", {}, field))));
  const more = problems.slice(FAULTS_SHOWN);
  return [list(problems.slice(0, FAULTS_SHOWN)), more.length > 0 && h("details", {}, h("summary", {}, `还有 ${more.length} 处`), list(more))];
}

/**
 * For those who know the test by its name; of few draws there are no numbers.
 * @param {import('../common/odds-stats.js').Test} test
 */
function explain({ fit: { chi_square, degrees_of_freedom, p_value }, cells, pooled }) {
  const number = (/** @type {number} */ value) => (Number.isFinite(value) ? value.toPrecision(3) : "∞");
  const known = chi_square !== null && degrees_of_freedom !== null && p_value !== null;
  return h(
    "p",
    { class: "quiet luck__test num" },
    known && `${pooled.length > 0 ? `${pooled.length} 种少见的合成一格，共 ${cells} 格：` : ""}χ² = ${number(chi_square)}，自由度 ${degrees_of_freedom}，p = ${p_value < 0.0001 ? "< 0.0001" : p_value.toFixed(4)}。`,
    "次数合起来只能说明像不像；某一次有没有被改动，要看那一次的",
    h("a", { href: "check" }, "证明"),
    "。",
  );
}
