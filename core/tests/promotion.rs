//! What the check of a promotion finds, and what its notice says.

mod common;

use common::{any_table, cases, small};
use fairwheel_core::{
    prize::{Prize, PrizeKind, PrizeTable, TableSpec},
    promotion::{Code, Finding, Level, NoticeTerms, check, notice},
};
use proptest::prelude::*;

const FULL: NoticeTerms<'_> = NoticeTerms {
    organiser: "张记餐饮有限公司",
    period: "2026 年 12 月 1 日至 12 月 31 日",
    redemption: "到店向店员出示中奖记录。优惠券全店可用，30 天内有效。积分可换商品，长期有效",
    contact: "010-12345678",
};

fn prize(id: u32, weight: u32, kind: PrizeKind, value_cents: u32, name: &str) -> Prize {
    Prize { id, angle: id * 30, weight, kind, value_cents, is_activity: false, stock: None, name: name.to_owned() }
}

/// A table that nobody can find fault with: a prize of each kind.
fn sound() -> TableSpec {
    let mut spec = TableSpec {
        cost: 100,
        daily_limit: 10,
        fallback: Some(4),
        prizes: vec![
            prize(1, 500, PrizeKind::Coupon, 88, "八八折券"),
            prize(2, 1_525, PrizeKind::Physical, 1_850, "甜品1份"),
            prize(3, 2_975, PrizeKind::Points, 5_000, "50积分"),
            prize(4, 5_000, PrizeKind::Empty, 0, "谢谢参与"),
        ],
    };
    spec.prizes[1].stock = Some(200);
    spec
}

fn table(spec: TableSpec) -> PrizeTable {
    PrizeTable::new(spec).expect("a valid table")
}

/// Everything that is not as it should be.
fn faults(table: &PrizeTable, rules: &str) -> Vec<(Code, Level, Option<u32>)> {
    let findings = check(table, rules).into_iter().filter(|finding| finding.level != Level::Ok);
    findings.map(|Finding { code, level, prize_id }| (code, level, prize_id)).collect()
}

/// The faults of a sound table after a change, told by a full notice.
fn after(change: impl FnOnce(&mut TableSpec)) -> Vec<(Code, Level, Option<u32>)> {
    let mut spec = sound();
    change(&mut spec);
    let table = table(spec);
    faults(&table, &notice(&table, &FULL))
}

/// The faults of the sound table that `rules` has beside those of its full notice.
fn odds(rules: &str) -> Vec<u32> {
    let found = faults(&table(sound()), rules).into_iter().filter(|(code, ..)| *code == Code::OddsPublished);
    found.map(|(_, level, prize_id)| if level == Level::Advice { prize_id.expect("a prize") } else { 0 }).collect()
}

#[test]
fn a_notice_says_what_the_table_says() {
    let expected = "\
活动时间：2026 年 12 月 1 日至 12 月 31 日
参与方式：每抽一次消耗 100 积分，每人每天最多抽 10 次，立即显示结果。
奖项与概率（与扇区的大小无关）：
・八八折券（优惠券，8.8 折）：5%（1/20）
・甜品1份（实物，价值 18.5 元）：15.25%（61/400），共 200 份
・50积分（50 积分）：29.75%（119/400）
・谢谢参与（不中奖）：50%（1/2）
限量的奖品送完后，抽中它的得到“谢谢参与”。
抽中的积分立即到账。
兑奖方式：到店向店员出示中奖记录。优惠券全店可用，30 天内有效。积分可换商品，长期有效
验证方式：每次抽奖前公布承诺值，抽奖后公开种子，可在“核对证明”页面重算每个结果。
主办方：张记餐饮有限公司
联系方式：010-12345678
";
    assert_eq!(notice(&table(sound()), &FULL), expected);
}

#[test]
fn a_sound_table_with_a_full_notice_is_all_right_in_every_respect() {
    let table = table(sound());
    let codes: Vec<_> = check(&table, &notice(&table, &FULL));
    let ok = |code| Finding { code, level: Level::Ok, prize_id: None };
    let all = [
        Code::OddsPublished,
        Code::NoticeOutdated,
        Code::PrizeWorth,
        Code::TopPrizeLimit,
        Code::Unreachable,
        Code::EmptyNamed,
        Code::OrganiserTerms,
        Code::PeriodTerms,
        Code::RedemptionTerms,
        Code::PointsTerms,
        Code::CouponTerms,
    ];
    assert_eq!(codes, all.map(ok));
}

#[test]
fn what_a_notice_leaves_out_is_missed() {
    use Level::{Advice, Warning};
    let table = table(sound());
    let empty = notice(&table, &NoticeTerms::default());
    let missing = [
        (Code::OrganiserTerms, Warning, None),
        (Code::PeriodTerms, Warning, None),
        (Code::RedemptionTerms, Warning, None),
        (Code::PointsTerms, Advice, None),
        (Code::CouponTerms, Advice, None),
    ];
    assert_eq!(faults(&table, &empty), missing, "the words of the notice itself are not taken for terms");
    let nobody_to_call = notice(&table, &NoticeTerms { contact: " ", ..FULL });
    assert_eq!(faults(&table, &nobody_to_call), [(Code::OrganiserTerms, Advice, None)]);
    assert_eq!(faults(&table, ""), missing);
}

#[test]
fn what_points_and_coupons_are_good_for_is_asked_as_well_as_how_long() {
    let table = table(sound());
    let of = |redemption, code| {
        let text = notice(&table, &NoticeTerms { redemption, ..FULL });
        faults(&table, &text).contains(&(code, Level::Advice, None))
    };
    for (term, missed) in [
        ("积分长期有效", true),
        ("积分可换菜品", true),
        ("积分可换菜品，年底到期", false),
        ("积分长期有效。积分可以抵饭钱", false),
        ("优惠券堂食可用，30 天内有效", true),
    ] {
        assert_eq!(of(term, Code::PointsTerms), missed, "{term}");
    }
    for (term, missed) in [
        ("券 30 天内有效", true),
        ("券全店通用", true),
        ("中奖后 30 天内领取；券在店内用", false),
        ("积分可换菜品，长期有效", true),
        ("积分和券长期有效，全店可用", false),
    ] {
        assert_eq!(of(term, Code::CouponTerms), missed, "{term}");
    }
}

#[test]
fn each_rule_names_the_prize() {
    use Level::{Advice, Warning};
    let is = |found: Vec<_>, code, level, id| assert_eq!(found, [(code, level, Some(id))]);
    is(after(|t| t.prizes[0].value_cents = 0), Code::PrizeWorth, Advice, 1);
    is(after(|t| t.prizes[1].value_cents = 0), Code::PrizeWorth, Advice, 2);
    is(after(|t| t.prizes[2].value_cents = 99), Code::PrizeWorth, Warning, 3);
    is(after(|t| t.prizes[0].value_cents = 5_000_001), Code::TopPrizeLimit, Warning, 1);
    is(after(|t| t.prizes[1].value_cents = 100_000_000), Code::TopPrizeLimit, Warning, 2);
    is(after(|t| t.prizes[2].value_cents = 5_000_001), Code::TopPrizeLimit, Advice, 3);
    is(after(|t| t.prizes[1].value_cents = 500_001), Code::TopPrizeLimit, Advice, 2);
    is(after(|t| t.prizes[1].stock = Some(0)), Code::Unreachable, Warning, 2);
    is(after(|t| (t.prizes[1].weight, t.prizes[0].weight) = (0, 2_025)), Code::Unreachable, Warning, 2);
    is(after(|t| t.prizes[3].name = "幸运大奖".to_owned()), Code::EmptyNamed, Warning, 4);
    is(after(|t| t.prizes[3].name = "🎁".to_owned()), Code::EmptyNamed, Advice, 4);
    is(after(|t| t.prizes[3].name = "谢谢参与，下次一定中奖".to_owned()), Code::EmptyNamed, Advice, 4);
    is(after(|t| t.prizes[3].value_cents = 1), Code::EmptyNamed, Advice, 4);
}

#[test]
fn what_is_at_a_limit_is_within_it() {
    assert_eq!(after(|t| t.prizes[1].value_cents = 500_000), []);
    assert_eq!(after(|t| (t.daily_limit, t.prizes[0].value_cents) = (1, 5_000_000)), []);
    assert_eq!(after(|t| (t.prizes[1].stock, t.prizes[1].value_cents) = (Some(1), 5_000_000)), []);
    assert_eq!(after(|t| t.prizes[2].value_cents = 5_000_000), []);
    assert_eq!(after(|t| t.prizes[2].value_cents = 100), []);
}

#[test]
fn an_empty_prize_that_is_never_drawn_may_be_the_fallback() {
    let second = |t: &mut TableSpec| {
        t.prizes.push(prize(5, 0, PrizeKind::Empty, 0, "再接再厉"));
        t.fallback = Some(5);
    };
    assert_eq!(after(second), []);
    let idle = after(|t| t.prizes.push(prize(5, 0, PrizeKind::Empty, 0, "再接再厉")));
    assert_eq!(idle, [(Code::Unreachable, Level::Advice, Some(5))]);
}

fn empty_named(name: &str) -> Level {
    let found = after(|t| name.clone_into(&mut t.prizes[3].name));
    match found.as_slice() {
        [] => Level::Ok,
        [(Code::EmptyNamed, level, Some(4))] => *level,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn a_name_that_denies_a_win_promises_none() {
    let good = "谢谢参与 谢谢惠顾 感谢惠顾 感谢您的参与 多谢光临 谢谢 不中奖 未中奖 没中奖 没有中奖 没抽中 未抽中 没抽到 没得奖 未得奖 \
                没中 未中 无奖 空奖 没有奖品 没抽中奖品 没有抽到大奖 没中大奖 未获奖 没有现金红包 与大奖擦肩而过 擦肩而过 与奖品无缘 \
                差一点就中奖了 失之交臂 再接再厉 继续努力 下次好运 下次再来 明天再来 遗憾 很可惜 加油 没抽到10元券 抱歉没有奖";
    assert_eq!(good.split_ascii_whitespace().count(), 40);
    for name in good.split_ascii_whitespace().chain(["Thank you", "Try again", "未 中 奖", "谢谢抽奖", "没有iPhone"])
    {
        assert_eq!(empty_named(name), Level::Ok, "{name}");
    }
}

#[test]
fn a_name_that_promises_something_is_warned_about() {
    let bad = "恭喜中奖 恭喜发财 一等奖 三等奖 特等奖 幸运大奖 神秘大奖 神秘礼物 伴手礼 新年礼包 参与奖 阳光普照奖 奖品 奖金 10元券 \
               八折券 优惠券 无门槛券 代金券 88元现金 100元 ￥50 ¥8.8 百元红包 五元 现金红包 50积分 无限积分 iPhone17 iPhone 手机 \
               华为手机 iPad 笔记本电脑 再来一次 再来一瓶 免费午餐 免单 甜品1份 8折";
    assert_eq!(bad.split_ascii_whitespace().count(), 40);
    for name in bad.split_ascii_whitespace().chain(["iPhone 17", "88 元", "八折", "可口可乐2瓶", "无敌大奖"])
    {
        assert_eq!(empty_named(name), Level::Warning, "{name}");
    }
}

#[test]
fn a_name_that_says_neither_or_both_is_worth_a_look() {
    for name in [
        "礼貌微笑",
        "🎁",
        "好心情",
        "元气满满",
        "百折不挠",
        "祝你好运",
        "谢谢参与，下次一定中奖",
        "未中奖也有红包",
        "礼仪",
    ] {
        assert_eq!(empty_named(name), Level::Advice, "{name}");
    }
}

#[test]
fn what_does_not_apply_is_not_mentioned() {
    let spec = small();
    let codes: Vec<_> = check(&table(spec), "").into_iter().map(|finding| finding.code).collect();
    assert!(!codes.contains(&Code::CouponTerms) && codes.contains(&Code::PointsTerms));
    let mut spec = small();
    spec.fallback = None;
    spec.prizes[1] = prize(2, 5_000, PrizeKind::Physical, 100, "糖");
    let codes: Vec<_> = check(&table(spec), "").into_iter().map(|finding| finding.code).collect();
    assert!(!codes.contains(&Code::EmptyNamed));
    let points_only = faults(&table(small()), "");
    assert!(points_only.contains(&(Code::RedemptionTerms, Level::Advice, None)), "points need not be fetched");
}

#[test]
fn odds_in_the_rules_are_compared_with_the_table() {
    for rules in [
        "八八折券 5%，甜品1份 15.25%，50积分：29.75%、谢谢参与50%",
        "5% 八八折券、15.25% 甜品1份",
        "八八折券的中奖概率是 5.00%。谢谢参与 ５０％",
        "100% 有奖：八八折券 5％、谢谢参与 50.0%",
        "八八折券（最高优惠 12%，概率 5%）",
        "150积分 2%",
        "八八折券 ５０",
        "八八折券 5 %",
        "八八折券：５．００　％",
        "谢谢参与 1 50%",
        "总概率 100%",
        "八八折券",
        "%",
    ] {
        assert!(odds(rules).is_empty(), "{rules}");
    }
    assert_eq!(odds("八八折券 6%"), [1]);
    assert_eq!(odds("八八折券 5.001%"), [1]);
    assert_eq!(odds("八八折券 0.5%、谢谢参与 50%"), [1]);
    assert_eq!(odds("50% 八八折券、5% 谢谢参与"), [1, 4]);
    assert_eq!(odds("八八折券：50%\n谢谢参与：5％"), [1, 4]);
    assert_eq!(odds("八八折券：10 %"), [1]);
    assert_eq!(odds("八八折券：１０％。谢谢参与 5　%"), [1, 4]);
    assert_eq!(odds("八八折券 0 5 0%"), [1]);
    assert_eq!(odds("甜品1份 99999999999999999999%"), [2]);
}

#[test]
fn prizes_of_one_name_may_be_added_up() {
    let mut spec = sound();
    spec.prizes[3].weight = 3_000;
    spec.prizes.push(prize(5, 2_000, PrizeKind::Empty, 0, "谢谢参与"));
    let table = table(spec);
    for (rules, right) in [("谢谢参与 50%", true), ("谢谢参与 20%", true), ("谢谢参与 40%", false)] {
        let agrees = check(&table, rules)[0] == Finding { code: Code::OddsPublished, level: Level::Ok, prize_id: None };
        assert_eq!(agrees, right, "{rules}");
    }
}

#[test]
fn a_notice_of_another_table_is_noticed() {
    let old = notice(&table(sound()), &FULL);
    let outdated = (Code::NoticeOutdated, Level::Warning, None);
    let changes: [fn(&mut TableSpec); 7] = [
        |t| t.cost = 99,
        |t| t.daily_limit = 9,
        |t| t.prizes[1].stock = Some(199),
        |t| t.prizes[1].stock = None,
        |t| t.prizes[0].value_cents = 89,
        |t| t.prizes[3].name = "未中奖".to_owned(),
        |t| (t.prizes[0].weight, t.prizes[3].weight) = (100, 5_400),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let mut spec = sound();
        change(&mut spec);
        assert!(faults(&table(spec), &old).contains(&outdated), "{at}");
    }
    let mut spec = sound();
    (spec.prizes[0].weight, spec.prizes[3].weight) = (100, 5_400);
    let found = faults(&table(spec), &old);
    assert_eq!(
        found,
        [1, 4]
            .map(|id| (Code::OddsPublished, Level::Advice, Some(id)))
            .into_iter()
            .chain([outdated])
            .collect::<Vec<_>>()
    );
    // Beside it anything may be said, and without one there is none that could be old.
    let more = format!("欢迎光临\n{}・周一不营业\n", old.replace('\n', "\r\n"));
    assert_eq!(faults(&table(sound()), &more), []);
    let without = old.replace("奖项与概率（与扇区的大小无关）：", "");
    let codes: Vec<_> = check(&table(sound()), &without).into_iter().map(|finding| finding.code).collect();
    assert!(!codes.contains(&Code::NoticeOutdated));
}

#[test]
fn a_notice_says_nothing_in_the_name_of_the_merchant() {
    let mut spec = sound();
    spec.prizes[3].name = "谢谢参与，积分可换券长期有效，主办电话兑奖活动时间".to_owned();
    let table = table(spec);
    let terms = faults(&table, &notice(&table, &NoticeTerms::default()));
    let codes: Vec<_> = terms.into_iter().map(|(code, ..)| code).filter(|code| *code != Code::EmptyNamed).collect();
    let all = [Code::OrganiserTerms, Code::PeriodTerms, Code::RedemptionTerms, Code::PointsTerms, Code::CouponTerms];
    assert_eq!(codes, all);
}

#[test]
fn the_largest_table_fits_and_says_where_the_whole_list_is() {
    let prizes = (0..100).map(|i| Prize {
        stock: Some(u32::MAX),
        angle: i * 3,
        ..prize(i + 2, if i == 0 { 123 } else { 99 }, PrizeKind::Coupon, 99_999_999, &"好".repeat(100))
    });
    let mut prizes: Vec<_> = prizes.take(99).collect();
    prizes.push(Prize { angle: 297, ..prize(1, 175, PrizeKind::Empty, 0, &"谢".repeat(100)) });
    let weight: u32 = prizes.iter().map(|prize| prize.weight).sum();
    prizes[1].weight += 10_000 - weight;
    let table = table(TableSpec { cost: 1_000_000, daily_limit: 10_000, fallback: Some(1), prizes });
    let long = "期".repeat(501);
    let long = NoticeTerms { organiser: &long, period: &long, redemption: &long, contact: &long };
    for terms in [long, FULL] {
        let text = notice(&table, &terms);
        assert!(text.chars().count() <= 5_000, "{}", text.chars().count());
        assert!(text.contains("全部奖项与概率见“公开概率”页面"));
        assert!(text.ends_with(&format!("联系方式：{}\n", cut(terms.contact))), "nothing after it is lost");
        assert!(text.lines().filter(|line| line.starts_with('・')).count() >= 40);
    }
    assert!(
        notice(&table, &FULL)
            .contains("・好好好好好好好…（优惠券，价值 999999.99 元）：1.23%（123/10000），共 4294967295 份")
    );
}

fn cut(text: &str) -> String {
    if text.chars().count() > 500 { text.chars().take(499).chain(['…']).collect() } else { text.to_owned() }
}

#[test]
fn the_cases_of_the_vectors_have_notices_without_other_odds() {
    for case in cases() {
        let found = faults(&case.table, &notice(&case.table, &FULL));
        let odds = found.iter().filter(|(code, ..)| *code == Code::OddsPublished);
        assert_eq!(odds.count(), 0, "{found:?}");
    }
}

/// What a table must be, in words of its own, for nobody to be warned.
fn is_sound(table: &PrizeTable) -> bool {
    table.prizes().iter().all(|prize| match prize.kind {
        PrizeKind::Empty => true,
        _ => prize.weight > 0 && prize.stock != Some(0) && (100..=5_000_000).contains(&prize.value_cents),
    })
}

proptest! {
    #[test]
    fn a_notice_of_a_sound_table_gives_no_warning(made in any_table(), full in any::<bool>()) {
        let mut spec = made.spec().clone();
        for prize in &mut spec.prizes {
            if prize.kind == PrizeKind::Empty {
                prize.name = "谢谢参与".to_owned();
            } else {
                prize.value_cents = prize.value_cents % 4_999_901 + 100;
                prize.stock = prize.stock.map(|stock| stock.max(1));
            }
        }
        // Those that cannot be won are taken off; a fallback that cannot may stay.
        spec.prizes.retain(|prize| prize.weight > 0 || Some(prize.id) == spec.fallback);
        prop_assume!(spec.prizes.len() > 1);
        let table = table(spec);
        prop_assert!(is_sound(&table));
        let text = notice(&table, &if full { FULL } else { NoticeTerms::default() });
        prop_assert!(text.chars().count() <= 5_000);
        let found = faults(&table, &text);
        prop_assert!(found.iter().all(|(code, ..)| *code != Code::OddsPublished), "its odds are the table's: {found:?}");
        if full {
            prop_assert!(found.iter().all(|(_, level, _)| *level == Level::Advice), "{found:?}");
        } else {
            let terms = [Code::OrganiserTerms, Code::PeriodTerms].map(|code| (code, Level::Warning, None));
            prop_assert!(terms.iter().all(|missing| found.contains(missing)), "names of prizes are no terms: {found:?}");
        }
    }

    #[test]
    fn any_rules_are_looked_at(table in any_table(), rules in "[\\PC\n%％0-9.。谢参与积分券]{0,200}") {
        let findings = check(&table, &rules);
        for finding in &findings {
            prop_assert_eq!(finding.level == Level::Ok && finding.prize_id.is_some(), false, "all is well with the whole");
            prop_assert!(finding.prize_id.is_none_or(|id| table.prize(id).is_some()));
        }
        for (at, finding) in findings.iter().enumerate() {
            prop_assert!(!findings[..at].contains(finding), "nothing is said twice");
            prop_assert!(at == 0 || findings[at - 1].code as u8 <= finding.code as u8, "in the order of the codes");
        }
    }
}
