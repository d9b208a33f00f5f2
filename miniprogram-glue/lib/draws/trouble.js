/** A draw that did not come about, in the words that the page has for it. */

import { ApiError } from "../../../www-demo/common/api-error.js";
import { drawError, ELSEWHERE, NO_WHEEL, SPARED } from "../../../www-demo/common/draw-words.js";

/**
 * @param {{title: string, text: string}} words @param {ApiError} from
 * @param {boolean} isUnknown @returns {ApiError} its message is both, `data.title` and `data.text` are each
 */
function withWords({ title, text }, { kind, code, data }, isUnknown) {
  const told = new ApiError(kind, code, `${title}。${text}`, { ...data, title, text });
  told.isUnknown = isUnknown;
  return told;
}

/** @param {ApiError} error @param {{cost: number, points: number, left: number, unsure: boolean}} now */
export const notDrawn = (error, now) => (error.kind === "expired" ? error : withWords(drawError(error, now), error, now.unsure));

/** The promise is not the one that this phone has seen: nothing was sent. @param {{title: string, text: string} | null} words */
export function spared(words) {
  const { title, text } = words || ELSEWHERE;
  return withWords({ title, text: SPARED + text }, new ApiError("refused", 409, ""), false);
}

/** Its number is spent, and nobody could say by whom. */
export const maybeMade = () =>
  withWords({ title: "这次抽奖的结果还不知道", text: "它可能已经完成，也可能没有抽；请看看抽奖记录。" }, new ApiError("refused", 409, ""), true);

/** It was made when it was sent first; only the answer was lost. @param {import('./verdict.js').Verdict} verdict */
export function madeBefore({ ok, words, proof }) {
  const text = ok ? "结果和证明在抽奖记录里，没有再扣积分。" : `没有再扣积分。但它的证明没有通过：${words}`;
  return withWords({ title: "这次抽奖之前已经完成", text }, new ApiError("refused", 409, "", { draw_id: proof.draw_id }), false);
}

/** The diner has seen other prizes, odds or another price: nothing was sent. */
export const notShown = () =>
  withWords({ title: "奖品或概率有变", text: "请看过再抽，没有扣积分。" }, new ApiError("refused", 1003, ""), false);

/** Without chance of its own the phone could not prove the draw. */
export const noChance = () =>
  withWords({ title: "手机没有给出随机数", text: "没有它就无法证明抽奖公平。没有扣积分。" }, new ApiError("refused", 0, ""), false);

/** @param {ApiError} error of reading the wheel */
export const notRead = (error) => (error.kind === "refused" && (error.code === 404 || error.code === 1003) ? withWords(NO_WHEEL, error, false) : error);
