/** Tags that scroll. */

/** Taken from the app, and without effect here. */
const QUIET = ["scrollWithAnimation", "upperThreshold", "enhanced", "showScrollbar", "bounces", "refresherEnabled", "refresherTriggered", "pagingEnabled", "enableBackToTop", "type"];

const flag = (name) => (element, is) => element.toggleAttribute(name, Boolean(is));

export const moving = {
  "scroll-view": {
    properties: {
      ...Object.fromEntries(QUIET.map((name) => [name, null])),
      scrollX: Boolean,
      scrollY: Boolean,
      scrollTop: null,
      scrollLeft: null,
      scrollIntoView: String,
      lowerThreshold: { type: null, value: 50 },
      enableFlex: Boolean,
    },
    made(element) {
      let wasLow = false;
      element.addEventListener("scroll", () => {
        const { scrollTop, scrollLeft, scrollHeight, scrollWidth, clientHeight, clientWidth } = element;
        this.triggerEvent("scroll", { scrollTop, scrollLeft, scrollHeight, scrollWidth });
        const rest = this.data.scrollX ? scrollWidth - clientWidth - scrollLeft : scrollHeight - clientHeight - scrollTop;
        const isLow = rest <= Number.parseFloat(this.data.lowerThreshold);
        if (isLow && !wasLow) this.triggerEvent("scrolltolower", { direction: this.data.scrollX ? "right" : "bottom" });
        wasLow = isLow;
      });
    },
    changed: {
      scrollX: flag("scroll-x"),
      scrollY: flag("scroll-y"),
      enableFlex(element, is) {
        if (is) element.style.display = "flex";
      },
      scrollTop(element, to) {
        if (to !== null && to !== undefined) setTimeout(() => (element.scrollTop = Number.parseFloat(to)));
      },
      scrollLeft(element, to) {
        if (to !== null && to !== undefined) setTimeout(() => (element.scrollLeft = Number.parseFloat(to)));
      },
      scrollIntoView(element, id) {
        if (id) setTimeout(() => element.querySelector(`#${CSS.escape(id)}`)?.scrollIntoView());
      },
    },
  },
  swiper: {
    properties: { current: Number, autoplay: Boolean, interval: Number, duration: Number, circular: Boolean, vertical: Boolean, indicatorDots: Boolean, indicatorColor: String, indicatorActiveColor: String, displayMultipleItems: Number, previousMargin: String, nextMargin: String, easingFunction: String },
    made(element) {
      let at = 0;
      element.addEventListener("scroll", () => {
        const now = Math.round(element.scrollLeft / Math.max(1, element.clientWidth));
        if (now !== at) this.triggerEvent("change", { current: now, source: "touch" });
        at = now;
      });
    },
    changed: {
      current(element, index) {
        setTimeout(() => element.scrollTo({ left: index * element.clientWidth }));
      },
    },
  },
  "swiper-item": { properties: { itemId: String, skipHiddenItemLayout: Boolean } },
};
