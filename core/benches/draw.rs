//! Native speed of the draw, beside the limit: reading the same ChaCha20 words and nothing else.
//!
//! Prints, never asserts. Each pair is measured in turns within one run, and the medians are compared.

use std::{hint::black_box, time::Duration};

use fairwheel_core::{
    digest::Digest,
    draw::{ClientSeed, Count, DrawInput, Nonce, ServerSeed},
    prize::PrizeTable,
    proof::{Expected, Proof, verify},
    simulate::simulate,
};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

const TABLE: &str = "fairwheel-table-v1\ncost 100\ndaily_limit 10\nfallback 8\n\
    prize 1 0 500 coupon 8800 1 - 八八折券\nprize 2 45 2000 coupon 9800 0 - 九八折券\n\
    prize 3 90 1500 physical 1800 0 - 甜品1份\nprize 4 135 1500 physical 1200 0 - 青菜1份\n\
    prize 5 180 500 physical 3800 0 - 虾1份\nprize 6 225 800 physical 2800 0 - 花甲1份\n\
    prize 7 270 1200 points 5000 0 - 50积分\nprize 8 315 2000 empty 0 0 - 谢谢参与\n";
const SIMULATED: u32 = 10_000_000;
const REQUESTS: u32 = 20_000;
const ROUNDS: usize = 5;

#[expect(clippy::disallowed_methods, reason = "a benchmark measures")]
fn time(work: impl FnOnce()) -> Duration {
    let start = std::time::Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() {
    let table = PrizeTable::parse(TABLE).expect("a valid table");
    simulation(&table);
    requests_of_ten(&table);
}

/// 10 million draws beside the words they are made of, two a draw.
fn simulation(table: &PrizeTable) {
    let (mut draws, mut words) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let key = [u8::try_from(round).unwrap_or(0); 32];
        draws.push(time(|| {
            black_box(simulate(table, Digest(key), SIMULATED));
        }));
        words.push(time(|| {
            let mut rng = ChaCha20Rng::from_seed(key);
            black_box((0..SIMULATED * 2).fold(0_u32, |sum, _| sum.wrapping_add(rng.next_u32())));
        }));
    }
    let per_draw = |time: Duration| time.as_secs_f64() * 1e9 / f64::from(SIMULATED);
    let (draw, limit) = (per_draw(median(draws)), per_draw(median(words)));
    println!(
        "simulation, native: {draw:.2} ns a draw; its ChaCha20 words alone {limit:.2} ns; ratio {:.2}",
        draw / limit
    );
}

/// Whole requests of ten draws, and whole verifications of their proofs, each beside the digests and words that it is made
/// of and nothing else.
fn requests_of_ten(table: &PrizeTable) {
    let (server_seed, client_seed) = (ServerSeed::from_bytes([7; 32]), ClientSeed::new("benchmark").expect("a seed"));
    let input = |nonce: u32| DrawInput {
        table,
        server_seed: &server_seed,
        client_seed: &client_seed,
        nonce: Nonce::new(u64::from(nonce) + 1).expect("from 1"),
        count: Count::new(10).expect("in range"),
    };
    let proof = {
        let input = input(0);
        let time = "2026-01-31T12:00:00.000Z".to_owned();
        Proof::new(&input, vec![Vec::new(); 10], input.draw_all(&[]), time, Digest([1; 32]))
    };
    let message = format!("fairwheel-draw-v1\n{}\n1\n10\nbenchmark", proof.table_hash);
    let hash = |text: &str| black_box(Digest::sha256(black_box(text.as_bytes())));
    let stream = || {
        let mut rng = ChaCha20Rng::from_seed(Digest::hmac_sha256(&[7; 32], &[black_box(message.as_bytes())]).0);
        black_box((0..20).fold(0_u32, |sum, _| sum.wrapping_add(rng.next_u32())));
    };
    // What the id is a digest of is as long as this.
    let sealed = format!("{message}{}{}{}12 lines more", proof.server_seed, proof.next_commitment, proof.created_at);
    let digests = || {
        hash(&proof.table_text);
        hash(&proof.server_seed[..32]);
        hash(&sealed);
        stream();
    };
    let (mut drawn, mut verified) = (Vec::new(), Vec::new());
    let (mut drawn_limit, mut verified_limit) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        drawn.push(time(|| (0..REQUESTS).for_each(|nonce| drop(black_box(input(nonce).draw_all(&[]))))));
        verified
            .push(time(|| (0..REQUESTS).for_each(|_| assert!(verify(black_box(&proof), &Expected::default()).ok()))));
        drawn_limit.push(time(|| (0..REQUESTS).for_each(|_| stream())));
        verified_limit.push(time(|| (0..REQUESTS).for_each(|_| digests())));
    }
    let per_second = |times| f64::from(REQUESTS) / median(times).as_secs_f64();
    let (drawn, verified) = (per_second(drawn), per_second(verified));
    let (drawn_limit, verified_limit) = (per_second(drawn_limit), per_second(verified_limit));
    println!(
        "requests of ten, native: {drawn:.0} a second, {:.0} draws a second; their digest and words alone \
         {drawn_limit:.0}; ratio {:.2}",
        drawn * 10.0,
        drawn_limit / drawn
    );
    println!(
        "verifications of ten, native: {verified:.0} a second; their digests and words alone {verified_limit:.0}; ratio {:.2}",
        verified_limit / verified
    );
}
