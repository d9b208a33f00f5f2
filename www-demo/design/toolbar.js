/** New, open, export, share, undo and redo; and in words whether the work is kept. */

import { blank } from "../common/draft.js";
import { h, icon } from "../dom.js";
import { FileProblem } from "./file-problem.js";
import { REDO, UNDO } from "./icons.js";
import { laterStyled, PANELS, POPS } from "./later.js";

/** @type {Record<import('./keeper.js').Saved, string>} */
const SAVED = { saved: "已保存在这个浏览器里", unsaved: "正在保存…", failed: "没有保存在浏览器里", elsewhere: "没有保存：另一个窗口也在改" };

/**
 * @param {object} parts
 * @param {HTMLElement} parts.place
 * @param {import('./store.js').DesignStore} parts.store
 * @param {() => void} parts.open
 * @param {(words: string) => void} parts.done
 * @param {(words: string) => void} parts.say
 * @param {(error: unknown) => void} parts.lost something could not be fetched
 */
export function createToolbar({ place, store, open, done, say, lost }) {
  const share = laterStyled(async () => (await import("./share.js")).createShare({ store, say }), PANELS);
  const making = laterStyled(async () => (await import("./popover.js")).createMenu("new", "新建"), POPS);
  const exporting = laterStyled(async () => (await import("./popover.js")).createMenu("export", "导出"), POPS);
  const saved = h("p", { id: "saved", class: "toolbar__saved quiet", role: "status" });
  const button = (/** @type {string} */ id, /** @type {string} */ words, /** @type {(event: MouseEvent) => void} */ onclick, /** @type {Record<string, string>} */ more = {}) =>
    h("button", { id, class: "button button--second button--small", type: "button", onclick, ...more }, words);
  const step = (/** @type {string} */ id, /** @type {string} */ words, /** @type {string} */ keys, /** @type {string} */ path, /** @type {() => void} */ onclick) =>
    h("button", { id, class: "button button--second button--small toolbar__step", type: "button", "aria-label": words, "aria-keyshortcuts": keys, title: `${words}（${keys.replace("Control", "Ctrl")}）`, onclick }, icon(path));
  const undo = step("undo", "撤销", "Control+Z", UNDO, store.undo);
  const redo = step("redo", "重做", "Control+Shift+Z", REDO, store.redo);
  const makeNew = button("new", "新建", () => void making().then((menu) => menu.open(makeNew, [
    { label: "空白转盘", note: "两个奖品，从头写起", onclick: () => start(blank(), "新建了空白转盘") },
    { label: "示例转盘", note: "八个奖品，照着改", onclick: () => void import("./example.js").then(({ example }) => start(example(), "新建了示例转盘"), lost) },
  ]), lost), { "aria-haspopup": "menu" });
  const exportTo = button("export", "导出", () => void exporting().then((menu) => menu.open(exportTo, [
    { label: "JSON 文件", note: "整个设计，连同图片", onclick: () => void exportAs("json") },
    { label: "规范文本", note: "封存和算指纹用的奖品表", onclick: () => void exportAs("txt") },
  ]), lost), { "aria-haspopup": "menu" });

  const sharing = button("share", "分享", () => void share().then((panel) => panel.open(), lost));
  sharing.append(h("span", { class: "toolbar__more" }, "链接"));
  sharing.style.gap = "0";

  /** @param {import('../common/draft.js').Draft} draft @param {string} words */
  function start(draft, words) {
    store.open(draft);
    done(words);
  }

  /** @param {"json" | "txt"} ending */
  async function exportAs(ending) {
    try {
      const { toJson, toText } = await import("./files.js");
      if (ending === "json") download(toJson(store), ending, "application/json");
      else download(toText(store), ending, "text/plain");
    } catch (error) {
      if (error instanceof FileProblem) say(error.words);
      else lost(error);
    }
  }

  place.replaceChildren(
    h("div", { class: "toolbar__buttons" }, undo, redo, h("i", { class: "toolbar__gap" }), makeNew, button("open", "打开", open), exportTo, sharing),
    saved,
  );

  function render() {
    undo.disabled = !store.canUndo;
    redo.disabled = !store.canRedo;
    const words = SAVED[store.saved];
    if (saved.textContent !== words) saved.textContent = words;
    saved.dataset.saved = store.saved;
  }
  store.subscribe(render);
  render();
}

/** @param {string} text @param {string} ending @param {string} type */
export function download(text, ending, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const today = new Date();
  const date = [today.getFullYear(), today.getMonth() + 1, today.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  h("a", { href: url, download: `转盘-${date}.${ending}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
