//! Demo data. Asked for twice, it changes nothing the second time.

mod products;

use fairwheel_core::{
    prize::{Prize, PrizeKind, PrizeTable, TableError, TableSpec},
    promotion::{NoticeTerms, notice},
};

use crate::{
    app::App,
    store::{
        Db, StoreError,
        event::NewEvent,
        product, retry_busy,
        table::{self, Publication, PublishError},
        user::{self, NewUser},
    },
};

/// The demo diner's phone.
pub const DEMO_PHONE: &str = "13800138000";
/// The demo diner's first points.
pub const DEMO_POINTS: i64 = 1500;
/// The demo merchant's phone. Another than the diner's: nobody reviews their own receipts.
pub const DEMO_MERCHANT_PHONE: &str = "13800138888";

/// What the notice of the demo wheel says beyond its table.
const TERMS: NoticeTerms<'static> = NoticeTerms {
    organiser: "演示小馆",
    period: "长期举办，结束前七天在店内公告",
    redemption: "实物与优惠券在中奖后 30 天内到店领取，向店员出示抽奖记录。优惠券全店可用，30 天内有效，每桌限用一张。\
                 积分可换店内商品，长期有效。",
    contact: "店内前台（演示数据，没有这家店）",
};

/// Why demo data could not be put in.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// Not where real diners are.
    #[error("demo data is refused in production")]
    Production,
    /// The table is not valid.
    #[error("the demo table is not valid: {0}")]
    Table(#[from] TableError),
    /// The table can't be published.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The demo table: eight prizes, a full turn.
#[must_use]
pub fn demo_spec() -> TableSpec {
    use PrizeKind::{Coupon, Empty, Physical, Points};
    let prize = |id, weight, kind, value_cents, name: &str| Prize {
        id,
        angle: (id - 1) * 45,
        weight,
        kind,
        value_cents,
        is_activity: id == 1,
        stock: None,
        name: name.to_owned(),
    };
    TableSpec {
        cost: 100,
        daily_limit: 10,
        fallback: Some(8),
        prizes: vec![
            prize(1, 500, Coupon, 88, "八八折券"),
            prize(2, 2000, Coupon, 98, "九八折券"),
            prize(3, 1500, Physical, 1800, "甜品1份"),
            prize(4, 1500, Physical, 1200, "青菜1份"),
            prize(5, 500, Physical, 3800, "虾1份"),
            prize(6, 800, Physical, 2800, "花甲1份"),
            prize(7, 1200, Points, 5000, "50积分"),
            prize(8, 2000, Empty, 0, "谢谢参与"),
        ],
    }
}

/// One warm family, with two accents: the rarest prize in vermilion, points in gold.
fn demo_color(prize_id: u32) -> &'static str {
    match prize_id {
        1 => "#cb3a22",
        2 => "#f6d9b8",
        3 => "#eeb98a",
        4 => "#fae8d2",
        5 => "#d98a5b",
        6 => "#f2c9a0",
        7 => "#e7b04c",
        _ => "#efe3d6",
    }
}

/// Publishes the demo table if no table is active, registers the demo diner and the demo merchant if their phones are
/// unknown, and adds the demo products if there is no product.
///
/// # Errors
///
/// [`SeedError`] says why nothing was put in.
pub async fn run(app: &App) -> Result<(), SeedError> {
    if app.config.env == crate::config::Environment::Production {
        return Err(SeedError::Production);
    }
    let now = app.clock.now();
    let table = PrizeTable::new(demo_spec())?;
    let rules = notice(&table, &TERMS);
    let publication =
        Publication { table: &table, nameless: &[], color: &|id| demo_color(id), image: &|_| None, rules: &rules, now };
    table::publish_first(&app.db, &publication).await?;
    let new = |mobile: &str, nickname: &str, points| NewUser {
        mobile: mobile.to_owned(),
        nickname: nickname.to_owned(),
        client_seed: app.rng.hex::<16>(),
        points,
        points_description: "演示积分",
    };
    let (diner, merchant) = (new(DEMO_PHONE, "演示食客", DEMO_POINTS), new(DEMO_MERCHANT_PHONE, "演示商家", 0));
    Ok(retry_busy(|| add(&app.db, &diner, &merchant, now)).await?)
}

async fn add(db: &Db, diner: &NewUser, merchant: &NewUser, now: jiff::Timestamp) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    user::register_unknown(&mut tx, diner, now).await?;
    // Who has the phone already, and is no merchant, does not become one.
    if let Some(user_id) = user::register_unknown(&mut tx, merchant, now).await? {
        user::begin_as_merchant(&mut tx, user_id).await?;
    }
    // Two at once wait for each other here, so that the second finds the products of the first.
    user::hold_mobile(&mut tx, &diner.mobile).await?;
    if !product::any(&mut tx).await? {
        for new in &products::DEMO {
            product::insert(&mut tx, new, now).await?;
        }
        tx.push(NewEvent::products_changed(now));
    }
    tx.commit().await
}

/// Whether nobody has used this database yet.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn is_empty(app: &App) -> Result<bool, StoreError> {
    Ok(table::active(&app.db).await?.is_none() && !user::any(&app.db).await?)
}

#[cfg(test)]
mod tests {
    use fairwheel_core::promotion::{Level, check};

    use super::*;
    use crate::{app::temporary, store::db::on_db};

    #[test]
    fn the_demo_table_is_valid_and_its_colours_differ() {
        let table = PrizeTable::new(demo_spec()).unwrap();
        let colors: std::collections::HashSet<_> = table.prizes().iter().map(|prize| demo_color(prize.id)).collect();
        assert_eq!(colors.len(), 8);
    }

    #[test]
    fn the_demo_wheel_and_its_notice_pass_the_check_of_promotions() {
        let table = PrizeTable::new(demo_spec()).unwrap();
        let found = check(&table, &notice(&table, &TERMS));
        assert!(found.iter().all(|finding| finding.level == Level::Ok), "{found:?}");
    }

    #[tokio::test]
    async fn asked_for_twice_at_once_it_is_put_in_once() {
        let (_dir, app) = temporary().await;
        let (one, other) = tokio::join!(run(&app), run(&app));
        one.and(other).unwrap();
        for (count, expected) in [
            ("SELECT COUNT(*) FROM lottery_tables", 1),
            ("SELECT COUNT(*) FROM users", 2),
            ("SELECT COUNT(*) FROM users WHERE is_merchant = 1", 1),
            ("SELECT COUNT(*) FROM products", 20),
        ] {
            let (rows,): (i64,) = on_db!(&app.db, |c| sqlx::query_as(count).fetch_one(c).await).unwrap();
            assert_eq!(rows, expected, "{count}");
        }
    }

    #[test]
    fn weights_of_9999_are_refused_by_name() {
        let mut spec = demo_spec();
        spec.prizes[3].weight -= 1;
        assert_eq!(PrizeTable::new(spec).unwrap_err().to_string(), "weight: weights add up to 9999, not 10000");
    }
}
