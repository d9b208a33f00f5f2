//! What merchants see of what was decided, and a check of the tables that can fail.

use std::{panic::AssertUnwindSafe, time::Duration};

use fairwheel_tests::invariants;
use serde_json::json;

use super::{ANN, BOB, MERCHANT, STATISTICS, approve, batch, reject, review, shop, upload, uploads};

#[tokio::test]
async fn merchants_see_what_they_have_done() {
    let (app, merchant, _) = shop().await;
    let statistics = async |token: &str| app.get(STATISTICS, token).await.ok();
    let counts = |pending: i64, approved: i64, rejected: i64, total: i64, week: i64, average: f64| {
        let average = if average.fract() == 0.0 { json!(0) } else { json!(average) };
        json!({
            "pending_count": pending, "today_approved": approved, "today_rejected": rejected,
            "total_processed": total, "this_week_processed": week, "average_processing_time": average,
        })
    };
    assert_eq!(statistics(&merchant).await, counts(0, 0, 0, 0, 0, 0.0));
    // The 22nd is a Sunday; in Shanghai its last minute begins now.
    app.state.clock.set("2026-11-22T15:59:00Z".parse().unwrap());
    let merchant = app.login(MERCHANT).await;
    uploads(&app, 5).await;
    app.state.clock.advance(Duration::from_millis(59_999));
    review(&app, &merchant, approve("UP000", 50)).await.ok();
    review(&app, &merchant, reject("UP001")).await.ok();
    // 59,999 ms are a minute, to two decimals.
    let mut one = counts(3, 1, 1, 2, 2, 0.0);
    one["average_processing_time"] = json!(1);
    assert_eq!(statistics(&merchant).await, one);
    app.state.clock.advance(Duration::from_millis(1));
    one["today_approved"] = json!(0);
    one["today_rejected"] = json!(0);
    one["this_week_processed"] = json!(0);
    assert_eq!(statistics(&merchant).await, one);
    app.state.clock.advance(Duration::from_secs(30));
    batch(&app, &merchant, &["UP002", "UP003"], "approve").await.ok();
    assert_eq!(statistics(&merchant).await, counts(1, 2, 0, 4, 2, 1.25));
    // On Wednesday, Monday is of the same week; seven days on it is of late, and a moment later it is not any more.
    app.state.clock.set("2026-11-25T04:00:00Z".parse().unwrap());
    let merchant = app.login(MERCHANT).await;
    assert_eq!(statistics(&merchant).await, counts(1, 0, 0, 4, 2, 1.25));
    app.state.clock.set("2026-11-29T16:00:30Z".parse().unwrap());
    let merchant = app.login(MERCHANT).await;
    assert_eq!(statistics(&merchant).await, counts(1, 0, 0, 4, 0, 1.5));
    app.state.clock.advance(Duration::from_millis(1));
    assert_eq!(statistics(&merchant).await, counts(1, 0, 0, 4, 0, 0.0));
}

/// Statements that break an invariant, and what the check says of it. `A`, `R` and `P` and a number are the names of a
/// receipt that was approved, one that was rejected and one that waits: `#` is replaced by the place in this list.
const SPOILED: &[(&str, &str)] = &[
    ("UPDATE upload_reviews SET points_awarded = 51 WHERE upload_id = 'A#'", "receipt A# of user 1 is approved"),
    ("UPDATE upload_reviews SET points_awarded = 0 WHERE upload_id = 'A#'", "receipt A# of user 1 is approved"),
    ("UPDATE upload_reviews SET user_id = 3 WHERE upload_id = 'A#'", "receipt A# of user 3 is approved"),
    (
        "UPDATE upload_reviews SET reviewer_id = user_id WHERE upload_id = 'R#'",
        "receipt R# of user 1 is rejected, by Some(1)",
    ),
    (
        "UPDATE upload_reviews SET reviewer_id = NULL WHERE upload_id = 'R#'",
        "receipt R# of user 1 is rejected, by None",
    ),
    ("UPDATE upload_reviews SET review_time = NULL WHERE upload_id = 'A#'", "receipt A# of user 1 is approved"),
    ("UPDATE upload_reviews SET review_status = 'rejected' WHERE upload_id = 'A#'", "receipt A# of user 1 is rejected"),
    ("UPDATE upload_reviews SET review_status = 'pending' WHERE upload_id = 'R#'", "receipt R# of user 1 is pending"),
    ("UPDATE upload_reviews SET points_awarded = 1 WHERE upload_id = 'R#'", "receipt R# of user 1 is rejected"),
    ("UPDATE upload_reviews SET points_awarded = 0 WHERE upload_id = 'P#'", "receipt P# of user 1 is pending"),
    ("UPDATE upload_reviews SET review_time = 1 WHERE upload_id = 'P#'", "receipt P# of user 1 is pending"),
    ("UPDATE points_records SET related_id = 'P#' WHERE related_id = 'A#'", "receipt P# of user 1 is pending"),
    (
        "UPDATE points_records SET related_id = 'X#' WHERE related_id = 'A#'",
        "receipt Some(\"X#\") is not there and moved",
    ),
    ("UPDATE points_records SET related_id = NULL WHERE related_id = 'A#'", "receipt None is not there and moved"),
    ("UPDATE points_records SET reason = 'admin' WHERE related_id = 'A#'", "receipt A# of user 1 is approved"),
    (
        "INSERT INTO points_records (user_id, points, balance_after, reason, description, related_id, created_at)
         VALUES (1, 50, 0, 'photo_review', '', 'A#', 0)",
        "receipt A# of user 1 is approved",
    ),
    (
        "UPDATE events SET kind = 'system_notice' WHERE kind = 'review_result' AND data LIKE '%\"A#\"%'",
        "of receipt A# was told []",
    ),
    ("UPDATE events SET data = REPLACE(data, '\"R#\"', '\"X#\"')", "receipt X# is not there and"),
    ("UPDATE events SET data = REPLACE(data, '\"R#\"', '\"A#\"')", "of receipt A# was told [("),
    (
        "UPDATE events SET data = REPLACE(data, 'rejected', 'approved') WHERE data LIKE '%\"R#\"%'",
        "of receipt R# was told [(1, \"approved\"",
    ),
    (
        "UPDATE events SET data = REPLACE(data, '50', '51') WHERE data LIKE '%\"A#\"%'",
        "of receipt A# was told [(1, \"approved\", Some(51)",
    ),
    ("UPDATE events SET user_id = 3 WHERE data LIKE '%\"A#\"%'", "of receipt A# was told [(3, \"approved\""),
    // What comes right after the news of it is not its points.
    (
        "INSERT INTO events (id, audience, user_id, kind, data, created_at)
         SELECT 100000 + id, audience, user_id, kind, REPLACE(data, '\"A#\"', '\"R#\"'), created_at
         FROM events WHERE data LIKE '%\"A#\"%'",
        "of receipt R# was told [(1, \"rejected\", Some(0), None), (1, \"approved\", Some(50), None)]",
    ),
];

#[tokio::test]
async fn a_spoiled_receipt_is_noticed() {
    let (app, merchant, _) = shop().await;
    app.diner(BOB, 0).await;
    let names = |kind: char| -> Vec<_> { (0..SPOILED.len()).map(|at| format!("{kind}{at}")).collect() };
    for name in [names('A'), names('R'), names('P')].concat() {
        upload(&app, &name, ANN, None).await;
    }
    batch(&app, &merchant, &names('A'), "approve").await.ok();
    batch(&app, &merchant, &names('R'), "reject").await.ok();
    assert_eq!(invariants::broken(&app.state.db).await, [""; 0]);
    for (at, (sql, _)) in SPOILED.iter().enumerate() {
        app.execute(sql.replace('#', &at.to_string()).leak()).await;
    }
    let panic = std::panic::catch_unwind(AssertUnwindSafe(|| drop(app))).expect_err("the check must fail");
    let panic = panic.downcast_ref::<String>().cloned().unwrap_or_default();
    for (at, (sql, says)) in SPOILED.iter().enumerate() {
        assert!(panic.contains(&says.replace('#', &at.to_string())), "{at}: {sql}: {panic}");
    }
}
