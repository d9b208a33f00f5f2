//! Which terms a text names, by the words for them.

use super::Level;

const ORGANISER: &str = "主办 举办 承办 组织者 经营者 发起";
const CONTACT: &str = "联系 电话 热线 客服 手机 微信 邮箱 咨询";
const PERIOD: &str = "活动时间 活动期 活动日期 期间 起止 截止 即日起 长期举";
const REDEMPTION: &str = "兑奖 兑换 领取 领奖 核销 取奖 发放";
const VALIDITY: &str = "有效 过期 到期 期限 使用期 天内 日内 月内";
const USE: &str = "店内用 使用 可用 适用 通用 限用 用于 换 抵";

/// What was found in a text.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "things that a text names or not, each on its own")]
pub(super) struct Terms {
    organiser: bool,
    contact: bool,
    pub(super) period: bool,
    pub(super) redemption: bool,
    pub(super) points: Use,
    pub(super) coupons: Use,
}

/// What is said of things that are used later.
#[derive(Clone, Copy, Default)]
pub(super) struct Use {
    /// What for, or where.
    range: bool,
    /// How long.
    validity: bool,
}

impl Use {
    pub(super) fn both(self) -> bool {
        self.range && self.validity
    }

    fn find(&mut self, is_meant: bool, said: Self) {
        self.range |= is_meant && said.range;
        self.validity |= is_meant && said.validity;
    }
}

impl Terms {
    /// Looks for more of them.
    pub(super) fn find(&mut self, sentence: &str) {
        let sentence = sentence.as_bytes();
        self.organiser |= has(sentence, ORGANISER);
        self.contact |= has(sentence, CONTACT);
        self.period |= has(sentence, PERIOD);
        self.redemption |= has(sentence, REDEMPTION);
        let said = Use { range: has(sentence, USE), validity: has(sentence, VALIDITY) };
        let points = has(sentence, "积分");
        self.points.find(points, said);
        self.coupons.find(!points || has(sentence, "券"), said);
    }

    pub(super) fn organiser_level(&self) -> Level {
        match (self.organiser, self.contact) {
            (true, true) => Level::Ok,
            (true, false) => Level::Advice,
            (false, _) => Level::Warning,
        }
    }
}

/// Whether one of the words of `list` is in `text`.
pub(super) fn has(text: &[u8], list: &str) -> bool {
    words(list).any(|word| places(text, word).next().is_some())
}

/// The words of a list, which has spaces between them: one text takes less of the wasm than many.
pub(super) fn words(list: &str) -> impl Iterator<Item = &[u8]> {
    list.as_bytes().split(|byte| *byte == b' ')
}

/// What stands before and behind each place where `word`, which is not empty, is in `text`. Byte by byte: the searcher of the
/// standard library would make the wasm longer.
pub(super) fn places<'t>(text: &'t [u8], word: &[u8]) -> impl Iterator<Item = (&'t [u8], &'t [u8])> {
    (0..text.len()).filter_map(move |at| {
        let (before, rest) = text.split_at_checked(at)?;
        Some((before, rest.strip_prefix(word)?))
    })
}
