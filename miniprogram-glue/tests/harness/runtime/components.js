/** Hands the app's pages and components to glass-easel, and adds what its adapter leaves to the host. */

import * as adapter from "glass-easel-miniprogram-adapter";
import { nextFrame } from "./frame.js";
import { selectorQuery } from "./query.js";
import { app, report } from "./state.js";
import { afterTap, defineTags, documentOf } from "./tags/index.js";

const ge = adapter.glassEasel;
const caller = adapter.component.ComponentCaller.prototype;

const setData = caller.setData;
caller.setData = function (data, done) {
  for (const [key, value] of Object.entries(data ?? {})) if (value === undefined) report("setData", `${this.is} sets ${key} to undefined`);
  // What goes to a page's data is copied on its way, so nothing of it is shared with the code.
  setData.call(this, structuredClone(data), done);
};
caller.createSelectorQuery = function () {
  return selectorQuery(this);
};

ge.globalOptions.writeIdToDOM = true;
ge.addGlobalErrorListener((error, { name }) => {
  report(name ?? "component", error);
  return false;
});
ge.addGlobalWarningListener((message) => {
  console.warn(message);
  return false;
});

export function registerComponents() {
  const env = new adapter.MiniProgramEnv();
  const codeSpace = env.createCodeSpace("", true);
  const space = codeSpace.getComponentSpace();
  defineTags(space);

  const ready = space.defineBehavior({
    lifetimes: {
      attached() {
        const component = this._$ ?? this;
        nextFrame(() => component.triggerLifetime("ready", []));
      },
    },
  });
  codeSpace.setOverallBehavior(ready.general());

  codeSpace.addStyleSheet("app", "app");
  for (const [place, { json, isPage, using }] of Object.entries(app.components)) {
    codeSpace.addComponentStaticConfig(place, { ...json, component: !isPage, usingComponents: using });
    codeSpace.addCompiledTemplate(place, { groupList: app.templates, content: app.templates[place], fallbackListenerOnNativeNode: true });
    codeSpace.addStyleSheet(place, place, app.styles[place].scope);
  }

  const backend = new ge.CurrentWindowBackendContext();
  backend.document = documentOf(document);
  backend.onEvent((target, type, detail, options) => {
    const { originalEvent } = options;
    const isTap = type === "tap";
    if (isTap && originalEvent.target.closest?.("wx-button[disabled]")) return;
    ge.Event.triggerEvent(target, type, detail, { ...options, extraFields: touches(originalEvent) });
    if (isTap) afterTap(originalEvent.target);
  });
  const associated = env.associateBackend(backend);
  addStyles(associated);

  /** Behaviours that WeChat brings. */
  const known = new Map();
  const withKnown = (definition, constructors) => {
    if (!definition?.behaviors) return definition;
    const behaviors = definition.behaviors.map((behavior) => {
      if (typeof behavior !== "string") return behavior;
      if (!known.has(behavior)) known.set(behavior, constructors.Behavior(behavior === "wx://form-field" ? { properties: { name: String, value: null } } : {}));
      return known.get(behavior);
    });
    return { ...definition, behaviors };
  };
  const constructorsOf = (place) =>
    codeSpace.componentEnv(place, (made) => ({
      Page: (definition) => made.Page(withKnown(definition, made)),
      Component: (definition) => made.Component(withKnown(definition, made)),
      Behavior: (definition) => made.Behavior(withKnown(definition, made)),
    }));

  /** The page or component that is being loaded: a file that it requires defines it as well. */
  let current = constructorsOf("app");
  return {
    within(place, load) {
      const before = current;
      current = constructorsOf(place);
      load();
      current = before;
      if (!space.getComponent?.(place) && !space.getComponentByUrlWithoutDefault?.(place, "")) report(place, "calls neither Page nor Component");
    },
    constructors: () => ({ Page: (given) => current.Page(given), Component: (given) => current.Component(given), Behavior: (given) => current.Behavior(given) }),
    create: (route) => associated.createRoot("page", codeSpace, route),
  };
}

/** The adapter would put a sheet into the document for each page opened, and never take it out. */
function addStyles(associated) {
  for (const [place, { css }] of Object.entries(app.styles)) {
    associated.registerStyleSheetContent(place, "");
    const sheet = document.createElement("style");
    sheet.dataset.of = place;
    // Between the bars, 100vh is not the height of the browser's window.
    sheet.textContent = css.replace(/(-?\d*\.?\d+)vh\b/g, "calc(var(--mp-vh) * $1)");
    if (app.components[place]?.isPage) sheet.media = "not all";
    document.head.append(sheet);
  }
}

/** A page's own sheet applies to that page alone, since each has a web view of its own. */
export function showStylesOf(route) {
  for (const sheet of document.querySelectorAll("style[data-of]")) if (app.components[sheet.dataset.of]?.isPage) sheet.media = sheet.dataset.of === route ? "all" : "not all";
}

function touches(event) {
  const list = (given) => [...(given ?? [])].map(({ identifier, pageX, pageY, clientX, clientY }) => ({ identifier, pageX, pageY, clientX, clientY }));
  return event?.touches ? { touches: list(event.touches), changedTouches: list(event.changedTouches) } : {};
}
