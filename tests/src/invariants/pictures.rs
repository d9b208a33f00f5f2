//! Pictures of prizes.

use std::collections::BTreeSet;

use fairwheel_core::digest::Digest;
use fairwheel_server::{
    on_db,
    store::{Db, picture::FOLDER},
};

/// Every picture is what its path says, and those that prizes name are there.
pub(super) async fn pictures(db: &Db, broken: &mut Vec<String>) {
    let rows: Vec<(String, Vec<u8>)> =
        on_db!(db, |c| sqlx::query_as("SELECT path, content FROM pictures").fetch_all(c).await).expect("pictures");
    let mut stored = BTreeSet::new();
    for (path, content) in rows {
        let kind = if content.starts_with(b"\x89PNG") { "png" } else { "jpg" };
        if path != format!("{FOLDER}{}.{kind}", Digest::sha256(&content)) {
            broken.push(format!("picture {path} is not what its path says"));
        }
        stored.insert(path);
    }
    let select = "SELECT table_id, prize_id, image FROM lottery_prizes WHERE image <> ''";
    let rows: Vec<(i64, i64, String)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("prizes");
    for (table, prize, image) in rows {
        if image.starts_with(FOLDER) && !stored.contains(&image) {
            broken.push(format!("table {table}, prize {prize}: its picture {image} is not there"));
        }
    }
}
