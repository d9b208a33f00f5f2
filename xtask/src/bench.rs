//! `cargo xtask bench`: core, wasm and the wheel's frames, each beside its limit. The server's is `cargo xtask load`.

use anyhow::Result;

use crate::{chromium, gates::Sizes, node, project::Project, sh, wasm};

pub(crate) fn run(project: &Project) -> Result<()> {
    wasm::build(project)?;
    let measured = wasm::build_for_bench(project)?;
    println!("\nNative");
    sh::run(sh::cargo(&project.root).args(["bench", "--package", "fairwheel-core", "--bench", "draw"]))?;
    println!("\nwasm in Node");
    sh::run(node::node(project).arg("wasm/bench.mjs").arg(measured))?;
    println!("\nA frame of the wheel, beside a painted disc alone and lucky-canvas");
    let chromium = chromium::ensure()?;
    sh::run(node::node(project).arg("miniprogram-glue/tests/bench-wheel.mjs").env("FAIRWHEEL_CHROMIUM", chromium))?;
    println!("\nwasm size");
    println!("{}", Sizes::of(project, &wasm::package(project).join(wasm::WASM))?.text());
    Ok(())
}
