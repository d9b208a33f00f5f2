/** Why the core is not there: each cause has another way on, and only one of them is for the maintainers. */

import { CoreProblem } from "./core.js";
import { notice } from "./dom.js";

/** @type {Record<CoreProblem["kind"], {title: string, text: string, code?: string}>} */
const WORDS = {
  old: { title: "这个浏览器太旧", text: "请换新一点的浏览器，或者把它升级以后再打开。" },
  missing: { title: "验证程序没有准备好", text: "维护人员请运行：", code: "cargo xtask wasm" },
  lost: { title: "验证程序没有取到", text: "请检查网络，再重新加载。" },
};

/**
 * @param {unknown} error of `loadCore`
 * @param {string} without what can't be done, in a sentence
 */
export function coreNotice(error, without) {
  const { text, ...words } = WORDS[error instanceof CoreProblem ? error.kind : "lost"];
  console.warn("fairwheel core:", error);
  return notice({ ...words, text: `${without}${text}`, bad: true }, { label: "重新加载", onclick: () => location.reload() });
}
