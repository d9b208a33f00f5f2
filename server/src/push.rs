//! What is pushed to phones over `/ws`: one dispatcher reads what transactions have written to `events`, in the order of
//! their ids, and hands it to the sockets of those it is for.
//!
//! Nothing is pushed that is not committed, as it is read from the table; and nothing committed is forgotten, as the
//! table has it for a day: a phone that comes back names the last id it has, and gets what is missing from there.

mod client;
mod dispatch;
mod end;
mod feed;
mod handle;
mod hub;
mod outgoing;
mod socket;
mod wake;

pub use dispatch::{start, start_every};
pub use end::End;
pub use hub::{Hub, PER_USER, QUEUE};
pub use socket::{Arrival, MESSAGE_LIMIT_BYTES, run};
