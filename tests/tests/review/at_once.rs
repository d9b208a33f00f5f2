//! Receipts that are decided by several at once.

use std::sync::Arc;

use fairwheel_server::on_db;
use fairwheel_tests::{Answer, TestApp};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{ANN, BATCH, BOB, MERCHANT, OTHER, REVIEW, approve, points, reject, shop, upload, uploads};

/// Asks until the server has time.
async fn surely(app: &TestApp, token: &str, path: &str, body: &Value) -> Answer {
    for _ in 0..20 {
        let answer = app.post(path, Some(token), body).await;
        if answer.status != 503 {
            return answer;
        }
    }
    panic!("no time, 20 times: {body}");
}

/// Sends these at once, each until the server has time.
async fn at_once(app: &Arc<TestApp>, asks: Vec<(String, &'static str, Value)>) -> Vec<Answer> {
    let mut tasks = JoinSet::new();
    for (at, (token, path, body)) in asks.into_iter().enumerate() {
        let app = app.clone();
        tasks.spawn(async move { (at, surely(&app, &token, path, &body).await) });
    }
    let mut answers = tasks.join_all().await;
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_merchants_one_decides() {
    let (app, merchant, _) = shop().await;
    let other = app.merchant(OTHER).await;
    let names = uploads(&app, 20).await;
    let app = Arc::new(app);
    // Half of them are approved by one and rejected by the other.
    let asks = |name: &String, at: usize| {
        let second = if at.is_multiple_of(2) { approve(name, 70) } else { reject(name) };
        [(merchant.clone(), REVIEW, approve(name, 50)), (other.clone(), REVIEW, second)]
    };
    let all = names.iter().enumerate().flat_map(|(at, name)| asks(name, at)).collect();
    let answers = at_once(&app, all).await;
    let mut due = 0;
    for pair in answers.chunks(2) {
        let won = pair.iter().find(|answer| answer.json()["code"] == 0).expect("one wins").ok();
        let lost = pair.iter().find(|answer| answer.json()["code"] != 0).expect("one loses").refused(1002);
        assert_eq!(lost["data"]["status"], won["status"]);
        due += won["points_awarded"].as_i64().unwrap();
    }
    assert_eq!(points(&app, ANN).await, due);
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_requests_at_once_are_one() {
    let (app, merchant, _) = shop().await;
    uploads(&app, 3).await;
    let app = Arc::new(app);
    let mut one = approve("UP000", 50);
    one["request_id"] = "one".into();
    let many = json!({ "upload_ids": ["UP001", "UP9", "UP002"], "action": "approve", "request_id": "many" });
    let missing = json!({ "upload_id": "UP9", "action": "approve", "points": 1, "request_id": "none" });
    for (path, body) in [(REVIEW, one), (BATCH, many), (REVIEW, missing)] {
        let answers = at_once(&app, vec![(merchant.clone(), path, body); 10]).await;
        assert!(answers.iter().all(|answer| answer.bytes == answers[0].bytes), "{path}");
    }
    assert_eq!(points(&app, ANN).await, 250);
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_that_overlap_share_their_receipts() {
    let (app, merchant, _) = shop().await;
    let other = app.merchant(OTHER).await;
    app.diner(BOB, 0).await;
    let mut names = uploads(&app, 30).await;
    for n in 0..30 {
        let name = format!("UQ{n:03}");
        upload(&app, &name, BOB, Some(1000)).await;
        names.insert(n * 2, name);
    }
    let app = Arc::new(app);
    let forward = json!({ "upload_ids": &names[..50], "action": "approve" });
    let backward: Vec<_> = names[10..].iter().rev().collect();
    let backward = json!({ "upload_ids": backward, "action": "approve" });
    let answers = at_once(&app, vec![(merchant, BATCH, forward), (other, BATCH, backward)]).await;
    let mut decided = Vec::new();
    for answer in &answers {
        for item in answer.json()["data"]["results"].as_array().unwrap() {
            match item["code"].as_u64().unwrap() {
                0 => decided.push(item["upload_id"].as_str().unwrap().to_owned()),
                code => assert_eq!(code, 1002, "{item}"),
            }
        }
    }
    decided.sort();
    names.sort();
    assert_eq!(decided, names);
    assert_eq!((points(&app, ANN).await, points(&app, BOB).await), (3_000, 3_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn merchants_who_are_diners_of_each_other_do_not_lock_each_other_out() {
    let (app, merchant, _) = shop().await;
    let other = app.merchant(OTHER).await;
    let mut asks = Vec::new();
    for n in 0..20 {
        let (mine, theirs) = (format!("UM{n}"), format!("UO{n}"));
        upload(&app, &mine, MERCHANT, None).await;
        upload(&app, &theirs, OTHER, None).await;
        let name = |mut body: Value| {
            body["request_id"] = format!("r{n}").into();
            body
        };
        asks.push((merchant.clone(), REVIEW, name(approve(&theirs, 50))));
        let answer = if n % 2 == 0 { approve(&mine, 50) } else { reject(&mine) };
        asks.push((other.clone(), REVIEW, name(answer)));
    }
    let app = Arc::new(app);
    for answer in at_once(&app, asks).await {
        answer.ok();
    }
    assert_eq!((points(&app, MERCHANT).await, points(&app, OTHER).await), (500, 1_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn diners_draw_and_redeem_while_their_receipts_are_decided() {
    let app = TestApp::new().await;
    let (merchant, other) = (app.merchant(MERCHANT).await, app.merchant(OTHER).await);
    let ann = app.diner(ANN, 20_000).await;
    let names = uploads(&app, 60).await;
    let app = Arc::new(app);
    let mut asks = Vec::new();
    for (at, name) in names[..40].iter().enumerate() {
        let reviewer = if at.is_multiple_of(2) { &merchant } else { &other };
        asks.push((reviewer.clone(), REVIEW, if at % 4 == 3 { reject(name) } else { approve(name, 10) }));
        let own = |path, mut body: Value| {
            body["request_id"] = format!("a{at}").into();
            (ann.clone(), path, body)
        };
        asks.push(match at % 2 {
            0 => own("/api/exchange/redeem", json!({ "product_id": 1 + at % 3, "quantity": 1 })),
            _ => own("/api/lottery/draw", json!({ "draw_type": "single" })),
        });
    }
    asks.push((merchant.clone(), BATCH, json!({ "upload_ids": &names[40..], "action": "approve" })));
    for (at, answer) in at_once(&app, asks).await.into_iter().enumerate() {
        let code = answer.json()["code"].as_u64().unwrap();
        // A draw may be refused: the day's limit, or too many at once.
        assert!(code == 0 || (at % 4 == 3 && matches!(code, 1002 | 1004)), "{at}: {}", answer.text());
    }
    let (decided,): (i64,) = on_db!(&app.state.db, |c| {
        sqlx::query_as("SELECT COUNT(*) FROM points_records WHERE reason = 'photo_review'").fetch_one(c).await
    })
    .unwrap();
    assert_eq!(decided, 30 + 20);
}
