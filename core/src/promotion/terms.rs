//! Which terms a text names, by the words for them.

use super::Level;

const ORGANISER: [&str; 6] = ["主办", "举办", "承办", "组织者", "经营者", "发起"];
const CONTACT: [&str; 8] = ["联系", "电话", "热线", "客服", "手机", "微信", "邮箱", "咨询"];
const PERIOD: [&str; 8] = ["活动时间", "活动期", "活动日期", "期间", "起止", "截止", "即日起", "长期举"];
const REDEMPTION: [&str; 7] = ["兑奖", "兑换", "领取", "领奖", "核销", "取奖", "发放"];
const VALIDITY: [&str; 8] = ["有效", "过期", "到期", "期限", "使用期", "天内", "日内", "月内"];

/// What was found in a text.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "things that a text names or not, each on its own")]
pub(super) struct Terms {
    organiser: bool,
    contact: bool,
    pub(super) period: bool,
    pub(super) redemption: bool,
    pub(super) points: bool,
    pub(super) coupons: bool,
}

impl Terms {
    /// Looks for more of them.
    pub(super) fn find(&mut self, sentence: &str) {
        self.organiser |= has(sentence, &ORGANISER);
        self.contact |= has(sentence, &CONTACT);
        self.period |= has(sentence, &PERIOD);
        self.redemption |= has(sentence, &REDEMPTION);
        let (valid, points) = (has(sentence, &VALIDITY), has(sentence, &["积分"]));
        self.points |= valid && points;
        self.coupons |= valid && (!points || has(sentence, &["券"]));
    }

    pub(super) fn organiser_level(&self) -> Level {
        match (self.organiser, self.contact) {
            (true, true) => Level::Ok,
            (true, false) => Level::Advice,
            (false, _) => Level::Warning,
        }
    }
}

pub(super) fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| places(text, word).next().is_some())
}

/// What stands before each place where `word`, which is not empty, is in `text`. Byte by byte: the searcher of the standard
/// library would make the wasm longer.
pub(super) fn places<'a>(text: &'a str, word: &str) -> impl Iterator<Item = &'a str> {
    let windows = text.as_bytes().windows(word.len().max(1)).enumerate();
    windows.filter(move |(_, window)| *window == word.as_bytes()).filter_map(|(at, _)| text.get(..at))
}
