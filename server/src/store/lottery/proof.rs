//! The proof of a stored draw, computed again from what it was made of.

use fairwheel_core::{draw::DrawInput, proof::Proof};
use jiff::Timestamp;

use super::{client_seed, nonce};
use crate::{
    clock::iso,
    keys::Keys,
    store::{Db, StoreError, db::on_db, error::number, table},
};

#[derive(sqlx::FromRow)]
struct Inputs {
    user_id: i64,
    nonce: i64,
    draw_count: i64,
    client_seed: String,
    sold_out: String,
    created_at: i64,
    table_hash: String,
    table_text: String,
}

/// Whose proofs may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A diner reads their own.
    Diner(i64),
    /// A merchant reads any.
    Merchant,
}

/// The proof of a draw; `None` if there is no such draw, or not for this reader.
///
/// # Errors
///
/// [`StoreError::Corrupt`] if what is stored no longer gives the draw's id (its rows or the seed secret were changed),
/// or what the database says.
pub async fn read(db: &Db, keys: &Keys, draw_id: &str, reader: Reader) -> Result<Option<Proof>, StoreError> {
    let row: Option<Inputs> = on_db!(db, |c| {
        sqlx::query_as(
            "SELECT d.user_id, d.nonce, d.draw_count, d.client_seed, d.sold_out, d.created_at,
                    t.table_hash, t.table_text
             FROM lottery_draws d JOIN lottery_tables t ON t.table_id = d.table_id
             WHERE d.draw_id = ?",
        )
        .bind(draw_id)
        .fetch_optional(c)
        .await
    })?;
    let row = row.filter(|row| reader == Reader::Merchant || reader == Reader::Diner(row.user_id));
    let Some(row) = row else { return Ok(None) };
    let proof = compute(keys, &row)?;
    if proof.draw_id == draw_id {
        Ok(Some(proof))
    } else {
        Err(StoreError::Corrupt(format!("draw {draw_id} no longer follows from its inputs")))
    }
}

fn compute(keys: &Keys, row: &Inputs) -> Result<Proof, StoreError> {
    let corrupt = |error: &dyn std::fmt::Display| StoreError::Corrupt(error.to_string());
    let table = table::stored(&row.table_hash, &row.table_text)?;
    let nonce = nonce(row.nonce)?;
    let server_seed = keys.server_seed(row.user_id, nonce);
    let client_seed = client_seed(&row.client_seed)?;
    let count = fairwheel_core::draw::Count::new(number(row.draw_count)?).map_err(|error| corrupt(&error))?;
    let input = DrawInput { table: &table, server_seed: &server_seed, client_seed: &client_seed, nonce, count };
    let sold_out: Vec<Vec<u32>> = serde_json::from_str(&row.sold_out).map_err(|error| corrupt(&error))?;
    let created_at = Timestamp::from_millisecond(row.created_at).map_err(|error| corrupt(&error))?;
    let results = input.draw_all(&sold_out);
    let next_commitment = keys.server_seed(row.user_id, nonce.next()).commitment();
    Ok(Proof::new(&input, sold_out, results, iso(created_at), next_commitment))
}
