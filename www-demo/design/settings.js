/** What is not of one prize: the price, the daily limit, who stands in for what ran out, and the rules. */

import { h } from "../dom.js";
import { TEXT_MAX } from "./design-numbers.js";
import { createInput, createSelect } from "./input.js";
import { standIns, titleOf } from "./prizes.js";

const NONE = "";

/** @param {{place: HTMLElement, store: import('./store.js').DesignStore}} parts */
export function createSettings({ place, store }) {
  /** @type {(name: "cost" | "limit" | "rules") => (text: string, merge: string) => void} */
  const edits = (name) => (text, merge) => store.edit({ [name]: text }, { merge });
  const cost = createInput({ name: "cost_points", label: "每次抽奖", unit: "积分", mode: "numeric", commit: edits("cost") });
  const limit = createInput({ name: "daily_limit", label: "每人每天", unit: "次", mode: "numeric", commit: edits("limit") });
  const fallback = createSelect({
    name: "fallback",
    label: "限量的奖品抽完后，给",
    options: [],
    commit: (value) => store.edit({ fallback: value === NONE ? null : Number(value) }),
  });
  fallback.cell.append(h("p", { class: "cell__hint quiet" }, "只能选不限量的“未中奖”；抽中已抽完的奖品时会得到它。"));
  const rules = createInput({ name: "rules", label: "规则文字（顾客会看到）", isLong: true, max: TEXT_MAX, placeholder: "例如 每次抽奖消耗 100 积分，每人每天最多 10 次。", commit: edits("rules") });
  place.replaceChildren(h("h2", {}, "价格与规则"), h("div", { class: "settings__row" }, cost.cell, limit.cell, fallback.cell), rules.cell);

  function render() {
    const { draft, errors } = store;
    cost.show({ value: draft.cost, error: errors.cost_points });
    limit.show({ value: draft.limit, error: errors.daily_limit });
    const able = standIns(draft).map((prize) => ({ value: String(prize.id), label: titleOf(prize) }));
    const value = draft.fallback === null ? NONE : String(draft.fallback);
    // One that cannot do it any more is still the one that was chosen.
    const chosen = value === NONE || able.some((one) => one.value === value) ? [] : [{ value, label: nameOf(draft.fallback) }];
    fallback.list([{ value: NONE, label: "不需要" }, ...able, ...chosen]);
    fallback.show({ value, error: errors.fallback });
    rules.show({ value: draft.rules, error: draft.rules.length < TEXT_MAX ? errors.rules : `${errors.rules}，再多这里放不下` });
  }

  /** @param {number | null} id */
  function nameOf(id) {
    const prize = store.draft.prizes.find((one) => one.id === id);
    return prize ? titleOf(prize) : "已经撤下的奖品";
  }

  store.subscribe(render);
  render();
  /** @type {Record<string, HTMLElement>} */
  const controls = { cost_points: cost.control, daily_limit: limit.control, fallback: fallback.control, rules: rules.control };
  return {
    /** @param {string} field @returns {boolean} whether it is one of these */
    focus(field) {
      const control = controls[field];
      control?.focus();
      return control !== undefined;
    },
  };
}
