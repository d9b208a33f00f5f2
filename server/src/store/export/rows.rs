//! What is exported of each kind.

use crate::store::{exchange::records::Status, ledger::Reason};

/// A row of `upload_reviews`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Review {
    /// Its number: `UP…`.
    pub upload_id: String,
    /// Whose it is.
    pub user_id: i64,
    /// Their phone, 11 digits. Mask it before anyone sees it.
    pub mobile: String,
    /// What the diner said, cents.
    pub claimed_amount: Option<i64>,
    /// What the receipt says: the diner's, or put right by the merchant, cents.
    pub amount: Option<i64>,
    /// What the machine read, cents.
    pub estimated_amount: Option<i64>,
    /// Points given for it.
    pub points_awarded: Option<i64>,
    /// `pending`, `approved` or `rejected`.
    pub review_status: String,
    /// Who decided.
    pub reviewer_id: Option<i64>,
    /// Why.
    pub review_reason: Option<String>,
    /// When it was decided, Unix milliseconds.
    pub review_time: Option<i64>,
    /// An earlier upload that looks the same.
    pub possible_duplicate_of: Option<String>,
    /// When it was made, Unix milliseconds.
    pub created_at: i64,
}

/// A row of `lottery_records`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Draw {
    /// Identifier, from 1.
    pub id: i64,
    /// The request it belongs to.
    pub draw_id: String,
    /// Its place in the request, from 1.
    pub seq: i64,
    /// Who drew.
    pub user_id: i64,
    /// Their phone, 11 digits. Mask it before anyone sees it.
    pub mobile: String,
    /// The prize that was given.
    pub prize_id: i64,
    /// The prize that was drawn; another one if it had run out.
    pub drawn_prize_id: i64,
    /// Name of what was given.
    pub prize_name: String,
    /// Its type.
    pub prize_type: String,
    /// Its worth in hundredths.
    pub prize_value: i64,
    /// Points paid.
    pub points_cost: i64,
    /// Whether it was a near miss.
    pub is_near_miss: bool,
    /// When, Unix milliseconds.
    pub created_at: i64,
}

/// A row of `exchange_records`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Exchange {
    /// Identifier, from 1.
    pub id: i64,
    /// Its number: `EX…` of a product, `LW…` of a prize.
    pub order_id: String,
    /// The request of draws that won it; none for a product.
    pub draw_id: Option<String>,
    /// Whose it is.
    pub user_id: i64,
    /// Their phone, 11 digits. Mask it before anyone sees it.
    pub mobile: String,
    /// The product; none for a prize.
    pub product_id: Option<i64>,
    /// Name of the product when it was redeemed, or of the prize.
    pub product_name: String,
    /// How many, from 1.
    pub quantity: i64,
    /// Points paid; 0 for a prize.
    pub points_cost: i64,
    /// How far it has come.
    #[sqlx(try_from = "String")]
    pub status: Status,
    /// When it was made, Unix milliseconds.
    pub created_at: i64,
    /// When its status changed last, Unix milliseconds.
    pub updated_at: i64,
}

/// A row of `points_records`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Points {
    /// Identifier, from 1.
    pub id: i64,
    /// Whose points moved.
    pub user_id: i64,
    /// Their phone, 11 digits. Mask it before anyone sees it.
    pub mobile: String,
    /// Points added (positive) or taken (negative).
    pub points: i64,
    /// Points after it.
    pub balance_after: i64,
    /// The name of a [`Reason`].
    pub reason: String,
    /// Why, in the words the diner reads.
    pub description: String,
    /// What it belongs to: the id of a draw, an order or an upload.
    pub related_id: Option<String>,
    /// When, Unix milliseconds.
    pub created_at: i64,
}

impl Points {
    /// The reason in words.
    #[must_use]
    pub fn reason_text(&self) -> &str {
        Reason::named(&self.reason).map_or(&self.reason, |reason| reason.text(self.points))
    }
}
