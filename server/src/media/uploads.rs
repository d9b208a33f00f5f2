//! How many uploads there are at once: of everybody, and of each user.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The most at once on a server.
const MAX: usize = 64;
/// The most at once of a user.
const MAX_OF_USER: usize = 3;

/// The uploads that are on their way, by user. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Uploads(Arc<Mutex<HashMap<i64, usize>>>);

/// An upload that is on its way, until this is dropped.
#[derive(Debug)]
pub struct Slot {
    uploads: Uploads,
    user_id: i64,
}

impl Uploads {
    /// Lets a user upload, unless there are too many.
    #[must_use]
    pub fn enter(&self, user_id: i64) -> Option<Slot> {
        let mut users = self.users();
        let (all, own) = (users.values().sum::<usize>(), users.get(&user_id).copied().unwrap_or(0));
        if all >= MAX || own >= MAX_OF_USER {
            return None;
        }
        users.insert(user_id, own + 1);
        Some(Slot { uploads: self.clone(), user_id })
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.users().values().sum()
    }

    fn users(&self) -> MutexGuard<'_, HashMap<i64, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut users = self.uploads.users();
        match users.get_mut(&self.user_id) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(users.remove(&self.user_id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_has_three_and_all_have_sixty_four() {
        let uploads = Uploads::default();
        let mut slots: Vec<_> = (0..3).map(|_| uploads.enter(1).unwrap()).collect();
        assert!(uploads.enter(1).is_none());
        slots.pop();
        slots.push(uploads.enter(1).unwrap());
        slots.extend((2..63).map(|user| uploads.enter(user).unwrap()));
        assert!(uploads.enter(63).is_none());
        assert_eq!(uploads.count(), 64);
        drop(slots);
        assert_eq!((uploads.count(), uploads.users().len()), (0, 0));
    }
}
