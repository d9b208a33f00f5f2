/** What a diner is told when a call brought no answer: what happened, and whether anything may have been done. */

import { HAPPENED } from "../../../www-demo/common/draw-words.js";
import { SAME_MINUTES } from "./unanswered.js";

/** @typedef {import('../../../www-demo/common/api-error.js').ErrorKind} ErrorKind */

/**
 * @typedef {object} Consequence
 * @property {boolean} isUnknown whether it may have been done
 * @property {boolean} isCharged whether it costs points
 * @property {boolean} isMoving whether a repetition is safe because it has a request id
 * @property {boolean} [isKnownAgain] whether it is safe because the server knows what comes twice
 */

/** @param {ErrorKind} kind @param {Consequence} what */
export function failureWords(kind, { isUnknown, isCharged, isMoving, isKnownAgain }) {
  const happened = HAPPENED[kind];
  if (isUnknown && isCharged) return `${happened}这次是否完成还不确定；${SAME_MINUTES} 分钟内再试会沿用同一张单号，不会重复扣积分。`;
  if (isUnknown && isMoving) return `${happened}这次是否完成还不确定；${SAME_MINUTES} 分钟内再试会沿用同一张单号，不会办两次。`;
  if (isUnknown && isKnownAgain) return `${happened}这次是否完成还不确定；再试不会重复提交。`;
  if (isUnknown) return `${happened}这次是否完成还不确定，请先看看结果再试。`;
  if (kind === "expired") return happened;
  return `${happened}${isCharged ? "没有扣积分。" : ""}请稍后再试。`;
}

export const LOG_IN = "请先登录。";
export const TOO_LARGE = "内容太大，服务器没有收下。";
