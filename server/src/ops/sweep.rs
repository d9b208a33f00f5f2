//! Removing stored objects that no receipt refers to: what an upload has left that was refused, or stopped half-way.

use std::{mem, time::Duration};

use serde_json::json;
use tokio::{task::JoinSet, time};

use crate::{
    app::{App, AppState},
    store::{
        StoreError,
        photo::{
            Keys,
            pending::{self, Place},
        },
    },
};

/// Pause before the first round, so that a starting server is not held up.
const FIRST: Duration = Duration::from_secs(20);
/// Pause between two rounds.
const PAUSE: Duration = Duration::from_mins(15);
/// After so many failures in a row the storage is left alone until the next round: each may take its time.
const FAILURES: u32 = 3;

/// Starts the task, which depends on nothing but database and storage. It ends when this is dropped.
#[must_use]
pub fn start(app: &AppState) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let app = app.clone();
    tasks.spawn(async move {
        time::sleep(FIRST).await;
        let mut place = beginning();
        loop {
            match go_on(&app, &mut place).await {
                Ok(Swept { removed, left }) if removed + left > 0 => {
                    let data = json!({ "objects": removed, "objects_left": left });
                    tracing::info!(module = "ops", action = "sweep", data = %data, "objects of nobody removed");
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(module = "ops", action = "sweep", error = %error, "put off"),
            }
            time::sleep(PAUSE).await;
        }
    });
    tasks
}

/// What a round came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Objects that are gone.
    pub removed: u64,
    /// Objects that could not be removed. The next round tries again.
    pub left: u64,
}

/// Removes every object that has waited for its receipt for too long, or those before the storage fails.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn round(app: &App) -> Result<Swept, StoreError> {
    go_on(app, &mut beginning()).await
}

fn beginning() -> Place {
    (i64::MIN, String::new())
}

/// A round from `place` on, which is then where the next one begins: behind what could not be removed, so that this does
/// not keep it from the rest.
async fn go_on(app: &App, place: &mut Place) -> Result<Swept, StoreError> {
    let now = app.clock.now();
    let (mut swept, mut failures) = (Swept::default(), 0);
    let start = place.clone();
    let mut has_turned = start == beginning();
    loop {
        let objects = pending::left_behind(&app.db, now, place).await?;
        if objects.is_empty() {
            *place = beginning();
            // What was put off last time comes before the start.
            if mem::replace(&mut has_turned, true) {
                return Ok(swept);
            }
            continue;
        }
        for object in objects {
            if has_turned && start != beginning() && object > start {
                *place = beginning();
                return Ok(swept);
            }
            if one(app, &object.1).await? {
                (swept.removed, failures) = (swept.removed + 1, 0);
            } else {
                (swept.left, failures) = (swept.left + 1, failures + 1);
            }
            *place = object;
            if failures == FAILURES {
                return Ok(swept);
            }
        }
    }
}

/// Removes what an upload that was refused has stored, as far as that is possible now; the next rounds do the rest. Safe
/// even if nobody knows whether the upload was refused: what a receipt refers to stays.
pub async fn all_of(app: &App, keys: &Keys) {
    for key in [keys.picture(), keys.thumbnail()] {
        if let Err(error) = one(app, key).await {
            tracing::warn!(module = "ops", action = "sweep", error = %error, "an object is left for later");
        }
    }
}

/// Whether an object is not left: it is gone, or a receipt refers to it.
async fn one(app: &App, key: &str) -> Result<bool, StoreError> {
    if !pending::claim(&app.db, key).await? {
        return Ok(true);
    }
    if let Err(error) = app.storage.remove(key).await {
        let data = json!({ "key": key });
        tracing::warn!(module = "ops", action = "sweep", data = %data, error = %error, "an object could not be removed");
        return Ok(false);
    }
    pending::forget(&app.db, key).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::temporary, config::StorageSettings};

    #[tokio::test]
    async fn a_round_ends_when_the_storage_fails_and_the_next_goes_on_behind() {
        let (_scratch, app) = temporary().await;
        for point in 0..5 {
            let keys = Keys::new("UP1", &format!("{point:016}"));
            pending::announce(&app.db, &keys, app.clock.now()).await.unwrap();
            app.clock.advance(Duration::from_secs(1));
        }
        // Where the folder of the receipts would be, there is a file.
        let StorageSettings::Local(dir) = &app.config.storage else { panic!("a folder") };
        std::fs::create_dir_all(dir).unwrap();
        std::fs::write(dir.join("receipts"), b"").unwrap();
        app.clock.advance(Duration::from_hours(1));
        let mut place = beginning();
        assert_eq!(go_on(&app, &mut place).await.unwrap(), Swept { removed: 0, left: 3 });
        std::fs::remove_file(dir.join("receipts")).unwrap();
        assert_eq!(go_on(&app, &mut place).await.unwrap(), Swept { removed: 10, left: 0 });
        assert_eq!(place, beginning());
    }
}
