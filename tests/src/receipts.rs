//! Receipts that are drawn: eight layouts in eight faces, as a phone would photograph them.
//!
//! The same seed draws the same receipt on every machine that has the same fonts.

mod bill;
mod camera;
mod layout;
mod paint;

pub use paint::Fonts;

use crate::chance::Chance;

/// A photo of a receipt, and what was paid.
#[derive(Debug)]
pub struct Receipt {
    /// The photo.
    pub jpeg: Vec<u8>,
    /// What the diner paid, in cents.
    pub cents: i64,
    /// How it is laid out.
    pub layout: &'static str,
    /// What it is printed in.
    pub face: &'static str,
}

/// Draws the receipt of this seed. The layouts take turns.
pub fn draw(fonts: &Fonts, seed: u64) -> Receipt {
    let chance = Chance::new(seed);
    let bill = bill::Bill::new(&chance);
    let (layout, write) = layout::of(seed);
    let slip = write(&bill, &chance);
    let (face, font) = fonts.any(&chance);
    let ink = paint::print(&slip, font, &chance);
    Receipt { jpeg: camera::photograph(&ink, &chance), cents: bill.paid(), layout, face }
}
