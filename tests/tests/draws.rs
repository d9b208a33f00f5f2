//! What must hold when draws repeat, collide, run out or cross midnight.

use std::{sync::Arc, time::Duration};

use fairwheel_core::prize::{Prize, PrizeKind, TableSpec};
use fairwheel_server::{
    on_db,
    seed::{self, DEMO_PHONE},
};
use fairwheel_tests::TestApp;
use serde_json::{Value, json};

const PHONE: &str = "13900139000";

/// Half the wheel is a dish of which there are `stock`, half is nothing.
fn limited(stock: u32) -> TableSpec {
    let prize = |id, angle, kind, stock, name: &str| Prize {
        id,
        angle,
        weight: 5000,
        kind,
        value_cents: 0,
        is_activity: false,
        stock,
        name: name.into(),
    };
    TableSpec {
        cost: 10,
        daily_limit: 10_000,
        fallback: Some(2),
        prizes: vec![
            prize(1, 0, PrizeKind::Physical, Some(stock), "虾1份"),
            prize(2, 180, PrizeKind::Empty, None, "谢谢参与"),
        ],
    }
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer_and_moves_nothing() {
    let mut app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let body = json!({ "draw_type": "triple", "client_seed": "x", "request_id": "once-1" });
    let first = app.draw(&token, &body).await;
    first.ok();
    let before = app.dump().await;

    app.state.clock.advance(Duration::from_hours(1));
    assert_eq!(app.draw(&token, &body).await.bytes, first.bytes);
    let respelled = "{ \"request_id\":\"once-1\",\"client_seed\":\"x\",\"draw_type\":\"triple\" }";
    let again = app.request("POST".parse().unwrap(), "/api/lottery/draw", Some(&token), Some(respelled.into())).await;
    assert_eq!(again.bytes, first.bytes);
    app.restart().await;
    assert_eq!(app.draw(&token, &body).await.bytes, first.bytes);

    let other = json!({ "draw_type": "single", "client_seed": "x", "request_id": "once-1" });
    app.draw(&token, &other).await.refused(409);
    assert_eq!(app.dump().await, before);

    // Another user's equal name is another request, and after a day the name is free again.
    let somebody = app.diner(PHONE, 300).await;
    assert_ne!(app.draw(&somebody, &body).await.ok(), first.ok());
    app.state.clock.advance(Duration::from_hours(24));
    let token = app.login(DEMO_PHONE).await;
    assert_ne!(app.draw(&token, &body).await.ok()["draw_id"], first.ok()["draw_id"]);
}

#[tokio::test]
async fn a_refusal_is_an_answer_too() {
    let app = TestApp::new().await;
    let token = app.diner(PHONE, 50).await;
    let body = json!({ "draw_type": "single", "request_id": "r" });
    let first = app.draw(&token, &body).await;
    first.refused(1001);
    fairwheel_tests::credit(&app, PHONE, 1000).await;
    let again = app.draw(&token, &body).await;
    again.refused(1001);
    assert_eq!(again.bytes, first.bytes);
    app.draw(&token, &json!({ "draw_type": "single", "request_id": "r2" })).await.ok();
}

#[tokio::test]
async fn the_header_names_a_request_as_the_body_does() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let request = || {
        axum::http::Request::post("/api/lottery/draw")
            .header("authorization", format!("Bearer {token}"))
            .header("idempotency-key", "h-1")
            .body(axum::body::Body::from(r#"{"draw_type":"single"}"#))
            .unwrap()
    };
    let first = app.send(request()).await;
    first.ok();
    assert_eq!(app.send(request()).await.bytes, first.bytes);
    let in_body = json!({ "draw_type": "single", "request_id": "h-1" });
    assert_eq!(app.draw(&token, &in_body).await.bytes, first.bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_requests_at_once_are_one() {
    let app = Arc::new(TestApp::new().await);
    let token = app.login(DEMO_PHONE).await;
    let body = json!({ "draw_type": "single", "request_id": "same" });
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (app, token, body) = (app.clone(), token.clone(), body.clone());
            tokio::spawn(async move { app.draw(&token, &body).await.bytes })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    let records = app.get("/api/lottery/records", &token).await.ok();
    assert_eq!(records["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_draws_at_once_with_points_for_ten() {
    let app = Arc::new(TestApp::with_table(TableSpec { cost: 100, ..limited(3) }).await);
    let token = app.diner(PHONE, 1000).await;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (app, token) = (app.clone(), token.clone());
            tokio::spawn(async move { app.draw(&token, &json!({ "draw_type": "single" })).await.json() })
        })
        .collect();
    let mut codes = Vec::new();
    for task in tasks {
        codes.push(task.await.unwrap()["code"].as_u64().unwrap());
    }
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 10);
    assert_eq!(codes.iter().filter(|code| **code == 1001).count(), 40);
    assert_eq!(app.get("/api/user/info", &token).await.ok()["total_points"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_diners_share_a_stock_of_ten() {
    let app = Arc::new(TestApp::with_table(limited(10)).await);
    let mut tokens = Vec::new();
    for n in 0..10 {
        tokens.push(app.diner(&format!("1390013900{n}"), 100).await);
    }
    let tasks: Vec<_> = tokens
        .into_iter()
        .map(|token| {
            let app = app.clone();
            tokio::spawn(async move { app.draw(&token, &json!({ "draw_type": "ten" })).await.ok() })
        })
        .collect();
    let mut given = 0;
    for task in tasks {
        let drawn = task.await.unwrap();
        given += drawn["results"].as_array().unwrap().iter().filter(|result| result["prize_id"] == 1).count();
    }
    assert_eq!(given, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_draws_at_once_share_a_stock_of_ten() {
    let app = Arc::new(TestApp::with_table(limited(10)).await);
    let mut tokens = Vec::new();
    for n in 0..20 {
        tokens.push(app.diner(&format!("139001390{n:02}"), 1000).await);
    }
    let draw = |(n, token): (usize, &String)| {
        let (app, token) = (app.clone(), token.clone());
        tokio::spawn(async move {
            let body = json!({ "draw_type": "single", "request_id": format!("r{n}") });
            for _ in 0..20 {
                let answer = app.draw(&token, &body).await;
                // 1004 says: too many at once, try again.
                if answer.json()["code"] != 1004 {
                    return answer.ok()["results"][0].clone();
                }
            }
            panic!("r{n}: busy, again and again");
        })
    };
    let tasks: Vec<_> = tokens.iter().cycle().take(200).enumerate().map(draw).collect();
    let (mut drawn, mut given) = (0, 0);
    for task in tasks {
        let result = task.await.unwrap();
        drawn += usize::from(result["drawn_prize_id"] == 1);
        given += usize::from(result["prize_id"] == 1);
    }
    assert_eq!(given, 10);
    assert!(drawn > 10, "half of the wheel, and most of it had run out");
    let dump = app.dump().await;
    assert_eq!((dump.matches("order_id=LW").count(), dump.matches("draw_type=single").count()), (10, 200));
    let left: (i64,) = on_db!(&app.state.db, |c| {
        sqlx::query_as("SELECT stock FROM lottery_prizes WHERE prize_id = 1").fetch_one(c).await
    })
    .unwrap();
    assert_eq!(left, (0,));
}

#[tokio::test]
async fn a_draw_that_waits_in_vain_says_so_and_may_be_asked_for_again() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let draw = json!({ "draw_type": "triple", "request_id": "r" });
    let redeem = json!({ "product_id": 1, "quantity": 1, "request_id": "r2" });
    let before = app.dump().await;
    // Another process is at it, and does not come to an end: it has the file, or the diner's row.
    let mut other = app.state.db.begin().await.unwrap();
    fairwheel_server::execute!(&mut other, "UPDATE users SET updated_at = updated_at").unwrap();
    let (drawn, redeemed) =
        tokio::join!(app.draw(&token, &draw), app.post("/api/exchange/redeem", Some(&token), &redeem));
    assert_eq!(drawn.refused(1004)["message"], "抽奖人数较多，请稍后再试");
    redeemed.http(503);
    other.rollback().await.unwrap();
    assert_eq!(app.dump().await, before);
    app.draw(&token, &draw).await.ok();
    app.post("/api/exchange/redeem", Some(&token), &redeem).await.ok();
}

#[tokio::test]
async fn what_ran_out_is_replaced_and_the_proof_says_so() {
    let app = TestApp::empty().await;
    let token = app.diner(PHONE, 1000).await;
    let mut replaced = 0;
    for turn in 0..6 {
        // Two more than were won.
        app.publish(limited(2 + 2 * turn)).await;
        let body = json!({ "draw_type": "ten", "client_seed": format!("turn {turn}") });
        let drawn = app.draw(&token, &body).await.ok();
        let sold_out: Vec<Vec<u32>> = serde_json::from_value(drawn["fairness"]["sold_out"].clone()).unwrap();
        let results = drawn["results"].as_array().unwrap();
        let mut left = 2;
        for (result, gone) in results.iter().zip(&sold_out) {
            // From the draw after the last piece on, whatever is drawn.
            assert_eq!(*gone, if left == 0 { vec![1] } else { vec![] });
            let won = result["drawn_prize_id"] == 1;
            let expected = if won && left > 0 { 1 } else { 2 };
            assert_eq!(result["prize_id"], expected);
            left -= u32::from(won && left > 0);
        }
        assert_eq!(left, 0, "ten draws of a half take both pieces, with these seeds");
        replaced += results.iter().filter(|result| result["drawn_prize_id"] == 1 && result["prize_id"] == 2).count();

        let next = app.draw(&token, &json!({ "draw_type": "single" })).await.ok();
        assert_eq!(next["fairness"]["sold_out"], json!([[1]]));
    }
    assert!(replaced > 6, "many draws fell on what had run out");
}

#[tokio::test]
async fn the_day_begins_at_midnight_in_shanghai() {
    let app = TestApp::new().await;
    let token = app.diner(PHONE, 5000).await;
    let set = |time: &str| app.state.clock.set(time.parse().unwrap());
    let single = json!({ "draw_type": "single" });
    set("2026-11-22T05:50:00Z");
    assert_eq!(app.draw(&token, &json!({ "draw_type": "five" })).await.ok()["today_draw_count"], 5);

    // A batch fits whole or not at all.
    let before = app.dump().await;
    let refused = app.draw(&token, &json!({ "draw_type": "ten" })).await.refused(1002);
    assert_eq!((&refused["message"], &refused["data"]["remaining_draws"]), (&json!("今日还可抽 5 次"), &json!(5)));
    assert_eq!(app.dump().await, before);
    assert_eq!(app.draw(&token, &json!({ "draw_type": "five" })).await.ok()["today_draw_count"], 10);
    let config = app.get("/api/lottery/config", &token).await.ok();
    assert_eq!((&config["today_draw_count"], &config["remaining_draws"]), (&json!(10), &json!(0)));

    set("2026-11-22T14:10:00Z");
    app.state.clock.set("2026-11-22T15:59:59.999Z".parse().unwrap());
    let token = app.login(PHONE).await;
    app.draw(&token, &single).await.refused(1002);
    set("2026-11-22T16:00:00Z");
    let config = app.get("/api/lottery/config", &token).await.ok();
    assert_eq!((&config["today_draw_count"], &config["remaining_draws"]), (&json!(0), &json!(10)));
    assert_eq!(app.draw(&token, &single).await.ok()["today_draw_count"], 1);
}

#[tokio::test]
async fn a_clock_that_goes_back_over_midnight_gives_no_draws_back() {
    let app = TestApp::new().await;
    let set = |time: &str| app.state.clock.set(time.parse().unwrap());
    set("2026-11-22T15:50:00Z");
    let token = app.diner(PHONE, 5000).await;
    let (single, five) = (json!({ "draw_type": "single" }), json!({ "draw_type": "five" }));
    set("2026-11-22T16:00:00Z");
    assert_eq!(app.draw(&token, &five).await.ok()["today_draw_count"], 5);

    // Another server, or a request that waited, still has the day before.
    set("2026-11-22T15:59:59Z");
    let config = app.get("/api/lottery/config", &token).await.ok();
    assert_eq!((&config["today_draw_count"], &config["remaining_draws"]), (&json!(5), &json!(5)));
    assert_eq!(app.draw(&token, &five).await.ok()["today_draw_count"], 10);
    app.draw(&token, &single).await.refused(1002);
    set("2026-11-22T16:00:01Z");
    app.draw(&token, &single).await.refused(1002);
    set("2026-11-23T16:00:00Z");
    let token = app.login(PHONE).await;
    assert_eq!(app.draw(&token, &single).await.ok()["today_draw_count"], 1);
}

#[tokio::test]
async fn a_failed_request_uses_no_nonce_so_nobody_can_draw_again() {
    let app = TestApp::new().await;
    let token = app.diner(PHONE, 50).await;
    let promise = |config: Value| (config["fairness"]["nonce"].clone(), config["fairness"]["commitment"].clone());
    let before = promise(app.get("/api/lottery/config", &token).await.ok());
    for _ in 0..3 {
        app.draw(&token, &json!({ "draw_type": "single" })).await.refused(1001);
    }
    assert_eq!(promise(app.get("/api/lottery/config", &token).await.ok()), before);
    fairwheel_tests::credit(&app, PHONE, 50).await;
    let drawn = app.draw(&token, &json!({ "draw_type": "single" })).await.ok();
    assert_eq!((drawn["fairness"]["nonce"].clone(), drawn["fairness"]["commitment"].clone()), before);
}

#[tokio::test]
async fn points_won_are_credited_with_a_row_each() {
    let mut spec = seed::demo_spec();
    for prize in &mut spec.prizes {
        (prize.kind, prize.value_cents) = (PrizeKind::Points, 12_300);
    }
    let app = TestApp::with_table(TableSpec { fallback: None, ..spec }).await;
    let token = app.diner(PHONE, 500).await;
    let drawn = app.draw(&token, &json!({ "draw_type": "five" })).await.ok();
    assert_eq!(drawn["remaining_points"], 5 * 123);
    let dump = app.dump().await;
    assert_eq!(dump.matches("reason=lottery_prize").count(), 5);
    assert_eq!(dump.matches("reason=lottery_draw").count(), 1);
}

#[tokio::test]
async fn a_draw_for_a_nonce_that_another_phone_spent_is_refused_and_costs_nothing() {
    let app = TestApp::new().await;
    let token = app.diner(PHONE, 1000).await;
    let shown = app.get("/api/lottery/config", &token).await.ok()["fairness"]["nonce"].clone();
    let ask = json!({ "draw_type": "single", "nonce": shown });
    let answer = app.draw(&token, &ask).await.ok();
    assert_eq!(answer["fairness"]["nonce"], shown);

    let before = app.dump().await;
    let refused = app.draw(&token, &ask).await.refused(409);
    assert_eq!(refused["data"]["field"], "nonce");
    for bad in [json!(0), json!(-1), json!(1.5), json!("1"), json!(u64::MAX)] {
        let refused = app.draw(&token, &json!({ "draw_type": "single", "nonce": bad })).await.refused(400);
        assert_eq!(refused["data"]["field"], "nonce", "{bad}");
    }
    assert_eq!(app.dump().await, before);
    let next = json!({ "draw_type": "single", "nonce": answer["fairness"]["next_nonce"] });
    assert_eq!(app.draw(&token, &next).await.ok()["fairness"]["commitment"], answer["fairness"]["next_commitment"]);
}

#[tokio::test]
async fn a_clock_that_was_once_far_ahead_locks_nobody_out() {
    let app = TestApp::new().await;
    let set = |time: &str| app.state.clock.set(time.parse().unwrap());
    set("2036-01-01T04:00:00Z");
    let token = app.diner(PHONE, 5000).await;
    app.draw(&token, &json!({ "draw_type": "ten" })).await.ok();
    set("2026-11-22T04:00:00Z");
    let token = app.login(PHONE).await;
    assert_eq!(app.get("/api/lottery/config", &token).await.ok()["remaining_draws"], 10);
    assert_eq!(app.draw(&token, &json!({ "draw_type": "five" })).await.ok()["today_draw_count"], 5);
}

#[tokio::test]
async fn a_repeated_draw_with_a_nonce_gets_its_first_answer() {
    let app = TestApp::new().await;
    let token = app.diner(PHONE, 1000).await;
    let ask = json!({ "draw_type": "single", "nonce": 1, "request_id": "once" });
    let first = app.draw(&token, &ask).await.ok();
    let before = app.dump().await;
    assert_eq!(app.draw(&token, &ask).await.ok(), first, "though the nonce is spent by now");
    assert_eq!(app.dump().await, before);
}

/// Five dishes of which there are few, on nearly the whole wheel, with ids in another order than their places.
fn scarce(stock: u32) -> TableSpec {
    let prize = |place: u32, id, weight, kind, stock| Prize {
        id,
        angle: place * 60,
        weight,
        kind,
        value_cents: 0,
        is_activity: false,
        stock,
        name: format!("prize {id}"),
    };
    let dishes = (0..5).zip([4, 2, 5, 1, 3]);
    let mut prizes: Vec<_> =
        dishes.map(|(place, id)| prize(place, id, 1900, PrizeKind::Physical, Some(stock))).collect();
    prizes.push(prize(5, 6, 500, PrizeKind::Empty, None));
    TableSpec { cost: 1, daily_limit: 10_000, fallback: Some(6), prizes }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_draws_that_take_the_same_scarce_prizes_do_not_stand_in_each_others_way() {
    let app = Arc::new(TestApp::with_table(scarce(40)).await);
    let mut tasks = Vec::new();
    for n in 0..8 {
        let (app, token) = (app.clone(), app.diner(&format!("1390013900{n}"), 1000).await);
        tasks.push(tokio::spawn(async move {
            let mut given = [0; 7];
            for _ in 0..5 {
                let drawn = app.draw(&token, &json!({ "draw_type": "ten" })).await.ok();
                for result in drawn["results"].as_array().unwrap() {
                    given[usize::try_from(result["prize_id"].as_u64().unwrap()).unwrap()] += 1;
                }
            }
            given
        }));
    }
    let mut given = [0; 7];
    for task in tasks {
        for (sum, count) in given.iter_mut().zip(task.await.unwrap()) {
            *sum += count;
        }
    }
    // 400 draws, of which each dish is drawn 76 times on average.
    assert_eq!(given, [0, 40, 40, 40, 40, 40, 200]);
    assert_eq!(app.dump().await.matches("order_id=LW").count(), 200);
}

#[tokio::test]
async fn a_prize_to_be_handed_out_is_an_order() {
    let app = TestApp::with_table(limited(100)).await;
    let token = app.diner(PHONE, 1000).await;
    let drawn = app.draw(&token, &json!({ "draw_type": "ten", "client_seed": "x" })).await.ok();
    let dump = app.dump().await;
    let id = drawn["draw_id"].as_str().unwrap();
    let mut orders = 0;
    for (seq, result) in (1..).zip(drawn["results"].as_array().unwrap()) {
        let order = format!("order_id=LW{}-{seq} ", &id[3..27]);
        let expected = usize::from(result["prize_type"] == "physical");
        assert_eq!(dump.matches(&order).count(), expected, "{order}");
        orders += expected;
    }
    assert!(orders > 0, "half of the wheel");
    let line = dump.lines().find(|line| line.contains("order_id=LW")).unwrap();
    for part in ["product_id=null", "product_name=虾1份", "quantity=1", "points_cost=0", "status=pending"] {
        assert!(line.contains(part), "{line}");
    }
}

#[tokio::test]
async fn the_day_begins_at_midnight_where_the_settings_say() {
    let app = TestApp::configured(&[("FAIRWHEEL_TIME_ZONE", "America/Los_Angeles")]).await;
    app.publish(seed::demo_spec()).await;
    app.state.clock.set("2026-11-23T07:50:00Z".parse().unwrap());
    let token = app.diner(PHONE, 5000).await;
    app.draw(&token, &json!({ "draw_type": "ten" })).await.ok();
    app.state.clock.set("2026-11-23T07:59:59.999Z".parse().unwrap());
    app.draw(&token, &json!({ "draw_type": "single" })).await.refused(1002);
    app.state.clock.set("2026-11-23T08:00:00Z".parse().unwrap());
    assert_eq!(app.draw(&token, &json!({ "draw_type": "single" })).await.ok()["today_draw_count"], 1);
}
