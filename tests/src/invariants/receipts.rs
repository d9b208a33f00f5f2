//! What was sent in: its pieces, its objects, and how many of a day.

use fairwheel_server::{
    media::picture::bands,
    on_db,
    store::{Db, photo::thumbnail_key},
};

/// A receipt's name, the key of its picture, its hash, and what it is marked with.
type Receipt = (String, String, Option<String>, Option<String>);

/// Each receipt has the pieces of its hash and no others, is marked with an earlier one if at all, and refers to objects
/// that nobody sweeps; a user has sent in at least as many as were counted.
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
    let select = "SELECT u.user_id, u.upload_count,
                         (SELECT COUNT(*) FROM upload_reviews r WHERE r.user_id = u.user_id) FROM users u";
    let users: Vec<(i64, i64, i64)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("users");
    for (user, counted, sent) in users.iter().filter(|(_, counted, sent)| counted > sent) {
        broken.push(format!("user {user} has sent in {sent} receipts, {counted} were counted on a day"));
    }
}
