//! Builds only as long as fairwheel-core links no std.
//!
//! std brings a panic handler, and a program may have only one: with the one below, the compiler refuses std wherever
//! in the tree of dependencies it comes in.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "leak-std")]
extern crate std;

use core::panic::PanicInfo;

#[panic_handler]
fn stop(_: &PanicInfo<'_>) -> ! {
    loop {}
}

pub use fairwheel_core as core_under_test;
