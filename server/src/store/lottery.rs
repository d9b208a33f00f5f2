//! Draws: points, nonce, the day's counter, ledger, stock, records and the kept answer, in one transaction.

pub mod odds;
mod order;
pub mod proof;
pub mod records;
mod rows;
pub mod statistics;
mod stock;

use fairwheel_core::{
    draw::{ClientSeed, Count, DrawInput, Nonce},
    prize::PrizeTable,
    proof::Proof,
};

pub use order::{DrawOrder, DrawOutcome, DrawType, Drawn};

use super::{
    Db, StoreError, Tx,
    db::execute,
    error::retry_busy,
    idempotency::{self, Answer, Seen, Settled},
    table::{self, ActiveTable},
    user::{self, User, UserStatus},
};
use crate::{clock::iso, keys::Keys};

/// Draws, all or none. `answer` writes the outcome down; what it wrote is kept for a repetition of the request.
///
/// # Errors
///
/// [`StoreError::Busy`] if others were in the way for too long, or what the database says. Nothing has moved then.
pub async fn draw(
    db: &Db,
    keys: &Keys,
    order: &DrawOrder,
    answer: &(dyn Fn(&DrawOutcome) -> Answer + Sync),
) -> Result<Settled<DrawOutcome>, StoreError> {
    retry_busy(|| draw_once(db, keys, order, answer)).await
}

async fn draw_once(
    db: &Db,
    keys: &Keys,
    order: &DrawOrder,
    answer: &(dyn Fn(&DrawOutcome) -> Answer + Sync),
) -> Result<Settled<DrawOutcome>, StoreError> {
    let active = table::active(db).await?;
    let mut tx = db.begin().await?;
    // The claim is the contended write, so it comes first: equal requests wait here for each other.
    let claimed = match &active {
        Some(active) if order.table_hash.is_none_or(|hash| hash == active.table.hash()) => {
            claim(&mut tx, order, active).await?
        }
        _ => false,
    };
    if let Some(key) = &order.key {
        match idempotency::seen(&mut tx, key, order.now).await? {
            Seen::Never => {}
            Seen::Before(answer) => return tx.rollback().await.map(|()| Settled::Before(answer)),
            Seen::Otherwise => return tx.rollback().await.map(|()| Settled::Otherwise),
        }
    }
    let user = user::in_tx(&mut tx, order.user_id).await?;
    let user = user.ok_or_else(|| StoreError::Corrupt(format!("no user {}", order.user_id)))?;
    let outcome = match active {
        Some(active) if claimed => DrawOutcome::Drawn(Box::new(carry_out(&mut tx, keys, order, active, &user).await?)),
        active => why_not(order, active.as_ref(), &user)?,
    };
    let answer = answer(&outcome);
    // A ban is not an answer to this request: it may be lifted.
    if let Some(key) = order.key.as_ref().filter(|_| !matches!(outcome, DrawOutcome::Banned)) {
        idempotency::keep(&mut tx, key, &answer, order.now).await?;
    }
    tx.commit().await?;
    Ok(Settled::Now(outcome, answer))
}

/// Spends the nonce and counts the draws, if user, points, day and table allow it: one write that is also the check.
async fn claim(tx: &mut Tx, order: &DrawOrder, active: &ActiveTable) -> Result<bool, StoreError> {
    let count = order.draw_type.draws();
    // The day never moves back: a late request, or a server whose clock is slow, must not set a later day's count to
    // nothing; but one far ahead was never right. MariaDB assigns from left to right: `draw_count` must be counted before
    // `draw_day` is overwritten.
    let claimed = execute!(
        tx,
        "UPDATE users
         SET nonce = nonce + 1,
             draw_count = (CASE WHEN draw_day BETWEEN ? AND ? THEN draw_count ELSE 0 END) + ?,
             draw_day = CASE WHEN draw_day BETWEEN ? AND ? THEN draw_day ELSE ? END,
             updated_at = ?
         WHERE user_id = ?
           AND status = 'active'
           AND total_points >= ?
           AND (CASE WHEN draw_day BETWEEN ? AND ? THEN draw_count ELSE 0 END) + ? <= ?
           AND (? < 0 OR nonce = ?)
           AND EXISTS (SELECT 1 FROM lottery_tables WHERE table_id = ? AND active = 1)",
        order.day.date,
        order.day.tomorrow,
        count,
        order.day.date,
        order.day.tomorrow,
        order.day.date,
        order.now.as_millisecond(),
        order.user_id,
        price(&active.table, order.draw_type)?,
        order.day.date,
        order.day.tomorrow,
        count,
        active.table.daily_limit(),
        order.spent_nonce.unwrap_or(-1),
        order.spent_nonce.unwrap_or(-1),
        active.table_id
    )?;
    Ok(claimed > 0)
}

/// The reason a claim touched no row, read in the same transaction.
fn why_not(order: &DrawOrder, active: Option<&ActiveTable>, user: &User) -> Result<DrawOutcome, StoreError> {
    if user.status == UserStatus::Banned {
        return Ok(DrawOutcome::Banned);
    }
    let Some(active) = active else { return Ok(DrawOutcome::NoTable) };
    if order.table_hash.is_some_and(|hash| hash != active.table.hash()) {
        return Ok(DrawOutcome::OtherTable);
    }
    if order.spent_nonce.is_some_and(|spent| spent != user.nonce) {
        return Ok(DrawOutcome::OtherNonce);
    }
    let points = u64::try_from(user.total_points).unwrap_or(0);
    let today = u32::try_from(user.draws_on(order.day)).unwrap_or(u32::MAX);
    match active.table.refusal(points, today, count(order.draw_type)?) {
        Some(refusal) => Ok(DrawOutcome::Refused(refusal)),
        // Another table was published since this one was read: with it, the next try will know.
        None => Err(StoreError::Busy("another table was published meanwhile")),
    }
}

async fn carry_out(
    tx: &mut Tx,
    keys: &Keys,
    order: &DrawOrder,
    active: ActiveTable,
    user: &User,
) -> Result<Drawn, StoreError> {
    let ActiveTable { table_id, table, .. } = active;
    let nonce = nonce(user.nonce)?;
    let client_seed = match &order.client_seed {
        Some(seed) => seed.clone(),
        None => client_seed(&user.client_seed)?,
    };
    let server_seed = keys.server_seed(order.user_id, nonce);
    let count = count(order.draw_type)?;
    let input = DrawInput { table: &table, server_seed: &server_seed, client_seed: &client_seed, nonce, count };
    let (sold_out, results) = stock::draw_all(tx, table_id, &input, order.now).await?;
    let next_commitment = keys.server_seed(order.user_id, nonce.next()).commitment();
    let proof = Proof::new(&input, sold_out, results, iso(order.now), next_commitment);
    rows::insert_draw(tx, order, table_id, user.nonce, &proof, price(&table, order.draw_type)?).await?;
    let balance = rows::settle_points(tx, order, &table, &proof).await?;
    for (seq, result) in (1_i64..).zip(&proof.results) {
        rows::insert_record(tx, order, (table_id, &table), &proof.draw_id, seq, result).await?;
    }
    Ok(Drawn { price: price(&table, order.draw_type)?, balance, today: user.draws_on(order.day), proof, table })
}

fn count(draw_type: DrawType) -> Result<Count, StoreError> {
    Count::new(draw_type.draws()).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn price(table: &PrizeTable, draw_type: DrawType) -> Result<i64, StoreError> {
    Ok(table.price(count(draw_type)?).into())
}

fn nonce(stored: i64) -> Result<Nonce, StoreError> {
    let number = u64::try_from(stored).map_err(|error| StoreError::Corrupt(format!("nonce: {error}")))?;
    Nonce::new(number).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn client_seed(stored: &str) -> Result<ClientSeed, StoreError> {
    ClientSeed::new(stored).map_err(|error| StoreError::Corrupt(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{AppState, temporary},
        seed::{self, DEMO_PHONE},
        store::db::{Engine, on_db},
    };

    async fn demo() -> (fairwheel_scratch::Scratch, AppState, DrawOrder) {
        let (dir, app) = temporary().await;
        seed::run(&app).await.unwrap();
        let user = user::by_mobile(&app.db, DEMO_PHONE).await.unwrap().unwrap();
        let now = app.clock.now();
        let order = DrawOrder {
            user_id: user.user_id,
            draw_type: DrawType::Triple,
            client_seed: None,
            table_hash: None,
            spent_nonce: None,
            key: None,
            day: app.day(now),
            now,
        };
        (dir, app, order)
    }

    fn plain(_: &DrawOutcome) -> Answer {
        Answer { code: 0, body: String::new() }
    }

    async fn outcome(app: &AppState, order: &DrawOrder) -> DrawOutcome {
        match draw(&app.db, &app.keys, order, &plain).await.unwrap() {
            Settled::Now(outcome, _) => outcome,
            settled => panic!("{settled:?}"),
        }
    }

    #[tokio::test]
    async fn a_claim_on_a_table_that_was_replaced_fails() {
        let (_dir, app, order) = demo().await;
        let read = table::active(&app.db).await.unwrap().unwrap();
        let again = table::Publication {
            table: &read.table,
            nameless: &[],
            color: &|_| "#ffffff",
            image: &|_| None,
            rules: "",
            now: order.now,
        };
        table::publish(&app.db, &again, table::Expected::default()).await.unwrap();
        let mut tx = app.db.begin().await.unwrap();
        assert!(!claim(&mut tx, &order, &read).await.unwrap());
        let user = user::in_tx(&mut tx, order.user_id).await.unwrap().unwrap();
        assert!(matches!(why_not(&order, Some(&read), &user), Err(StoreError::Busy(_))));
        tx.rollback().await.unwrap();
        assert!(matches!(outcome(&app, &order).await, DrawOutcome::Drawn(_)));
    }

    #[tokio::test]
    async fn nothing_is_taken_of_a_table_that_is_replaced_after_the_claim() {
        let (_dir, app, mut order) = demo().await;
        // One of ten is surely not the empty prize.
        order.draw_type = DrawType::Ten;
        let mut spec = seed::demo_spec();
        for prize in &mut spec.prizes[..7] {
            prize.stock = Some(5);
        }
        let table = PrizeTable::new(spec).unwrap();
        let limited = table::Publication {
            table: &table,
            nameless: &[],
            color: &|_| "#ffffff",
            image: &|_| None,
            rules: "",
            now: order.now,
        };
        table::publish(&app.db, &limited, table::Expected::default()).await.unwrap();
        let read = table::active(&app.db).await.unwrap().unwrap();
        let mut tx = app.db.begin().await.unwrap();
        assert!(claim(&mut tx, &order, &read).await.unwrap());
        execute!(&mut tx, "UPDATE lottery_prizes SET status = 'inactive'").unwrap();
        let user = user::in_tx(&mut tx, order.user_id).await.unwrap().unwrap();
        let drawn = carry_out(&mut tx, &app.keys, &order, read, &user).await;
        assert!(matches!(drawn, Err(StoreError::Busy("another table was published meanwhile"))), "{drawn:?}");
        tx.rollback().await.unwrap();
        assert!(matches!(outcome(&app, &order).await, DrawOutcome::Drawn(_)));
    }

    #[tokio::test]
    async fn a_ban_that_comes_after_the_login_is_checked_and_not_kept() {
        let (_dir, app, mut order) = demo().await;
        let set = async |status: &'static str| {
            let mut tx = app.db.begin().await.unwrap();
            execute!(&mut tx, "UPDATE users SET status = ?", status).unwrap();
            tx.commit().await.unwrap();
        };
        order.key = Some(idempotency::Key { user_id: order.user_id, request_id: "r".into(), fingerprint: "f".into() });
        set("banned").await;
        assert!(matches!(outcome(&app, &order).await, DrawOutcome::Banned));
        assert_eq!(user::by_id(&app.db, order.user_id).await.unwrap().unwrap().nonce, 0);
        set("active").await;
        assert!(matches!(outcome(&app, &order).await, DrawOutcome::Drawn(_)));
    }

    #[tokio::test]
    async fn the_stored_proof_is_the_one_that_was_given() {
        let (_dir, app, order) = demo().await;
        let DrawOutcome::Drawn(drawn) = outcome(&app, &order).await else { panic!() };
        let id = &drawn.proof.draw_id;
        let read = |reader| proof::read(&app.db, &app.keys, id, reader);
        assert_eq!(read(proof::Reader::Diner(order.user_id)).await.unwrap().as_ref(), Some(&drawn.proof));
        assert_eq!(read(proof::Reader::Merchant).await.unwrap().as_ref(), Some(&drawn.proof));
        assert_eq!(read(proof::Reader::Diner(order.user_id + 1)).await.unwrap(), None);

        let (rows, total) = records::page(&app.db, order.user_id, 1, 5).await.unwrap();
        assert_eq!((rows.len(), total), (2, 3));
        assert_eq!(rows[1].prize_id, i64::from(drawn.proof.results[0].prize_id));

        let mut tx = app.db.begin().await.unwrap();
        let edit = "UPDATE lottery_draws SET client_seed = 'another'";
        execute!(&mut tx, edit).unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(read(proof::Reader::Merchant).await, Err(StoreError::Corrupt(_))));
    }

    #[tokio::test]
    async fn a_failure_half_way_leaves_nothing() {
        let (_dir, app, order) = demo().await;
        let mut tx = app.db.begin().await.unwrap();
        let spoil = match &app.db.engine {
            Engine::Sqlite { .. } => {
                "CREATE TRIGGER half_way BEFORE INSERT ON lottery_records WHEN NEW.seq = 3
                 BEGIN SELECT RAISE(ABORT, 'half way'); END"
            }
            Engine::MySql { .. } => {
                "CREATE TRIGGER half_way BEFORE INSERT ON lottery_records FOR EACH ROW
                 BEGIN IF NEW.seq = 3 THEN SIGNAL SQLSTATE '45000'; END IF; END"
            }
        };
        crate::on_tx!(&mut tx, |c| sqlx::raw_sql(spoil).execute(c).await.map(drop)).unwrap();
        tx.commit().await.unwrap();
        let before = user::by_id(&app.db, order.user_id).await.unwrap().unwrap();
        assert!(matches!(draw(&app.db, &app.keys, &order, &plain).await, Err(StoreError::Database(_))));
        let after = user::by_id(&app.db, order.user_id).await.unwrap().unwrap();
        assert_eq!(
            (after.total_points, after.nonce, after.draw_count),
            (before.total_points, before.nonce, before.draw_count)
        );
        let (rows,): (i64,) =
            on_db!(&app.db, |c| sqlx::query_as("SELECT COUNT(*) FROM lottery_draws").fetch_one(c).await).unwrap();
        assert_eq!(rows, 0);
    }
}
