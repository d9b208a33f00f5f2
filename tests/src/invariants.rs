//! What must be true of the tables after every commit, read with a connection of its own.
//!
//! A balance is the sum of its ledger rows, which chain · nonces are 1, 2, 3… · stock is never negative and accounts for
//! every piece given · every stored draw, put together from its rows, is a proof that verifies.

use std::{collections::BTreeMap, fmt::Write, path::Path};

use fairwheel_core::{
    draw::{DrawResult, Nonce},
    proof::{Expected, Proof, verify},
};
use fairwheel_server::{clock::iso, keys::Keys};
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Row, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{JWT_SECRET, SEED_SECRET};

/// Every broken invariant, one line each.
pub async fn broken(database: &Path) -> Vec<String> {
    let mut c = connect(database).await;
    let mut broken = Vec::new();
    ledgers(&mut c, &mut broken).await;
    nonces(&mut c, &mut broken).await;
    stock(&mut c, &mut broken).await;
    proofs(&mut c, &mut broken).await;
    broken
}

pub(crate) async fn connect(database: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(database);
    options.connect().await.expect("a connection")
}

async fn ledgers(c: &mut SqliteConnection, broken: &mut Vec<String>) {
    let rows: Vec<(i64, i64, i64, i64)> =
        sqlx::query_as("SELECT id, user_id, points, balance_after FROM points_records ORDER BY id")
            .fetch_all(&mut *c)
            .await
            .expect("ledger");
    let mut balances = BTreeMap::new();
    for (id, user, points, after) in rows {
        let balance = balances.entry(user).or_insert(0);
        *balance += points;
        if *balance != after {
            broken.push(format!("ledger row {id}: balance_after is {after}, the rows add up to {balance}"));
        }
    }
    let users: Vec<(i64, i64)> =
        sqlx::query_as("SELECT user_id, total_points FROM users").fetch_all(c).await.expect("users");
    for (user, points) in users {
        let sum = balances.remove(&user).unwrap_or(0);
        if sum != points || points < 0 {
            broken.push(format!("user {user} has {points} points, the ledger says {sum}"));
        }
    }
}

async fn nonces(c: &mut SqliteConnection, broken: &mut Vec<String>) {
    let draws: Vec<(i64, i64)> = sqlx::query_as("SELECT user_id, nonce FROM lottery_draws ORDER BY user_id, nonce")
        .fetch_all(&mut *c)
        .await
        .expect("draws");
    let mut last = BTreeMap::new();
    for (user, nonce) in draws {
        let before = last.insert(user, nonce).unwrap_or(0);
        if nonce != before + 1 {
            broken.push(format!("user {user}: nonce {nonce} follows {before}"));
        }
    }
    let users: Vec<(i64, i64)> = sqlx::query_as("SELECT user_id, nonce FROM users").fetch_all(c).await.expect("users");
    for (user, nonce) in users {
        let spent = last.remove(&user).unwrap_or(0);
        if nonce != spent {
            broken.push(format!("user {user} has spent nonce {nonce}, the last draw is {spent}"));
        }
    }
}

async fn stock(c: &mut SqliteConnection, broken: &mut Vec<String>) {
    let rows: Vec<(i64, u32, i64, i64, String)> = sqlx::query_as(
        "SELECT p.table_id, p.prize_id, p.stock,
                (SELECT COUNT(*) FROM lottery_records r JOIN lottery_draws d ON d.draw_id = r.draw_id
                 WHERE d.table_id = p.table_id AND r.prize_id = p.prize_id),
                t.table_text
         FROM lottery_prizes p JOIN lottery_tables t ON t.table_id = p.table_id WHERE p.stock IS NOT NULL",
    )
    .fetch_all(c)
    .await
    .expect("stock");
    for (table, prize, left, given, text) in rows {
        let declared = fairwheel_core::prize::PrizeTable::parse(&text)
            .ok()
            .and_then(|table| table.prize(prize).and_then(|prize| prize.stock));
        if left < 0 || declared.map(i64::from) != Some(left + given) {
            broken.push(format!("table {table}, prize {prize}: {left} left, {given} given, {declared:?} declared"));
        }
    }
}

async fn proofs(c: &mut SqliteConnection, broken: &mut Vec<String>) {
    let (seed_salt,) = sqlx::query_as("SELECT seed_salt FROM installation").fetch_one(&mut *c).await.expect("a salt");
    let keys = Keys::new(&JWT_SECRET.to_owned().into(), &SEED_SECRET.to_owned().into(), seed_salt);
    let draws = sqlx::query(
        "SELECT d.draw_id, d.user_id, d.nonce, d.draw_count, d.client_seed, d.sold_out, d.created_at,
                t.table_text, t.table_hash
         FROM lottery_draws d JOIN lottery_tables t ON t.table_id = d.table_id",
    )
    .fetch_all(&mut *c)
    .await
    .expect("draws");
    for row in draws {
        let nonce = Nonce::new(row.get::<i64, _>("nonce").cast_unsigned()).expect("a nonce");
        let server_seed = keys.server_seed(row.get("user_id"), nonce);
        let next = keys.server_seed(row.get("user_id"), nonce.next());
        let draw_id: String = row.get("draw_id");
        let created_at = Timestamp::from_millisecond(row.get("created_at")).expect("a time");
        let proof = Proof {
            algorithm: fairwheel_core::draw::ALGORITHM.into(),
            table_text: row.get("table_text"),
            table_hash: row.get("table_hash"),
            server_seed: server_seed.reveal().to_string(),
            commitment: server_seed.commitment().to_string(),
            client_seed: row.get("client_seed"),
            nonce: nonce.get(),
            count: row.get("draw_count"),
            sold_out: serde_json::from_str(row.get("sold_out")).expect("lists of ids"),
            results: results(c, &draw_id).await,
            created_at: iso(created_at),
            next_nonce: nonce.next().get(),
            next_commitment: next.commitment().to_string(),
            draw_id: draw_id.clone(),
        };
        let expected = Expected { draw_id: Some(proof.seal()), ..Expected::default() };
        for (verdict, failure) in verify(&proof, &expected).failures() {
            broken.push(format!("draw {draw_id}: {:?} {:?}: {failure}", verdict.check, verdict.draw));
        }
    }
}

async fn results(c: &mut SqliteConnection, draw_id: &str) -> Vec<DrawResult> {
    let rows = sqlx::query("SELECT * FROM lottery_records WHERE draw_id = ? ORDER BY seq").bind(draw_id).fetch_all(c);
    let rows = rows.await.expect("records");
    let result = |row: &sqlx::sqlite::SqliteRow| DrawResult {
        ticket: row.get("ticket"),
        drawn_prize_id: row.get("drawn_prize_id"),
        prize_id: row.get("prize_id"),
        angle: row.get("angle"),
        is_near_miss: row.get("is_near_miss"),
    };
    rows.iter().map(result).collect()
}

/// Every row of every table, as text.
pub async fn dump(database: &Path) -> String {
    let mut c = connect(database).await;
    let tables: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name",
    )
    .fetch_all(&mut c)
    .await
    .expect("tables");
    let mut text = String::new();
    for (table,) in tables {
        let select = AssertSqlSafe(format!("SELECT * FROM {table}"));
        for row in sqlx::query(select).fetch_all(&mut c).await.expect("rows") {
            let _ = write!(text, "{table}:");
            for column in row.columns() {
                let at = column.ordinal();
                let value = row
                    .try_get_unchecked::<Option<String>, _>(at)
                    .unwrap_or_else(|error| Some(error.to_string()))
                    .unwrap_or_else(|| "null".into());
                let _ = write!(text, " {}={value}", column.name());
            }
            text.push('\n');
        }
    }
    text
}
