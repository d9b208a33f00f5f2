/** Opens a design from a file, from what is pasted, or from a link; whole or not at all. */

import { chanceSum } from "../common/draft.js";
import { count, points } from "../common/numbers.js";
import { h } from "../dom.js";
import { FILE_MAX, FileProblem, fromJson, fromLink, fromText, isLink } from "./files.js";
import { footButton, makePanel } from "./panel.js";
import { titleOf } from "./prizes.js";

/** @typedef {import('./read-design.js').Read & {base?: import('../common/draft.js').ServerConfig | null}} Opened */

const SHOWN = 8;

/**
 * @param {object} parts
 * @param {import('./store.js').DesignStore} parts.store
 * @param {import('../common/types.js').Core} parts.core
 * @param {(words: string) => void} parts.done
 */
export function createOpening({ store, core, done }) {
  const panel = makePanel("open-panel", "打开");
  const file = h("input", { id: "open-file", class: "sr-only", type: "file", accept: ".json,.txt,application/json,text/plain", tabIndex: -1, "aria-label": "设计文件" });
  const choose = h("button", { id: "choose-file", class: "button button--second button--small", type: "button", onclick: () => file.click() }, "选一个文件");
  const text = h("textarea", { id: "open-text", class: "box num", rows: 7, spellcheck: false, placeholder: "fairwheel-table-v1 …  或者  { \"prizes\": … }", "aria-describedby": "open-fault" });
  const fault = h("p", { id: "open-fault", class: "fault", role: "alert", hidden: true });
  panel.body.append(
    h("div", { class: "drop" }, h("p", {}, "把 JSON 或规范文本的文件拖到页面上，或者"), choose, file),
    h("label", { class: "cell__label", htmlFor: text.id }, "也可以粘贴在这里：JSON、规范文本或分享链接"),
    text,
    fault,
    h("p", { class: "quiet" }, "会换掉现在的设计，之后可以撤销。"),
  );
  panel.foot.append(footButton("取消", panel.close), footButton("打开", () => void openPasted(), true));
  const asking = makePanel("link-panel", "打开链接里的设计？");

  /** @param {unknown} error */
  function failed(error) {
    const words = error instanceof FileProblem ? error.words : "读不了这个文件，请再试一次";
    if (!panel.isOpen()) {
      panel.open();
      choose.focus();
    }
    fault.hidden = false;
    fault.textContent = `没有打开：${words}。现在的设计没有变。`;
    fault.scrollIntoView({ block: "nearest" });
  }

  /** @param {Opened} opened @param {string} what */
  function take(opened, what) {
    store.open(opened.draft, { base: opened.base ?? store.base, terms: opened.terms ?? store.terms });
    panel.close();
    done(`打开了${what}`);
  }

  /** @param {string} content @returns {Opened} */
  const read = (content) => (/^\ufeff?\s*fairwheel-table/.test(content) ? fromText(core, content.trimStart(), store.draft) : fromJson(content));

  /** @param {File} given */
  async function openFile(given) {
    try {
      if (given.size > FILE_MAX) throw new FileProblem("", `“${given.name}”有 ${(given.size / 1024 / 1024).toFixed(1)} MB，最多 8 MB`);
      if (given.type.startsWith("image/")) throw new FileProblem("", `“${given.name}”是图片，请拖到一个奖品上`);
      take(read(await given.text()), `“${given.name}”`);
    } catch (error) {
      failed(error);
    }
  }

  async function openPasted() {
    try {
      const content = text.value.trim();
      if (content === "") throw new FileProblem("", "还没有粘贴内容");
      if (!/^(?:\ufeff|\s)*(?:[[{]|fairwheel-table)/.test(content) && isLink(content)) take(await fromLink(content), "链接里的设计");
      else if (/^https?:\/\/\S*$/i.test(content)) throw new FileProblem("", "这是一个网址，里面没有设计。分享的链接里有“#draft=”，请把它复制完整");
      else take(read(content), "粘贴的设计");
      text.value = "";
    } catch (error) {
      failed(error);
    }
  }

  /** A link that the page was opened with. @param {string} hash */
  async function openLink(hash) {
    try {
      const opened = await fromLink(hash);
      if (store.isExample) take(opened, "链接里的设计");
      else ask(opened);
    } catch (error) {
      failed(error);
    } finally {
      // It is read: a reload is about the work from then on.
      history.replaceState(null, "", location.pathname + location.search);
    }
  }

  /** Shows what it is before it takes the place of the present work. @param {Opened} opened */
  function ask(opened) {
    const { draft } = opened;
    const rest = draft.prizes.length - SHOWN;
    const rows = draft.prizes.slice(0, SHOWN).map((prize) => {
      const dot = h("i", { class: "prize__dot" });
      dot.style.background = /^#[0-9a-f]{6}$/i.test(prize.color) ? prize.color : "";
      return h("li", {}, dot, h("span", {}, titleOf(prize)), h("span", { class: "num" }, `${prize.chance}%`));
    });
    asking.body.replaceChildren(
      h("p", { class: "num" }, `${count(draft.prizes.length)} 个奖品，概率合计${chanceSum(draft).words}，每次 ${/^\d{1,7}$/.test(draft.cost) ? points(Number(draft.cost)) : draft.cost}。`),
      h("ul", { class: "glance" }, ...rows),
      rest > 0 ? h("p", { class: "quiet" }, `还有 ${count(rest)} 个`) : "",
      h("p", { class: "quiet" }, "打开它会换掉现在的设计，之后可以撤销。"),
    );
    const yes = () => {
      asking.close();
      take(opened, "链接里的设计");
    };
    asking.foot.replaceChildren(footButton("留着现在的", asking.close), footButton("打开链接里的", yes, true));
    asking.open();
  }

  file.addEventListener("change", () => {
    const [given] = file.files ?? [];
    if (given) void openFile(given);
    file.value = "";
  });

  return {
    openFile,
    openLink,
    open() {
      fault.hidden = true;
      panel.open();
      choose.focus();
    },
  };
}
