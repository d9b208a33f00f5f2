//! Removing stored objects that no receipt refers to: what an upload has left that was refused, or stopped half-way.

use serde_json::json;

use crate::{
    app::App,
    store::{
        StoreError,
        photo::{Keys, pending},
    },
};

/// What a round came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Objects that are gone.
    pub removed: u64,
    /// Objects that could not be removed. The next round tries again.
    pub left: u64,
}

/// Removes every object that has waited for its receipt for too long.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn round(app: &App) -> Result<Swept, StoreError> {
    let now = app.clock.now();
    let mut swept = Swept::default();
    let mut place = (i64::MIN, String::new());
    loop {
        let objects = pending::left_behind(&app.db, now, &place).await?;
        let Some(last) = objects.last().cloned() else { return Ok(swept) };
        for (_, key) in objects {
            if one(app, &key).await? {
                swept.removed += 1;
            } else {
                swept.left += 1;
            }
        }
        place = last;
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
