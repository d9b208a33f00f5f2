/** What stands in the way of keeping the work, each with a way on. */

import { notice } from "../dom.js";
import { FileProblem } from "./file-problem.js";
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

  async function openOther() {
    try {
      const { fromJson } = await import("./files.js");
      const { draft, base, terms } = fromJson(store.aside("other"));
      store.open(draft, { base: base ?? store.base, terms });
      store.dropAside("other");
      done("打开了另一个窗口的那一份");
    } catch (error) {
      say(error instanceof FileProblem ? error.words : "没有打开，请再试一次");
    }
  }

  function notices() {
    const found = [];
    if (store.saved === "elsewhere") {
      found.push(notice(
        { title: "另一个窗口也在改这个设计", text: "这里的修改没有保存，也没有丢。请选一份继续，另一份会留着。", bad: true },
        { label: "用这个窗口的", onclick: store.takeOver },
        { label: "用那个窗口的", onclick: store.reload },
      ));
    }
    if (store.saved === "failed") found.push(notice({ title: "浏览器没有保存", text: "它不让网页保存，或者地方满了。可以继续改；关掉页面以前，请导出 JSON 文件。", bad: true }));
    const broken = store.aside("broken");
    if (broken) {
      found.push(notice(
        { title: "上次保存的设计读不出来", text: "原来的内容还留着。" },
        { label: "下载原来的内容", onclick: () => download(broken, "txt", "text/plain") },
        { label: "不要了", onclick: () => store.dropAside("broken") },
      ));
    }
    if (store.saved !== "elsewhere" && store.aside("other")) {
      found.push(notice(
        { title: "还有另一个窗口的一份", text: "两个窗口同时改过，没有选的那一份留在这里。" },
        { label: "打开那一份", onclick: () => void openOther() },
        { label: "不要了", onclick: () => store.dropAside("other") },
      ));
    }
    return found;
  }

  function render() {
    const now = `${store.saved === "unsaved" ? "saved" : store.saved} ${store.aside("broken") !== ""} ${store.aside("other") !== ""}`;
    if (now === shown) return;
    shown = now;
    place.replaceChildren(...notices());
  }
  store.subscribe(render);
  render();
}
