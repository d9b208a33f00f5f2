/** Tags that show something. */

/** As the size of a background. */
const MODES = { aspectFit: "contain", aspectFill: "cover", widthFix: "100% auto", heightFix: "auto 100%" };

export const shown = {
  image: {
    properties: { src: String, mode: String, lazyLoad: Boolean, webp: Boolean, showMenuByLongpress: Boolean, fadeIn: Boolean, alt: String },
    changed: {
      src(element, src) {
        element.style.backgroundImage = src ? `url("${src}")` : "";
        element.setAttribute("role", "img");
        if (!src) return;
        const image = new Image();
        image.onload = () => {
          if (this.data.mode === "widthFix") element.style.height = `${(element.clientWidth * image.naturalHeight) / image.naturalWidth}px`;
          this.triggerEvent("load", { width: image.naturalWidth, height: image.naturalHeight });
        };
        image.onerror = () => this.triggerEvent("error", { errMsg: `cannot load ${src}` });
        image.src = src;
      },
      mode(element, mode) {
        element.style.backgroundSize = MODES[mode] ?? "100% 100%";
      },
      alt(element, text) {
        if (text) element.setAttribute("aria-label", text);
      },
    },
  },
  progress: {
    properties: { percent: Number, showInfo: Boolean, strokeWidth: null, activeColor: String, backgroundColor: String, active: Boolean, color: String, borderRadius: null, duration: Number, activeMode: String, fontSize: null },
    made(element) {
      element.setAttribute("role", "progressbar");
      element.append(document.createElement("div"));
      element.firstChild.append(document.createElement("div"));
    },
    changed: {
      percent(element, percent) {
        element.setAttribute("aria-valuenow", String(percent));
        element.firstChild.firstChild.style.width = `${percent}%`;
      },
      activeColor(element, colour) {
        if (colour) element.firstChild.firstChild.style.background = colour;
      },
      backgroundColor(element, colour) {
        if (colour) element.firstChild.style.background = colour;
      },
    },
  },
  "rich-text": {
    properties: { nodes: null, space: String },
    changed: {
      nodes(element, nodes) {
        element.innerHTML = typeof nodes === "string" ? nodes : "";
      },
    },
  },
  navigator: {
    properties: { url: String, openType: { type: String, value: "navigate" }, delta: { type: Number, value: 1 } },
    tapped() {
      const { url, openType, delta } = this.data;
      const name = { navigate: "navigateTo", redirect: "redirectTo", switchTab: "switchTab", reLaunch: "reLaunch", navigateBack: "navigateBack" }[openType];
      globalThis.__mp.wx[name]({ url, delta });
    },
  },
};
