//! Many users at once, on one server in this process. Dropping [`TestApp`] checks the tables after each storm.

use std::{collections::BTreeSet, env, sync::Arc, time::Duration};

use fairwheel_server::{on_db, store::user};
use fairwheel_tests::{
    Answer, TestApp,
    chance::Chance,
    client::Ask,
    photos,
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
/// They decide the same receipts.
const REVIEWERS: [&str; 2] = ["13800138998", "13800138997"];
const SETTINGS: [(&str, &str); 2] = [("FAIRWHEEL_ADMIN_PHONES", MERCHANT), ("FAIRWHEEL_UPLOAD_DAILY_LIMIT", "1000")];
/// Enough for some of what each user asks, so that many requests are refused.
const POINTS: i64 = 2000;
/// Pieces of each product at first.
const STOCK: i64 = 30;

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
    let app = Arc::new(TestApp::configured(&SETTINGS).await);
    app.publish(storm::table()).await;
    storm::products(&app.state, STOCK).await;
    for phone in REVIEWERS.into_iter().chain([MERCHANT]) {
        storm::merchant(&app.state, phone).await;
    }
    // Midnight comes in the middle: all requests together take about 15 seconds of this clock.
    app.state.clock.set("2026-11-22T15:59:52.500Z".parse().expect("a time"));
    let chance = Chance::new(seed);
    let (storm, mut phones) = (Arc::new(Storm::default()), JoinSet::new());
    for user in 0..USERS {
        let mobile = format!("1390013900{user}");
        let token = app.diner(&mobile, POINTS).await;
        let login = (user_id(&app, &mobile).await, token);
        for phone in 0..PHONES_PER_USER {
            let phone = Phone::diner(format!("u{user}-p{phone}"), login.clone(), chance.seed(), &storm);
            phones.spawn(asks(app.clone(), phone, chance.seed()));
        }
    }
    for (number, mobile) in REVIEWERS.into_iter().enumerate() {
        let login = (user_id(&app, mobile).await, app.login(mobile).await);
        let phone = Phone::reviewer(format!("r{number}"), login, chance.seed(), &storm);
        phones.spawn(asks(app.clone(), phone, chance.seed()));
    }
    let login = (user_id(&app, MERCHANT).await, app.login(MERCHANT).await);
    let merchant = Phone::merchant("m", login, chance.seed(), &storm);
    phones.spawn(asks(app.clone(), merchant, chance.seed()));
    let told: usize = phones.join_all().await.into_iter().sum();
    storm.check_stock(&app.state.db, STOCK).await;
    let (receipts, decided) = storm.check_receipts(&app.state.db).await;
    println!("{receipts} receipts, {decided} decided");
    assert!(receipts > 5 && decided > 2, "a storm of so few receipts is none");
    app.state.clock.advance(Duration::from_hours(1));
    let swept = storm::check_storage(&app.state).await;
    assert_eq!(swept.removed, 0, "where nothing fails, nothing is left behind");
    let select = "SELECT created_at FROM lottery_draws";
    let draws: Vec<(i64,)> = on_db!(&app.state.db, |c| sqlx::query_as(select).fetch_all(c).await).expect("draws");
    assert_eq!(draws.len(), told, "every draw was told, once");
    let today = local_day(draws.iter().map(|(at,)| *at).min().expect("a draw"));
    let (before, after): (Vec<_>, Vec<_>) = draws.into_iter().partition(|(at,)| local_day(*at) == today);
    println!("{} draws before midnight, {} after", before.len(), after.len());
    assert!(before.len().min(after.len()) > 20, "a storm of so few draws is none");
    // A diner may check in again on the second day, and not more than once on either.
    let select = "SELECT user_id, created_at FROM points_records WHERE reason = 'check_in'";
    let check_ins: Vec<(i64, i64)> =
        on_db!(&app.state.db, |c| sqlx::query_as(select).fetch_all(c).await).expect("check-ins");
    let mut days = BTreeSet::new();
    for (user, at) in check_ins {
        assert!(days.insert((user, local_day(at))), "user {user} checked in twice on a day");
    }
}

/// The day in Shanghai, counted from 1970.
fn local_day(at_ms: i64) -> i64 {
    (at_ms + 8 * 60 * 60 * 1000).div_euclid(24 * 60 * 60 * 1000)
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
        phone.learn(&ask, &answer.json());
        drawn += usize::from(code == 0 && ask.path == "/api/lottery/draw");
        app.state.clock.advance(Duration::from_millis(chance.below(60)));
        if storm::is_final(&ask, code) && chance.below(4) == 0 {
            let again = send(&app, &phone.token, &ask).await;
            storm::check_again(&ask, &answer.bytes, &again.bytes);
        }
    }
    drawn
}

async fn user_id(app: &TestApp, mobile: &str) -> i64 {
    user::by_mobile(&app.state.db, mobile).await.expect("users").expect("a registered phone").user_id
}

async fn send(app: &TestApp, token: &str, ask: &Ask) -> Answer {
    if let Some(form) = storm::form(ask) {
        return app.send(photos::request(token, form)).await;
    }
    let body = ask.body.as_ref().map(ToString::to_string);
    app.request(ask.method.clone(), &ask.path, Some(token), body).await
}
