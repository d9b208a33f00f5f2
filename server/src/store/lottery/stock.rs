//! The draws themselves, each taking its piece from the stock as it falls.

use std::collections::BTreeSet;

use fairwheel_core::draw::{DrawInput, DrawResult};

use crate::store::{
    StoreError, Tx,
    db::{execute, on_tx},
    error::number,
};

/// What had run out at each draw, and each draw's result.
type Draws = (Vec<Vec<u32>>, Vec<DrawResult>);

/// Makes all draws of a request and takes what they win from the stock of this version's prizes.
pub(super) async fn draw_all(tx: &mut Tx, table_id: i64, input: &DrawInput<'_>) -> Result<Draws, StoreError> {
    let mut gone = sold_out(tx, table_id).await?;
    let mut stream = input.stream();
    let mut draws = Draws::default();
    for _ in 0..input.count.get() {
        let ticket = stream.ticket();
        let prize = stream.drawn(ticket);
        let asked = prize.id;
        let mut emptied = false;
        if prize.stock.is_some() && !gone.contains(&asked) {
            match take(tx, table_id, asked).await? {
                Taken::Piece => {}
                Taken::LastPiece => emptied = true,
                Taken::Nothing => {
                    gone.insert(asked);
                }
            }
        }
        let sold_out: Vec<u32> = gone.iter().copied().collect();
        draws.1.push(stream.land(ticket, &sold_out));
        draws.0.push(sold_out);
        if emptied {
            gone.insert(asked);
        }
    }
    Ok(draws)
}

async fn sold_out(tx: &mut Tx, table_id: i64) -> Result<BTreeSet<u32>, StoreError> {
    let rows: Vec<(i64,)> = on_tx!(tx, |c| {
        sqlx::query_as("SELECT prize_id FROM lottery_prizes WHERE table_id = ? AND stock = 0")
            .bind(table_id)
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(|(id,)| number(id)).collect()
}

enum Taken {
    Piece,
    LastPiece,
    Nothing,
}

async fn take(tx: &mut Tx, table_id: i64, prize_id: u32) -> Result<Taken, StoreError> {
    let taken = execute!(
        &mut *tx,
        "UPDATE lottery_prizes SET stock = stock - 1 WHERE table_id = ? AND prize_id = ? AND stock > 0",
        table_id,
        prize_id
    )?;
    if taken == 0 {
        return Ok(Taken::Nothing);
    }
    let (left,): (i64,) = on_tx!(tx, |c| {
        sqlx::query_as("SELECT stock FROM lottery_prizes WHERE table_id = ? AND prize_id = ?")
            .bind(table_id)
            .bind(prize_id)
            .fetch_one(c)
            .await
    })?;
    Ok(if left == 0 { Taken::LastPiece } else { Taken::Piece })
}
