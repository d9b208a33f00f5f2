/** What stands in the way of keeping the work, each with a way on. */

import { blank } from "../common/draft.js";
import { notice } from "../dom.js";
import { keepFocus } from "../steady.js";
import { fromKept } from "./kept-design.js";
import { download } from "./toolbar.js";

/**
 * @param {object} parts
 * @param {HTMLElement} parts.place
 * @param {import('./store.js').DesignStore} parts.store
 * @param {(words: string) => void} parts.done
 * @param {(words: string) => void} parts.say
 */
export function createNotices({ place, store, done, say }) {
  let shown = "";

  /** With the wheel that it was made from, which need not be this window's. @param {import('./autosave.js').Aside} aside */
  function openOther({ place: kept, text }) {
    let state;
    try {
      state = fromKept(text);
    } catch {
      say("那一份读不出来，已经下载了原来的内容");
      download(text, "txt", "text/plain");
      return;
    }
    store.open(state.draft, state);
    store.dropAside(kept);
    done("打开了另一个窗口的那一份");
  }

  function takeOver() {
    if (!store.takeOver()) say("没有地方放另一份：请先打开或者不要下面留着的一份");
  }

  function startBlank() {
    store.open(blank());
    done("新建了空白转盘");
  }

  /** @param {import('./autosave.js').Aside} aside */
  const ofBroken = ({ place: kept, text }) =>
    notice(
      { title: "上次保存的设计读不出来", text: "原来的内容还留着。" },
      { label: "下载原来的内容", onclick: () => download(text, "txt", "text/plain") },
      { label: "不要了", onclick: () => store.dropAside(kept) },
    );

  /** @param {import('./autosave.js').Aside} aside */
  const ofOther = (aside) =>
    notice(
      { title: "还有另一个窗口的一份", text: "两个窗口同时改过，没有选的那一份留在这里。" },
      { label: "打开那一份", onclick: () => openOther(aside) },
      { label: "不要了", onclick: () => store.dropAside(aside.place) },
    );

  function notices() {
    const found = [];
    if (store.isExample) {
      found.push(notice(
        { title: "这是一个示例转盘", text: "照着改成您店里的奖品；什么都还没有发布。" },
        { label: "从空白开始", onclick: startBlank },
      ));
    }
    if (store.saved === "elsewhere") {
      found.push(notice(
        { title: "另一个窗口也在改这个设计", text: "这里的修改没有保存，也没有丢。请选一份继续，另一份会留着。", bad: true },
        { label: "用这个窗口的", onclick: takeOver },
        { label: "用那个窗口的", onclick: store.reload },
      ));
    }
    if (store.saved === "failed") found.push(notice({ title: "浏览器没有保存", text: "它不让网页保存，或者地方满了。可以继续改；关掉页面以前，请导出 JSON 文件。", bad: true }));
    for (const aside of store.asides()) found.push(aside.reason === "broken" ? ofBroken(aside) : ofOther(aside));
    return found;
  }

  function render() {
    const now = `${store.isExample} ${store.saved === "unsaved" ? "saved" : store.saved} ${store.asides().map(({ place: kept, text }) => `${kept} ${text.length}`)}`;
    if (now === shown) return;
    shown = now;
    const main = () => /** @type {HTMLElement} */ (document.querySelector("main"));
    keepFocus(place, () => place.replaceChildren(...notices()), main);
  }
  store.subscribe(render);
  render();
}
