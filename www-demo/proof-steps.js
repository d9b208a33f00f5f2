/** The story of a proof, on the page. */

import { CHECK, CHEVRON, CROSS, DASH } from "./common/icons.js";
import { storyOf } from "./common/proof-story.js";
import { h, icon } from "./dom.js";

/**
 * @typedef {import('./common/proof-story.js').Line} Line
 * @typedef {import('./common/proof-story.js').Value} Value
 */

const MARKS = { ok: CHECK, failed: CROSS, skipped: DASH };

/**
 * @param {import('./common/prove.js').Judgement} judgement
 * @param {any} proof as parsed, or null
 * @param {(id: number) => string} nameOf a prize's name
 * @param {Set<number>} opened numbers of the results laid open; kept up to date
 * @returns {HTMLOListElement}
 */
export function renderSteps(judgement, proof, nameOf, opened) {
  const items = storyOf(judgement, proof, nameOf).map(({ title, status, values, draws, lines }, n) =>
    h(
      "li",
      { class: status === "failed" ? "step step--bad" : "step", "data-n": n + 1 },
      h("h3", {}, title),
      values.length > 0 && renderValues(values),
      ...draws.map((draw) => renderDraw(draw, opened)),
      lines.length > 0 && h("ul", { class: "checks" }, ...lines.map(renderLine)),
    ),
  );
  return h("ol", { class: "steps" }, ...items);
}

/** @param {Value[]} values */
const renderValues = (values) => h("dl", { class: "hex" }, ...values.flatMap(({ term, value }) => [h("dt", {}, term), h("dd", {}, value)]));

/** @param {Line} line */
function renderLine({ check, status, text, spoken, reason, why }) {
  return h(
    "li",
    { class: `check check--${status}`, "data-check": check, "data-status": status },
    icon(MARKS[status], "check__mark"),
    h("span", {}, text, h("span", { class: "sr-only" }, `：${spoken}`)),
    reason.length > 0 && h("span", { class: "check__why" }, ...reason.map(renderReason)),
    why && h("span", { class: "check__why" }, why),
  );
}

/** @param {Value} value */
const renderReason = ({ term, value }) => h("span", { class: "check__value" }, h("span", { class: "quiet" }, term), h("code", {}, value));

/** @param {import('./common/proof-story.js').Draw} draw @param {Set<number>} opened */
function renderDraw({ draw, status, text, spoken, lines }, opened) {
  const details = h(
    "details",
    { class: "draw", open: status === "failed" || opened.has(draw) },
    h(
      "summary",
      { class: status === "failed" ? "check--failed" : "" },
      icon(MARKS[status], "check__mark"),
      h("span", {}, text, h("span", { class: "sr-only" }, `：${spoken}`)),
      icon(CHEVRON),
    ),
    h("ul", { class: "checks" }, ...lines.map(renderLine)),
  );
  details.addEventListener("toggle", () => (details.open ? opened.add(draw) : opened.delete(draw)));
  return details;
}
