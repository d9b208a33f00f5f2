/** The diner's own draws, newest first; every one can be proved again. */

import { listed } from "./common/outcomes.js";
import { h, notice } from "./dom.js";
import { count, DRAW_TYPES, when } from "./words.js";

/** @typedef {import('./common/outcomes.js').Listed} Listed */

/**
 * @param {HTMLElement} place
 * @param {{load: (page: number) => Promise<import('./common/types.js').Records>, prove: (draw: Listed) => void}} calls
 */
export function createHistory(place, { load, prove }) {
  const list = h("ol", { class: "records" });
  const foot = h("div", { class: "history__foot" });
  place.replaceChildren(list, foot);
  /** @type {Map<string, import('./common/types.js').DrawRecord[]>} draws by their id: ten results are one draw */
  const draws = new Map();
  let page = 0;
  let total = 0;

  function render() {
    list.replaceChildren(...Array.from(draws.values(), row));
    if (draws.size === 0) list.replaceChildren(h("li", { class: "result__empty" }, "还没有抽过奖。抽过之后，每一次的结果和证明都会留在这里。"));
  }

  /** @param {import('./common/types.js').DrawRecord[]} results */
  function row(results) {
    const [first] = results;
    if (!first) return "";
    const kind = results.length > 1 ? ` · ${DRAW_TYPES[first.draw_type] ?? first.draw_type}` : "";
    return h(
      "li",
      { class: "record" },
      h("span", { class: "record__time" }, `${when(first.created_at)}${kind} · 第 ${count(first.nonce)} 次`),
      h("span", { class: "record__names" }, summary(results)),
      h("button", { class: "button button--second button--small", type: "button", onclick: () => prove(listed(results)) }, "验证"),
    );
  }

  async function more() {
    foot.replaceChildren(h("p", { class: "quiet" }, "正在取…"));
    try {
      const answer = await load(page + 1);
      page += 1;
      total = answer.total;
      for (const record of answer.records) {
        const known = draws.get(record.draw_id) ?? [];
        if (!known.some((other) => other.id === record.id)) draws.set(record.draw_id, [...known, record]);
      }
      render();
      const next = h("button", { class: "button button--second button--small", type: "button", onclick: more }, "更早的记录");
      foot.replaceChildren(answer.has_more ? next : h("p", { class: "quiet" }, total > 0 ? `共 ${count(total)} 个结果` : ""));
    } catch {
      foot.replaceChildren(notice({ title: "暂时取不到记录", text: "积分和奖品都不受影响。" }, { label: "再试一次", onclick: more }));
    }
  }

  return {
    /** From the newest one again. */
    refresh() {
      draws.clear();
      page = 0;
      list.replaceChildren();
      return more();
    },
  };
}

/** Prizes with how often each came, in the order they came first. @param {import('./common/types.js').DrawRecord[]} results */
function summary(results) {
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const { prize_name } of results) times.set(prize_name, (times.get(prize_name) ?? 0) + 1);
  return Array.from(times, ([name, n]) => (n > 1 ? `${name} ×${n}` : name)).join("、");
}
