/** The platform's own tags. Those without behaviour are plain elements; the others are components of glass-easel. */

import * as adapter from "glass-easel-miniprogram-adapter";
import { canvas } from "./canvas.js";
import { choices } from "./choices.js";
import { fields } from "./fields.js";
import { moving } from "./moving.js";
import { picker } from "./picker.js";
import { shown } from "./shown.js";

const PLAIN = ["view", "text", "button", "label", "icon", "cover-view", "cover-image", "block-text", "video"];
const MADE = { ...shown, ...fields, ...choices, ...picker, ...moving, ...canvas };
const ALL = new Set([...PLAIN, ...Object.keys(MADE)]);

/** What every tag may be given. */
const COMMON = { hidden: Boolean, ariaLabel: String, ariaRole: String, ariaHidden: null, ariaChecked: null, ariaDisabled: null, ariaLive: String, hoverClass: String, hoverStayTime: Number };

/** A component's own element in the document. */
const elementOf = (component) => (component._$ ?? component).$$;

export function defineTags(space) {
  for (const tag of PLAIN) space.setGlobalUsingComponent(tag, `wx-${tag}`);
  for (const [tag, { properties = {}, made, changed = {}, methods = {}, tapped }] of Object.entries(MADE)) {
    const observers = Object.entries({ ...Object.fromEntries(Object.keys(COMMON).map((name) => [name, attribute(name)])), ...changed });
    const component = space.defineComponent({
      is: `wx://${tag}`,
      options: { styleScope: adapter.glassEasel.StyleScopeManager.globalScope() },
      properties: { ...COMMON, name: String, ...properties },
      methods,
      lifetimes: {
        created() {
          const element = elementOf(this);
          element.component = this;
          made?.call(this, element);
        },
      },
      observers: observers.map(([name, change]) => ({
        fields: name,
        observer(value) {
          change.call(this, elementOf(this), value, name);
        },
      })),
    });
    space.setGlobalUsingComponent(tag, component.general());
    if (tapped) onTap.set(`WX-${tag.toUpperCase()}`, tapped);
  }
}

/** What a tap does to the tags it goes through, after the app's own listeners. */
const onTap = new Map();

/** @param {Element} target where the finger was */
export function afterTap(target) {
  for (let element = target; element instanceof Element; element = element.parentElement) {
    const label = element.closest("wx-label");
    const act = onTap.get(element.tagName);
    if (act) return act.call(element.component, element);
    if (element === label) {
      const meant = label.getAttribute("for") ? document.getElementById(label.getAttribute("for")) : [...label.querySelectorAll("*")].find((inner) => onTap.has(inner.tagName));
      if (meant) return onTap.get(meant.tagName)?.call(meant.component, meant);
    }
    if (element.tagName === "WX-BUTTON" && element.hasAttribute("form-type")) {
      const form = element.closest("wx-form")?.component;
      if (element.getAttribute("form-type") === "submit") form?.submit();
      else form?.reset();
      return;
    }
  }
}

const ARIA = { ariaRole: "role", hoverClass: null, hoverStayTime: null };
function attribute(property) {
  const name = property in ARIA ? ARIA[property] : property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return (element, value) => {
    if (!name) return;
    if (value === null || value === "" || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? (name === "hidden" ? "" : "true") : String(value));
  };
}

/** Makes elements called `wx-…`, and understands in their attributes what only WeChat understands. */
export function documentOf(real) {
  return new Proxy(real, {
    get(target, key) {
      if (key === "createElement") return (tag) => prepare(target.createElement(ALL.has(tag) ? `wx-${tag}` : tag));
      const value = target[key];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function prepare(element) {
  const set = element.setAttribute;
  element.setAttribute = (name, value) => {
    if (name === "style") set.call(element, name, String(value).replace(/(-?\d*\.?\d+)rpx\b/g, (_, number) => `${Number(number) / 7.5}vw`));
    else if (name === "aria-role") set.call(element, "role", value);
    else set.call(element, name, value);
  };
  // glass-easel puts the instance's own mark before an id; in WXSS and for the tests it is the id as written.
  Object.defineProperty(element, "id", { get: () => element.getAttribute("id") ?? "", set: (id) => set.call(element, "id", id.replace(/^.*?--/, "")) });
  return element;
}
