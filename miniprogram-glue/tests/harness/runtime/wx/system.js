/** What a mini-program asks of the phone: its size, its storage, its clipboard. */

import { ask } from "../dialog.js";
import { selectorQuery } from "../query.js";
import { theme } from "../router.js";
import { mp } from "../state.js";
import { callback, listeners } from "./callback.js";

const SDK = "3.0.0";
const network = listeners("NetworkStatusChange");
const themes = listeners("ThemeChange");
const resized = listeners("WindowResize");
const networkType = () => (navigator.onLine ? "wifi" : "none");
for (const type of ["online", "offline"]) addEventListener(type, () => network.tell({ isConnected: navigator.onLine, networkType: networkType() }));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => themes.tell({ theme: theme() }));
addEventListener("resize", () => resized.tell({ size: { windowWidth: innerWidth, windowHeight: innerHeight } }));

const pages = () => document.querySelector(".mp-pages");
const windowInfo = () => ({
  pixelRatio: devicePixelRatio,
  screenWidth: innerWidth,
  screenHeight: innerHeight,
  windowWidth: pages().clientWidth,
  windowHeight: pages().clientHeight,
  statusBarHeight: 0,
  safeArea: { left: 0, top: 0, right: innerWidth, bottom: innerHeight, width: innerWidth, height: innerHeight },
});
const appInfo = () => ({ SDKVersion: SDK, theme: theme(), language: "zh_CN", version: "8.0.50", fontSizeSetting: globalThis.__phone?.fontSize || 16, host: { env: "WeChat" } });
const deviceInfo = () => ({ platform: "devtools", system: "iOS 16.0", model: "iPhone", brand: "devtools", benchmarkLevel: 1 });

/** Only what can be written as text is kept, as on a phone. */
const storage = globalThis.localStorage;
const set = (key, data) => storage.setItem(key, JSON.stringify({ data }));
const get = (key) => JSON.parse(storage.getItem(key) ?? '{"data":""}').data;

let clipboard = "";
/** Whether the person has agreed to the privacy rules: asked once, as WeChat does. */
const PRIVACY = "mp:privacy";
let onPrivacy = null;
let resolvePrivacy = null;
async function authorize() {
  if (sessionStorage.getItem(PRIVACY)) return;
  const isAgreed = onPrivacy
    ? await new Promise((resolve) => {
        resolvePrivacy = ({ event }) => event !== "exposureAuthorization" && resolve(event === "agree");
        onPrivacy(resolvePrivacy, { referrer: "wx" });
      })
    : (await ask({ title: "隐私保护指引", content: "小程序需要你同意隐私保护指引", answers: ["拒绝", "同意"] })) === 1;
  if (!isAgreed) throw Object.assign(new Error("privacy permission is not authorized"), { fields: { errno: 104 } });
  sessionStorage.setItem(PRIVACY, "yes");
}
/** The page's own button `open-type="agreePrivacyAuthorization"`. */
mp.agreePrivacy = () => resolvePrivacy?.({ event: "agree" });

export const system = {
  canIUse: () => true,
  nextTick: (action) => setTimeout(action),
  getWindowInfo: windowInfo,
  getAppBaseInfo: appInfo,
  getDeviceInfo: deviceInfo,
  getSystemSetting: () => ({ wifiEnabled: true, deviceOrientation: "portrait" }),
  getAppAuthorizeSetting: () => ({ cameraAuthorized: "authorized", albumAuthorized: "authorized" }),
  getSystemInfoSync: () => ({ ...windowInfo(), ...appInfo(), ...deviceInfo() }),
  getSystemInfo: callback("getSystemInfo", () => system.getSystemInfoSync()),
  getSystemInfoAsync: callback("getSystemInfoAsync", () => system.getSystemInfoSync()),
  getAccountInfoSync: () => ({ miniProgram: { appId: "touristappid", envVersion: "develop", version: "" } }),
  getLaunchOptionsSync: () => ({ path: mp.stack[0]?.route ?? "", query: {}, scene: 1001 }),
  getEnterOptionsSync: () => system.getLaunchOptionsSync(),
  getMenuButtonBoundingClientRect: () => ({ width: 87, height: 32, top: 6, bottom: 38, left: innerWidth - 97, right: innerWidth - 10 }),
  getUpdateManager: () => ({ onCheckForUpdate() {}, onUpdateReady() {}, onUpdateFailed() {}, applyUpdate() {} }),
  getNetworkType: callback("getNetworkType", () => ({ networkType: networkType() })),
  getRandomValues: callback("getRandomValues", ({ length }) => ({ randomValues: crypto.getRandomValues(new Uint8Array(length)).buffer })),
  login: callback("login", () => ({ code: "harness" })),
  vibrateShort: callback("vibrateShort", () => {}),
  vibrateLong: callback("vibrateLong", () => {}),
  makePhoneCall: callback("makePhoneCall", () => {}),
  setKeepScreenOn: callback("setKeepScreenOn", () => {}),
  hideKeyboard: callback("hideKeyboard", () => document.activeElement?.blur()),
  setClipboardData: callback("setClipboardData", ({ data }) => {
    if (typeof data !== "string") throw new Error("parameter.data should be String");
    clipboard = data;
  }),
  getClipboardData: callback("getClipboardData", () => ({ data: clipboard })),

  setStorageSync: set,
  getStorageSync: get,
  removeStorageSync: (key) => storage.removeItem(key),
  clearStorageSync: () => storage.clear(),
  getStorageInfoSync: () => ({ keys: Object.keys(storage), currentSize: 1, limitSize: 10240 }),
  setStorage: callback("setStorage", ({ key, data }) => set(key, data)),
  getStorage: callback("getStorage", ({ key }) => {
    if (storage.getItem(key) === null) throw new Error("data not found");
    return { data: get(key) };
  }),
  removeStorage: callback("removeStorage", ({ key }) => storage.removeItem(key)),
  clearStorage: callback("clearStorage", () => storage.clear()),

  getSetting: callback("getSetting", () => ({ authSetting: {} })),
  openSetting: callback("openSetting", () => ({ authSetting: {} })),
  authorize: callback("authorize", () => {}),
  enableAlertBeforeUnload: callback("enableAlertBeforeUnload", () => {}),
  disableAlertBeforeUnload: callback("disableAlertBeforeUnload", () => {}),
  getPrivacySetting: callback("getPrivacySetting", () => ({ needAuthorization: !sessionStorage.getItem(PRIVACY), privacyContractName: "《小程序隐私保护指引》" })),
  requirePrivacyAuthorize: callback("requirePrivacyAuthorize", authorize),
  openPrivacyContract: callback("openPrivacyContract", () => {}),
  onNeedPrivacyAuthorization: (listener) => {
    onPrivacy = listener;
  },

  createSelectorQuery: () => selectorQuery(),
  createIntersectionObserver: (component, options) => component.createIntersectionObserver(options),
  createMediaQueryObserver: (component) => component.createMediaQueryObserver(),
  createInnerAudioContext: () => new Proxy({}, { get: () => () => {}, set: () => true }),
  getPerformance: () => ({ now: () => performance.now(), createObserver: () => ({ observe() {}, disconnect() {} }) }),
  reportEvent() {},
  reportMonitor() {},
  getLogManager: () => console,
  getRealtimeLogManager: () => new Proxy({}, { get: () => () => {} }),
  onAppShow() {},
  onAppHide() {},
  onError() {},
  onUnhandledRejection() {},
  onMemoryWarning() {},
  onPageNotFound() {},
  env: { USER_DATA_PATH: "wxfile://usr" },
  ...network.api,
  ...themes.api,
  ...resized.api,
};
