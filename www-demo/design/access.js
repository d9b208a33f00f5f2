/** Who may publish: logging in without leaving the page, and what is said to those who may not. */

import { createApi } from "../api.js";
import { h } from "../dom.js";
import { createLoginForm } from "../login-form.js";
import { dinerBody } from "./publish-views.js";

/** The merchant of the demonstration data. */
const DEMO_PHONE = "13800138888";

/**
 * @param {object} parts
 * @param {ReturnType<typeof import('./publish-dialog.js').createPublishDialog>} parts.dialog
 * @param {ReturnType<typeof import('../session.js').createSession>} parts.session
 * @param {() => void} parts.changed somebody has logged in or out
 */
export function createAccess({ dialog, session, changed }) {
  const api = createApi(() => session.token);
  /** What goes on once somebody is logged in. */
  let next = () => {};
  const form = createLoginForm(
    {
      sendCode: api.sendCode,
      async login(phone, code) {
        const { access_token, user_info } = await api.login(phone, code);
        session.open(access_token, user_info.user_id);
        dialog.close();
        changed();
        next();
      },
    },
    DEMO_PHONE,
  );

  function logOut() {
    session.close();
    changed();
  }

  /** @param {string} why @param {() => void} again */
  function askLogin(why, again) {
    next = again;
    form.reset(why);
    const lead = h("p", { class: "lead" }, "用店家的手机号登录，就能读入正在使用的转盘、比较和发布。");
    dialog.show({ step: "login", title: "店家登录", body: [lead, form.element] });
    form.focus();
  }

  return {
    api,
    isLoggedIn: () => session.token !== null,
    logOut,
    /** Says why it does not go on, and how it will. @param {import('./publishing.js').Hindrance} why @param {() => void} again */
    hindered(why, again) {
      const close = { label: "返回编辑", onclick: () => dialog.close() };
      if (why.kind === "login") {
        if (why.isExpired) logOut();
        askLogin(why.isExpired ? "登录已过期，请重新登录。您的修改都还在。" : "", again);
      } else if (why.kind === "diner") {
        const other = () => {
          logOut();
          askLogin("", again);
        };
        dialog.show({ step: "diner", title: "这里只给店家使用", body: dinerBody(), actions: [{ label: "换一个账号", onclick: other }, { label: "再试一次", onclick: again }, close] });
      } else {
        dialog.show({ step: "trouble", title: why.title, body: [h("p", { class: "lead" }, why.text)], actions: [close, { label: "再试一次", onclick: again, main: true }] });
      }
    },
  };
}
