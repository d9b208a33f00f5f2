/** `wx.createSelectorQuery()`, with `node` for canvas and scroll-view. */

import { nextFrame } from "./frame.js";
import { mp } from "./state.js";

/** What a mini-program's canvas has beside that of a browser. */
export function asCanvas(canvas) {
  return Object.assign(canvas, {
    requestAnimationFrame: (action) => requestAnimationFrame(action),
    cancelAnimationFrame: (id) => cancelAnimationFrame(id),
    createImage: () => new Image(),
    createImageData: (width, height) => new ImageData(width, height),
    createPath2D: (path) => new Path2D(path),
  });
}

const elementOf = (node) => node.getBackendElement?.() ?? node.$$;

function measure(node, wanted) {
  if (!node) return null;
  const element = elementOf(node);
  const box = element.getBoundingClientRect();
  const pages = document.querySelector(".mp-pages").getBoundingClientRect();
  const found = {};
  if (wanted.id) found.id = node.id;
  if (wanted.dataset) found.dataset = { ...node.dataset };
  if (wanted.rect) Object.assign(found, { left: box.left, right: box.right, top: box.top - pages.top, bottom: box.bottom - pages.top });
  if (wanted.size) Object.assign(found, { width: box.width, height: box.height });
  if (wanted.scrollOffset) Object.assign(found, { scrollLeft: element.scrollLeft, scrollTop: element.scrollTop, scrollWidth: element.scrollWidth, scrollHeight: element.scrollHeight });
  for (const name of wanted.computedStyle ?? []) found[name] = getComputedStyle(element).getPropertyValue(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  for (const name of wanted.properties ?? []) found[name] = node.data?.[name] ?? element.getAttribute(name);
  if (wanted.node) {
    const canvas = element.tagName === "WX-CANVAS" ? element.querySelector("canvas") : null;
    found.node = canvas ? asCanvas(canvas) : element;
  }
  return found;
}

function viewport(wanted) {
  const page = mp.current().holder;
  const found = {};
  if (wanted.rect) Object.assign(found, { left: 0, top: 0, right: page.clientWidth, bottom: page.clientHeight });
  if (wanted.size) Object.assign(found, { width: page.clientWidth, height: page.clientHeight });
  if (wanted.scrollOffset) Object.assign(found, { scrollLeft: page.scrollLeft, scrollTop: page.scrollTop, scrollWidth: page.scrollWidth, scrollHeight: page.scrollHeight });
  return found;
}

/** @param {any} [owner] the component in which is searched; the page on top if not given */
export function selectorQuery(owner) {
  const asked = [];
  let within = owner;
  const query = {
    in(component) {
      within = component;
      return query;
    },
    select: (selector) => ref((root) => root.querySelector(selector), measure),
    selectAll: (selector) => ref((root) => root.querySelectorAll(selector), (nodes, wanted) => nodes.map((node) => measure(node, wanted))),
    selectViewport: () => ref(() => null, (_, wanted) => viewport(wanted)),
    exec(done) {
      nextFrame(() => {
        const results = asked.map(({ scope, find, give, wanted, each }) => {
          const result = give(find(((scope ?? mp.current().instance)._$).getShadowRoot()), wanted);
          each?.(result);
          return result;
        });
        done?.(results);
      });
      return query;
    },
  };
  function ref(find, give) {
    const scope = within;
    const ask = (wanted) => (each) => {
      asked.push({ scope, find, give, wanted, each });
      return query;
    };
    return {
      fields: (wanted, each) => ask(wanted)(each),
      boundingClientRect: ask({ id: true, dataset: true, rect: true, size: true }),
      scrollOffset: ask({ id: true, dataset: true, scrollOffset: true }),
      node: ask({ node: true }),
      context: ask({ node: true }),
    };
  }
  return query;
}
