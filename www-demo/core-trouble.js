/** Why the core is not there: each cause has another way on, and only one of them is for the maintainers. */

import { CoreProblem } from "./core.js";
import { notice } from "./dom.js";

/** @type {Record<import('./core.js').Kind, {title: string, text: string, code?: string}>} */
const WORDS = {
  off: { title: "这个浏览器关掉了 WebAssembly", text: "可能是锁定模式，或者管理设置：请为这个网站打开它，或者换一个浏览器。" },
  missing: { title: "验证程序没有准备好", text: "维护人员请运行：", code: "cargo xtask wasm" },
  lost: { title: "验证程序没有取到", text: "请检查网络，再重新加载。" },
  foreign: { title: "取到的不是验证程序", text: "可能要先登录这里的 Wi-Fi，再重新加载。" },
  spoilt: { title: "验证程序不完整", text: "取到一半，或者新旧混在了一起。请重新加载；还是这样，请把浏览器升级以后再打开。" },
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
