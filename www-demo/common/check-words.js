/** The core's checks in a diner's words, and the step of the story each belongs to. */

/** @typedef {"before" | "revealed" | "computed"} Step */

/** @type {Record<string, {step: Step, label: string, bad: string}>} */
export const CHECKS = {
  expected_commitment: { step: "before", label: "封条就是抽奖前看到的那一个", bad: "封条和您抽奖前看到的不一样" },
  nonce: { step: "before", label: "抽奖序号有效", bad: "抽奖序号不是有效的数字" },
  expected_nonce: { step: "before", label: "序号就是您的这一次", bad: "序号不是轮到您的那一次" },
  expected_table_hash: { step: "before", label: "奖品表就是抽奖前公布的那一份", bad: "奖品表和抽奖前公布的不是同一份" },
  algorithm: { step: "revealed", label: "算法是公布的版本", bad: "算法名称不是公布的版本" },
  commitment: { step: "revealed", label: "种子打得开封条", bad: "种子和封条对不上，其中一个被改动过" },
  table_hash: { step: "revealed", label: "奖品表与它的指纹一致", bad: "奖品表和它的指纹对不上，其中一个被改动过" },
  table: { step: "revealed", label: "奖品表合乎规则", bad: "奖品表不合规则，或者被改动过" },
  client_seed: { step: "revealed", label: "您的随机数有效", bad: "您的随机数不合规则" },
  expected_client_seed: { step: "revealed", label: "就是您的设备发出的随机数", bad: "随机数不是您的设备发出的那一个" },
  count: { step: "revealed", label: "次数与结果的个数一致", bad: "次数和结果的个数对不上" },
  expected_count: { step: "revealed", label: "就是您要抽的次数", bad: "次数不是您要抽的次数" },
  sold_out: { step: "revealed", label: "售罄名单有效", bad: "售罄名单和奖品表对不上" },
  ticket: { step: "computed", label: "号码", bad: "重新算出的号码不同" },
  drawn_prize: { step: "computed", label: "号码对应的奖品", bad: "号码对应的是另一个奖品" },
  prize: { step: "computed", label: "发放的奖品", bad: "按规则应发放另一个奖品" },
  angle: { step: "computed", label: "指针停下的位置", bad: "重新算出的位置不同" },
  near_miss: { step: "computed", label: "是否靠近边线", bad: "“靠近边线”的标记与位置不符" },
  displayed: { step: "computed", label: "页面上显示的就是证明里的结果", bad: "页面上显示的和证明里的结果不同" },
  price: { step: "computed", label: "扣的积分就是公布的价格", bad: "扣的积分和公布的价格不同" },
  next: { step: "computed", label: "下一次的封条已经给出", bad: "下一次的序号或封条不对" },
  created_at: { step: "computed", label: "时间的写法正确", bad: "时间的写法不对" },
  draw_id: { step: "computed", label: "证明编号与全部内容一致", bad: "证明编号和内容对不上，内容被改动过" },
  expected_draw_id: { step: "computed", label: "就是这一次抽奖的证明", bad: "这是另一次抽奖的证明" },
};

/** @param {string} check */
export const wordsOf = (check) => CHECKS[check] ?? { step: /** @type {Step} */ ("computed"), label: check, bad: "这一项没有通过" };

/** @type {{step: Step, title: string}[]} */
export const STEPS = [
  { step: "before", title: "抽奖之前，店家承诺了什么" },
  { step: "revealed", title: "抽奖之后，店家公开了什么" },
  { step: "computed", title: "您的设备重新算出了什么" },
];

/**
 * The verdict in one sentence: the first check that failed, and in which draw.
 * @param {{check: string, draw?: number | null}[]} failed
 */
export function failure(failed) {
  const [first] = failed;
  if (!first) return "";
  const which = typeof first.draw === "number" ? `第 ${first.draw + 1} 个结果：` : "";
  const others = failed.length > 1 ? `（另有 ${failed.length - 1} 项受影响）` : "";
  return `${which}${wordsOf(first.check).bad}。${others}`;
}
