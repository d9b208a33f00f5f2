/** The design as a link. */

import { count } from "../common/numbers.js";
import { h } from "../dom.js";
import { FileProblem, toLink } from "./files.js";
import { footButton, makePanel } from "./panel.js";

/** @param {{store: import('./store.js').DesignStore, say: (words: string) => void}} parts */
export function createShare({ store, say }) {
  const panel = makePanel("share-panel", "分享链接");
  const link = h("textarea", { id: "share-link", class: "box num", rows: 4, readOnly: true, "aria-label": "链接" });
  const note = h("p", { class: "advice" });
  const copied = h("p", { class: "quiet", role: "status" });
  const copy = footButton("复制链接", () => void copyLink(), true);
  panel.body.append(h("p", {}, "谁打开这个链接，谁就有一份这个设计的副本。链接里就是全部内容，不经过服务器；之后的修改不会跟过去。"), link, note, copied);
  panel.foot.append(footButton("关闭", panel.close), copy);
  link.addEventListener("focus", () => link.select());

  async function copyLink() {
    try {
      await navigator.clipboard.writeText(link.value);
      copied.textContent = "已复制";
    } catch {
      // Not every page may write there: it is marked, ready for the keys.
      link.focus();
      link.select();
      copied.textContent = document.execCommand("copy") ? "已复制" : "浏览器不让复制，请按 Ctrl+C";
    }
  }

  return {
    async open() {
      try {
        const { link: text, leftOut } = await toLink(store, location.href);
        link.value = text;
        note.hidden = leftOut === 0;
        note.textContent = `${count(leftOut)} 张还没上传的图片放不进链接。要连图片一起给，请导出 JSON 文件。`;
        copied.textContent = `${count(text.length)} 个字符`;
        panel.open();
        copy.focus();
      } catch (error) {
        if (!(error instanceof FileProblem)) throw error;
        say(error.words);
      }
    },
  };
}
