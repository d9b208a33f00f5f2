//! Every case of an independent implementation, byte for byte; and results of our own that must never change.

mod common;

use common::{cases, small};
use fairwheel_core::{
    digest::Digest,
    draw::DrawStream,
    prize::PrizeTable,
    proof::{Expected, Status, verify},
    simulate::simulate,
};

#[test]
fn every_case_gives_the_same_bytes() {
    let cases = cases();
    assert_eq!(cases.len(), 24, "a case was lost");
    for case in cases {
        assert_eq!(case.table.text(), case.text("table_text"));
        assert_eq!(case.table.hash().to_string(), case.text("table_hash"));
        assert_eq!(PrizeTable::parse(case.text("table_text")).unwrap(), case.table);
        assert_eq!(case.server_seed.commitment().to_string(), case.text("commitment"));
        assert_eq!(case.input().key().to_string(), case.text("draw_key"));
        assert_eq!(case.input().draw_all(&case.sold_out), case.results);
    }
}

#[test]
fn every_case_makes_a_proof_that_holds() {
    for case in cases() {
        let proof = case.proof();
        let expected = Expected {
            commitment: Some(case.text("commitment").to_owned()),
            client_seed: Some(case.client_seed.as_str().to_owned()),
            nonce: Some(case.nonce.get()),
            count: Some(case.count.get()),
            table_hash: Some(case.text("table_hash").to_owned()),
            draw_id: Some(proof.draw_id.clone()),
        };
        let report = verify(&proof, &expected);
        assert!(report.ok(), "{:?}", report.failures().collect::<Vec<_>>());
        assert!(report.verdicts.iter().all(|verdict| verdict.status == Status::Holds), "nothing was skipped");
        assert_eq!(report.results.as_ref(), Some(&case.results));
        assert_eq!(report.key.unwrap().to_string(), case.text("draw_key"));
    }
}

#[test]
fn a_foreign_draw_id_is_a_label() {
    let mut proof = cases().remove(0).proof();
    proof.draw_id = "D20260131-7".to_owned();
    assert!(verify(&proof, &Expected::default()).ok());
}

#[test]
fn the_cases_reach_the_rare_paths() {
    let results: Vec<_> = cases().into_iter().flat_map(|case| case.results).collect();
    assert!(results.iter().any(|result| result.prize_id != result.drawn_prize_id), "a fallback");
    assert!(results.iter().any(|result| result.is_near_miss), "a near miss");
}

#[test]
fn the_simulated_counts_never_change() {
    let table = PrizeTable::new(small()).unwrap();
    let tally = simulate(&table, Digest([7; 32]), 100_000);
    assert_eq!(tally.counts, [49_976, 50_024]);
    let table = &cases()[1].table;
    let mut stream = DrawStream::new(table, Digest([9; 32]));
    let tickets: Vec<_> = (0..4)
        .map(|_| {
            let ticket = stream.ticket();
            stream.land(ticket, &[]);
            ticket.number
        })
        .collect();
    assert_eq!(tickets, [7922, 9579, 5171, 1822]);
}
