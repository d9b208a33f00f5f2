/** Pages, the bars above and below them, and the ways between them. */

import { showStylesOf } from "./components.js";
import { nextFrame } from "./frame.js";
import { app, guard, mp } from "./state.js";

const REACH_BOTTOM = 50;
const tabs = app.json.tabBar?.list ?? [];
const isDark = () => Boolean(app.json.darkmode) && matchMedia("(prefers-color-scheme: dark)").matches;
export const theme = () => (isDark() ? "dark" : "light");
/** A value of app.json, looked up in theme.json if it begins with @. */
const themed = (value) => (typeof value === "string" && value.startsWith("@") ? app.theme?.[theme()]?.[value.slice(1)] : value);

document.body.insertAdjacentHTML("afterbegin", '<div class="mp-bar"><b class="mp-back" role="button"></b><span></span></div><div class="mp-pages"></div><div class="mp-tabs"></div>');
const bar = document.querySelector(".mp-bar");
const box = document.querySelector(".mp-pages");
const tabBar = document.querySelector(".mp-tabs");

/** @type {Record<string, any>} tab pages stay as they are */
const kept = {};
/** @type {Record<number, string>} */
const badges = {};
let create;

const route = (url) => url.split("?")[0].replace(/^\//, "");
const isTab = (path) => tabs.some((tab) => tab.pagePath === path);
const call = (page, name, ...given) => guard(`${page.route} ${name}`, page.instance[name], page.instance, ...given);
const lifetime = (page, name) => page.root.getComponent().triggerPageLifetime(name, []);

function make(url) {
  const path = route(url);
  if (!app.components[path]?.isPage) throw new Error(`page "${path}" is not found`);
  const query = Object.fromEntries([...new URLSearchParams(url.split("?")[1])].map(([name, value]) => [name, encodeURIComponent(value)]));
  const holder = document.createElement("div");
  holder.className = "mp-page";
  box.append(holder);
  const root = create(path);
  const instance = root.get();
  const page = { route: path, url: url.replace(/^\//, ""), query, holder, root, instance, isReady: false };
  Object.assign(instance, { route: path, options: query });
  watchScroll(page);
  return page;
}

function watchScroll({ holder, ...page }) {
  let wasLow = false;
  holder.addEventListener("scroll", () => {
    guard("onPageScroll", page.instance.onPageScroll, page.instance, { scrollTop: holder.scrollTop });
    const distance = app.components[page.route].json.onReachBottomDistance ?? app.json.window?.onReachBottomDistance ?? REACH_BOTTOM;
    const isLow = holder.scrollHeight - holder.clientHeight - holder.scrollTop <= distance;
    if (isLow && !wasLow) guard("onReachBottom", page.instance.onReachBottom, page.instance);
    wasLow = isLow;
  });
}

/** Puts a page on top and goes through the first half of its life. */
function push(url) {
  const page = make(url);
  if (mp.current()) hidePage(mp.current());
  mp.stack.push(page);
  show();
  const place = document.createElement("span");
  page.holder.append(place);
  page.root.attach(page.holder, place);
  call(page, "onLoad", page.query);
  showPage(page);
  nextFrame(() => {
    call(page, "onReady");
    page.isReady = true;
  });
  return page;
}

function showPage(page) {
  call(page, "onShow");
  lifetime(page, "show");
}

function hidePage(page) {
  call(page, "onHide");
  lifetime(page, "hide");
}

function remove(page) {
  call(page, "onUnload");
  page.root.release();
  page.holder.remove();
}

/** The page on top, with its title and its bars. */
function show() {
  const page = mp.current();
  for (const each of new Set([...mp.stack, ...Object.values(kept)])) each.holder.classList.toggle("is-hidden", each !== page);
  showStylesOf(page.route);
  const look = { ...app.json.window, ...app.components[page.route].json, ...page.bar };
  const isCustom = look.navigationStyle === "custom";
  bar.hidden = isCustom;
  bar.style.background = themed(look.navigationBarBackgroundColor) ?? "#000";
  bar.style.color = themed(look.navigationBarTextStyle) === "black" ? "#000" : "#fff";
  bar.querySelector("span").textContent = look.navigationBarTitleText ?? "";
  bar.querySelector(".mp-back").textContent = mp.stack.length > 1 ? "‹" : "";
  box.style.background = themed(look.backgroundColor) ?? (isDark() ? "#191919" : "#fff");
  showTabs(tabs.findIndex((tab) => tab.pagePath === page.route));
  box.style.setProperty("--mp-vh", `${box.clientHeight / 100}px`);
}

function showTabs(chosen) {
  const { color, selectedColor, backgroundColor } = app.json.tabBar ?? {};
  tabBar.classList.toggle("is-hidden", chosen < 0);
  tabBar.style.background = themed(backgroundColor) ?? "#fff";
  tabBar.replaceChildren(
    ...tabs.map((tab, index) => {
      const button = document.createElement("div");
      button.className = "mp-tab";
      button.style.color = themed(index === chosen ? selectedColor : color) ?? "";
      const icon = themed(index === chosen ? tab.selectedIconPath : tab.iconPath);
      if (icon) {
        const image = document.createElement("img");
        image.src = `/${icon.replace(/^\//, "")}`;
        image.alt = "";
        button.append(image);
      }
      button.append(badges[index] ? `${tab.text} ${badges[index]}` : tab.text);
      button.addEventListener("click", () => {
        call(mp.current(), "onTabItemTap", { index, pagePath: tab.pagePath, text: tab.text });
        router.switchTab(tab.pagePath);
      });
      return button;
    }),
  );
}

export const router = {
  navigateTo(url) {
    if (isTab(route(url))) throw new Error("can not navigateTo a tabbar page");
    if (mp.stack.length >= 10) throw new Error("webview count limit exceed");
    push(url);
  },
  redirectTo(url) {
    if (isTab(route(url))) throw new Error("can not redirectTo a tabbar page");
    const old = mp.stack.pop();
    remove(old);
    push(url);
  },
  navigateBack(delta = 1) {
    if (mp.stack.length === 1) throw new Error("cannot navigate back at first page.");
    for (let count = 0; count < delta && mp.stack.length > 1; count++) remove(mp.stack.pop());
    show();
    showPage(mp.current());
  },
  switchTab(url) {
    const path = route(url);
    if (!isTab(path)) throw new Error("can not switch to no-tabBar page");
    if (mp.current()?.route === path) return;
    while (mp.stack.length > 1) remove(mp.stack.pop());
    const below = mp.current();
    if (below?.route === path) {
      show();
      return showPage(below);
    }
    if (below && isTab(below.route)) hidePage(below);
    else if (below) remove(below);
    mp.stack.length = 0;
    if (!kept[path]) {
      kept[path] = push(path);
      return;
    }
    mp.stack.push(kept[path]);
    show();
    showPage(kept[path]);
  },
  reLaunch(url) {
    for (const page of new Set([...mp.stack, ...Object.values(kept)])) remove(page);
    for (const path of Object.keys(kept)) delete kept[path];
    mp.stack.length = 0;
    const page = push(url);
    if (isTab(page.route)) kept[page.route] = page;
  },
  setBar(look) {
    const page = mp.current();
    page.bar = { ...page.bar, ...look };
    show();
  },
  badge(index, text) {
    badges[index] = text;
    show();
  },
  hide: () => hidePage(mp.current()),
  show: () => showPage(mp.current()),
};

mp.pullDown = () => call(mp.current(), "onPullDownRefresh");
bar.querySelector(".mp-back").addEventListener("click", () => router.navigateBack());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => mp.current() && show());

/** @param {string} url @param {{create: (route: string) => any}} components */
export function openFirst(url, components) {
  create = components.create;
  router.reLaunch(url);
}
