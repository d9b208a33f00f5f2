/** The form with a phone number and a code, wherever somebody logs in. */

import { h } from "./dom.js";
import { loginError } from "./words.js";

/**
 * @typedef {object} LoginCalls
 * @property {(phone: string) => Promise<{retry_after?: number, dev_code?: string}>} sendCode
 * @property {(phone: string, code: string) => Promise<void>} login resolves once the person is in
 */

/**
 * @param {LoginCalls} calls
 * @param {string} demoPhone the number that one tap fills in
 */
export function createLoginForm(calls, demoPhone) {
  const { form, phone, code, message, send, submit, devCode, fillPhone } = elements(demoPhone);
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let ticking;

  /** @param {string} text @param {HTMLInputElement | null} [bad] */
  function say(text, bad = null) {
    message.textContent = text;
    message.classList.toggle("login__message--bad", bad !== null);
    for (const field of [phone, code]) field.setAttribute("aria-invalid", String(field === bad));
    bad?.focus();
  }

  /** When each number may be sent another code: who comes back with another one need not wait for the first. @type {Map<string, number>} */
  const ends = new Map();
  let isSending = false;

  function tick() {
    const end = ends.get(digits());
    const left = Math.ceil(((end ?? 0) - Date.now()) / 1000);
    send.disabled = isSending || left > 0;
    send.textContent = left > 0 ? `${left} 秒后重发` : end ? "重新获取" : "获取验证码";
    clearInterval(ticking);
    if (left > 0) ticking = setInterval(tick, 250);
  }

  /** Without what people put around a number: spaces, dashes, the country code. */
  const digits = () => phone.value.replace(/\D/g, "").replace(/^86(?=1\d{10}$)/, "");

  async function askCode() {
    if (!/^1[3-9]\d{9}$/.test(digits())) return say("请填写 11 位手机号。", phone);
    const to = digits();
    isSending = true;
    tick();
    try {
      const answer = await calls.sendCode(to);
      ends.set(to, Date.now() + (answer.retry_after ?? 60) * 1000);
      // Who has typed another number meanwhile is told nothing of the first.
      if (digits() !== to) return;
      devCode.hidden = !answer.dev_code;
      devCode.dataset.phone = to;
      devCode.dataset.code = answer.dev_code ?? "";
      devCode.replaceChildren("填入开发验证码 ", h("b", {}, answer.dev_code ?? ""));
      say(answer.dev_code ? "" : "验证码已发送，请查看短信。");
      code.focus();
    } catch (thrown) {
      const error = /** @type {import('./common/api-error.js').ApiError} */ (thrown);
      const wait = error.code === 1002 ? Number(error.data?.retry_after_s) : 0;
      if (wait > 0) ends.set(to, Date.now() + wait * 1000);
      if (digits() === to) say(loginError(error, "code"), phone);
    } finally {
      isSending = false;
      tick();
    }
  }

  async function enter() {
    if (submit.getAttribute("aria-disabled") === "true") return;
    if (!/^1[3-9]\d{9}$/.test(digits())) return say("请填写 11 位手机号。", phone);
    if (!/^\d{6}$/.test(code.value.trim())) return say("请填写 6 位验证码。", code);
    submit.setAttribute("aria-disabled", "true");
    submit.textContent = "正在登录…";
    try {
      await calls.login(digits(), code.value.trim());
    } catch (error) {
      say(loginError(/** @type {import('./common/api-error.js').ApiError} */ (error), "login"), code);
    } finally {
      submit.setAttribute("aria-disabled", "false");
      submit.textContent = "登录";
    }
  }

  function renumbered() {
    if (digits() !== devCode.dataset.phone) devCode.hidden = true; // it is the other number's
    tick();
  }

  send.addEventListener("click", askCode);
  phone.addEventListener("input", renumbered);
  devCode.addEventListener("click", () => {
    code.value = devCode.dataset.code ?? "";
    say("");
    submit.focus();
  });
  fillPhone.addEventListener("click", () => {
    phone.value = demoPhone;
    renumbered();
    say("");
    (send.disabled ? code : send).focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter();
  });

  return {
    element: form,
    /** Ready for the next login. @param {string} [text] why the person is here again */
    reset(text = "") {
      code.value = "";
      devCode.hidden = true;
      tick();
      say(text);
    },
    focus: () => phone.focus(),
  };
}

/** @param {string} demoPhone */
function elements(demoPhone) {
  const described = { "aria-describedby": "login-message" };
  const phone = h("input", { id: "phone", name: "phone", type: "tel", inputMode: "numeric", autocomplete: "tel-national", maxLength: 20, placeholder: "11 位手机号", ...described });
  const code = h("input", { id: "code", name: "code", type: "text", inputMode: "numeric", autocomplete: "one-time-code", maxLength: 6, placeholder: "6 位数字", ...described });
  const spaced = demoPhone.replace(/^(\d{3})(\d{4})(\d{4})$/, "$1 $2 $3");
  const fillPhone = h("button", { id: "demo-phone", class: "fill", type: "button" }, "用演示号 ", h("b", {}, spaced));
  const devCode = h("button", { id: "dev-code", class: "fill", type: "button", hidden: true });
  const send = h("button", { id: "send-code", class: "button button--second button--small", type: "button" }, "获取验证码");
  const message = h("p", { id: "login-message", class: "login__message", "aria-live": "polite" });
  const submit = h("button", { id: "login-submit", class: "button button--main", type: "submit" }, "登录");
  const head = (/** @type {HTMLInputElement} */ of, /** @type {string} */ label, /** @type {HTMLElement} */ fill) =>
    h("div", { class: "field__head" }, h("label", { htmlFor: of.id }, label), fill);
  const form = h(
    "form",
    { id: "login-form", class: "login-form", noValidate: true },
    h("div", { class: "field" }, head(phone, "手机号", fillPhone), phone),
    h("div", { class: "field" }, head(code, "验证码", devCode), h("div", { class: "field__row" }, code, send), message),
    submit,
  );
  return { form, phone, code, message, send, submit, devCode, fillPhone };
}
