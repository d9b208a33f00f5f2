/** A stand for a component without a phone: its definition, a page around it, and a canvas that writes down what is asked of it. */

import { letters } from "../../www-demo/common/label.js";

/** A 2d context that writes down its calls and measures text as if a Latin letter were half as wide as any other. */
export function recorder() {
  /** @type {{name: string, args: any[], font: string, fillStyle: string}[]} */
  const calls = [];
  const state = { font: "", fillStyle: "", globalAlpha: 1 };
  const own = {
    measureText: (text) => ({ width: letters(text).reduce((sum, letter) => sum + (letter.codePointAt(0) < 256 ? 0.5 : 1), 0) * Number(/([\d.]+)px/.exec(state.font)?.[1] ?? 10) }),
  };
  const context = new Proxy(state, {
    get(target, name) {
      if (name in target) return target[name];
      return (...args) => {
        calls.push({ name, args, font: state.font, fillStyle: state.fillStyle });
        return own[name]?.(...args);
      };
    },
    set(target, name, value) {
      target[name] = value;
      return true;
    },
  });
  return { context, calls };
}

/** A canvas with such a context; frames come when `tick` says so. */
export function fakeCanvas() {
  const { context, calls } = recorder();
  let queue = new Map();
  let last = 0;
  const pictures = [];
  return {
    width: 0,
    height: 0,
    calls,
    pictures,
    get waiting() {
      return queue.size;
    },
    getContext: () => context,
    createImage() {
      const picture = { width: 64, height: 64, onload: null, onerror: null, src: "" };
      pictures.push(picture);
      return picture;
    },
    requestAnimationFrame(call) {
      queue.set(++last, call);
      return last;
    },
    cancelAnimationFrame: (handle) => queue.delete(handle),
    tick() {
      const due = [...queue.values()];
      queue = new Map();
      for (const call of due) call();
    },
  };
}

/**
 * @param {any} definition of a component
 * @param {Record<string, unknown>} properties
 * @param {(selector: string) => any} [query] what a selector finds
 */
export function mount(definition, properties, query = () => null) {
  /** @type {{name: string, detail: any}[]} */
  const events = [];
  const component = {
    data: { ...definition.data },
    setDataCalls: 0,
    setData(patch) {
      component.setDataCalls += 1;
      change(patch);
    },
    triggerEvent: (name, detail) => events.push({ name, detail }),
    createSelectorQuery() {
      const wanted = [];
      return { select: (selector) => ({ fields: () => wanted.push(selector) }), exec: (call) => queueMicrotask(() => call(wanted.map(query))) };
    },
    ...definition.methods,
  };
  function change(patch) {
    Object.assign(component.data, patch);
    for (const [watched, told] of Object.entries(definition.observers ?? {})) {
      const names = watched.split(",").map((name) => name.trim());
      if (names.some((name) => name in patch)) told.apply(component, names.map((name) => component.data[name]));
    }
  }
  for (const [name, { value }] of Object.entries(definition.properties)) component.data[name] = value;
  const live = (name) => definition.lifetimes?.[name]?.call(component);
  live("created");
  change(properties);
  live("attached");
  live("ready");
  return {
    component,
    events,
    set: change,
    named: (name) => events.filter((event) => event.name === name).map((event) => event.detail),
    page: (name) => definition.pageLifetimes?.[name]?.call(component),
    detach: () => live("detached"),
  };
}

/** Until the promises that are settled have been heard. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
