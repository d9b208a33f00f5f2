/** What a diner is told around a draw; page and mini-program say the same. */

import { count, points } from "./numbers.js";

/** What became of a call that brought no answer of ours, the same wherever it is told. @type {Record<import('./api-error.js').ErrorKind, string>} */
export const HAPPENED = {
  refused: "没有办成。",
  expired: "登录已过期，请重新登录。",
  network: "网络断开了，没有连上服务器。",
  timeout: "等了很久，服务器还没有回答。",
  server: "服务暂时没有回应。",
  not_json: "收到的不是本店服务器的回答。如果连着需要登录的 Wi-Fi，请先登录或换个网络。",
};

const UNSURE = "再试会沿用同一张单号，不会重复扣积分；如果刚才没有抽成，会现在抽。";
export const PENDING = { title: "上一次抽奖还没有收到结果", text: "查看时会沿用同一张单号，不会重复扣积分；如果刚才没有抽成，会现在抽。" };
export const NO_WHEEL = { title: "现在没有进行中的转盘", text: "店家换上新的奖品之后就能抽，请稍后再来。没有扣积分。" };

export const SPARED = "这一次没有抽，也没有扣积分。";
/** Of one that was sent before without an answer. */
export const MAYBE_MADE = "这一次可能早已抽过，结果在抽奖记录里。";
export const ELSEWHERE = { title: "您在另一台设备或窗口抽过奖", text: "封条已经更新，可以再抽。", bad: false };

/** Nothing that is seen now can be compared after the next start. */
export const FORGETFUL = {
  title: "这台设备记不住封条",
  text: "存储空间可能满了。现在的抽奖照常核对；关掉之后，就不能再和这次看到的封条比对了。",
  bad: false,
};

/**
 * Why `draws` cannot be made now, as the server would say it; null if they can.
 * @param {{points: number, left: number, cost: number}} now what the diner has, draws left today, price of a draw
 * @param {number} draws
 * @returns {{code: 1001 | 1002, words: string} | null}
 */
export function shortage({ points: has, left, cost }, draws) {
  if (left < draws) return { code: 1002, words: left > 0 ? "不够连抽十次" : "今天的次数用完了，明天再来" };
  if (has < cost * draws) return { code: 1001, words: `${draws > 1 ? "连抽十次" : "再抽一次"}还差 ${points(cost * draws - has)}` };
  return null;
}

/**
 * Draws made elsewhere, and whether they keep what was promised.
 * @param {import('./missed.js').Missed} missed
 */
export function elsewhere({ from, until, checked, isTooFar, broken }) {
  const which = until - from > 1 ? `第 ${count(from)} 至 ${count(until - 1)} 次` : `第 ${count(from)} 次`;
  if (isTooFar) {
    const text = `${which}在别处抽。这台设备记得第 ${count(from)} 次的封条，但隔得太远，没有比对到。如果不是您抽的，请联系店家。`;
    return { title: "有一张封条没有比对到", text, bad: true };
  }
  const all = until - from === checked ? "已经核对，封条首尾相接" : `最近 ${count(checked)} 次已核对，封条首尾相接`;
  const text = broken ? `${which}在别处抽，其中有对不上的：${broken}` : `${which}在别处抽，${all}。如果不是您抽的，请联系店家。`;
  return { title: broken ? "别处的抽奖与封条对不上" : ELSEWHERE.title, text, bad: broken !== "" };
}

/**
 * What a failed draw means for the diner: what happened, whether anything was charged.
 * @param {import('./api-error.js').ApiError} error
 * @param {{cost: number, points: number, left: number, unsure: boolean}} now price of the draw, what the diner has, draws left
 * today, whether the same draw was sent before and may have been made
 * @returns {{title: string, text: string}}
 */
export function drawError(error, now) {
  if (error.isUnanswered) return { title: "没有收到结果", text: `${HAPPENED[error.kind]}${UNSURE}` };
  const free = "没有扣积分。";
  switch (error.code) {
    case 1001: {
      const short = now.cost - now.points;
      return { title: short > 0 ? `积分不足，还差 ${points(short)}` : "积分不足", text: free };
    }
    case 1002:
      return now.left > 0
        ? { title: `今天还可以抽 ${count(now.left)} 次`, text: `不够这一次的次数，${free}` }
        : { title: "今天的次数用完了", text: `${free}明天再来转一转。` };
    case 1003:
      return { title: "奖品或概率刚刚更新", text: `${free}已经换上新的转盘，请看过概率再抽。` };
    case 1004:
      return { title: "现在人有点多", text: now.unsure ? UNSURE : `${free}稍等片刻再试。` };
    case 429:
      return { title: "操作太快了", text: now.unsure ? UNSURE : `${free}稍等片刻再试。` };
    default:
      return { title: "这次没有抽成", text: now.unsure ? `${error.message}。${UNSURE}` : `${free}${error.message}` };
  }
}

/** @param {import('./api-error.js').ApiError} error */
export function loadError(error) {
  if (error.kind === "refused" && (error.code === 404 || error.code === 1003)) return NO_WHEEL;
  if (error.isUnanswered && error.message) return { title: "现在不能抽奖", text: error.message };
  if (error.isUnanswered) return { title: "还没有取到转盘", text: `${HAPPENED[error.kind]}没有扣积分。` };
  return { title: "暂时取不到", text: "服务没有正常回应，没有扣积分。" };
}
