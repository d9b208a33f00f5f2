//! Becoming a merchant: somebody applies, an admin decides.

use std::sync::Arc;

use fairwheel_tests::{Answer, TestApp};
use serde_json::{Value, json};

const ADMIN: &str = "13700137000";
const OTHER_ADMIN: &str = "13700137001";
const DINER: &str = "13900139000";
const APPLY: &str = "/api/merchant/apply";
const LIST: &str = "/api/admin/merchant-applications";

async fn server() -> (TestApp, String) {
    let app = TestApp::configured(&[("FAIRWHEEL_ADMIN_PHONES", &format!("{ADMIN},{OTHER_ADMIN}"))]).await;
    let admin = app.diner(ADMIN, 0).await;
    (app, admin)
}

fn application() -> Value {
    json!({
        "store_name": "  福轮酒家（人民路店） ", "business_license": "91310101MA1FPX1234",
        "contact_person": "王小明", "contact_phone": "13800138000",
    })
}

async fn apply(app: &TestApp, token: &str) -> Answer {
    app.post(APPLY, Some(token), &application()).await
}

async fn review(app: &TestApp, admin: &str, id: &Value, body: &Value) -> Answer {
    app.post(&format!("{LIST}/{id}/review"), Some(admin), body).await
}

#[tokio::test]
async fn an_application_grants_nothing_until_an_admin_approves_it() {
    let (app, admin) = server().await;
    let diner = app.diner(DINER, 0).await;
    assert_eq!(app.get(APPLY, &diner).await.ok(), json!({ "application": null }));
    let made = apply(&app, &diner).await.ok();
    let id = made["application_id"].clone();
    assert_eq!(made, json!({ "application_id": id, "status": "pending" }));
    app.get("/api/merchant/exchange/records", &diner).await.refused(403);
    let own = app.get(APPLY, &diner).await.ok()["application"].clone();
    assert_eq!(
        own,
        json!({
            "application_id": id, "status": "pending", "status_text": "审核中", "store_name": "福轮酒家（人民路店）",
            "review_reason": null, "review_time": null, "created_at": "2026-11-22T04:00:00.000Z",
        })
    );
    assert_eq!(apply(&app, &diner).await.refused(409)["data"], json!({ "application_id": id }));

    app.state.clock.advance(std::time::Duration::from_mins(1));
    let decided = review(&app, &admin, &id, &json!({ "action": "approve" })).await.ok()["application"].clone();
    let shown = json!({
        "application_id": id, "user_id": 2, "user_phone": "139****9000", "user_status": "active",
        "store_name": "福轮酒家（人民路店）", "business_license": "91310101MA1FPX1234", "contact_person": "王小明",
        "contact_phone": "138****8000", "status": "approved", "status_text": "已通过",
        "created_at": "2026-11-22T04:00:00.000Z", "reviewer_id": 1, "review_reason": null,
        "review_time": "2026-11-22T04:01:00.000Z",
    });
    assert_eq!(decided, shown);
    // With the token that they have.
    app.get("/api/merchant/exchange/records", &diner).await.ok();
    assert_eq!(app.get(APPLY, &diner).await.ok()["application"]["status_text"], "已通过");
    assert_eq!(apply(&app, &diner).await.refused(409)["data"], json!({}));
    let again = review(&app, &admin, &id, &json!({ "action": "reject", "reason": "x" })).await.refused(409);
    assert_eq!(again["data"], json!({ "status": "approved" }));
}

#[tokio::test]
async fn a_rejection_says_why_and_one_may_apply_again() {
    let (app, admin) = server().await;
    let diner = app.diner(DINER, 0).await;
    let id = apply(&app, &diner).await.ok()["application_id"].clone();
    let before = app.dump().await;
    for (body, field) in [
        (json!({ "action": "reject" }), "reason"),
        (json!({ "action": "reject", "reason": " \u{3000}" }), "reason"),
        (json!({ "action": "reject", "reason": "字".repeat(201) }), "reason"),
        (json!({ "action": "approve", "reason": "a\u{7}b" }), "reason"),
        (json!({ "action": "Approve" }), "action"),
        (json!({}), "action"),
    ] {
        review(&app, &admin, &id, &body).await.bad_field(field);
    }
    review(&app, &admin, &json!("x"), &json!({ "action": "approve" })).await.bad_field("id");
    review(&app, &admin, &json!(0), &json!({ "action": "approve" })).await.bad_field("id");
    review(&app, &admin, &json!(99), &json!({ "action": "approve" })).await.refused(404);
    review(&app, &diner, &id, &json!({ "action": "approve" })).await.refused(403);
    assert_eq!(app.dump().await, before);

    review(&app, &admin, &id, &json!({ "action": "reject", "reason": " 执照号有误 " })).await.ok();
    let own = app.get(APPLY, &diner).await.ok()["application"].clone();
    assert_eq!((&own["status"], &own["review_reason"]), (&json!("rejected"), &json!("执照号有误")));
    app.get("/api/merchant/exchange/records", &diner).await.refused(403);
    let next = apply(&app, &diner).await.ok()["application_id"].clone();
    assert_ne!(next, id);
    assert_eq!(app.get(APPLY, &diner).await.ok()["application"]["application_id"], next);
}

#[tokio::test]
async fn what_is_applied_with_is_checked() {
    let (app, _) = server().await;
    let diner = app.diner(DINER, 0).await;
    let before = app.dump().await;
    for (field, bad) in [
        ("store_name", json!(" ")),
        ("store_name", json!("字".repeat(101))),
        ("store_name", json!("a\nb")),
        ("store_name", json!("a\u{0}b")),
        ("store_name", json!(5)),
        ("business_license", json!("")),
        ("business_license", json!("9".repeat(51))),
        ("business_license", json!("９１３１")),
        ("business_license", json!("91 31")),
        ("contact_person", json!("")),
        ("contact_person", json!("a\u{85}b")),
        ("contact_phone", json!("12800138000")),
        ("contact_phone", json!("+8613800138000")),
        ("contact_phone", json!(13_800_138_000_i64)),
        ("contact_phone", Value::Null),
    ] {
        let mut body = application();
        body[field] = bad;
        app.post(APPLY, Some(&diner), &body).await.bad_field(field);
        body.as_object_mut().unwrap().remove(field);
        app.post(APPLY, Some(&diner), &body).await.bad_field(field);
    }
    app.post(APPLY, None, &application()).await.refused(401);
    assert_eq!(app.dump().await, before);
    let mut longest = application();
    longest["store_name"] = json!("🎡".repeat(100));
    longest["business_license"] = json!("9-".repeat(25));
    longest["contact_phone"] = json!(" 19912345678 ");
    app.post(APPLY, Some(&diner), &longest).await.ok();
    assert_eq!(app.get(APPLY, &diner).await.ok()["application"]["store_name"], longest["store_name"]);
}

#[tokio::test]
async fn nobody_decides_their_own_application() {
    let (app, admin) = server().await;
    let other = app.diner(OTHER_ADMIN, 0).await;
    let id = apply(&app, &admin).await.ok()["application_id"].clone();
    let before = app.dump().await;
    for body in [json!({ "action": "approve" }), json!({ "action": "reject", "reason": "x" })] {
        let refused = review(&app, &admin, &id, &body).await.refused(403);
        assert_eq!(refused["message"], "不能审核自己的申请");
    }
    assert_eq!(app.dump().await, before);
    review(&app, &other, &id, &json!({ "action": "approve", "reason": "欢迎" })).await.ok();
    review(&app, &admin, &id, &json!({ "action": "approve" })).await.refused(403);
}

#[tokio::test]
async fn a_merchant_by_other_ways_is_told_once() {
    let (app, admin) = server().await;
    let diner = app.diner(DINER, 0).await;
    let id = apply(&app, &diner).await.ok()["application_id"].clone();
    app.execute("UPDATE users SET is_merchant = 1 WHERE user_id = 2").await;
    assert_eq!(apply(&app, &diner).await.refused(409)["message"], "您已经是商家");
    let events = fairwheel_server::store::event::last_id(&app.state.db).await.unwrap();
    review(&app, &admin, &id, &json!({ "action": "approve" })).await.ok();
    assert_eq!(fairwheel_server::store::event::last_id(&app.state.db).await.unwrap(), events, "no right has changed");
}

#[tokio::test]
async fn those_that_wait_longest_come_first() {
    let (app, admin) = server().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        let diner = app.diner(&format!("1390013900{n}"), 0).await;
        ids.push(apply(&app, &diner).await.ok()["application_id"].as_i64().unwrap());
    }
    for (n, action) in [(0, "approve"), (2, "reject"), (3, "approve")] {
        review(&app, &admin, &json!(ids[n]), &json!({ "action": action, "reason": "x" })).await.ok();
    }
    let shown = async |query: &str| {
        let list = app.get(&format!("{LIST}?{query}"), &admin).await.ok();
        let rows: Vec<_> = list["applications"].as_array().unwrap().clone();
        let rows = rows.iter().map(|row| ids.iter().position(|id| row["application_id"] == *id).unwrap());
        (rows.collect::<Vec<_>>(), list["total"].as_i64().unwrap())
    };
    assert_eq!(shown("").await, (vec![1, 4, 3, 2, 0], 5));
    assert_eq!(shown("status=all&page=2&size=2").await, (vec![3, 2], 5));
    assert_eq!(shown("status=pending").await, (vec![1, 4], 2));
    assert_eq!(shown("status=approved").await, (vec![3, 0], 2));
    assert_eq!(shown("status=rejected").await, (vec![2], 1));
    app.get(&format!("{LIST}?status=open"), &admin).await.bad_field("status");
    let diner = app.diner("13600136000", 0).await;
    app.get(LIST, &diner).await.refused(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_applies_and_one_decides() {
    let (app, admin) = server().await;
    let other = app.diner(OTHER_ADMIN, 0).await;
    let diner = app.diner(DINER, 0).await;
    let app = Arc::new(app);
    for round in 0..5 {
        let all = (0..8).map(|n| {
            let (app, diner, admin) = (app.clone(), diner.clone(), if n % 2 == 0 { &admin } else { &other }.clone());
            tokio::spawn(async move {
                let applied = apply(&app, &diner).await.json();
                let id = applied["data"]["application_id"].clone();
                let body = json!({ "action": "reject", "reason": format!("{n}") });
                let decided = if id.is_null() { Value::Null } else { review(&app, &admin, &id, &body).await.json() };
                (applied["code"].clone(), decided["code"].clone())
            })
        });
        let (mut applied, mut decided) = (0, 0);
        for task in all.collect::<Vec<_>>() {
            let codes = task.await.unwrap();
            for code in [&codes.0, &codes.1] {
                assert!(*code == 0 || *code == 409, "round {round}: {code}");
            }
            applied += i32::from(codes.0 == 0);
            decided += i32::from(codes.1 == 0);
        }
        assert!(applied >= 1 && applied == decided, "round {round}: {applied} made, {decided} decided");
    }
    let id = apply(&app, &diner).await.ok()["application_id"].clone();
    let approve = json!({ "action": "approve" });
    let (one, two) = tokio::join!(review(&app, &admin, &id, &approve), review(&app, &other, &id, &approve));
    let mut codes = [one.json()["code"].as_i64(), two.json()["code"].as_i64()];
    codes.sort_unstable();
    assert_eq!(codes, [Some(0), Some(409)]);
}

#[tokio::test]
async fn a_spoiled_application_is_noticed() {
    for sql in [
        "UPDATE merchant_applications SET status = 'approved'",
        "UPDATE merchant_applications SET pending = NULL",
        "UPDATE merchant_applications SET review_time = 1",
        "UPDATE merchant_applications SET status = 'approved', pending = NULL, reviewer_id = user_id, review_time = 1",
        "UPDATE merchant_applications SET status = 'rejected', pending = NULL, reviewer_id = 1, review_time = 1",
    ] {
        let (app, _) = server().await;
        let diner = app.diner(DINER, 0).await;
        apply(&app, &diner).await.ok();
        app.execute(sql).await;
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(app))).expect_err("it must fail");
        let panic = panic.downcast_ref::<String>().cloned().unwrap_or_default();
        assert!(panic.contains("application 1 of user 2"), "{sql}: {panic}");
    }
}
