//! What holds for every table, seed and moment.

mod common;

use std::time::Duration;

use common::{any_table, small};
use fairwheel_core::{
    digest::Digest,
    draw::{ClientSeed, Count, DrawInput, Nonce, ServerSeed},
    points::{DrawRefusal, ReceiptRule},
    prize::{PrizeKind, PrizeTable},
    proof::{Expected, Proof, verify},
    simulate::{chi_square, simulate},
    wheel::{Angle, FULL_TURN, Spin},
};
use proptest::prelude::*;

fn any_angle() -> impl Strategy<Value = Angle> {
    (0..FULL_TURN).prop_map(Angle::wrapping)
}

proptest! {
    #[test]
    fn a_table_is_its_text(table in any_table()) {
        prop_assert_eq!(&PrizeTable::parse(table.text()).unwrap(), &table);
        prop_assert_eq!(table.hash(), Digest::sha256(table.text().as_bytes()));
        let mut backwards = table.spec().clone();
        backwards.prizes.reverse();
        prop_assert_eq!(PrizeTable::new(backwards).unwrap(), table);
    }

    #[test]
    fn sectors_cover_the_circle_once(table in any_table(), angle in any_angle()) {
        let sectors = table.sectors();
        prop_assert_eq!(sectors.iter().map(|sector| sector.width()).sum::<u32>(), FULL_TURN);
        prop_assert_eq!(sectors.iter().filter(|sector| sector.contains(angle)).count(), 1);
        prop_assert!(sectors[table.index_at(angle)].contains(angle));
        for (sector, prize) in sectors.iter().zip(table.prizes()) {
            prop_assert_eq!(sector.start().hundredths(), prize.angle * 100);
            prop_assert!(sector.width() >= 200 && sector.contains(sector.middle()));
            prop_assert!(!sector.contains(sector.at(sector.width())));
        }
    }

    #[test]
    fn rotation_shows_the_angle(angle in any_angle()) {
        let turned = (angle.hundredths() + angle.rotation().hundredths()) % FULL_TURN;
        prop_assert_eq!(turned, 0, "the angle is under the pointer");
    }

    #[test]
    fn a_spin_starts_where_it_is_grows_and_ends_on_the_angle(
        from in any_angle(), to in any_angle(), turns in 3_u32..=20, ms in 1_u64..=60_000,
    ) {
        let spin = Spin::new(from, to, turns, Duration::from_millis(ms)).unwrap();
        let at = |percent: u64| spin.rotation_at(Duration::from_micros(ms * 10 * percent));
        prop_assert_eq!(at(0), from.hundredths());
        prop_assert_eq!(Angle::wrapping(at(100)), to.rotation());
        prop_assert_eq!(at(100), at(250), "it rests");
        prop_assert!(at(100) - at(0) >= turns * FULL_TURN && at(100) - at(0) < (turns + 1) * FULL_TURN);
        for percent in 0..100 {
            prop_assert!(at(percent) <= at(percent + 1), "it never turns back");
        }
        for percent in 1..100 {
            let (before, after) = (at(percent) - at(percent - 1), at(percent + 1) - at(percent));
            prop_assert!(after <= before + 1, "it never speeds up");
        }
        let next = Spin::new(Angle::wrapping(at(100)), from, turns, Duration::from_millis(ms)).unwrap();
        prop_assert_eq!(next.rotation_at(Duration::ZERO), at(100) % FULL_TURN, "no jump");
    }

    #[test]
    fn draws_are_inside_their_sectors_and_prove_themselves(
        table in any_table(), seed in any::<[u8; 32]>(), client in "[^\\p{Cc}]{1,16}", nonce in 1_u64..,
        count in 1_u32..=10, gone in any::<u32>(),
    ) {
        let (server_seed, client_seed) = (ServerSeed::from_bytes(seed), ClientSeed::new(client).unwrap());
        let nonce = Nonce::new(nonce.min(u64::MAX - 1)).unwrap();
        let input = DrawInput {
            table: &table, server_seed: &server_seed, client_seed: &client_seed, nonce,
            count: Count::new(count).unwrap(),
        };
        let limited = table.prizes().iter().filter(|prize| prize.stock.is_some()).map(|prize| prize.id);
        let mut gone: Vec<u32> = limited.filter(|id| gone >> (id % 32) & 1 == 1).collect();
        gone.sort_unstable();
        let sold_out = vec![gone.clone(); count as usize];
        let results = input.draw_all(&sold_out);
        for result in &results {
            let angle = Angle::new(result.angle).unwrap();
            let index = table.index_of(result.prize_id).unwrap();
            prop_assert_eq!(table.index_at(angle), index);
            let offset = angle.clockwise_from(table.sectors()[index].start());
            prop_assert!(offset >= 50 && offset < table.sectors()[index].width() - 50, "not on a line");
            prop_assert!(table.prize(result.drawn_prize_id).unwrap().weight > 0, "weight 0 is never won");
            prop_assert!(!gone.contains(&result.prize_id), "nothing that ran out is given");
            prop_assert_eq!(near_miss_by_words(&table, index, offset), result.is_near_miss);
        }
        let time = "2026-01-31T12:00:00.000Z".to_owned();
        let proof = Proof::new(&input, sold_out, results, time, Digest([1; 32]));
        prop_assert!(verify(&proof, &Expected::default()).ok());
    }

    #[test]
    fn receipts_earn_within_bounds(cents in any::<u64>(), more in 0_u64..1_000_000) {
        let rule = ReceiptRule::default();
        prop_assert!((50..=2_000).contains(&rule.points(cents)));
        prop_assert!(rule.points(cents) <= rule.points(cents.saturating_add(more)));
    }

    #[test]
    fn whoever_is_refused_is_told_what_is_missing(points in 0_u64..2_000, today in 0_u32..12, count in 1_u32..=10) {
        let table = PrizeTable::new(small()).unwrap();
        let many = Count::new(count).unwrap();
        match table.refusal(points, today, many) {
            None => prop_assert!(points >= u64::from(count) * 100 && today + count <= 10),
            Some(DrawRefusal::DailyLimit { remaining }) => prop_assert!(count > remaining && remaining == 10_u32.saturating_sub(today)),
            Some(DrawRefusal::PointsShort { missing }) => prop_assert_eq!(points + missing, u64::from(count) * 100),
        }
    }
}

/// The rule of the near miss once more, as the specification says it.
fn near_miss_by_words(table: &PrizeTable, index: usize, offset: u32) -> bool {
    let prizes = table.prizes();
    let near = |distance: u32, other: usize| {
        let other = &prizes[other];
        distance <= 200 && other.kind != PrizeKind::Empty && other.weight > 0 && other.weight < prizes[index].weight
    };
    let last = prizes.len() - 1;
    let (before, after) = (if index == 0 { last } else { index - 1 }, if index == last { 0 } else { index + 1 });
    near(offset, before) || near(table.sectors()[index].width() - offset, after)
}

#[test]
fn receipts_of_known_amounts() {
    let rule = ReceiptRule::default();
    for (cents, points) in [(0, 50), (499, 50), (5_850, 585), (5_859, 585), (20_000, 2_000), (1_000_000, 2_000)] {
        assert_eq!(rule.points(cents), points, "{cents} cents");
    }
    assert!(ReceiptRule::new(0, 1, 2).is_err() && ReceiptRule::new(1, 3, 2).is_err());
    assert_eq!(ReceiptRule::new(1, 0, 1_000_000).unwrap().points(12_345), 123);
}

#[test]
fn a_receipt_is_expected_to_earn_what_the_smaller_of_its_amounts_does() {
    let rule = ReceiptRule::default();
    for (claimed, read, points) in [
        (Some(5_859), None, 585),
        (None, Some(5_859), 585),
        (Some(10_000), Some(5_859), 585),
        (Some(5_859), Some(10_000), 585),
        (Some(1_000_000), Some(20_100), 2_000),
        (Some(10_000), Some(0), 50),
        (None, None, 50),
    ] {
        assert_eq!(rule.expected(claimed, read), points, "{claimed:?}, {read:?}");
    }
    assert_eq!(ReceiptRule::new(10, 3, 5).unwrap().expected(None, None), 3);
}

#[test]
fn a_spin_out_of_range_is_refused() {
    let zero = Angle::wrapping(0);
    for (turns, ms) in [(2, 4_200), (21, 4_200), (3, 0), (3, 60_001)] {
        assert!(Spin::new(zero, zero, turns, Duration::from_millis(ms)).is_err(), "{turns} turns in {ms} ms");
    }
}

#[test]
fn a_simulation_fits_its_weights_and_a_wrong_one_does_not() {
    let table = PrizeTable::new(small()).unwrap();
    let tally = simulate(&table, Digest([3; 32]), 200_000);
    assert_eq!(tally.counts.iter().sum::<u64>(), 200_000);
    assert!(chi_square(&table, &tally.counts).unwrap().p_value > 0.001);
    assert!(chi_square(&table, &[101_000, 99_000]).unwrap().p_value < 0.001);
    let far = chi_square(&table, &[6_000, 4_000]).unwrap();
    assert!((far.statistic - 400.0).abs() < 1e-9 && far.degrees_of_freedom == 1, "{far:?}");
    assert!(chi_square(&table, &[0, 0]).is_none());
}

#[test]
fn a_prize_of_weight_0_that_was_counted_cannot_be_chance() {
    let mut spec = small();
    spec.prizes[0].weight = 0;
    spec.prizes[1].weight = 10_000;
    let table = PrizeTable::new(spec.clone()).unwrap();
    assert!(chi_square(&table, &[1, 9_999]).is_none(), "one prize that can be won leaves nothing to test");
    spec.prizes[1].weight = 9_999;
    spec.prizes.push(fairwheel_core::prize::Prize { id: 3, angle: 300, weight: 1, ..spec.prizes[0].clone() });
    let test = chi_square(&PrizeTable::new(spec).unwrap(), &[1, 9_998, 1]).unwrap();
    assert!(test.statistic.is_infinite() && test.p_value == 0.0);
}
