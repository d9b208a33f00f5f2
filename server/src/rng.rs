//! Chance as an argument: the system's, or a repeatable one for tests.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use fairwheel_core::digest::Digest;

/// Where random bytes come from. Clones share the same sequence.
#[derive(Clone, Debug)]
pub enum Rng {
    /// The operating system's source.
    System,
    /// SHA-256 over a seed and a counter: the same bytes at every run. For tests only.
    Seeded(u64, Arc<AtomicU64>),
}

impl Rng {
    /// A repeatable source.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(seed, Arc::new(AtomicU64::new(0)))
    }

    /// 32 random bytes.
    ///
    /// # Panics
    ///
    /// When the operating system has no randomness to give; nothing safe can be done then.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's randomness")]
    pub fn bytes(&self) -> [u8; 32] {
        match self {
            Self::System => {
                let mut bytes = [0; 32];
                getrandom::fill(&mut bytes).expect("the system's random source answers");
                bytes
            }
            Self::Seeded(seed, counter) => {
                let turn = counter.fetch_add(1, Ordering::SeqCst);
                Digest::sha256(format!("{seed} {turn}").as_bytes()).0
            }
        }
    }

    /// `2 × N` lower-case hexadecimal digits from `N` random bytes, `N` ≤ 32.
    #[must_use]
    pub fn hex<const N: usize>(&self) -> String {
        const { assert!(N <= 32) };
        hex::encode(&self.bytes()[..N])
    }

    /// Six random decimal digits, every one of the million as likely as any other.
    #[must_use]
    pub fn six_digits(&self) -> String {
        const FAIR_BELOW: u32 = u32::MAX / 1_000_000 * 1_000_000;
        loop {
            for chunk in self.bytes().chunks_exact(4) {
                let word = u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]);
                if word < FAIR_BELOW {
                    return format!("{:06}", word % 1_000_000);
                }
            }
        }
    }

    /// Ten random decimal digits, every number as likely as any other.
    #[must_use]
    pub fn ten_digits(&self) -> String {
        const FAIR_BELOW: u64 = u64::MAX / 10_000_000_000 * 10_000_000_000;
        loop {
            for chunk in self.bytes().as_chunks().0 {
                let word = u64::from_le_bytes(*chunk);
                if word < FAIR_BELOW {
                    return format!("{:010}", word % 10_000_000_000);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_sources_repeat_and_move_on() {
        let (a, b) = (Rng::seeded(7), Rng::seeded(7));
        let first = a.bytes();
        assert_eq!(first, b.bytes());
        assert_ne!(first, a.bytes());
        assert_ne!(first, Rng::seeded(8).bytes());
    }

    #[test]
    fn system_bytes_differ_and_codes_have_six_digits() {
        assert_ne!(Rng::System.bytes(), Rng::System.bytes());
        for _ in 0..1000 {
            let code = Rng::System.six_digits();
            assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
        }
        let order = Rng::System.ten_digits();
        assert!(order.len() == 10 && order.bytes().all(|b| b.is_ascii_digit()), "{order}");
        assert_eq!(Rng::System.hex::<16>().len(), 32);
    }
}
