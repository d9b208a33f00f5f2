/** Every sentence a diner reads that is not in index.html, and the numbers in them. */

const number = new Intl.NumberFormat("zh-CN");
const time = new Intl.DateTimeFormat("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });

/** @param {number} n */
export const count = (n) => number.format(n);
/** @param {number} n */
export const points = (n) => `${number.format(n)} 积分`;
/** @param {string} iso */
export const when = (iso) => time.format(new Date(iso));
/** @param {number} hundredths of a degree */
export const degrees = (hundredths) => `${(hundredths / 100).toFixed(2)}°`;
/** @param {number} weight ten-thousandths */
export const percent = (weight) => `${(weight / 100).toFixed(2)}%`;
/** The beginning and the end of a digest. @param {string} hex */
export const short = (hex) => `${hex.slice(0, 8)}…${hex.slice(-6)}`;

/** @param {number} weight ten-thousandths */
export function fraction(weight) {
  if (weight === 0) return "0";
  const divisor = gcd(weight, 10_000);
  return weight === 10_000 ? "1" : `${count(weight / divisor)}/${count(10_000 / divisor)}`;
}

/** @param {number} a @param {number} b @returns {number} */
const gcd = (a, b) => (b === 0 ? a : gcd(b, a % b));

/** @type {Record<string, string>} */
export const DRAW_TYPES = { single: "单次", triple: "三连抽", five: "五连抽", ten: "十连抽" };

/**
 * What a failed draw means for the diner: what happened, whether anything was charged.
 * @param {import('./api.js').ApiError} error
 * @param {{cost: number, points: number, left: number}} now price of the draw, what the diner has, draws left today
 * @returns {{title: string, text: string}}
 */
export function drawError(error, now) {
  if (error.kind === "network") return { title: "没有收到结果", text: "网络断开了。再试会沿用同一张单号，不会重复扣积分。" };
  if (error.kind === "garbled") return { title: "服务暂时没有回应", text: "这次是否完成还不确定。再试会沿用同一张单号，不会重复扣积分。" };
  const free = "没有扣积分。";
  switch (error.code) {
    case 1001: {
      const short = now.cost - now.points;
      return { title: short > 0 ? `积分不足，还差 ${points(short)}` : "积分不足", text: `${free}消费后上传小票可以获得积分。` };
    }
    case 1002:
      return now.left > 0
        ? { title: `今天还可以抽 ${count(now.left)} 次`, text: `不够这一次的次数，${free}` }
        : { title: "今天的次数用完了", text: `${free}明天再来转一转。` };
    case 1003:
      return { title: "奖品或概率刚刚更新", text: `${free}已经换上新的转盘，请看过概率再抽。` };
    case 1004:
      return { title: "现在人有点多", text: `${free}稍等片刻再试。` };
    case 429:
      return { title: "操作太快了", text: `${free}稍等片刻再试。` };
    default:
      return { title: "这次没有抽成", text: `${free}${error.message}` };
  }
}

/** @param {import('./api.js').ApiError} error @param {"code" | "login"} call */
export function loginError(error, call) {
  if (error.kind === "network") return "网络断开了，请再试一次。";
  if (error.kind === "garbled") return "服务暂时没有回应，请稍后再试。";
  const table =
    call === "code"
      ? { 1001: "请填写 11 位手机号。", 1002: "验证码刚刚发过，请稍等一分钟。", 1003: "今天获取验证码的次数用完了，请明天再试。", 1004: "短信暂时发不出去，请稍后再试。" }
      : { 1001: "请填写 11 位手机号。", 1002: "验证码不对或已过期，请重新获取。", 1003: "输错次数太多，请重新获取验证码。", 1004: "这个账号已停用，请联系店家。" };
  return /** @type {Record<number, string>} */ (table)[error.code] ?? (error.message || "没有成功，请再试一次。");
}

/** @param {import('./api.js').ApiError} error */
export function loadError(error) {
  if (error.kind === "network") return { title: "网络断开了", text: "还没有取到转盘，没有扣积分。" };
  if (error.kind === "refused" && error.code === 1003) return { title: "现在没有开放的转盘", text: "店家还没有上架奖品，请稍后再来。" };
  if (error.kind === "garbled" && error.message) return { title: "现在不能抽奖", text: error.message };
  return { title: "暂时取不到", text: "服务没有正常回应，没有扣积分。" };
}
