//! Files for merchants: whole, in order, harmless to spreadsheets, and read page by page.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::body::{Body, Bytes};
use fairwheel_server::{clock::Clock, execute, logs::Lines, seed::DEMO_PHONE};
use fairwheel_tests::{TestApp, credit, sent_in::Receipt};
use http_body_util::BodyExt;
use serde_json::json;
use tracing_subscriber::layer::SubscriberExt;

const MERCHANT: &str = "13700137000";
const DINER: &str = "13900139000";
const EXPORT: &str = "/api/merchant/export";

async fn merchant(app: &TestApp) -> String {
    let token = app.diner(MERCHANT, 0).await;
    app.execute("UPDATE users SET is_merchant = 1 WHERE mobile = '13700137000'").await;
    token
}

/// The lines of a file, the titles first.
fn parsed(file: &[u8]) -> Vec<Vec<String>> {
    let file = file.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
    let mut lines = csv::ReaderBuilder::new().has_headers(false).from_reader(file);
    lines.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect()
}

async fn export(app: &TestApp, token: &str, query: &str) -> Vec<Vec<String>> {
    let answer = app.get(&format!("{EXPORT}?{query}"), token).await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8", "{}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.text().ends_with("\r\n"));
    parsed(&answer.bytes)
}

#[tokio::test]
async fn every_kind_has_its_columns() {
    let app = TestApp::new().await;
    let merchant = merchant(&app).await;
    let diner = app.login(DEMO_PHONE).await;
    app.execute("UPDATE products SET name = '=cmd|'' /C calc''!A0 🥤\"双份\",\r\n加冰' WHERE commodity_id = 7").await;
    let won = app.draw(&diner, &json!({ "draw_type": "triple" })).await.ok();
    let redeem = json!({ "product_id": 7, "quantity": 2 });
    let order = app.post("/api/exchange/redeem", Some(&diner), &redeem).await.ok();
    app.execute(
        "INSERT INTO upload_reviews (upload_id, user_id, image_url, claimed_amount, amount, estimated_amount, review_status,
             reviewer_id, review_reason, review_time, created_at)
         VALUES ('UP1', 1, 'x', 9000, 8880, NULL, 'rejected', 2, ' ＝HYPERLINK(1)', 1795320060000, 1795320000000)",
    )
    .await;

    let draws = export(&app, &merchant, "kind=draws").await;
    assert_eq!(draws.len(), 4);
    assert_eq!(draws[0][11], "抽奖时间（Asia/Shanghai）");
    for (seq, (line, result)) in draws[1..].iter().zip(won["results"].as_array().unwrap()).enumerate() {
        let near = if result["is_near_miss"] == true { "是" } else { "否" };
        assert_eq!(line[..4], [won["draw_id"].as_str().unwrap(), &(seq + 1).to_string(), "1", "138****8000"]);
        assert_eq!(line[4], result["prize_id"].to_string());
        assert_eq!(line[5], result["prize_name"].as_str().unwrap());
        assert_eq!(line[7], result["prize_value"].to_string());
        assert_eq!(line[8..], ["100", near, &result["drawn_prize_id"].to_string(), "2026-11-22 12:00:00"]);
    }

    let orders = export(&app, &merchant, "kind=exchanges").await;
    let line = orders.iter().find(|line| line[1] == "积分兑换").unwrap();
    let name = "'=cmd|' /C calc'!A0 🥤\"双份\",\r\n加冰";
    assert_eq!(line[0], order["order_id"].as_str().unwrap());
    assert_eq!(line[2..9], ["1", "138****8000", "7", name, "2", "240", "待处理"]);
    assert_eq!(line[9..], ["", "2026-11-22 12:00:00", "2026-11-22 12:00:00"]);

    let ledger = export(&app, &merchant, "kind=points").await;
    assert_eq!(ledger[1][1..6], ["1", "138****8000", "1500", "1500", "注册奖励"]);
    let price = ledger.iter().find(|line| line[5] == "抽奖消耗").unwrap();
    assert_eq!(price[3], "-300", "a number stays one");
    assert_eq!(price[7], won["draw_id"].as_str().unwrap());

    let reviews = export(&app, &merchant, "kind=reviews").await;
    assert_eq!(
        reviews[1],
        [
            "UP1",
            "1",
            "138****8000",
            "90.00",
            "88.80",
            "",
            "",
            "已拒绝",
            "2",
            "' ＝HYPERLINK(1)",
            "",
            "2026-11-22 12:00:00",
            "2026-11-22 12:01:00"
        ]
    );
    assert_eq!((reviews.len(), reviews[0].len()), (2, 13));
    app.execute("DELETE FROM upload_reviews").await;
    let reviews = app.get(&format!("{EXPORT}?kind=reviews&start=2026-11-01&end=2026-11-30"), &merchant).await;
    let name = "attachment; filename=\"fairwheel-reviews-2026-11-01-2026-11-22.csv\"";
    assert_eq!(reviews.header("content-disposition"), name);
    assert_eq!(parsed(&reviews.bytes).len(), 1, "the titles alone");
    for kind in ["draws", "exchanges", "points"] {
        let file = app.get(&format!("{EXPORT}?kind={kind}"), &merchant).await.text();
        assert!(!file.contains(DEMO_PHONE) && !file.contains(MERCHANT), "{file}");
    }
}

/// A merchant may put the amount right, and what the diner said is not lost by it.
#[tokio::test]
async fn what_was_claimed_stays_beside_what_was_put_right() {
    let app = TestApp::empty().await;
    let merchant = merchant(&app).await;
    app.diner(DINER, 0).await;
    for upload_id in ["UP1", "UP2", "UP3"] {
        app.receipt(Receipt { upload_id, phone: DINER, amount: Some(1000), estimated: None }).await;
    }
    for (upload_id, amount) in [("UP1", json!(8)), ("UP2", json!(null))] {
        let mut body = json!({ "upload_id": upload_id, "action": "approve", "points": 80 });
        if !amount.is_null() {
            body["amount"] = amount;
        }
        app.post("/api/merchant/review", Some(&merchant), &body).await.ok();
    }
    let reviews = export(&app, &merchant, "kind=reviews").await;
    let amounts: Vec<_> = reviews[1..].iter().map(|line| (line[3].as_str(), line[4].as_str())).collect();
    assert_eq!(amounts, [("10.00", "8.00"), ("10.00", "10.00"), ("10.00", "10.00")]);
}

#[tokio::test]
async fn no_text_of_a_diner_or_an_admin_becomes_a_formula() {
    let app = TestApp::configured(&[("FAIRWHEEL_ADMIN_PHONES", MERCHANT)]).await;
    let merchant = merchant(&app).await;
    app.diner(DINER, 1000).await;
    let corpus = [
        "=1+1",
        "+86 138",
        "-2+3",
        "@SUM(1)",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\"=1\"",
        "'=1",
        "\"\" =1",
        "=\"x\"",
        "🎡=1",
        "1,2",
        "a;=1",
        "正常",
        "\u{200b}=1",
        "\u{feff}-1",
    ];
    for reason in corpus {
        let body = json!({ "change_points": -1, "reason": reason });
        app.post("/api/admin/users/2/points", Some(&merchant), &body).await.ok();
    }
    let ledger = export(&app, &merchant, "kind=points").await;
    let lines: Vec<_> = ledger.iter().filter(|line| line[5] == "人工调整").collect();
    assert_eq!(lines.len(), corpus.len());
    for (line, reason) in lines.iter().zip(corpus) {
        assert_eq!(line[3], "-1");
        let harmless = matches!(reason, "🎡=1" | "1,2" | "a;=1" | "正常");
        assert_eq!(line[6], if harmless { reason.to_owned() } else { format!("'{reason}") });
    }
}

#[tokio::test]
async fn a_day_begins_at_local_midnight_and_the_end_is_that_of_the_request() {
    let app = TestApp::empty().await;
    let at = |time: &str| app.state.clock.set(time.parse().unwrap());
    for (n, time) in
        ["2026-11-20T15:59:59.999Z", "2026-11-20T16:00:00Z", "2026-11-21T15:59:59.999Z", "2026-11-21T16:00:00Z"]
            .into_iter()
            .enumerate()
    {
        at(time);
        app.diner(&format!("1390013900{n}"), i64::try_from(n).unwrap() + 1).await;
    }
    at("2026-11-22T04:00:00Z");
    let token = merchant(&app).await;
    let points = async |query: &str| {
        let ledger = export(&app, &token, &format!("kind=points&{query}")).await;
        ledger[1..].iter().map(|line| line[3].clone()).collect::<Vec<_>>()
    };
    assert_eq!(points("start=2026-11-21&end=2026-11-21").await, ["2", "3"]);
    assert_eq!(points("start=2026-11-21").await, ["2", "3", "4"]);
    assert_eq!(points("end=2026-11-20").await, ["1"]);
    assert_eq!(points("start=2026-11-20T16:00:00Z&end=2026-11-21T15:59:59.999Z").await, ["2"]);
    assert_eq!(points("start=2026-11-20T16:00:00.001Z&end=2026-11-22T00:00:00.001%2B08:00").await, ["3", "4"]);
    // What comes after the request is not in its file.
    let answer = app.unread(&format!("{EXPORT}?kind=points"), &token).await;
    app.state.clock.advance(Duration::from_millis(1));
    credit(&app, MERCHANT, 9).await;
    let file = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(parsed(&file).len(), 5);
    assert_eq!(points("").await, ["1", "2", "3", "4", "9"]);
}

#[tokio::test]
async fn what_is_asked_wrongly_or_by_others_is_refused_in_json() {
    let app = TestApp::empty().await;
    let token = merchant(&app).await;
    for (query, field) in [
        ("", "kind"),
        ("kind=all", "kind"),
        ("kind=draws&start=2026-11-31", "start"),
        ("kind=draws&start=2026-11-01T00:00:00", "start"),
        ("kind=draws&end=x", "end"),
        ("kind=draws&start=2026-11-20&end=2026-11-19", "start"),
        ("kind=draws&start=2025-01-01", "start"),
    ] {
        app.get(&format!("{EXPORT}?{query}"), &token).await.bad_field(field);
    }
    app.get(&format!("{EXPORT}?kind=draws&kind=points"), &token).await.refused(400);
    app.get(&format!("{EXPORT}?kind=draws"), "").await.refused(401);
    let diner = app.diner(DINER, 0).await;
    app.get(&format!("{EXPORT}?kind=draws"), &diner).await.refused(403);
}

/// So many uploads, a thousand in each millisecond: more than a page.
async fn uploads(app: &TestApp, count: i64) {
    let mut tx = app.state.db.begin().await.unwrap();
    let insert = "INSERT INTO upload_reviews (upload_id, user_id, image_url, created_at) VALUES (?, 1, 'x', ?)";
    let start = app.state.clock.now().as_millisecond() - 60_000;
    for n in 0..count {
        // Those of the same time are put in backwards.
        execute!(&mut tx, insert, format!("UP{:08}", n / 1000 * 1000 + 999 - n % 1000), start + n / 1000).unwrap();
    }
    tx.commit().await.unwrap();
    // For SQLite, which otherwise looks through the table for each row that the test removes.
    app.execute("CREATE INDEX uploads_by_original ON upload_reviews (possible_duplicate_of)").await;
}

async fn piece(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    body.frame().await.map(|frame| frame.map(|frame| frame.into_data().expect("data")))
}

fn lines(piece: &Bytes) -> usize {
    piece.split(|byte| *byte == b'\n').count() - 1
}

#[tokio::test]
async fn many_rows_come_in_pages_and_no_page_is_read_before_it_is_asked_for() {
    let app = TestApp::empty().await;
    let token = merchant(&app).await;
    uploads(&app, 20_000).await;
    let path = format!("{EXPORT}?kind=reviews");
    let mut body = app.unread(&path, &token).await.into_body();
    let (mut file, mut pieces) = (Vec::new(), 0);
    while let Some(piece) = piece(&mut body).await {
        let piece = piece.unwrap();
        assert!(lines(&piece) <= 501, "{}", lines(&piece));
        file.extend_from_slice(&piece);
        pieces += 1;
    }
    assert_eq!(pieces, 40);
    let ids: Vec<_> = parsed(&file).into_iter().skip(1).map(|line| line[0].clone()).collect();
    assert!(ids.iter().cloned().eq((0..20_000).map(|n| format!("UP{n:08}"))), "each once, in order");

    // Had more been read than was asked for, it would be in the file.
    let mut body = app.unread(&path, &token).await.into_body();
    let first = piece(&mut body).await.unwrap().unwrap();
    assert_eq!(lines(&first), 501);
    app.execute("DELETE FROM upload_reviews WHERE upload_id >= 'UP00000500' AND upload_id < 'UP00019999'").await;
    let rest = piece(&mut body).await.unwrap().unwrap();
    assert_eq!((lines(&rest), &rest[..10]), (1, &b"UP00019999"[..]));
    assert!(piece(&mut body).await.is_none());
    app.execute("DELETE FROM upload_reviews").await;
}

#[tokio::test]
async fn an_export_that_breaks_off_is_not_taken_for_whole_and_is_logged_once() {
    let app = TestApp::empty().await;
    let token = merchant(&app).await;
    uploads(&app, 1200).await;
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = lines.clone();
    let write = move |line: &str| sink.lock().unwrap().push(line.to_owned());
    let layer = Lines { clock: Clock::System, write };
    let _logged = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let answer = app.unread(&format!("{EXPORT}?kind=reviews"), &token).await;
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    let mut body = answer.into_body();
    assert!(piece(&mut body).await.unwrap().is_ok());
    app.execute("DELETE FROM upload_reviews").await;
    app.state.db.close().await;
    assert!(piece(&mut body).await.unwrap().is_err());
    assert!(piece(&mut body).await.is_none());
    let lines = lines.lock().unwrap();
    let broken: Vec<_> = lines.iter().filter(|line| line.contains("broke off")).collect();
    assert_eq!(broken.len(), 1, "{lines:?}");
    assert!(broken[0].contains(&id) && broken[0].contains(r#""rows":500"#), "{broken:?}");
    assert!(!lines.iter().any(|line| line.contains("read to its end")), "{lines:?}");
}

#[tokio::test]
async fn a_merchant_who_is_none_any_more_gets_no_further_page() {
    for sql in ["UPDATE users SET is_merchant = 0", "UPDATE users SET status = 'banned'"] {
        let app = TestApp::empty().await;
        let token = merchant(&app).await;
        uploads(&app, 1200).await;
        let mut body = app.unread(&format!("{EXPORT}?kind=reviews"), &token).await.into_body();
        assert!(piece(&mut body).await.unwrap().is_ok());
        app.execute(sql).await;
        assert!(piece(&mut body).await.unwrap().is_err());
        assert!(piece(&mut body).await.is_none());
        app.execute("DELETE FROM upload_reviews").await;
    }
}
