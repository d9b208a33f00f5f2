//! Users whose rows a transaction has locked.

use std::collections::{BTreeMap, BTreeSet};

use super::{User, hold};
use crate::store::{StoreError, Tx, ledger::BALANCE_MAX};

/// Users by id, as they are until the commit.
pub(in crate::store) struct Holders(BTreeMap<i64, User>);

impl Holders {
    /// Locks these users' rows until the commit, by their ids: whoever else locks several does it in the same order. Even
    /// one of whom nothing changes is locked here if a row that names them is written later: its foreign key would lock
    /// them then, while others wait for what this transaction holds, and they may wait for it themselves.
    pub(in crate::store) async fn hold(tx: &mut Tx, users: impl IntoIterator<Item = i64>) -> Result<Self, StoreError> {
        let ids: BTreeSet<_> = users.into_iter().collect();
        let mut held = BTreeMap::new();
        for user_id in ids {
            held.insert(user_id, hold(tx, user_id).await?);
        }
        Ok(Self(held))
    }

    /// That a user still is who was let in: they may have been locked out since their token was looked at.
    pub(in crate::store) fn still_in(&self, user_id: i64) -> Result<(), StoreError> {
        self.0.get(&user_id).ok_or(StoreError::Banned)?.still_in()
    }

    /// That a user is still in, and still a merchant.
    pub(in crate::store) fn still_merchant(&self, user_id: i64) -> Result<(), StoreError> {
        self.0.get(&user_id).ok_or(StoreError::Banned)?.still_merchant()
    }

    /// Whether so many points fit into a user's balance.
    pub(in crate::store) fn have_room(&self, user_id: i64, points: i64) -> bool {
        self.0.get(&user_id).is_some_and(|user| points <= BALANCE_MAX - user.total_points)
    }
}
