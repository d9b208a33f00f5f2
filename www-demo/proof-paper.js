/** The text of a proof, for anybody to doubt and change, to keep and to hand on. */

import { h } from "./dom.js";
import { fileNameOf, parse, saveFile } from "./proof-text.js";
import { openShare } from "./share.js";
import { keepFocus } from "./steady.js";

/** Where one changed character is most instructive, in turn. */
const TARGETS = [/("server_seed": ")(.)/, /("angle": \d*)(\d)/, /("client_seed": ")(.)/, /("ticket": \d*)(\d)/, /("commitment": ")(.)/, /("created_at": ".*)(\d)/];

/** @param {() => void} changed the text is another one */
export function createPaper(changed) {
  let given = "";
  let target = 0;
  const area = h("textarea", { id: "proof-text", spellcheck: false, autocapitalize: "off", autocomplete: "off", "aria-describedby": "proof-hint" });
  const button = (/** @type {string} */ label, /** @type {() => void} */ onclick) =>
    h("button", { class: "button button--second button--small", type: "button", onclick }, label);
  const restore = button("恢复原样", () => show(given));
  const share = button("分享证明", () => void openShare(area.value));
  const spoil = button("替我改一个字", tamper);
  const element = h(
    "section",
    { class: "paper" },
    h("h3", {}, h("label", { htmlFor: "proof-text" }, "证明原文")),
    h("p", { class: "quiet", id: "proof-hint" }, "改动其中任何一个字，印章立刻变红。不妨试试。"),
    area,
    h("div", { class: "paper__tools" }, spoil, restore, button("保存证明", save), share),
  );
  area.addEventListener("input", told);

  function told() {
    const change = () => {
      restore.disabled = area.value === given;
      share.disabled = parse(area.value) === null;
    };
    keepFocus(element, change, () => spoil);
    changed();
  }

  /** @param {string} text */
  function show(text) {
    area.value = text;
    told();
  }

  function tamper() {
    const pattern = TARGETS[target++ % TARGETS.length] ?? /(")(.)/;
    const found = pattern.exec(given);
    if (!found) return;
    const at = found.index + (found[1]?.length ?? 0);
    area.value = given.slice(0, at);
    const before = area.scrollHeight; // of the text before it, and at least of the field
    const top = before > area.clientHeight ? before - area.clientHeight / 2 : 0;
    show(`${given.slice(0, at)}${found[2] === "1" ? "2" : "1"}${given.slice(at + 1)}`);
    area.scrollTop = top;
    if (matchMedia("(pointer: coarse)").matches) return; // focus would bring up the keyboard
    area.focus({ preventScroll: true });
    area.setSelectionRange(at, at + 1);
    area.scrollTop = top;
  }

  function save() {
    saveFile(new Blob([area.value], { type: "application/json" }), `${fileNameOf(parse(area.value))}.json`);
  }

  return {
    element,
    get text() {
      return area.value;
    },
    get isEdited() {
      return area.value !== given;
    },
    /** @param {string} text the one to go back to */
    open(text) {
      given = text;
      show(text);
    },
    /** @param {boolean} ok */
    mark: (ok) => element.classList.toggle("paper--bad", !ok),
  };
}
