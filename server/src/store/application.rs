//! Applications to become a merchant. A user has one open at most, and nobody decides their own.

mod review;

use jiff::Timestamp;

use super::{
    Db, StoreError, Tx,
    db::{execute, on_db, on_tx},
    error::{lost_race, retry_busy},
    exchange::records::Moment,
    status::Status,
    user::{self, UserStatus},
};

pub use review::{Decided, Decision, review};

/// A row of `merchant_applications`, with its applicant.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Application {
    /// Identifier, from 1.
    pub application_id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// Their phone, 11 digits. Mask it before anyone sees it.
    pub mobile: String,
    /// Whether they may use the service now.
    #[sqlx(try_from = "String")]
    pub user_status: UserStatus,
    /// Name of the store.
    pub store_name: String,
    /// Number of its business licence.
    pub business_license: String,
    /// Whom to ask for.
    pub contact_person: String,
    /// Their phone, 11 digits. Mask it before anyone sees it.
    pub contact_phone: String,
    /// How far it has come.
    #[sqlx(try_from = "String")]
    pub status: Status,
    /// The admin who decided.
    pub reviewer_id: Option<i64>,
    /// Why, in the words the applicant reads.
    pub review_reason: Option<String>,
    /// When it was decided, Unix milliseconds.
    pub review_time: Option<i64>,
    /// When it was made.
    #[sqlx(try_from = "i64")]
    pub created_at: Moment,
}

/// What is applied with; every text is checked.
#[derive(Clone, Debug)]
pub struct NewApplication {
    /// Who applies.
    pub user_id: i64,
    /// Name of the store.
    pub store_name: String,
    /// Number of its business licence.
    pub business_license: String,
    /// Whom to ask for.
    pub contact_person: String,
    /// Their phone, 11 digits.
    pub contact_phone: String,
    /// When.
    pub now: Timestamp,
}

/// What became of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It is there, under this id.
    Open(i64),
    /// Another one, with this id, is still open.
    Already(i64),
    /// The user is a merchant.
    IsMerchant,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT a.application_id, a.user_id, u.mobile, u.status AS user_status, a.store_name, a.business_license,
                    a.contact_person, a.contact_phone, a.status, a.reviewer_id, a.review_reason, a.review_time,
                    a.created_at
             FROM merchant_applications a JOIN users u ON u.user_id = a.user_id ",
            $rest
        )
    };
}

/// Applies, unless the user is a merchant or has an open application. It grants nothing by itself.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn apply(db: &Db, new: &NewApplication) -> Result<Applied, StoreError> {
    retry_busy(|| apply_once(db, new)).await
}

async fn apply_once(db: &Db, new: &NewApplication) -> Result<Applied, StoreError> {
    let mut tx = db.begin().await?;
    // Whoever applies holds the user's row, so what is read then is so, and the insert waits for no review.
    if user::hold(&mut tx, new.user_id).await?.is_merchant {
        return tx.rollback().await.map(|()| Applied::IsMerchant);
    }
    if let Some(id) = open(&mut tx, new.user_id).await? {
        return tx.rollback().await.map(|()| Applied::Already(id));
    }
    execute!(
        &mut tx,
        "INSERT INTO merchant_applications
             (user_id, store_name, business_license, contact_person, contact_phone, created_at)
         VALUES (?, ?, ?, ?, ?, ?)",
        new.user_id,
        &new.store_name,
        &new.business_license,
        &new.contact_person,
        &new.contact_phone,
        new.now.as_millisecond()
    )
    .map_err(lost_race)?;
    let id = open(&mut tx, new.user_id).await?;
    let id = id.ok_or_else(|| StoreError::Corrupt(format!("the application of user {} is gone", new.user_id)))?;
    tx.commit().await?;
    Ok(Applied::Open(id))
}

async fn open(tx: &mut Tx, user_id: i64) -> Result<Option<i64>, StoreError> {
    let select = "SELECT application_id FROM merchant_applications WHERE user_id = ? AND pending = 1";
    let found: Option<(i64,)> = on_tx!(tx, |c| sqlx::query_as(select).bind(user_id).fetch_optional(c).await)?;
    Ok(found.map(|(id,)| id))
}

/// The application that a user made last.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn latest(db: &Db, user_id: i64) -> Result<Option<Application>, StoreError> {
    Ok(on_db!(db, |c| {
        sqlx::query_as(select!("WHERE a.user_id = ? ORDER BY a.application_id DESC LIMIT 1"))
            .bind(user_id)
            .fetch_optional(c)
            .await
    })?)
}

/// `size` applications after the first `skip`, of one status or of all, and how many there are in all. Those that wait
/// longest come first, then what was decided, newest first.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn page(
    db: &Db,
    status: Option<Status>,
    skip: i64,
    size: i64,
) -> Result<(Vec<Application>, i64), StoreError> {
    let status = status.map_or("", Status::name);
    let rows = on_db!(db, |c| {
        sqlx::query_as(select!(
            "WHERE ? = '' OR a.status = ?
             ORDER BY CASE WHEN a.pending = 1 THEN 0 ELSE 1 END,
                      CASE WHEN a.pending = 1 THEN a.application_id ELSE -a.application_id END
             LIMIT ? OFFSET ?"
        ))
        .bind(status)
        .bind(status)
        .bind(size)
        .bind(skip)
        .fetch_all(c)
        .await
    })?;
    let (total,) = on_db!(db, |c| {
        sqlx::query_as("SELECT COUNT(*) FROM merchant_applications WHERE ? = '' OR status = ?")
            .bind(status)
            .bind(status)
            .fetch_one(c)
            .await
    })?;
    Ok((rows, total))
}

async fn in_tx(tx: &mut Tx, application_id: i64) -> Result<Option<Application>, StoreError> {
    Ok(on_tx!(tx, |c| {
        sqlx::query_as(select!("WHERE a.application_id = ?")).bind(application_id).fetch_optional(c).await
    })?)
}
