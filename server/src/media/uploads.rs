//! The uploads that are on their way: how many of everybody, of each user, and how often a user tries.
//!
//! While a body is received an upload costs a file and a connection, so many may be on their way; what follows costs a
//! processor and memory, so few have a [`Turn`] at a time, and the others wait for theirs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The most at once on a server: each may have a file of 5 MB on the disk.
const MAX: usize = 512;
/// The most at once of a user.
const MAX_OF_USER: usize = 3;
/// The most that are decoded and stored at once.
const TURNS: usize = 64;
/// Photos of a user that are decoded on a day, for each that may be sent in.
const TRIES: i64 = 5;

/// The uploads that are on their way. Clones count together.
#[derive(Clone, Debug)]
pub struct Uploads {
    counts: Arc<Mutex<Counts>>,
    turns: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Counts {
    users: HashMap<i64, OfUser>,
    /// The day of the tries, yyyymmdd.
    day: i64,
    tries: HashMap<i64, i64>,
}

#[derive(Debug)]
struct OfUser {
    count: usize,
    turn: Arc<Semaphore>,
}

/// An upload that is on its way, until this is dropped.
#[derive(Debug)]
pub struct Slot {
    uploads: Uploads,
    user_id: i64,
    turn: Arc<Semaphore>,
}

/// An upload that is being decoded, alone among those of its user, and then stored.
#[derive(Debug)]
pub struct Turn {
    of_user: OwnedSemaphorePermit,
    of_all: OwnedSemaphorePermit,
}

impl Default for Uploads {
    fn default() -> Self {
        Self { counts: Arc::default(), turns: Arc::new(Semaphore::new(TURNS)) }
    }
}

impl Uploads {
    /// Lets a user upload, unless there are too many.
    #[must_use]
    pub fn enter(&self, user_id: i64) -> Option<Slot> {
        let users = &mut self.counts().users;
        let (all, own) = (total(users), users.get(&user_id).map_or(0, |own| own.count));
        if all >= MAX || own >= MAX_OF_USER {
            return None;
        }
        let own = users.entry(user_id).or_insert_with(|| OfUser { count: 0, turn: Arc::new(Semaphore::new(1)) });
        own.count += 1;
        Some(Slot { uploads: self.clone(), user_id, turn: own.turn.clone() })
    }

    /// Counts a photo that is to be decoded on a local day. Whether the user may have it decoded, where `limit` are sent
    /// in a day at most. A server that was restarted counts anew.
    #[must_use]
    pub fn may_try(&self, user_id: i64, day: i64, limit: i64) -> bool {
        let mut counts = self.counts();
        if counts.day != day {
            counts.day = day;
            counts.tries = HashMap::new();
        }
        let tries = counts.tries.entry(user_id).or_default();
        let is_one_left = *tries < limit.saturating_mul(TRIES);
        *tries += i64::from(is_one_left);
        is_one_left
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        total(&self.counts().users)
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    /// Waits until it is its turn: first among those of its user, then among all. `None` never comes.
    pub async fn turn(&self) -> Option<Turn> {
        let of_user = self.turn.clone().acquire_owned().await.ok()?;
        let of_all = self.uploads.turns.clone().acquire_owned().await.ok()?;
        Some(Turn { of_user, of_all })
    }
}

impl Turn {
    /// The photo is decoded: the next one of its user may be. The rest is for as long as it is stored.
    pub fn decoded(self) -> OwnedSemaphorePermit {
        drop(self.of_user);
        self.of_all
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let users = &mut self.uploads.counts().users;
        match users.get_mut(&self.user_id) {
            Some(own) if own.count > 1 => own.count -= 1,
            _ => drop(users.remove(&self.user_id)),
        }
    }
}

fn total(users: &HashMap<i64, OfUser>) -> usize {
    users.values().map(|own| own.count).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_three_and_all_have_as_many_as_the_disk_holds() {
        let uploads = Uploads::default();
        let mut slots: Vec<_> = (0..3).map(|_| uploads.enter(1).unwrap()).collect();
        assert!(uploads.enter(1).is_none());
        slots.pop();
        slots.push(uploads.enter(1).unwrap());
        slots.extend((2..511).map(|user| uploads.enter(user).unwrap()));
        assert!(uploads.enter(511).is_none());
        assert_eq!(uploads.count(), 512);
        drop(slots);
        assert_eq!((uploads.count(), uploads.counts().users.len()), (0, 0));
    }

    #[tokio::test]
    async fn turns_are_one_of_a_user_and_sixty_four_of_all() {
        let uploads = Uploads::default();
        let is_next = async |slot: &Slot| {
            tokio::select! { biased; turn = slot.turn() => turn, () = std::future::ready(()) => None }
        };
        let (first, second) = (uploads.enter(1).unwrap(), uploads.enter(1).unwrap());
        let turn = is_next(&first).await.unwrap();
        assert!(is_next(&second).await.is_none(), "one of a user is decoded");
        let storing = turn.decoded();
        let mut turns = vec![is_next(&second).await.unwrap()];
        let slots: Vec<_> = (2..65).map(|user| uploads.enter(user).unwrap()).collect();
        for slot in &slots[..62] {
            turns.push(is_next(slot).await.unwrap());
        }
        assert!(is_next(&slots[62]).await.is_none(), "64 of all, those that are stored as well");
        drop(storing);
        assert!(is_next(&slots[62]).await.is_some());
    }

    #[test]
    fn tries_are_counted_by_user_and_day() {
        let uploads = Uploads::default();
        for _ in 0..10 {
            assert!(uploads.may_try(1, 20_261_122, 2));
        }
        assert!(!uploads.may_try(1, 20_261_122, 2));
        assert!(uploads.may_try(2, 20_261_122, 2));
        assert!(uploads.may_try(1, 20_261_123, 2));
    }
}
