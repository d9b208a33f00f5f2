/** Starts the designers' page: the core, the design, and the views of it. */

import { loadCore } from "../core.js";
import { coreNotice } from "../core-trouble.js";
import { byId } from "../dom.js";
import { createArrivals } from "./arrivals.js";
import { latePart, laterStyled, PANELS, POPS, styled, whenWanted } from "./later.js";
import { createNotices } from "./notices.js";
import { createPreview } from "./preview.js";
import { createPublish } from "./publish.js";
import { followSections } from "./sections.js";
import { createSettings } from "./settings.js";
import { createShortcuts } from "./shortcuts.js";
import { createDone, createSnack } from "./snack.js";
import { createStore } from "./store.js";
import { createTable } from "./table-view.js";
import { createToolbar } from "./toolbar.js";

const place = (/** @type {string} */ id) => byId(id, HTMLElement);

/** What opens at a press: here before the network may be gone. */
const REST = [() => import("./open-panel.js"), () => import("./share.js"), () => import("./files.js"), () => import("./example.js"), () => import("./colours.js"), () => import("./picture-view.js"), () => styled(PANELS), () => styled(POPS), () => styled("css/trial.css")];

byId("unstarted", HTMLElement).remove();
const core = await loadCore(new URL("../core/", import.meta.url).href).catch(coreMissing);
if (core) start(core);

/** @param {unknown} error */
function coreMissing(error) {
  place("fatal").hidden = false;
  place("design").hidden = true;
  place("fatal").replaceChildren(coreNotice(error, "没有验证程序就查不出奖品表的错，也试不了转盘。您存下的设计还在。"));
  return null;
}

/** Some browsers throw on the mere mention of it. */
function openStorage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** @param {import('../core.js').Core} core */
function start(core) {
  const store = createStore({ core, storage: openStorage(), now: Date.now, host: window });
  const snack = createSnack(place("snack"));
  const done = createDone(snack, store);
  const live = place("said");
  const say = (/** @type {string} */ words) => {
    live.textContent = words;
  };

  const lost = (/** @type {unknown} */ error) => {
    console.warn("fairwheel:", error);
    snack.show("没有取到，请检查网络，再试一次");
  };
  const opening = laterStyled(async () => (await import("./open-panel.js")).createOpening({ store, core, done }), PANELS);
  createNotices({ place: place("notices"), store, done, say: snack.show });
  createToolbar({ place: place("toolbar"), store, open: () => void opening().then((panel) => panel.open(), lost), done, say: snack.show, lost });
  const settings = createSettings({ place: place("settings"), store });
  createTable({ place: place("table"), store, done, say, lost, elsewhere: settings.focus });
  createShortcuts(store, (field) => field.hasAttribute("data-untold"));
  createPreview({ place: place("preview"), store, core });
  const bringPublishing = createPublish({ place: place("publish"), store, core, done, lost, elsewhere: settings.focus });
  followSections(place("sections"));
  place("design").removeAttribute("aria-busy");
  performance.mark("ready");
  createArrivals(opening, lost);

  // Below the fold: nothing of it is needed to begin.
  const bringSimulation = latePart(
    place("simulation"),
    "模拟",
    laterStyled(() => import("./simulation.js"), "css/simulation.css"),
    ({ createSimulation }) => createSimulation({ place: place("simulation"), store, core }),
  );
  const bringRules = latePart(
    place("rules"),
    "规则检查",
    laterStyled(() => import("./rules-check.js"), "css/rules.css"),
    ({ createRulesCheck }) => createRulesCheck({ place: place("rules"), store, core, elsewhere: settings.focus }),
  );
  whenWanted([place("simulation"), place("rules")], () => {
    bringSimulation();
    bringRules();
    bringPublishing();
    for (const fetched of REST) fetched().catch(() => {}); // who opens one of them is told
  });
}
