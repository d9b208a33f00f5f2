//! Many users at once, on one server in this process. Dropping [`TestApp`] checks the tables after each storm.

use std::{env, sync::Arc, time::Duration};

use fairwheel_server::on_db;
use fairwheel_tests::{
    Answer, TestApp,
    chance::Chance,
    client::Ask,
    storm::{self, Phone, Storm},
};
use tokio::task::JoinSet;

/// Repeats the requests of a storm, though not the order in which they meet.
const SEED: &str = "FAIRWHEEL_STORM_SEED";
const USERS: u64 = 8;
const PHONES_PER_USER: u64 = 2;
const REQUESTS_PER_PHONE: u32 = 30;
/// Admin as well.
const MERCHANT: &str = "13800138999";
/// Enough for some of what each user asks, so that many requests are refused.
const POINTS: i64 = 1200;

#[tokio::test(flavor = "multi_thread")]
async fn whatever_users_do_at_once_the_tables_hold() {
    let seed = match env::var(SEED) {
        Ok(seed) => seed.parse().expect("a number"),
        Err(_) => Chance::any_seed(),
    };
    // Shown if the test fails.
    println!("{SEED}={seed} asks for the same again");
    storm(seed).await;
}

async fn storm(seed: u64) {
    let app = Arc::new(TestApp::configured(&[("FAIRWHEEL_ADMIN_PHONES", MERCHANT)]).await);
    app.publish(storm::table()).await;
    storm::products(&app.state, 30).await;
    storm::merchant(&app.state, MERCHANT).await;
    // Midnight comes in the middle.
    app.state.clock.set("2026-11-22T15:59:45Z".parse().expect("a time"));
    let chance = Chance::new(seed);
    let (storm, mut phones) = (Arc::new(Storm::default()), JoinSet::new());
    for user in 0..USERS {
        let token = app.diner(&format!("1390013900{user}"), POINTS).await;
        for phone in 0..PHONES_PER_USER {
            let phone = Phone::diner(format!("u{user}-p{phone}"), token.clone(), chance.seed(), &storm);
            phones.spawn(asks(app.clone(), phone, chance.seed()));
        }
    }
    let merchant = Phone::merchant("m", app.login(MERCHANT).await, chance.seed(), &storm);
    phones.spawn(asks(app.clone(), merchant, chance.seed()));
    let drawn: usize = phones.join_all().await.into_iter().sum();
    let count = "SELECT COUNT(*) FROM lottery_draws";
    let (rows,): (i64,) = on_db!(&app.state.db, |c| sqlx::query_as(count).fetch_one(c).await).expect("a count");
    assert_eq!(usize::try_from(rows), Ok(drawn), "every draw was told, once");
    assert!(drawn > 20, "a storm of {drawn} draws is none");
}

/// Asks, sometimes twice. How many draws were told of.
async fn asks(app: Arc<TestApp>, mut phone: Phone, seed: u64) -> usize {
    let chance = Chance::new(seed);
    let mut drawn = 0;
    for _ in 0..REQUESTS_PER_PHONE {
        let ask = phone.next_ask();
        let answer = send(&app, &phone.token, &ask).await;
        let code = answer.json()["code"].as_u64().and_then(|code| u16::try_from(code).ok()).expect("a code");
        storm::check(&ask, answer.status.as_u16(), code, &answer.text());
        phone.learn(&answer.json());
        drawn += usize::from(code == 0 && ask.path == "/api/lottery/draw");
        app.state.clock.advance(Duration::from_millis(chance.below(60)));
        if storm::is_final(&ask, code) && chance.below(4) == 0 {
            let again = send(&app, &phone.token, &ask).await;
            assert_eq!(again.text(), answer.text(), "{ask:?} asked again");
        }
    }
    drawn
}

async fn send(app: &TestApp, token: &str, ask: &Ask) -> Answer {
    let body = ask.body.as_ref().map(ToString::to_string);
    app.request(ask.method.clone(), &ask.path, Some(token), body).await
}
