//! Receipts that diners sent in, decided by merchants: once each, and never by whoever sent them.

pub mod pending;
pub mod statistics;

use fairwheel_core::points::ReceiptRule;
use jiff::Timestamp;

use super::{
    Db, StoreError, Tx,
    db::{execute, on_db, on_tx},
    error::retry_busy,
    event::NewEvent,
    idempotency::{self, Answer, Key, Seen, Settled},
    ledger::{self, Entry, Reason},
    status::Status,
    user::Holders,
};

/// What a merchant makes of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It earns so many points, above 0.
    Approve(i64),
    /// It earns what the rule gives for its amounts, above 0.
    ApproveAsExpected(ReceiptRule),
    /// It earns none.
    Reject,
}

impl Verdict {
    /// What receipts become by it.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::Approve(_) | Self::ApproveAsExpected(_) => Status::Approved,
            Self::Reject => Status::Rejected,
        }
    }
}

/// Receipts to be decided, all in one way.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Who decides.
    pub reviewer_id: i64,
    /// Which ones, each once.
    pub upload_ids: Vec<String>,
    /// How.
    pub verdict: Verdict,
    /// What their diners are told of it.
    pub reason: Option<String>,
    /// What was really paid, in cents, if the merchant says so.
    pub amount: Option<i64>,
    /// If the request named itself.
    pub key: Option<Key>,
    /// When.
    pub now: Timestamp,
}

/// What became of one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Decided, with so many points; 0 if it was rejected.
    Decided(i64),
    /// There is no such receipt.
    Missing,
    /// It was decided before, so.
    Already(Status),
    /// Its points don't fit into the diner's balance.
    BalanceFull,
    /// The reviewer sent it in.
    Own,
}

/// What is known of a receipt before it is decided.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Receipt {
    upload_id: String,
    user_id: i64,
    amount: Option<i64>,
    estimated_amount: Option<i64>,
    #[sqlx(try_from = "String")]
    review_status: Status,
}

const SELECT: &str =
    "SELECT upload_id, user_id, amount, estimated_amount, review_status FROM upload_reviews WHERE upload_id = ?";

/// Decides receipts in one transaction, each on its own: one that is refused keeps no other from being decided. `answer`
/// writes down what became of them, in the order asked; what it wrote is kept for a repetition of the request.
///
/// Rows are locked in this order: users by their ids, the reviewer among them, then receipts by theirs. The foreign key of
/// the reviewer, who is written into the receipt, locks their row: after the receipt's, it would come too late.
///
/// # Errors
///
/// [`StoreError::Busy`] if others were in the way for too long, or what the database says. Nothing has moved then.
pub async fn decide(
    db: &Db,
    decision: &Decision,
    answer: &(dyn Fn(&[Outcome]) -> Answer + Sync),
) -> Result<Settled<Vec<Outcome>>, StoreError> {
    retry_busy(|| decide_once(db, decision, answer)).await
}

async fn decide_once(
    db: &Db,
    decision: &Decision,
    answer: &(dyn Fn(&[Outcome]) -> Answer + Sync),
) -> Result<Settled<Vec<Outcome>>, StoreError> {
    // Whose a receipt is never changes, and its amounts only when it is decided: the transaction need not be open yet.
    let mut receipts = Vec::new();
    for (at, upload_id) in decision.upload_ids.iter().enumerate() {
        receipts.extend(find(db, upload_id).await?.map(|receipt| (at, receipt)));
    }
    receipts.sort_by(|(_, a), (_, b)| a.upload_id.cmp(&b.upload_id));
    let diners = receipts.iter().map(|(_, receipt)| receipt.user_id);
    let mut tx = db.begin().await?;
    let mut holders = Holders::hold(&mut tx, diners.chain([decision.reviewer_id])).await?;
    holders.still_merchant(decision.reviewer_id)?;
    if let Some(key) = &decision.key {
        match idempotency::seen(&mut tx, key, decision.now).await? {
            Seen::Never => {}
            Seen::Before(answer) => return tx.rollback().await.map(|()| Settled::Before(answer)),
            Seen::Otherwise => return tx.rollback().await.map(|()| Settled::Otherwise),
        }
    }
    let mut outcomes = vec![Outcome::Missing; decision.upload_ids.len()];
    for (at, receipt) in receipts {
        outcomes[at] = one(&mut tx, &receipt, decision, &mut holders).await?;
    }
    let answer = answer(&outcomes);
    if let Some(key) = &decision.key {
        idempotency::keep(&mut tx, key, &answer, decision.now).await?;
    }
    tx.commit().await?;
    Ok(Settled::Now(outcomes, answer))
}

async fn find(db: &Db, upload_id: &str) -> Result<Option<Receipt>, StoreError> {
    let found: Option<Receipt> = on_db!(db, |c| sqlx::query_as(SELECT).bind(upload_id).fetch_optional(c).await)?;
    // MariaDB passes over spaces at the end.
    Ok(found.filter(|receipt| receipt.upload_id == upload_id))
}

/// Decides a receipt whose diner is held. One who is locked out gets their points, too: what was bought was bought.
async fn one(
    tx: &mut Tx,
    receipt: &Receipt,
    decision: &Decision,
    holders: &mut Holders,
) -> Result<Outcome, StoreError> {
    let points = match decision.verdict {
        Verdict::Approve(points) => points,
        Verdict::ApproveAsExpected(rule) => expected(rule, receipt.amount, receipt.estimated_amount),
        Verdict::Reject => 0,
    };
    let fits = holders.have_room(receipt.user_id, points);
    if fits && claim(tx, receipt, decision, points).await? {
        tell_and_credit(tx, receipt, decision, points, holders).await?;
        return Ok(Outcome::Decided(points));
    }
    // The reason, read in the same transaction: whoever decided it held the diner's row as well, and has committed.
    let now: Receipt = on_tx!(tx, |c| sqlx::query_as(SELECT).bind(&receipt.upload_id).fetch_one(c).await)?;
    match now.review_status {
        _ if now.user_id == decision.reviewer_id => Ok(Outcome::Own),
        Status::Pending if !fits => Ok(Outcome::BalanceFull),
        Status::Pending => Err(StoreError::Corrupt(format!("receipt {} is pending and was not", receipt.upload_id))),
        status => Ok(Outcome::Already(status)),
    }
}

/// Decides the receipt, if it waits and is another's: one write that is also the check.
async fn claim(tx: &mut Tx, receipt: &Receipt, decision: &Decision, points: i64) -> Result<bool, StoreError> {
    let claimed = execute!(
        tx,
        "UPDATE upload_reviews
         SET review_status = ?, reviewer_id = ?, review_reason = ?, review_time = ?, points_awarded = ?,
             claimed_amount = amount, amount = COALESCE(?, amount)
         WHERE upload_id = ? AND review_status = 'pending' AND user_id <> ?",
        decision.verdict.status().name(),
        decision.reviewer_id,
        &decision.reason,
        decision.now.as_millisecond(),
        points,
        decision.amount,
        &receipt.upload_id,
        decision.reviewer_id
    )?;
    Ok(claimed > 0)
}

/// Phones add the points of the first message and set those of the second, so this is their order.
async fn tell_and_credit(
    tx: &mut Tx,
    receipt: &Receipt,
    decision: &Decision,
    points: i64,
    holders: &mut Holders,
) -> Result<(), StoreError> {
    let (user_id, upload_id, now) = (receipt.user_id, receipt.upload_id.as_str(), decision.now);
    let status = decision.verdict.status().name();
    tx.push(NewEvent::review_result(user_id, upload_id, status, points, decision.reason.as_deref(), now));
    if points > 0 {
        let (reason, description) = (Reason::PhotoReview, "小票审核通过");
        let entry = Entry { user_id, points, reason, description, related_id: Some(upload_id), at: now };
        let full = || StoreError::Corrupt("there was room for the points and is not".into());
        holders.now_has(user_id, ledger::move_points(tx, entry).await?.ok_or_else(full)?);
    }
    Ok(())
}

/// The points that a rule gives for the amounts of a receipt, in cents.
fn expected(rule: ReceiptRule, claimed: Option<i64>, read: Option<i64>) -> i64 {
    // The tables refuse negative ones.
    let cents = |amount: Option<i64>| amount.and_then(|amount| u64::try_from(amount).ok());
    rule.expected(cents(claimed), cents(read)).into()
}
