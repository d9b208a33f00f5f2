//! Requests of one batch, which a test puts together by itself: what becomes of them is what would have become of them one
//! after the other.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use fairwheel_core::{points::DrawRefusal, prize::PrizeTable};
use fairwheel_scratch::Scratch;
use tokio::{
    sync::oneshot,
    time::{Duration, Instant},
};

use super::{
    Request,
    job::{self, Job},
    queue,
};
use crate::{
    app::{AppState, temporary},
    seed,
    store::{
        StoreError,
        check_in::{self, CheckIn},
        db::{Engine, execute, on_db},
        exchange,
        idempotency::{Answer, Key, Settled},
        lottery::{DrawOrder, DrawOutcome, DrawType, Drawing},
        product, session, table,
        user::{self, NewUser},
    },
};

/// Requests that wait, to be settled together.
#[derive(Default)]
struct Batch(Vec<Arc<dyn Job>>);

type Reply<O> = oneshot::Receiver<job::Reply<O>>;

impl Batch {
    fn add<R: Request>(&mut self, request: R) -> Reply<R::Outcome> {
        let (job, reply) = job::waiting(request, |_| plain());
        self.0.push(job);
        reply
    }

    async fn settle(self, app: &AppState) {
        queue::settle(&app.db, self.0).await;
        app.db.queue.emptied().await;
    }
}

fn plain() -> Answer {
    Answer { code: 0, body: "told".into() }
}

/// The demo's shop and wheel, whose prizes have so many pieces each, but for the last.
async fn shop(pieces: u32) -> (Scratch, AppState) {
    let (scratch, app) = temporary().await;
    seed::run(&app).await.unwrap();
    let mut spec = seed::demo_spec();
    (spec.cost, spec.daily_limit) = (100, 12);
    for prize in &mut spec.prizes[..7] {
        prize.stock = Some(pieces);
    }
    let publication = table::Publication {
        table: &PrizeTable::new(spec).unwrap(),
        nameless: &[],
        color: &|_| "#ffffff",
        image: &|_| None,
        rules: "",
        now: app.clock.now(),
    };
    table::publish(&app.db, &publication, table::Expected::default()).await.unwrap();
    (scratch, app)
}

async fn diner(app: &AppState, mobile: &str, points: i64) -> i64 {
    let mut tx = app.db.begin().await.unwrap();
    let new = NewUser { points, ..NewUser::plain(mobile) };
    let user_id = user::register(&mut tx, &new, app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    user_id
}

async fn execute(app: &AppState, sql: &'static str) {
    let mut tx = app.db.begin().await.unwrap();
    execute!(&mut tx, sql).unwrap();
    tx.commit().await.unwrap();
}

async fn number(app: &AppState, select: &'static str) -> i64 {
    let (number,): (i64,) = on_db!(&app.db, |c| sqlx::query_as(select).fetch_one(c).await).unwrap();
    number
}

fn drawing(app: &AppState, user_id: i64, draw_type: DrawType, name: Option<&str>) -> Drawing {
    let now = app.clock.now();
    let key = name.map(|name| Key { user_id, request_id: name.into(), fingerprint: "draw".into() });
    let (day, keys) = (app.day(now), app.keys.clone());
    let order = DrawOrder {
        user_id,
        session: None,
        draw_type,
        client_seed: None,
        table_hash: None,
        spent_nonce: None,
        key,
        day,
        now,
    };
    Drawing { order: Arc::new(order), keys }
}

fn check_in(app: &AppState, user_id: i64) -> CheckIn {
    let now = app.clock.now();
    CheckIn { user_id, session: None, points: 5, key: None, day: app.day(now), now }
}

fn redemption(app: &AppState, user_id: i64, quantity: i64) -> exchange::Redemption {
    let now = app.clock.now();
    let (day, rng) = (app.day(now), app.rng.clone());
    let order =
        exchange::Order { user_id, session: None, product_id: 1, quantity, price_shown: None, key: None, day, now };
    exchange::Redemption { order: Arc::new(order), rng }
}

async fn now<O>(reply: Reply<O>) -> O {
    match reply.await.unwrap() {
        Ok(Settled::Now(outcome, _)) => outcome,
        Ok(_) => panic!("it was answered before"),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn one_user_many_times_is_one_after_the_other() {
    let (_scratch, app) = shop(1000).await;
    let user_id = diner(&app, "13900139001", 1000).await;
    let mut batch = Batch::default();
    // 300 each: the fourth is 100 short, unless points were won; the single one after it is not.
    let replies: Vec<_> = (0..4).map(|_| batch.add(drawing(&app, user_id, DrawType::Triple, None))).collect();
    let visit = batch.add(check_in(&app, user_id));
    let again = batch.add(check_in(&app, user_id));
    let last = batch.add(drawing(&app, user_id, DrawType::Ten, None));
    batch.settle(&app).await;
    let (mut points, mut nonce) = (1000, 0);
    for reply in replies {
        match now(reply).await {
            DrawOutcome::Drawn(drawn) => {
                nonce += 1;
                points = drawn.balance;
                assert_eq!((drawn.proof.nonce, drawn.today), (nonce, 3 * i64::try_from(nonce).unwrap()));
            }
            DrawOutcome::Refused(DrawRefusal::PointsShort { missing }) => {
                assert_eq!(i64::try_from(missing), Ok(300 - points));
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(nonce >= 3);
    assert_eq!(now(visit).await, check_in::Outcome::Done { balance: points + 5 });
    assert_eq!(now(again).await, check_in::Outcome::Already);
    assert!(matches!(now(last).await, DrawOutcome::Refused(_)));
    let user = user::by_id(&app.db, user_id).await.unwrap().unwrap();
    assert_eq!((user.total_points, user.nonce), (points + 5, i64::try_from(nonce).unwrap()));
}

#[tokio::test]
async fn the_daily_limit_and_equal_names_hold_inside_a_batch() {
    let (_scratch, app) = shop(1000).await;
    let user_id = diner(&app, "13900139001", 100_000).await;
    let mut batch = Batch::default();
    let first = batch.add(drawing(&app, user_id, DrawType::Ten, Some("a")));
    let equal = batch.add(drawing(&app, user_id, DrawType::Ten, Some("a")));
    let mut other = drawing(&app, user_id, DrawType::Single, Some("a"));
    Arc::get_mut(&mut other.order).unwrap().key.as_mut().unwrap().fingerprint = "other".into();
    let other = batch.add(other);
    let beyond = batch.add(drawing(&app, user_id, DrawType::Triple, Some("b")));
    let left = batch.add(drawing(&app, user_id, DrawType::Single, Some("c")));
    batch.settle(&app).await;
    assert!(matches!(now(first).await, DrawOutcome::Drawn(_)));
    assert!(matches!(equal.await.unwrap(), Ok(Settled::Before(answer)) if answer.body == "told"));
    assert!(matches!(other.await.unwrap(), Ok(Settled::Otherwise)));
    assert!(matches!(now(beyond).await, DrawOutcome::Refused(DrawRefusal::DailyLimit { remaining: 2 })));
    assert!(matches!(now(left).await, DrawOutcome::Drawn(drawn) if drawn.today == 11));
    assert_eq!(number(&app, "SELECT COUNT(*) FROM idempotency").await, 3);
    // What was refused is kept, too; and after a day the name is free again.
    let repeat = async || {
        let mut batch = Batch::default();
        let reply = batch.add(drawing(&app, user_id, DrawType::Triple, Some("b")));
        batch.settle(&app).await;
        reply.await.unwrap().unwrap()
    };
    assert!(matches!(repeat().await, Settled::Before(_)));
    app.clock.advance(std::time::Duration::from_hours(24));
    assert!(matches!(repeat().await, Settled::Now(DrawOutcome::Drawn(_), _)));
    assert_eq!(number(&app, "SELECT COUNT(*) FROM idempotency").await, 3);
}

#[tokio::test]
async fn the_last_pieces_are_shared() {
    let (_scratch, app) = shop(2).await;
    execute(&app, "UPDATE products SET stock = 3 WHERE commodity_id = 1").await;
    let (mut batch, mut replies, mut orders) = (Batch::default(), Vec::new(), Vec::new());
    for n in 0..8 {
        let user_id = diner(&app, &format!("1390013900{n}"), 100_000).await;
        replies.push(batch.add(drawing(&app, user_id, DrawType::Ten, None)));
        orders.push(batch.add(redemption(&app, user_id, if n == 1 { 3 } else { 1 })));
    }
    batch.settle(&app).await;
    // In all there are 14 limited pieces: each is won once, and called sold out from then on.
    let mut left: BTreeMap<_, _> = (1..=7).map(|id| (id, 2)).collect();
    for reply in replies {
        let DrawOutcome::Drawn(drawn) = now(reply).await else { panic!() };
        for (gone, result) in drawn.proof.sold_out.iter().zip(&drawn.proof.results) {
            let sold_out: Vec<u32> = left.iter().filter(|(_, left)| **left == 0).map(|(id, _)| *id).collect();
            assert_eq!(*gone, sold_out);
            left.entry(result.prize_id).and_modify(|left| *left -= 1);
        }
    }
    let select = "SELECT CAST(COALESCE(SUM(stock), 0) AS SIGNED) FROM lottery_prizes WHERE status = 'active'";
    assert_eq!(number(&app, select).await, i64::from(left.values().sum::<u32>()));
    let mut redeemed = Vec::new();
    for order in orders {
        match now(order).await {
            exchange::Outcome::Redeemed(order) => redeemed.push((order.record_id, order.product.stock)),
            exchange::Outcome::StockShort { stock } => assert!(stock == 2 || stock == 0, "{stock}"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(redeemed.iter().map(|(_, stock)| *stock).collect::<Vec<_>>(), [2, 1, 0]);
    let ids: BTreeSet<_> = redeemed.iter().map(|(id, _)| *id).collect();
    assert!(ids.len() == 3 && !ids.contains(&0), "{redeemed:?}");
}

#[tokio::test]
async fn whoever_is_refused_or_corrupt_is_so_alone() {
    let (_scratch, app) = shop(1000).await;
    let poor = diner(&app, "13900139001", 0).await;
    let corrupt = diner(&app, "13900139002", 100_000).await;
    let rich = diner(&app, "13900139003", 100_000).await;
    execute(&app, "UPDATE users SET client_seed = '' WHERE mobile = '13900139002'").await;
    let mut batch = Batch::default();
    let refused = batch.add(drawing(&app, poor, DrawType::Single, None));
    let failed = batch.add(drawing(&app, corrupt, DrawType::Single, None));
    let nobody = batch.add(drawing(&app, 999, DrawType::Single, None));
    let drawn = batch.add(drawing(&app, rich, DrawType::Single, None));
    batch.settle(&app).await;
    assert!(matches!(now(refused).await, DrawOutcome::Refused(DrawRefusal::PointsShort { missing: 100 })));
    assert!(matches!(failed.await.unwrap(), Err(StoreError::Corrupt(_))));
    assert!(matches!(nobody.await.unwrap(), Err(StoreError::Corrupt(_))));
    assert!(matches!(now(drawn).await, DrawOutcome::Drawn(_)));
    assert_eq!(number(&app, "SELECT COUNT(*) FROM lottery_draws").await, 1);
    assert_eq!(user::by_id(&app.db, corrupt).await.unwrap().unwrap().nonce, 0);
}

/// The database refuses what one of them writes, or deciding one panics.
#[tokio::test]
async fn a_batch_that_fails_is_tried_in_halves() {
    let (_scratch, app) = shop(1000).await;
    let mut tx = app.db.begin().await.unwrap();
    let spoil = match &app.db.engine {
        Engine::Sqlite { .. } => {
            "CREATE TRIGGER spoilt BEFORE INSERT ON lottery_draws WHEN NEW.draw_type = 'five'
             BEGIN SELECT RAISE(ABORT, 'spoilt'); END"
        }
        Engine::MySql { .. } => {
            "CREATE TRIGGER spoilt BEFORE INSERT ON lottery_draws FOR EACH ROW
             BEGIN IF NEW.draw_type = 'five' THEN SIGNAL SQLSTATE '45000'; END IF; END"
        }
    };
    crate::on_tx!(&mut tx, |c| sqlx::raw_sql(spoil).execute(c).await.map(drop)).unwrap();
    tx.commit().await.unwrap();
    let (mut batch, mut draws) = (Batch::default(), Vec::new());
    for n in 0..9 {
        let user_id = diner(&app, &format!("1390013900{n}"), 100_000).await;
        let draw_type = if n == 6 { DrawType::Five } else { DrawType::Single };
        draws.push(batch.add(drawing(&app, user_id, draw_type, Some("r"))));
    }
    let panics = batch.add(Panics(check_in(&app, 1)));
    batch.settle(&app).await;
    for (n, draw) in draws.into_iter().enumerate() {
        match draw.await.unwrap() {
            Ok(Settled::Now(DrawOutcome::Drawn(_), _)) => assert_ne!(n, 6),
            Err(StoreError::Database(_)) => assert_eq!(n, 6),
            other => panic!("{n}: {other:?}"),
        }
    }
    assert!(matches!(panics.await.unwrap(), Err(StoreError::Corrupt(why)) if why.contains("can't be settled")));
    assert_eq!(number(&app, "SELECT COUNT(*) FROM lottery_draws").await, 8);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM idempotency").await, 8);
}

#[tokio::test]
async fn a_commit_that_fails_is_everybodys_and_not_tried_again() {
    let (_scratch, app) = shop(1000).await;
    // MariaDB looks at all rows at once.
    let Engine::Sqlite { .. } = &app.db.engine else { return };
    for sql in [
        "CREATE TABLE late (id INTEGER REFERENCES users (user_id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER spoilt AFTER INSERT ON lottery_draws BEGIN INSERT INTO late VALUES (-1); END",
    ] {
        execute(&app, sql).await;
    }
    let (mut batch, mut draws) = (Batch::default(), Vec::new());
    for n in 0..3 {
        let user_id = diner(&app, &format!("1390013900{n}"), 100_000).await;
        draws.push(batch.add(drawing(&app, user_id, DrawType::Single, None)));
    }
    batch.settle(&app).await;
    for draw in draws {
        let told = draw.await.unwrap();
        assert!(matches!(told, Err(StoreError::Shared(why)) if matches!(*why, StoreError::Database(_))));
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM lottery_draws").await, 0);
    execute(&app, "DROP TRIGGER spoilt").await;
    let user_id = diner(&app, "13900139009", 100_000).await;
    let mut batch = Batch::default();
    let draw = batch.add(drawing(&app, user_id, DrawType::Single, None));
    batch.settle(&app).await;
    assert!(matches!(now(draw).await, DrawOutcome::Drawn(_)));
}

#[tokio::test]
async fn who_waited_for_too_long_is_not_carried_out() {
    let (_scratch, app) = shop(1000).await;
    let user_id = diner(&app, "13900139000", 100_000).await;
    let (job, late) = job::waiting(drawing(&app, user_id, DrawType::Single, None), |_| plain());
    let since = Instant::now().checked_sub(Duration::from_secs(25)).unwrap();
    queue::join_since(&app.db, job, since).unwrap();
    assert!(matches!(late.await.unwrap(), Err(StoreError::Busy(_))));
    app.db.queue.emptied().await;
    assert_eq!(number(&app, "SELECT COUNT(*) FROM lottery_draws").await, 0);
}

#[tokio::test]
async fn what_was_held_and_has_changed_is_found_before_the_commit() {
    let (_scratch, app) = shop(1000).await;
    let mut tx = app.db.begin().await.unwrap();
    let asked = product::hold_all(&mut tx, &[1, 2]);
    let held = tx.flush().await.unwrap().take(asked).unwrap();
    let less = |product: &product::Product| product::Product { stock: product.stock - 1, ..product.clone() };
    let other = product::Product { stock: held[1].stock + 7, ..held[1].clone() };
    tx.gather();
    product::write_stock(&mut tx, &held[0], &less(&held[0]), app.clock.now()).await.unwrap();
    product::write_stock(&mut tx, &other, &less(&held[1]), app.clock.now()).await.unwrap();
    let found = tx.close().await.map(drop);
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
    assert_eq!(number(&app, "SELECT stock FROM products WHERE commodity_id = 1").await, held[0].stock);
}

struct Panics(CheckIn);

impl super::Ask for Panics {
    fn key(&self) -> Option<&Key> {
        None
    }

    fn now(&self) -> jiff::Timestamp {
        self.0.now
    }

    fn needs(&self, _: &mut super::Needs) {}
}

impl Request for Panics {
    type Outcome = ();

    fn decide(&self, _: &super::Work) -> Result<((), super::Effects), StoreError> {
        panic!("as a test wants it")
    }
}

#[tokio::test]
async fn whoever_hangs_up_is_settled_and_who_comes_too_many_is_not() {
    let (_scratch, app) = shop(1000).await;
    let user_id = diner(&app, "13900139001", 100_000).await;
    let mut batch = Batch::default();
    drop(batch.add(drawing(&app, user_id, DrawType::Single, None)));
    batch.settle(&app).await;
    assert_eq!(number(&app, "SELECT COUNT(*) FROM lottery_draws").await, 1);
    // Nobody is carried out before this test waits for something: there is one thread.
    let waiting: Vec<_> = (0..queue::WAITING_MAX)
        .map(|_| {
            let (job, reply) = job::waiting(check_in(&app, user_id), |_| Answer { code: 0, body: String::new() });
            queue::join(&app.db, job).unwrap();
            reply
        })
        .collect();
    let (job, _reply) = job::waiting(check_in(&app, user_id), |_| Answer { code: 0, body: String::new() });
    assert!(matches!(queue::join(&app.db, job), Err(StoreError::Busy(_))));
    // Closing waits for them.
    app.db.close().await;
    let mut done = 0;
    for reply in waiting {
        done += i32::from(matches!(now(reply).await, check_in::Outcome::Done { .. }));
    }
    assert_eq!(done, 1);
}

/// Somebody else holds the row of one of them for longer than the engine waits.
#[tokio::test]
async fn a_row_that_is_held_is_in_nobody_elses_way() {
    let (_scratch, app) = shop(1000).await;
    if matches!(app.db.engine, Engine::Sqlite { .. }) {
        // Whoever writes there holds everything.
        return;
    }
    let held = diner(&app, "13900139001", 100_000).await;
    let free = diner(&app, "13900139002", 100_000).await;
    let mut other = app.db.begin().await.unwrap();
    execute!(&mut other, "UPDATE users SET updated_at = updated_at WHERE user_id = ?", held).unwrap();
    let mut batch = Batch::default();
    let waits = batch.add(drawing(&app, held, DrawType::Single, None));
    let drawn = batch.add(drawing(&app, free, DrawType::Single, None));
    let settled = tokio::spawn({
        let app = app.clone();
        async move { batch.settle(&app).await }
    });
    assert!(matches!(now(drawn).await, DrawOutcome::Drawn(_)));
    other.rollback().await.unwrap();
    assert!(matches!(now(waits).await, DrawOutcome::Drawn(_)));
    settled.await.unwrap();
}

#[tokio::test]
async fn a_session_that_has_ended_or_is_anothers_moves_nothing_and_harms_nobody() {
    let (_scratch, app) = shop(1000).await;
    let user_id = diner(&app, "13900139001", 100_000).await;
    let other = diner(&app, "13900139002", 100_000).await;
    let mut tx = app.db.begin().await.unwrap();
    for (session_id, user_id) in [("live", user_id), ("ended", user_id), ("other", other)] {
        let new = session::NewSession { session_id: session_id.into(), token_hash: session_id.into() };
        session::open(&mut tx, &new, user_id, app.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    execute(&app, "UPDATE sessions SET revoked_at = 1 WHERE session_id = 'ended'").await;
    let mut batch = Batch::default();
    let settled = ["live", "ended", "other", "unknown"].map(|session_id| {
        let ask = CheckIn { session: Some(session_id.to_owned()), ..check_in(&app, user_id) };
        (session_id, batch.add(ask))
    });
    batch.settle(&app).await;
    for (session_id, settled) in settled {
        match settled.await.unwrap() {
            Ok(Settled::Now(check_in::Outcome::Done { .. }, _)) => assert_eq!(session_id, "live"),
            Err(StoreError::NoSession) => assert_ne!(session_id, "live"),
            settled => panic!("{session_id}: {settled:?}"),
        }
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM points_records WHERE reason = 'check_in'").await, 1);
}
