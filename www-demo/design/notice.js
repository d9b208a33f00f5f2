/** The notice that diners read, made from the table and four answers of the house. */

import { HALF } from "../common/draft-check.js";
import { h } from "../dom.js";

/** @typedef {{organiser: string, period: string, redemption: string, contact: string}} Terms */

/** As the core takes them. */
const LENGTH_MAX = 500;
/** What fits into a field: what is too long is named, not cut. */
const FIELD_MAX = 2000;

/** What is wrong with a term, in words; empty if nothing. @param {string} text */
function fault(text) {
  if (text.length > LENGTH_MAX) return `最多 ${LENGTH_MAX} 个字，现在 ${text.length} 个`;
  return HALF.test(text) ? "含有特殊字符，请重新输入" : "";
}

/** @type {{name: keyof Terms, label: string, hint: string, long?: boolean}[]} */
const FIELDS = [
  { name: "organiser", label: "主办方", hint: "例如 公平小馆（朝阳路店）" },
  { name: "period", label: "活动时间", hint: "例如 2026年11月1日至12月31日" },
  { name: "redemption", label: "兑奖方式与期限", hint: "例如 中奖后 30 天内到店出示中奖记录领取；券在店内用，不与其他优惠同享", long: true },
  { name: "contact", label: "联系方式", hint: "电话或地址" },
];

/**
 * @param {object} parts
 * @param {any} parts.store
 * @param {any} parts.core
 */
export function createNotice({ store, core }) {
  const inputs = FIELDS.map(({ name, label, hint, long }) => {
    const id = `terms-${name}`;
    const about = { id, placeholder: hint, maxLength: FIELD_MAX, "aria-describedby": `${id}-error`, autocomplete: "off" };
    const input = long ? h("textarea", { ...about, rows: 3 }) : h("input", { ...about, type: "text" });
    input.addEventListener("input", () => store.setTerms({ [name]: input.value }));
    const error = h("p", { id: `${id}-error`, class: "cell__error", hidden: true });
    return { name, input, error, row: h("div", { class: "terms__field" }, h("label", { htmlFor: id }, label), input, error) };
  });
  const paper = h("div", { id: "notice-text", class: "notice-text", role: "region", "aria-label": "公告预览", tabIndex: 0 });
  const state = h("p", { id: "notice-state", class: "quiet", role: "status" });
  const write = h("button", { id: "notice-write", class: "button button--second button--small", type: "button", onclick: ask }, "写入规则文字");
  const question = h("div", { class: "notice-ask", hidden: true, role: "group", "aria-label": "换掉规则文字？" });
  const element = h(
    "section",
    { class: "terms", "aria-labelledby": "terms-title" },
    h("h3", { id: "terms-title", class: "terms__title" }, "给顾客看的公告"),
    h("div", { class: "terms__fields" }, ...inputs.map(({ row }) => row)),
    h("h4", { class: "terms__label" }, "预览"),
    paper,
    h("div", { class: "terms__foot" }, write, state),
    question,
  );
  let text = "";

  /** A text that was written by hand is not taken away unasked. */
  function ask() {
    const { rules } = store.draft;
    if (rules.trim() === "" || rules === text) return put();
    const no = h("button", { class: "button button--second button--small", type: "button", onclick: () => closeQuestion(true) }, "不换");
    const yes = h("button", { id: "notice-replace", class: "button button--second button--small", type: "button", onclick: put }, "换成公告");
    question.replaceChildren(h("p", {}, "规则文字里已经有别的内容，换成这份公告吗？之后可以撤销。"), h("div", { class: "notice__actions" }, no, yes));
    question.hidden = false;
    return yes.focus();
  }

  /** @param {boolean} isBack whether the focus goes back to where it came from */
  function closeQuestion(isBack) {
    question.hidden = true;
    if (isBack) write.focus();
  }

  function put() {
    closeQuestion(!question.hidden);
    store.edit({ rules: text });
  }

  function render() {
    const { terms, table, draft } = store;
    let isRight = true;
    for (const { name, input, error } of inputs) {
      const term = terms[name] ?? "";
      if (input.value !== term) input.value = term;
      error.textContent = fault(term);
      error.hidden = error.textContent === "";
      if (error.hidden) input.removeAttribute("aria-invalid");
      else input.setAttribute("aria-invalid", "true");
      isRight &&= error.hidden;
    }
    const now = table && isRight ? core.noticeText(table.text, { organiser: "", period: "", redemption: "", contact: "", ...terms }) : "";
    const isWritten = now !== "" && draft.rules === now;
    if (isWritten || now !== text) question.hidden = true;
    text = now;
    paper.textContent = now || (isRight ? "奖品表改好以后，这里会写出公告。" : "上面标红的改好以后，这里会写出公告。");
    paper.classList.toggle("notice-text--none", now === "");
    write.disabled = now === "" || isWritten;
    state.textContent = now === "" ? "" : isWritten ? "规则文字就是这份公告。" : draft.rules.trim() === "" ? "规则文字还是空的。" : "规则文字和这份公告不一样。";
  }

  return { element, render };
}
