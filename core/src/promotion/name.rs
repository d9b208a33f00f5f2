//! What the name of an empty prize says: that something was won, or that nothing was.

use alloc::vec::Vec;

use super::terms::{has, places, words};

/// What promises something; those of [`UNIT`] only behind a number.
const PROMISES: &str = "奖 恭喜 礼 券 红包 积分 免费 免单 优惠 立减 抵扣 再来一 钱 现金 黄金 手机 电脑 空调 会员 福袋 \
                        ￥ ¥ iphone ipad 元 折 份 瓶 杯";
const UNIT: &str = "元 折 份 瓶 杯";
const DIGITS: &str = "0 1 2 3 4 5 6 7 8 9";
const NUMERALS: &str = "一 二 两 三 四 五 六 七 八 九 十 百 千 万";
/// What turns a promise behind it around.
const NOT: &str = "不 未 没 无 非 空 失";
/// What may stand between the two, beside another promise: 没有抽到现金大奖.
const BETWEEN: &str = "有 能 中 抽 到 得 获 拿 是 任何 大 幸运 赢 摸";
/// What turns every promise around: 与大奖擦肩而过.
const MISSED: &str = "擦肩 无缘 差一点 差点 失之交臂 落空";
/// What says that there is nothing.
const NOTHING: &str = "谢 没 未中 未抽 未得 未获 不中 加油 再接再厉 继续努力 下次 明天再 再试 遗憾 可惜 抱歉 空空 轮空 thank sorry tryagain";

/// Whether `name` promises something, and whether it says that there is nothing.
pub(super) fn says(name: &str) -> (bool, bool) {
    let name: Vec<u8> = name.bytes().filter(|byte| *byte != b' ').map(|byte| byte.to_ascii_lowercase()).collect();
    let missed = has(&name, MISSED);
    let (mut promises, mut denies) = (false, missed || has(&name, NOTHING));
    for word in words(PROMISES) {
        for (before, after) in places(&name, word) {
            if is_meant(before, word, after) {
                let is_denied = missed || is_turned_around(before);
                promises |= !is_denied;
                denies |= is_denied;
            }
        }
    }
    (promises, denies)
}

fn is_meant(before: &[u8], word: &[u8], after: &[u8]) -> bool {
    let follows = |list| words(list).any(|next| after.starts_with(next));
    if word == "奖".as_bytes() {
        // 抽奖 is no 奖.
        return without_last(before, "抽").is_none() || follows("品 金");
    }
    if word == "礼".as_bytes() {
        return !follows("貌 仪");
    }
    if !has(word, UNIT) {
        return true;
    }
    // 百折不挠 is no number.
    without_last(before, DIGITS).is_some()
        || (has(word, "元 折") && !follows("不") && without_last(before, NUMERALS).is_some())
}

fn is_turned_around(before: &[u8]) -> bool {
    let mut rest = before;
    while let Some(shorter) = [BETWEEN, PROMISES, DIGITS].iter().find_map(|list| without_last(rest, list)) {
        rest = shorter;
    }
    without_last(rest, NOT).is_some()
}

/// What is before one of the words of `list`, if `text` ends with one.
fn without_last<'t>(text: &'t [u8], list: &str) -> Option<&'t [u8]> {
    words(list).find_map(|word| text.strip_suffix(word))
}
