//! The server is killed in the middle of a storm, again and again. Whatever it had answered must be in the tables, whatever
//! it had not is asked again and must count once. Meanwhile one diner listens, and misses nothing.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use fairwheel_scratch::Scratch;
use fairwheel_server::{clock::Clock, on_db, rng::Rng, store::Db};
use fairwheel_tests::{
    chance::Chance,
    client::{Ask, Client},
    invariants, open,
    process::{self, Process},
    publish,
    socket::{Socket, request},
    storm::{self, Phone, Storm, Told},
};
use jiff::SignedDuration;
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
};

const KILLS: usize = 20;
/// Milliseconds of storm between two kills, at least.
const STORM_MS: std::ops::Range<u64> = 50..400;
/// Answers that a server has given before it is killed, at least.
const ANSWERS: u32 = 30;
/// How long a server may need for them.
const PATIENCE: Duration = Duration::from_mins(1);
const USERS: u64 = 4;
const PHONES_PER_USER: u64 = 2;
/// So many that the storm does not end before the last kill, and so few that some are refused.
const POINTS: &str = "20000";
/// Pieces of each product at first.
const STOCK: i64 = 40;

/// Admin as well.
const MERCHANT: &str = "13800138999";
/// They decide the same receipts.
const REVIEWERS: [&str; 2] = ["13800138998", "13800138997"];

/// Where the server is at the moment, and whether the storm is over.
#[derive(Clone, Debug)]
struct Now {
    address: String,
    /// When the server before this one was gone, Unix milliseconds.
    killed_at: i64,
    over: bool,
    /// When the storm is over: the last event for the one who listens.
    last_event: Option<i64>,
}

/// What the phones do, and how many answers they got since somebody counted.
#[derive(Clone, Debug)]
struct Field {
    now: watch::Receiver<Now>,
    answers: Arc<Semaphore>,
    /// Whether some answers don't reach the phone, which asks again after the next kill.
    loses_answers: bool,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_answered_is_lost_and_nothing_counts_twice() {
    let scratch = Scratch::new().await;
    let state = open(&scratch, Clock::System, Rng::System, &[]).await;
    publish(&state, storm::table()).await;
    storm::products(&state, STOCK).await;
    for phone in REVIEWERS.into_iter().chain([MERCHANT]) {
        storm::merchant(&state, phone).await;
    }
    state.db.close().await;
    let chance = Chance::new(Chance::any_seed());
    let binary = process::binary();
    let storage = format!("file://{}", scratch.dir().join("media").display());
    let settings = [
        ("FAIRWHEEL_WELCOME_POINTS", POINTS),
        ("FAIRWHEEL_ADMIN_PHONES", MERCHANT),
        ("FAIRWHEEL_UPLOAD_DAILY_LIMIT", "1000"),
        ("FAIRWHEEL_STORAGE_URL", &storage),
    ];
    let start = async || Process::start(&binary, scratch.dir(), &scratch.url(), &settings).await;

    let mut server = start().await;
    let (tell, now) =
        watch::channel(Now { address: server.address.clone(), killed_at: 0, over: false, last_event: None });
    let field = Field { now: now.clone(), answers: Arc::new(Semaphore::new(0)), loses_answers: false };
    let (mut phones, mut listener) = (JoinSet::new(), None);
    let storm = Arc::new(Storm::default());
    for user in 0..USERS {
        let login = logged_in(&server.address, &format!("1390013900{user}")).await;
        listener.get_or_insert_with(|| (login.0, tokio::spawn(listens(login.1.clone(), now.clone()))));
        for number in 0..PHONES_PER_USER {
            let phone = Phone::diner(format!("u{user}-p{number}"), login.clone(), chance.seed(), &storm);
            phones.spawn(storms(phone, Field { loses_answers: number == 0, ..field.clone() }));
        }
    }
    for (number, phone) in REVIEWERS.into_iter().enumerate() {
        let login = logged_in(&server.address, phone).await;
        let phone = Phone::reviewer(format!("r{number}"), login, chance.seed(), &storm);
        phones.spawn(storms(phone, Field { loses_answers: number == 0, ..field.clone() }));
    }
    let login = logged_in(&server.address, MERCHANT).await;
    phones.spawn(storms(Phone::merchant("m", login, chance.seed(), &storm), field.clone()));
    for _ in 0..KILLS {
        field.answers.forget_permits(usize::MAX);
        let storm_ms = STORM_MS.start + chance.below(STORM_MS.end - STORM_MS.start);
        tokio::time::sleep(Duration::from_millis(storm_ms)).await;
        // A busy machine may need longer than that.
        let answered = tokio::time::timeout(PATIENCE, field.answers.acquire_many(ANSWERS)).await;
        answered.expect("a server answers").expect("they are still counted").forget();
        server.kill();
        let killed_at = Clock::System.now().as_millisecond();
        server = start().await;
        tell.send_modify(|now| (now.address, now.killed_at) = (server.address.clone(), killed_at));
    }
    tell.send_modify(|now| now.over = true);
    let (mut told, mut asked_again) = (Vec::new(), 0);
    for (answers, again) in phones.join_all().await {
        told.extend(answers);
        asked_again += again;
    }
    println!("{} requests told; {asked_again} times one was asked again after a kill", told.len());
    assert!(asked_again >= KILLS, "the kills met only {asked_again} requests");

    // The one who listens misses the end, and comes back.
    server.kill();
    let db = Db::open(&scratch.url()).await.unwrap();
    let (listener, listening) = listener.expect("the first diner");
    let events = told_of_points(&db, listener).await;
    server = start().await;
    tell.send_modify(|now| (now.address, now.last_event) = (server.address.clone(), events.last().copied()));
    assert_eq!(listening.await.expect("nothing is heard twice"), events, "what one was told of, and was to be");

    each_is_repeated(&server.address, &told).await;
    drop(server);
    some_was_done_before_the_kill(&db, &told).await;
    storm::each_is_in_the_tables(&db, &told).await;
    storm.check_stock(&db, STOCK).await;
    let (receipts, decided) = storm.check_receipts(&db).await;
    // What was being stored when a server was killed is swept after an hour.
    let later = Clock::manual(Clock::System.now() + SignedDuration::from_mins(61));
    let state = open(&scratch, later, Rng::System, &[]).await;
    let swept = storm::check_storage(&state).await;
    state.db.close().await;
    println!("{receipts} receipts, {decided} decided; {} objects swept", swept.removed);
    let broken = invariants::broken(&db).await;
    assert!(broken.is_empty(), "the database breaks its invariants:\n{}", broken.join("\n"));
    db.close().await;
}

/// Logs a phone in: its user, and the token.
async fn logged_in(address: &str, phone: &str) -> (i64, String) {
    let mut client = Client::connect(address).await.unwrap();
    let token = client.login(phone).await;
    let user = client.ok(&Ask::get("/api/auth/verify"), Some(&token)).await;
    (user["user_info"]["user_id"].as_i64().unwrap(), token)
}

/// Asks until the storm is over, and what got no answer again under the same name. What was told, and how often a request
/// had to be asked again.
async fn storms(mut phone: Phone, mut field: Field) -> (Vec<Told>, usize) {
    let (mut told, mut asked_again, mut open, mut lost) = (Vec::new(), 0, None, None);
    let now = &mut field.now;
    for _ in 0..=2 * KILLS {
        let Now { address, over, killed_at, .. } = now.borrow_and_update().clone();
        if over && open.is_none() {
            return (told, asked_again);
        }
        if let Ok(mut client) = Client::connect(&address).await {
            // What is open is asked to its end, even when the storm is over.
            while open.is_some() || !now.borrow().over {
                let unanswered_until = open.is_some().then_some(killed_at);
                let ask = open.take().unwrap_or_else(|| phone.next_ask());
                let Ok(reply) = client.send(&ask, Some(&phone.token)).await else {
                    (open, asked_again) = (Some(ask), asked_again + 1);
                    break;
                };
                let code = reply.code();
                storm::check(&ask, reply.status.as_u16(), code, &reply.json().to_string());
                if !storm::is_final(&ask, code) {
                    phone.learn(&ask, &reply.json());
                    continue;
                }
                field.answers.add_permits(1);
                if field.loses_answers && unanswered_until.is_none() && told.len() % 4 == 3 {
                    (open, lost) = (Some(ask), Some((reply.bytes, killed_at)));
                    break;
                }
                let mut was_lost = false;
                if let Some((bytes, at)) = lost.take() {
                    storm::check_again(&ask, &bytes, &reply.bytes);
                    // After the last kill, it is the same server that is asked.
                    was_lost = at != killed_at;
                }
                phone.learn(&ask, &reply.json());
                let (user_id, token) = (phone.user_id, phone.token.clone());
                told.push(Told { user_id, token, ask, reply, unanswered_until, was_lost });
            }
        }
        // It was killed, and there will be another; or the storm is over, and the last one stays.
        if !now.borrow().over {
            now.changed().await.expect("the test goes on");
        }
    }
    panic!("the last server does not answer");
}

/// Listens until the last event for this diner, coming back after each kill. What was heard of points and
/// receipts.
async fn listens(token: String, mut now: watch::Receiver<Now>) -> Vec<i64> {
    let (mut heard, mut last) = (Vec::new(), 0);
    loop {
        let Now { address, last_event, .. } = now.borrow_and_update().clone();
        let is_over = |last| last_event.is_some_and(|event| last >= event);
        let handshake = request(&format!("http://{address}"), &format!("token={token}&last_id={last}"));
        if let Ok((mut socket, _)) = Socket::try_open(handshake).await {
            while !is_over(last)
                && let Some(message) = socket.next_if_any().await
            {
                let id = message["id"].as_i64().expect("an id");
                if message["type"] == "connected" {
                    assert_eq!(id, last, "it goes on where it was");
                    continue;
                }
                assert!(id > last, "{message} after {last}");
                last = id;
                if message["type"] == "points_update" || message["type"] == "review_result" {
                    heard.push(id);
                }
            }
        }
        if is_over(last) {
            return heard;
        }
        assert!(last_event.is_none(), "the last server does not say what happened after {last}");
        now.changed().await.expect("the test goes on");
    }
}

/// The events that tell a user of their points and receipts.
async fn told_of_points(db: &Db, user_id: i64) -> Vec<i64> {
    let select = "SELECT id FROM events WHERE user_id = ? AND kind IN ('points_update', 'review_result') ORDER BY id";
    let rows: Vec<(i64,)> = on_db!(db, |c| sqlx::query_as(select).bind(user_id).fetch_all(c).await).unwrap();
    rows.into_iter().map(|(id,)| id).collect()
}

/// The same request gets the same answer.
async fn each_is_repeated(address: &str, told: &[Told]) {
    let mut client = Client::connect(address).await.unwrap();
    for Told { token, ask, reply, .. } in told {
        let again = client.send(ask, Some(token)).await.unwrap();
        storm::check_again(ask, &reply.bytes, &again.bytes);
    }
}

/// Some of what was asked again had been done by the server that was killed, though its phone did not hear of it: its
/// answer was kept before that server was gone.
async fn some_was_done_before_the_kill(db: &Db, told: &[Told]) {
    let select = "SELECT user_id, request_id, created_at FROM idempotency";
    let kept: Vec<(i64, String, i64)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).unwrap();
    let kept: BTreeMap<_, _> = kept.into_iter().map(|(user, name, at)| ((user, name), at)).collect();
    let (mut unheard, mut unsaid) = (0, 0);
    for Told { user_id, ask, unanswered_until, was_lost, .. } in told {
        // A photo has no name: that it had arrived was said when it was sent again.
        let Some(name) = ask.body.as_ref().expect("a body")["request_id"].as_str() else { continue };
        let kept_at = kept.get(&(*user_id, name.to_owned())).expect("every answer is kept");
        let was_done = unanswered_until.is_some_and(|until| *kept_at < until);
        assert!(was_done || !was_lost, "{ask:?} was answered, and then done by another server");
        unheard += usize::from(was_done && *was_lost);
        unsaid += usize::from(was_done && !was_lost);
    }
    println!(
        "{unheard} had been done and their answers lost; {unsaid} had been done, and the kill came before the answer"
    );
    assert!(unheard >= 5, "only {unheard} answers were lost");
}
