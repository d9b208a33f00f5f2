//! The test harness itself: its check of the tables can fail, and what it serves is really served.

use std::panic::AssertUnwindSafe;

use fairwheel_server::seed::{self, DEMO_PHONE};
use fairwheel_tests::{TestApp, photos, pictures};
use serde_json::json;

/// Draws, spoils a row, and says what the check made of it.
async fn spoiled(sql: &'static str) -> String {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    app.draw(&token, &json!({ "draw_type": "triple" })).await.ok();
    app.draw(&token, &json!({ "draw_type": "single" })).await.ok();
    app.execute(sql).await;
    let panic = std::panic::catch_unwind(AssertUnwindSafe(|| drop(app))).expect_err("the check must fail");
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

/// Each of these statements breaks an invariant, and the check says so in one of these words.
async fn each_is_noticed(cases: &[(&'static str, &str)]) {
    for (sql, says) in cases {
        let panic = spoiled(sql).await;
        assert!(panic.contains("breaks its invariants"), "{sql}: {panic}");
        assert!(says.split('|').any(|says| panic.contains(says)), "{sql}: {panic}");
    }
}

#[tokio::test]
async fn a_spoiled_row_is_noticed() {
    each_is_noticed(&[
        ("UPDATE users SET total_points = total_points + 1", "points, the ledger says"),
        ("UPDATE points_records SET balance_after = balance_after + 1 WHERE id = 2", "the rows add up to"),
        ("UPDATE points_records SET points = points - 1 WHERE id = 2", "the rows add up to"),
        ("UPDATE users SET nonce = 3", "has spent nonce 3"),
        ("UPDATE lottery_draws SET nonce = 5 WHERE nonce = 2", "nonce 5 follows 1"),
        ("UPDATE lottery_records SET angle = (angle + 1) % 36000 WHERE id = 1", "Angle Some(0)"),
        ("UPDATE lottery_records SET ticket = (ticket + 1) % 10000 WHERE id = 2", "Ticket Some(1)"),
        ("UPDATE lottery_draws SET client_seed = 'other' WHERE id = 1", "failed|Ticket"),
        ("UPDATE lottery_draws SET created_at = created_at + 1 WHERE id = 1", "DrawId"),
        ("DELETE FROM lottery_records WHERE id = 4", "Count"),
        ("UPDATE lottery_records SET table_id = NULL WHERE id = 1", "record 1 has not the table"),
        ("UPDATE lottery_prizes SET stock = 3 WHERE prize_id = 1", "Some(3) left, 0 given, None declared"),
        ("UPDATE lottery_prizes SET won_before = 1 WHERE prize_id = 1", "1 were won before, it says, not 0"),
        ("UPDATE lottery_prizes SET status = 'inactive' WHERE prize_id = 1", "active 0, its table 1"),
        ("DELETE FROM exchange_records", "prize has 0 orders"),
        ("UPDATE exchange_records SET draw_id = NULL, seq = NULL", "prize has 0 orders"),
        ("UPDATE exchange_records SET product_name = 'other'", "prize has 0 orders"),
    ])
    .await;
}

#[tokio::test]
async fn a_stock_that_was_renewed_is_noticed() {
    let mut spec = seed::demo_spec();
    spec.prizes[0].stock = Some(50);
    for prize in &mut spec.prizes {
        prize.weight = if matches!(prize.id, 1 | 8) { 5_000 } else { 0 };
    }
    let app = TestApp::with_table(spec.clone()).await;
    let token = app.diner(DEMO_PHONE, 10_000).await;
    app.draw(&token, &json!({ "draw_type": "ten", "client_seed": "x" })).await.ok();
    app.publish(spec).await;
    app.execute(
        "UPDATE lottery_prizes SET stock = stock + won_before, won_before = 0 WHERE status = 'active' AND prize_id = 1",
    )
    .await;
    let panic = std::panic::catch_unwind(AssertUnwindSafe(|| drop(app))).expect_err("the check must fail");
    let panic = panic.downcast_ref::<String>().cloned().unwrap_or_default();
    assert!(panic.contains("prize 1: 0 were won before, it says, not"), "{panic}");
}

#[tokio::test]
async fn a_draw_that_is_not_paid_or_not_told_is_noticed() {
    each_is_noticed(&[
        ("UPDATE lottery_draws SET points_cost = 1 WHERE id = 1", "cost 1, its table says Some(300)"),
        ("DELETE FROM points_records WHERE id = 2", r#"where Some((1, -300, "lottery_draw")) was due"#),
        ("UPDATE points_records SET related_id = NULL WHERE id = 2", "draw None moved"),
        ("UPDATE points_records SET reason = 'admin' WHERE id = 2", r#"where Some((1, -300, "lottery_draw")) was due"#),
        (
            "UPDATE lottery_records SET prize_type = 'points', prize_value = 500 WHERE prize_type <> 'points' AND seq = 1",
            r#"where Some((1, 5, "lottery_prize")) was due"#,
        ),
        (
            "INSERT INTO points_records (user_id, points, balance_after, reason, description, related_id, created_at)
             SELECT user_id, 9, total_points + 9, 'lottery_prize', '', NULL, 0 FROM users",
            r#"draw None moved Some((1, 9, "lottery_prize")) where None was due"#,
        ),
        ("DELETE FROM events WHERE id = 4", "event Some(4) of"),
        ("UPDATE event_counter SET last_id = last_id + 1", "is not there"),
        ("UPDATE event_counter SET last_id = last_id - 1", "is after the last"),
        ("UPDATE events SET kind = 'system_notice' WHERE id = 4", "user 1 was told of"),
        ("UPDATE events SET data = REPLACE(data, 'lottery_draw', 'admin') WHERE id = 4", "user 1 was told of"),
        ("UPDATE events SET data = REPLACE(data, '1200', '1201') WHERE id = 4", "user 1 was told of"),
        ("UPDATE events SET data = REPLACE(data, '-300', '-301') WHERE id = 4", "user 1 was told of"),
    ])
    .await;
}

#[tokio::test]
async fn a_spoiled_receipt_is_noticed() {
    for (sql, says) in [
        ("UPDATE upload_reviews SET picture_hash = NULL", "has not the pieces of its hash"),
        ("DELETE FROM picture_bands WHERE band = 7", "has not the pieces of its hash"),
        ("UPDATE upload_reviews SET possible_duplicate_of = upload_id", "is marked with UP"),
        ("UPDATE upload_reviews SET possible_duplicate_of = 'UP1'", "is marked with UP1"),
        (
            "INSERT INTO pending_objects (object_key, created_at) SELECT image_url, 0 FROM upload_reviews",
            "which will be swept",
        ),
        (
            "INSERT INTO pending_objects (object_key, created_at)
             SELECT REPLACE(image_url, '.jpg', '-small.jpg'), 0 FROM upload_reviews",
            "which will be swept",
        ),
        ("UPDATE users SET upload_count = 2", "has sent in 1 receipts on 20261122, 2 were counted"),
        ("UPDATE users SET upload_count = 0", "has sent in 1 receipts on 20261122, 0 were counted"),
        (
            "UPDATE upload_reviews SET created_at = created_at - 200000000",
            "has sent in 0 receipts on 20261122, 1 were counted",
        ),
        ("UPDATE events SET kind = 'system_notice' WHERE kind = 'review_pending'", "were told 0 times of receipt UP"),
    ] {
        let app = TestApp::new().await;
        let token = app.login(DEMO_PHONE).await;
        photos::upload(&app, &token, &photos::jpeg(1)).await.ok();
        app.execute(sql).await;
        let panic = std::panic::catch_unwind(AssertUnwindSafe(|| drop(app))).expect_err("the check must fail");
        let panic = panic.downcast_ref::<String>().cloned().unwrap_or_default();
        assert!(panic.contains(says), "{sql}: {panic}");
    }
}

#[tokio::test]
async fn a_spoiled_picture_is_noticed() {
    for (sql, says) in [
        ("DELETE FROM pictures", "its picture /media/pictures/"),
        ("UPDATE lottery_prizes SET image = '/media/pictures/x.png' WHERE prize_id = 2", "prize 2: its picture"),
        ("UPDATE pictures SET content = x'78'", "is not what its path says"),
        ("UPDATE pictures SET path = REPLACE(path, '.png', '.jpg')", "prize 1: its picture"),
    ] {
        let app = TestApp::new().await;
        let token = app.merchant("13700137000").await;
        let image = pictures::send(&app, &token, &pictures::png(1)).await.ok()["image"].clone();
        pictures::publish_with(&app, &token, &image).await.ok();
        app.execute(sql).await;
        let panic = std::panic::catch_unwind(AssertUnwindSafe(|| drop(app))).expect_err("the check must fail");
        let panic = panic.downcast_ref::<String>().cloned().unwrap_or_default();
        assert!(panic.contains(says), "{sql}: {panic}");
    }
}

#[tokio::test]
async fn the_database_itself_refuses_negative_numbers() {
    let app = TestApp::new().await;
    for sql in [
        "UPDATE users SET total_points = -1",
        "UPDATE lottery_prizes SET stock = -1",
        "UPDATE lottery_tables SET active = 2",
        "INSERT INTO lottery_tables (table_hash, table_text, rules, active, published_at) VALUES ('', '', '', 1, 0)",
    ] {
        assert!(app.try_execute(sql).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn the_server_is_served_on_a_real_port() {
    let mut app = TestApp::new().await;
    let base = app.serve().await;
    let health: serde_json::Value = reqwest::get(format!("{base}/healthz")).await.unwrap().json().await.unwrap();
    assert_eq!(health["code"], 0);
    let metrics = reqwest::get(format!("{base}/metrics")).await.unwrap().text().await.unwrap();
    assert!(
        metrics.contains(r#"fairwheel_http_requests_total{method="GET",route="/healthz",status="200",code="0"} 1"#)
    );
    let redirected = reqwest::get(format!("{base}/demo")).await.unwrap();
    assert_eq!(redirected.url().path(), "/demo/");
    let missing = reqwest::get(format!("{base}/demo/core/none.wasm")).await.unwrap();
    assert_eq!(missing.status(), 404);
    assert!(missing.text().await.unwrap().contains("cargo xtask wasm"));
}

#[tokio::test]
async fn a_server_without_its_database_lives_and_is_not_ready() {
    let app = TestApp::new().await;
    app.get("/readyz", "").await.ok();
    app.state.db.close().await;
    app.get("/healthz", "").await.ok();
    app.get("/readyz", "").await.http(503);
}
