//! The server is killed in the middle of a storm, again and again. Whatever it had answered must be in the tables, whatever
//! it had not is asked again and must count once.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use fairwheel_scratch::Scratch;
use fairwheel_server::{clock::Clock, on_db, rng::Rng, store::Db};
use fairwheel_tests::{
    chance::Chance,
    client::{Ask, Client, Reply},
    invariants, open,
    process::{self, Process},
    publish,
    storm::{self, Phone, Storm},
};
use tokio::{sync::watch, task::JoinSet};

const KILLS: usize = 20;
/// Milliseconds of storm between two kills.
const STORM_MS: std::ops::Range<u64> = 50..400;
const USERS: u64 = 4;
const PHONES_PER_USER: u64 = 2;
/// So many that the storm does not end before the last kill, and so few that some are refused.
const POINTS: &str = "20000";

/// Admin as well.
const MERCHANT: &str = "13800138999";

/// Where the server is at the moment, and whether the storm is over.
#[derive(Clone, Debug)]
struct Now {
    address: String,
    over: bool,
}

/// An answer that arrived whole, and to what.
#[derive(Debug)]
struct Told {
    token: String,
    ask: Ask,
    reply: Reply,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_answered_is_lost_and_nothing_counts_twice() {
    let scratch = Scratch::new().await;
    let state = open(&scratch, Clock::System, Rng::System, &[]).await;
    publish(&state, storm::table()).await;
    storm::products(&state, 40).await;
    storm::merchant(&state, MERCHANT).await;
    state.db.close().await;
    let chance = Chance::new(Chance::any_seed());
    let binary = process::binary();
    let settings = [("FAIRWHEEL_WELCOME_POINTS", POINTS), ("FAIRWHEEL_ADMIN_PHONES", MERCHANT)];
    let start = async || Process::start(&binary, scratch.dir(), &scratch.url(), &settings).await;

    let mut server = start().await;
    let (tell, now) = watch::channel(Now { address: server.address.clone(), over: false });
    let mut phones = JoinSet::new();
    let storm = Arc::new(Storm::default());
    let logged_in = async |phone: &str| Client::connect(&server.address).await.unwrap().login(phone).await;
    for user in 0..USERS {
        let token = logged_in(&format!("1390013900{user}")).await;
        for phone in 0..PHONES_PER_USER {
            let phone = Phone::diner(format!("u{user}-p{phone}"), token.clone(), chance.seed(), &storm);
            phones.spawn(storms(phone, now.clone()));
        }
    }
    let token = logged_in(MERCHANT).await;
    phones.spawn(storms(Phone::merchant("m", token, chance.seed(), &storm), now.clone()));
    for _ in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(STORM_MS.start + chance.below(STORM_MS.end - STORM_MS.start))).await;
        server.kill();
        server = start().await;
        tell.send_modify(|now| now.address.clone_from(&server.address));
    }
    tell.send_modify(|now| now.over = true);
    let (mut told, mut asked_again) = (Vec::new(), 0);
    for (answers, again) in phones.join_all().await {
        told.extend(answers);
        asked_again += again;
    }
    println!("{} requests told, {asked_again} of them asked again after a kill", told.len());
    assert!(asked_again >= KILLS, "the kills met only {asked_again} requests");

    let (last, db) = (server.address.clone(), Db::open(&scratch.url()).await.unwrap());
    each_is_repeated(&last, &told).await;
    drop(server);
    each_is_in_the_tables(&db, &told).await;
    let broken = invariants::broken(&db).await;
    assert!(broken.is_empty(), "the database breaks its invariants:\n{}", broken.join("\n"));
    db.close().await;
}

/// Asks until the storm is over, and what got no answer again under the same name. What was told, and how often a request
/// had to be asked again.
async fn storms(mut phone: Phone, mut now: watch::Receiver<Now>) -> (Vec<Told>, usize) {
    let (mut told, mut asked_again, mut open) = (Vec::new(), 0, None);
    for _ in 0..=2 * KILLS {
        let Now { address, over } = now.borrow_and_update().clone();
        if over && open.is_none() {
            return (told, asked_again);
        }
        if let Ok(mut client) = Client::connect(&address).await {
            // What is open is asked to its end, even when the storm is over.
            while open.is_some() || !now.borrow().over {
                let ask = open.take().unwrap_or_else(|| phone.next_ask());
                let Ok(reply) = client.send(&ask, Some(&phone.token)).await else {
                    (open, asked_again) = (Some(ask), asked_again + 1);
                    break;
                };
                let code = reply.code();
                storm::check(&ask, reply.status.as_u16(), code, &reply.json().to_string());
                if storm::is_final(&ask, code) {
                    phone.learn(&reply.json());
                    told.push(Told { token: phone.token.clone(), ask, reply });
                }
            }
        }
        // It was killed, and there will be another; or the storm is over, and the last one stays.
        if !now.borrow().over {
            now.changed().await.expect("the test goes on");
        }
    }
    panic!("the last server does not answer");
}

/// The same request gets the same answer, byte for byte.
async fn each_is_repeated(address: &str, told: &[Told]) {
    let mut client = Client::connect(address).await.unwrap();
    for Told { token, ask, reply } in told {
        let again = client.send(ask, Some(token)).await.unwrap();
        assert_eq!(again.bytes, reply.bytes, "{ask:?} asked again");
    }
}

/// What was told as done is stored, as it was told, and nothing else is.
async fn each_is_in_the_tables(db: &Db, told: &[Told]) {
    let (mut draws, mut orders, mut moves) = (draws(db).await, orders(db).await, moves(db).await);
    let (mut cancelled, mut told_cancelled) = (BTreeSet::new(), BTreeSet::new());
    for Told { ask, reply, .. } in told.iter().filter(|told| told.reply.is_success()) {
        let data = &reply.json()["data"];
        let text = |name: &str| data[name].as_str().unwrap_or_else(|| panic!("no {name} in {data}")).to_owned();
        let number = |name: &str| data[name].as_i64().unwrap_or_else(|| panic!("no {name} in {data}"));
        let mut take = |reason: &str, points, balance| {
            let left = moves.get_mut(&(reason.to_owned(), points, balance)).expect("its row in the ledger");
            *left = left.checked_sub(1).expect("a row for each");
        };
        match ask.path.as_str() {
            "/api/lottery/draw" => {
                let results = data["results"].as_array().expect("results").iter();
                let prizes = results.map(|result| result["prize_id"].as_i64().expect("an id")).collect();
                let expected = (number("points_cost"), number("remaining_points"), prizes);
                assert_eq!(draws.remove(&text("draw_id")), Some(expected), "{data}");
            }
            "/api/exchange/redeem" => {
                let expected = (number("quantity"), number("points_cost"), number("remaining_points"));
                let (stored, status) = orders.remove(&text("order_id")).expect("the order is stored");
                assert_eq!(stored, expected, "{data}");
                if status == "cancelled" {
                    cancelled.insert(text("order_id"));
                }
            }
            "/api/user/check-in" => take("check_in", number("points"), number("remaining_points")),
            path if path.starts_with(storm::ADJUST) => take("admin", number("change_points"), number("total_points")),
            path if path.starts_with("/api/merchant/exchange/") => {
                told_cancelled.insert(text("order_id"));
            }
            path => panic!("{path} has no check yet"),
        }
    }
    assert_eq!(cancelled, told_cancelled, "what was cancelled, and what was told to be");
    assert!(draws.is_empty() && orders.is_empty(), "nobody was told of {draws:?} {orders:?}");
    moves.retain(|_, left| *left > 0);
    assert!(moves.is_empty(), "nobody was told of {moves:?}");
}

/// By id: price, balance after it, prizes in order.
async fn draws(db: &Db) -> BTreeMap<String, (i64, i64, Vec<i64>)> {
    let prizes = "SELECT draw_id, prize_id FROM lottery_records ORDER BY draw_id, seq";
    let prizes: Vec<(String, i64)> = on_db!(db, |c| sqlx::query_as(prizes).fetch_all(c).await).unwrap();
    // The last row of a draw is that of its last prize in points.
    let rows = "SELECT d.draw_id, d.points_cost, p.balance_after
                FROM lottery_draws d JOIN points_records p
                  ON p.id = (SELECT MAX(id) FROM points_records WHERE user_id = d.user_id AND related_id = d.draw_id)";
    let rows: Vec<(String, i64, i64)> = on_db!(db, |c| sqlx::query_as(rows).fetch_all(c).await).unwrap();
    let mut draws: BTreeMap<_, _> =
        rows.into_iter().map(|(id, cost, balance)| (id, (cost, balance, Vec::new()))).collect();
    for (id, prize) in prizes {
        draws.get_mut(&id).expect("a record has its draw").2.push(prize);
    }
    draws
}

/// By id: quantity, price and balance after it; and its status.
async fn orders(db: &Db) -> BTreeMap<String, ((i64, i64, i64), String)> {
    // The first row is that of the price; a later one returns it.
    let rows = "SELECT e.order_id, e.quantity, e.points_cost, p.balance_after, e.status
                FROM exchange_records e JOIN points_records p
                  ON p.id = (SELECT MIN(id) FROM points_records WHERE user_id = e.user_id AND related_id = e.order_id)
                WHERE e.product_id IS NOT NULL";
    let rows: Vec<(String, i64, i64, i64, String)> = on_db!(db, |c| sqlx::query_as(rows).fetch_all(c).await).unwrap();
    rows.into_iter().map(|(id, quantity, cost, balance, status)| (id, ((quantity, cost, balance), status))).collect()
}

/// How many rows of the ledger there are by reason, points and balance, of those that belong to no draw and no order.
async fn moves(db: &Db) -> BTreeMap<(String, i64, i64), u32> {
    let rows = "SELECT reason, points, balance_after FROM points_records WHERE reason IN ('check_in', 'admin')";
    let rows: Vec<_> = on_db!(db, |c| sqlx::query_as(rows).fetch_all(c).await).unwrap();
    let mut moves = BTreeMap::new();
    for row in rows {
        *moves.entry(row).or_default() += 1;
    }
    moves
}
