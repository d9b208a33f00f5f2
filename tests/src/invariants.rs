//! What must be true of the tables after every commit, read with a connection of its own.
//!
//! A balance is the sum of its ledger rows, which chain · nonces are 1, 2, 3… · stock is never negative and accounts for
//! every piece given since the prize was introduced · only the prizes of the active table are active · what an order cost is in the ledger, and what was sold is in the orders · every stored draw, put
//! together from its rows, is a proof that verifies · a session has one refresh token that is not replaced · every
//! coupon or thing that was won is an order, and no other draw is · a record names the table of its request · a draw has
//! paid its price and credited its points, and nothing else is in the ledger as such · each row of the ledger was pushed,
//! once and in its order · the ids of the events have no gaps · a receipt is decided by another than its diner, who is told
//! of it once; approved, it has one row of the ledger, told right after, and otherwise none · it has the pieces of its hash,
//! and objects that nobody sweeps · the picture of a prize is stored, under the hash of its content · an application is open or decided by somebody else.

mod applications;
mod moves;
mod pictures;
mod receipts;
mod reviews;

use std::{collections::BTreeMap, fmt::Write};

use fairwheel_core::{
    draw::{DrawResult, Nonce},
    proof::{Expected, Proof, verify},
};
use fairwheel_server::{
    clock::iso,
    keys::Keys,
    on_db,
    store::{Db, db::Engine},
};
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Column, Row};

use crate::{JWT_SECRET, SEED_SECRET};

/// Every broken invariant, one line each.
pub async fn broken(db: &Db) -> Vec<String> {
    let mut broken = Vec::new();
    ledgers(db, &mut broken).await;
    nonces(db, &mut broken).await;
    stock(db, &mut broken).await;
    products(db, &mut broken).await;
    orders(db, &mut broken).await;
    proofs(db, &mut broken).await;
    sessions(db, &mut broken).await;
    prize_orders(db, &mut broken).await;
    tables_of_records(db, &mut broken).await;
    applications::applications(db, &mut broken).await;
    pictures::pictures(db, &mut broken).await;
    moves::draws(db, &mut broken).await;
    moves::events(db, &mut broken).await;
    reviews::decided(db, &mut broken).await;
    reviews::told(db, &mut broken).await;
    receipts::receipts(db, &mut broken).await;
    broken
}

async fn ledgers(db: &Db, broken: &mut Vec<String>) {
    let rows: Vec<(i64, i64, i64, i64)> = on_db!(db, |c| {
        sqlx::query_as("SELECT id, user_id, points, balance_after FROM points_records ORDER BY id").fetch_all(c).await
    })
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
        on_db!(db, |c| sqlx::query_as("SELECT user_id, total_points FROM users").fetch_all(c).await).expect("users");
    for (user, points) in users {
        let sum = balances.remove(&user).unwrap_or(0);
        if sum != points || points < 0 {
            broken.push(format!("user {user} has {points} points, the ledger says {sum}"));
        }
    }
}

async fn nonces(db: &Db, broken: &mut Vec<String>) {
    let draws: Vec<(i64, i64)> = on_db!(db, |c| {
        sqlx::query_as("SELECT user_id, nonce FROM lottery_draws ORDER BY user_id, nonce").fetch_all(c).await
    })
    .expect("draws");
    let mut last = BTreeMap::new();
    for (user, nonce) in draws {
        let before = last.insert(user, nonce).unwrap_or(0);
        if nonce != before + 1 {
            broken.push(format!("user {user}: nonce {nonce} follows {before}"));
        }
    }
    let users: Vec<(i64, i64)> =
        on_db!(db, |c| sqlx::query_as("SELECT user_id, nonce FROM users").fetch_all(c).await).expect("users");
    for (user, nonce) in users {
        let spent = last.remove(&user).unwrap_or(0);
        if nonce != spent {
            broken.push(format!("user {user} has spent nonce {nonce}, the last draw is {spent}"));
        }
    }
}

/// A prize of a version, the oldest version first: version, prize, type, left, won before, won of this version, text, whether
/// prize and version are active.
type Stock = (i64, i64, String, Option<i64>, i64, i64, String, i64, i64);

async fn stock(db: &Db, broken: &mut Vec<String>) {
    let select = "SELECT p.table_id, p.prize_id, p.prize_type, p.stock, p.won_before,
                (SELECT COUNT(*) FROM lottery_records r JOIN lottery_draws d ON d.draw_id = r.draw_id
                 WHERE d.table_id = p.table_id AND r.prize_id = p.prize_id),
                t.table_text, p.status = 'active', t.active IS NOT NULL
         FROM lottery_prizes p JOIN lottery_tables t ON t.table_id = p.table_id ORDER BY p.table_id, p.prize_id";
    let rows: Vec<Stock> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("stock");
    // What was won of the prizes of the version before, by id and type; and of the one that is being read.
    let (mut version, mut before, mut here) = (0, BTreeMap::new(), BTreeMap::new());
    for (table, prize, kind, left, won_before, won, text, active, live) in rows {
        if table != version {
            (version, before, here) = (table, here, BTreeMap::new());
        }
        if active != live {
            broken.push(format!("table {table}, prize {prize}: active {active}, its table {live}"));
        }
        let declared = fairwheel_core::prize::PrizeTable::parse(&text)
            .ok()
            .and_then(|table| table.prize(prize.try_into().ok()?).and_then(|prize| prize.stock));
        if left.is_some_and(|left| left < 0) || declared.map(i64::from) != left.map(|left| left + won_before + won) {
            broken.push(format!("table {table}, prize {prize}: {left:?} left, {won} given, {declared:?} declared"));
        }
        // One that had no end before, or was not there, starts at nothing; one that has none now counts nothing.
        let known = before.get(&(prize, kind.clone())).copied().filter(|_| left.is_some()).unwrap_or(0);
        if won_before != known {
            broken.push(format!("table {table}, prize {prize}: {won_before} were won before, it says, not {known}"));
        }
        if left.is_some() {
            here.insert((prize, kind), won_before + won);
        }
    }
}

async fn sessions(db: &Db, broken: &mut Vec<String>) {
    let select = "SELECT s.session_id,
                (SELECT COUNT(*) FROM refresh_tokens r WHERE r.session_id = s.session_id AND r.replaced_at IS NULL)
         FROM sessions s";
    let rows: Vec<(String, i64)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("sessions");
    for (session, last) in rows {
        if last != 1 {
            broken.push(format!("session {session} has {last} refresh tokens that are not replaced"));
        }
    }
}

async fn products(db: &Db, broken: &mut Vec<String>) {
    let select = "SELECT p.commodity_id, p.stock, p.sales_count,
                (SELECT CAST(COALESCE(SUM(e.quantity), 0) AS SIGNED) FROM exchange_records e
                 WHERE e.product_id = p.commodity_id AND e.status <> 'cancelled')
         FROM products p";
    let rows: Vec<(i64, i64, i64, i64)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("products");
    for (id, stock, sales, ordered) in rows {
        if stock < 0 || sales != ordered {
            broken.push(format!("product {id}: {stock} left, {sales} sold, {ordered} ordered"));
        }
    }
}

async fn orders(db: &Db, broken: &mut Vec<String>) {
    let select = "SELECT e.order_id, e.product_id IS NOT NULL, e.draw_id IS NOT NULL, e.points_cost, e.status,
                (SELECT CAST(COALESCE(SUM(r.points), 0) AS SIGNED) FROM points_records r
                 WHERE r.user_id = e.user_id AND r.reason = 'exchange_redeem' AND r.related_id = e.order_id)
         FROM exchange_records e";
    let rows: Vec<(String, i64, i64, i64, String, i64)> =
        on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("orders");
    for (id, product, draw, cost, status, moved) in rows {
        let expected = if product == 0 || status == "cancelled" { 0 } else { -cost };
        if product + draw != 1 || (draw == 1 && cost != 0) || moved != expected {
            broken.push(format!("order {id}, {status}: cost {cost}, moved {moved}, product {product}, draw {draw}"));
        }
    }
    let strays = "SELECT COUNT(*) FROM points_records WHERE reason = 'exchange_redeem'
         AND (related_id IS NULL OR related_id NOT IN (SELECT order_id FROM exchange_records))";
    let (strays,): (i64,) = on_db!(db, |c| sqlx::query_as(strays).fetch_one(c).await).expect("ledger");
    if strays != 0 {
        broken.push(format!("{strays} ledger rows of redeeming belong to no order"));
    }
}

async fn prize_orders(db: &Db, broken: &mut Vec<String>) {
    let select = "SELECT r.draw_id, r.seq, r.prize_type,
                (SELECT COUNT(*) FROM exchange_records e
                 WHERE e.draw_id = r.draw_id AND e.seq = r.seq AND e.user_id = r.user_id
                   AND e.product_name = r.prize_name AND e.quantity = 1 AND e.points_cost = 0
                   AND e.product_id IS NULL)
         FROM lottery_records r";
    let rows: Vec<(String, i64, String, i64)> =
        on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("records");
    let mut due = 0;
    for (draw_id, seq, kind, orders) in rows {
        let expected = i64::from(matches!(kind.as_str(), "coupon" | "physical"));
        due += expected;
        if orders != expected {
            broken.push(format!("draw {draw_id}, {seq}: a {kind} prize has {orders} orders"));
        }
    }
    let select = "SELECT COUNT(*) FROM exchange_records WHERE product_id IS NULL";
    let (orders,): (i64,) = on_db!(db, |c| sqlx::query_as(select).fetch_one(c).await).expect("orders");
    if orders != due {
        broken.push(format!("there are {orders} orders of prizes for {due} prizes"));
    }
}

async fn tables_of_records(db: &Db, broken: &mut Vec<String>) {
    let select = "SELECT r.id FROM lottery_records r JOIN lottery_draws d ON d.draw_id = r.draw_id
                  WHERE r.table_id IS NULL OR r.table_id <> d.table_id";
    let rows: Vec<(i64,)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("records");
    broken.extend(rows.iter().map(|(id,)| format!("record {id} has not the table of its request")));
}

/// Everything that a draw was made of, in the order of the columns below.
type Inputs = (String, i64, i64, i64, String, String, i64, String, String);

async fn proofs(db: &Db, broken: &mut Vec<String>) {
    let salt: (String,) =
        on_db!(db, |c| sqlx::query_as("SELECT seed_salt FROM installation").fetch_one(c).await).expect("a salt");
    let keys = Keys::new(&JWT_SECRET.to_owned().into(), &SEED_SECRET.to_owned().into(), salt.0);
    let select = "SELECT d.draw_id, d.user_id, d.nonce, d.draw_count, d.client_seed, d.sold_out, d.created_at,
                         t.table_text, t.table_hash
                  FROM lottery_draws d JOIN lottery_tables t ON t.table_id = d.table_id";
    let draws: Vec<Inputs> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("draws");
    let mut results = results(db).await;
    for (draw_id, user_id, nonce, count, client_seed, sold_out, created_at, table_text, table_hash) in draws {
        let nonce = Nonce::new(nonce.cast_unsigned()).expect("a nonce");
        let server_seed = keys.server_seed(user_id, nonce);
        let next = keys.server_seed(user_id, nonce.next());
        let created_at = Timestamp::from_millisecond(created_at).expect("a time");
        let proof = Proof {
            algorithm: fairwheel_core::draw::ALGORITHM.into(),
            table_text,
            table_hash,
            server_seed: server_seed.reveal().to_string(),
            commitment: server_seed.commitment().to_string(),
            client_seed,
            nonce: nonce.get(),
            count: small(count),
            sold_out: serde_json::from_str(&sold_out).expect("lists of ids"),
            results: results.remove(&draw_id).unwrap_or_default(),
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

async fn results(db: &Db) -> BTreeMap<String, Vec<DrawResult>> {
    let select = "SELECT draw_id, ticket, drawn_prize_id, prize_id, angle, is_near_miss
                  FROM lottery_records ORDER BY draw_id, seq";
    let rows: Vec<(String, i64, i64, i64, i64, bool)> =
        on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("records");
    let mut results: BTreeMap<String, Vec<DrawResult>> = BTreeMap::new();
    for (draw_id, ticket, drawn_prize_id, prize_id, angle, is_near_miss) in rows {
        results.entry(draw_id).or_default().push(DrawResult {
            ticket: small(ticket),
            drawn_prize_id: small(drawn_prize_id),
            prize_id: small(prize_id),
            angle: small(angle),
            is_near_miss,
        });
    }
    results
}

/// A column that holds a count, an identifier or an angle.
fn small<T: TryFrom<i64>>(stored: i64) -> T {
    T::try_from(stored).ok().expect("a small number")
}

/// Every row of every table, as text.
pub async fn dump(db: &Db) -> String {
    let names = match &db.engine {
        Engine::Sqlite { .. } => {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        }
        Engine::MySql { .. } => {
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name"
        }
    };
    let tables: Vec<(String,)> = on_db!(db, |c| sqlx::query_as(names).fetch_all(c).await).expect("tables");
    let mut text = String::new();
    for (table,) in tables.iter().filter(|(table,)| !table.starts_with('_')) {
        let select = format!("SELECT * FROM {table}");
        on_db!(db, |c| {
            for row in sqlx::query(AssertSqlSafe(select)).fetch_all(c).await.expect("rows") {
                let _ = write!(text, "{table}:");
                for column in row.columns() {
                    let at = column.ordinal();
                    let number =
                        row.try_get::<Option<i64>, _>(at).map(|number| number.map(|number| number.to_string()));
                    let value = number.or_else(|_| row.try_get::<Option<String>, _>(at)).or_else(|_| {
                        row.try_get::<Option<Vec<u8>>, _>(at).map(|bytes| bytes.map(|bytes| format!("{bytes:?}")))
                    });
                    let value = value.expect("a number, a text or bytes");
                    let _ = write!(text, " {}={}", column.name(), value.unwrap_or_else(|| "null".into()));
                }
                text.push('\n');
            }
        });
    }
    text
}
