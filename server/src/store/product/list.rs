//! Lists of products: what diners see, and what a merchant looks through.

use super::{Product, Shelf};
use crate::store::{Db, StoreError, db::on_db};

/// The order of a list. Equal ones follow their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// As the merchant put them.
    Shelf,
    /// Cheap ones first.
    Points,
    /// New ones first.
    New,
    /// Recommended ones first, then those redeemed most.
    Hot,
    /// Those with the most left first.
    Stock,
}

impl Sort {
    /// Those that can be asked for by name.
    pub const NAMED: [Self; 4] = [Self::Points, Self::New, Self::Hot, Self::Stock];

    /// The name in a query.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shelf => "",
            Self::Points => "points",
            Self::New => "new",
            Self::Hot => "hot",
            Self::Stock => "stock",
        }
    }
}

/// Where the products of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the shelf, sold out or not: what diners see.
    OnShelf,
    /// On the shelf or off it.
    Anywhere,
    /// So and no other way.
    Only(Shelf),
}

impl Place {
    const fn name(self) -> &'static str {
        match self {
            Self::OnShelf => "on_shelf",
            Self::Anywhere => "",
            Self::Only(one) => one.name(),
        }
    }
}

/// Which products are listed.
#[derive(Clone, Copy, Debug)]
pub struct Filter<'a> {
    /// Where they are.
    pub place: Place,
    /// Of one category.
    pub category: Option<&'a str>,
    /// With this in their name, however it is capitalised; beyond ASCII, SQLite knows no capitals.
    pub search: Option<&'a str>,
}

/// A query of products, with what [`Filter`] asks for. Five parameters: category twice, search twice, place.
macro_rules! listed {
    ($what:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM products
              WHERE deleted_at IS NULL
                AND (? = '' OR category = ?)
                AND (? = '' OR INSTR(LOWER(name), LOWER(?)) > 0)
                AND CASE ? WHEN '' THEN 1
                           WHEN 'on_shelf' THEN status <> 'inactive'
                           WHEN 'active' THEN status <> 'inactive' AND stock > 0
                           WHEN 'sold_out' THEN status <> 'inactive' AND stock = 0
                           ELSE status = 'inactive' END ",
            $rest
        )
    };
}

/// `size` products after the first `skip`, and how many there are in all.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn page(
    db: &Db,
    filter: Filter<'_>,
    sort: Sort,
    skip: i64,
    size: i64,
) -> Result<(Vec<Product>, i64), StoreError> {
    let category = filter.category.unwrap_or_default();
    let search = filter.search.unwrap_or_default();
    let (place, sort) = (filter.place.name(), sort.name());
    let rows = on_db!(db, |c| {
        let select = listed!(
            "*",
            "ORDER BY CASE ? WHEN 'points' THEN exchange_points WHEN 'new' THEN -created_at WHEN 'hot' THEN -is_hot
                             WHEN 'stock' THEN -stock ELSE sort_order END,
                      CASE ? WHEN 'hot' THEN -sales_count WHEN 'new' THEN -commodity_id ELSE 0 END,
                      commodity_id
             LIMIT ? OFFSET ?"
        );
        let query = sqlx::query_as(select).bind(category).bind(category).bind(search).bind(search);
        query.bind(place).bind(sort).bind(sort).bind(size).bind(skip).fetch_all(c).await
    })?;
    let (total,) = on_db!(db, |c| {
        let query = sqlx::query_as(listed!("COUNT(*)", "")).bind(category).bind(category).bind(search).bind(search);
        query.bind(place).fetch_one(c).await
    })?;
    Ok((rows, total))
}

/// The categories of the products on the shelf, and how many each has; those that the merchant put first, first.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn categories(db: &Db) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(on_db!(db, |c| {
        sqlx::query_as(
            "SELECT category, COUNT(*) FROM products WHERE status <> 'inactive' AND deleted_at IS NULL
             GROUP BY category ORDER BY MIN(sort_order), category",
        )
        .fetch_all(c)
        .await
    })?)
}
