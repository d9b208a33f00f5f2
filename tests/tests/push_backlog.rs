//! `/ws` when more happens at once than a socket may keep waiting: nobody who reads is closed, and nobody misses a thing.

use std::time::Duration;

use fairwheel_server::{
    push::QUEUE,
    store::{
        Db,
        event::{self, NewEvent},
        retry_busy,
    },
};
use fairwheel_tests::{TestApp, socket::Socket};
use serde_json::json;

const ANN: &str = "13900000001";

async fn commit(db: &Db, events: Vec<NewEvent>) {
    retry_busy(async || {
        let mut tx = db.begin().await?;
        events.iter().cloned().for_each(|event| tx.push(event));
        tx.commit().await
    })
    .await
    .expect("committed");
}

fn user_id(app: &TestApp, token: &str) -> i64 {
    app.state.keys.holder(token, app.state.clock.now()).expect("a token").user_id
}

/// What a user is to be told after an event, by id.
async fn meant(app: &TestApp, user_id: i64, after: i64) -> Vec<i64> {
    let all = event::after(&app.state.db, after, 100_000).await.expect("events");
    all.iter().filter(|event| event.user_id.is_none_or(|id| id == user_id)).map(|event| event.id).collect()
}

/// Everything up to a notice called `end`, by id.
async fn until_the_end(socket: &mut Socket) -> Vec<i64> {
    let mut ids = Vec::new();
    loop {
        let message = socket.next().await;
        ids.push(message["id"].as_i64().expect("an id"));
        if message["data"]["title"] == "end" {
            return ids;
        }
    }
}

/// Sockets of two users, and events of another process on the same database: in one commit, then in many.
async fn a_burst(clients: usize) {
    let mut app = TestApp::empty().await;
    let base = app.serve().await;
    let (now, other) = (app.state.clock.now(), Db::open(&app.database_url()).await.expect("the database"));
    let tokens = [app.diner(ANN, 0).await, app.diner("13900000002", 0).await];
    let users = tokens.each_ref().map(|token| user_id(&app, token));
    let start = event::last_id(&app.state.db).await.expect("an id");
    let mut readers = Vec::new();
    for client in 0..clients {
        let mut socket = Socket::open(&base, &tokens[client % 2], "").await;
        assert_eq!(socket.connected().await["last_id"], start);
        readers.push(tokio::spawn(async move {
            let ids = until_the_end(&mut socket).await;
            socket.heard().await;
            ids
        }));
    }
    commit(&other, (0..900).map(|left| NewEvent::stock_update(1, left, "茶", now)).collect()).await;
    for round in 0..6 {
        let own = |turn: i64| {
            let user = users[usize::from(turn % 3 == 0)];
            NewEvent::review_result(user, "made-up", "approved", turn, None, now)
        };
        let events = (0..150).flat_map(|turn| [own(turn), NewEvent::stock_update(round, turn, "茶", now)]);
        commit(&other, events.collect()).await;
    }
    commit(&other, vec![NewEvent::system_notice("end", "", "info", now)]).await;
    for (client, reader) in readers.into_iter().enumerate() {
        let got = reader.await.expect("it is not closed");
        assert_eq!(got, meant(&app, users[client % 2], start).await, "client {client}");
    }
    other.close().await;
}

#[tokio::test]
async fn a_burst_closes_nobody_and_everybody_gets_it_once() {
    a_burst(10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_is_told_in_order_on_many_threads() {
    a_burst(16).await;
}

#[tokio::test]
async fn phones_that_come_back_during_a_burst_miss_nothing() {
    const PHONES: usize = 16;
    let mut app = TestApp::empty().await;
    let base = app.serve().await;
    let (now, other) = (app.state.clock.now(), Db::open(&app.database_url()).await.expect("the database"));
    let start = event::last_id(&app.state.db).await.unwrap();
    let stock = |count: i64| (0..count).map(|left| NewEvent::stock_update(1, left, "茶", now)).collect::<Vec<_>>();
    commit(&other, stock(330)).await;
    let mut phones = Vec::new();
    for phone in 0..PHONES {
        let token = app.diner(&format!("139000001{phone:02}"), 0).await;
        let (base, user) = (base.clone(), user_id(&app, &token));
        let ids = tokio::spawn(async move {
            let mut socket = Socket::open(&base, &token, &format!("&last_id={start}")).await;
            socket.connected().await;
            until_the_end(&mut socket).await
        });
        phones.push((user, ids));
        if phone % 4 == 0 {
            commit(&other, stock(300)).await;
        }
    }
    commit(&other, stock(700)).await;
    commit(&other, vec![NewEvent::system_notice("end", "", "info", now)]).await;
    for (user, ids) in phones {
        assert_eq!(ids.await.expect("it is not closed"), meant(&app, user, start).await);
    }
    other.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_reads_late_gets_what_it_asked_for_and_no_more() {
    let mut app = TestApp::empty().await;
    let base = app.serve().await;
    let (token, now) = (app.diner(ANN, 0).await, app.state.clock.now());
    let mut socket = Socket::open(&base, &token, "").await;
    let start = socket.connected().await["last_id"].as_i64().unwrap();
    socket.say("subscribe", json!({ "target": "products", "product_ids": [2] })).await;
    socket.heard().await;
    // More than the network and the queue take, so that what follows is read from the table.
    let long = "长".repeat(20_000);
    for _ in 0..(QUEUE + 400) / 16 {
        commit(&app.state.db, vec![NewEvent::system_notice("n", &long, "info", now); 16]).await;
    }
    let stock = (0..400).map(|turn| NewEvent::stock_update(1 + turn % 2, turn, "茶", now));
    commit(&app.state.db, stock.collect()).await;
    commit(&app.state.db, vec![NewEvent::system_notice("end", "", "info", now)]).await;
    app.state.clock.advance(Duration::from_secs(9));
    let all = event::after(&app.state.db, start, 100_000).await.unwrap();
    let unwanted = |event: &event::Event| event.data.contains(r#""product_id":1,"#);
    let meant: Vec<_> = all.iter().filter(|event| !unwanted(event)).map(|event| event.id).collect();
    assert_eq!(meant.len(), all.len() - 200);
    assert_eq!(until_the_end(&mut socket).await, meant);
    socket.heard().await;
}
