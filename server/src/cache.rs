//! Values that are kept in memory for as long as the database has them so; see [`crate::store::mark`].

use std::{
    collections::HashMap,
    hash::Hash,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use crate::store::mark::Mark;

/// One value.
#[derive(Debug)]
pub struct Slot<T> {
    kept: RwLock<Option<(Mark, Arc<T>)>>,
    /// Held by whoever reads it from the database. The others wait for what that brings.
    reading: tokio::sync::Mutex<()>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { kept: RwLock::default(), reading: tokio::sync::Mutex::default() }
    }
}

impl<T> Slot<T> {
    /// The value. `mark` takes the mark of what it is read from.
    ///
    /// # Errors
    ///
    /// Those of `read`.
    pub async fn get<E>(
        &self,
        mark: impl Fn() -> Option<Mark>,
        read: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let Some(asked_at) = mark() else { return read().await.map(Arc::new) };
        if let Some(kept) = self.kept(asked_at) {
            return Ok(kept);
        }
        let _reading = self.reading.lock().await;
        // One that was read since this was asked for is new enough, even if it is out of date again.
        if let Some(kept) = self.kept(asked_at) {
            return Ok(kept);
        }
        let mark = mark();
        let value = Arc::new(read().await?);
        if let Some(mark) = mark {
            *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some((mark, value.clone()));
        }
        Ok(value)
    }

    fn kept(&self, mark: Mark) -> Option<Arc<T>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(kept_at, _)| *kept_at >= mark).map(|(_, value)| value.clone())
    }
}

/// Values by key, a bounded number of them: those not asked for are forgotten.
#[derive(Debug)]
pub struct Recent<K, V> {
    generations: Mutex<Generations<K, V>>,
    /// How many a generation has at most.
    size: usize,
}

/// A value that is asked for moves to the young ones. When these are too many, they are the old ones.
#[derive(Debug)]
struct Generations<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    /// Room for `size` values that are asked for, and as many that may be asked for again.
    #[must_use]
    pub fn new(size: usize) -> Self {
        Self { generations: Mutex::new(Generations { young: HashMap::new(), old: HashMap::new() }), size }
    }

    /// The value of a key.
    #[must_use]
    pub fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let mut generations = self.lock();
        if let Some(value) = generations.young.get(key) {
            return Some(value.clone());
        }
        let (key, value) = generations.old.remove_entry(key)?;
        self.put(&mut generations, key, value.clone());
        Some(value)
    }

    /// Keeps a value.
    pub fn insert(&self, key: K, value: V) {
        self.put(&mut self.lock(), key, value);
    }

    fn put(&self, generations: &mut Generations<K, V>, key: K, value: V) {
        if generations.young.len() >= self.size {
            generations.old = mem::take(&mut generations.young);
        }
        generations.young.insert(key, value);
    }

    fn lock(&self) -> MutexGuard<'_, Generations<K, V>> {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, sync::atomic::AtomicU64, sync::atomic::Ordering::SeqCst};

    use tokio::sync::Notify;

    use super::*;
    use crate::store::{
        event::{Event, LOTTERY_CONFIG},
        mark::{Marks, Part},
    };

    fn marks() -> Marks {
        let marks = Marks::default();
        marks.follow();
        marks
    }

    fn write(marks: &Marks) {
        let (audience, kind, data) = ("everybody".into(), LOTTERY_CONFIG.into(), "{}".into());
        marks.heard(&Event { id: 1, audience, user_id: None, kind, data, created_at: 0 });
    }

    #[tokio::test]
    async fn a_value_is_read_once_and_again_after_a_write() {
        let (marks, slot, value) = (marks(), Slot::default(), AtomicU64::new(1));
        let get = async || {
            let read = async || Ok::<_, Infallible>(value.load(SeqCst));
            *slot.get(|| marks.of(Part::Wheel), read).await.unwrap()
        };
        assert_eq!(get().await, 1);
        value.store(2, SeqCst);
        assert_eq!(get().await, 1);
        write(&marks);
        assert_eq!(get().await, 2);
        value.store(3, SeqCst);
        marks.unfollow();
        assert_eq!(get().await, 3, "nothing is kept while nobody listens");
        marks.follow();
        value.store(4, SeqCst);
        assert_eq!(get().await, 4, "what was missed meanwhile is unknown");
    }

    #[tokio::test]
    async fn a_read_overtaken_by_a_write_is_for_those_only_who_asked_before_it() {
        let (marks, slot, value) = (marks(), Slot::default(), AtomicU64::new(1));
        let (has_read, go_on) = (Notify::new(), Notify::new());
        let overtaken = slot.get(
            || marks.of(Part::Wheel),
            async || {
                let read = value.load(SeqCst);
                has_read.notify_one();
                go_on.notified().await;
                Ok::<_, Infallible>(read)
            },
        );
        let quick = async || slot.get(|| marks.of(Part::Wheel), async || Ok::<_, Infallible>(value.load(SeqCst))).await;
        let writer = async {
            has_read.notified().await;
            value.store(2, SeqCst);
            write(&marks);
            let after = quick();
            let (after, ()) = tokio::join!(after, async { go_on.notify_one() });
            *after.unwrap()
        };
        let (before, after) = tokio::join!(overtaken, writer);
        assert_eq!((*before.unwrap(), after), (1, 2));
        assert_eq!(*quick().await.unwrap(), 2);
    }

    #[test]
    fn what_is_asked_for_stays_and_the_rest_makes_room() {
        let recent = Recent::new(4);
        recent.insert(0, "asked for");
        recent.insert(100, "forgotten");
        for n in 1..50 {
            recent.insert(n, "other");
            assert_eq!(recent.get(&0), Some("asked for"), "{n}");
            let generations = recent.lock();
            assert!(generations.young.len() <= 4 && generations.old.len() <= 4);
        }
        assert_eq!(recent.get(&100), None);
        assert_eq!(recent.get(&49), Some("other"));
    }
}
