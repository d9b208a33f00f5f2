/** What the diner is told when something stands in the way of a draw, each time with one way on. */

import { notice } from "./dom.js";
import { drawError, loadError, PENDING, shortage } from "./words.js";

/**
 * @typedef {import('./common/memory.js').Pending} Pending
 * @typedef {{points: number, left: number, cost: number}} Purse what the diner has, draws left today, price of a draw
 */

/**
 * @param {object} parts
 * @param {ReturnType<typeof import('./stage.js').createStage>} parts.stage
 * @param {(pending: Pending) => void} parts.send
 * @param {(count: number) => void} parts.draw
 * @param {() => void} parts.clear
 * @param {() => void} parts.openHistory
 */
export function createTrouble({ stage, send, draw, clear, openHistory }) {
  /** @param {{title: string, text: string, bad?: boolean}} words @param {string} label @param {() => void} onclick */
  function say(words, label, onclick) {
    stage.result.replaceChildren(notice(words, { label, onclick }));
    stage.reveal();
  }

  /** @param {import('./common/api-error.js').ApiError} error @param {Pending} pending @param {Purse} purse @returns {[string, () => void]} */
  function wayOn({ isUnanswered, code }, pending, purse) {
    const { count } = pending.body;
    if (isUnanswered) return ["重试", () => send(pending)];
    if (code === 1004 || code === 429) return ["再试一次", () => draw(count)];
    if ((code === 1001 || code === 1002) && count > 1 && !shortage(purse, 1)) return ["改抽一次", () => draw(1)];
    if (code === 1002) return ["看看抽奖记录", openHistory];
    return ["知道了", clear];
  }

  return {
    /** @param {import('./common/api-error.js').ApiError} error @param {() => void} again */
    notRead: (error, again) => say(loadError(error), "再试一次", again),

    /** @param {{title: string, text: string, bad: boolean}} words @param {() => void} accept */
    news: (words, accept) => (words.bad ? say(words, "以新的封条为准", accept) : say(words, "看看抽奖记录", openHistory)),

    /** @param {{title: string, text: string}} words what does not stand in the way */
    hint: (words) => say(words, "知道了", clear),

    /** @param {Pending} pending */
    pending: (pending) => say(PENDING, "查看结果", () => send(pending)),

    /**
     * @param {import('./common/api-error.js').ApiError} error @param {Pending} pending @param {Purse} purse
     * @param {boolean} unsure whether the same draw was sent before and may have been made
     */
    notDrawn(error, pending, purse, unsure) {
      const words = drawError(error, { ...purse, cost: purse.cost * pending.body.count, unsure });
      say(words, ...wayOn(error, pending, purse));
    },
  };
}
