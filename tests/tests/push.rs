//! `/ws` over real sockets: what is pushed to whom, what a phone that comes back gets, and when a socket is closed.

use std::{collections::BTreeSet, time::Duration};

use axum::http::Method;
use fairwheel_server::{
    push::{PER_USER, QUEUE},
    seed::DEMO_PHONE,
    store::{
        event::{self, NewEvent},
        retry_busy, user,
    },
};
use fairwheel_tests::{
    TestApp,
    socket::{Socket, request},
    storm,
};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{self, Message};

const ANN: &str = "13900000001";
const BOB: &str = "13900000002";
const ADMIN: &str = "13700137000";

/// Commits events that nothing else causes.
async fn push(app: &TestApp, events: Vec<NewEvent>) {
    commit(&app.state.db, events).await;
}

async fn commit(db: &fairwheel_server::store::Db, events: Vec<NewEvent>) {
    retry_busy(async || {
        let mut tx = db.begin().await?;
        events.iter().cloned().for_each(|event| tx.push(event));
        tx.commit().await
    })
    .await
    .expect("committed");
}

fn stock(app: &TestApp, product_id: i64, left: i64) -> NewEvent {
    NewEvent::stock_update(product_id, left, "茶", app.state.clock.now())
}

fn user_id(app: &TestApp, token: &str) -> i64 {
    app.state.keys.holder(token, app.state.clock.now()).expect("a token").user_id
}

/// Waits until the server has so many sockets.
async fn until_there_are(app: &TestApp, sockets: usize) {
    let waiting = async {
        while app.state.push.len() != sockets {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("that many sockets");
}

fn ids(messages: &[Value]) -> Vec<i64> {
    messages.iter().map(|message| message["id"].as_i64().expect("an id")).collect()
}

/// The next messages, so many of them.
async fn take(socket: &mut Socket, count: usize) -> Vec<Value> {
    let mut messages = Vec::new();
    for _ in 0..count {
        messages.push(socket.next().await);
    }
    messages
}

#[tokio::test]
async fn a_draw_is_pushed_to_all_sockets_of_its_diner_and_nobody_else() {
    let mut app = TestApp::new().await;
    let base = app.serve().await;
    let (token, other) = (app.login(DEMO_PHONE).await, app.diner(ANN, 0).await);
    let (mut one, mut two) = (Socket::open(&base, &token, "").await, Socket::open(&base, &token, "").await);
    let mut elsewhere = Socket::open(&base, &other, "&client_type=miniprogram").await;
    let hello = one.connected().await;
    assert_eq!(hello["user_id"], user_id(&app, &token));
    assert_eq!(hello["server_time"], "2026-11-22T04:00:00.000Z");
    assert_eq!(hello["last_id"], event::last_id(&app.state.db).await.unwrap());
    two.connected().await;
    elsewhere.connected().await;

    let before = 1500;
    let draw = app.draw(&token, &json!({ "draw_type": "ten" })).await;
    let left = draw.ok()["remaining_points"].as_i64().unwrap();
    push(&app, vec![stock(&app, 1, 5)]).await;
    let mut got = Vec::new();
    loop {
        let message = one.next().await;
        assert_eq!(message, two.next().await, "both get the same");
        if message["type"] == "stock_update" {
            break;
        }
        got.push(message);
    }
    assert!(
        got.iter().all(|message| message["type"] == "points_update" && message["timestamp"].is_string()),
        "{got:?}"
    );
    assert_eq!(got[0]["data"]["reason"], "lottery_draw");
    assert_eq!(got.last().unwrap()["data"]["total_points"], left);
    let changes: i64 = got.iter().map(|message| message["data"]["change_points"].as_i64().unwrap()).sum();
    assert_eq!(before + changes, left);
    assert!(ids(&got).is_sorted_by(|a, b| a < b));
    assert_eq!(elsewhere.next().await["type"], "stock_update", "only what is for everybody");

    two.close().await;
    until_there_are(&app, 2).await;
    push(&app, vec![stock(&app, 1, 4)]).await;
    assert_eq!(
        one.next().await["data"],
        json!({
            "product_id": 1, "stock": 4, "product_name": "茶", "timestamp": "2026-11-22T04:00:00.000Z",
        })
    );
}

#[tokio::test]
async fn stock_updates_can_be_narrowed_and_pings_are_answered() {
    let mut app = TestApp::empty().await;
    let base = app.serve().await;
    let mut socket = Socket::open(&base, &app.diner(ANN, 0).await, "").await;
    let last_id = socket.connected().await["last_id"].clone();
    socket.say("ping", json!({ "client_time": 1_732_249_200_000_i64 })).await;
    let pong = socket.next().await;
    let data = json!({ "client_time": 1_732_249_200_000_i64, "server_time": "2026-11-22T04:00:00.000Z" });
    assert_eq!((&pong["type"], &pong["data"], &pong["id"]), (&json!("pong"), &data, &last_id));

    for (asked, told) in [
        (json!({ "target": "products", "product_ids": [2, 3] }), &[2, 3][..]),
        (json!({ "target": "news", "product_ids": [1] }), &[2, 3]),
        (json!({ "target": "products", "product_ids": [] }), &[]),
        (json!({ "target": "products" }), &[1, 2, 3]),
    ] {
        socket.say("subscribe", asked).await;
        socket.heard().await;
        let mut events: Vec<_> = (1..=3).map(|product| stock(&app, product, 9)).collect();
        events.push(NewEvent::lottery_config("ab", app.state.clock.now()));
        push(&app, events).await;
        let mut heard = Vec::new();
        loop {
            let message = socket.next().await;
            if message["type"] == "lottery_config" {
                assert_eq!(message["data"]["table_hash"], "ab");
                break;
            }
            heard.push(message["data"]["product_id"].as_i64().unwrap());
        }
        assert_eq!(heard, told);
    }
}

#[tokio::test]
async fn a_phone_gets_what_it_missed_though_the_server_was_away() {
    let mut app = TestApp::empty().await;
    let base = app.serve().await;
    let (ann, bob) = (app.diner(ANN, 0).await, app.diner(BOB, 0).await);
    let mut socket = Socket::open(&base, &ann, "").await;
    let start = socket.connected().await["last_id"].as_i64().unwrap();
    socket.close().await;
    // Many of them, so that they are read in pages and not all while the socket is live; and some for others.
    let now = app.state.clock.now();
    for round in 0..30 {
        let to = |token| NewEvent::review_result(user_id(&app, token), "made-up", "rejected", 0, None, now);
        let mut events: Vec<_> = (0..10).map(|product| stock(&app, product, round)).collect();
        events.extend([to(&ann), to(&bob), NewEvent::review_pending("UP1", "139****0001", now)]);
        push(&app, events).await;
    }
    app.restart().await;
    // The dispatcher of this server has never seen these, and doesn't run yet: as after a crash between commit and send.
    push(&app, vec![stock(&app, 1, 100), stock(&app, 2, 100)]).await;
    let base = app.serve().await;

    let mut socket = Socket::open(&base, &ann, &format!("&last_id={start}")).await;
    assert_eq!(socket.connected().await["last_id"], start, "what it is to come back with if it is cut off now");
    let missed = take(&mut socket, 30 * 11 + 2).await;
    let end = event::last_id(&app.state.db).await.unwrap();
    let got = ids(&missed);
    assert!(got.is_sorted_by(|a, b| a < b) && got[0] == start + 1 && got.last() == Some(&end), "{got:?}");
    push(&app, vec![stock(&app, 3, 100)]).await;
    assert_eq!(socket.next().await["id"], end + 1, "and then what happens");

    // From the middle; from the present; from a future that never was; from nonsense.
    let mut middle = Socket::open(&base, &ann, &format!("&last_id={}", end - 1)).await;
    assert_eq!(middle.connected().await["last_id"], end - 1);
    assert_eq!(ids(&take(&mut middle, 2).await), [end, end + 1]);
    for last_id in [format!("{}", end + 1), format!("{}", end + 1000), "-1".into(), "undefined".into(), String::new()] {
        let mut socket = Socket::open(&base, &ann, &format!("&last_id={last_id}")).await;
        assert_eq!(socket.connected().await["last_id"], end + 1, "{last_id}");
        // Nothing comes before the answer to a ping.
        socket.heard().await;
        socket.close().await;
    }

    // What is older than a day is not sent any more.
    app.state.clock.advance(Duration::from_hours(24) - Duration::from_secs(1));
    push(&app, vec![stock(&app, 4, 100)]).await;
    app.state.clock.advance(Duration::from_secs(1));
    let mut late = Socket::open(&base, &app.login(ANN).await, &format!("&last_id={start}")).await;
    late.connected().await;
    assert_eq!(late.next().await["data"]["product_id"], 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn phones_that_come_and_go_miss_nothing_and_get_nothing_twice() {
    const PHONES: usize = 20;
    const WRITERS: i64 = 4;
    const COMMITS: i64 = 60;
    let mut app = TestApp::empty().await;
    let base = app.serve().await;
    let mut tokens = Vec::new();
    for phone in 0..PHONES {
        tokens.push(app.diner(&format!("139000001{phone:02}"), 0).await);
    }
    let now = app.state.clock.now();
    let start = event::last_id(&app.state.db).await.unwrap();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (db, users) =
                (app.state.db.clone(), tokens.iter().map(|token| user_id(&app, token)).collect::<Vec<_>>());
            tokio::spawn(async move {
                for turn in 0..COMMITS {
                    let user = users[usize::try_from(writer * COMMITS + turn).unwrap() % users.len()];
                    let own = NewEvent::review_result(user, &format!("made-up {turn}"), "rejected", 0, None, now);
                    commit(&db, vec![NewEvent::stock_update(writer, turn, "x", now), own]).await;
                }
            })
        })
        .collect();
    let phones: Vec<_> = tokens
        .iter()
        .enumerate()
        .map(|(phone, token)| {
            let (base, token) = (base.clone(), token.clone());
            tokio::spawn(async move {
                let (mut got, mut last, mut stay) = (BTreeSet::new(), start, phone);
                loop {
                    let mut socket = Socket::open(&base, &token, &format!("&last_id={last}")).await;
                    assert_eq!(socket.connected().await["last_id"], last);
                    stay = stay * 7 % 23;
                    for _ in 0..=stay {
                        let message = socket.next().await;
                        let id = message["id"].as_i64().unwrap();
                        assert!(id > last && got.insert(id), "phone {phone}: {id} after {last}");
                        last = id;
                        if message["type"] == "system_notice" {
                            return got;
                        }
                    }
                    // Half of them just go, the others say so.
                    if stay % 2 == 0 {
                        socket.close().await;
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    push(&app, vec![NewEvent::system_notice("end", "", "info", now)]).await;
    let all = event::after(&app.state.db, start, 10_000).await.unwrap();
    assert_eq!(all.len(), usize::try_from(2 * WRITERS * COMMITS + 1).unwrap());
    for (phone, token) in phones.into_iter().zip(&tokens) {
        let user = user_id(&app, token);
        let meant =
            all.iter().filter(|event| event.user_id.is_none_or(|id| id == user)).map(|event| event.id).collect();
        assert_eq!(phone.await.unwrap(), meant);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_does_not_read_is_closed_and_the_others_go_on() {
    let mut app = TestApp::empty().await;
    let base = app.serve().await;
    let (token, now) = (app.diner(ANN, 0).await, app.state.clock.now());
    let (mut slow, mut quick) = (Socket::open(&base, &token, "").await, Socket::open(&base, &token, "").await);
    slow.connected().await;
    let last_id = quick.connected().await["last_id"].as_i64().unwrap();
    // More than the network and the queue take.
    let content = "长".repeat(20_000);
    let notice = NewEvent::system_notice("n", &content, "info", now);
    let mut count = 0;
    while count < QUEUE + 400 {
        push(&app, vec![notice.clone(); 16]).await;
        assert_eq!(take(&mut quick, 16).await.len(), 16);
        count += 16;
    }
    // In steps, so that the quick one never seems to have taken long for its last message.
    for _ in 0..10 {
        assert_eq!(app.state.push.len(), 2, "it is closed too early");
        app.state.clock.advance(Duration::from_secs(1));
        push(&app, vec![notice.clone()]).await;
        quick.next().await;
        count += 1;
    }
    until_there_are(&app, 1).await;
    let (got, code) = slow.to_the_end().await;
    assert_eq!(code, Some(4408));
    assert!(got.len() < count, "what it gets after waking up is what the network held");
    // What it has not got it gets when it comes back.
    let last = ids(&got).last().copied().unwrap_or(last_id);
    let mut back = Socket::open(&base, &token, &format!("&last_id={last}")).await;
    back.connected().await;
    let rest = take(&mut back, count - got.len()).await;
    assert_eq!(ids(&rest)[0], last + 1);
    push(&app, vec![stock(&app, 1, 1)]).await;
    assert_eq!(quick.next().await["type"], "stock_update");
}

#[tokio::test]
async fn silence_and_expiry_close_a_socket() {
    let mut app = TestApp::empty().await;
    let base = app.serve().await;
    let token = app.diner(ANN, 0).await;
    let (mut silent, mut alive) = (Socket::open(&base, &token, "").await, Socket::open(&base, &token, "").await);
    silent.connected().await;
    alive.connected().await;
    app.state.clock.advance(Duration::from_mins(1));
    alive.heard().await;
    app.state.clock.advance(Duration::from_millis(59_999));
    silent.heard().await;
    app.state.clock.advance(Duration::from_mins(1));
    alive.send(Message::Ping(vec![].into())).await;
    alive.heard().await;
    app.state.clock.advance(Duration::from_mins(1));
    assert_eq!(silent.closed().await, Some(4408));
    alive.heard().await;

    for _ in 0..58 {
        app.state.clock.advance(Duration::from_secs(119));
        alive.heard().await;
    }
    app.state.clock.advance(Duration::from_secs(7200 - 240 - 58 * 119 + 1));
    assert_eq!(alive.closed().await, Some(4401));
    assert!(matches!(status(request(&base, &format!("token={token}"))).await, 401));
}

#[tokio::test]
async fn a_ban_closes_all_sockets_of_a_user_and_a_logout_those_of_its_session() {
    let mut app = TestApp::empty().await;
    let base = app.serve().await;
    let first = app.diner(ANN, 0).await;
    app.state.clock.advance(Duration::from_secs(61));
    let (second, bob) = (app.login(ANN).await, app.diner(BOB, 0).await);
    let mut sockets = Vec::new();
    for token in [&first, &first, &second, &bob] {
        let mut socket = Socket::open(&base, token, "").await;
        socket.connected().await;
        sockets.push(socket);
    }
    let [mut one, mut two, mut three, mut others] = sockets.try_into().unwrap();
    let now = app.state.clock.now();
    let ann = user_id(&app, &first);
    let session = app.state.keys.holder(&first, now).unwrap().session_id;

    let mut tx = app.state.db.begin().await.unwrap();
    let revoke = "UPDATE sessions SET revoked_at = ? WHERE session_id = ?";
    fairwheel_server::execute!(&mut tx, revoke, now.as_millisecond(), &session).unwrap();
    tx.push(NewEvent::access_changed(ann, now));
    tx.commit().await.unwrap();
    assert_eq!(one.closed().await, Some(4401));
    assert_eq!(two.closed().await, Some(4401));
    three.heard().await;
    assert_eq!(status(request(&base, &format!("token={first}"))).await, 401);

    let mut tx = app.state.db.begin().await.unwrap();
    fairwheel_server::execute!(&mut tx, "UPDATE users SET status = 'banned' WHERE user_id = ?", ann).unwrap();
    tx.push(NewEvent::access_changed(ann, now));
    tx.commit().await.unwrap();
    assert_eq!(three.closed().await, Some(4401));
    assert_eq!(status(request(&base, &format!("token={second}"))).await, 401);
    others.heard().await;
    until_there_are(&app, 1).await;
}

/// A server with an admin, Ann twice at once, and Bob: their tokens, and an open socket for each.
async fn with_sockets(app: &mut TestApp) -> ([String; 3], [Socket; 3]) {
    let base = app.serve().await;
    let first = app.diner(ANN, 500).await;
    app.state.clock.advance(Duration::from_secs(61));
    let tokens = [first, app.login(ANN).await, app.diner(BOB, 0).await];
    let mut sockets = Vec::new();
    // From here on, even if the server has not yet handed out what the registrations caused.
    let from = format!("&last_id={}", event::last_id(&app.state.db).await.unwrap_or_default());
    for token in &tokens {
        let mut socket = Socket::open(&base, token, &from).await;
        socket.connected().await;
        sockets.push(socket);
    }
    (tokens, sockets.try_into().expect("three"))
}

#[tokio::test]
async fn a_logout_and_an_admin_s_ban_close_the_sockets_they_are_about() {
    let mut app = TestApp::configured(&[("FAIRWHEEL_ADMIN_PHONES", ADMIN)]).await;
    let admin = app.diner(ADMIN, 0).await;
    let ([first, second, _], [mut one, mut two, mut others]) = with_sockets(&mut app).await;
    app.post("/api/auth/logout", Some(&first), &json!({})).await.ok();
    assert_eq!(one.closed().await, Some(4401));
    two.heard().await;

    let path = format!("/api/admin/users/{}/status", user_id(&app, &second));
    app.post(&path, Some(&admin), &json!({ "status": "banned" })).await.ok();
    assert_eq!(two.closed().await, Some(4401));
    others.heard().await;
    until_there_are(&app, 1).await;
}

#[tokio::test]
async fn what_one_redeems_and_a_merchant_publishes_is_told_to_all() {
    let mut app = TestApp::empty().await;
    storm::products(&app.state, 7).await;
    let ([token, _, bob], [mut one, mut two, mut other]) = with_sockets(&mut app).await;
    let redeem = json!({ "product_id": 2, "quantity": 3 });
    let done = app.post("/api/exchange/redeem", Some(&token), &redeem).await.ok();
    assert_eq!((&done["stock"], &done["remaining_points"]), (&json!(4), &json!(440)));
    for socket in [&mut one, &mut two] {
        let told = socket.next().await;
        assert_eq!(told["type"], "points_update");
        let data = &told["data"];
        assert_eq!((&data["change_points"], &data["total_points"]), (&json!(-60), &json!(440)));
        assert_eq!((&data["reason"], &data["user_id"]), (&json!("exchange_redeem"), &json!(user_id(&app, &token))));
    }
    for socket in [&mut one, &mut two, &mut other] {
        let told = socket.next().await;
        let data = &told["data"];
        assert_eq!(told["type"], "stock_update");
        assert_eq!((&data["product_id"], &data["stock"]), (&json!(2), &json!(4)));
        assert_eq!(data["product_name"], done["product_name"]);
    }

    // Bob becomes a merchant while his socket is open: he is told of receipts, and may publish.
    let (bob_id, now) = (user_id(&app, &bob), app.state.clock.now());
    user::set_merchant(&app.state.db, bob_id, true, now).await.unwrap().unwrap();
    push(&app, vec![NewEvent::review_pending("UP1", "139****0001", now)]).await;
    assert_eq!(other.next().await["type"], "review_pending");
    let body = storm::publication().to_string();
    let published = app.request(Method::PUT, storm::PUBLISH, Some(&bob), Some(body)).await.ok();
    for socket in [&mut one, &mut two, &mut other] {
        let told = socket.next().await;
        assert_eq!((&told["type"], &told["data"]["table_hash"]), (&json!("lottery_config"), &published["table_hash"]));
    }
    user::set_merchant(&app.state.db, bob_id, false, now).await.unwrap().unwrap();
    push(&app, vec![NewEvent::review_pending("UP2", "139****0001", now), stock(&app, 1, 1)]).await;
    assert_eq!(other.next().await["type"], "stock_update", "and he is not told of receipts any more");
}

#[tokio::test]
async fn merchants_are_told_of_receipts_from_the_moment_they_are_merchants() {
    let mut app = TestApp::empty().await;
    let base = app.serve().await;
    let (ann, bob) = (app.diner(ANN, 0).await, app.diner(BOB, 0).await);
    let (mut socket, mut other) = (Socket::open(&base, &ann, "").await, Socket::open(&base, &bob, "").await);
    socket.connected().await;
    let from = other.connected().await["last_id"].as_i64().unwrap();
    let now = app.state.clock.now();
    let ann_id = user_id(&app, &ann);
    let pending = |id| NewEvent::review_pending(id, "139****0001", now);
    push(&app, vec![pending("UP1")]).await;
    for (is_merchant, id) in [(1, "UP2"), (0, "UP3")] {
        let mut tx = app.state.db.begin().await.unwrap();
        let grant = "UPDATE users SET is_merchant = ? WHERE user_id = ?";
        fairwheel_server::execute!(&mut tx, grant, is_merchant, ann_id).unwrap();
        tx.push(NewEvent::access_changed(ann_id, now));
        tx.commit().await.unwrap();
        push(&app, vec![pending(id), stock(&app, is_merchant, 1)]).await;
        // What counts is what the user may do when it is sent, so the next change waits for that.
        if is_merchant == 1 {
            let told = socket.next().await;
            assert_eq!(told["type"], "review_pending");
            let phone = "139****0001";
            let data = json!({ "upload_id": id, "user_phone": phone, "timestamp": "2026-11-22T04:00:00.000Z" });
            assert_eq!(told["data"], data);
        }
        let told = socket.next().await;
        assert_eq!((&told["type"], &told["data"]["product_id"]), (&json!("stock_update"), &json!(is_merchant)));
    }
    assert_eq!(other.next().await["type"], "stock_update");
    assert_eq!(other.next().await["type"], "stock_update");

    app.execute("UPDATE users SET is_merchant = 1 WHERE mobile = '13900000002'").await;
    let mut back = Socket::open(&base, &bob, &format!("&last_id={from}")).await;
    back.connected().await;
    let missed = take(&mut back, 5).await;
    let kinds: Vec<_> = missed.iter().map(|message| message["type"].as_str().unwrap()).collect();
    let meant = ["review_pending", "review_pending", "stock_update", "review_pending", "stock_update"];
    assert_eq!(kinds, meant, "and no access_changed");
}

/// The status of a handshake that is refused.
async fn status(request: tungstenite::http::Request<()>) -> u16 {
    match Socket::try_open(request).await {
        Err(tungstenite::Error::Http(answer)) => answer.status().as_u16(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_handshake_says_who_may_come_in() {
    let mut app = TestApp::empty().await;
    let base = app.serve().await;
    let token = app.diner(ANN, 0).await;
    for query in ["token=nonsense", "token=", "", "last_id=7"] {
        assert_eq!(status(request(&base, query)).await, 401, "{query}");
    }
    let mut by_header = request(&base, "last_id=0");
    by_header.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let (mut socket, answer) = Socket::try_open(by_header).await.unwrap();
    assert_eq!(socket.connected().await["last_id"], 0);
    assert!(!answer.headers().contains_key("sec-websocket-protocol"));

    let mut offering = request(&base, &format!("token={token}"));
    offering.headers_mut().insert("sec-websocket-protocol", "chat, wss".parse().unwrap());
    let (mut socket, answer) = Socket::try_open(offering).await.unwrap();
    assert_eq!(answer.headers()["sec-websocket-protocol"], "wss");
    socket.connected().await;

    let plain = app.get(&format!("/ws?token={token}"), "").await;
    assert_eq!((plain.status.as_u16(), plain.json()["code"].clone()), (400, json!(400)));
    let refused = app.get("/ws?token=x", &token).await;
    assert_eq!((refused.status.as_u16(), refused.json()["code"].clone()), (401, json!(401)));
    assert_eq!(app.get("/ws?token=x&token=y", "").await.status.as_u16(), 400);
}

#[tokio::test]
async fn what_no_client_of_ours_sends_closes_a_socket() {
    let mut app = TestApp::empty().await;
    let base = app.serve().await;
    let token = app.diner(ANN, 0).await;
    let text = Message::text;
    for (frame, count, code) in [
        (Message::binary(vec![1]), 1, Some(1003)),
        (text("{"), 11, Some(1007)),
        (text(r#"{"type":"x"}"#), 61, Some(1008)),
        (Message::text("x".repeat(16 * 1024 + 1)), 1, Some(1009)),
        (Message::text("x".repeat(70_000)), 1, None),
    ] {
        let mut socket = Socket::open(&base, &token, "").await;
        socket.connected().await;
        for _ in 0..count {
            socket.send(frame.clone()).await;
        }
        assert_eq!(socket.closed().await, code);
    }
    let mut socket = Socket::open(&base, &token, "").await;
    socket.connected().await;
    for _ in 0..10 {
        socket.send(text("{")).await;
    }
    socket.heard().await;
}

#[tokio::test]
async fn a_user_has_so_many_sockets_and_no_more() {
    let mut app = TestApp::empty().await;
    let base = app.serve().await;
    let token = app.diner(ANN, 0).await;
    let mut oldest = Socket::open(&base, &token, "").await;
    oldest.connected().await;
    let mut others = Vec::new();
    for _ in 0..PER_USER {
        let mut socket = Socket::open(&base, &token, "").await;
        socket.connected().await;
        others.push(socket);
    }
    assert_eq!(oldest.closed().await, Some(4408));
    for socket in &mut others {
        socket.heard().await;
    }
}

#[tokio::test]
async fn a_server_that_stops_says_so() {
    let mut app = TestApp::empty().await;
    let base = app.serve().await;
    let token = app.diner(ANN, 0).await;
    let mut sockets = Vec::new();
    for _ in 0..3 {
        let mut socket = Socket::open(&base, &token, "").await;
        socket.connected().await;
        sockets.push(socket);
    }
    let state = app.state.clone();
    let (closed, ()) = tokio::join!(
        async {
            let mut codes = Vec::new();
            for mut socket in sockets {
                codes.push(socket.closed().await);
            }
            codes
        },
        app.restart()
    );
    assert_eq!(closed, [Some(1001); 3]);
    assert!(state.push.is_empty() && state.push.is_closing());
}
