//! The server is killed in the middle of a storm, again and again. Whatever it had answered must be in the tables, whatever
//! it had not is asked again and must count once. Meanwhile one diner listens, and misses nothing.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use fairwheel_scratch::Scratch;
use fairwheel_server::{
    clock::Clock,
    on_db,
    rng::Rng,
    store::{Db, event},
};
use fairwheel_tests::{
    chance::Chance,
    client::{Ask, Client, Reply},
    invariants, open,
    process::{self, Process},
    publish,
    socket::{Socket, request},
    storm::{self, Phone, Storm},
};
use serde_json::Value;
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
};

const KILLS: usize = 20;
/// Milliseconds of storm between two kills, at least.
const STORM_MS: std::ops::Range<u64> = 50..400;
/// Answers that a server has given before it is killed, at least.
const ANSWERS: u32 = 30;
/// How long a server may need for them.
const PATIENCE: Duration = Duration::from_mins(1);
const USERS: u64 = 4;
const PHONES_PER_USER: u64 = 2;
/// So many that the storm does not end before the last kill, and so few that some are refused.
const POINTS: &str = "20000";
/// Pieces of each product at first.
const STOCK: i64 = 40;

/// Admin as well.
const MERCHANT: &str = "13800138999";

/// Where the server is at the moment, and whether the storm is over.
#[derive(Clone, Debug)]
struct Now {
    address: String,
    /// When the server before this one was gone, Unix milliseconds.
    killed_at: i64,
    over: bool,
    /// When the storm is over: the last event for the one who listens.
    last_event: Option<i64>,
}

/// An answer that arrived whole, and to what.
#[derive(Debug)]
struct Told {
    user_id: i64,
    token: String,
    ask: Ask,
    reply: Reply,
    /// If it was asked again: when the server was gone that did not answer.
    unanswered_until: Option<i64>,
    /// Whether that server did answer, and the answer was lost on its way.
    was_lost: bool,
}

/// What the phones do, and how many answers they got since somebody counted.
#[derive(Clone, Debug)]
struct Field {
    now: watch::Receiver<Now>,
    answers: Arc<Semaphore>,
    /// Whether some answers don't reach the phone, which asks again after the next kill.
    loses_answers: bool,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_answered_is_lost_and_nothing_counts_twice() {
    let scratch = Scratch::new().await;
    let state = open(&scratch, Clock::System, Rng::System, &[]).await;
    publish(&state, storm::table()).await;
    storm::products(&state, STOCK).await;
    storm::merchant(&state, MERCHANT).await;
    state.db.close().await;
    let chance = Chance::new(Chance::any_seed());
    let binary = process::binary();
    let settings = [("FAIRWHEEL_WELCOME_POINTS", POINTS), ("FAIRWHEEL_ADMIN_PHONES", MERCHANT)];
    let start = async || Process::start(&binary, scratch.dir(), &scratch.url(), &settings).await;

    let mut server = start().await;
    let (tell, now) =
        watch::channel(Now { address: server.address.clone(), killed_at: 0, over: false, last_event: None });
    let field = Field { now: now.clone(), answers: Arc::new(Semaphore::new(0)), loses_answers: false };
    let (mut phones, mut listener) = (JoinSet::new(), None);
    let storm = Arc::new(Storm::default());
    for user in 0..USERS {
        let (user_id, token) = logged_in(&server.address, &format!("1390013900{user}")).await;
        listener.get_or_insert_with(|| (user_id, tokio::spawn(listens(token.clone(), now.clone()))));
        for number in 0..PHONES_PER_USER {
            let phone = Phone::diner(format!("u{user}-p{number}"), token.clone(), chance.seed(), &storm);
            phones.spawn(storms(phone, user_id, Field { loses_answers: number == 0, ..field.clone() }));
        }
    }
    let (user_id, token) = logged_in(&server.address, MERCHANT).await;
    phones.spawn(storms(Phone::merchant("m", token, chance.seed(), &storm), user_id, field.clone()));
    for _ in 0..KILLS {
        field.answers.forget_permits(usize::MAX);
        let storm_ms = STORM_MS.start + chance.below(STORM_MS.end - STORM_MS.start);
        tokio::time::sleep(Duration::from_millis(storm_ms)).await;
        // A busy machine may need longer than that.
        let answered = tokio::time::timeout(PATIENCE, field.answers.acquire_many(ANSWERS)).await;
        answered.expect("a server answers").expect("they are still counted").forget();
        server.kill();
        let killed_at = Clock::System.now().as_millisecond();
        server = start().await;
        tell.send_modify(|now| (now.address, now.killed_at) = (server.address.clone(), killed_at));
    }
    tell.send_modify(|now| now.over = true);
    let (mut told, mut asked_again) = (Vec::new(), 0);
    for (answers, again) in phones.join_all().await {
        told.extend(answers);
        asked_again += again;
    }
    println!("{} requests told; {asked_again} times one was asked again after a kill", told.len());
    assert!(asked_again >= KILLS, "the kills met only {asked_again} requests");

    // The one who listens misses the end, and comes back.
    server.kill();
    let db = Db::open(&scratch.url()).await.unwrap();
    let (listener, listening) = listener.expect("the first diner");
    let events = points_updates(&db, listener).await;
    server = start().await;
    tell.send_modify(|now| (now.address, now.last_event) = (server.address.clone(), events.last().copied()));
    assert_eq!(listening.await.expect("nothing is heard twice"), events, "what one was told of, and was to be");

    each_is_repeated(&server.address, &told).await;
    drop(server);
    some_was_done_before_the_kill(&db, &told).await;
    each_is_in_the_tables(&db, &told).await;
    storm::check_stock(&db, STOCK).await;
    let broken = invariants::broken(&db).await;
    assert!(broken.is_empty(), "the database breaks its invariants:\n{}", broken.join("\n"));
    db.close().await;
}

/// Logs a phone in: its user, and the token.
async fn logged_in(address: &str, phone: &str) -> (i64, String) {
    let mut client = Client::connect(address).await.unwrap();
    let token = client.login(phone).await;
    let user = client.ok(&Ask::get("/api/auth/verify"), Some(&token)).await;
    (user["user_info"]["user_id"].as_i64().unwrap(), token)
}

/// Asks until the storm is over, and what got no answer again under the same name. What was told, and how often a request
/// had to be asked again.
async fn storms(mut phone: Phone, user_id: i64, mut field: Field) -> (Vec<Told>, usize) {
    let (mut told, mut asked_again, mut open, mut lost) = (Vec::new(), 0, None, None);
    let now = &mut field.now;
    for _ in 0..=2 * KILLS {
        let Now { address, over, killed_at, .. } = now.borrow_and_update().clone();
        if over && open.is_none() {
            return (told, asked_again);
        }
        if let Ok(mut client) = Client::connect(&address).await {
            // What is open is asked to its end, even when the storm is over.
            while open.is_some() || !now.borrow().over {
                let unanswered_until = open.is_some().then_some(killed_at);
                let ask = open.take().unwrap_or_else(|| phone.next_ask());
                let Ok(reply) = client.send(&ask, Some(&phone.token)).await else {
                    (open, asked_again) = (Some(ask), asked_again + 1);
                    break;
                };
                let code = reply.code();
                storm::check(&ask, reply.status.as_u16(), code, &reply.json().to_string());
                if !storm::is_final(&ask, code) {
                    continue;
                }
                field.answers.add_permits(1);
                if field.loses_answers && unanswered_until.is_none() && told.len() % 4 == 3 {
                    (open, lost) = (Some(ask), Some((reply.bytes, killed_at)));
                    break;
                }
                let mut was_lost = false;
                if let Some((bytes, at)) = lost.take() {
                    assert_eq!(reply.bytes, bytes, "{ask:?} asked again after its answer was lost");
                    // After the last kill, it is the same server that is asked.
                    was_lost = at != killed_at;
                }
                phone.learn(&reply.json());
                told.push(Told { user_id, token: phone.token.clone(), ask, reply, unanswered_until, was_lost });
            }
        }
        // It was killed, and there will be another; or the storm is over, and the last one stays.
        if !now.borrow().over {
            now.changed().await.expect("the test goes on");
        }
    }
    panic!("the last server does not answer");
}

/// Listens until the last event for this diner, coming back after each kill. The `points_update`s heard.
async fn listens(token: String, mut now: watch::Receiver<Now>) -> Vec<i64> {
    let (mut heard, mut last) = (Vec::new(), 0);
    loop {
        let Now { address, last_event, .. } = now.borrow_and_update().clone();
        let is_over = |last| last_event.is_some_and(|event| last >= event);
        let handshake = request(&format!("http://{address}"), &format!("token={token}&last_id={last}"));
        if let Ok((mut socket, _)) = Socket::try_open(handshake).await {
            while !is_over(last)
                && let Some(message) = socket.next_if_any().await
            {
                let id = message["id"].as_i64().expect("an id");
                if message["type"] == "connected" {
                    assert_eq!(id, last, "it goes on where it was");
                    continue;
                }
                assert!(id > last, "{message} after {last}");
                last = id;
                if message["type"] == "points_update" {
                    heard.push(id);
                }
            }
        }
        if is_over(last) {
            return heard;
        }
        assert!(last_event.is_none(), "the last server does not say what happened after {last}");
        now.changed().await.expect("the test goes on");
    }
}

/// The events that tell a user of their points.
async fn points_updates(db: &Db, user_id: i64) -> Vec<i64> {
    let select = "SELECT id FROM events WHERE user_id = ? AND kind = 'points_update' ORDER BY id";
    let rows: Vec<(i64,)> = on_db!(db, |c| sqlx::query_as(select).bind(user_id).fetch_all(c).await).unwrap();
    rows.into_iter().map(|(id,)| id).collect()
}

/// The same request gets the same answer, byte for byte.
async fn each_is_repeated(address: &str, told: &[Told]) {
    let mut client = Client::connect(address).await.unwrap();
    for Told { token, ask, reply, .. } in told {
        let again = client.send(ask, Some(token)).await.unwrap();
        assert_eq!(again.bytes, reply.bytes, "{ask:?} asked again");
    }
}

/// Some of what was asked again had been done by the server that was killed, though its phone did not hear of it: its
/// answer was kept before that server was gone.
async fn some_was_done_before_the_kill(db: &Db, told: &[Told]) {
    let select = "SELECT user_id, request_id, created_at FROM idempotency";
    let kept: Vec<(i64, String, i64)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).unwrap();
    let kept: BTreeMap<_, _> = kept.into_iter().map(|(user, name, at)| ((user, name), at)).collect();
    let (mut unheard, mut unsaid) = (0, 0);
    for Told { user_id, ask, unanswered_until, was_lost, .. } in told {
        let name = ask.body.as_ref().and_then(|body| body["request_id"].as_str()).expect("a name");
        let kept_at = kept.get(&(*user_id, name.to_owned())).expect("every answer is kept");
        let was_done = unanswered_until.is_some_and(|until| *kept_at < until);
        assert!(was_done || !was_lost, "{ask:?} was answered, and then done by another server");
        unheard += usize::from(was_done && *was_lost);
        unsaid += usize::from(was_done && !was_lost);
    }
    println!(
        "{unheard} had been done and their answers lost; {unsaid} had been done, and the kill came before the answer"
    );
    assert!(unheard >= 5, "only {unheard} answers were lost");
}

/// What was told as done is stored, as it was told, and nothing else is. Rows of the ledger are events as well, each of
/// them: that is among the invariants.
async fn each_is_in_the_tables(db: &Db, told: &[Told]) {
    let (mut draws, mut orders, mut moves) = (draws(db).await, orders(db).await, moves(db).await);
    let mut stocks = stocks(db).await;
    let (mut cancelled, mut told_cancelled) = (BTreeSet::new(), BTreeSet::new());
    let mut counts = BTreeMap::<_, usize>::new();
    for Told { user_id, ask, reply, .. } in told.iter().filter(|told| told.reply.is_success()) {
        let data = &reply.json()["data"];
        let text = |name: &str| data[name].as_str().unwrap_or_else(|| panic!("no {name} in {data}")).to_owned();
        let number = |name: &str| data[name].as_i64().unwrap_or_else(|| panic!("no {name} in {data}"));
        let mut take = |user, reason: &str, points, balance| {
            let left = moves.get_mut(&(user, reason.to_owned(), points, balance)).expect("its row in the ledger");
            *left = left.checked_sub(1).expect("a row for each");
        };
        let kind = match ask.path.as_str() {
            "/api/lottery/draw" => {
                let results = data["results"].as_array().expect("results").iter();
                let prizes = results.map(|result| result["prize_id"].as_i64().expect("an id")).collect();
                let expected = (number("points_cost"), number("remaining_points"), prizes);
                assert_eq!(draws.remove(&text("draw_id")), Some(expected), "{data}");
                "draw"
            }
            "/api/exchange/redeem" => {
                let expected = (number("quantity"), number("points_cost"), number("remaining_points"));
                let (stored, status) = orders.remove(&text("order_id")).expect("the order is stored");
                assert_eq!(stored, expected, "{data}");
                if status == "cancelled" {
                    cancelled.insert(text("order_id"));
                }
                let product = ask.body.as_ref().expect("a body")["product_id"].as_i64().expect("an id");
                let paid = (*user_id, -expected.1, expected.2);
                let told = stocks.iter().position(|told| *told == (paid, product, number("stock")));
                stocks.swap_remove(told.unwrap_or_else(|| panic!("no event tells of the stock in {data}")));
                "redeem"
            }
            "/api/user/check-in" => {
                take(*user_id, "check_in", number("points"), number("remaining_points"));
                "check-in"
            }
            path if path.starts_with(storm::ADJUST) => {
                take(number("user_id"), "admin", number("change_points"), number("total_points"));
                "adjust"
            }
            path if path.starts_with("/api/merchant/exchange/") => {
                told_cancelled.insert(text("order_id"));
                "cancel"
            }
            path => panic!("{path} has no check yet"),
        };
        *counts.entry(kind).or_default() += 1;
    }
    println!("{counts:?} done");
    for (kind, least) in [("draw", 100), ("redeem", 20), ("check-in", 1), ("adjust", 5), ("cancel", 5)] {
        assert!(counts.get(kind).is_some_and(|count| *count >= least), "a storm with {counts:?} is none");
    }
    assert_eq!(cancelled, told_cancelled, "what was cancelled, and what was told to be");
    assert!(draws.is_empty() && orders.is_empty(), "nobody was told of {draws:?} {orders:?}");
    moves.retain(|_, left| *left > 0);
    assert!(moves.is_empty(), "nobody was told of {moves:?}");
    assert!(stocks.is_empty(), "nobody redeemed {stocks:?}");
}

/// What each event of a price paid for a product tells, and the event after it: user, points and balance; product and
/// stock.
async fn stocks(db: &Db) -> Vec<((i64, i64, i64), i64, i64)> {
    let events = event::after(db, 0, 1_000_000).await.unwrap();
    let mut stocks = Vec::new();
    for (paid, stock) in events.iter().zip(&events[1..]).filter(|(paid, _)| paid.kind == "points_update") {
        let [paid, left] = [paid, stock].map(|event| serde_json::from_str::<Value>(&event.data).expect("JSON"));
        let number = |data: &Value, name: &str| data[name].as_i64().expect("a number");
        if paid["reason"] == "exchange_redeem" && number(&paid, "change_points") < 0 {
            assert_eq!(stock.kind, "stock_update", "what follows on {paid}");
            let moved = (number(&paid, "user_id"), number(&paid, "change_points"), number(&paid, "total_points"));
            stocks.push((moved, number(&left, "product_id"), number(&left, "stock")));
        }
    }
    stocks
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

/// How many rows of the ledger there are by user, reason, points and balance, of those that belong to no draw and no order.
async fn moves(db: &Db) -> BTreeMap<(i64, String, i64, i64), u32> {
    let rows =
        "SELECT user_id, reason, points, balance_after FROM points_records WHERE reason IN ('check_in', 'admin')";
    let rows: Vec<_> = on_db!(db, |c| sqlx::query_as(rows).fetch_all(c).await).unwrap();
    let mut moves = BTreeMap::new();
    for row in rows {
        *moves.entry(row).or_default() += 1;
    }
    moves
}
