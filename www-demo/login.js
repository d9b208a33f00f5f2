/** The diner's way in: the form beside the wheel's plate. */

import { byId } from "./dom.js";
import { createLoginForm } from "./login-form.js";

const DEMO_PHONE = "13800138000";

/** @param {import('./login-form.js').LoginCalls} calls */
export function createLogin(calls) {
  const view = byId("login", HTMLElement);
  const form = createLoginForm(calls, DEMO_PHONE);
  byId("login-sheet", HTMLElement).append(form.element);
  return {
    /** @param {string} [text] why the person is here again */
    show(text = "") {
      view.hidden = false;
      form.reset(text);
    },
    hide() {
      view.hidden = true;
    },
  };
}
