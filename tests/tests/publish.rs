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
            "color": "#cb3a22", "is_activity": id == 1, "stock": stock,
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

#[tokio::test]
async fn the_same_wheel_published_again_has_its_whole_stock_again() {
    let app = TestApp::empty().await;
    let token = merchant(&app).await;
    app.get(PATH, &token).await.refused(404);
    let mut body = wheel();
    body["prizes"][0]["probability"] = json!(0.3);
    body["prizes"][1]["probability"] = json!(0);
    let first = put(&app, &token, &body).await.ok();
    let diner = app.diner("13800138000", 1000).await;
    app.draw(&diner, &json!({ "draw_type": "ten", "client_seed": "x" })).await.ok();
    let shown = app.get(PATH, &token).await.ok();
    assert_eq!(shown["prizes"][0]["stock"], 5);
    assert!(shown["prizes"][0]["stock_left"].as_u64().unwrap() < 5, "with this seed some were won");
    let again = put(&app, &token, &body).await.ok();
    assert_eq!(again, first);
    assert_eq!(app.get(PATH, &token).await.ok()["prizes"][0]["stock_left"], 5);
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
    ];
    for (pointer, value, field) in cases {
        let mut body = wheel();
        body["expected_table_hash"] = json!(null);
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
