//! Photos when something fails, or many things happen at once: in the end there are a receipt and its two objects, or
//! none of them.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use fairwheel_server::{
    config::StorageSettings,
    on_db, on_tx,
    ops::sweep,
    store::{
        db::Engine,
        photo::{Keys, pending},
    },
};
use fairwheel_tests::{
    Answer, TestApp,
    photos::{BOUNDARY, form, jpeg, request, stored, upload, upload_surely},
};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const PHONE: &str = "13900139000";
const HOUR: Duration = Duration::from_hours(1);

async fn diner(settings: &[(&str, &str)]) -> (Arc<TestApp>, String) {
    let app = TestApp::configured(settings).await;
    let token = app.diner(PHONE, 0).await;
    (Arc::new(app), token)
}

/// Receipts, objects on their way, and stored files.
async fn kept(app: &TestApp) -> (i64, i64, usize) {
    let select = "SELECT (SELECT COUNT(*) FROM upload_reviews), (SELECT COUNT(*) FROM pending_objects)";
    let rows: (i64, i64) = on_db!(&app.state.db, |c| sqlx::query_as(select).fetch_one(c).await).unwrap();
    (rows.0, rows.1, stored(app).len())
}

async fn raw(app: &TestApp, sqlite: &'static str, mysql: &'static str) {
    let mut tx = app.state.db.begin().await.unwrap();
    let sql = if matches!(app.state.db.engine, Engine::Sqlite { .. }) { sqlite } else { mysql };
    on_tx!(&mut tx, |c| sqlx::raw_sql(sql).execute(c).await.map(drop)).unwrap();
    tx.commit().await.unwrap();
}

/// Until nothing is on its way.
async fn quiet(app: &TestApp) {
    while app.state.uploads.count() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn code(answer: &Answer) -> u64 {
    answer.json()["code"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_at_once_five_are_kept_under_a_limit_of_five() {
    let (app, token) = diner(&[("FAIRWHEEL_UPLOAD_DAILY_LIMIT", "5")]).await;
    let send = |seed| {
        let (app, token) = (app.clone(), token.clone());
        tokio::spawn(async move { code(&upload_surely(&app, &token, &jpeg(seed)).await) })
    };
    let tasks: Vec<_> = (0..20).map(send).collect();
    let mut codes = Vec::new();
    for task in tasks {
        codes.push(task.await.unwrap());
    }
    let count = |code: u64| codes.iter().filter(|answered| **answered == code).count();
    assert_eq!((count(0), count(1005)), (5, 15), "{codes:?}");
    assert_eq!(kept(&app).await, (5, 0, 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_ten_equal_ones_at_once_one_is_kept() {
    let (app, token) = diner(&[]).await;
    let send = |_| {
        let (app, token) = (app.clone(), token.clone());
        tokio::spawn(async move { upload_surely(&app, &token, &jpeg(1)).await.json() })
    };
    let tasks: Vec<_> = (0..10).map(send).collect();
    let (mut names, mut codes) = (BTreeSet::new(), Vec::new());
    for task in tasks {
        let answer = task.await.unwrap();
        names.insert(answer["data"]["upload_id"].as_str().unwrap().to_owned());
        codes.push(answer["code"].as_u64().unwrap());
    }
    codes.sort_unstable();
    assert_eq!((codes, names.len()), ([vec![0], vec![409; 9]].concat(), 1), "all know the one that was kept");
    assert_eq!(kept(&app).await, (1, 0, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_has_three_on_their_way() {
    let (app, token) = diner(&[]).await;
    let (go, wait) = tokio::sync::watch::channel(false);
    let send = |seed| {
        let (app, token, mut wait) = (app.clone(), token.clone(), wait.clone());
        tokio::spawn(async move {
            let form = form(&[("image", Some("a.jpg"), &jpeg(seed))]);
            let body = futures_util::stream::once(async move {
                wait.wait_for(|go| *go).await.unwrap();
                Ok::<_, std::io::Error>(form)
            });
            app.send(request(&token, axum::body::Body::from_stream(body))).await.ok();
        })
    };
    let tasks: Vec<_> = (0..3).map(send).collect();
    while app.state.uploads.count() < 3 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(upload(&app, &token, &jpeg(3)).await.refused(429)["data"]["retry_after_s"], 5);
    go.send_replace(true);
    for task in tasks {
        task.await.unwrap();
    }
    upload(&app, &token, &jpeg(3)).await.ok();
    assert_eq!(kept(&app).await, (4, 0, 8));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_users_with_one_picture_at_the_same_moment_do_not_miss_each_other() {
    let app = Arc::new(TestApp::empty().await);
    let mut tokens = Vec::new();
    for n in 0..4 {
        tokens.push(app.diner(&format!("1390013900{n}"), 0).await);
    }
    for seed in 0..6 {
        let send = |token: &String| {
            let (app, token) = (app.clone(), token.clone());
            tokio::spawn(async move { upload(&app, &token, &jpeg(seed)).await.ok() })
        };
        for task in tokens.iter().map(send).collect::<Vec<_>>() {
            task.await.unwrap();
        }
    }
    let select = "SELECT COUNT(*) FROM upload_reviews WHERE possible_duplicate_of IS NULL";
    let (unmarked,): (i64,) = on_db!(&app.state.db, |c| sqlx::query_as(select).fetch_one(c).await).unwrap();
    assert_eq!(unmarked, 6, "one of each four");
}

#[tokio::test]
async fn a_storage_that_fails_leaves_no_receipt_and_is_swept_when_it_is_back() {
    let (app, token) = diner(&[]).await;
    let StorageSettings::Local(dir) = &app.state.config.storage else { panic!("a folder") };
    // Where the folder of the receipts would be, there is a file.
    std::fs::create_dir_all(dir).unwrap();
    std::fs::write(dir.join("receipts"), b"").unwrap();
    upload(&app, &token, &jpeg(1)).await.refused(1004);
    assert_eq!(kept(&app).await, (0, 2, 1));
    let swept = async |round: (u64, u64)| {
        let swept = sweep::round(&app.state).await.unwrap();
        assert_eq!((swept.removed, swept.left), round);
    };
    app.state.clock.advance(Duration::from_millis(3_599_999));
    swept((0, 0)).await;
    app.state.clock.advance(Duration::from_millis(1));
    swept((0, 2)).await;
    sweep::round(&app.state).await.unwrap();
    assert_eq!(kept(&app).await, (0, 2, 1), "they stay for the next round");
    std::fs::remove_file(dir.join("receipts")).unwrap();
    swept((2, 0)).await;
    assert_eq!(kept(&app).await, (0, 0, 0));
    let token = app.login(PHONE).await;
    upload(&app, &token, &jpeg(1)).await.ok();
}

#[tokio::test]
async fn a_database_that_refuses_after_the_objects_are_stored_leaves_none() {
    let (app, token) = diner(&[]).await;
    raw(
        &app,
        "CREATE TRIGGER no_receipt BEFORE INSERT ON picture_bands BEGIN SELECT RAISE(ABORT, 'no'); END",
        "CREATE TRIGGER no_receipt BEFORE INSERT ON picture_bands FOR EACH ROW SIGNAL SQLSTATE '45000'",
    )
    .await;
    upload(&app, &token, &jpeg(1)).await.http(500);
    assert_eq!(kept(&app).await, (0, 0, 0), "removed at once");
    // Now it does not even let them be removed.
    raw(
        &app,
        "CREATE TRIGGER no_mark BEFORE UPDATE ON pending_objects BEGIN SELECT RAISE(ABORT, 'no'); END",
        "CREATE TRIGGER no_mark BEFORE UPDATE ON pending_objects FOR EACH ROW SIGNAL SQLSTATE '45000'",
    )
    .await;
    upload(&app, &token, &jpeg(1)).await.http(500);
    assert_eq!(kept(&app).await, (0, 2, 2));
    app.state.clock.advance(HOUR);
    assert!(sweep::round(&app.state).await.is_err());
    raw(&app, "DROP TRIGGER no_mark", "DROP TRIGGER no_mark").await;
    sweep::round(&app.state).await.unwrap();
    assert_eq!(kept(&app).await, (0, 0, 0));
}

#[tokio::test]
async fn a_sweep_goes_on_where_another_has_stopped() {
    let (app, token) = diner(&[]).await;
    upload(&app, &token, &jpeg(1)).await.ok();
    let (db, storage) = (&app.state.db, &app.state.storage);
    // The server died: before the object was stored · after that · after the mark · after the removal.
    for point in 0..4 {
        let keys = Keys::new("UP1", &format!("{point:016}"));
        pending::announce(db, &keys, app.state.clock.now()).await.unwrap();
        for key in [keys.picture(), keys.thumbnail()] {
            if point >= 1 {
                storage.put(key, jpeg(2)).await.unwrap();
            }
            if point >= 2 {
                assert!(pending::claim(db, key).await.unwrap());
            }
            if point >= 3 {
                storage.remove(key).await.unwrap();
            }
        }
    }
    assert_eq!(kept(&app).await, (1, 8, 6));
    // Not marked: it is not forgotten, whoever says so.
    let unmarked = Keys::new("UP1", "0000000000000000");
    pending::forget(db, unmarked.picture()).await.unwrap();
    assert_eq!(sweep::round(&app.state).await.unwrap(), sweep::Swept::default());
    app.state.clock.advance(HOUR);
    assert_eq!(sweep::round(&app.state).await.unwrap(), sweep::Swept { removed: 8, left: 0 });
    assert_eq!(kept(&app).await, (1, 0, 2), "what a receipt refers to stays");
    assert!(!pending::claim(db, unmarked.picture()).await.unwrap());
}

#[tokio::test]
async fn an_upload_whose_objects_are_being_swept_is_refused() {
    let (app, token) = diner(&[]).await;
    // As if it had taken more than an hour to store them.
    raw(
        &app,
        "CREATE TRIGGER late AFTER INSERT ON pending_objects
         BEGIN UPDATE pending_objects SET swept = 1 WHERE object_key LIKE '%small%'; END",
        "CREATE TRIGGER late BEFORE INSERT ON pending_objects FOR EACH ROW
         SET NEW.swept = (NEW.object_key LIKE '%small%')",
    )
    .await;
    upload(&app, &token, &jpeg(1)).await.refused(1004);
    assert_eq!(kept(&app).await, (0, 0, 0));
    raw(&app, "DROP TRIGGER late", "DROP TRIGGER late").await;
    upload(&app, &token, &jpeg(1)).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_leaves_all_or_nothing() {
    let (app, token) = diner(&[("FAIRWHEEL_UPLOAD_DAILY_LIMIT", "100")]).await;
    let (mut sent, mut heard) = (0, 0);
    for (seed, ms) in (0..).zip([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]) {
        let file = jpeg(seed);
        let answer = tokio::time::timeout(Duration::from_millis(ms), upload(&app, &token, &file)).await;
        heard += i64::from(answer.is_ok());
        quiet(&app).await;
        let known = upload(&app, &token, &file).await.json();
        // It had arrived, or it arrives now.
        sent += 1;
        assert!(known["code"] == 0 || known["code"] == 409, "{known}");
        assert_eq!(kept(&app).await, (sent, 0, 2 * usize::try_from(sent).unwrap()));
    }
    println!("{heard} of {sent} were answered");
}

/// The head of a request with a body of this length.
fn head(token: &str, length: usize) -> String {
    format!(
        "POST /api/photo/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: {length}\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n"
    )
}

async fn connect(base: &str) -> TcpStream {
    TcpStream::connect(base.trim_start_matches("http://")).await.unwrap()
}

async fn read_answer(stream: &mut TcpStream) -> Value {
    read_whole(stream).await.1
}

/// An answer up to the end of its body, which is JSON; and its head.
async fn read_whole(stream: &mut TcpStream) -> (String, Value) {
    let mut bytes = Vec::new();
    loop {
        let at = bytes.windows(4).position(|end| end == b"\r\n\r\n");
        if let Some(body) = at.and_then(|at| serde_json::from_slice(&bytes[at + 4..]).ok()) {
            return (String::from_utf8_lossy(&bytes).into_owned(), body);
        }
        let read = stream.read_buf(&mut bytes).await.unwrap();
        assert!(read > 0, "cut off: {}", String::from_utf8_lossy(&bytes));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_a_socket_a_refusal_is_heard_and_a_hang_up_frees_the_place() {
    let mut app = TestApp::empty().await;
    let token = app.diner(PHONE, 0).await;
    let base = app.serve().await;
    let body = form(&[("image", Some("a.jpg"), &vec![0; 3_000_000])]);
    // A token that has expired: the phone is told, and asks again on the same connection.
    let mut stream = connect(&base).await;
    stream.write_all(head("old", body.len()).as_bytes()).await.unwrap();
    stream.write_all(&body).await.unwrap();
    assert_eq!(read_answer(&mut stream).await["code"], 401);
    stream.write_all(head(&token, body.len()).as_bytes()).await.unwrap();
    stream.write_all(&body).await.unwrap();
    assert_eq!(read_answer(&mut stream).await["code"], 1001);
    // What is too long is read and thrown away, whoever sends it: the answer is heard, and the connection stays.
    let long = vec![b'x'; 9_000_000];
    for (token, code) in [("old", 401), (token.as_str(), 413)] {
        stream.write_all(head(token, long.len()).as_bytes()).await.unwrap();
        stream.write_all(&long).await.unwrap();
        let (answer, json) = read_whole(&mut stream).await;
        assert!(json["code"] == code && !answer.contains("connection: close"), "{answer}");
    }
    // What is far too long is not waited for.
    stream.write_all(head(&token, 34_000_000).as_bytes()).await.unwrap();
    let (answer, json) = read_whole(&mut stream).await;
    assert!(json["code"] == 413 && answer.contains("connection: close"), "{answer}");
    assert_eq!(stream.read(&mut [0]).await.unwrap(), 0, "the connection is closed");

    let mut stream = connect(&base).await;
    stream.write_all(head(&token, body.len()).as_bytes()).await.unwrap();
    stream.write_all(&body[..body.len() / 2]).await.unwrap();
    while app.state.uploads.count() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    drop(stream);
    quiet(&app).await;
    assert_eq!(kept(&app).await, (0, 0, 0));
}
