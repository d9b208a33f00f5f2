//! From the photo as it came to a receipt that waits: decoded, written down as being stored, stored, and sent in.
//!
//! Whatever stops this half-way leaves rows of `pending_objects`, and the sweep removes what they name.

use std::{fs::File, time::Duration};

use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::{sync::OwnedSemaphorePermit, time::timeout};

use super::{
    Answer, BUSY, TOO_MANY_PIXELS, TOO_SMALL, UNSUPPORTED, again,
    form::{Form, Photo},
    later, limit_reached, not_stored,
};
use crate::{
    api::{
        envelope::{ApiResult, Envelope},
        number::yuan,
    },
    app::AppState,
    clock::{Stopwatch, iso},
    error::ApiError,
    media::{
        Ocr,
        picture::{Picture, PictureError},
        storage::StorageError,
        uploads::Slot,
    },
    ops::sweep,
    store::{
        StoreError,
        photo::{self, Keys, Outcome, Upload, pending},
        user::User,
    },
};

/// Names that are tried, should a name be taken: one is, once in a million uploads of the same millisecond.
const NAMES: usize = 3;

/// How long a photo may wait until it is decoded. What has not begun by then is not done.
const BEGUN_WITHIN: Duration = Duration::from_secs(30);
/// How long storing it may take when it is decoded.
const STORED_WITHIN: Duration = Duration::from_secs(26);
/// How long removing what was refused may take. The sweep does the rest.
const REMOVED_WITHIN: Duration = Duration::from_secs(2);

pub(super) async fn keep(app: &AppState, user: &User, slot: &Slot, form: Form, watch: Stopwatch) -> ApiResult {
    let Form { file: Photo { file, size_bytes, sha256 }, amount } = form;
    let day = app.day(app.clock.now());
    // What the transaction checks again: here it saves the work.
    let standing = photo::standing(&app.db, user.user_id, &sha256, day).await?;
    if let Some(upload_id) = standing.again {
        return Err(again(&upload_id));
    }
    if standing.used >= app.config.upload_daily_limit {
        return Err(limit_reached(app, app.clock.now())?);
    }
    let (picture, _turn) = decode(app, user.user_id, slot, file).await?;
    let upload_id = name(app);
    let keys = Keys::new(&upload_id, &app.rng.hex::<8>());
    pending::announce(&app.db, &keys, app.clock.now()).await?;
    let hash = picture.hash;
    let stored_bytes = picture.jpeg.len();
    let picture_sha256 = hex::encode(Sha256::digest(&picture.jpeg));
    // Whether a failed attempt has stored anything may show later: its rows stay, for the sweep.
    let stored = timeout(STORED_WITHIN, Box::pin(store(app, &keys, picture))).await.map_err(not_stored)?;
    let estimated_amount = stored.map_err(not_stored)?;
    let now = app.clock.now();
    let mut upload = Upload {
        upload_id,
        user_id: user.user_id,
        mobile: &user.mobile,
        keys: &keys,
        file_sha256: &sha256,
        picture_sha256: &picture_sha256,
        hash,
        amount,
        estimated_amount,
        limit: app.config.upload_daily_limit,
        day: app.day(now),
        now,
    };
    let outcome = send_in(app, &mut upload).await;
    if !matches!(outcome, Ok(Outcome::Kept { .. })) {
        // It stops at any point and goes on later.
        let _ = timeout(REMOVED_WITHIN, sweep::all_of(app, &keys)).await;
    }
    match outcome? {
        Outcome::Kept { possible_duplicate_of } => {
            let data = json!({
                "upload_id": upload.upload_id,
                "size_bytes": size_bytes,
                "stored_bytes": stored_bytes,
                "possible_duplicate_of": possible_duplicate_of,
                "duration_ms": watch.ms(),
            });
            tracing::info!(module = "photo", action = "upload", data = %data, "receipt sent in");
            answer(app, &upload).await
        }
        Outcome::Again { upload_id } => Err(again(&upload_id)),
        Outcome::LimitReached => Err(limit_reached(app, now)?),
        Outcome::Banned => Err(ApiError::banned()),
        Outcome::Swept => Err(not_stored("it took so long that the sweep has removed it")),
        Outcome::NameTaken => Err(ApiError::internal("no name was free")),
    }
}

/// Decodes it when it is its turn; one that is refused counts as well.
pub(super) async fn decode(
    app: &AppState,
    user_id: i64,
    slot: &Slot,
    file: File,
) -> Result<(Picture, OwnedSemaphorePermit), ApiError> {
    let waiting = async {
        let turn = slot.turn().await.ok_or_else(|| ApiError::internal("the turns have ended"))?;
        Ok::<_, ApiError>((turn, app.pictures.seat().await.map_err(refused)?))
    };
    let (turn, seat) = timeout(BEGUN_WITHIN, waiting).await.map_err(|_| later(BUSY))??;
    let now = app.clock.now();
    if !app.uploads.may_try(user_id, app.day(now).date, app.config.upload_daily_limit) {
        return Err(limit_reached(app, now)?);
    }
    Ok((seat.read(file).await.map_err(refused)?, turn.decoded()))
}

async fn send_in(app: &AppState, upload: &mut Upload<'_>) -> Result<Outcome, StoreError> {
    for _ in 1..NAMES {
        match photo::send_in(&app.db, upload).await? {
            Outcome::NameTaken => upload.upload_id = name(app),
            outcome => return Ok(outcome),
        }
    }
    photo::send_in(&app.db, upload).await
}

/// Stores picture and thumbnail, and has the picture read meanwhile. The amount that was read.
async fn store(app: &AppState, keys: &Keys, picture: Picture) -> Result<Option<i64>, StorageError> {
    let Picture { jpeg, thumbnail, .. } = picture;
    let copy = if matches!(app.ocr, Ocr::Off) { None } else { Some(jpeg.clone()) };
    let estimate = async {
        match copy {
            Some(jpeg) => app.ocr.estimate(&jpeg).await,
            None => None,
        }
    };
    let (picture, thumbnail, estimate) =
        tokio::join!(app.storage.put(keys.picture(), jpeg), app.storage.put(keys.thumbnail(), thumbnail), estimate);
    picture.and(thumbnail)?;
    Ok(estimate)
}

/// A new name: the hour, so that names are in its order, and chance, so that it says no more than that.
fn name(app: &AppState) -> String {
    format!("UP{:013}{}", app.clock.now().as_millisecond(), app.rng.six_digits())
}

fn refused(error: PictureError) -> ApiError {
    match error {
        PictureError::Unsupported => ApiError::refused(1001, UNSUPPORTED),
        PictureError::TooLarge => ApiError::refused(1002, TOO_MANY_PIXELS),
        PictureError::TooSmall => ApiError::refused(1003, TOO_SMALL),
        PictureError::Busy => ApiError::refused(1004, BUSY),
        PictureError::Unreadable => not_stored(error),
    }
}

async fn answer(app: &AppState, upload: &Upload<'_>) -> ApiResult {
    Ok(Envelope::ok(&Answer {
        upload_id: upload.upload_id.clone(),
        image_url: app.storage.url(upload.keys.picture(), upload.now).await.map_err(ApiError::internal)?,
        estimated_amount: yuan(upload.estimated_amount),
        review_status: "pending",
        status: "pending",
        created_at: iso(upload.now),
    }))
}
