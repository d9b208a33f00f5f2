//! Receipts that look the same. A hash is cut into pieces; those that share a piece are compared. Two hashes that differ
//! in fewer bits than there are pieces share one for certain.

use crate::{
    media::picture::{SAME_MAX, bands, distance},
    store::{
        StoreError, Tx,
        db::{execute, on_tx},
    },
};

/// How many receipts that share a piece are compared, the newest: white paper looks like white paper.
const OF_EACH: i64 = 50;

/// Keeps the pieces of a receipt.
pub(super) async fn insert(tx: &mut Tx, upload_id: &str, hash: &[u8; 32]) -> Result<(), StoreError> {
    const INSERT: &str = concat!(
        "INSERT INTO picture_bands (band, bits, upload_id) VALUES (?, ?, ?), (?, ?, ?), (?, ?, ?), (?, ?, ?), (?, ?, ?),",
        "(?, ?, ?), (?, ?, ?), (?, ?, ?), (?, ?, ?), (?, ?, ?), (?, ?, ?), (?, ?, ?), (?, ?, ?), (?, ?, ?), (?, ?, ?),",
        "(?, ?, ?)"
    );
    if bands(hash).next().is_none() {
        return Ok(());
    }
    on_tx!(tx, |c| {
        let mut insert = sqlx::query(INSERT);
        for (band, bits) in bands(hash) {
            insert = insert.bind(band).bind(bits).bind(upload_id);
        }
        insert.execute(c).await.map(drop)
    })?;
    Ok(())
}

macro_rules! newest {
    () => {
        "SELECT * FROM (SELECT upload_id FROM picture_bands WHERE band = ? AND bits = ? ORDER BY upload_id DESC LIMIT ?) AS b"
    };
    ($union:literal) => {
        concat!(newest!(), $union, newest!())
    };
}

macro_rules! four {
    () => {
        concat!(newest!(" UNION "), " UNION ", newest!(" UNION "))
    };
}

/// Those of each piece by an index of its own.
const CANDIDATES: &str = concat!(
    "SELECT r.upload_id, r.picture_hash FROM upload_reviews r JOIN (",
    four!(),
    " UNION ",
    four!(),
    " UNION ",
    four!(),
    " UNION ",
    four!(),
    ") AS alike ON alike.upload_id = r.upload_id"
);

/// Marks a receipt that has just been inserted with the one that looks most like it, the earliest of several. That one.
///
/// Two that are sent in at the same moment must not miss each other. The counter of the events, which every transaction
/// that sends one in updates at its end, is updated here already: whoever comes second waits for the commit of the first,
/// and then sees it. Nothing but this lookup is done under that lock.
pub(super) async fn mark(tx: &mut Tx, upload_id: &str, hash: &[u8; 32]) -> Result<Option<String>, StoreError> {
    if bands(hash).next().is_none() {
        return Ok(None);
    }
    execute!(&mut *tx, "UPDATE event_counter SET last_id = last_id WHERE id = 1")?;
    let candidates: Vec<(String, String)> = on_tx!(&mut *tx, |c| {
        let mut select = sqlx::query_as(CANDIDATES);
        for (band, bits) in bands(hash) {
            select = select.bind(band).bind(bits).bind(OF_EACH);
        }
        select.fetch_all(c).await
    })?;
    let mut nearest: Option<(u32, String)> = None;
    for (candidate, stored) in candidates.into_iter().filter(|(candidate, _)| candidate != upload_id) {
        let distance = distance(hash, &read(&stored)?);
        if distance <= SAME_MAX {
            let found = (distance, candidate);
            nearest = Some(nearest.map_or(found.clone(), |nearest| nearest.min(found)));
        }
    }
    let Some((_, original)) = nearest else { return Ok(None) };
    let update = "UPDATE upload_reviews SET possible_duplicate_of = ? WHERE upload_id = ?";
    execute!(tx, update, &original, upload_id)?;
    Ok(Some(original))
}

fn read(stored: &str) -> Result<[u8; 32], StoreError> {
    let mut hash = [0; 32];
    hex::decode_to_slice(stored, &mut hash).map_err(|error| StoreError::Corrupt(format!("picture_hash: {error}")))?;
    Ok(hash)
}
