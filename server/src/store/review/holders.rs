//! Users whose rows a transaction has locked.

use std::collections::BTreeMap;

use crate::store::{StoreError, Tx, ledger::BALANCE_MAX, user};

/// Users by id, with their points.
pub(super) struct Holders(BTreeMap<i64, i64>);

impl Holders {
    /// Locks these users' rows until the commit, by their ids: whoever else locks several does it in the same order. Even
    /// one whose receipt is rejected is locked here, as the foreign key of what is pushed to them would do it while
    /// everybody waits for the counter of the events, and they may wait for it themselves.
    pub(super) async fn hold(tx: &mut Tx, users: impl Iterator<Item = i64>) -> Result<Self, StoreError> {
        let mut points: BTreeMap<_, _> = users.map(|user_id| (user_id, 0)).collect();
        for (user_id, points) in &mut points {
            *points = user::hold(tx, *user_id).await?.total_points;
        }
        Ok(Self(points))
    }

    /// Whether so many points fit into a user's balance.
    pub(super) fn have_room(&self, user_id: i64, points: i64) -> bool {
        self.0.get(&user_id).is_some_and(|total| points <= BALANCE_MAX - total)
    }

    /// So many points a user has now.
    pub(super) fn now_has(&mut self, user_id: i64, points: i64) {
        self.0.insert(user_id, points);
    }
}
