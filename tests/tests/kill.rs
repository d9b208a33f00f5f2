//! The server is killed in the middle of a storm, again and again. Whatever it had answered must be in the tables, whatever
//! it had not is asked again and must count once.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use fairwheel_scratch::Scratch;
use fairwheel_server::{clock::Clock, on_db, store::Db};
use fairwheel_tests::{
    chance::Chance,
    client::{Ask, Client, Reply},
    invariants, open,
    process::{self, Process},
    publish,
    storm::{self, Phone},
};
use tokio::{sync::watch, task::JoinSet};

const KILLS: usize = 20;
/// Milliseconds of storm between two kills.
const STORM_MS: std::ops::Range<u64> = 50..400;
const USERS: u64 = 4;
const PHONES_PER_USER: u64 = 2;
/// So many that the storm does not end before the last kill, and so few that some are refused.
const POINTS: &str = "20000";

/// Where the server is at the moment, and whether the storm is over.
#[derive(Clone, Debug)]
struct Now {
    address: String,
    over: bool,
}

/// An answer that arrived whole, and to what.
#[derive(Debug)]
struct Told {
    token: String,
    ask: Ask,
    reply: Reply,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_answered_is_lost_and_nothing_counts_twice() {
    let scratch = Scratch::new().await;
    let state = open(&scratch, Clock::System, &[]).await;
    publish(&state, storm::table()).await;
    state.db.close().await;
    let chance = Chance::new(Chance::any_seed());
    let binary = process::binary();
    let start =
        async || Process::start(&binary, scratch.dir(), &scratch.url(), &[("FAIRWHEEL_WELCOME_POINTS", POINTS)]).await;

    let mut server = start().await;
    let (change, now) = watch::channel(Now { address: server.address.clone(), over: false });
    let mut phones = JoinSet::new();
    for user in 0..USERS {
        let token = Client::connect(&server.address).await.unwrap().login(&format!("1390013900{user}")).await;
        for phone in 0..PHONES_PER_USER {
            let phone = Phone::new(format!("u{user}-p{phone}"), token.clone(), chance.seed());
            phones.spawn(storms(phone, now.clone()));
        }
    }
    for _ in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(STORM_MS.start + chance.below(STORM_MS.end - STORM_MS.start))).await;
        server.kill();
        server = start().await;
        change.send_modify(|now| now.address.clone_from(&server.address));
    }
    change.send_modify(|now| now.over = true);
    let (mut told, mut asked_again) = (Vec::new(), 0);
    for (answers, again) in phones.join_all().await {
        told.extend(answers);
        asked_again += again;
    }
    println!("{} requests told, {asked_again} of them asked again after a kill", told.len());
    assert!(asked_again >= KILLS, "the kills met only {asked_again} requests");

    let told = Arc::new(told);
    let (last, db) = (server.address.clone(), Db::open(&scratch.url()).await.unwrap());
    each_is_repeated(&last, &told).await;
    drop(server);
    each_is_in_the_tables(&db, &told).await;
    let broken = invariants::broken(&db).await;
    assert!(broken.is_empty(), "the database breaks its invariants:\n{}", broken.join("\n"));
    db.close().await;
}

/// Asks until the storm is over, and what got no answer again under the same name. What was told, and how often a request
/// had to be asked again.
async fn storms(mut phone: Phone, mut now: watch::Receiver<Now>) -> (Vec<Told>, usize) {
    let (mut told, mut asked_again, mut open) = (Vec::new(), 0, None);
    for _ in 0..=2 * KILLS {
        let Now { address, over } = now.borrow_and_update().clone();
        if over && open.is_none() {
            return (told, asked_again);
        }
        if let Ok(mut client) = Client::connect(&address).await {
            // What is open is asked to its end, even when the storm is over.
            while open.is_some() || !now.borrow().over {
                let ask = open.take().unwrap_or_else(|| phone.next());
                let Ok(reply) = client.send(&ask, Some(&phone.token)).await else {
                    (open, asked_again) = (Some(ask), asked_again + 1);
                    break;
                };
                let code = reply.code();
                assert!(reply.status == 200 && code != 400 && code != 401, "{ask:?}: {:?}", reply.bytes);
                if storm::is_final(&ask, code) {
                    told.push(Told { token: phone.token.clone(), ask, reply });
                }
            }
        }
        // It was killed, and there will be another; or the storm is over, and the last one stays.
        if !now.borrow().over {
            now.changed().await.expect("the test goes on");
        }
    }
    panic!("the last server does not answer");
}

/// The same request gets the same answer, byte for byte.
async fn each_is_repeated(address: &str, told: &[Told]) {
    let mut client = Client::connect(address).await.unwrap();
    for Told { token, ask, reply } in told {
        let again = client.send(ask, Some(token)).await.unwrap();
        assert_eq!(again.bytes, reply.bytes, "{ask:?} asked again");
    }
}

/// What was drawn is stored, as it was told, and nothing else is.
async fn each_is_in_the_tables(db: &Db, told: &[Told]) {
    let mut stored = draws(db).await;
    for Told { ask, reply, .. } in told.iter().filter(|told| told.reply.code() == 0) {
        let data = &reply.json()["data"];
        match ask.path.as_str() {
            "/api/lottery/draw" => {
                let id = data["draw_id"].as_str().expect("a draw's id");
                let results = data["results"].as_array().expect("results").iter();
                let prizes = results.map(|result| result["prize_id"].as_i64().expect("an id")).collect();
                let expected = (data["points_cost"].as_i64(), data["remaining_points"].as_i64(), prizes);
                assert_eq!(stored.remove(id), Some(expected), "{data}");
            }
            path => panic!("{path} has no check yet"),
        }
    }
    assert!(stored.is_empty(), "nobody was told of the draws {:?}", stored.keys());
}

/// By id: price, balance after it, prizes in order.
async fn draws(db: &Db) -> BTreeMap<String, (Option<i64>, Option<i64>, Vec<i64>)> {
    let prizes = "SELECT draw_id, prize_id FROM lottery_records ORDER BY draw_id, seq";
    let prizes: Vec<(String, i64)> = on_db!(db, |c| sqlx::query_as(prizes).fetch_all(c).await).unwrap();
    // The last row of a draw is that of its last prize in points.
    let rows = "SELECT d.draw_id, d.points_cost,
                       (SELECT balance_after FROM points_records p WHERE p.related_id = d.draw_id AND p.user_id = d.user_id
                        ORDER BY p.id DESC LIMIT 1)
                FROM lottery_draws d";
    let rows: Vec<(String, i64, Option<i64>)> = on_db!(db, |c| sqlx::query_as(rows).fetch_all(c).await).unwrap();
    let mut draws: BTreeMap<_, _> =
        rows.into_iter().map(|(id, cost, balance)| (id, (Some(cost), balance, Vec::new()))).collect();
    for (id, prize) in prizes {
        draws.get_mut(&id).expect("a record has its draw").2.push(prize);
    }
    draws
}
