//! The points ledger. Each time `users.total_points` is written, `Row::of` says to what, and the row is written here.

pub mod earned;
pub mod records;

use jiff::Timestamp;

use super::{
    StoreError, Tx,
    db::{execute, on_tx, values},
    event::NewEvent,
};

/// Why points moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The price of a request of draws.
    LotteryDraw,
    /// Points won in a draw.
    LotteryPrize,
    /// The price of a product, or its return.
    ExchangeRedeem,
    /// A receipt.
    PhotoReview,
    /// The daily check-in.
    CheckIn,
    /// Points a new user starts with.
    Register,
    /// By hand.
    Admin,
}

impl Reason {
    /// All there are.
    pub const ALL: [Self; 7] = [
        Self::LotteryDraw,
        Self::LotteryPrize,
        Self::ExchangeRedeem,
        Self::PhotoReview,
        Self::CheckIn,
        Self::Register,
        Self::Admin,
    ];

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// The name stored and sent.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LotteryDraw => "lottery_draw",
            Self::LotteryPrize => "lottery_prize",
            Self::ExchangeRedeem => "exchange_redeem",
            Self::PhotoReview => "photo_review",
            Self::CheckIn => "check_in",
            Self::Register => "register",
            Self::Admin => "admin",
        }
    }

    /// The name that diners read, for so many points.
    #[must_use]
    pub const fn text(self, points: i64) -> &'static str {
        match self {
            Self::ExchangeRedeem if points > 0 => "兑换退回",
            Self::LotteryDraw => "抽奖消耗",
            Self::LotteryPrize => "抽奖奖励",
            Self::ExchangeRedeem => "商品兑换",
            Self::PhotoReview => "小票审核",
            Self::CheckIn => "每日签到",
            Self::Register => "注册奖励",
            Self::Admin => "人工调整",
        }
    }
}

/// One change of a user's points.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Whose points.
    pub user_id: i64,
    /// Points added (positive) or taken (negative), never 0.
    pub points: i64,
    /// Why.
    pub reason: Reason,
    /// Why, in the words the diner reads.
    pub description: &'a str,
    /// What it belongs to: the id of a draw, an order or an upload.
    pub related_id: Option<&'a str>,
    /// When.
    pub at: Timestamp,
}

/// The most points a user can have: far from what a number of 64 bits, or of a phone's JavaScript, can't hold.
pub const BALANCE_MAX: i64 = 1_000_000_000_000;

/// A change of a user's points as it stands in the ledger.
#[derive(Clone, Debug)]
pub(super) struct Row {
    user_id: i64,
    points: i64,
    pub(super) balance_after: i64,
    reason: Reason,
    description: String,
    related_id: Option<String>,
    at: Timestamp,
}

impl Row {
    /// What a change makes of a balance; `None` if it would be negative or above [`BALANCE_MAX`].
    pub(super) fn of(balance: i64, entry: Entry<'_>) -> Option<Self> {
        let Entry { user_id, points, reason, description, related_id, at } = entry;
        let balance_after = balance.checked_add(points).filter(|after| (0..=BALANCE_MAX).contains(after))?;
        let (description, related_id) = (description.to_owned(), related_id.map(str::to_owned));
        Some(Self { user_id, points, balance_after, reason, description, related_id, at })
    }

    /// What the user is told of it.
    pub(super) fn event(&self) -> NewEvent {
        let Self { user_id, points, balance_after, reason, at, .. } = *self;
        NewEvent::points_update(user_id, balance_after, points, reason, reason.text(points), at)
    }
}

/// Writes ledger rows.
pub(super) async fn insert(tx: &mut Tx, rows: &[Row]) -> Result<(), StoreError> {
    let into =
        "INSERT INTO points_records (user_id, points, balance_after, reason, description, related_id, created_at)
                VALUES ";
    tx.insert_all(into, rows, |row| {
        values![
            row.user_id,
            row.points,
            row.balance_after,
            row.reason.name(),
            &row.description,
            row.related_id.as_ref(),
            row.at.as_millisecond()
        ]
    })
    .await
}

/// Moves points, writes the ledger row and has it pushed. The new balance, or `None` if it would be negative or above
/// [`BALANCE_MAX`]: nothing moved then.
///
/// # Errors
///
/// [`StoreError`] from the database; [`StoreError::Corrupt`] if the user does not exist.
pub async fn move_points(tx: &mut Tx, entry: Entry<'_>) -> Result<Option<i64>, StoreError> {
    let found: Option<(i64,)> = on_tx!(&mut *tx, |c| {
        sqlx::query_as("SELECT total_points FROM users WHERE user_id = ?").bind(entry.user_id).fetch_optional(c).await
    })?;
    let (balance,) = found.ok_or_else(|| StoreError::Corrupt(format!("no user {}", entry.user_id)))?;
    let Some(row) = Row::of(balance, entry) else { return Ok(None) };
    let moved = execute!(
        &mut *tx,
        "UPDATE users SET total_points = ?, updated_at = ? WHERE user_id = ? AND total_points = ?",
        row.balance_after,
        entry.at.as_millisecond(),
        entry.user_id,
        balance
    )?;
    if moved == 0 {
        return Err(StoreError::Busy("the points moved meanwhile"));
    }
    tx.push(row.event());
    let balance = row.balance_after;
    insert(tx, &[row]).await?;
    Ok(Some(balance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        db::{on_db, temporary},
        user,
    };

    #[tokio::test]
    async fn balances_chain_and_never_go_below_zero() {
        let (_dir, db) = temporary().await;
        let now = Timestamp::from_millisecond(1_000).unwrap();
        let mut tx = db.begin().await.unwrap();
        let user_id = user::register(&mut tx, &user::NewUser::plain("13800138000"), now).await.unwrap();
        let entry =
            |points| Entry { user_id, points, reason: Reason::Register, description: "x", related_id: None, at: now };
        assert_eq!(move_points(&mut tx, entry(100)).await.unwrap(), Some(100));
        assert_eq!(move_points(&mut tx, entry(-101)).await.unwrap(), None);
        assert_eq!(move_points(&mut tx, entry(-100)).await.unwrap(), Some(0));
        let nobody = Entry { user_id: 99, ..entry(1) };
        assert!(matches!(move_points(&mut tx, nobody).await, Err(StoreError::Corrupt(_))));
        tx.commit().await.unwrap();
        let rows: Vec<(i64, i64)> = on_db!(&db, |c| {
            sqlx::query_as("SELECT points, balance_after FROM points_records ORDER BY id").fetch_all(c).await
        })
        .unwrap();
        assert_eq!(rows, [(100, 100), (-100, 0)]);
        assert_eq!(earned::Earned::default().by(&db, user_id).await.unwrap(), 100);
    }
}
