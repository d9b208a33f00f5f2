//! What was sent in: its pieces, its objects, and how many of a day.

use fairwheel_server::{
    media::picture::bands,
    on_db,
    store::{Db, photo::thumbnail_key},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;

/// A receipt's name, the key of its picture, its hash, and what it is marked with.
type Receipt = (String, String, Option<String>, Option<String>);

/// Each receipt has the pieces of its hash and no others, is marked with an earlier one if at all, and refers to objects
/// that nobody sweeps.
pub(super) async fn receipts(db: &Db, broken: &mut Vec<String>) {
    let select = "SELECT upload_id, image_url, picture_hash, possible_duplicate_of FROM upload_reviews";
    let receipts: Vec<Receipt> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("receipts");
    let select = "SELECT upload_id, band, bits FROM picture_bands ORDER BY upload_id, band";
    let mut pieces: Vec<(String, i64, i64)> =
        on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("pieces");
    let select = "SELECT object_key FROM pending_objects";
    let pending: Vec<(String,)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("objects");
    for (id, picture, hash, original) in &receipts {
        let mut expected = Vec::new();
        if let Some(hash) = hash {
            let mut bytes = [0; 32];
            hex::decode_to_slice(hash, &mut bytes).expect("a hash");
            expected.extend(bands(&bytes));
        }
        let of_this = pieces.extract_if(.., |(of, ..)| of == id).map(|(_, band, bits)| (band, bits));
        if of_this.collect::<Vec<_>>() != expected {
            broken.push(format!("receipt {id} has not the pieces of its hash"));
        }
        if let Some(original) = original
            && (original == id || !receipts.iter().any(|(other, ..)| other == original))
        {
            broken.push(format!("receipt {id} is marked with {original}"));
        }
        for (key,) in pending.iter().filter(|(key,)| key == picture || *key == thumbnail_key(picture)) {
            broken.push(format!("receipt {id} refers to {key}, which will be swept"));
        }
    }
    broken.extend(pieces.iter().map(|(of, ..)| format!("a piece belongs to {of}, which is no receipt")));
    counted(db, broken).await;
    told(db, broken).await;
}

/// A user has sent in on a day exactly what was counted. Only a server that is not past midnight yet counts for the day
/// of one that is: those of the day before may be among them.
async fn counted(db: &Db, broken: &mut Vec<String>) {
    let select = "SELECT user_id, created_at FROM upload_reviews WHERE file_sha256 IS NOT NULL";
    let sent: Vec<(i64, i64)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("receipts");
    let select = "SELECT user_id, upload_day, upload_count FROM users";
    let users: Vec<(i64, i64, i64)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("users");
    let zone = TimeZone::get("Asia/Shanghai").expect("the zone of every test");
    let date = |at| Timestamp::from_millisecond(at).expect("a time").to_zoned(zone.clone()).date();
    let written = |date: Date| i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day());
    for (user, day, counted) in users {
        let own = || sent.iter().filter(|(of, _)| *of == user).map(|(_, at)| date(*at));
        let on_day = own().filter(|date| written(*date) == day).count();
        let before = own().filter(|date| date.tomorrow().is_ok_and(|next| written(next) == day)).count();
        let counted = usize::try_from(counted).expect("a number");
        if !(on_day..=on_day + before).contains(&counted) {
            broken.push(format!("user {user} has sent in {on_day} receipts on {day}, {counted} were counted"));
        }
    }
}

/// While all events are kept: the merchants were told of each receipt once.
async fn told(db: &Db, broken: &mut Vec<String>) {
    let select = "SELECT id, kind, data FROM events ORDER BY id";
    let events: Vec<(i64, String, String)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("events");
    let last = fairwheel_server::store::event::last_id(db).await.expect("the counter");
    if last > 0 && events.first().is_none_or(|(id, ..)| *id != 1) {
        return;
    }
    let told: Vec<Value> = events
        .iter()
        .filter(|(_, kind, _)| kind == "review_pending")
        .map(|(.., data)| serde_json::from_str(data).expect("JSON"))
        .collect();
    let select = "SELECT upload_id FROM upload_reviews WHERE file_sha256 IS NOT NULL";
    let sent: Vec<(String,)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("receipts");
    for (id,) in sent {
        let times = told.iter().filter(|data| data["upload_id"] == id.as_str()).count();
        if times != 1 {
            broken.push(format!("the merchants were told {times} times of receipt {id}"));
        }
    }
}
