//! Receipts as merchants decide them: what waits, every refusal, who wins when two decide at once, and what is told.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

#[path = "review/counted.rs"]
mod counted;

#[path = "review/at_once.rs"]
mod at_once;

use std::time::Duration;

use axum::http::Method;
use fairwheel_server::{
    on_db,
    store::user::{self, UserStatus},
};
use fairwheel_tests::{Answer, TestApp, credit, sent_in::Receipt, socket::Socket};
use serde_json::{Value, json};

const ANN: &str = "13900139001";
const BOB: &str = "13900139002";
const MERCHANT: &str = "13700137000";
const OTHER: &str = "13700137001";
const REVIEW: &str = "/api/merchant/review";
const BATCH: &str = "/api/merchant/batch-review";
const PENDING: &str = "/api/merchant/pending-reviews";
const STATISTICS: &str = "/api/merchant/statistics";

/// A shop with one merchant, whose token it is, and Ann's, who has no points.
async fn shop() -> (TestApp, String, String) {
    let app = TestApp::empty().await;
    let ann = app.diner(ANN, 0).await;
    let merchant = app.merchant(MERCHANT).await;
    (app, merchant, ann)
}

async fn upload(app: &TestApp, upload_id: &str, phone: &str, amount: Option<i64>) {
    app.receipt(Receipt { upload_id, phone, amount, estimated: None }).await;
}

/// Receipts of Ann's for 10 yuan each, by their names.
async fn uploads(app: &TestApp, count: usize) -> Vec<String> {
    let names: Vec<_> = (0..count).map(|n| format!("UP{n:03}")).collect();
    for name in &names {
        upload(app, name, ANN, Some(1000)).await;
    }
    names
}

async fn review(app: &TestApp, token: &str, body: Value) -> Answer {
    app.post(REVIEW, Some(token), &body).await
}

async fn batch(app: &TestApp, token: &str, names: &[impl AsRef<str>], action: &str) -> Answer {
    let names: Vec<_> = names.iter().map(AsRef::as_ref).collect();
    let body = json!({ "upload_ids": names, "action": action, "review_reason": "看不清" });
    app.post(BATCH, Some(token), &body).await
}

fn approve(upload_id: &str, points: i64) -> Value {
    json!({ "upload_id": upload_id, "action": "approve", "points_awarded": points })
}

fn reject(upload_id: &str) -> Value {
    json!({ "upload_id": upload_id, "action": "reject", "review_reason": "看不清" })
}

async fn points(app: &TestApp, phone: &str) -> i64 {
    user::by_mobile(&app.state.db, phone).await.unwrap().unwrap().total_points
}

#[tokio::test]
async fn what_waits_is_listed_oldest_first() {
    let (app, merchant, ann) = shop().await;
    let listed = app.get(PENDING, &merchant).await.ok();
    assert_eq!((&listed["total"], &listed["reviews"]), (&json!(0), &json!([])));
    app.receipt(Receipt { upload_id: "UP2", phone: ANN, amount: Some(5_859), estimated: Some(5_000) }).await;
    app.state.clock.advance(Duration::from_secs(1));
    upload(&app, "UP3", MERCHANT, None).await;
    upload(&app, "UP1", ANN, Some(30_000)).await;
    app.execute("UPDATE upload_reviews SET possible_duplicate_of = 'UP2' WHERE upload_id = 'UP1'").await;

    let listed = app.get(PENDING, &merchant).await.ok();
    assert_eq!((&listed["total"], &listed["list"]), (&json!(3), &listed["reviews"]));
    let first = &listed["reviews"][0];
    let (image, thumbnail) = (first["image_url"].as_str().unwrap(), first["thumbnail_url"].as_str().unwrap());
    assert!(image.contains("receipts/up2.jpg") && thumbnail != image, "{first}");
    assert_eq!(
        first,
        &json!({
            "upload_id": "UP2", "id": "UP2", "user_id": 1, "user_phone": "139****9001", "user_nickname": "食客",
            "is_own": false, "image_url": image, "receipt_image": image, "thumbnail_url": thumbnail, "amount": 58.59,
            "estimated_amount": 50, "expected_points": 500, "suggested_points": 500, "possible_duplicate_of": null,
            "upload_time": "2026-11-22T04:00:00.000Z", "status": "pending",
        })
    );
    let second = &listed["reviews"][1];
    assert_eq!((&second["upload_id"], &second["possible_duplicate_of"]), (&json!("UP1"), &json!("UP2")));
    assert_eq!((&second["expected_points"], &second["estimated_amount"]), (&json!(2000), &Value::Null));
    let third = &listed["reviews"][2];
    assert_eq!((&third["upload_id"], &third["is_own"]), (&json!("UP3"), &json!(true)));
    assert_eq!((&third["amount"], &third["expected_points"]), (&Value::Null, &json!(50)));

    let page = app.get(&format!("{PENDING}?page=2&size=2"), &merchant).await.ok();
    assert_eq!((page["reviews"][0]["id"].as_str(), &page["has_more"]), (Some("UP3"), &json!(false)));
    app.get(&format!("{PENDING}?size=101"), &merchant).await.bad_field("size");
    review(&app, &merchant, approve("UP2", 1)).await.ok();
    assert_eq!(app.get(PENDING, &merchant).await.ok()["total"], 2);
    for token in [&merchant, &ann] {
        assert!(!app.get(PENDING, token).await.text().contains(ANN), "a phone is masked");
    }
}

#[tokio::test]
async fn a_diner_may_do_none_of_it() {
    let (app, _, ann) = shop().await;
    upload(&app, "UP1", ANN, None).await;
    let before = app.dump().await;
    app.get(PENDING, &ann).await.refused(403);
    app.get(STATISTICS, &ann).await.refused(403);
    review(&app, &ann, approve("UP1", 50)).await.refused(403);
    batch(&app, &ann, &["UP1"], "approve").await.refused(403);
    app.request(Method::GET, PENDING, None, None).await.refused(401);
    assert_eq!(app.dump().await, before);
}

#[tokio::test]
async fn points_ledger_and_news_of_an_approval_come_together() {
    let (mut app, merchant, ann) = shop().await;
    let base = app.serve().await;
    upload(&app, "UP1", ANN, Some(5_859)).await;
    let (mut of_ann, mut of_merchant) = (Socket::open(&base, &ann, "").await, Socket::open(&base, &merchant, "").await);
    of_ann.connected().await;
    of_merchant.connected().await;
    app.state.clock.advance(Duration::from_mins(3));
    let body = json!({
        "upload_id": "UP1", "action": "approve", "points_awarded": 585, "review_reason": "  金额一致 ", "amount": 58.5,
    });
    let done = review(&app, &merchant, body).await.ok();
    assert_eq!(
        done,
        json!({
            "upload_id": "UP1", "status": "approved", "points_awarded": 585, "review_reason": "金额一致",
            "review_time": "2026-11-22T04:03:00.000Z",
        })
    );
    let (result, update) = (of_ann.next().await, of_ann.next().await);
    assert_eq!((&result["type"], &update["type"]), (&json!("review_result"), &json!("points_update")));
    assert!(result["id"].as_i64() < update["id"].as_i64());
    assert_eq!(
        result["data"],
        json!({
            "upload_id": "UP1", "status": "approved", "points_awarded": 585, "review_reason": "金额一致",
            "timestamp": "2026-11-22T04:03:00.000Z",
        })
    );
    assert_eq!((&update["data"]["total_points"], &update["data"]["change_points"]), (&json!(585), &json!(585)));
    assert_eq!(
        (&update["data"]["reason"], &update["data"]["reason_text"]),
        (&json!("photo_review"), &json!("小票审核"))
    );
    of_ann.heard().await;
    of_merchant.heard().await;
    let ledger = app.get("/api/user/points-records", &ann).await.ok()["records"][0].clone();
    assert_eq!((&ledger["points"], &ledger["related_id"]), (&json!(585), &json!("UP1")));
    assert_eq!((&ledger["reason"], &ledger["description"]), (&json!("photo_review"), &json!("小票审核通过")));
    let row: (i64, i64, String, i64) = on_db!(&app.state.db, |c| {
        sqlx::query_as("SELECT amount, points_awarded, review_status, reviewer_id FROM upload_reviews")
            .fetch_one(c)
            .await
    })
    .unwrap();
    assert_eq!(row, (5_850, 585, "approved".to_owned(), 2));
}

#[tokio::test]
async fn a_rejection_is_told_and_moves_nothing() {
    let (mut app, merchant, ann) = shop().await;
    let base = app.serve().await;
    upload(&app, "UP1", ANN, None).await;
    let mut of_ann = Socket::open(&base, &ann, "").await;
    of_ann.connected().await;
    // Points beside a rejection mean nothing.
    let body = json!({ "upload_id": "UP1", "action": "reject", "points": 50, "reason": "看不清" });
    let done = review(&app, &merchant, body).await.ok();
    assert_eq!((&done["status"], &done["points_awarded"]), (&json!("rejected"), &json!(0)));
    let told = of_ann.next().await;
    assert_eq!(told["type"], "review_result");
    assert_eq!(
        told["data"],
        json!({
            "upload_id": "UP1", "status": "rejected", "points_awarded": 0, "review_reason": "看不清",
            "timestamp": "2026-11-22T04:00:00.000Z",
        })
    );
    // Nothing comes before the answer to what is said now.
    of_ann.heard().await;
    assert_eq!(app.get("/api/user/points-records", &ann).await.ok()["total"], 0);
}

#[tokio::test]
async fn every_refusal_has_its_code_and_moves_nothing() {
    let (app, merchant, _) = shop().await;
    upload(&app, "UP1", ANN, None).await;
    upload(&app, "UP2", MERCHANT, None).await;
    upload(&app, "UP3", ANN, None).await;
    review(&app, &merchant, reject("UP3")).await.ok();
    let before = app.dump().await;
    let long = "长".repeat(300);
    for name in ["", "UP9", "UP1 ", "up1", "UP1\u{0}", long.as_str()] {
        review(&app, &merchant, approve(name, 50)).await.refused(1001);
    }
    assert_eq!(review(&app, &merchant, approve("UP3", 50)).await.refused(1002)["data"]["status"], "rejected");
    review(&app, &merchant, reject("UP3")).await.refused(1002);
    for points in [0, -1, 2001, i64::MAX, i64::MIN] {
        let refused = review(&app, &merchant, approve("UP1", points)).await.refused(1003);
        assert_eq!(refused["data"], json!({ "field": "points_awarded", "min": 1, "max": 2000 }));
    }
    review(&app, &merchant, json!({ "upload_id": "UP1", "action": "approve" })).await.refused(1003);
    for reason in [Value::Null, json!(""), json!(" \n\t ")] {
        let body = json!({ "upload_id": "UP1", "action": "reject", "review_reason": reason });
        assert_eq!(review(&app, &merchant, body).await.refused(1004)["data"]["field"], "review_reason");
    }
    review(&app, &merchant, approve("UP2", 50)).await.refused(1005);
    review(&app, &merchant, reject("UP2")).await.refused(1005);
    for (field, value) in [
        ("points_awarded", json!("50.5")),
        ("points_awarded", json!("五十")),
        ("points_awarded", json!(true)),
        ("points_awarded", json!(1.5)),
        ("points", json!(51)),
        ("action", json!("approved")),
        ("action", json!(1)),
        ("upload_id", json!(1)),
        ("review_reason", json!("x".repeat(201))),
        ("review_reason", json!("a\u{7}b")),
        ("reason", json!("另一个")),
        ("amount", json!(-1)),
        ("amount", json!(0.001)),
        ("amount", json!(0)),
        ("amount", json!(1_000_000)),
        ("amount", json!("")),
        ("amount", json!("58.555")),
        ("amount", json!("1e400")),
        ("request_id", json!("a b")),
    ] {
        let mut body = approve("UP1", 50);
        if field == "reason" {
            body["review_reason"] = json!("一个");
        }
        body[field] = value;
        review(&app, &merchant, body).await.bad_field(field);
    }
    review(&app, &merchant, json!({ "action": "approve" })).await.bad_field("upload_id");
    assert_eq!(app.dump().await, before);
    let mut body = approve("UP1", 2000);
    (body["points"], body["review_reason"], body["amount"]) = (json!(2000), json!("界".repeat(200)), json!(999_999.99));
    review(&app, &merchant, body).await.ok();
}

#[tokio::test]
async fn what_forms_send_is_taken() {
    let (app, merchant, _) = shop().await;
    uploads(&app, 1).await;
    let body = json!({
        "upload_id": "UP000", "action": "approve", "points_awarded": "50", "points": 50, "amount": " 58.50 ",
        "review_reason": "一行\r\n两行\n三行\n",
    });
    let done = review(&app, &merchant, body).await.ok();
    assert_eq!((&done["points_awarded"], &done["review_reason"]), (&json!(50), &json!("一行 两行 三行")));
    let select = "SELECT amount FROM upload_reviews";
    let (amount,): (i64,) = on_db!(&app.state.db, |c| sqlx::query_as(select).fetch_one(c).await).unwrap();
    assert_eq!(amount, 5850);
}

#[tokio::test]
async fn a_full_balance_takes_no_points_and_a_locked_out_diner_does() {
    let (app, merchant, _) = shop().await;
    uploads(&app, 2).await;
    credit(&app, ANN, 1_000_000_000_000 - 99).await;
    let before = app.dump().await;
    let full = review(&app, &merchant, approve("UP000", 100)).await.refused(1003);
    assert_eq!((&full["data"], &full["message"]), (&json!({}), &json!("用户积分已达上限，无法发放")));
    assert_eq!(app.dump().await, before);
    user::set_status(&app.state.db, 1, UserStatus::Banned, app.state.clock.now()).await.unwrap();
    review(&app, &merchant, approve("UP000", 99)).await.ok();
    assert_eq!(points(&app, ANN).await, 1_000_000_000_000);
    let batch = batch(&app, &merchant, &["UP001"], "approve").await.refused(1001);
    assert_eq!(batch["data"]["results"][0]["code"], 1003);
    review(&app, &merchant, reject("UP001")).await.ok();
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer_and_moves_nothing() {
    let (app, merchant, _) = shop().await;
    uploads(&app, 4).await;
    let named = |mut body: Value, name: &str| {
        body["request_id"] = name.into();
        body
    };
    let first = review(&app, &merchant, named(approve("UP000", 50), "r1")).await;
    first.ok();
    let missing = review(&app, &merchant, named(approve("UP9", 50), "r2")).await;
    missing.refused(1001);
    let body = json!({ "upload_ids": ["UP001", "UP000"], "action": "approve", "request_id": "r3" });
    let mixed = app.post(BATCH, Some(&merchant), &body).await;
    mixed.refused(1001);
    let before = app.dump().await;
    assert_eq!(review(&app, &merchant, named(approve("UP000", 50), "r1")).await.bytes, first.bytes);
    assert_eq!(review(&app, &merchant, named(approve("UP9", 50), "r2")).await.bytes, missing.bytes);
    assert_eq!(app.post(BATCH, Some(&merchant), &body).await.bytes, mixed.bytes);
    review(&app, &merchant, named(approve("UP000", 51), "r1")).await.refused(409);
    review(&app, &merchant, named(approve("UP003", 50), "r3")).await.refused(409);
    review(&app, &merchant, approve("UP000", 50)).await.refused(1002);
    assert_eq!(app.dump().await, before);
    assert_eq!(points(&app, ANN).await, 150);
}

#[tokio::test]
async fn a_batch_decides_each_on_its_own() {
    let (app, merchant, _) = shop().await;
    app.diner(BOB, 7).await;
    upload(&app, "UP3", ANN, Some(5_859)).await;
    upload(&app, "UP1", BOB, None).await;
    upload(&app, "UP2", MERCHANT, Some(1_000)).await;
    app.receipt(Receipt { upload_id: "UP4", phone: ANN, amount: Some(9_000), estimated: Some(8_000) }).await;
    upload(&app, "UP5", ANN, None).await;
    review(&app, &merchant, reject("UP5")).await.ok();
    let body = json!({ "upload_ids": ["UP4", "UP2", "UP1", "UP9", "UP5", "UP3"], "action": "approve" });
    let answer = app.post(BATCH, Some(&merchant), &body).await.refused(1001);
    let item = |id: &str, code: u16, message: &str, points: i64| json!({ "upload_id": id, "ok": code == 0, "code": code, "message": message, "points_awarded": points });
    assert_eq!(
        answer["data"],
        json!({
            "processed_count": 6, "success_count": 3, "failed_count": 3,
            "results": [
                item("UP4", 0, "success", 800),
                item("UP2", 1005, "不能审核自己上传的小票", 0),
                item("UP1", 0, "success", 50),
                item("UP9", 1001, "该小票不存在", 0),
                item("UP5", 1002, "该小票已审核", 0),
                item("UP3", 0, "success", 585),
            ],
        })
    );
    assert_eq!((points(&app, ANN).await, points(&app, BOB).await), (1_385, 57));
    upload(&app, "UP6", ANN, None).await;
    let done = batch(&app, &merchant, &["UP6"], "reject").await.ok();
    assert_eq!((&done["success_count"], &done["results"][0]["points_awarded"]), (&json!(1), &json!(0)));
    assert_eq!(points(&app, ANN).await, 1_385);
}

#[tokio::test]
async fn a_batch_that_can_not_be_is_refused_whole() {
    let (app, merchant, _) = shop().await;
    let names = uploads(&app, 101).await;
    let before = app.dump().await;
    batch(&app, &merchant, &names, "approve").await.refused(1002);
    batch(&app, &merchant, &[""; 0], "approve").await.bad_field("upload_ids");
    batch(&app, &merchant, &["UP000", "UP001", "UP000"], "approve").await.bad_field("upload_ids[2]");
    batch(&app, &merchant, &["UP000"], "drop").await.bad_field("action");
    let body = json!({ "upload_ids": ["UP000"], "action": "reject", "reason": " " });
    app.post(BATCH, Some(&merchant), &body).await.refused(1004);
    let body = json!({ "upload_ids": ["UP000", 1], "action": "approve" });
    app.post(BATCH, Some(&merchant), &body).await.bad_field("upload_ids[1]");
    let body = json!({ "upload_ids": "UP000", "action": "approve" });
    app.post(BATCH, Some(&merchant), &body).await.bad_field("upload_ids");
    assert_eq!(app.dump().await, before);
    let watch = fairwheel_server::clock::Stopwatch::start();
    let done = batch(&app, &merchant, &names[..100], "approve").await.ok();
    println!("100 approvals of one diner took {} ms", watch.ms());
    assert_eq!((&done["processed_count"], &done["success_count"]), (&json!(100), &json!(100)));
    assert_eq!(points(&app, ANN).await, 10_000);
}
