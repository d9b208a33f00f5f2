//! Random choices that a seed repeats.

use fairwheel_server::rng::Rng;

/// A source of choices.
#[derive(Debug)]
pub struct Chance(Rng);

impl Chance {
    /// The source of this seed.
    pub fn new(seed: u64) -> Self {
        Self(Rng::seeded(seed))
    }

    /// A seed that is another one at every call.
    pub fn any_seed() -> u64 {
        word(&Rng::System)
    }

    /// A number below `end`. Small numbers are as good as equally likely.
    pub fn below(&self, end: u64) -> u64 {
        word(&self.0) % end
    }

    /// One of these.
    pub fn one_of<'a, T>(&self, choices: &'a [T]) -> &'a T {
        let index = self.below(choices.len() as u64);
        &choices[usize::try_from(index).expect("an index")]
    }

    /// A seed for another source.
    pub fn seed(&self) -> u64 {
        word(&self.0)
    }
}

fn word(rng: &Rng) -> u64 {
    let bytes = rng.bytes();
    u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes"))
}
