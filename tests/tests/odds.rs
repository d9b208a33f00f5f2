//! The odds that everybody may see, and what a diner has drawn.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use fairwheel_core::prize::{Prize, PrizeKind, TableSpec};
use fairwheel_server::seed::{self, DEMO_PHONE};
use fairwheel_tests::TestApp;
use serde_json::{Value, json};

const PATH: &str = "/api/lottery/odds";

/// A dish of which there are three, a coupon, points, and nothing.
fn spec() -> TableSpec {
    let prize = |id: u32, weight, kind, value_cents, stock, name: &str| Prize {
        id,
        angle: (id - 1) * 90,
        weight,
        kind,
        value_cents,
        is_activity: false,
        stock,
        name: name.into(),
    };
    TableSpec {
        cost: 10,
        daily_limit: 10_000,
        fallback: Some(4),
        prizes: vec![
            prize(1, 3333, PrizeKind::Physical, 3800, Some(3), "虾1份"),
            prize(2, 3333, PrizeKind::Coupon, 88, None, "八八折券"),
            prize(3, 1667, PrizeKind::Points, 700, None, "7积分"),
            prize(4, 1667, PrizeKind::Empty, 0, None, "谢谢参与"),
        ],
    }
}

#[tokio::test]
async fn anybody_sees_what_is_declared_and_what_was_drawn() {
    let app = TestApp::with_table(spec()).await;
    let nothing = app.request("GET".parse().unwrap(), PATH, None, None).await.ok();
    assert_eq!((&nothing["total_draws"], &nothing["cost_points"]), (&json!(0), &json!(10)));
    assert_eq!(nothing["published_at"], "2026-11-22T04:00:00.000Z");

    let token = app.diner("13900139000", 1000).await;
    let (mut drawn, mut given) = (BTreeMap::<u64, u64>::new(), BTreeMap::<u64, u64>::new());
    for n in 0..3 {
        let answer = app.draw(&token, &json!({ "draw_type": "ten", "client_seed": format!("{n}") })).await.ok();
        for result in answer["results"].as_array().unwrap() {
            *drawn.entry(result["drawn_prize_id"].as_u64().unwrap()).or_default() += 1;
            *given.entry(result["prize_id"].as_u64().unwrap()).or_default() += 1;
        }
    }
    app.draw(&token, &json!({ "draw_type": "single" })).await.ok();
    assert_eq!(app.get(PATH, "").await.ok(), nothing, "for two seconds");

    app.state.clock.advance(Duration::from_secs(2));
    let odds = app.get(PATH, "").await.ok();
    let config = app.get("/api/lottery/config", &token).await.ok();
    for name in ["table_text", "table_hash"] {
        assert_eq!(odds[name], config["fairness"][name]);
    }
    assert_eq!(odds["total_draws"], 31);
    let prizes = odds["prizes"].as_array().unwrap();
    let first = &prizes[0];
    assert_eq!(
        [&first["id"], &first["name"], &first["type"], &first["value"], &first["probability"], &first["stock"]],
        [&json!(1), &json!("虾1份"), &json!("physical"), &json!(38), &json!(0.3333), &json!(3)]
    );
    assert_eq!((&first["expected_count"], &first["stock_left"]), (&json!(10.3323), &json!(0)));
    assert_eq!((&prizes[1]["stock"], &prizes[1]["stock_left"]), (&json!(null), &json!(null)));
    assert_eq!(first["given_count"], 3);
    assert!(drawn[&1] > 3, "more were drawn than there were, with these seeds");
    let sum = |name: &str| prizes.iter().map(|prize| prize[name].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("observed_count"), sum("given_count")), (31, 31));
    for prize in prizes {
        let id = prize["id"].as_u64().unwrap();
        for (name, counts) in [("observed_count", &drawn), ("given_count", &given)] {
            let more = prize[name].as_u64().unwrap() - counts.get(&id).copied().unwrap_or(0);
            assert!(more <= 1, "the last draw");
        }
    }
}

#[tokio::test]
async fn a_new_version_begins_at_nothing_and_no_version_is_404() {
    let app = TestApp::empty().await;
    app.get(PATH, "").await.refused(404);
    app.publish(spec()).await;
    let token = app.diner("13900139000", 1000).await;
    app.draw(&token, &json!({ "draw_type": "ten" })).await.ok();
    app.state.clock.advance(Duration::from_secs(2));
    assert_eq!(app.get(PATH, "").await.ok()["total_draws"], 10);
    app.publish(TableSpec { cost: 5, ..spec() }).await;
    app.state.clock.advance(Duration::from_secs(2));
    let odds = app.get(PATH, "").await.ok();
    assert_eq!((&odds["total_draws"], &odds["cost_points"]), (&json!(0), &json!(5)));
    let left = &odds["prizes"][0]["stock_left"];
    assert!(left.as_u64() < Some(3), "what was won stays won: {left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_ask_while_others_draw_see_every_draw_once() {
    let app = Arc::new(TestApp::with_table(spec()).await);
    let mut tasks = Vec::new();
    for n in 0..4 {
        let (app, token) = (app.clone(), app.diner(&format!("1390013900{n}"), 10_000).await);
        tasks.push(tokio::spawn(async move {
            for _ in 0..6 {
                app.draw(&token, &json!({ "draw_type": "five" })).await.ok();
                app.state.clock.advance(Duration::from_secs(1));
            }
        }));
    }
    for _ in 0..4 {
        let app = app.clone();
        tasks.push(tokio::spawn(async move {
            let mut before = 0;
            for _ in 0..20 {
                let odds = app.get(PATH, "").await.ok();
                let total = odds["total_draws"].as_u64().unwrap();
                let sum = |name: &str| {
                    odds["prizes"].as_array().unwrap().iter().map(|prize| prize[name].as_u64().unwrap()).sum::<u64>()
                };
                assert_eq!((sum("observed_count"), sum("given_count")), (total, total));
                assert!(total >= before && total % 5 == 0, "whole requests, and none is lost: {total} after {before}");
                before = total;
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    app.state.clock.advance(Duration::from_secs(2));
    assert_eq!(app.get(PATH, "").await.ok()["total_draws"], 120);
}

#[tokio::test]
async fn a_diner_sees_their_own_counts() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let none = app.get("/api/lottery/statistics", &token).await.ok();
    let nothing = json!({ "points": 0, "coupon": 0, "physical": 0, "empty": 0 });
    assert_eq!((&none["total_draws"], &none["wins"], &none["total_wins"]), (&json!(0), &nothing, &json!(0)));

    let mut spec = seed::demo_spec();
    spec.daily_limit = 100;
    app.publish(spec).await;
    let mut wins = BTreeMap::<String, i64>::new();
    let (mut won, mut near) = (0, 0);
    for draw_type in ["ten", "single", "triple"] {
        let drawn = app.draw(&token, &json!({ "draw_type": draw_type })).await.ok();
        for result in drawn["results"].as_array().unwrap() {
            let kind = result["prize_type"].as_str().unwrap();
            *wins.entry(kind.into()).or_default() += 1;
            won += if kind == "points" { result["prize_value"].as_i64().unwrap() } else { 0 };
            near += i64::from(result["is_near_miss"] == true);
        }
    }
    let somebody = app.diner("13900139000", 1000).await;
    app.draw(&somebody, &json!({ "draw_type": "five" })).await.ok();
    let shown = app.get("/api/lottery/statistics", &token).await.ok();
    let of = |kind: &str| wins.get(kind).copied().unwrap_or(0);
    let expected = json!({
        "total_draws": 14, "today_draws": 14, "points_spent": 1400, "points_won": won, "near_misses": near,
        "total_wins": 14 - of("empty"),
        "wins": { "points": of("points"), "coupon": of("coupon"), "physical": of("physical"), "empty": of("empty") },
    });
    assert_eq!(shown, expected);

    app.state.clock.advance(Duration::from_hours(24));
    let token = app.login(DEMO_PHONE).await;
    let shown: Value = app.get("/api/lottery/statistics", &token).await.ok();
    assert_eq!((&shown["today_draws"], &shown["total_draws"]), (&json!(0), &json!(14)));
}
