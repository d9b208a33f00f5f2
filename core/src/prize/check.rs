//! What makes a table valid. Every rule is here, and each refusal names the prize and the field.

use alloc::vec::Vec;
use core::fmt;

use super::{Prize, PrizeKind, TableSpec, WEIGHT_SUM};

/// Why a table is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub struct TableError {
    /// The prize at fault, if it is one prize.
    pub prize: Option<PrizeRef>,
    /// The field at fault.
    pub field: TableField,
    /// What is wrong with it.
    pub problem: TableProblem,
}

/// Names a prize of the table as it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrizeRef {
    /// Position in the list as given, from 0.
    pub index: usize,
    /// Its id.
    pub id: u32,
}

/// A field of a table or of one of its prizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TableField {
    /// Price of a draw.
    Cost,
    /// Draws a day.
    DailyLimit,
    /// The prize given in place of one that ran out.
    Fallback,
    /// The list of prizes.
    Prizes,
    /// A prize's id.
    Id,
    /// A prize's sector start.
    Angle,
    /// A prize's probability.
    Weight,
    /// A prize's worth.
    Value,
    /// A prize's name.
    Name,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableProblem {
    /// A number outside its range.
    #[error("{value} is outside {min}..={max}")]
    OutOfRange {
        /// The number given.
        value: u64,
        /// Smallest number allowed.
        min: u32,
        /// Largest number allowed.
        max: u32,
    },
    /// Another prize has the same.
    #[error("{value} is used by an earlier prize")]
    Duplicate {
        /// The id or angle.
        value: u32,
    },
    /// The weights do not add up to 10,000.
    #[error("weights add up to {sum}, not 10000")]
    WeightSum {
        /// What they add up to, in ten-thousandths.
        sum: u64,
    },
    /// The sector ends less than 2° after it starts.
    #[error("the sector is {degrees}° wide, less than 2°")]
    TooNarrow {
        /// Its width in degrees.
        degrees: u32,
    },
    /// The name has a control character.
    #[error("control characters are not allowed")]
    ControlCharacter,
    /// A prize has limited stock, but nothing is given when it runs out.
    #[error("a prize has limited stock, so a fallback is needed")]
    FallbackNeeded,
    /// No prize has the fallback's id.
    #[error("no prize has id {id}")]
    FallbackUnknown {
        /// The id given.
        id: u32,
    },
    /// The fallback is not of type `empty`.
    #[error("prize {id} is not of type empty")]
    FallbackNotEmpty {
        /// The id given.
        id: u32,
    },
    /// The fallback could itself run out.
    #[error("prize {id} has limited stock")]
    FallbackLimited {
        /// The id given.
        id: u32,
    },
}

impl TableField {
    /// The field's name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::DailyLimit => "daily_limit",
            Self::Fallback => "fallback",
            Self::Prizes => "prizes",
            Self::Id => "id",
            Self::Angle => "angle",
            Self::Weight => "weight",
            Self::Value => "value_cents",
            Self::Name => "name",
        }
    }
}

impl TableProblem {
    /// A stable name for programs to switch on.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OutOfRange { .. } => "out_of_range",
            Self::Duplicate { .. } => "duplicate",
            Self::WeightSum { .. } => "weight_sum",
            Self::TooNarrow { .. } => "too_narrow",
            Self::ControlCharacter => "control_character",
            Self::FallbackNeeded => "fallback_needed",
            Self::FallbackUnknown { .. } => "fallback_unknown",
            Self::FallbackNotEmpty { .. } => "fallback_not_empty",
            Self::FallbackLimited { .. } => "fallback_limited",
        }
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(PrizeRef { index, id }) = self.prize {
            write!(f, "prizes[{index}] (id {id}): ")?;
        }
        write!(f, "{}: {}", self.field.name(), self.problem)
    }
}

impl TableSpec {
    /// Everything that is wrong with this table; empty if it is valid.
    #[must_use]
    pub fn errors(&self) -> Vec<TableError> {
        let mut errors = Vec::new();
        let mut table = |field, problem| errors.push(TableError { prize: None, field, problem });
        range(self.cost.into(), 1, 1_000_000, |problem| table(TableField::Cost, problem));
        range(self.daily_limit.into(), 1, 10_000, |problem| table(TableField::DailyLimit, problem));
        range(self.prizes.len() as u64, 2, 100, |problem| table(TableField::Prizes, problem));
        if let Some(problem) = self.fallback_problem() {
            table(TableField::Fallback, problem);
        }
        let sum = self.prizes.iter().map(|prize| u64::from(prize.weight)).sum();
        if sum != u64::from(WEIGHT_SUM) {
            table(TableField::Weight, TableProblem::WeightSum { sum });
        }
        // A list far too long is not worth a closer look, which takes a time that grows with its square.
        if self.prizes.len() <= 100 {
            self.check_prizes(&mut errors);
        }
        errors
    }

    fn check_prizes(&self, errors: &mut Vec<TableError>) {
        for (index, prize) in self.prizes.iter().enumerate() {
            let named = Some(PrizeRef { index, id: prize.id });
            let mut refuse = |field, problem| errors.push(TableError { prize: named, field, problem });
            range(prize.id.into(), 1, 2_147_483_647, |problem| refuse(TableField::Id, problem));
            range(prize.angle.into(), 0, 359, |problem| refuse(TableField::Angle, problem));
            range(prize.weight.into(), 0, WEIGHT_SUM, |problem| refuse(TableField::Weight, problem));
            range(prize.value_cents.into(), 0, 100_000_000, |problem| refuse(TableField::Value, problem));
            range(prize.name.chars().count() as u64, 1, 100, |problem| refuse(TableField::Name, problem));
            if prize.name.chars().any(char::is_control) {
                refuse(TableField::Name, TableProblem::ControlCharacter);
            }
            let mut before = self.prizes.iter().take(index);
            if before.clone().any(|other| other.id == prize.id) {
                refuse(TableField::Id, TableProblem::Duplicate { value: prize.id });
            }
            if before.any(|other| other.angle == prize.angle) {
                refuse(TableField::Angle, TableProblem::Duplicate { value: prize.angle });
            } else if let Some(degrees) = self.narrow(prize) {
                refuse(TableField::Angle, TableProblem::TooNarrow { degrees });
            }
        }
    }

    /// The width in degrees of this prize's sector if the next one starts less than 2° after it.
    fn narrow(&self, prize: &Prize) -> Option<u32> {
        let next = prize.angle.saturating_add(1);
        let next = if next >= 360 { next.saturating_sub(360) } else { next };
        self.prizes.iter().any(|other| other.angle == next).then_some(1)
    }

    fn fallback_problem(&self) -> Option<TableProblem> {
        let Some(id) = self.fallback else {
            let limited = self.prizes.iter().any(|prize| prize.stock.is_some());
            return limited.then_some(TableProblem::FallbackNeeded);
        };
        match self.prizes.iter().find(|prize| prize.id == id) {
            None => Some(TableProblem::FallbackUnknown { id }),
            Some(prize) if prize.kind != PrizeKind::Empty => Some(TableProblem::FallbackNotEmpty { id }),
            Some(prize) if prize.stock.is_some() => Some(TableProblem::FallbackLimited { id }),
            Some(_) => None,
        }
    }
}

fn range(value: u64, min: u32, max: u32, refuse: impl FnOnce(TableProblem)) {
    if !(u64::from(min)..=u64::from(max)).contains(&value) {
        refuse(TableProblem::OutOfRange { value, min, max });
    }
}
