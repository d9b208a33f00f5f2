/** The server's names of fields in the words of the page. */

/** @typedef {import('../common/draft.js').Draft} Draft */

/** @type {Record<string, string>} */
const NAMES = {
  cost_points: "每次抽奖的积分",
  daily_limit: "每人每天的次数",
  fallback: "抽完后给的奖品",
  rules: "规则文字",
  probability: "概率合计",
  prizes: "奖品",
};

/** @type {Record<string, string>} */
const OF_PRIZE = { id: "编号", name: "名称", type: "类型", value: "价值", probability: "概率", angle: "扇区起点", color: "颜色", image: "图片", stock: "数量", is_activity: "活动标记" };

/**
 * @param {string} field as `prizes[3].probability`
 * @param {Draft} draft
 * @returns {{label: string, key: string}} `key` of its prize, or empty
 */
export function placeOf(field, draft) {
  const [, at = "", name = ""] = /^prizes\[(\d+)\]\.?(.*)$/.exec(field) ?? [];
  if (at === "") return { label: NAMES[field] ?? field, key: "" };
  const prize = draft.prizes[Number(at)];
  const title = prize?.name.trim() ? `“${prize.name.trim()}”` : `第 ${Number(at) + 1} 个奖品`;
  return { label: `${title}的${OF_PRIZE[name] ?? "内容"}`, key: prize?.key ?? "" };
}

/** Brings a prize into focus, also one that has it and was scrolled away. @param {{select(key: string): void}} store @param {string} key */
export function jump(store, key) {
  store.select("");
  store.select(key);
}

/**
 * A field in words, and the way to it where there is one.
 * @param {string} field
 * @param {{draft: Draft, select(key: string): void}} store
 * @param {(field: string) => boolean} elsewhere brings a field that is not of a prize into focus
 * @returns {{label: string, go: (() => void) | null}}
 */
export function wayTo(field, store, elsewhere) {
  const { label, key } = placeOf(field, store.draft);
  if (key !== "") return { label, go: () => jump(store, key) };
  return { label, go: ["cost_points", "daily_limit", "fallback", "rules"].includes(field) ? () => void elsewhere(field) : null };
}
