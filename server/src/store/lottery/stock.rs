//! The draws themselves, each taking its piece from the stock as it falls.

use std::collections::BTreeSet;

use fairwheel_core::draw::{DrawInput, DrawResult};
use jiff::Timestamp;

use crate::store::{
    StoreError, Tx,
    db::{execute, on_tx},
    error::number,
    event::NewEvent,
};

/// What had run out at each draw, and each draw's result.
type Draws = (Vec<Vec<u32>>, Vec<DrawResult>);

/// Makes all draws of a request and takes what they win from the stock of this version's prizes.
pub(super) async fn draw_all(
    tx: &mut Tx,
    table_id: i64,
    input: &DrawInput<'_>,
    now: Timestamp,
) -> Result<Draws, StoreError> {
    if input.table.prizes().iter().all(|prize| prize.stock.is_none()) {
        let results = input.draw_all(&[]);
        return Ok((vec![Vec::new(); results.len()], results));
    }
    hold(tx, table_id, input).await?;
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
            tx.push(NewEvent::prizes_changed(now));
            gone.insert(asked);
        }
    }
    Ok(draws)
}

/// Locks the limited prizes that the tickets win, in the order of their ids: requests that took them as they fall would
/// wait for each other in a circle.
///
/// What is sold out changes the words that are drawn after it, and so the tickets, once in some 100,000 draws. A prize
/// that only then comes up is locked when it falls; should that close a circle, the transaction is tried again.
async fn hold(tx: &mut Tx, table_id: i64, input: &DrawInput<'_>) -> Result<(), StoreError> {
    let limited = |id: &u32| input.table.prize(*id).is_some_and(|prize| prize.stock.is_some());
    let won = input.draw_all(&[]).into_iter().map(|result| result.drawn_prize_id);
    let won: BTreeSet<u32> = won.filter(limited).collect();
    for prize_id in won {
        hold_one(tx, table_id, prize_id).await?;
    }
    Ok(())
}

/// Locks a prize. If another table has taken the place of its own, what is left of it was counted by that publication:
/// nothing may be taken any more, and with the new table the next try will know.
async fn hold_one(tx: &mut Tx, table_id: i64, prize_id: u32) -> Result<(), StoreError> {
    let held = execute!(
        tx,
        "UPDATE lottery_prizes SET stock = stock WHERE table_id = ? AND prize_id = ? AND status = 'active'",
        table_id,
        prize_id
    )?;
    if held > 0 { Ok(()) } else { Err(StoreError::Busy("another table was published meanwhile")) }
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
        "UPDATE lottery_prizes SET stock = stock - 1
         WHERE table_id = ? AND prize_id = ? AND stock > 0 AND status = 'active'",
        table_id,
        prize_id
    )?;
    if taken == 0 {
        return hold_one(tx, table_id, prize_id).await.map(|()| Taken::Nothing);
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
