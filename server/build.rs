//! Tells Cargo about the folders that macros read: it does not watch them by itself.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    // Only a release build embeds the page; a debug build reads it as it is asked for.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../www-demo");
    }
}
