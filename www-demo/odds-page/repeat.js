/** How to repeat the fingerprint without us. */

import { h } from "../dom.js";

/**
 * The text is the core's own writing of the table: every line of it begins with a word of the format, so none can end the
 * quotation early, and nothing in it is a command.
 * @param {string} text canonical, ends with a newline
 */
export const fingerprintCommand = (text) => `sha256sum <<'END'\n${text}END`;

/** @param {HTMLElement} place @param {import('./read.js').Table} table @param {string} hash as published */
export function renderRepeat(place, table, hash) {
  if (place.dataset.hash === table.hash + hash) return;
  place.dataset.hash = table.hash + hash;
  const command = fingerprintCommand(table.text);
  const told = h("span", { class: "quiet", role: "status" });
  const code = h("pre", { class: "repeat__code", id: "command", tabIndex: 0, role: "region", "aria-label": "命令" }, command);
  const copy = h("button", { class: "button button--second button--small", type: "button", id: "copy", onclick: () => void copied() }, "复制命令");

  async function copied() {
    try {
      await navigator.clipboard.writeText(command);
      told.textContent = "已复制";
    } catch {
      getSelection()?.selectAllChildren(code); // there is no clipboard without https
      told.textContent = "已选中，请按复制键";
    }
  }

  place.replaceChildren(
    h("h2", { id: "repeat-title" }, "不信我们，自己算一遍"),
    h("p", {}, "下面是完整的奖品表。在任何一台电脑的终端里运行这条命令（苹果电脑把 sha256sum 换成 shasum -a 256），得到的应该是同一个指纹。"),
    code,
    h("div", { class: "repeat__tools" }, copy, told),
    h("dl", { class: "hex" }, h("dt", {}, "公布的指纹"), h("dd", { id: "table-hash" }, hash), h("dt", {}, "您的设备算出的指纹"), h("dd", {}, table.hash)),
    h(
      "ul",
      { class: "repeat__notes quiet" },
      h("li", {}, "每一行 prize 依次是：编号、起始角度、万分之几的概率、类型、价值（分）、是否活动奖品、份数（- 为不限）、名称。"),
      h("li", {}, "抽奖之前，这个指纹已经和封条一起交到您手里；奖品或概率改动一个字，指纹就不同。"),
      h("li", {}, "本页的数字来自 ", h("a", { href: "/api/lottery/odds" }, "/api/lottery/odds"), "，谁都可以读，不用登录。"),
    ),
  );
}
