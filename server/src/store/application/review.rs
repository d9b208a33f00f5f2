//! Deciding an application, once.

use jiff::Timestamp;

use super::{
    super::{
        Db, StoreError,
        db::{execute, on_db},
        error::retry_busy,
        event::NewEvent,
        status::Status,
        user::Holders,
    },
    Application, in_tx,
};

/// What an admin decides.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The application.
    pub application_id: i64,
    /// Who decides.
    pub reviewer_id: i64,
    /// Whether the user becomes a merchant.
    pub approved: bool,
    /// Why, in the words the applicant reads.
    pub reason: Option<String>,
    /// When.
    pub now: Timestamp,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Decided {
    /// It is decided, and this is the application now.
    Now(Box<Application>),
    /// It was decided before, so.
    Before(Status),
    /// It is the reviewer's own.
    Own,
    /// There is no such application.
    Missing,
}

/// Decides an open application of somebody else. Approved, its user is a merchant from the commit on.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn review(db: &Db, decision: &Decision) -> Result<Decided, StoreError> {
    retry_busy(|| review_once(db, decision)).await
}

async fn review_once(db: &Db, decision: &Decision) -> Result<Decided, StoreError> {
    let Decision { application_id, reviewer_id, approved, now, .. } = *decision;
    let (status, at) = (if approved { Status::Approved } else { Status::Rejected }, now.as_millisecond());
    // Whose it is never changes.
    let select = "SELECT user_id FROM merchant_applications WHERE application_id = ?";
    let whose: Option<(i64,)> = on_db!(db, |c| sqlx::query_as(select).bind(application_id).fetch_optional(c).await)?;
    let Some((user_id,)) = whose else { return Ok(Decided::Missing) };
    let mut tx = db.begin().await?;
    // The application names its reviewer, whose row the foreign key would lock, and the applicant's is changed after it: two
    // admins who apply would wait for each other.
    Holders::hold(&mut tx, [user_id, reviewer_id]).await?.still_in(reviewer_id)?;
    let decided = execute!(
        &mut tx,
        "UPDATE merchant_applications
         SET status = ?, pending = NULL, reviewer_id = ?, review_reason = ?, review_time = ?
         WHERE application_id = ? AND pending = 1 AND user_id <> ?",
        status.name(),
        reviewer_id,
        &decision.reason,
        at,
        application_id,
        reviewer_id
    )?;
    let Some(application) = in_tx(&mut tx, application_id).await? else {
        return tx.rollback().await.map(|()| Decided::Missing);
    };
    if decided == 0 {
        let is_own = application.user_id == reviewer_id;
        let refused = if is_own { Decided::Own } else { Decided::Before(application.status) };
        return tx.rollback().await.map(|()| refused);
    }
    if approved {
        let granted = execute!(
            &mut tx,
            "UPDATE users SET is_merchant = 1, updated_at = ? WHERE user_id = ? AND is_merchant = 0",
            at,
            application.user_id
        )?;
        if granted > 0 {
            tx.push(NewEvent::access_changed(application.user_id, now));
        }
    }
    tx.commit().await?;
    Ok(Decided::Now(Box::new(application)))
}
