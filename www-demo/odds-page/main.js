/** Starts the page of the odds, which needs no login, and keeps it fresh. */

import { createApi } from "../api.js";
import { apiError } from "../common/api-error.js";
import { HAPPENED, NO_WHEEL } from "../common/draw-words.js";
import { loadCore } from "../core.js";
import { coreNotice } from "../core-trouble.js";
import { byId, notice } from "../dom.js";
import { keepFocus } from "../steady.js";
import { readOdds } from "./read.js";
import { createView } from "./view.js";

const view = createView();
const api = createApi(() => null);
const clock = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
/** Answers are up to this old: asking sooner shows nothing new, in milliseconds. */
const FRESH_MS = 2_000;

byId("unstarted", HTMLElement).remove();
const core = await loadCore(new URL("../core/", import.meta.url).href).catch(coreMissing);
if (core) start(core);

/** @param {unknown} error */
function coreMissing(error) {
  view.state("failed");
  const place = byId("fatal", HTMLElement);
  place.hidden = false;
  place.replaceChildren(coreNotice(error, "没有验证程序就核对不了公布的数字。"));
  return null;
}

/** @param {import('../core.js').Core} core */
function start(core) {
  const trouble = byId("trouble", HTMLElement);
  const readAt = byId("read-at", HTMLElement);
  const refresh = byId("refresh", HTMLButtonElement);
  let isAsking = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  let last = "";

  async function read() {
    if (isAsking) return;
    isAsking = true;
    askedAt = performance.now();
    refresh.setAttribute("aria-disabled", "true");
    try {
      view.show(core, readOdds(core, await api.odds()));
      last = clock.format(new Date());
      readAt.textContent = `${last} 读到`;
      keepFocus(trouble, () => trouble.replaceChildren(), () => refresh);
    } catch (error) {
      failed(apiError(error));
    } finally {
      isAsking = false;
      refresh.setAttribute("aria-disabled", "false");
      performance.mark("ready");
    }
  }

  /** @param {HTMLElement} words */
  const tell = (words) => keepFocus(trouble, () => trouble.replaceChildren(words), () => refresh);

  /** @param {import('../common/api-error.js').ApiError} error */
  function failed(error) {
    const again = { label: "再试一次", onclick: () => void read() };
    if (error.kind === "refused" && error.code === 404) {
      last = readAt.textContent = "";
      view.state("none");
      tell(notice({ title: NO_WHEEL.title, text: "店家换上新的奖品之后，概率会公布在这里。" }, again));
      return;
    }
    const why = HAPPENED[error.kind] ?? HAPPENED.server;
    if (last === "") view.state("failed");
    const title = last === "" ? "还没有读到公布的概率" : "没有读到更新的数字";
    tell(notice({ title, text: last === "" ? why : `${why}下面是 ${last} 读到的。` }, again));
  }

  refresh.addEventListener("click", () => void read());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && performance.now() - askedAt >= FRESH_MS) void read();
  });
  void read();
}
