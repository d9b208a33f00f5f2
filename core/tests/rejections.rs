//! What is refused, and by what name.

mod common;

use common::{cases, small};
use fairwheel_core::{
    draw::{ClientSeed, Count, InputError, Nonce},
    prize::{PrizeKind, PrizeTable, TableField, TableProblem, TableSpec, TableTextError, TextProblem},
    proof::{Check, Expected, Failure, Proof, verify},
};

/// Applies `change` to a valid table and expects this one refusal.
fn refused(change: impl FnOnce(&mut TableSpec), prize: Option<usize>, field: TableField, code: &str) {
    let mut spec = small();
    change(&mut spec);
    let errors = spec.errors();
    let error = PrizeTable::new(spec).expect_err("the table is not valid");
    let found = errors.iter().map(|error| (error.prize.map(|prize| prize.index), error.field, error.problem.code()));
    assert_eq!(found.collect::<Vec<_>>(), [(prize, field, code)], "{error}");
}

#[test]
fn every_rule_of_a_table_names_prize_and_field() {
    use TableField as F;
    refused(|t| t.cost = 0, None, F::Cost, "out_of_range");
    refused(|t| t.cost = 1_000_001, None, F::Cost, "out_of_range");
    refused(|t| t.daily_limit = 0, None, F::DailyLimit, "out_of_range");
    refused(|t| t.daily_limit = 10_001, None, F::DailyLimit, "out_of_range");
    refused(|t| t.prizes[0].weight = 4_999, None, F::Weight, "weight_sum");
    refused(|t| t.prizes[0].id = 0, Some(0), F::Id, "out_of_range");
    refused(|t| t.prizes[0].id = 2_147_483_648, Some(0), F::Id, "out_of_range");
    refused(|t| (t.fallback, t.prizes[1].id) = (None, 1), Some(1), F::Id, "duplicate");
    refused(|t| t.prizes[1].angle = 360, Some(1), F::Angle, "out_of_range");
    refused(|t| t.prizes[1].angle = 0, Some(1), F::Angle, "duplicate");
    refused(|t| t.prizes[1].angle = 1, Some(0), F::Angle, "too_narrow");
    refused(|t| t.prizes[1].angle = 359, Some(1), F::Angle, "too_narrow");
    refused(|t| t.prizes[0].value_cents = 100_000_001, Some(0), F::Value, "out_of_range");
    refused(|t| t.prizes[0].name.clear(), Some(0), F::Name, "out_of_range");
    refused(|t| t.prizes[0].name = "好".repeat(101), Some(0), F::Name, "out_of_range");
    refused(|t| t.prizes[0].name = "a\u{85}b".to_owned(), Some(0), F::Name, "control_character");
    refused(|t| t.fallback = Some(9), None, F::Fallback, "fallback_unknown");
    refused(|t| t.fallback = Some(1), None, F::Fallback, "fallback_not_empty");
    refused(|t| t.prizes[1].stock = Some(5), None, F::Fallback, "fallback_limited");
    let needs = |t: &mut TableSpec| (t.fallback, t.prizes[0].stock) = (None, Some(5));
    refused(needs, None, F::Fallback, "fallback_needed");
}

#[test]
fn too_few_and_too_many_prizes_are_refused() {
    let mut spec = small();
    spec.prizes[1].weight = 10_000;
    spec.prizes.remove(0);
    let fields: Vec<_> = spec.errors().iter().map(|error| error.field).collect();
    assert_eq!(fields, [TableField::Prizes]);
    let model = spec.prizes[0].clone();
    spec.prizes = (0..101)
        .map(|i| {
            let mut prize = model.clone();
            (prize.id, prize.angle, prize.weight) = (i + 2, i * 3, if i == 0 { 10_000 } else { 0 });
            prize
        })
        .collect();
    let found = spec.errors();
    assert_eq!(found[0].problem, TableProblem::OutOfRange { value: 101, min: 2, max: 100 });
    spec.prizes.pop();
    assert!(PrizeTable::new(spec).is_ok(), "100 prizes are allowed");
}

#[test]
fn the_edges_of_every_range_are_allowed() {
    let mut spec = small();
    (spec.cost, spec.daily_limit) = (1_000_000, 10_000);
    (spec.prizes[0].id, spec.prizes[0].value_cents, spec.prizes[0].weight) = (2_147_483_647, 100_000_000, 0);
    (spec.prizes[0].name, spec.prizes[0].stock) = ("好".repeat(100), Some(u32::MAX));
    (spec.prizes[1].angle, spec.prizes[1].weight) = (358, 10_000);
    let table = PrizeTable::new(spec).unwrap();
    assert_eq!(PrizeTable::parse(table.text()).unwrap(), table);
}

#[test]
fn weights_that_overflow_when_added_are_refused() {
    let mut spec = small();
    (spec.prizes[0].weight, spec.prizes[1].weight) = (u32::MAX, 10_001);
    let problems: Vec<_> = spec.errors().iter().map(|error| error.problem).collect();
    assert_eq!(problems[0], TableProblem::WeightSum { sum: u64::from(u32::MAX) + 10_001 });
    assert_eq!(problems.len(), 3, "and each weight on its own");
}

#[test]
fn a_text_with_another_spelling_is_refused_by_line() {
    use TextProblem as P;
    let text = PrizeTable::new(small()).unwrap().text().to_owned();
    let refused = |from: &str, to: &str, line: usize, problem: TextProblem| {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "nothing was replaced");
        assert_eq!(PrizeTable::parse(&changed), Err(TableTextError::Line { line, problem }), "{changed}");
    };
    refused("-v1", "-v2", 1, P::Expected("fairwheel-table-v1"));
    refused("cost 100", "cost -1", 2, P::Number("cost"));
    refused("cost 100", "cost 4294967296", 2, P::Number("cost"));
    refused("cost 100", "cost 0100", 2, P::NotCanonical);
    refused("cost 100", "cost +100", 2, P::NotCanonical);
    refused("daily_limit", "daily", 3, P::Number("daily_limit"));
    refused("fallback 2", "fallback", 4, P::Number("fallback"));
    refused("points", "Points", 5, P::Kind);
    refused(" 0 - 10", " 2 - 10", 5, P::Activity);
    refused("prize 1 0", "prize 1 181", 6, P::Order);
    refused("10 积分\n", "10 积分\n\n", 6, P::NotCanonical);
    refused("参与\n", "参与", 7, P::NotCanonical);
    refused("参与\n", "参与\n\n", 8, P::NotCanonical);
    for length in 0..text.len() {
        if let Some(cut) = text.get(..length) {
            assert!(PrizeTable::parse(cut).is_err(), "{cut:?}");
        }
    }
}

#[test]
fn numbers_and_seeds_out_of_range_are_refused() {
    assert_eq!(ClientSeed::new(""), Err(InputError::ClientSeedLength));
    assert_eq!(ClientSeed::new("a".repeat(65)), Err(InputError::ClientSeedLength));
    assert_eq!(ClientSeed::new("好".repeat(22)), Err(InputError::ClientSeedLength), "bytes, not characters");
    assert!(ClientSeed::new("a".repeat(64)).is_ok());
    for control in ["\n", "\0", "\u{7f}", "\u{85}"] {
        assert_eq!(ClientSeed::new(format!("a{control}")), Err(InputError::ClientSeedControl));
    }
    assert_eq!(Nonce::new(0), Err(InputError::Nonce));
    assert_eq!([0, 101].map(Count::new), [Err(InputError::Count); 2]);
}

/// The failures of a proof after a change, by check and draw.
fn failures(change: impl FnOnce(&mut Proof)) -> Vec<(Check, Option<u32>, &'static str)> {
    let mut proof = cases().remove(1).proof();
    change(&mut proof);
    // The seal would name every change; without it each check must find its own.
    "unsealed".clone_into(&mut proof.draw_id);
    let report = verify(&proof, &Expected::default());
    report.failures().map(|(verdict, failure)| (verdict.check, verdict.draw, failure.code())).collect()
}

#[test]
fn every_check_has_its_own_error() {
    let is = |found: Vec<_>, check, draw, code| assert_eq!(found, [(check, draw, code)]);
    is(failures(|p| p.algorithm.push('2')), Check::Algorithm, None, "unknown_algorithm");
    is(failures(|p| p.table_hash.replace_range(..1, "z")), Check::TableHash, None, "table_hash_mismatch");
    is(failures(|p| p.commitment.replace_range(..1, "z")), Check::Commitment, None, "commitment_mismatch");
    is(failures(|p| p.server_seed.push('0')), Check::Commitment, None, "server_seed_malformed");
    is(failures(|p| p.client_seed.push('\n')), Check::ClientSeed, None, "client_seed_control");
    is(failures(|p| p.count = 0), Check::Count, None, "count_out_of_range");
    is(failures(|p| p.results.truncate(2)), Check::Count, None, "results_length");
    is(failures(|p| p.sold_out.push(vec![])), Check::Count, None, "sold_out_length");
    is(failures(|p| p.sold_out[1] = vec![7]), Check::SoldOut, None, "sold_out_unknown");
    is(failures(|p| p.sold_out[2].push(4_006)), Check::SoldOut, None, "sold_out_unlimited");
    is(failures(|p| p.sold_out[0].reverse()), Check::SoldOut, None, "sold_out_order");
    is(failures(|p| p.results[2].ticket += 1), Check::Ticket, Some(2), "ticket_mismatch");
    is(failures(|p| p.results[0].drawn_prize_id += 1), Check::DrawnPrize, Some(0), "drawn_prize_mismatch");
    is(failures(|p| p.results[1].prize_id += 1), Check::Prize, Some(1), "prize_mismatch");
    is(failures(|p| p.results[1].angle += 1), Check::Angle, Some(1), "angle_mismatch");
    is(failures(|p| p.results[1].is_near_miss ^= true), Check::NearMiss, Some(1), "near_miss_mismatch");
    is(failures(|p| p.next_nonce += 1), Check::Next, None, "next_nonce_mismatch");
    is(failures(|p| p.next_commitment.push('0')), Check::Next, None, "next_commitment_malformed");
    is(failures(|p| p.created_at.push('Z')), Check::CreatedAt, None, "created_at_malformed");
    let table = failures(|p| p.table_text.push('\n'));
    assert_eq!(table[0], (Check::TableHash, None, "table_hash_mismatch"));
    assert_eq!(table[1], (Check::Table, None, "table_invalid"));
    let nonce = failures(|p| p.nonce = 0);
    assert!(nonce.contains(&(Check::Nonce, None, "nonce_out_of_range")));
}

#[test]
fn what_was_seen_before_is_compared() {
    let proof = cases().remove(0).proof();
    let other = || Some("0".repeat(64));
    for (expected, check, failure) in [
        (Expected { commitment: other(), ..Expected::default() }, Check::ExpectedCommitment, Failure::OtherCommitment),
        (Expected { client_seed: other(), ..Expected::default() }, Check::ExpectedClientSeed, Failure::OtherClientSeed),
        (Expected { nonce: Some(1), ..Expected::default() }, Check::ExpectedNonce, Failure::OtherNonce),
        (Expected { count: Some(2), ..Expected::default() }, Check::ExpectedCount, Failure::OtherCount),
        (Expected { table_hash: other(), ..Expected::default() }, Check::ExpectedTableHash, Failure::OtherTable),
        (Expected { draw_id: other(), ..Expected::default() }, Check::ExpectedDrawId, Failure::OtherDrawId),
    ] {
        let report = verify(&proof, &expected);
        let found: Vec<_> = report.failures().map(|(verdict, failure)| (verdict.check, failure)).collect();
        assert_eq!(found, [(check, failure)]);
    }
}

#[test]
fn a_server_that_calls_a_prize_sold_out_to_keep_it_is_caught_if_it_cannot_run_out() {
    let mut proof = cases().remove(0).proof();
    proof.sold_out[0] = vec![1];
    proof.draw_id = proof.seal();
    assert!(!verify(&proof, &Expected::default()).ok());
}

/// Each byte of a proof's JSON, changed once to each of a few others: refused, or not JSON of a proof at all.
#[test]
fn every_changed_byte_is_refused() {
    let cases = cases();
    let busiest = cases.iter().max_by_key(|case| case.sold_out.iter().map(Vec::len).sum::<usize>()).unwrap();
    assert!(busiest.table.prizes().iter().any(|prize| prize.kind == PrizeKind::Empty));
    let json = serde_json::to_vec(&busiest.proof()).unwrap();
    for at in 0..json.len() {
        for change in [b'0', b'1', b'9', b'a', b'f', b'-', b' ', json[at] ^ 1, json[at] ^ 0x20] {
            let mut changed = json.clone();
            changed[at] = change;
            if changed == json {
                continue;
            }
            let Ok(proof) = serde_json::from_slice::<Proof>(&changed) else { continue };
            let report = verify(&proof, &Expected::default());
            assert!(!report.ok(), "byte {at} changed to {:?}: {proof:?}", char::from(change));
            assert!(report.failures().all(|(_, failure)| !failure.code().is_empty()));
        }
    }
}
