//! Users: found, registered, logged in.

mod adjust;
mod holders;
mod many;
mod rights;

use jiff::Timestamp;

use super::{
    Db, StoreError, Tx, code,
    db::{execute, on_db, on_tx},
    error::{lost_race, retry_busy},
    ledger::{self, Entry, Reason},
    lottery::DrawType,
    session::{self, NewSession},
};
use crate::clock::LocalDay;

pub use adjust::{Adjusted, Adjustment, adjust_points};
pub(in crate::store) use holders::Holders;
pub(super) use many::{hold_all, write_all};
pub use rights::{begin_as_merchant, set_merchant, set_status};

/// Whether a user may use the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserStatus {
    /// As everybody.
    Active,
    /// Locked out.
    Banned,
}

impl UserStatus {
    /// The name stored and sent.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Banned => "banned",
        }
    }
}

impl TryFrom<String> for UserStatus {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        match name.as_str() {
            "active" => Ok(Self::Active),
            "banned" => Ok(Self::Banned),
            _ => Err(format!("unknown user status {name}")),
        }
    }
}

/// A row of `users`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct User {
    /// Identifier, from 1.
    pub user_id: i64,
    /// Phone, 11 digits. Mask it before anyone sees it.
    pub mobile: String,
    /// Points, 0 or more.
    pub total_points: i64,
    /// Whether the user may use the merchant's calls.
    pub is_merchant: bool,
    /// Name shown to others.
    pub nickname: String,
    /// Address of a picture, or empty.
    pub avatar: String,
    /// Whether the user may use the service.
    #[sqlx(try_from = "String")]
    pub status: UserStatus,
    /// The last nonce spent; 0 before the first draw.
    pub nonce: i64,
    /// The client seed used when a draw brings none.
    pub client_seed: String,
    /// The local date, as yyyymmdd, that `draw_count` counts.
    pub draw_day: i64,
    /// Draws made on `draw_day`.
    pub draw_count: i64,
    /// The local date of the last check-in, as yyyymmdd; 0 before the first.
    pub check_in_day: i64,
    /// Registered at, Unix milliseconds.
    pub created_at: i64,
}

impl User {
    /// Draws that count on `day`: those of that date, or of the next one if a request has already been counted on it.
    #[must_use]
    pub fn draws_on(&self, day: LocalDay) -> i64 {
        if (day.date..=day.tomorrow).contains(&self.draw_day) { self.draw_count } else { 0 }
    }

    /// That they are not locked out.
    pub(super) fn still_in(&self) -> Result<(), StoreError> {
        if self.status == UserStatus::Active { Ok(()) } else { Err(StoreError::Banned) }
    }

    /// That they are still in, and still a merchant.
    pub(super) fn still_merchant(&self) -> Result<(), StoreError> {
        self.still_in()?;
        if self.is_merchant { Ok(()) } else { Err(StoreError::NotMerchant) }
    }

    /// Spends a nonce, and counts draws. The day never moves back: a late request, or a server whose clock is slow, must
    /// not set a later day's count to nothing; but one far ahead was never right.
    pub(super) fn spend_draws(&mut self, draw_type: DrawType, day: LocalDay) {
        self.nonce = self.nonce.saturating_add(1);
        self.draw_count = self.draws_on(day) + i64::from(draw_type.draws());
        if !(day.date..=day.tomorrow).contains(&self.draw_day) {
            self.draw_day = day.date;
        }
    }
}

/// What a new user starts with.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Phone, 11 digits.
    pub mobile: String,
    /// Name shown to others.
    pub nickname: String,
    /// 1..=64 bytes from the random source.
    pub client_seed: String,
    /// Points credited with a ledger row, 0 or more.
    pub points: i64,
    /// What the ledger row says.
    pub points_description: &'static str,
}

impl NewUser {
    #[cfg(test)]
    pub(crate) fn plain(mobile: &str) -> Self {
        Self {
            mobile: mobile.into(),
            nickname: "x".into(),
            client_seed: "seed".into(),
            points: 0,
            points_description: "",
        }
    }
}

/// What became of a login.
#[derive(Clone, Debug)]
pub enum LoginOutcome {
    /// The code was right, and is used up.
    LoggedIn(Box<User>),
    /// The code was wrong, has expired, or was never sent.
    WrongCode,
    /// Too many wrong codes: a new one must be asked for.
    TooManyTries,
    /// The account is locked out.
    Banned,
}

/// The user with this id.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn by_id(db: &Db, user_id: i64) -> Result<Option<User>, StoreError> {
    Ok(on_db!(db, |c| sqlx::query_as(SELECT_BY_ID).bind(user_id).fetch_optional(c).await)?)
}

/// The user with this phone.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn by_mobile(db: &Db, mobile: &str) -> Result<Option<User>, StoreError> {
    Ok(on_db!(db, |c| { sqlx::query_as(SELECT_BY_MOBILE).bind(mobile).fetch_optional(c).await })?)
}

/// Whether anybody ever registered.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn any(db: &Db) -> Result<bool, StoreError> {
    let (users,): (i64,) = on_db!(db, |c| sqlx::query_as("SELECT COUNT(*) FROM users").fetch_one(c).await)?;
    Ok(users > 0)
}

const SELECT_BY_ID: &str = "SELECT * FROM users WHERE user_id = ?";
const SELECT_BY_MOBILE: &str = "SELECT * FROM users WHERE mobile = ?";

pub(super) async fn in_tx(tx: &mut Tx, user_id: i64) -> Result<Option<User>, StoreError> {
    Ok(on_tx!(tx, |c| sqlx::query_as(SELECT_BY_ID).bind(user_id).fetch_optional(c).await)?)
}

/// Locks a user's row until the commit: what is read here stays so, and equal requests wait here for each other.
pub(super) async fn hold(tx: &mut Tx, user_id: i64) -> Result<User, StoreError> {
    execute!(&mut *tx, "UPDATE users SET updated_at = updated_at WHERE user_id = ?", user_id)?;
    tx.wrote_user(user_id);
    in_tx(tx, user_id).await?.ok_or_else(|| StoreError::Corrupt(format!("no user {user_id}")))
}

/// Locks the row of a phone's user until the commit.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn hold_mobile(tx: &mut Tx, mobile: &str) -> Result<(), StoreError> {
    execute!(tx, "UPDATE users SET updated_at = updated_at WHERE mobile = ?", mobile)?;
    Ok(())
}

/// Adds a user unless the phone is registered. The new id, if it was not.
///
/// # Errors
///
/// As [`register`].
pub async fn register_unknown(tx: &mut Tx, new: &NewUser, now: Timestamp) -> Result<Option<i64>, StoreError> {
    let known: Option<User> =
        on_tx!(tx, |c| sqlx::query_as(SELECT_BY_MOBILE).bind(&new.mobile).fetch_optional(c).await)?;
    match known {
        None => register(tx, new, now).await.map(Some),
        Some(_) => Ok(None),
    }
}

/// Adds a user, with their first points. The new id.
///
/// # Errors
///
/// [`StoreError::Busy`] if the phone has just been registered, or what the database says.
pub async fn register(tx: &mut Tx, new: &NewUser, now: Timestamp) -> Result<i64, StoreError> {
    let at = now.as_millisecond();
    execute!(
        tx,
        "INSERT INTO users (mobile, nickname, client_seed, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
        &new.mobile,
        &new.nickname,
        &new.client_seed,
        at,
        at
    )
    .map_err(lost_race)?;
    let (user_id,) = on_tx!(tx, |c| {
        sqlx::query_as::<_, (i64,)>("SELECT user_id FROM users WHERE mobile = ?").bind(&new.mobile).fetch_one(c).await
    })?;
    if new.points > 0 {
        let description = new.points_description;
        let entry =
            Entry { user_id, points: new.points, reason: Reason::Register, description, related_id: None, at: now };
        ledger::move_points(tx, entry).await?;
    }
    Ok(user_id)
}

/// Spends a login code, registers the phone if it is unknown, and opens a session.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn login(
    db: &Db,
    code_hash: &str,
    new: &NewUser,
    session: &NewSession,
    now: Timestamp,
) -> Result<LoginOutcome, StoreError> {
    retry_busy(|| login_once(db, code_hash, new, session, now)).await
}

async fn login_once(
    db: &Db,
    code_hash: &str,
    new: &NewUser,
    session: &NewSession,
    now: Timestamp,
) -> Result<LoginOutcome, StoreError> {
    let mut tx = db.begin().await?;
    let refused = match code::spend(&mut tx, &new.mobile, code_hash, now).await? {
        code::Spent::Right => None,
        code::Spent::Wrong => Some(LoginOutcome::WrongCode),
        code::Spent::TooManyTries => Some(LoginOutcome::TooManyTries),
    };
    let outcome = match refused {
        // The commit keeps the try that was counted.
        Some(refused) => refused,
        None => enter(&mut tx, new, session, now).await?,
    };
    tx.commit().await?;
    Ok(outcome)
}

async fn enter(tx: &mut Tx, new: &NewUser, session: &NewSession, now: Timestamp) -> Result<LoginOutcome, StoreError> {
    let known = execute!(tx, "UPDATE users SET last_login = ? WHERE mobile = ?", now.as_millisecond(), &new.mobile)?;
    if known == 0 {
        register(tx, new, now).await?;
    }
    let user: User = on_tx!(tx, |c| sqlx::query_as(SELECT_BY_MOBILE).bind(&new.mobile).fetch_one(c).await)?;
    tx.wrote_user(user.user_id);
    if user.status == UserStatus::Banned {
        return Ok(LoginOutcome::Banned);
    }
    session::open(tx, session, user.user_id, now).await?;
    Ok(LoginOutcome::LoggedIn(Box::new(user)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::db::temporary;

    const PHONE: &str = "13800138000";
    const DAY: LocalDay = LocalDay { date: 19_700_101, tomorrow: 19_700_102 };

    fn session(name: &str) -> NewSession {
        NewSession { session_id: name.into(), token_hash: name.into() }
    }

    #[tokio::test]
    async fn a_first_login_registers_with_welcome_points_and_a_second_does_not() {
        let (_dir, db) = temporary().await;
        let now = Timestamp::from_millisecond(1_000_000).unwrap();
        let new = NewUser { points: 80, ..NewUser::plain(PHONE) };
        for (sent_at, client_seed) in [(0, "first"), (100, "second")] {
            let at = now + jiff::SignedDuration::from_secs(sent_at);
            code::send(&db, PHONE, "hash", DAY, at).await.unwrap();
            let new = NewUser { client_seed: client_seed.into(), ..new.clone() };
            let LoginOutcome::LoggedIn(user) = login(&db, "hash", &new, &session(client_seed), at).await.unwrap()
            else {
                panic!()
            };
            assert_eq!((user.total_points, user.client_seed.as_str(), user.nonce), (80, "first", 0));
        }
        assert!(by_mobile(&db, "13800138001").await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_banned_user_stays_out() {
        let (_dir, db) = temporary().await;
        let now = Timestamp::from_millisecond(1_000_000).unwrap();
        let mut tx = db.begin().await.unwrap();
        let user_id = register(&mut tx, &NewUser::plain(PHONE), now).await.unwrap();
        execute!(&mut tx, "UPDATE users SET status = 'banned'").unwrap();
        tx.commit().await.unwrap();
        code::send(&db, PHONE, "hash", DAY, now).await.unwrap();
        let outcome = login(&db, "hash", &NewUser::plain(PHONE), &session("s"), now).await.unwrap();
        assert!(matches!(outcome, LoginOutcome::Banned));
        assert_eq!(by_id(&db, user_id).await.unwrap().unwrap().status, UserStatus::Banned);
    }
}
