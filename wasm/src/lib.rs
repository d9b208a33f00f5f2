//! `fairwheel-core` for phones and browsers: every function takes any JavaScript value and answers plain data or throws
//! `{code, message, field?}`. There is no logic here, only the way in and out.
//!
//! The module is built for the bundler target: its glue names no web API but the text codec, so the same two files
//! serve a WeChat mini-program (`WXWebAssembly`), a browser and Node.
#![deny(missing_docs)]

#[cfg(feature = "bench")]
mod bench;
mod draw;
mod error;
mod js;
mod points;
mod promotion;
mod read;
mod simulate;
mod table;
mod types;
mod wheel;

#[cfg(feature = "bench")]
pub use bench::{chacha_words, sha256};
pub use draw::{commitment, draw, draw_trace, verify};
pub use points::{client_seed_from_bytes, random_client_seed, receipt_points};
pub use promotion::{notice_text, promotion_check};
pub use simulate::{chi_square, simulate};
pub use table::{table_errors, table_from_spec, table_from_text};
pub use wheel::{rotation_for, sector_at, spin_rotation};

use wasm_bindgen::prelude::wasm_bindgen;

/// The one of the standard library is two kilobytes longer, packed.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// The name of the draw's algorithm, `fairwheel-draw-v1`.
#[must_use]
#[wasm_bindgen]
pub fn algorithm() -> String {
    fairwheel_core::draw::ALGORITHM.into()
}
