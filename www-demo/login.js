/** Logging in with a phone number and a code. */

import { byId, h } from "./dom.js";
import { loginError } from "./words.js";

const DEMO_PHONE = "13800138000";

/**
 * @param {{
 *   sendCode: (phone: string) => Promise<{retry_after?: number, dev_code?: string}>,
 *   login: (phone: string, code: string) => Promise<void>,
 * }} calls `login` resolves once the person is in
 */
export function createLogin(calls) {
  const view = byId("login", HTMLElement);
  const phone = byId("phone", HTMLInputElement);
  const code = byId("code", HTMLInputElement);
  const message = byId("login-message", HTMLElement);
  const send = byId("send-code", HTMLButtonElement);
  const submit = byId("login-submit", HTMLButtonElement);
  const devCode = byId("dev-code", HTMLButtonElement);
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let ticking;

  /** @param {string} text @param {HTMLInputElement | null} [bad] */
  function say(text, bad = null) {
    message.textContent = text;
    message.classList.toggle("login__message--bad", bad !== null);
    for (const field of [phone, code]) field.setAttribute("aria-invalid", String(field === bad));
    bad?.focus();
  }

  /** @param {number} seconds */
  function countDown(seconds) {
    const end = Date.now() + seconds * 1000;
    clearInterval(ticking);
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      send.disabled = left > 0;
      send.textContent = left > 0 ? `${left} 秒后重发` : "重新获取";
      if (left <= 0) clearInterval(ticking);
    };
    ticking = setInterval(tick, 250);
    tick();
  }

  /** Without what people put around a number: spaces, dashes, the country code. */
  const digits = () => phone.value.replace(/\D/g, "").replace(/^86(?=1\d{10}$)/, "");

  async function askCode() {
    if (!/^1[3-9]\d{9}$/.test(digits())) return say("请填写 11 位手机号。", phone);
    send.disabled = true;
    try {
      const answer = await calls.sendCode(digits());
      countDown(answer.retry_after ?? 60);
      devCode.hidden = !answer.dev_code;
      devCode.dataset.code = answer.dev_code ?? "";
      devCode.replaceChildren("填入开发验证码 ", h("b", {}, answer.dev_code ?? ""));
      say(answer.dev_code ? "" : "验证码已发送，请查看短信。");
      code.focus();
    } catch (error) {
      send.disabled = false;
      say(loginError(/** @type {import('./common/api-error.js').ApiError} */ (error), "code"), phone);
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

  send.addEventListener("click", askCode);
  devCode.addEventListener("click", () => {
    code.value = devCode.dataset.code ?? "";
    say("");
    submit.focus();
  });
  byId("demo-phone", HTMLButtonElement).addEventListener("click", () => {
    phone.value = DEMO_PHONE;
    say("");
    (send.disabled ? code : send).focus();
  });
  byId("login-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    enter();
  });

  return {
    /** @param {string} [text] why the person is here again */
    show(text = "") {
      view.hidden = false;
      code.value = "";
      devCode.hidden = true;
      say(text);
    },
    hide() {
      view.hidden = true;
    },
  };
}
