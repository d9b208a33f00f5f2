/** The few lines every view needs to write elements. */

/** @typedef {string | Node | null | undefined | false} Child */

/**
 * One element. `props` are properties of it; `class`, `role`, `data-…` and `aria-…` are attributes.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (/^(class|role|scope|aria-.+|data-.+)$/.test(name)) element.setAttribute(name, String(value));
    else Object.assign(element, { [name]: value });
  }
  element.append(...children.filter(isChild));
  return element;
}

/** @param {Child} child @returns {child is string | Node} */
const isChild = (child) => child !== null && child !== undefined && child !== false;

/**
 * The element with this id.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`index.html has no <${type.name}> #${id}`);
  return element;
}

/**
 * A line drawing on a 24-unit square.
 * @param {string} path SVG path data
 * @param {string} [extra] another class
 * @returns {SVGSVGElement}
 */
export function icon(path, extra = "") {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(ns, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/**
 * A notice with a title, a text and one way on.
 * @param {{title: string, text?: string, bad?: boolean, code?: string}} words
 * @param {...{label: string, onclick: () => void}} actions
 */
export function notice({ title, text, bad, code }, ...actions) {
  const buttons = actions.map(({ label, onclick }) =>
    h("button", { class: "button button--second button--small", type: "button", onclick }, label),
  );
  return h(
    "div",
    { class: bad ? "notice notice--bad" : "notice" },
    h("div", {}, h("p", { class: "notice__title" }, title), text && h("p", {}, text), code && h("code", {}, code)),
    buttons.length > 0 && h("div", { class: "notice__actions" }, ...buttons),
  );
}
