/** Starts the page, and holds what was brought: each part shows the proof that is open. */

import { judgeText } from "../common/prove.js";
import { loadCore } from "../core.js";
import { coreNotice } from "../core-trouble.js";
import { byId } from "../dom.js";
import { createPaper } from "../proof-paper.js";
import { renderSteps } from "../proof-steps.js";
import { namesOf, parse } from "../proof-text.js";
import { createVerdict } from "../verdict.js";
import { createBefore } from "./before.js";
import { createIntake } from "./intake.js";
import { createPapers } from "./papers.js";
import { createReplay } from "./replay.js";
import { createShell } from "./shell-view.js";
import { createWorkings } from "./workings-view.js";
import { workingsOf } from "./workings.js";

const place = (/** @type {string} */ id) => byId(id, HTMLElement);

byId("unstarted", HTMLElement).remove();
const core = await loadCore(new URL("../core/", import.meta.url).href).catch(coreMissing);
if (core) start(core);

/** @param {unknown} error */
function coreMissing(error) {
  place("fatal").hidden = false;
  place("intake").hidden = true;
  place("fatal").replaceChildren(coreNotice(error, "没有验证程序就无法核对证明。"));
  return null;
}

/** @param {import('../core.js').Core} core */
function start(core) {
  const verdict = createVerdict();
  const paper = createPaper(judge);
  const before = createBefore(place("before"), judge);
  const workings = createWorkings(place("workings"), (draw) => replay.go(draw));
  const replay = createReplay(place("replay"), core, (draw) => workings.pick(draw));
  const shell = createShell(place("shell"));
  const papers = createPapers(place("papers"), core, open);
  const intake = createIntake((brought) => papers.open(brought));
  /** @type {Set<number>} */
  let laidOpen = new Set();

  document.querySelector("main")?.removeAttribute("aria-busy");
  place("verdict").replaceChildren(verdict.element);
  place("paper").replaceChildren(paper.element);

  /** @param {import('./read.js').Paper} brought */
  function open(brought) {
    laidOpen = new Set();
    before.clear();
    verdict.clear();
    intake.fold(brought);
    place("opened").hidden = false;
    replay.open();
    paper.open(brought.text);
    replay.start();
  }

  function judge() {
    const proof = parse(paper.text);
    const { against, doubted } = before.read(proof);
    const judged = judgeText(core, paper.text, against);
    // What was compared here in its short form, the core could not compare.
    const checks = judged.checks.filter(({ check, status }) => status !== "skipped" || !doubted.includes(check));
    const judgement = { ...judged, checks };
    const names = namesOf(core, proof);
    const made = judged.checks.length > 0 ? workingsOf(core, proof) : null;
    verdict.show(judgement, paper.isEdited);
    paper.mark(judgement.ok);
    place("story").replaceChildren(renderSteps(judgement, proof, names, laidOpen));
    replay.show(made, judgement);
    workings.show(made, proof, judgement, replay.at);
    shell.show(made, proof);
  }

  performance.mark("ready");
}
