//! Draws that were answered under load, proved as a phone would.

use std::io;

use fairwheel_core::proof::{Expected, Proof, verify};
use serde_json::Value;

use super::{drive::PROVED_EACH, wire::Wire, works::Asking};

/// A draw as it was answered; not looked at while others are measured.
#[derive(Debug)]
pub(super) struct Draw {
    /// The number of its request.
    pub(super) number: usize,
    pub(super) answer: Vec<u8>,
}

/// Fetches the proof of each draw, has the core verify it, and compares it with what the draw answered.
pub(super) async fn check(address: &str, draws: &[Draw], asking: &Asking) -> io::Result<String> {
    let mut wire = Wire::connect(address).await?;
    for draw in draws {
        let answer: Value = serde_json::from_slice(&draw.answer)?;
        let answer = &answer["data"];
        let id = answer["draw_id"].as_str().expect("a draw has an id");
        let token = &asking.users[draw.number % asking.users.len()].token;
        let ask =
            format!("GET /api/lottery/proof/{id} HTTP/1.1\r\nhost: load\r\nauthorization: Bearer {token}\r\n\r\n");
        let found = wire.exchange(ask.as_bytes()).await?;
        assert!(found, "draw {id} has no proof: {}", String::from_utf8_lossy(wire.body()));
        let mut proof = serde_json::from_slice::<Value>(wire.body())?["data"].take();
        let whole: Proof = serde_json::from_value(proof.clone())?;
        let expected = Expected {
            client_seed: Some(format!("load-{:09}", draw.number)),
            count: Some(1),
            draw_id: Some(id.to_owned()),
            ..Expected::default()
        };
        let report = verify(&whole, &expected);
        assert!(report.ok(), "draw {id} is not proved: {:?}", report.failures().collect::<Vec<_>>());
        proof.as_object_mut().expect("an object").remove("table_text");
        assert_eq!(proof, answer["fairness"], "draw {id} was answered otherwise");
    }
    Ok(format!("{} draws, one of {PROVED_EACH}, are proved by their proofs.", draws.len()))
}
