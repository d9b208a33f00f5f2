//! What led to a draw: the words of the key stream, computed here once more as the specification says it.

mod common;

use common::{any_table, cases, small};
use fairwheel_core::{
    digest::Digest,
    draw::{DrawStream, DrawTrace},
    prize::PrizeTable,
};
use proptest::prelude::*;
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

/// The numbers that `words` give below 10,000 and then below `width − 100`, and no word is left.
fn numbers(trace: &DrawTrace) -> (u32, u32) {
    let mut words = trace.words.iter().map(|&word| u64::from(word));
    let mut below = |n: u64| {
        let limit = (1 << 32) / n * n;
        let word = words.by_ref().find(|word| *word < limit).expect("a word that is not passed over");
        u32::try_from(word % n).expect("below a width")
    };
    let numbers = (below(10_000), below(u64::from(trace.sector.width()) - 100));
    assert_eq!(words.next(), None, "each word was needed");
    numbers
}

#[test]
fn every_case_follows_from_its_words() {
    for case in cases() {
        let traces = case.input().trace_all(&case.sold_out);
        let results: Vec<_> = traces.iter().map(|trace| trace.result).collect();
        assert_eq!(results, case.results, "watching changes nothing");
        let mut stream = ChaCha20Rng::from_seed(case.input().key().0);
        for trace in &traces {
            for word in &trace.words {
                assert_eq!(*word, stream.next_u32(), "the words are the stream, without a gap");
            }
            let (ticket, place) = numbers(trace);
            let index = case.table.index_of(trace.result.prize_id).unwrap();
            assert_eq!((trace.result.ticket, trace.offset), (ticket, 50 + place));
            assert_eq!(trace.sector, case.table.sectors()[index]);
            assert_eq!(trace.sector.at(trace.offset).hundredths(), trace.result.angle);
        }
    }
}

/// The first word of these keys, which were looked for, is passed over for the ticket.
#[test]
fn a_word_that_is_passed_over_is_shown() {
    let table = PrizeTable::new(small()).unwrap();
    for start in [728_686_u32, 2_793_449] {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&start.to_le_bytes());
        let trace = DrawStream::new(&table, Digest(key)).trace(&[]);
        assert_eq!(trace.words.len(), 3);
        assert!(trace.words[0] >= 4_294_960_000, "{:?}", trace.words);
        let mut stream = DrawStream::new(&table, Digest(key));
        let ticket = stream.ticket();
        assert_eq!(trace.result, stream.land(ticket, &[]));
        assert_eq!(numbers(&trace), (trace.result.ticket, trace.offset - 50));
    }
}

proptest! {
    #[test]
    fn watching_changes_nothing(table in any_table(), key in any::<[u8; 32]>(), gone in any::<bool>()) {
        let limited = table.prizes().iter().filter(|prize| gone && prize.stock.is_some());
        let limited: Vec<u32> = limited.map(|prize| prize.id).collect();
        let (mut watched, mut alone) = (DrawStream::new(&table, Digest(key)), DrawStream::new(&table, Digest(key)));
        for _ in 0..40 {
            let ticket = alone.ticket();
            let trace = watched.trace(&limited);
            prop_assert_eq!(trace.result, alone.land(ticket, &limited));
            prop_assert_eq!(numbers(&trace), (trace.result.ticket, trace.offset - 50));
        }
    }
}
