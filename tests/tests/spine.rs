//! The whole path of a diner: log in, look at the wheel, draw, and prove it.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use fairwheel_core::proof::{Expected, Proof, verify};
use fairwheel_server::seed::{DEMO_PHONE, DEMO_POINTS};
use fairwheel_tests::TestApp;
use serde_json::{Value, json};

/// What a client knows before it draws.
struct Promise {
    table_text: String,
    table_hash: String,
    nonce: u64,
    commitment: String,
    client_seed: String,
}

async fn promise(app: &TestApp, token: &str) -> Promise {
    let config = app.get("/api/lottery/config", token).await.ok();
    let fairness = &config["fairness"];
    let text = |name: &str| fairness[name].as_str().unwrap_or_else(|| panic!("{name} in {fairness}")).to_owned();
    assert_eq!(text("algorithm"), "fairwheel-draw-v1");
    Promise {
        table_text: text("table_text"),
        table_hash: text("table_hash"),
        nonce: fairness["nonce"].as_u64().unwrap(),
        commitment: text("commitment"),
        client_seed: text("client_seed"),
    }
}

/// The proof in a draw's answer, completed with the table text that the client has.
fn proof_of(drawn: &Value, promise: &Promise) -> Proof {
    let mut proof = drawn["fairness"].clone();
    assert!(proof.get("table_text").is_none());
    proof["table_text"] = json!(promise.table_text);
    serde_json::from_value(proof).unwrap()
}

fn check(proof: &Proof, promise: &Promise) {
    let expected = Expected {
        commitment: Some(promise.commitment.clone()),
        nonce: Some(promise.nonce),
        table_hash: Some(promise.table_hash.clone()),
        ..Expected::default()
    };
    let report = verify(proof, &expected);
    assert!(report.ok(), "{:?}", report.failures().collect::<Vec<_>>());
}

/// Points won, as the results say.
fn won(drawn: &Value) -> i64 {
    let results = drawn["results"].as_array().unwrap().iter();
    results
        .filter(|result| result["prize_type"] == "points")
        .map(|result| result["prize_value"].as_i64().unwrap())
        .sum()
}

#[tokio::test]
async fn a_diner_logs_in_draws_and_proves_it() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let info = app.get("/api/user/info", &token).await.ok();
    assert_eq!((&info["total_points"], &info["phone"]), (&json!(DEMO_POINTS), &json!("138****8000")));
    assert_eq!((&info["level"], &info["status"], &info["is_merchant"]), (&json!(2), &json!("active"), &json!(false)));
    assert_eq!(info["created_at"], "2026-11-22T04:00:00.000Z");

    let first = promise(&app, &token).await;
    assert_eq!(first.nonce, 1);
    let body = json!({ "draw_type": "single", "count": 1, "client_seed": "掷骰子🎲", "table_hash": first.table_hash });
    let drawn = app.draw(&token, &body).await.ok();
    let proof = proof_of(&drawn, &first);
    check(&proof, &first);
    assert_eq!(proof.client_seed, "掷骰子🎲");
    assert_eq!(drawn["remaining_points"], DEMO_POINTS - 100 + won(&drawn));
    assert_eq!((&drawn["points_cost"], &drawn["today_draw_count"]), (&json!(100), &json!(1)));
    assert_eq!(drawn["draw_id"], proof.draw_id);

    // What the first answer promised is what the config promises now.
    let second = promise(&app, &token).await;
    assert_eq!((second.nonce, &second.commitment), (proof.next_nonce, &proof.next_commitment));
    let points = drawn["remaining_points"].as_i64().unwrap();
    let drawn = app.draw(&token, &json!({ "draw_type": "five", "count": 5 })).await.ok();
    let proof = proof_of(&drawn, &second);
    check(&proof, &second);
    assert_eq!(proof.client_seed, second.client_seed, "the user's own seed is used when the request brings none");
    assert_eq!(drawn["remaining_points"], points - 500 + won(&drawn));
    assert_eq!(drawn["today_draw_count"], 6);
    assert_eq!(promise(&app, &token).await.commitment, proof.next_commitment);

    let stored = app.get(&format!("/api/lottery/proof/{}", proof.draw_id), &token).await.ok();
    assert_eq!(serde_json::from_value::<Proof>(stored).unwrap(), proof);
}

#[tokio::test]
async fn ten_draws_settle_together_and_are_listed() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let promise = promise(&app, &token).await;
    let drawn = app.draw(&token, &json!({ "draw_type": "ten" })).await.ok();
    let proof = proof_of(&drawn, &promise);
    check(&proof, &promise);
    assert_eq!(drawn["results"].as_array().unwrap().len(), 10);
    for (shown, proved) in drawn["results"].as_array().unwrap().iter().zip(&proof.results) {
        assert_eq!(shown["prize_id"], proved.prize_id);
        assert_eq!(shown["drawn_prize_id"], proved.drawn_prize_id);
        assert_eq!(
            format!("{:.2}", shown["angle"].as_f64().unwrap()),
            format!("{}.{:02}", proved.angle / 100, proved.angle % 100)
        );
    }
    let info = app.get("/api/user/info", &token).await.ok();
    assert_eq!(info["total_points"], drawn["remaining_points"]);
    assert_eq!(info["total_points"], DEMO_POINTS - 1000 + won(&drawn));

    let page = app.get("/api/lottery/records?page=2&page_size=4", &token).await.ok();
    assert_eq!(
        (&page["total"], &page["page"], &page["size"], &page["has_more"]),
        (&json!(10), &json!(2), &json!(4), &json!(true))
    );
    assert_eq!(page["records"], page["list"]);
    assert_eq!(page["pagination"], json!({ "page": 2, "size": 4, "total": 10, "has_more": true }));
    // Newest first: the second page of four begins with the sixth draw.
    let record = &page["records"][0];
    assert_eq!(record["prize_id"], proof.results[5].prize_id);
    assert_eq!((&record["draw_id"], &record["nonce"]), (&json!(proof.draw_id), &json!(1)));
    assert_eq!((&record["draw_type"], &record["points_cost"]), (&json!("ten"), &json!(100)));
    app.get("/api/lottery/records?size=101", &token).await.bad_field("size");
}

#[tokio::test]
async fn the_config_shows_the_wheel_as_it_is() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let config = app.get("/api/lottery/config", &token).await.ok();
    let prizes = config["prizes"].as_array().unwrap();
    assert_eq!(prizes.len(), 8);
    let first = json!({
        "id": 1, "name": "八八折券", "angle": 0, "color": "#cb3a22", "image": "", "probability": 0.05,
        "is_activity": true, "type": "coupon", "value": 0.88, "sold_out": false,
    });
    assert_eq!(prizes[0], first);
    assert_eq!((&prizes[6]["type"], &prizes[6]["value"]), (&json!("points"), &json!(50)));
    let sum: f64 = prizes.iter().map(|prize| prize["probability"].as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-9);
    assert_eq!((&config["cost_points"], &config["daily_limit"]), (&json!(100), &json!(10)));
    assert_eq!((&config["today_draw_count"], &config["remaining_draws"]), (&json!(0), &json!(10)));
    assert!(config["rules"].as_str().is_some_and(|rules| !rules.is_empty()));

    let empty = TestApp::empty().await;
    let token = empty.diner("13900139000", 500).await;
    empty.get("/api/lottery/config", &token).await.refused(404);
    empty.draw(&token, &json!({ "draw_type": "single" })).await.refused(1003);
}

#[tokio::test]
async fn a_proof_is_for_its_diner_and_for_merchants() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let drawn = app.draw(&token, &json!({ "draw_type": "triple" })).await.ok();
    let path = format!("/api/lottery/proof/{}", drawn["draw_id"].as_str().unwrap());
    let own = app.get(&path, &token).await.ok();
    let stranger = app.diner("13900139000", 0).await;
    app.get(&path, &stranger).await.refused(404);
    app.get("/api/lottery/proof/d1-none", &token).await.refused(404);
    app.get(&path, "").await.refused(401);

    app.execute("UPDATE users SET is_merchant = 1 WHERE mobile = '13900139000'").await;
    assert_eq!(app.get(&path, &stranger).await.ok(), own);
}

#[tokio::test]
async fn a_proof_survives_a_new_table_and_a_restart() {
    let mut app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let drawn = app.draw(&token, &json!({ "draw_type": "single" })).await.ok();
    let path = format!("/api/lottery/proof/{}", drawn["draw_id"].as_str().unwrap());
    let before = app.get(&path, &token).await;
    app.publish(fairwheel_core::prize::TableSpec { cost: 7, ..fairwheel_server::seed::demo_spec() }).await;
    app.restart().await;
    assert_eq!(app.get(&path, &token).await.bytes, before.bytes);
    assert_eq!(app.draw(&token, &json!({ "draw_type": "single" })).await.ok()["points_cost"], 7);
}

#[tokio::test]
async fn two_servers_with_the_same_seeds_draw_the_same() {
    let mut drawn = Vec::new();
    for _ in 0..2 {
        let app = TestApp::new().await;
        let token = app.login(DEMO_PHONE).await;
        drawn.push(app.draw(&token, &json!({ "draw_type": "ten", "client_seed": "x" })).await.bytes);
    }
    assert_eq!(drawn[0], drawn[1]);
}
