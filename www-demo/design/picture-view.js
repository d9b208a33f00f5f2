/** Where a prize gets its picture: chosen, dropped or pasted. */

import { h } from "../dom.js";
import { FileProblem } from "./file-problem.js";
import { pictureFrom } from "./picture.js";
import { createPopover } from "./popover.js";
import { titleOf } from "./prizes.js";

/**
 * @param {object} parts
 * @param {import('./store.js').DesignStore} parts.store
 * @param {(words: string) => void} parts.done
 */
export function createPictures({ store, done }) {
  const pop = createPopover({ kind: "picture", role: "dialog", label: "图片" });
  let key = "";
  /** @type {HTMLElement | null} */
  let anchor = null;
  /** Files that were given later than one still being read are the ones that count. */
  let latest = 0;
  const title = h("h3", { class: "pop__title" });
  const shown = h("div", { class: "drop__shown" });
  const lead = h("p", {}, "拖一张图片到这里，或粘贴");
  const file = h("input", { class: "sr-only", type: "file", accept: "image/png,image/jpeg,image/webp,image/gif", tabIndex: -1, "aria-label": "图片文件" });
  const choose = h("button", { class: "button button--second button--small", type: "button", onclick: () => file.click() }, "选一张图片");
  const remove = h("button", { class: "button button--quiet button--small", type: "button", onclick: () => clear() }, "去掉图片");
  const drop = h("div", { class: "drop" }, shown, lead);
  const fault = h("p", { class: "cell__error", role: "alert", hidden: true });
  pop.element.replaceChildren(title, drop, fault, h("div", { class: "pop__foot" }, choose, remove, file), h("p", { class: "quiet" }, "会缩到 256 像素、40 KB 以内，发布时再上传。"));

  const prizeOf = (/** @type {string} */ which) => store.draft.prizes.find((prize) => prize.key === which);

  /** @param {string} which @param {string} image */
  const give = (which, image) => store.edit((draft) => ({ ...draft, prizes: draft.prizes.map((prize) => (prize.key === which ? { ...prize, image } : prize)) }));

  function clear() {
    give(key, "");
    done("去掉了图片");
    pop.close();
  }

  function render() {
    const prize = prizeOf(key);
    if (!prize) return void pop.close();
    title.textContent = `“${titleOf(prize)}”的图片`;
    shown.replaceChildren(...(/^(?:data:image\/|\/(?!\/))/.test(prize.image) ? [h("img", { src: prize.image, alt: "现在的图片" })] : [prize.image]));
    lead.hidden = prize.image !== "";
    remove.hidden = prize.image === "";
  }

  /** @param {string} words */
  function say(words) {
    fault.hidden = words === "";
    fault.textContent = words;
    pop.place();
  }

  /** @param {string} which @param {File} given */
  async function take(which, given) {
    const mine = ++latest;
    drop.toggleAttribute("data-busy", true);
    try {
      const image = await pictureFrom(given);
      if (mine !== latest || !prizeOf(which)) return;
      give(which, image);
      done(`“${titleOf(/** @type {any} */ (prizeOf(which)))}”换上了图片`);
      pop.close();
    } catch (error) {
      if (mine !== latest) return;
      const row = document.querySelector(`[data-key="${CSS.escape(which)}"] [data-field=image]`);
      if (!pop.isOpen && row instanceof HTMLElement) open(which, row.offsetParent ? row : /** @type {HTMLElement} */ (row.closest(".prize")));
      say(error instanceof FileProblem ? error.words : "读不出这张图片，请换一张");
    } finally {
      if (mine === latest) drop.toggleAttribute("data-busy", false);
    }
  }

  /** @param {string} which @param {HTMLElement} beside */
  function open(which, beside) {
    key = which;
    anchor = beside;
    pop.open(anchor);
    render();
    say("");
    choose.focus({ preventScroll: true });
  }

  file.addEventListener("change", () => {
    const [given] = file.files ?? [];
    if (given) void take(key, given);
    file.value = "";
  });
  pop.element.addEventListener("dragover", (event) => {
    event.preventDefault();
    event.stopPropagation();
  });
  pop.element.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const [given] = event.dataTransfer?.files ?? [];
    if (given) void take(key, given);
  });
  pop.element.addEventListener("paste", (event) => {
    const [given] = event.clipboardData?.files ?? [];
    if (given) void take(key, given);
  });
  store.subscribe(() => pop.isOpen && render());
  return { open, take };
}
