//! Draws: points, nonce, the day's counter, ledger, stock, records and the kept answer, in one transaction.

pub mod odds;
mod order;
pub mod proof;
pub mod records;
pub(super) mod rows;
pub mod statistics;

use std::{collections::BTreeMap, sync::Arc};

use fairwheel_core::{
    draw::{ClientSeed, Count, DrawInput, DrawResult, Nonce},
    prize::{Prize, PrizeKind, PrizeTable},
    proof::Proof,
};
use jiff::Timestamp;

pub use order::{DrawOrder, DrawOutcome, DrawType, Drawn};

use super::{
    Db, StoreError,
    batch::{self, Ask, Effects, Needs, Request, Work},
    idempotency::{Answer, Key, Settled},
    ledger::{Entry, Reason},
    table::ActiveTable,
};
use crate::{clock::iso, keys::Keys};

/// Draws, all or none. `answer` writes the outcome down; what it wrote is kept for a repetition of the request.
///
/// # Errors
///
/// [`StoreError::Busy`] if others were in the way for too long, or what the database says. Nothing has moved then.
pub async fn draw(
    db: &Db,
    keys: &Arc<Keys>,
    order: &Arc<DrawOrder>,
    answer: impl Fn(&DrawOutcome) -> Answer + Send + Sync + 'static,
) -> Result<Settled<DrawOutcome>, StoreError> {
    batch::settle(db, Drawing { order: order.clone(), keys: keys.clone() }, answer).await
}

/// A request of draws, to be settled.
pub(super) struct Drawing {
    pub(super) order: Arc<DrawOrder>,
    pub(super) keys: Arc<Keys>,
}

impl Ask for Drawing {
    fn key(&self) -> Option<&Key> {
        self.order.key.as_ref()
    }

    fn now(&self) -> Timestamp {
        self.order.now
    }

    fn session(&self) -> Option<(&String, i64)> {
        self.order.session.as_ref().map(|session_id| (session_id, self.order.user_id))
    }

    fn needs(&self, needs: &mut Needs) {
        needs.users.insert(self.order.user_id);
        needs.table = true;
    }

    fn admitted(&self, work: &Work) -> Result<(), StoreError> {
        work.user(self.order.user_id)?.still_in()
    }
}

impl Request for Drawing {
    type Outcome = DrawOutcome;

    fn decide(&self, work: &Work) -> Result<(DrawOutcome, Effects), StoreError> {
        let order = &*self.order;
        let refused = |outcome| Ok((outcome, Effects::default()));
        let user = work.user(order.user_id)?;
        let Some(active) = work.table() else { return refused(DrawOutcome::NoTable) };
        if order.table_hash.is_some_and(|hash| hash != active.table.hash()) {
            return refused(DrawOutcome::OtherTable);
        }
        if order.spent_nonce.is_some_and(|spent| spent != user.nonce) {
            return refused(DrawOutcome::OtherNonce);
        }
        let points = u64::try_from(user.total_points).unwrap_or(0);
        let today = u32::try_from(user.draws_on(order.day)).unwrap_or(u32::MAX);
        if let Some(refusal) = active.table.refusal(points, today, count(order.draw_type)?) {
            return refused(DrawOutcome::Refused(refusal));
        }
        self.carry_out(work, active)
    }
}

impl Drawing {
    fn carry_out(&self, work: &Work, active: &Arc<ActiveTable>) -> Result<(DrawOutcome, Effects), StoreError> {
        let (order, table) = (&*self.order, &active.table);
        let mut effects = Effects::default();
        let user = effects.user(work, order.user_id)?;
        user.spend_draws(order.draw_type, order.day);
        let (spent, today) = (user.nonce, user.draws_on(order.day));
        let nonce = nonce(spent)?;
        let client_seed = match &order.client_seed {
            Some(seed) => seed.clone(),
            None => client_seed(&user.client_seed)?,
        };
        let server_seed = self.keys.server_seed(order.user_id, nonce);
        let next_commitment = self.keys.server_seed(order.user_id, nonce.next()).commitment();
        let (client_seed, count) = (&client_seed, count(order.draw_type)?);
        let input = DrawInput { table, server_seed: &server_seed, client_seed, nonce, count };
        let mut left = work.stock();
        let (sold_out, results) = draw_all(&input, &mut left);
        effects.stock = left;
        let proof = Proof::new(&input, sold_out, results, iso(order.now), next_commitment);
        let price = price(table, order.draw_type)?;
        let draw = rows::Draw::new(order, active.table_id, spent, &proof, price)?;
        let balance = self.settle_points(work, &mut effects, table, &proof)?;
        for (seq, result) in (1..).zip(&proof.results) {
            let won = prize_of(table, result)?;
            effects.records.push(draw.record(seq, *result, won, table.cost()));
            effects.orders.extend(draw.order(seq, won));
        }
        effects.draws.push(draw);
        let drawn = Drawn { active: active.clone(), proof, price, balance, today };
        Ok((DrawOutcome::Drawn(Box::new(drawn)), effects))
    }

    /// Takes the price and credits points that were won. The balance after it.
    fn settle_points(
        &self,
        work: &Work,
        effects: &mut Effects,
        table: &PrizeTable,
        proof: &Proof,
    ) -> Result<i64, StoreError> {
        let order = &*self.order;
        let entry = Entry {
            user_id: order.user_id,
            points: -price(table, order.draw_type)?,
            reason: Reason::LotteryDraw,
            description: "抽奖消耗",
            related_id: Some(&proof.draw_id),
            at: order.now,
        };
        let out_of_range = || StoreError::Corrupt("the points of a draw don't fit".into());
        let mut balance = effects.move_points(work, entry)?.ok_or_else(out_of_range)?;
        for result in &proof.results {
            let prize = prize_of(table, result)?;
            let won = i64::from(prize.value_cents / 100);
            if prize.kind == PrizeKind::Points && won > 0 {
                let entry = Entry { points: won, reason: Reason::LotteryPrize, description: &prize.name, ..entry };
                balance = effects.move_points(work, entry)?.ok_or_else(out_of_range)?;
            }
        }
        Ok(balance)
    }
}

/// Makes all draws of a request, each taking its piece from what is `left` as it falls: what had run out at each of them,
/// and its result.
fn draw_all(input: &DrawInput<'_>, left: &mut BTreeMap<u32, u32>) -> (Vec<Vec<u32>>, Vec<DrawResult>) {
    let mut stream = input.stream();
    let draw = |_| {
        let ticket = stream.ticket();
        let sold_out: Vec<u32> = left.iter().filter(|(_, left)| **left == 0).map(|(id, _)| *id).collect();
        if let Some(pieces) = left.get_mut(&stream.drawn(ticket).id) {
            *pieces = pieces.saturating_sub(1);
        }
        let result = stream.land(ticket, &sold_out);
        (sold_out, result)
    };
    (0..input.count.get()).map(draw).unzip()
}

fn prize_of<'t>(table: &'t PrizeTable, result: &DrawResult) -> Result<&'t Prize, StoreError> {
    table.prize(result.prize_id).ok_or_else(|| StoreError::Corrupt(format!("no prize {}", result.prize_id)))
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
        store::{
            db::{Engine, execute, on_db},
            table, user,
        },
    };

    async fn demo() -> (fairwheel_scratch::Scratch, AppState, Arc<DrawOrder>) {
        let (dir, app) = temporary().await;
        seed::run(&app).await.unwrap();
        let user = user::by_mobile(&app.db, DEMO_PHONE).await.unwrap().unwrap();
        let now = app.clock.now();
        let order = DrawOrder {
            user_id: user.user_id,
            session: None,
            draw_type: DrawType::Triple,
            client_seed: None,
            table_hash: None,
            spent_nonce: None,
            key: None,
            day: app.day(now),
            now,
        };
        (dir, app, Arc::new(order))
    }

    fn plain(_: &DrawOutcome) -> Answer {
        Answer { code: 0, body: String::new() }
    }

    async fn set(app: &AppState, sql: &'static str) {
        let mut tx = app.db.begin().await.unwrap();
        execute!(&mut tx, sql).unwrap();
        tx.commit().await.unwrap();
    }

    async fn outcome(app: &AppState, order: &Arc<DrawOrder>) -> DrawOutcome {
        match draw(&app.db, &app.keys, order, plain).await.unwrap() {
            Settled::Now(outcome, _) => outcome,
            settled => panic!("{settled:?}"),
        }
    }

    async fn publish(app: &AppState, table: &PrizeTable) -> i64 {
        let publication = table::Publication {
            table,
            nameless: &[],
            color: &|_| "#ffffff",
            image: &|_| None,
            rules: "",
            now: app.clock.now(),
        };
        table::publish(&app.db, &publication, table::Expected::default()).await.unwrap();
        table::active(&app.db).await.unwrap().unwrap().table_id
    }

    #[tokio::test]
    async fn the_table_that_is_active_is_drawn_from_and_no_other() {
        let (_dir, app, order) = demo().await;
        let DrawOutcome::Drawn(first) = outcome(&app, &order).await else { panic!() };
        let (old, mut spec) = (first.active.table_id, seed::demo_spec());
        spec.cost += 1;
        let new = publish(&app, &PrizeTable::new(spec).unwrap()).await;
        let DrawOutcome::Drawn(second) = outcome(&app, &order).await else { panic!() };
        assert_eq!((second.active.table_id, second.price), (new, first.price + 3));
        // A publication that comes between the look at the table and the write.
        let user = user::by_id(&app.db, order.user_id).await.unwrap().unwrap();
        let mut tx = app.db.begin().await.unwrap();
        let refused = user::write_all(&mut tx, &[&user], Some(old), order.now).await;
        assert!(matches!(refused, Err(StoreError::Busy(_))), "{refused:?}");
        user::write_all(&mut tx, &[&user], Some(new), order.now).await.unwrap();
        tx.rollback().await.unwrap();
    }

    #[tokio::test]
    async fn nothing_is_taken_of_prizes_that_were_retired() {
        let (_dir, app, order) = demo().await;
        let mut spec = seed::demo_spec();
        for prize in &mut spec.prizes[..7] {
            prize.stock = Some(5);
        }
        publish(&app, &PrizeTable::new(spec).unwrap()).await;
        set(&app, "UPDATE lottery_prizes SET status = 'inactive'").await;
        let refused = draw(&app.db, &app.keys, &order, plain).await;
        assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{refused:?}");
        set(&app, "UPDATE lottery_prizes SET status = 'active'").await;
        assert!(matches!(outcome(&app, &order).await, DrawOutcome::Drawn(_)));
    }

    #[tokio::test]
    async fn a_ban_that_comes_after_the_login_is_checked_and_not_kept() {
        let (_dir, app, order) = demo().await;
        let key = Key { user_id: order.user_id, request_id: "r".into(), fingerprint: "f".into() };
        let order = Arc::new(DrawOrder { key: Some(key), ..(*order).clone() });
        set(&app, "UPDATE users SET status = 'banned'").await;
        let again = async || draw(&app.db, &app.keys, &order, plain).await;
        assert!(matches!(again().await, Err(StoreError::Banned)));
        assert_eq!(user::by_id(&app.db, order.user_id).await.unwrap().unwrap().nonce, 0);
        set(&app, "UPDATE users SET status = 'active'").await;
        assert!(matches!(outcome(&app, &order).await, DrawOutcome::Drawn(_)));
        set(&app, "UPDATE users SET status = 'banned'").await;
        assert!(matches!(again().await, Err(StoreError::Banned)), "nor does a repetition tell anything");
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
        assert!(matches!(draw(&app.db, &app.keys, &order, plain).await, Err(StoreError::Database(_))));
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
