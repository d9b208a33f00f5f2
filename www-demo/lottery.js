/** The stage's controller: loads the wheel, draws, and says what came of it or what went wrong. */

import { ApiError } from "./api.js";
import { celebrate } from "./celebrate.js";
import { notice } from "./dom.js";
import { renderOdds, renderOddsSkeleton } from "./odds.js";
import { newDraw, play } from "./play.js";
import { renderNoResult, renderResult, renderWaiting } from "./result.js";
import { colouredPrizes, outcomesOf, readTable, sectorsOf } from "./shop.js";
import { createSpin } from "./spin.js";
import { createWheel } from "./wheel.js";
import { drawError, loadError, short } from "./words.js";

/**
 * @typedef {ReturnType<typeof import('./memory.js').createMemory>} Memory
 * @typedef {{config: import('./types.js').Config, table: import('./shop.js').Table, points: number, left: number, nonce: number}} Known
 */

/**
 * @param {object} parts
 * @param {ReturnType<typeof import('./api.js').createApi>} parts.api
 * @param {import('./core.js').Core} parts.core
 * @param {ReturnType<typeof import('./stage.js').createStage>} parts.stage
 * @param {HTMLElement[]} parts.oddsPlaces
 * @param {ReturnType<typeof import('./proof-panel.js').createProofPanel>["open"]} parts.openProof
 * @param {() => void} parts.openHistory
 * @param {() => void} parts.expired the login is no longer good
 */
export function createLottery({ api, core, stage, oddsPlaces, openProof, openHistory, expired }) {
  const wheel = createWheel(stage.canvas);
  const motion = matchMedia("(prefers-reduced-motion: reduce)");
  const spinTo = createSpin({ wheel, core, calm: () => motion.matches, fade: stage.fade });
  /** Of the one who is logged in. @type {Memory | null} */
  let memory = null;
  /** What the server said last. @type {Known | null} */
  let known = null;
  let busy = false;

  /** @param {boolean} next */
  function setBusy(next) {
    busy = next;
    stage.busy(next, wheel.rotation);
  }

  /** @param {Memory} ofUser */
  function enter(ofUser) {
    memory = ofUser;
    known = null;
    setBusy(true);
    stage.skeleton();
    oddsPlaces.forEach(renderOddsSkeleton);
    load(ofUser);
  }

  /** @param {Memory} mine */
  async function load(mine) {
    renderNoResult(stage.result);
    try {
      await read(mine);
    } catch (error) {
      if (memory !== mine) return;
      const reason = apiError(error);
      if (reason.kind === "unauthorised") return expired();
      return say(loadError(reason), { label: "再试一次", onclick: () => void load(mine) });
    }
    if (memory !== mine) return;
    setBusy(false);
    const pending = mine.pending();
    if (!pending) return;
    const words = { title: "上一次抽奖还没有收到结果", text: "再问一次会沿用同一张单号，不会重复扣积分。" };
    say(words, { label: "查看结果", onclick: () => void send(pending) });
  }

  /** Reads the wheel, the points and the promise anew, while nothing turns. */
  async function refresh() {
    if (!busy && memory) await read(memory, () => !busy).catch(() => {});
  }

  /** @param {Memory} mine @param {() => boolean} [wanted] whether the answer is still of use */
  async function read(mine, wanted = () => true) {
    const [config, user] = await Promise.all([api.config(), api.user()]);
    const table = readTable(core, config);
    if (memory !== mine || !wanted()) return;
    if (known?.table.hash !== table.hash) {
      const prizes = colouredPrizes(config, table);
      wheel.setSectors(sectorsOf(table, prizes));
      stage.describe(prizes, "");
      for (const place of oddsPlaces) renderOdds(place, { hash: table.hash, prizes }, config.rules ?? "");
    }
    const { nonce, commitment } = config.fairness;
    known = { config, table, points: user.total_points, left: config.remaining_draws, nonce };
    stage.numbers(known);
    stage.promise(nonce, commitment);
    if (!mine.note(nonce, { commitment, table_hash: table.hash })) warn(mine, nonce, { commitment, table_hash: table.hash });
  }

  /** @param {Memory} mine @param {number} nonce @param {import('./memory.js').SeenPromise} promise another one than was seen before */
  function warn(mine, nonce, promise) {
    const before = mine.promised(nonce)?.commitment ?? "";
    const text = `第 ${nonce} 次抽奖，这台设备之前看到的是 ${short(before)}，现在是 ${short(promise.commitment)}。没有扣积分。`;
    const accept = () => {
      mine.forgetPromises();
      mine.note(nonce, promise);
      renderNoResult(stage.result);
    };
    say({ title: "封条和之前看到的不同", text, bad: true }, { label: "以新的封条为准", onclick: accept });
  }

  /** @param {{title: string, text: string, bad?: boolean}} words @param {{label: string, onclick: () => void}} way */
  function say(words, way) {
    stage.result.replaceChildren(notice(words, way));
    stage.reveal();
  }

  /** @param {number} count */
  function draw(count) {
    if (busy || !known) return;
    send({ nonce: known.nonce, sent_at: Date.now(), body: newDraw(core, count, known.table.hash) });
  }

  /** @param {import('./memory.js').Pending} pending */
  async function send(pending) {
    if (busy || !known || !memory) return;
    const [mine, now] = [memory, known];
    setBusy(true);
    wheel.mark(null);
    renderWaiting(stage.result);
    try {
      const played = await play({ api, core, memory: mine, table: now.table }, pending);
      if (memory === mine) await show(played, now, () => memory === mine);
      if (memory === mine) setBusy(false);
      if (played.judgement.checks.length === 0) await refresh();
    } catch (error) {
      if (memory !== mine) return;
      setBusy(false);
      await failed(apiError(error), pending, now);
    }
  }

  /** @param {import('./play.js').Played} played @param {Known} now @param {() => boolean} wanted */
  async function show(played, now, wanted) {
    const { answer, proof, expected, shown, judgement } = played;
    const outcomes = outcomesOf(played, now.table);
    const last = shown.at(-1);
    stage.numbers({ ...now, points: Math.max(0, now.points - answer.points_cost) });
    if (last && proof?.table_hash === now.table.hash) {
      stage.lookAtWheel();
      await spinTo(last.angle);
      if (!wanted()) return;
      wheel.mark(last.prize_id);
    }
    renderResult(stage.result, outcomes, judgement, () => openProof(proof, expected, shown));
    now.points = answer.remaining_points;
    now.left = Math.max(0, now.config.daily_limit - answer.today_draw_count);
    now.nonce = proof?.next_nonce ?? now.nonce;
    stage.numbers(now);
    if (proof?.next_commitment) stage.promise(now.nonce, proof.next_commitment);
    stage.describe(now.table.prizes, outcomes.at(-1)?.name ?? "");
    stage.reveal();
    const won = outcomes.some((outcome) => outcome.kind !== "empty");
    if (won && judgement.ok && !motion.matches) celebrate(stage.wheel);
  }

  /** @param {ApiError} error @param {import('./memory.js').Pending} pending @param {Known} now */
  async function failed(error, pending, now) {
    if (error.kind === "unauthorised") return expired();
    const cost = now.config.cost_points;
    if (error.code === 1003) await refresh();
    const words = drawError(error, { cost: cost * pending.body.count, points: now.points, left: now.left });
    say(words, wayOn(error, pending, now.points >= cost && now.left > 0));
  }

  /** @param {ApiError} error @param {import('./memory.js').Pending} pending @param {boolean} forOne there is enough for one draw */
  function wayOn({ kind, code }, pending, forOne) {
    const { count } = pending.body;
    if (kind === "network" || kind === "garbled") return { label: "重试", onclick: () => void send(pending) };
    if (code === 1004 || code === 429) return { label: "再试一次", onclick: () => draw(count) };
    if ((code === 1001 || code === 1002) && count > 1 && forOne) return { label: "改抽一次", onclick: () => draw(1) };
    if (code === 1002) return { label: "看看抽奖记录", onclick: openHistory };
    return { label: "知道了", onclick: () => renderNoResult(stage.result) };
  }

  stage.buttons.one.addEventListener("click", () => draw(1));
  stage.buttons.ten.addEventListener("click", () => draw(10));

  return {
    enter,
    refresh,
    leave() {
      memory = known = null;
    },
  };
}

/** An answer of another shape than promised is as good as none. @param {unknown} error */
function apiError(error) {
  if (error instanceof ApiError) return error;
  console.warn("fairwheel:", error);
  return new ApiError("garbled", 0, "");
}
