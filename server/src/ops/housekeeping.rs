//! Removing what has been kept long enough: events, answers, login codes, sessions, and pictures that no wheel names.

use std::time::Duration;

use serde_json::json;
use tokio::{task::JoinSet, time};

use crate::{
    app::{App, AppState},
    store::{StoreError, code, event, idempotency, picture, session},
};

/// Pause before the first round, so that a starting server is not held up.
const FIRST: Duration = Duration::from_secs(10);
/// Pause between two rounds.
const PAUSE: Duration = Duration::from_hours(1);
/// Pause between two steps of a round, in which requests have the database for themselves.
const BREATH: Duration = Duration::from_millis(50);

/// Starts the task. It ends when this is dropped.
#[must_use]
pub fn start(app: &AppState) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let app = app.clone();
    tasks.spawn(async move {
        time::sleep(FIRST).await;
        loop {
            if let Err(error) = round(&app).await {
                tracing::warn!(module = "ops", action = "housekeeping", error = %error, "put off for an hour");
            }
            time::sleep(PAUSE).await;
        }
    });
    tasks
}

/// Removes everything whose time has passed, in steps that are short transactions of their own.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn round(app: &App) -> Result<(), StoreError> {
    let (db, now) = (&app.db, app.clock.now());
    let events = in_steps(|| event::forget_old(db, now)).await?;
    let answers = in_steps(|| idempotency::forget_old(db, now)).await?;
    let codes = in_steps(|| code::forget_old(db, now)).await?;
    let sessions = in_steps(|| session::forget_expired(db, now)).await?;
    let pictures = in_steps(|| picture::forget_unnamed(db, now)).await?;
    let data = json!({
        "events": events,
        "answers": answers,
        "codes": codes,
        "sessions": sessions,
        "pictures": pictures,
    });
    tracing::info!(module = "ops", action = "housekeeping", data = %data, "old rows removed");
    Ok(())
}

/// Repeats a step until it finds nothing. How many rows it removed in all.
async fn in_steps<F>(step: impl Fn() -> F) -> Result<u64, StoreError>
where
    F: Future<Output = Result<u64, StoreError>>,
{
    let mut removed = 0;
    loop {
        match step().await? {
            0 => return Ok(removed),
            rows => removed += rows,
        }
        time::sleep(BREATH).await;
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::{
        app::temporary,
        store::{
            db::{execute, on_db},
            event::NewEvent,
        },
    };

    async fn count(app: &App, table: &str) -> i64 {
        let select = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        let (rows,): (i64,) = on_db!(&app.db, |c| sqlx::query_as(select).fetch_one(c).await).unwrap();
        rows
    }

    #[tokio::test]
    async fn what_is_old_goes_and_what_is_needed_stays() {
        let (_scratch, app) = temporary().await;
        let now = app.clock.now();
        let day = SignedDuration::from_hours(24);
        let code = "INSERT INTO login_codes (mobile, code_hash, sent_at, expires_at) VALUES (?, 'x', ?, 0)";
        for (phone, at) in [("1", now - day * 2), ("2", now - day * 2 + SignedDuration::from_millis(1)), ("3", now)] {
            let mut tx = app.db.begin().await.unwrap();
            execute!(&mut tx, code, phone, at.as_millisecond()).unwrap();
            tx.commit().await.unwrap();
        }
        // More than one step takes.
        let mut tx = app.db.begin().await.unwrap();
        for age in 0..1500_i64 {
            tx.push(NewEvent::stock_update(1, age, "x", now - day - SignedDuration::from_millis(age)));
        }
        tx.push(NewEvent::stock_update(1, 0, "x", now - day + SignedDuration::from_millis(1)));
        tx.commit().await.unwrap();

        assert!((1000..1500).contains(&event::forget_old(&app.db, now).await.unwrap()));
        round(&app).await.unwrap();
        assert_eq!((count(&app, "events").await, count(&app, "login_codes").await), (1, 2));
        assert_eq!(event::last_id(&app.db).await.unwrap(), 1501, "ids go on where they were");
        round(&app).await.unwrap();
        assert_eq!((count(&app, "events").await, count(&app, "login_codes").await), (1, 2));
    }
}
