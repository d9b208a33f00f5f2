//! Until when the server may keep in memory what it has read: each part of the database has a mark, which is raised after
//! every commit that wrote there, before its writer is answered.
//!
//! Whoever keeps something takes the mark before the read, and shows what was kept while the mark is no higher. So a read
//! that was overtaken by a write is never shown after it. What other processes wrote raises the marks when their events
//! are read; while those can't be read, there are no marks, and nothing kept is shown.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
};

use super::event::{self, Event, NewEvent};

/// What is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The active table, its prizes, and which of them are sold out.
    Wheel,
    /// The products.
    Products,
    /// A user, and their sessions.
    User(i64),
}

/// How often a part was written, as far as is known. Compared only with other marks of the same part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(u64);

/// Users share so many marks: a few are read again for the sake of another.
const USER_MARKS: usize = 4096;

/// The marks of a database.
#[derive(Debug)]
pub struct Marks {
    /// Whether the events of other processes are being read.
    is_following: AtomicBool,
    wheel: AtomicU64,
    products: AtomicU64,
    all_users: AtomicU64,
    users: Box<[AtomicU64]>,
    /// Events for which marks have been raised before anybody read them, by the end of their ids.
    own: Mutex<BTreeMap<i64, Range<i64>>>,
}

impl Default for Marks {
    fn default() -> Self {
        let users = (0..USER_MARKS).map(|_| AtomicU64::default()).collect();
        let (is_following, wheel, products, all_users) = Default::default();
        Self { is_following, wheel, products, all_users, users, own: Mutex::default() }
    }
}

impl Marks {
    /// The mark of a part, to be taken before what is kept is read. `None` while nothing may be kept.
    #[must_use]
    pub fn of(&self, part: Part) -> Option<Mark> {
        // Before the mark: whoever follows again raises the marks first.
        if !self.is_following.load(SeqCst) {
            return None;
        }
        let mark = match part {
            Part::Wheel => self.wheel.load(SeqCst),
            Part::Products => self.products.load(SeqCst),
            Part::User(user_id) => self.all_users.load(SeqCst) + self.of_user(user_id).load(SeqCst),
        };
        self.is_following.load(SeqCst).then_some(Mark(mark))
    }

    /// The events of other processes have been read up to now.
    pub fn follow(&self) {
        if !self.is_following.load(SeqCst) {
            // Events that nobody read may have been forgotten meanwhile.
            self.raise(&Wrote { wheel: true, products: true, users: true, ..Wrote::default() });
            self.is_following.store(true, SeqCst);
        }
    }

    /// They can't be read, or nobody does.
    pub fn unfollow(&self) {
        self.is_following.store(false, SeqCst);
    }

    /// An event was read, of this process or another.
    pub fn heard(&self, event: &Event) {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        while own.first_key_value().is_some_and(|(end, _)| *end <= event.id) {
            own.pop_first();
        }
        if own.first_key_value().is_some_and(|(_, ids)| ids.contains(&event.id)) {
            return;
        }
        drop(own);
        let mut wrote = Wrote::default();
        wrote.event(&event.kind, event.user_id);
        self.raise(&wrote);
    }

    /// What these events say is to be seen already: raising the marks once more would only have it read again.
    pub(super) fn raised_for(&self, ids: Range<i64>) {
        if !ids.is_empty() && self.is_following.load(SeqCst) {
            self.own.lock().unwrap_or_else(PoisonError::into_inner).insert(ids.end, ids);
        }
    }

    /// The writes are to be seen from now on.
    pub(super) fn raise(&self, wrote: &Wrote) {
        let raise = |mark: &AtomicU64| mark.fetch_add(1, SeqCst);
        if wrote.wheel {
            raise(&self.wheel);
        }
        if wrote.products {
            raise(&self.products);
        }
        if wrote.users && wrote.of.is_empty() {
            raise(&self.all_users);
        }
        for user_id in &wrote.of {
            raise(self.of_user(*user_id));
        }
    }

    fn of_user(&self, user_id: i64) -> &AtomicU64 {
        let place = usize::try_from(user_id).unwrap_or_default() % self.users.len();
        &self.users[place]
    }
}

/// What a transaction has written of what is marked: found in its statements and its events, so that nobody has to think
/// of it.
#[derive(Debug, Default)]
pub(super) struct Wrote {
    wheel: bool,
    products: bool,
    /// Users or sessions: those of `of`, or of anybody if that is empty.
    users: bool,
    of: Vec<i64>,
}

impl Wrote {
    /// A statement that met rows. One of `users` or `sessions` does not say whose they are: their events do, or
    /// [`Self::user`]; otherwise it counts for all.
    pub(super) fn statement(&mut self, sql: &str) {
        let sql = sql.trim_start();
        let of = |verb| sql.strip_prefix(verb);
        let rest = of("UPDATE ").or_else(|| of("INSERT INTO ")).or_else(|| of("DELETE FROM ")).unwrap_or_default();
        let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '(').unwrap_or(rest.len());
        let (table, rest) = rest.split_at(end);
        match table {
            "products" => self.products = true,
            // Of a draw, which takes from what is left and says so if that was the last piece.
            "lottery_prizes" if rest.trim_start().starts_with("SET stock = ? ") => {}
            "lottery_tables" | "lottery_prizes" => self.wheel = true,
            // Nobody has read what is new.
            "users" | "sessions" => self.users |= !sql.starts_with("INSERT"),
            _ => {}
        }
    }

    /// A user of whom something was written.
    pub(super) fn user(&mut self, user_id: i64) {
        self.of.push(user_id);
    }

    /// All that will be told.
    pub(super) fn events(&mut self, events: &[NewEvent]) {
        for event in events {
            self.event(event.kind(), event.user_id());
        }
    }

    fn event(&mut self, kind: &str, user_id: Option<i64>) {
        match kind {
            event::LOTTERY_CONFIG | event::PRIZES_CHANGED => self.wheel = true,
            event::STOCK_UPDATE | event::PRODUCTS_CHANGED => self.products = true,
            _ => self.of.extend(user_id),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::store::{
        db::{execute, temporary},
        user::{self, NewUser, UserStatus},
    };

    const PARTS: [Part; 4] = [Part::Wheel, Part::Products, Part::User(1), Part::User(2)];

    /// The parts whose marks are raised by this.
    fn raised(wrote: &Wrote) -> Vec<Part> {
        let marks = Marks::default();
        marks.follow();
        let before = PARTS.map(|part| marks.of(part));
        marks.raise(wrote);
        PARTS.into_iter().zip(before).filter(|(part, before)| marks.of(*part) > *before).map(|(part, _)| part).collect()
    }

    #[test]
    fn a_statement_says_what_it_writes() {
        let users = [Part::User(1), Part::User(2)];
        for (sql, expected) in [
            ("UPDATE products SET stock = stock - ?\n WHERE commodity_id = ?", &[Part::Products][..]),
            ("INSERT INTO products (name, description,\n category) VALUES (?)", &[Part::Products]),
            ("DELETE FROM products WHERE 1", &[Part::Products]),
            ("UPDATE lottery_tables SET active = NULL", &[Part::Wheel]),
            ("INSERT INTO lottery_tables (table_hash) VALUES (?)", &[Part::Wheel]),
            ("UPDATE lottery_prizes SET status = 'inactive'", &[Part::Wheel]),
            ("UPDATE lottery_prizes SET stock = ? WHERE table_id = ?", &[]),
            ("UPDATE users\n   SET nonce = nonce + 1", &users),
            ("UPDATE users SET status = 'banned'", &users),
            ("DELETE FROM sessions WHERE session_id = ?", &users),
            ("INSERT INTO users (mobile) VALUES (?)", &[]),
            ("INSERT INTO sessions (session_id) VALUES (?)", &[]),
            ("UPDATE products_of_others SET x = 1", &[]),
            ("DELETE FROM users", &users),
        ] {
            let mut wrote = Wrote::default();
            wrote.statement(sql);
            assert_eq!(raised(&wrote), expected, "{sql}");
        }
    }

    #[test]
    fn users_who_are_named_spare_the_others() {
        let mut wrote = Wrote::default();
        wrote.statement("UPDATE users SET nonce = 1");
        wrote.user(2);
        assert_eq!(raised(&wrote), [Part::User(2)]);
        let mut wrote = Wrote::default();
        wrote.events(&[NewEvent::access_changed(1, jiff::Timestamp::UNIX_EPOCH)]);
        assert_eq!(raised(&wrote), [Part::User(1)]);
    }

    #[test]
    fn without_events_there_are_no_marks_and_afterwards_new_ones() {
        let marks = Marks::default();
        assert_eq!(marks.of(Part::Wheel), None);
        marks.follow();
        let before = PARTS.map(|part| marks.of(part));
        marks.follow();
        assert_eq!(PARTS.map(|part| marks.of(part)), before);
        marks.unfollow();
        assert_eq!(marks.of(Part::User(1)), None);
        marks.follow();
        assert!(PARTS.into_iter().zip(before).all(|(part, before)| marks.of(part) > before));
    }

    #[test]
    fn own_events_raise_nothing_when_they_are_read() {
        let marks = Marks::default();
        marks.follow();
        let raises = |id| {
            let before = marks.of(Part::Wheel);
            let (audience, kind, data) = ("everybody".into(), event::LOTTERY_CONFIG.into(), "{}".into());
            marks.heard(&Event { id, audience, user_id: None, kind, data, created_at: 0 });
            marks.of(Part::Wheel) > before
        };
        // In the order in which the commits were told, not that of their ids.
        marks.raised_for(7..8);
        marks.raised_for(3..5);
        marks.raised_for(0..0);
        let others: Vec<_> = (1..=9).filter(|id| raises(*id)).collect();
        assert_eq!(others, [1, 2, 5, 6, 8, 9]);
        assert!(marks.own.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_mark_is_raised_by_the_commit_and_by_nothing_that_was_undone() {
        let (_scratch, db) = temporary().await;
        let mut tx = db.begin().await.unwrap();
        let user_id = user::register(&mut tx, &NewUser::plain("1"), jiff::Timestamp::UNIX_EPOCH).await.unwrap();
        tx.commit().await.unwrap();
        db.marks().follow();
        let part = Part::User(user_id);
        let mark = db.marks().of(part);
        let mut tx = db.begin().await.unwrap();
        execute!(&mut tx, "UPDATE users SET status = 'banned'").unwrap();
        assert_eq!(db.marks().of(part), mark);
        tx.rollback().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        execute!(&mut tx, "UPDATE users SET status = 'banned' WHERE user_id = ?", user_id + 1).unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.marks().of(part), mark, "no row was met");
        let at = jiff::Timestamp::UNIX_EPOCH;
        user::set_status(&db, user_id, UserStatus::Banned, at).await.unwrap();
        assert!(db.marks().of(part) > mark);
    }

    /// Statements that go past `execute!` and `Tx::write` are not seen. These are all there are.
    #[test]
    fn writes_go_one_of_two_ways() {
        let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
        let mut found = BTreeSet::new();
        let mut folders = vec![sources];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                if path.ends_with("tests.rs") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap();
                if [".execute(c)", ".execute(&mut", ".fetch_many("].iter().any(|call| code.contains(call)) {
                    found.insert(path.file_name().unwrap().to_string_lossy().into_owned());
                }
            }
        }
        // Looks of receipts, which nobody keeps; what `execute!` expands to; what `Tx::write` sends.
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["alike.rs", "db.rs", "statements.rs"]);
    }
}
