//! The core of Fairwheel: prize tables, the wheel, the seeded draw, its proof, and the rules of points.
//!
//! Everything here is a pure function of its arguments: no input or output, no clock, no random source, and, outside
//! the statistics of [`simulate`], no floating point. The server links this crate natively to commit draws; phones and
//! browsers run the same code as WebAssembly to check them. `docs/FAIRNESS.md` is the specification in words.
//!
//! | unit | meaning |
//! |---|---|
//! | angle, offset, width, rotation | hundredths of a degree, clockwise; a full turn is 36,000 |
//! | weight | ten-thousandths of the whole wheel; a table adds up to 10,000 |
//! | value, amount | hundredths (of a yuan, of a point) |
//! | points | whole points |
//!
//! ```
//! use fairwheel_core::{draw::{ClientSeed, Count, DrawInput, Nonce, ServerSeed}, prize::PrizeTable};
//!
//! let table = PrizeTable::parse(
//!     "fairwheel-table-v1\ncost 100\ndaily_limit 10\nfallback -\n\
//!      prize 1 0 500 coupon 8800 1 - 八八折券\nprize 2 90 9500 empty 0 0 - 谢谢参与\n",
//! )?;
//! let server_seed = ServerSeed::from_bytes([7; 32]);
//! let input = DrawInput {
//!     table: &table,
//!     server_seed: &server_seed,
//!     client_seed: &ClientSeed::new("chosen by the phone")?,
//!     nonce: Nonce::new(1)?,
//!     count: Count::new(1)?,
//! };
//! let results = input.draw_all(&[]);
//! assert_eq!(results[0].prize_id, 2);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
#![no_std]
#![deny(missing_docs)]
#![deny(clippy::float_arithmetic, clippy::arithmetic_side_effects, clippy::indexing_slicing)]

extern crate alloc;

pub mod digest;
pub mod draw;
pub mod points;
pub mod prize;
pub mod promotion;
pub mod proof;
pub mod simulate;
pub mod wheel;
