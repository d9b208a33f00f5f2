//! The rows that a request of draws leaves: the request, and each of its draws.

use fairwheel_core::{
    draw::DrawResult,
    prize::{Prize, PrizeKind},
    proof::Proof,
};
use jiff::Timestamp;

use super::{DrawOrder, DrawType};
use crate::store::{StoreError, Tx, db::values, exchange::NewOrder};

/// A request of draws.
#[derive(Debug)]
pub(in crate::store) struct Draw {
    id: String,
    user_id: i64,
    table_id: i64,
    kind: DrawType,
    nonce: i64,
    client_seed: String,
    /// JSON.
    sold_out: String,
    price: i64,
    at: Timestamp,
}

/// One of its draws.
#[derive(Debug)]
pub(in crate::store) struct Record {
    draw_id: String,
    seq: i64,
    user_id: i64,
    table_id: i64,
    result: DrawResult,
    prize_name: String,
    prize_kind: PrizeKind,
    prize_value: u32,
    cost: u32,
    at: Timestamp,
}

impl Draw {
    pub(super) fn new(
        order: &DrawOrder,
        table_id: i64,
        nonce: i64,
        proof: &Proof,
        price: i64,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            id: proof.draw_id.clone(),
            user_id: order.user_id,
            table_id,
            kind: order.draw_type,
            nonce,
            client_seed: proof.client_seed.clone(),
            sold_out: serde_json::to_string(&proof.sold_out).map_err(|error| StoreError::Corrupt(error.to_string()))?,
            price,
            at: order.now,
        })
    }

    /// One of the draws, `seq` counting from 1, each of which costs as much.
    pub(super) fn record(&self, seq: i64, result: DrawResult, prize: &Prize, cost: u32) -> Record {
        Record {
            draw_id: self.id.clone(),
            seq,
            user_id: self.user_id,
            table_id: self.table_id,
            result,
            prize_name: prize.name.clone(),
            prize_kind: prize.kind,
            prize_value: prize.value_cents,
            cost,
            at: self.at,
        }
    }

    /// What the diner is to receive, for the merchant to hand out; nothing if it is no thing. Its number is that of the
    /// draw, cut short, with `seq`.
    pub(super) fn order(&self, seq: i64, prize: &Prize) -> Option<NewOrder> {
        let digits: String = self.id.chars().skip(3).take(24).collect();
        matches!(prize.kind, PrizeKind::Coupon | PrizeKind::Physical).then(|| NewOrder {
            order_id: format!("LW{digits}-{seq}"),
            user_id: self.user_id,
            product_id: None,
            draw: Some((self.id.clone(), seq)),
            product_name: prize.name.clone(),
            product_image: String::new(),
            quantity: 1,
            points_cost: 0,
            at: self.at,
        })
    }
}

pub(in crate::store) async fn insert_draws(tx: &mut Tx, draws: &[Draw]) -> Result<(), StoreError> {
    let into =
        "INSERT INTO lottery_draws (draw_id, user_id, table_id, draw_type, nonce, draw_count, client_seed, sold_out,
                                           points_cost, created_at)
                VALUES ";
    tx.insert_all(into, draws, |draw| {
        values![
            &draw.id,
            draw.user_id,
            draw.table_id,
            draw.kind.name(),
            draw.nonce,
            draw.kind.draws(),
            &draw.client_seed,
            &draw.sold_out,
            draw.price,
            draw.at.as_millisecond()
        ]
    })
    .await
}

pub(in crate::store) async fn insert_records(tx: &mut Tx, records: &[Record]) -> Result<(), StoreError> {
    let into =
        "INSERT INTO lottery_records (draw_id, seq, user_id, table_id, ticket, drawn_prize_id, prize_id, prize_name,
                                             prize_type, prize_value, points_cost, angle, is_near_miss, created_at)
                VALUES ";
    tx.insert_all(into, records, |record| {
        values![
            &record.draw_id,
            record.seq,
            record.user_id,
            record.table_id,
            record.result.ticket,
            record.result.drawn_prize_id,
            record.result.prize_id,
            &record.prize_name,
            record.prize_kind.name(),
            record.prize_value,
            record.cost,
            record.result.angle,
            record.result.is_near_miss,
            record.at.as_millisecond()
        ]
    })
    .await
}

#[cfg(test)]
mod tests {
    use fairwheel_scratch::Scratch;

    use crate::store::{
        Db,
        db::{Engine, execute, on_db},
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
