//! What happens to products at once.

use std::sync::Arc;

use axum::http::Method;
use fairwheel_server::on_db;
use fairwheel_tests::{Answer, TestApp};
use serde_json::{Value, json};

use super::{PATH, REDEEM, create, shop, soup, stock, told};

/// Asks until the server has time for it.
async fn surely(app: &TestApp, method: Method, path: &str, token: &str, body: &Value) -> Answer {
    for _ in 0..50 {
        let answer = app.request(method.clone(), path, Some(token), Some(body.to_string())).await;
        if answer.status != 503 {
            return answer;
        }
    }
    panic!("no time, 50 times");
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_requests_at_once_are_one() {
    let (app, token) = shop().await;
    let app = Arc::new(app);
    let mut body = soup();
    body["request_id"] = json!("same");
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let (app, token, body) = (app.clone(), token.clone(), body.clone());
            tokio::spawn(async move { surely(&app, Method::POST, PATH, &token, &body).await.bytes })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(app.get(PATH, &token).await.ok()["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_that_comes_goes_and_is_redeemed_at_once_adds_up() {
    let (app, token) = shop().await;
    let id = create(&app, &token, &soup()).await.ok()["id"].clone();
    let path = format!("{PATH}/{id}");
    let app = Arc::new(app);
    let mut tasks = Vec::new();
    for n in 0..100 {
        let (app, diner) = (app.clone(), app.diner(&format!("13900139{n:03}"), 100).await);
        tasks.push(tokio::spawn(async move {
            let ask = json!({ "product_id": 1, "quantity": 1, "request_id": "r" });
            match surely(&app, Method::POST, REDEEM, &diner, &ask).await.json()["code"].as_u64().unwrap() {
                0 => -1,
                1003 => 0,
                code => panic!("{code}"),
            }
        }));
    }
    for n in 0..40 {
        let (app, token, path) = (app.clone(), token.clone(), path.clone());
        let delta = [3, -2, 1, -5][n % 4];
        tasks.push(tokio::spawn(async move {
            let ask = json!({ "stock_delta": delta, "request_id": format!("m{n}") });
            let answer = surely(&app, Method::PUT, &path, &token, &ask).await;
            match answer.json()["code"].as_u64().unwrap() {
                0 => delta,
                _ => answer.refused(409)["data"]["stock"].as_i64().map_or(0, |stock| {
                    assert!(stock + delta < 0, "{stock} was enough for {delta}");
                    0
                }),
            }
        }));
    }
    let mut moved = 0;
    for task in tasks {
        moved += task.await.unwrap();
    }
    assert_eq!(stock(&app, &token, &id).await, 10 + moved);
    assert_eq!(told(&app).await.last().unwrap()[2], 10 + moved);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_redeems_while_it_is_taken_away_gets_it_or_is_told() {
    let (app, token) = shop().await;
    let mut body = soup();
    body["stock"] = json!(100);
    create(&app, &token, &body).await.ok();
    let app = Arc::new(app);
    let mut diners = Vec::new();
    for n in 0..40 {
        diners.push(app.diner(&format!("13900139{n:03}"), 100).await);
    }
    let redeem = |diner: String| {
        let app = app.clone();
        tokio::spawn(async move {
            let ask = json!({ "product_id": 1, "quantity": 1, "request_id": "r" });
            surely(&app, Method::POST, REDEEM, &diner, &ask).await.json()["code"].as_i64().unwrap()
        })
    };
    let rest = diners.split_off(20);
    let mut tasks: Vec<_> = diners.into_iter().map(redeem).collect();
    let away = {
        let (app, token) = (app.clone(), token.clone());
        tokio::spawn(async move { surely(&app, Method::DELETE, &format!("{PATH}/1"), &token, &json!({})).await.ok() })
    };
    tasks.extend(rest.into_iter().map(redeem));
    let left = away.await.unwrap()["stock"].as_i64().unwrap();
    let mut sold = 0;
    for task in tasks {
        let code = task.await.unwrap();
        assert!(code == 0 || code == 1001, "{code}");
        sold += i64::from(code == 0);
    }
    assert_eq!(left, 100 - sold, "what was sold was sold before");
    let select = "SELECT stock, sales_count FROM products";
    let row: (i64, i64) = on_db!(&app.state.db, |c| sqlx::query_as(select).fetch_one(c).await).unwrap();
    assert_eq!(row, (left, sold));
    assert_eq!(told(&app).await.last().unwrap()[2], 0);
}
