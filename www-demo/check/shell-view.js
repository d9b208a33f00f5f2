/** The commands that repeat the draw without this page, and what they print. */

import { copyButton } from "../copy.js";
import { h } from "../dom.js";
import { commandsOf, printedBy } from "./shell.js";

/** @param {HTMLElement} place */
export function createShell(place) {
  const commands = h("pre", { class: "code shell__commands", tabIndex: 0, "aria-label": "命令" });
  const printed = h("pre", { class: "code shell__printed", tabIndex: 0, "aria-label": "应当打印出" });
  const small = "button button--second button--small";
  place.replaceChildren(
    h("h2", { id: "shell-title" }, "不信这个页面？自己再算一遍"),
    h("p", { class: "quiet" }, "把这些命令整段粘贴到终端。它们只用 bash 和 openssl（1.1 以上），不联网，也不用我们的任何程序。"),
    h("div", { class: "code__head" }, h("h3", {}, "命令"), copyButton(() => commands.textContent ?? "", "复制命令", small)),
    commands,
    h("div", { class: "code__head" }, h("h3", {}, "应当打印出")),
    printed,
  );
  return {
    /** @param {import('./workings.js').Workings | null} made @param {any} proof */
    show(made, proof) {
      const text = made && textOf(proof, made.key);
      place.hidden = !text;
      commands.textContent = text?.commands ?? "";
      printed.textContent = text?.printed ?? "";
    },
  };
}

/** @param {any} proof @param {string} key */
function textOf(proof, key) {
  try {
    return { commands: commandsOf(proof), printed: printedBy(proof, key) };
  } catch {
    return null; // something in it has another shape, which the verdict names
  }
}
