//! Prizes and the table that holds them: what can be won, how likely, and where on the wheel.

mod check;
mod text;

use alloc::{string::String, vec::Vec};

pub use check::{PrizeRef, TableError, TableField, TableProblem};
pub use text::{TableTextError, TextProblem};

use crate::{digest::Digest, wheel::Sector};

/// The sum of all weights of a table: probabilities are counted in ten-thousandths.
pub const WEIGHT_SUM: u32 = 10_000;

/// What kind of thing a prize is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum PrizeKind {
    /// Points, credited in the transaction of the draw.
    Points,
    /// A coupon that the restaurant honours.
    Coupon,
    /// A thing or a dish.
    Physical,
    /// Nothing, and said so.
    Empty,
}

impl PrizeKind {
    /// The kind with this [`PrizeKind::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Points, Self::Coupon, Self::Physical, Self::Empty].into_iter().find(|kind| kind.name() == name)
    }

    /// The name used in the canonical text and on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Coupon => "coupon",
            Self::Physical => "physical",
            Self::Empty => "empty",
        }
    }
}

/// One prize. A plain record: [`PrizeTable::new`] checks its ranges.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Prize {
    /// Identifier, 1..=2,147,483,647, unique in the table.
    pub id: u32,
    /// Start of the sector in whole degrees, 0..=359, clockwise, unique in the table.
    pub angle: u32,
    /// Probability in ten-thousandths, 0..=10,000. A prize of weight 0 is never won.
    pub weight: u32,
    /// What kind of thing it is.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: PrizeKind,
    /// Worth in hundredths (of a yuan; of a point for [`PrizeKind::Points`]), 0..=100,000,000.
    pub value_cents: u32,
    /// Whether it belongs to a temporary activity.
    pub is_activity: bool,
    /// Pieces promised in all since the prize was introduced, those won of earlier tables included; `None` is unlimited.
    pub stock: Option<u32>,
    /// Name, 1..=100 characters without control characters.
    pub name: String,
}

/// The contents of a table before they are checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct TableSpec {
    /// Price of one draw in points, 1..=1,000,000.
    pub cost: u32,
    /// Draws a user may make in a day, 1..=10,000.
    pub daily_limit: u32,
    /// The [`PrizeKind::Empty`] prize of unlimited stock given in place of one that has run out.
    pub fallback: Option<u32>,
    /// 2..=100 prizes.
    pub prizes: Vec<Prize>,
}

/// A valid prize table: its prizes are in order of angle, its weights add up to [`WEIGHT_SUM`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrizeTable {
    spec: TableSpec,
    /// `cumulative[i]` = the weights of prizes `0..=i`, added up.
    cumulative: Vec<u32>,
    sectors: Vec<Sector>,
    text: String,
    hash: Digest,
}

impl PrizeTable {
    /// Checks `spec` and puts its prizes in order of angle.
    ///
    /// # Errors
    ///
    /// The first of [`TableSpec::errors`].
    pub fn new(mut spec: TableSpec) -> Result<Self, TableError> {
        if let Some(&error) = spec.errors().first() {
            return Err(error);
        }
        // A hundred prizes at the most: the sort of the standard library is two kilobytes of code.
        let mut prizes: Vec<Prize> = Vec::new();
        for prize in core::mem::take(&mut spec.prizes) {
            prizes.insert(prizes.partition_point(|before| before.angle < prize.angle), prize);
        }
        spec.prizes = prizes;
        let cumulative = spec
            .prizes
            .iter()
            .scan(0_u32, |sum, prize| {
                *sum = sum.saturating_add(prize.weight);
                Some(*sum)
            })
            .collect();
        let next = spec.prizes.iter().cycle().skip(1);
        let sectors = spec.prizes.iter().zip(next).map(|(prize, next)| Sector::between(prize.angle, next.angle));
        let text = text::write(&spec);
        Ok(Self { cumulative, sectors: sectors.collect(), hash: Digest::sha256(text.as_bytes()), text, spec })
    }

    /// Reads the canonical text; any other spelling of the same table is refused.
    ///
    /// # Errors
    ///
    /// [`TableTextError`] names the line, or the prize and field, that is wrong.
    pub fn parse(text: &str) -> Result<Self, TableTextError> {
        text::read(text)
    }

    /// The canonical text (`fairwheel-table-v1`), one line feed after each line.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 of the canonical text.
    #[must_use]
    pub fn hash(&self) -> Digest {
        self.hash
    }

    /// Price of one draw in points.
    #[must_use]
    pub fn cost(&self) -> u32 {
        self.spec.cost
    }

    /// Draws a user may make in a day.
    #[must_use]
    pub fn daily_limit(&self) -> u32 {
        self.spec.daily_limit
    }

    /// The prize given in place of one that has run out.
    #[must_use]
    pub fn fallback(&self) -> Option<u32> {
        self.spec.fallback
    }

    /// The prizes in order of angle.
    #[must_use]
    pub fn prizes(&self) -> &[Prize] {
        &self.spec.prizes
    }

    /// The sectors, one a prize, in the same order.
    #[must_use]
    pub fn sectors(&self) -> &[Sector] {
        &self.sectors
    }

    /// The prize with this id.
    #[must_use]
    pub fn prize(&self, id: u32) -> Option<&Prize> {
        self.index_of(id).map(|index| self.at(index))
    }

    /// The checked contents, prizes in order of angle.
    #[must_use]
    pub fn spec(&self) -> &TableSpec {
        &self.spec
    }

    /// Where in [`PrizeTable::prizes`] the prize with this id is.
    #[must_use]
    pub fn index_of(&self, id: u32) -> Option<usize> {
        self.prizes().iter().position(|prize| prize.id == id)
    }

    /// Index of the prize that `ticket` (0..10,000) wins: the first whose cumulative weight exceeds it.
    ///
    /// Counting instead of searching: no branch to mispredict, and the compiler makes it a few vector instructions.
    pub(crate) fn index_of_ticket(&self, ticket: u32) -> usize {
        self.cumulative.iter().map(|&sum| u32::from(sum <= ticket)).sum::<u32>() as usize
    }

    /// The prize at an index that this table gave out.
    #[expect(clippy::indexing_slicing, reason = "indices come from this table, whose prizes never change")]
    pub(crate) fn at(&self, index: usize) -> &Prize {
        &self.spec.prizes[index]
    }

    /// The sector at an index that this table gave out.
    #[expect(clippy::indexing_slicing, reason = "indices come from this table, whose sectors never change")]
    pub(crate) fn sector(&self, index: usize) -> Sector {
        self.sectors[index]
    }

    /// The prize after (`true`) or before `index`, around the circle.
    pub(crate) fn neighbour(&self, index: usize, after: bool) -> &Prize {
        let last = self.spec.prizes.len().saturating_sub(1);
        self.at(match (after, index) {
            (true, index) if index == last => 0,
            (true, index) => index.saturating_add(1),
            (false, 0) => last,
            (false, index) => index.saturating_sub(1),
        })
    }
}
