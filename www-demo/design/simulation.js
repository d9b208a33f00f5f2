/** Ten million draws of the draft, watched: what was observed beside what is declared; and what the wheel will cost. */

import { count } from "../common/numbers.js";
import { testOdds } from "../common/odds-stats.js";
import { h } from "../dom.js";
import { keepFocus, say } from "../steady.js";
import { createSettlingPlot, createSharePlot } from "./deviation-plots.js";
import { createMoney } from "./money.js";
import { renderCounts, renderVerdict } from "./simulation-view.js";
import { startSimulation } from "./simulator.js";
import { largest } from "./statistics.js";
import { randomHex } from "./trial.js";

/**
 * @typedef {import('./sectors.js').Table} Table
 * @typedef {import('./slices.js').Progress} Progress
 * @typedef {{table: Table, seed: string, progress: Progress, settled: {done: number[], deviations: number[]}, isBeside: boolean}} Run
 */

const DRAWS = 10_000_000;
/** So often the numbers change while it runs, in milliseconds: faster cannot be read. */
const READ_MS = 100;

/** @param {{place: HTMLElement, store: import('./store.js').DesignStore, core: import('../common/types.js').Core}} parts */
export function createSimulation({ place, store, core }) {
  const view = makeView();
  const sharePlot = createSharePlot(view.share);
  const settlingPlot = createSettlingPlot(view.settling);
  /** @type {Run | null} */
  let run = null;
  let stop = () => {};
  let shownAt = 0;

  /** @param {"idle" | "running" | "done" | "stopped" | "failed"} state */
  function enter(state) {
    view.panel.dataset.state = state;
    const isRunning = state === "running";
    const change = () => {
      view.progress.hidden = !isRunning;
      view.stop.hidden = !isRunning;
      view.start.hidden = isRunning;
    };
    keepFocus(view.panel, change, () => (isRunning ? view.stop : view.start));
    say(view.told, told(state));
    hold();
  }

  /** For those who don't see the numbers run. @param {string} state */
  function told(state) {
    if (state === "running") return "正在模拟";
    const title = view.verdict.querySelector("h3")?.textContent ?? "";
    return state === "done" ? `模拟完成：${title}` : state === "stopped" ? `模拟停下了。${title}` : "";
  }

  function start() {
    const { table } = store;
    if (!table) return;
    stop();
    const seed = randomHex(28);
    const own = { table, seed, progress: { done: 0, counts: table.prizes.map(() => 0), nearMisses: 0, ms: 0 }, settled: { done: [], deviations: [] }, isBeside: true };
    run = own;
    shownAt = 0;
    view.failure.hidden = true;
    stop = startSimulation(core, { table_text: table.text, seed, draws: DRAWS }, { step: (progress, isBeside) => run === own && step(progress, isBeside), fail: (why) => run === own && fail(why) });
    moved();
    enter("running");
  }

  /** @param {Progress} progress @param {boolean} isBeside */
  function step(progress, isBeside) {
    if (!run || view.panel.dataset.state !== "running") return;
    run.progress = progress;
    run.isBeside = isBeside;
    run.settled.done.push(progress.done);
    run.settled.deviations.push(largest(progress.counts, run.table.prizes.map(({ weight }) => weight)));
    moved();
    const isDone = progress.done === DRAWS;
    const now = performance.now();
    if (isDone || now - shownAt >= READ_MS) {
      shownAt = now;
      show();
    }
    if (isDone) end("done");
  }

  function moved() {
    const done = run?.progress.done ?? 0;
    view.bar.value = done;
    view.count.textContent = `${count(done)} / ${count(DRAWS)}`;
  }

  /** @param {"done" | "stopped"} state */
  function end(state) {
    stop();
    stop = () => {};
    if (state === "stopped" && run && run.progress.done === 0) run = null;
    show();
    enter(run ? state : "idle");
  }

  /** @param {string} why */
  function fail(why) {
    stop();
    view.failure.textContent = `模拟没有跑起来：${why}。刷新页面再试；改动都已存在这个浏览器里。`;
    view.failure.hidden = false;
    if (run?.progress.done === 0) run = null;
    show();
    enter("failed");
  }

  function show() {
    view.results.hidden = !run || run.progress.done === 0;
    if (!run || view.results.hidden) return;
    const { table, progress, settled } = run;
    const test = testOdds(core, table, progress.counts);
    renderVerdict(view.verdict, run, test, DRAWS);
    renderCounts(view.table, table.prizes, progress);
    view.panel.dataset.counts = JSON.stringify(progress.counts);
    const winnable = table.prizes.filter(({ weight }) => weight > 0);
    void sharePlot.show(table.prizes, progress.counts, progress.done);
    void settlingPlot.show(settled.done, settled.deviations, DRAWS, winnable.length);
  }

  /** Says how the results stand to the table as it is now. */
  function hold() {
    const isRunning = view.panel.dataset.state === "running";
    const isOld = run !== null && store.table?.hash !== run.table.hash;
    view.old.hidden = !isOld;
    view.old.textContent = isRunning ? "转盘刚刚改过。这里还在模拟改之前的那张表，跑完再按新的来一次。" : "转盘改过了。下面是改之前那张表的结果。";
    view.results.toggleAttribute("data-old", isOld && !isRunning);
    view.start.setAttribute("aria-disabled", String(!store.table)); // and keeps the focus
    view.wait.hidden = store.table !== null;
    view.start.textContent = !run ? "开始模拟" : isOld ? "按现在的表再模拟" : "再模拟一次";
  }

  view.start.addEventListener("click", start);
  view.stop.addEventListener("click", () => end("stopped"));
  const moneyPlace = h("div", {});
  place.classList.add("simulation");
  place.replaceChildren(view.panel, moneyPlace);
  createMoney({ place: moneyPlace, store });
  enter("idle");
  store.subscribe(hold);
}

function makeView() {
  const start = h("button", { class: "button button--second button--small", type: "button", "data-do": "simulate" });
  const stop = h("button", { class: "button button--second button--small", type: "button", "data-do": "stop", hidden: true }, "停下");
  const wait = h("p", { class: "quiet", hidden: true }, "表里还有要改的地方，改好才能模拟。");
  const bar = h("progress", { max: DRAWS, value: 0, "aria-label": "模拟进度" });
  const counted = h("span", { class: "num" });
  const progress = h("div", { class: "simulate__progress", hidden: true }, bar, counted);
  const failure = h("p", { class: "simulate__failure bad-words", role: "alert", hidden: true });
  const old = h("p", { class: "simulate__old", role: "status", hidden: true });
  const verdict = h("div", { class: "simulate__verdict", "aria-live": "off" });
  const told = h("p", { class: "sr-only", role: "status" });
  const table = h("div", { class: "simulate__table" });
  const share = h("div", { class: "plot", role: "img", "aria-label": "每个奖品的出现次数和声明相差百分之几；数字在上面的表里" });
  const settling = h("div", { class: "plot", role: "img", "aria-label": "抽得越多，最大的偏差怎样变化；抽完时的数字在上面的表里" });
  const plots = h(
    "div",
    { class: "plots" },
    h("figure", {}, h("figcaption", {}, h("b", {}, "和声明相差多少"), h("span", { class: "quiet" }, "占声明概率的百分比，竖线是 99% 的范围")), share),
    h("figure", {}, h("figcaption", {}, h("b", {}, "抽着抽着的最大偏差"), h("span", { class: "quiet" }, "以标准差计；100 次公平的模拟，大约 99 次抽完时在虚线以下")), settling),
  );
  const results = h("div", { class: "simulate__results", hidden: true }, verdict, table, plots);
  const head = h("div", { class: "simulate__head" }, h("div", {}, h("h2", {}, "模拟一千万次"), h("p", { class: "quiet" }, "用抽奖的同一套程序，在您的浏览器里抽。看每个奖品出现的次数，和声明的概率对不对得上。")), h("div", { class: "simulate__go" }, wait, start, stop));
  const panel = h("div", { class: "card simulate" }, head, progress, failure, old, told, results);
  return { panel, told, start, stop, wait, progress, bar, count: counted, failure, old, results, verdict, table, share, settling };
}
