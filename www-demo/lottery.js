/** The stage's controller: loads the wheel, draws, and says what came of it or what went wrong. */

import { ApiError, apiError } from "./common/api-error.js";
import { createDesk, purse } from "./desk.js";
import { newDraw, play } from "./common/play.js";
import { renderNoResult, renderWaiting } from "./result.js";
import { createShow } from "./show.js";
import { createTrouble } from "./trouble.js";
import { createWheel } from "./wheel.js";
import { ELSEWHERE, FORGETFUL, MAYBE_MADE, SPARED, shortage } from "./words.js";

/**
 * @typedef {ReturnType<typeof import('./common/memory.js').createMemory>} Memory
 * @typedef {import('./common/memory.js').Pending} Pending
 */

/** `crypto.randomUUID` is missing where a phone opens the page over plain http. */
function requestId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {object} parts
 * @param {ReturnType<typeof import('./api.js').createApi>} parts.api
 * @param {import('./core.js').Core} parts.core
 * @param {ReturnType<typeof import('./stage.js').createStage>} parts.stage
 * @param {HTMLElement[]} parts.oddsPlaces
 * @param {(proof: unknown, against: import('./common/prove.js').Against) => void} parts.openProof
 * @param {() => void} parts.openHistory
 * @param {() => void} parts.expired the login is no longer good
 */
export function createLottery({ api, core, stage, oddsPlaces, openProof, openHistory, expired }) {
  const wheel = createWheel(stage.canvas);
  const show = createShow({ stage, wheel, core, openProof });
  const clear = () => renderNoResult(stage.result);
  const trouble = createTrouble({ stage, send, draw, clear, openHistory });
  const desk = createDesk({ api, core, stage, wheel, oddsPlaces });
  let busy = false;
  /** @type {import('./common/news.js').News | null} what was read and not yet said */
  let untold = null;
  let wasForgetful = false;
  let sent = 0;

  /** @param {boolean} next */
  function setBusy(next) {
    busy = next;
    stage.busy(next, wheel.rotation);
  }

  /** @param {Memory} ofUser */
  function enter(ofUser) {
    desk.enter(ofUser);
    untold = null;
    setBusy(true);
    load(ofUser);
  }

  /** @param {Memory} mine @param {string} [spared] what to say of a draw that was not made */
  async function load(mine, spared = "") {
    clear();
    let told;
    try {
      told = tell(await desk.read(mine, () => true), mine, spared);
    } catch (error) {
      if (desk.memory === mine) failedToRead(apiError(error), mine);
      return;
    }
    if (desk.memory !== mine) return;
    setBusy(false);
    const pending = mine.pending();
    if (told) return;
    if (pending) trouble.pending(pending);
    else if (!mine.isKept() && !wasForgetful) {
      wasForgetful = true;
      trouble.hint(FORGETFUL);
    }
  }

  /** @param {ApiError} reason @param {Memory} mine */
  function failedToRead(reason, mine) {
    if (reason.kind === "expired") return expired();
    trouble.notRead(reason, () => load(mine));
  }

  /**
   * Reads the wheel, the points and the promise anew, while nothing turns.
   * @param {boolean} [quiet] leaves what is shown as it is
   * @returns {Promise<ApiError | null>} what went wrong
   */
  async function refresh(quiet = false) {
    const { memory } = desk;
    const before = sent;
    if (busy || !memory) return null;
    try {
      const news = await desk.read(memory, () => !busy && sent === before);
      if (quiet) untold = news?.words ? news : untold;
      else tell(news, memory);
      return null;
    } catch (error) {
      return apiError(error);
    }
  }

  /**
   * @param {import('./common/news.js').News | null} news @param {Memory} mine @param {string} [spared]
   * @returns {boolean} whether there was something to tell
   */
  function tell(news, mine, spared = "") {
    const told = news?.words ? news : (untold ?? news);
    const words = told?.words ?? (spared ? ELSEWHERE : null);
    if (!told || !words) return false;
    untold = null;
    trouble.news({ ...words, text: spared + words.text }, () => {
      mine.accept(told.known.nonce, told.promise);
      clear();
    });
    return true;
  }

  /** @param {number} count */
  async function draw(count) {
    const { memory, known: before } = desk;
    if (busy || !before || !memory) return;
    const pending = memory.pending();
    if (pending) return send(pending);
    if (shortage(purse(before), count)) await refresh(true); // points may have come in meanwhile
    if (untold) return void tell(untold, memory);
    const { known } = desk;
    if (busy || !known || desk.memory !== memory) return;
    if (memory.promised(known.nonce)?.commitment !== known.commitment) {
      // What is shown is not what was seen first, or the memory is gone: nothing is drawn until that is settled.
      setBusy(true);
      return load(memory);
    }
    const wish = { count, nonce: known.nonce, commitment: known.commitment, tableHash: known.table.hash };
    const wanted = newDraw(memory, wish, { clientSeed: core.randomClientSeed, requestId, now: Date.now });
    const short = shortage(purse(known), count);
    if (short) return trouble.notDrawn(new ApiError("refused", short.code, ""), wanted, purse(known), false);
    await send(wanted);
  }

  /** @param {Pending} pending */
  async function send(pending) {
    const { memory: mine, known: now } = desk;
    if (busy || !now || !mine) return;
    sent += 1;
    setBusy(true);
    wheel.mark(null);
    renderWaiting(stage.result);
    const again = mine.pending()?.body.request_id === pending.body.request_id;
    try {
      const played = await play({ api, core, memory: mine, table: now.table }, pending);
      if (desk.memory === mine) await show(played, now, () => desk.memory === mine);
      if (desk.memory !== mine) return;
      setBusy(false);
      if (!played.judgement.ok) await refresh(true);
    } catch (error) {
      if (desk.memory !== mine) return;
      setBusy(false);
      await failed(apiError(error), pending, mine, again);
    }
  }

  /** @param {ApiError} error @param {Pending} pending @param {Memory} mine @param {boolean} again whether it was sent before */
  async function failed(error, pending, mine, again) {
    if (error.kind === "expired") return expired();
    if (error.code === 409) {
      // Another window or phone drew meanwhile. What it drew is checked, and said.
      setBusy(true);
      return load(mine, again ? MAYBE_MADE : SPARED);
    }
    const gone = error.code === 1003 ? await refresh(true) : null;
    const { known } = desk;
    if (desk.memory !== mine || busy || !known) return;
    if (gone) return failedToRead(gone, mine);
    if (untold && mine.pending() === null) return void tell(untold, mine, SPARED);
    trouble.notDrawn(error, pending, purse(known), mine.pending() !== null);
  }

  stage.buttons.one.addEventListener("click", () => draw(1));
  stage.buttons.ten.addEventListener("click", () => draw(10));

  return {
    enter,
    refresh,
    /** Another window of the same diner wrote into the memory: look again if it has gone on from here. */
    remembered() {
      const { memory, known } = desk;
      if (memory && known && memory.due() !== known.nonce) refresh();
    },
    leave: desk.leave,
  };
}
