//! A merchant publishes a wheel: what is read, refused, and seen by draws in flight.

use std::{sync::Arc, time::Duration};

use axum::http::Method;
use fairwheel_core::proof::{Expected, Proof, verify};
use fairwheel_server::seed::DEMO_PHONE;
use fairwheel_tests::{Answer, TestApp};
use serde_json::{Value, json};

const PATH: &str = "/api/merchant/lottery/config";
const MERCHANT: &str = "13900139000";

async fn merchant(app: &TestApp) -> String {
    let token = app.diner(MERCHANT, 0).await;
    app.execute("UPDATE users SET is_merchant = 1 WHERE mobile = '13900139000'").await;
    token
}

async fn put(app: &TestApp, token: &str, body: &Value) -> Answer {
    app.request(Method::PUT, PATH, Some(token), Some(body.to_string())).await
}

/// A wheel of a dish, points and nothing, every field given.
fn wheel() -> Value {
    let prize = |id: u32, name: &str, kind: &str, value: Value, probability: f64, angle: u32, stock: Value| {
        json!({
            "id": id, "name": name, "type": kind, "value": value, "probability": probability, "angle": angle,
            "color": "#cb3a22", "image": "", "is_activity": id == 1, "stock": stock,
        })
    };
    json!({
        "cost_points": 20,
        "daily_limit": 500,
        "fallback": 9,
        "rules": "一二三",
        "prizes": [
            prize(1, "虾1份", "physical", json!(38.5), 0.0001, 0, json!(5)),
            prize(4, "50积分", "points", json!(50), 0.2999, 90, Value::Null),
            prize(9, "谢谢参与", "empty", json!(0), 0.7, 200, Value::Null),
        ],
    })
}

#[tokio::test]
async fn what_is_published_is_what_is_read_and_drawn() {
    let app = TestApp::new().await;
    let token = merchant(&app).await;
    let old = app.get(PATH, &token).await.ok();
    assert_eq!(
        (&old["cost_points"], &old["fallback"], &old["prizes"][0]["stock"]),
        (&json!(100), &json!(8), &json!(null))
    );

    app.state.clock.advance(Duration::from_secs(1));
    let mut body = wheel();
    body["expected_table_hash"] = old["table_hash"].clone();
    let published = put(&app, &token, &body).await.ok();
    let mut expected = wheel();
    for prize in expected["prizes"].as_array_mut().unwrap() {
        prize["stock_left"] = prize["stock"].clone();
    }
    for name in ["table_hash", "table_text", "published_at"] {
        expected[name] = published[name].clone();
    }
    assert_eq!(published, expected);
    assert_eq!(published["published_at"], "2026-11-22T04:00:01.000Z");
    assert_eq!(
        published["table_text"],
        "fairwheel-table-v1\ncost 20\ndaily_limit 500\nfallback 9\nprize 1 0 1 physical 3850 1 5 虾1份\n\
         prize 4 90 2999 points 5000 0 - 50积分\nprize 9 200 7000 empty 0 0 - 谢谢参与\n"
    );
    assert_eq!(app.get(PATH, &token).await.ok(), published);

    let diner = app.login(DEMO_PHONE).await;
    let config = app.get("/api/lottery/config", &diner).await.ok();
    assert_eq!((&config["fairness"]["table_hash"], &config["rules"]), (&published["table_hash"], &json!("一二三")));
    app.draw(&diner, &json!({ "draw_type": "single", "table_hash": old["table_hash"] })).await.refused(1003);
    let ask = json!({ "draw_type": "single", "table_hash": published["table_hash"] });
    assert_eq!(app.draw(&diner, &ask).await.ok()["points_cost"], 20);
    assert!(app.dump().await.contains("kind=lottery_config"));
}

/// A wheel of which the dish is won every other time, `stock` pieces in all.
fn dishes(stock: Value) -> Value {
    let mut body = wheel();
    for (prize, probability) in [0.5, 0.0, 0.5].into_iter().enumerate() {
        body["prizes"][prize]["probability"] = json!(probability);
    }
    body["prizes"][0]["stock"] = stock;
    body
}

async fn left(app: &TestApp, token: &str) -> Value {
    app.get(PATH, token).await.ok()["prizes"][0]["stock_left"].clone()
}

#[tokio::test]
async fn what_was_won_stays_won() {
    let app = TestApp::empty().await;
    let token = merchant(&app).await;
    app.get(PATH, &token).await.refused(404);
    let first = put(&app, &token, &dishes(json!(50))).await.ok();
    let diner = app.diner("13800138000", 1000).await;
    app.draw(&diner, &json!({ "draw_type": "ten", "client_seed": "x" })).await.ok();
    let shown = app.get(PATH, &token).await.ok();
    let won = 50 - shown["prizes"][0]["stock_left"].as_i64().unwrap();
    assert!((2..10).contains(&won), "with this seed some were won: {won}");

    // What the GET shows is put back: nothing changes but when it was published.
    let again = put(&app, &token, &shown).await.ok();
    assert_eq!(app.get(PATH, &token).await.ok(), again);
    let mut expected = shown.clone();
    expected["published_at"] = json!("2026-11-22T04:00:00.001Z");
    assert_eq!((&again, &again["table_hash"]), (&expected, &first["table_hash"]));
    for (stock, expected) in [(60, 60 - won), (won, 0), (won + 1, 1)] {
        let published = put(&app, &token, &dishes(json!(stock))).await.ok();
        assert_eq!(published["prizes"][0]["stock_left"], expected, "{stock}");
        assert_eq!(left(&app, &token).await, expected);
        app.state.clock.advance(Duration::from_secs(2));
        let odds = app.get("/api/lottery/odds", "").await.ok()["prizes"][0].clone();
        assert_eq!(
            (&odds["stock"], &odds["stock_left"], &odds["given_count"]),
            (&json!(stock), &json!(expected), &json!(0))
        );
    }
    let before = app.dump().await;
    let refused = put(&app, &token, &dishes(json!(won - 1))).await.refused(409);
    assert_eq!(refused["data"], json!({ "field": "prizes[0].stock", "won": won }));
    assert_eq!(refused["message"], format!("参数 prizes[0].stock 不能少于已中出的 {won} 份"));
    assert_eq!(app.dump().await, before);

    // The last one is won of the third version: all count.
    for _ in 0..3 {
        app.draw(&diner, &json!({ "draw_type": "ten", "client_seed": "x" })).await.ok();
    }
    assert_eq!(left(&app, &token).await, 0);
    let renewed = put(&app, &token, &dishes(json!(won + 6))).await.ok();
    assert_eq!((&renewed["prizes"][0]["stock"], &renewed["prizes"][0]["stock_left"]), (&json!(won + 6), &json!(5)));
}

#[tokio::test]
async fn a_prize_that_is_another_one_starts_with_its_whole_stock() {
    let app = TestApp::empty().await;
    let token = merchant(&app).await;
    let diner = app.diner("13800138000", 100_000).await;
    let win = async || {
        put(&app, &token, &dishes(json!(50))).await.ok();
        app.draw(&diner, &json!({ "draw_type": "ten", "client_seed": "x" })).await.ok();
        let left = left(&app, &token).await.as_i64().unwrap();
        assert!(left < 50, "some were won");
        left
    };
    let stock = async |body: &Value| put(&app, &token, body).await.ok()["prizes"][0]["stock_left"].clone();
    // Another id, no id, another type.
    for (name, value) in [("id", json!(2)), ("id", json!(null)), ("type", json!("coupon"))] {
        win().await;
        let mut body = dishes(json!(50));
        body["prizes"][0][name] = value;
        assert_eq!(stock(&body).await, 50, "{name}");
    }
    // Another name, place, chance and worth are no other prize.
    let left = win().await;
    let mut body = dishes(json!(50));
    for (name, value) in [("name", json!("大虾")), ("value", json!(40)), ("angle", json!(10))] {
        body["prizes"][0][name] = value;
    }
    assert_eq!(stock(&body).await, left);
    // Without an end, and then with one: so many from then on.
    assert_eq!(stock(&dishes(json!(null))).await, Value::Null);
    app.draw(&diner, &json!({ "draw_type": "ten", "client_seed": "x" })).await.ok();
    assert_eq!(stock(&dishes(json!(3))).await, 3);
    // Taken off the wheel and put back.
    win().await;
    let mut without = dishes(json!(50));
    without["prizes"].as_array_mut().unwrap().remove(0);
    without["prizes"][1]["probability"] = json!(1);
    put(&app, &token, &without).await.ok();
    assert_eq!(stock(&dishes(json!(50))).await, 50);
}

#[tokio::test]
async fn a_repeated_publication_renews_nothing() {
    let app = TestApp::empty().await;
    let token = merchant(&app).await;
    put(&app, &token, &dishes(json!(50))).await.ok();
    let mut body = dishes(json!(50));
    body["prizes"][0]["id"] = json!(null);
    body["request_id"] = json!("p1");
    let first = put(&app, &token, &body).await;
    // 1 is that of the dish before it, which was won by others.
    assert_eq!(first.ok()["prizes"][0]["id"], 2);
    let diner = app.diner("13800138000", 1000).await;
    app.draw(&diner, &json!({ "draw_type": "ten", "client_seed": "x" })).await.ok();
    let before = app.dump().await;
    assert!(left(&app, &token).await.as_i64() < Some(50), "some were won");
    assert_eq!(put(&app, &token, &body).await.bytes, first.bytes);
    body["cost_points"] = json!(21);
    put(&app, &token, &body).await.refused(409);
    assert_eq!(app.dump().await, before);
    // What was refused is looked at again.
    let mut body = dishes(json!(0));
    (body["prizes"][0]["id"], body["request_id"]) = (json!(2), json!("p2"));
    put(&app, &token, &body).await.refused(409);
    put(&app, &token, &body).await.refused(409);
}

/// New prizes have other ids when they are named again, and the fallback would be none of them.
#[tokio::test]
async fn a_repetition_is_known_before_new_prizes_are_named() {
    let app = TestApp::empty().await;
    let token = merchant(&app).await;
    let mut body = dishes(json!(50));
    for prize in body["prizes"].as_array_mut().unwrap() {
        prize["id"] = json!(null);
    }
    (body["fallback"], body["request_id"]) = (json!(3), json!("p1"));
    let first = put(&app, &token, &body).await;
    assert_eq!(first.ok()["prizes"][0]["id"], 1);
    assert_eq!(put(&app, &token, &body).await.bytes, first.bytes);
}

/// Asks until the server has time for it.
async fn surely(app: &TestApp, method: Method, path: &str, token: &str, body: &Value) -> Answer {
    for _ in 0..50 {
        let answer = app.request(method.clone(), path, Some(token), Some(body.to_string())).await;
        // A draw says 1004.
        if answer.status != 503 && answer.json()["code"] != 1004 {
            return answer;
        }
    }
    panic!("no time, 50 times");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_all_versions_together_the_declared_stock_is_won() {
    let app = Arc::new(TestApp::empty().await);
    let merchant = merchant(&app).await;
    put(&app, &merchant, &dishes(json!(40))).await.ok();
    let mut diners = Vec::new();
    for n in 0..10 {
        let (app, token) = (app.clone(), app.diner(&format!("1380013800{n}"), 10_000).await);
        diners.push(tokio::spawn(async move {
            let mut won = 0;
            for turn in 0..20 {
                let ask = json!({ "draw_type": "single", "request_id": format!("r{turn}") });
                let drawn = surely(&app, Method::POST, "/api/lottery/draw", &token, &ask).await.ok();
                won += i64::from(drawn["results"][0]["prize_id"] == 1);
            }
            won
        }));
    }
    let publisher = {
        let (app, merchant) = (app.clone(), merchant.clone());
        tokio::spawn(async move {
            let mut shown = app.get(PATH, &merchant).await.ok();
            for _ in 0..10 {
                shown = surely(&app, Method::PUT, PATH, &merchant, &shown).await.ok();
                assert_eq!(shown["prizes"][0]["stock"], 40);
            }
        })
    };
    publisher.await.unwrap();
    let mut won = 0;
    for task in diners {
        won += task.await.unwrap();
    }
    assert_eq!((won, left(&app, &merchant).await), (40, json!(0)));
}

#[tokio::test]
async fn what_may_be_left_out_is_filled_in() {
    let app = TestApp::empty().await;
    let token = merchant(&app).await;
    let prize = |id: Value| json!({ "id": id, "name": "x", "type": "empty", "value": 0, "probability": 0.25 });
    let prizes = [json!(null), json!(1), json!(null), json!(7)].map(prize);
    let body = json!({ "cost_points": 1, "daily_limit": 1, "rules": "", "prizes": prizes });
    let published = put(&app, &token, &body).await.ok();
    let of = |name: &str| published["prizes"].as_array().unwrap().iter().map(|prize| prize[name].clone()).collect();
    let all: [Value; 3] = ["id", "angle", "stock"].map(of);
    assert_eq!(all, [json!([2, 1, 3, 7]), json!([0, 90, 180, 270]), json!([null, null, null, null])]);
    assert_eq!((&published["fallback"], &published["prizes"][3]["is_activity"]), (&json!(null), &json!(false)));
    let colors: Value = of("color");
    assert_eq!(colors, json!(["#cb3a22", "#f6d9b8", "#eeb98a", "#fae8d2"]));
}

#[tokio::test]
async fn whatever_is_wrong_is_named_and_publishes_nothing() {
    let app = TestApp::new().await;
    let token = merchant(&app).await;
    let before = app.dump().await;
    let cases = [
        ("/cost_points", json!(0), "cost_points"),
        ("/cost_points", json!(1.5), "cost_points"),
        ("/daily_limit", json!(10_001), "daily_limit"),
        ("/fallback", json!(null), "fallback"),
        ("/fallback", json!(5), "fallback"),
        ("/fallback", json!(4), "fallback"),
        ("/rules", json!(7), "rules"),
        ("/rules", json!("长".repeat(5_001)), "rules"),
        ("/prizes", json!([]), "prizes"),
        ("/prizes/1/probability", json!(0.3), "prizes"),
        ("/prizes/1/probability", json!(0.29991), "prizes[1].probability"),
        ("/prizes/1/probability", json!(-0.1), "prizes[1].probability"),
        ("/prizes/1/probability", json!(1.1), "prizes"),
        ("/prizes/1/probability", json!("0.3"), "prizes[1].probability"),
        ("/prizes/0/value", json!(38.555), "prizes[0].value"),
        ("/prizes/0/value", json!(1_000_000.01), "prizes[0].value"),
        ("/prizes/1/value", json!(50.5), "prizes[1].value"),
        ("/prizes/2/type", json!("nothing"), "prizes[2].type"),
        ("/prizes/2/angle", json!(360), "prizes[2].angle"),
        ("/prizes/2/angle", json!(90), "prizes[2].angle"),
        ("/prizes/2/angle", json!(91), "prizes[1].angle"),
        ("/prizes/2/angle", json!(null), "prizes[2].angle"),
        ("/prizes/1/id", json!(1), "prizes[1].id"),
        ("/prizes/1/id", json!(0), "prizes[1].id"),
        ("/prizes/2/name", json!(""), "prizes[2].name"),
        ("/prizes/2/name", json!("a\nb"), "prizes[2].name"),
        ("/prizes/2/color", json!("red"), "prizes[2].color"),
        ("/prizes/2/color", json!("#12345é"), "prizes[2].color"),
        ("/prizes/2/stock", json!(3), "fallback"),
        ("/prizes/2/stock", json!(-1), "prizes[2].stock"),
        ("/expected_table_hash", json!("ABC"), "expected_table_hash"),
        ("/expected_published_at", json!("gestern"), "expected_published_at"),
        ("/expected_published_at", json!(1_795_320_000), "expected_published_at"),
    ];
    for (pointer, value, field) in cases {
        let mut body = wheel();
        (body["expected_table_hash"], body["expected_published_at"]) = (json!(null), json!(null));
        *body.pointer_mut(pointer).unwrap() = value;
        put(&app, &token, &body).await.bad_field(field);
    }
    for (pointer, name, field) in [("", "rules", "rules"), ("/prizes/1", "name", "prizes[1].name")] {
        let mut body = wheel();
        body.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(name);
        put(&app, &token, &body).await.bad_field(field);
    }
    let mut body = wheel();
    body["prizes"][2]["probability"] = json!(0.6999);
    let sum = put(&app, &token, &body).await.bad_field("prizes");
    assert_eq!(sum["message"], "参数 prizes 的概率之和必须是 1，现在是 0.9999");
    assert_eq!(app.dump().await, before);
}

#[tokio::test]
async fn only_merchants_see_and_publish() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let before = app.dump().await;
    app.get(PATH, &token).await.refused(403);
    put(&app, &token, &wheel()).await.refused(403);
    put(&app, "", &wheel()).await.refused(401);
    assert_eq!(app.dump().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_merchants_who_replace_the_same_wheel_one_does() {
    let app = Arc::new(TestApp::new().await);
    let token = merchant(&app).await;
    let live = app.get(PATH, &token).await.ok()["table_hash"].clone();
    let tasks: Vec<_> = (1..=4)
        .map(|cost| {
            let (app, token) = (app.clone(), token.clone());
            let mut body = wheel();
            (body["cost_points"], body["expected_table_hash"]) = (json!(cost), live.clone());
            tokio::spawn(async move { put(&app, &token, &body).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap().json());
    }
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer["code"] == 0);
    assert_eq!((won.len(), lost.len()), (1, 3));
    for answer in lost {
        assert_eq!((&answer["code"], &answer["data"]["table_hash"]), (&json!(409), &won[0]["data"]["table_hash"]));
    }
    let none = TestApp::empty().await;
    let token = merchant(&none).await;
    let mut body = wheel();
    body["expected_table_hash"] = live;
    put(&none, &token, &body).await.refused(409);
}

/// Rules and colours are in no hash, and all of this happens within a millisecond.
#[tokio::test]
async fn a_publication_of_other_rules_or_colours_is_not_overwritten() {
    let app = TestApp::new().await;
    let token = merchant(&app).await;
    put(&app, &token, &wheel()).await.ok();
    let changes: [(&str, Value); 3] =
        [("/rules", json!("四五六")), ("/prizes/0/color", json!("#000000")), ("/prizes/0/image", json!("/dish.png"))];
    for (pointer, value) in changes {
        let read = app.get(PATH, &token).await.ok();
        let mut theirs = read.clone();
        *theirs.pointer_mut(pointer).unwrap() = value;
        theirs["expected_published_at"] = read["published_at"].clone();
        let theirs = put(&app, &token, &theirs).await.ok();
        assert_eq!(theirs["table_hash"], read["table_hash"], "the same table: {pointer}");
        let mut mine = read.clone();
        mine["expected_table_hash"] = read["table_hash"].clone();
        mine["expected_published_at"] = read["published_at"].clone();
        let before = app.dump().await;
        let refused = put(&app, &token, &mine).await.refused(409);
        assert_eq!(refused["message"], "转盘已被他人更新，请刷新后再发布");
        let live = json!({
            "field": "expected_published_at",
            "table_hash": theirs["table_hash"],
            "published_at": theirs["published_at"],
        });
        assert_eq!(refused["data"], live, "{pointer}");
        assert_eq!(app.dump().await, before);
        mine["expected_published_at"] = theirs["published_at"].clone();
        put(&app, &token, &mine).await.ok();
    }
    // Another table is told first; without a wheel there is none that could be expected.
    let mut other = wheel();
    (other["expected_table_hash"], other["expected_published_at"]) =
        (json!("0".repeat(64)), json!("2000-01-01T00:00:00Z"));
    let refused = put(&app, &token, &other).await.refused(409);
    assert_eq!(refused["data"]["field"], "expected_table_hash");
    assert_eq!(refused["data"]["published_at"], app.get(PATH, &token).await.ok()["published_at"]);
    let none = TestApp::empty().await;
    let token = merchant(&none).await;
    other["expected_table_hash"] = json!(null);
    let refused = put(&none, &token, &other).await.refused(409);
    assert_eq!(refused["data"], json!({ "field": "expected_published_at" }));
}

/// A body in which everything is as long as it may be, and each character is escaped.
fn largest() -> String {
    let wide = |count: usize| "\\ud83c\\udf64".repeat(count);
    let prize = |at: u32| {
        let kind = if at == 0 { "empty" } else { "coupon" };
        format!(
            r##"{{"id": {}, "name": "{}", "type": "{kind}", "value": 999999.99, "probability": 0.0100, "angle": {},
                "color": "#cb3a22", "image": "/{}", "is_activity": false, "stock": {}}}"##,
            2_147_483_547 + at,
            wide(100),
            at * 3,
            wide(999),
            if at == 0 { "null".to_owned() } else { u32::MAX.to_string() },
        )
    };
    let prizes: Vec<_> = (0..100).map(prize).collect();
    format!(
        r#"{{"cost_points": 1000000, "daily_limit": 10000, "fallback": 2147483547, "rules": "{}", "request_id": "{}",
            "prizes": [{}]}}"#,
        wide(5_000),
        "r".repeat(64),
        prizes.join(", "),
    )
}

#[tokio::test]
async fn the_largest_wheel_fits_and_can_be_put_back() {
    let app = TestApp::empty().await;
    let token = merchant(&app).await;
    let body = largest();
    assert!(body.len() > 1_390_000, "{}", body.len());
    let send = async |body: String| app.request(Method::PUT, PATH, Some(&token), Some(body)).await;
    let published = send(body.clone()).await;
    assert_eq!(published.ok()["rules"].as_str().map(|rules| rules.chars().count()), Some(5_000));
    assert_eq!(send(body.clone()).await.bytes, published.bytes, "the answer is kept whole");
    // What GET shows has the text of the table besides.
    let shown = app.get(PATH, &token).await.ok();
    let escaped: String =
        shown.to_string().chars().map(|c| if c.is_ascii() { c.to_string() } else { escape(c) }).collect();
    assert!(escaped.len() > body.len() + 100_000);
    send(escaped).await.ok();
    let padded = format!("{{\"x\": \"{}\"}}", "x".repeat(2 * 1024 * 1024));
    send(padded.clone()).await.http(413);
    let other = app.request(Method::POST, "/api/merchant/pictures", Some(&token), Some(body)).await;
    other.http(413);
    // Whoever is not known is told so, however long the body.
    app.request(Method::PUT, PATH, None, Some(largest())).await.refused(401);
}

fn escape(c: char) -> String {
    let units: Vec<_> = c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    units.concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn draws_in_flight_keep_their_wheel_or_are_refused() {
    let app = Arc::new(TestApp::empty().await);
    let merchant = merchant(&app).await;
    let mut body = wheel();
    body["prizes"][0]["probability"] = json!(0.3);
    body["prizes"][1]["probability"] = json!(0);
    let mut texts = vec![put(&app, &merchant, &body).await.ok()];
    let mut diners = Vec::new();
    for n in 0..6 {
        let (app, token) = (app.clone(), app.diner(&format!("1380013800{n}"), 10_000).await);
        diners.push(tokio::spawn(async move {
            let (mut drawn, mut refused) = (Vec::new(), 0);
            for _ in 0..8 {
                let config = app.get("/api/lottery/config", &token).await.ok();
                let ask = json!({ "draw_type": "ten", "table_hash": config["fairness"]["table_hash"] });
                let answer = app.draw(&token, &ask).await;
                match answer.json()["code"].as_u64().unwrap() {
                    0 => drawn.push((config, answer.ok())),
                    _ => refused += u32::from(!answer.refused(1003).is_null()),
                }
            }
            (drawn, refused)
        }));
    }
    for cost in 1..=8 {
        body["cost_points"] = json!(cost);
        texts.push(put(&app, &merchant, &body).await.ok());
    }
    let mut answered = 0;
    for task in diners {
        let (drawn, refused) = task.await.unwrap();
        answered += drawn.len() + refused as usize;
        for (config, drawn) in drawn {
            let mut proof = drawn["fairness"].clone();
            let table = texts.iter().find(|table| table["table_hash"] == proof["table_hash"]).expect("a published one");
            proof["table_text"] = table["table_text"].clone();
            assert_eq!(drawn["points_cost"], json!(10 * table["cost_points"].as_u64().unwrap()));
            let proof: Proof = serde_json::from_value(proof).unwrap();
            let shown = config["fairness"]["table_hash"].as_str().map(str::to_owned);
            let report = verify(&proof, &Expected { table_hash: shown, ..Expected::default() });
            assert!(report.ok(), "{:?}", report.failures().collect::<Vec<_>>());
        }
    }
    assert_eq!(answered, 48);
}
