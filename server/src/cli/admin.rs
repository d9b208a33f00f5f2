//! `fairwheel-server admin …`: what the operator changes by hand. A server that runs on the same database has taken notice
//! when the command ends.

use clap::Subcommand;

use crate::{
    app::App,
    phone::Phone,
    store::{
        StoreError,
        idempotency::Answer,
        user::{self, Adjusted, Adjustment, UserStatus},
    },
};

/// The most points that are moved at once, either way.
const POINTS_MAX: i64 = 1_000_000;
const REASON_MAX_CHARS: usize = 200;

/// What can be changed.
#[derive(Debug, Subcommand)]
pub(super) enum Admin {
    /// Let a user review receipts, manage the wheel and hand out orders
    GrantMerchant {
        /// Their phone, 11 digits; they have logged in before
        phone: String,
    },
    /// Take that right back
    RevokeMerchant {
        /// Their phone
        phone: String,
    },
    /// Lock a user out, at once and everywhere
    Ban {
        /// Their phone
        phone: String,
    },
    /// Let a user in again
    Unban {
        /// Their phone
        phone: String,
    },
    /// Give a user points, or take some (-50)
    AddPoints {
        /// Their phone
        phone: String,
        /// Points, not 0, at most 1,000,000 either way
        #[arg(allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(-POINTS_MAX..=POINTS_MAX))]
        points: i64,
        /// Why, in the words that the user reads
        reason: String,
    },
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(super) enum AdminError {
    /// Not a phone.
    #[error("this is no mainland mobile number of 11 digits")]
    BadPhone,
    /// Nobody has it.
    #[error("nobody with the phone {0} has ever logged in")]
    Unknown(Phone),
    /// Nothing to move.
    #[error("POINTS must not be 0")]
    NoPoints,
    /// Not a text.
    #[error("REASON must be 1 to {REASON_MAX_CHARS} characters without control characters")]
    BadReason,
    /// Too few, or too many.
    #[error("the points of {0} would become negative, or more than anybody can have")]
    OutOfRange(Phone),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Carries it out, and says what was done.
pub(super) async fn run(app: &App, what: &Admin) -> Result<String, AdminError> {
    let (Admin::GrantMerchant { phone }
    | Admin::RevokeMerchant { phone }
    | Admin::Ban { phone }
    | Admin::Unban { phone }
    | Admin::AddPoints { phone, .. }) = what;
    let phone = Phone::new(phone).ok_or(AdminError::BadPhone)?;
    let user = user::by_mobile(&app.db, phone.digits()).await?.ok_or_else(|| AdminError::Unknown(phone.clone()))?;
    let (id, now) = (user.user_id, app.clock.now());
    Ok(match what {
        Admin::GrantMerchant { .. } => {
            user::set_merchant(&app.db, id, true, now).await?;
            format!("{phone} is a merchant")
        }
        Admin::RevokeMerchant { .. } => {
            user::set_merchant(&app.db, id, false, now).await?;
            format!("{phone} is no merchant")
        }
        Admin::Ban { .. } => {
            user::set_status(&app.db, id, UserStatus::Banned, now).await?;
            format!("{phone} is locked out")
        }
        Admin::Unban { .. } => {
            user::set_status(&app.db, id, UserStatus::Active, now).await?;
            format!("{phone} may log in")
        }
        Admin::AddPoints { points, reason, .. } => add_points(app, id, &phone, *points, reason).await?,
    })
}

async fn add_points(app: &App, user_id: i64, phone: &Phone, points: i64, reason: &str) -> Result<String, AdminError> {
    let reason = reason.trim().to_owned();
    if points == 0 {
        return Err(AdminError::NoPoints);
    }
    if !(1..=REASON_MAX_CHARS).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
        return Err(AdminError::BadReason);
    }
    let adjustment = Adjustment { user_id, points, reason, asker: None, key: None, now: app.clock.now() };
    let answer = |total: Option<i64>| Answer { code: 0, body: total.unwrap_or_default().to_string() };
    match user::adjust_points(&app.db, &adjustment, &answer).await? {
        Adjusted::Moved(total) | Adjusted::Before(total) => Ok(format!("{phone} has {} points", total.body)),
        Adjusted::OutOfRange(_) => Err(AdminError::OutOfRange(phone.clone())),
        // Without a name no request can be another's, and users are never removed.
        Adjusted::Otherwise | Adjusted::NoUser => Err(AdminError::Unknown(phone.clone())),
    }
}
