//! Receipts in a storm: photos that are sent in, merchants who decide the same ones, and what must be true of them.

use std::collections::{BTreeMap, BTreeSet};

use fairwheel_core::digest::Digest;
use fairwheel_server::{
    app::App,
    on_db,
    ops::sweep::{self, Swept},
    store::{Db, photo::thumbnail_key},
};
use image::ImageFormat;
use serde_json::{Value, json};

use super::{Phone, Storm};
use crate::{client::Ask, photos};

/// Where photos are sent in.
pub(super) const UPLOAD: &str = "/api/photo/upload";
/// Where a receipt is decided.
pub(super) const REVIEW: &str = "/api/merchant/review";
/// Where several are.
pub(super) const BATCH: &str = "/api/merchant/batch-review";
const WAITING: &str = "/api/merchant/pending-reviews";

/// What the phones were told of receipts.
#[derive(Debug, Default)]
pub(super) struct Receipts {
    /// Photos that a user has begun to send in, perhaps with another phone.
    begun: BTreeMap<i64, Vec<u64>>,
    /// The name of each that arrived, by user and photo.
    sent_in: BTreeMap<(i64, u64), String>,
    /// Names that were given to a photo that was not there before.
    new: BTreeSet<String>,
    /// As the merchant saw it who looked last.
    waiting: Vec<String>,
    /// What was decided, by name: status, reviewer, points.
    decided: BTreeMap<String, (String, i64, i64)>,
}

/// A photo, now and then one that was sent in before or is on its way.
pub(super) fn upload(phone: &Phone) -> Ask {
    let mut receipts = phone.storm.receipts.lock().expect("no panic");
    let begun = receipts.begun.entry(phone.user_id).or_default();
    let photo =
        if begun.is_empty() || phone.chance.below(4) > 0 { phone.chance.seed() } else { *phone.chance.one_of(begun) };
    begun.push(photo);
    Ask::post(UPLOAD, json!({ "photo": photo, "amount": amount(photo) }))
}

/// What is said to have been paid, in cents. So little that it makes nobody rich.
fn amount(photo: u64) -> u64 {
    1 + photo % 2000
}

fn file(photo: u64) -> Vec<u8> {
    photos::encoded(&photos::picture(photo, 120, 100), ImageFormat::Jpeg)
}

/// The form that is sent for such a request.
pub fn form(ask: &Ask) -> Option<Vec<u8>> {
    let body = ask.body.as_ref().filter(|_| ask.path == UPLOAD)?;
    let cents = body["amount"].as_u64().expect("cents");
    let amount = format!("{}.{:02}", cents / 100, cents % 100);
    let file = file(photo(body));
    Some(photos::form(&[("amount", None, amount.as_bytes()), ("image", Some("receipt.jpg"), &file)]))
}

fn photo(body: &Value) -> u64 {
    body["photo"].as_u64().expect("a photo")
}

pub(super) fn waiting(_: &Phone) -> Ask {
    Ask::get(WAITING)
}

/// One of the oldest that wait: others choose among the same.
pub(super) fn review(phone: &Phone) -> Ask {
    let receipts = phone.storm.receipts.lock().expect("no panic");
    let oldest = &receipts.waiting[..receipts.waiting.len().min(4)];
    if oldest.is_empty() {
        return waiting(phone);
    }
    let mut body = json!({ "upload_id": phone.chance.one_of(oldest) });
    decide(phone, &mut body);
    if body["action"] == "approve" {
        body["points"] = (1 + phone.chance.below(100)).into();
    }
    Ask::post(REVIEW, body)
}

/// A few of them, in any order.
pub(super) fn batch(phone: &Phone) -> Ask {
    let receipts = phone.storm.receipts.lock().expect("no panic");
    if receipts.waiting.is_empty() {
        return waiting(phone);
    }
    let count = usize::try_from(1 + phone.chance.below(4)).expect("small");
    let mut chosen: Vec<_> = receipts.waiting.iter().take(count).collect();
    if phone.chance.below(2) == 0 {
        chosen.reverse();
    }
    let mut body = json!({ "upload_ids": chosen });
    decide(phone, &mut body);
    Ask::post(BATCH, body)
}

fn decide(phone: &Phone, body: &mut Value) {
    let approves = phone.chance.below(3) > 0;
    body["action"] = if approves { "approve" } else { "reject" }.into();
    if !approves {
        body["reason"] = "看不清".into();
    }
}

impl Receipts {
    /// Keeps what was told. No photo arrives twice, and no receipt is decided twice.
    pub(super) fn learn(&mut self, user_id: i64, ask: &Ask, answer: &Value) {
        let (body, data) = (ask.body.as_ref().unwrap_or(&Value::Null), &answer["data"]);
        let text =
            |data: &Value, name: &str| data[name].as_str().unwrap_or_else(|| panic!("{name} in {data}")).to_owned();
        let points = |data: &Value| data["points_awarded"].as_i64().expect("points");
        match ask.path.as_str() {
            UPLOAD => {
                let name = text(data, "upload_id");
                assert!(answer["code"] != 0 || self.new.insert(name.clone()), "{name} is new for the second time");
                let known = self.sent_in.entry((user_id, photo(body))).or_insert_with(|| name.clone());
                assert_eq!(*known, name, "{ask:?} has another name now");
            }
            WAITING => {
                let reviews = data["reviews"].as_array().expect("a list").iter();
                self.waiting = reviews.map(|review| text(review, "upload_id")).collect();
            }
            REVIEW if answer["code"] == 0 => {
                self.decide(&text(data, "upload_id"), (text(data, "status"), user_id, points(data)));
            }
            BATCH => {
                let status = if body["action"] == "approve" { "approved" } else { "rejected" };
                for result in data["results"].as_array().expect("results").iter().filter(|result| result["ok"] == true)
                {
                    self.decide(&text(result, "upload_id"), (status.to_owned(), user_id, points(result)));
                }
            }
            _ => {}
        }
    }

    fn decide(&mut self, name: &str, decision: (String, i64, i64)) {
        self.waiting.retain(|waiting| waiting != name);
        let before = self.decided.insert(name.to_owned(), decision);
        assert_eq!(before, None, "{name} was decided before");
    }
}

/// A receipt: name, user, digest of the file, amount, status, reviewer, points; rows in the ledger and their points.
type Row = (String, i64, String, i64, String, Option<i64>, Option<i64>, i64, i64);

impl Storm {
    /// What was told of receipts is in the tables as it was told, and nothing else is. How many arrived and were decided.
    pub async fn check_receipts(&self, db: &Db) -> (usize, usize) {
        let select =
            "SELECT r.upload_id, r.user_id, r.file_sha256, r.amount, r.review_status, r.reviewer_id, r.points_awarded,
                             (SELECT COUNT(*) FROM points_records p
                              WHERE p.reason = 'photo_review' AND p.related_id = r.upload_id AND p.user_id = r.user_id),
                             (SELECT CAST(COALESCE(SUM(p.points), 0) AS SIGNED) FROM points_records p
                              WHERE p.reason = 'photo_review' AND p.related_id = r.upload_id)
                      FROM upload_reviews r ORDER BY r.upload_id";
        let rows: Vec<Row> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("receipts");
        let select = "SELECT data FROM events WHERE kind = 'review_pending'";
        let events: Vec<(String,)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("events");
        let told = events.iter().map(|(data,)| serde_json::from_str::<Value>(data).expect("JSON"));
        let mut told: Vec<String> = told.map(|data| data["upload_id"].as_str().expect("a name").to_owned()).collect();
        told.sort();
        assert_eq!(told, rows.iter().map(|row| row.0.clone()).collect::<Vec<_>>(), "merchants are told of each, once");

        let (mut stored, mut decided) = (BTreeMap::new(), BTreeMap::new());
        for (name, user, sha256, amount, status, reviewer, points, ledger_rows, credited) in rows {
            let due = if status == "approved" { (1, points.expect("points")) } else { (0, 0) };
            assert_eq!((ledger_rows, credited), due, "ledger rows and points of {name}, {status}");
            if status != "pending" {
                decided.insert(name.clone(), (status, reviewer.expect("a reviewer"), points.unwrap_or(0)));
            }
            stored.insert(name, (user, sha256, amount));
        }
        let receipts = self.receipts.lock().expect("no panic");
        let sent_in = receipts.sent_in.iter().map(|((user, photo), name)| {
            let sha256 = Digest::sha256(&file(*photo)).to_string();
            (name.clone(), (*user, sha256, amount(*photo).cast_signed()))
        });
        let counts = (stored.len(), decided.len());
        assert_eq!(stored, sent_in.collect(), "receipts, and what their diners were told");
        assert_eq!(decided, receipts.decided, "decisions, and what their merchants were told");
        counts
    }
}

/// Sweeps once. Then two objects are stored for each receipt, and no others are or will be.
pub async fn check_storage(app: &App) -> Swept {
    let swept = sweep::round(app).await.expect("swept");
    let select = "SELECT object_key FROM pending_objects";
    let pending: Vec<(String,)> = on_db!(&app.db, |c| sqlx::query_as(select).fetch_all(c).await).expect("objects");
    assert!(pending.is_empty() && swept.left == 0, "{pending:?} are left after {swept:?}");
    let select = "SELECT image_url FROM upload_reviews";
    let pictures: Vec<(String,)> = on_db!(&app.db, |c| sqlx::query_as(select).fetch_all(c).await).expect("pictures");
    let dir = photos::folder(app);
    let mut due: Vec<_> = pictures.iter().flat_map(|(key,)| [dir.join(key), dir.join(thumbnail_key(key))]).collect();
    due.sort();
    assert_eq!(photos::files(dir), due, "what is stored, and what receipts refer to");
    swept
}
