/** What WeChat itself shows: toasts, dialogs, bars. */

import { ask, hideToast, showToast } from "../dialog.js";
import { callback } from "./callback.js";

const MODAL_MS = 150;

export const makeShown = (router) => ({
  showToast: callback("showToast", ({ title, duration = 1500 }) => showToast(title, duration)),
  hideToast: callback("hideToast", hideToast),
  showLoading: callback("showLoading", ({ title }) => showToast(title, 0)),
  hideLoading: callback("hideLoading", hideToast),
  showModal: callback("showModal", async ({ title, content, showCancel = true, confirmText = "确定", cancelText = "取消", editable, placeholderText }) => {
    // It is WeChat's own, not the page's: what is tapped until it is there still reaches the page.
    await new Promise((resolve) => setTimeout(resolve, MODAL_MS));
    const field = editable ? Object.assign(document.createElement("input"), { value: content ?? "", placeholder: placeholderText ?? "" }) : undefined;
    const answers = showCancel ? [cancelText, confirmText] : [confirmText];
    const isConfirmed = (await ask({ title, content: editable ? "" : content, field, answers })) === answers.length - 1;
    return { confirm: isConfirmed, cancel: !isConfirmed, content: field && isConfirmed ? field.value : null };
  }),
  showActionSheet: callback("showActionSheet", async ({ itemList, alertText }) => {
    const tapIndex = await ask({ title: alertText, answers: [...itemList, "取消"], sheet: true });
    if (tapIndex === itemList.length) throw new Error("cancel");
    return { tapIndex };
  }),
  setNavigationBarTitle: callback("setNavigationBarTitle", ({ title }) => router.setBar({ navigationBarTitleText: title })),
  setNavigationBarColor: callback("setNavigationBarColor", ({ frontColor, backgroundColor }) => router.setBar({ navigationBarTextStyle: frontColor === "#000000" ? "black" : "white", navigationBarBackgroundColor: backgroundColor })),
  showNavigationBarLoading: callback("showNavigationBarLoading", () => {}),
  hideNavigationBarLoading: callback("hideNavigationBarLoading", () => {}),
  setBackgroundColor: callback("setBackgroundColor", () => {}),
  setTabBarBadge: callback("setTabBarBadge", ({ index, text }) => router.badge(index, text)),
  removeTabBarBadge: callback("removeTabBarBadge", ({ index }) => router.badge(index, "")),
  showTabBarRedDot: callback("showTabBarRedDot", ({ index }) => router.badge(index, "●")),
  hideTabBarRedDot: callback("hideTabBarRedDot", ({ index }) => router.badge(index, "")),
  startPullDownRefresh: callback("startPullDownRefresh", () => globalThis.__mp.pullDown()),
  stopPullDownRefresh: callback("stopPullDownRefresh", () => {}),
  pageScrollTo: callback("pageScrollTo", ({ scrollTop, selector }) => {
    const { holder } = globalThis.__mp.current();
    if (selector) holder.querySelector(selector)?.scrollIntoView();
    else holder.scrollTop = scrollTop;
  }),
  navigateTo: callback("navigateTo", ({ url }) => router.navigateTo(absolute(url))),
  redirectTo: callback("redirectTo", ({ url }) => router.redirectTo(absolute(url))),
  reLaunch: callback("reLaunch", ({ url }) => router.reLaunch(absolute(url))),
  switchTab: callback("switchTab", ({ url }) => router.switchTab(absolute(url))),
  navigateBack: callback("navigateBack", ({ delta = 1 }) => router.navigateBack(delta)),
  showShareMenu: callback("showShareMenu", () => {}),
  hideShareMenu: callback("hideShareMenu", () => {}),
  updateShareMenu: callback("updateShareMenu", () => {}),
});

/** @param {string} url absolute, or beginning at the folder of the page on top */
function absolute(url) {
  if (url.startsWith("/")) return url;
  const [path, query] = url.split("?");
  const from = new URL(`http://app/${globalThis.__mp.current().route}`);
  return `${new URL(path, from).pathname}${query ? `?${query}` : ""}`;
}
