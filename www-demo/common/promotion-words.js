/**
 * What the core finds about a promotion, in words, each with the rule it comes from.
 *
 * The numbers of articles are those of the Interim Provisions on Regulating Promotional Conduct (Order No. 32 of the State
 * Administration for Market Regulation, in force since 2020-12-01). The Anti-Unfair Competition Law was renumbered in 2025, so it
 * is cited without them.
 */

const ORDER = "《规范促销行为暂行规定》";
const LAW = "《反不正当竞争法》关于有奖销售的规定";

/** @typedef {{cite: string, text: string}[]} Source a rule in a few words, and where it stands */

/** @type {Source} */
const PUBLISHED = [
  { cite: `${ORDER}第十三条`, text: "有奖销售前，要公布奖项种类、参与条件和方式、奖金金额或者奖品价格、奖品数量或者中奖概率、兑奖时间、条件和方式、主办方及其联系方式等；公布以后不得变更，不得附加条件，不得影响兑奖，但有利于消费者的除外。" },
];
/** @type {Source} */
const VALID = [{ cite: `${ORDER}第十四条`, text: "奖品是积分、礼券、兑换券、代金券的，要公布兑换规则、使用范围、有效期限和其他限制条件。" }];
/** @type {Source} */
const HIGHEST = [
  { cite: `${ORDER}关于抽奖式有奖销售的规定`, text: "抽奖式有奖销售，最高奖的金额不得超过五万元；不是现金的奖品，按同期市场同类商品的价格算。" },
  { cite: LAW, text: "有奖销售的信息要明确；不得谎称有奖；抽奖式的，最高奖不得超过五万元。" },
];
/** @type {Source} */
const HONEST = [
  { cite: `${ORDER}第五条`, text: "活动信息要真实准确、清晰醒目，不得作虚假或者引人误解的宣传。" },
  { cite: LAW, text: "有奖销售的信息要明确；不得谎称有奖；抽奖式的，最高奖不得超过五万元。" },
];

/** Where the rules stand, for the foot of a list. */
export const SOURCES = `${ORDER}（市场监管总局令第 32 号）和《反不正当竞争法》`;
export const NO_ADVICE = "这是提示，不是法律意见。";

/**
 * @typedef {"ok" | "advice" | "warning"} Level
 * @typedef {{code: string, level: Level, prize_id: number | null}} Finding
 * @typedef {[title: string, text: string]} Said `{}` in the title stands for the prize
 */

/** @type {Record<string, {ok: string, warning?: Said, advice?: Said, source: Source}>} */
const WORDS = {
  odds_published: {
    ok: "中奖概率会公布",
    advice: ["规则文字里{}的概率和奖品表不一样", "顾客看到的两个数要相同。请改规则文字，或者重新写入公告。"],
    source: PUBLISHED,
  },
  notice_outdated: {
    ok: "规则文字里的公告就是这个转盘的",
    warning: ["规则文字里的公告不是这个转盘的", "奖品、概率、数量、抽奖价格或者次数改过了，公告还是旧的。请重新写入规则文字。"],
    source: PUBLISHED,
  },
  prize_worth: {
    ok: "奖品的价值都写明了",
    advice: ["{}没有写价值", "请填一份值多少钱，实物按市场价格；折扣券填折扣，例如 0.88。"],
    warning: ["{}不足 1 积分", "一份至少要有 1 积分，不然等于没有奖。"],
    source: PUBLISHED,
  },
  top_prize_limit: {
    ok: "最高奖没有超过五万元",
    advice: ["{}合起来可能超过五万元", "十连抽可能一次抽中好几份，积分也要看能换多少钱。请确认最高奖折算后不超过五万元。"],
    warning: ["{}超过五万元", "按市场价格，最高奖不得超过五万元。请换一个奖品，或者把价值改成实际的市场价格。"],
    source: HIGHEST,
  },
  unreachable: {
    ok: "每个奖品都抽得到",
    advice: ["{}的概率是 0", "转盘上有这一格，却永远停不到。可以撤下它。"],
    warning: ["{}抽不到", "它的概率或者数量是 0。摆在转盘上又抽不到，会被看成谎称有奖。请给它概率和数量，或者撤下它。"],
    source: HONEST,
  },
  empty_named: {
    ok: "没有奖的格子，名称说得明白",
    advice: ["{}没有奖，名称可以说得更明白", "例如“谢谢参与”“未中奖”，顾客一看就懂；价值填 0。"],
    warning: ["{}没有奖，名称却像有奖", "顾客会以为中了奖。请改成“谢谢参与”“未中奖”这样的名称。"],
    source: HONEST,
  },
  organiser_terms: {
    ok: "写了主办方和联系方式",
    advice: ["没有写联系方式", "请填电话或地址，再写入规则文字。"],
    warning: ["没有写主办方", "请填店名和联系方式，再写入规则文字。"],
    source: PUBLISHED,
  },
  period_terms: {
    ok: "写了活动时间",
    warning: ["没有写活动时间", "请填从哪天到哪天，再写入规则文字。"],
    source: PUBLISHED,
  },
  redemption_terms: {
    ok: "写了怎样兑奖",
    advice: ["没有写怎样兑奖", "奖品只有积分，会自动到账。写上一句，顾客更放心。"],
    warning: ["没有写怎样兑奖、到什么时候", "请填“兑奖方式与期限”，再写入规则文字。"],
    source: PUBLISHED,
  },
  points_terms: {
    ok: "写了积分怎么用、到什么时候",
    advice: ["没有写全积分怎么用、到什么时候", "转盘上有积分。请在“兑奖方式与期限”里写明能换什么、有没有期限，例如“积分可换店内商品，长期有效”。"],
    source: VALID,
  },
  coupon_terms: {
    ok: "写了优惠券怎么用、到什么时候",
    advice: ["没有写全优惠券怎么用、到什么时候", "转盘上有优惠券。请在“兑奖方式与期限”里写明在哪里用、有效期和其他条件，例如“券全店可用，30 天内有效”。"],
    source: VALID,
  },
};

/**
 * @param {Finding} finding
 * @param {string} [name] of its prize
 * @returns {{title: string, text: string, source: Source}}
 */
export function findingWords({ code, level }, name = "") {
  const words = WORDS[code];
  if (!words) return { title: "请再看一看这一项", text: "", source: [] };
  if (level === "ok") return { title: words.ok, text: "", source: words.source };
  const [title, text] = words[level] ?? words.warning ?? words.advice ?? ["", ""];
  return { title: title.replace("{}", name ? `“${name}”` : "有奖品"), text, source: words.source };
}

/**
 * What else is to be thought of before another wheel takes the place of one that diners draw from. No core can judge whether it is
 * better for them.
 * @param {boolean} isLive whether there is one
 * @returns {{code: string, level: Level, key: string, title: string, text: string, source: Source}[]}
 */
export function runningChange(isLive) {
  if (!isLive) return [];
  const text = "公布过的奖品、概率和条件，活动期间只能改得对顾客更有利。要改得更少、更难，请等这一期活动结束，再公布新的一期。";
  return [{ code: "running_change", level: "advice", key: "", title: "活动进行中，只能改得对顾客更有利", text, source: PUBLISHED }];
}
