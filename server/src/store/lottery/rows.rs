//! The rows that a request of draws leaves: the request, its points, its draws.

use fairwheel_core::{
    draw::DrawResult,
    prize::{Prize, PrizeKind, PrizeTable},
    proof::Proof,
};

use super::{DrawOrder, price};
use crate::store::{
    StoreError, Tx,
    db::execute,
    error::lost_race,
    ledger::{self, Entry, Reason},
};

/// Takes the price and credits points that were won. The balance after it.
pub(super) async fn settle_points(
    tx: &mut Tx,
    order: &DrawOrder,
    table: &PrizeTable,
    proof: &Proof,
) -> Result<i64, StoreError> {
    let entry = Entry {
        user_id: order.user_id,
        points: -price(table, order.draw_type)?,
        reason: Reason::LotteryDraw,
        description: "抽奖消耗",
        related_id: Some(&proof.draw_id),
        at: order.now,
    };
    let short = || StoreError::Corrupt("points were claimed and are not there".into());
    let mut balance = ledger::move_points(tx, entry).await?.ok_or_else(short)?;
    for result in &proof.results {
        let prize = prize_of(table, result)?;
        let won = i64::from(prize.value_cents / 100);
        if prize.kind == PrizeKind::Points && won > 0 {
            let entry = Entry { points: won, reason: Reason::LotteryPrize, description: &prize.name, ..entry };
            balance = ledger::move_points(tx, entry).await?.ok_or_else(short)?;
        }
    }
    Ok(balance)
}

pub(super) async fn insert_draw(
    tx: &mut Tx,
    order: &DrawOrder,
    table_id: i64,
    nonce: i64,
    proof: &Proof,
    price: i64,
) -> Result<(), StoreError> {
    let sold_out = serde_json::to_string(&proof.sold_out).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    execute!(
        tx,
        "INSERT INTO lottery_draws (draw_id, user_id, table_id, draw_type, nonce, draw_count, client_seed,
                                    sold_out, points_cost, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &proof.draw_id,
        order.user_id,
        table_id,
        order.draw_type.name(),
        nonce,
        proof.count,
        &proof.client_seed,
        sold_out,
        price,
        order.now.as_millisecond()
    )
    .map_err(lost_race)?;
    Ok(())
}

pub(super) async fn insert_record(
    tx: &mut Tx,
    order: &DrawOrder,
    (table_id, table): (i64, &PrizeTable),
    draw_id: &str,
    seq: i64,
    result: &DrawResult,
) -> Result<(), StoreError> {
    let prize = prize_of(table, result)?;
    execute!(
        &mut *tx,
        "INSERT INTO lottery_records (draw_id, seq, user_id, table_id, ticket, drawn_prize_id, prize_id, prize_name,
                                      prize_type, prize_value, points_cost, angle, is_near_miss, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        draw_id,
        seq,
        order.user_id,
        table_id,
        result.ticket,
        result.drawn_prize_id,
        result.prize_id,
        &prize.name,
        prize.kind.name(),
        prize.value_cents,
        table.cost(),
        result.angle,
        result.is_near_miss,
        order.now.as_millisecond()
    )?;
    if matches!(prize.kind, PrizeKind::Coupon | PrizeKind::Physical) {
        insert_order(tx, order, prize, draw_id, seq).await?;
    }
    Ok(())
}

/// What the diner is to receive, for the merchant to hand out. Its number is that of the draw, cut short, with `seq`.
async fn insert_order(
    tx: &mut Tx,
    order: &DrawOrder,
    prize: &Prize,
    draw_id: &str,
    seq: i64,
) -> Result<(), StoreError> {
    let digits: String = draw_id.chars().skip(3).take(24).collect();
    execute!(
        tx,
        "INSERT INTO exchange_records (order_id, user_id, draw_id, seq, product_name, quantity, points_cost, status,
                                       created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, 1, 0, 'pending', ?, ?)",
        format!("LW{digits}-{seq}"),
        order.user_id,
        draw_id,
        seq,
        &prize.name,
        order.now.as_millisecond(),
        order.now.as_millisecond()
    )?;
    Ok(())
}

fn prize_of<'t>(table: &'t PrizeTable, result: &DrawResult) -> Result<&'t Prize, StoreError> {
    table.prize(result.prize_id).ok_or_else(|| StoreError::Corrupt(format!("no prize {}", result.prize_id)))
}

#[cfg(test)]
mod tests {
    use fairwheel_scratch::Scratch;

    use super::*;
    use crate::store::{
        Db,
        db::{Engine, on_db},
    };

    #[tokio::test]
    async fn prizes_of_an_older_installation_become_orders() {
        let scratch = Scratch::new().await;
        let db = Db::open(&scratch.url()).await.unwrap();
        match &db.engine {
            Engine::Sqlite { write, .. } => sqlx::migrate!("migrations/sqlite").run_to(2, write).await.unwrap(),
            Engine::MySql { write, .. } => sqlx::migrate!("migrations/mysql").run_to(2, write).await.unwrap(),
        }
        let mut tx = db.begin().await.unwrap();
        for sql in [
            "INSERT INTO users (user_id, mobile, client_seed, created_at, updated_at) VALUES (3, '1', 'x', 0, 0)",
            "INSERT INTO lottery_tables (table_id, table_hash, table_text, rules, published_at)
             VALUES (5, '', '', '', 0)",
            "INSERT INTO lottery_draws (draw_id, user_id, table_id, draw_type, nonce, draw_count, client_seed, sold_out,
                                        points_cost, created_at)
             VALUES ('d1-0123456789abcdef0123456789abcdef01234567', 3, 5, 'triple', 1, 3, 'x', '', 3, 7)",
            "INSERT INTO lottery_records (draw_id, seq, user_id, ticket, drawn_prize_id, prize_id, prize_name, prize_type,
                                          prize_value, points_cost, angle, is_near_miss, created_at)
             SELECT draw_id, 1, 3, 0, 1, 1, '虾1份', 'physical', 1, 1, 0, 0, 7 FROM lottery_draws UNION ALL
             SELECT draw_id, 2, 3, 0, 2, 2, '谢谢参与', 'empty', 1, 1, 0, 0, 7 FROM lottery_draws UNION ALL
             SELECT draw_id, 3, 3, 0, 3, 3, '八八折券', 'coupon', 1, 1, 0, 0, 7 FROM lottery_draws",
        ] {
            execute!(&mut tx, sql).unwrap();
        }
        tx.commit().await.unwrap();
        db.migrate().await.unwrap();
        let select =
            "SELECT order_id, user_id, seq, product_name, status, created_at FROM exchange_records ORDER BY id";
        let orders: Vec<(String, i64, i64, String, String, i64)> =
            on_db!(&db, |c| sqlx::query_as(select).fetch_all(c).await).unwrap();
        let order = |seq, name: &str| {
            (format!("LW0123456789abcdef01234567-{seq}"), 3, seq, name.to_owned(), "pending".to_owned(), 7)
        };
        assert_eq!(orders, [order(1, "虾1份"), order(3, "八八折券")]);
        let tables = "SELECT COUNT(*) FROM lottery_records WHERE table_id = 5";
        let (records,): (i64,) = on_db!(&db, |c| sqlx::query_as(tables).fetch_one(c).await).unwrap();
        assert_eq!(records, 3);
    }
}
