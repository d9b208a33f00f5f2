/** What nobody needs at first is fetched when it is needed. */

import { h, notice } from "../dom.js";

/** A page that is left alone has all of it by then, also if the network goes away. */
const AT_LAST_MS = 3000;
const SIGNS = ["pointermove", "pointerdown", "keydown", "focusin", "scroll"];

/**
 * Fetched once; after a failure, again.
 * @template T @param {() => Promise<T>} load
 */
export function later(load) {
  /** @type {Promise<T> | null} */
  let loading = null;
  return () => {
    loading ??= load().catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  };
}

/**
 * A part of the page that is not needed to begin: until it is there its place says so, and it is tried again once the network is back.
 * What was fetched and then fails is no matter of the network, and fails again: that is said otherwise.
 * @template T @param {HTMLElement} place @param {string} name @param {() => Promise<T>} load @param {(loaded: T) => void} make @returns {() => void}
 */
export function latePart(place, name, load, make) {
  function failed(/** @type {unknown} */ error) {
    console.error("fairwheel:", error);
    place.replaceChildren(notice({ title: `${name}出了错`, text: "页面的其他部分照常可用。请重新加载再试；还是这样，请告诉维护人员。" }, { label: "重新加载", onclick: () => location.reload() }));
  }
  const made = later(async () => {
    const loaded = await load();
    try {
      make(loaded);
    } catch (error) {
      failed(error);
    }
  });
  function bring() {
    const isAt = place.contains(document.activeElement);
    const came = made().catch((/** @type {unknown} */ error) => {
      console.warn("fairwheel:", error);
      place.replaceChildren(notice({ title: `${name}没有取到`, text: "请检查网络，连上以后会自动再试。" }, { label: "再试一次", onclick: bring }));
      addEventListener("online", bring, { once: true });
    });
    // Who pressed the button goes on from there.
    came.then(() => {
      if (!isAt || document.activeElement !== document.body) return;
      place.tabIndex = -1;
      (/** @type {HTMLElement | null} */ (place.querySelector(".notice button")) ?? place).focus({ preventScroll: true });
    });
  }
  return bring;
}

/** What opens over the page, and what opens beside a button. */
export const PANELS = "css/panels.css";
export const POPS = "css/design-pops.css";

/** @type {Map<string, Promise<void>>} */
const sheets = new Map();

/** A style sheet that is not in the page yet; after a failure it is asked for again. @param {string} href @returns {Promise<void>} once it holds */
export function styled(href) {
  const sheet = sheets.get(href) ?? new Promise((resolve, reject) => {
    const failed = () => {
      link.remove();
      sheets.delete(href);
      reject(new Error(href));
    };
    const link = h("link", { rel: "stylesheet", href, onload: () => resolve(), onerror: failed });
    document.head.append(link);
  });
  sheets.set(href, sheet);
  return sheet;
}

/** As `later`, together with what it looks like. @template T @param {() => Promise<T>} load @param {string} href */
export const laterStyled = (load, href) => later(async () => (await Promise.all([load(), styled(href)]))[0]);

/** At the first sign that somebody is at work here, as soon as one of the places is in sight, or after a while. @param {HTMLElement[]} places @param {() => void} begin */
export function whenWanted(places, begin) {
  const sight = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && start());
  function start() {
    sight.disconnect();
    clearTimeout(timer);
    for (const sign of SIGNS) removeEventListener(sign, start, true);
    begin();
  }
  const timer = setTimeout(start, AT_LAST_MS);
  for (const place of places) sight.observe(place);
  for (const sign of SIGNS) addEventListener(sign, start, { capture: true, passive: true });
}
