//! `cargo xtask openapi`: writes the committed copy of the description of the HTTP interface.

use std::fs;

use anyhow::Result;

use crate::{project::Project, sh};

const COPY: &str = "docs/openapi.json";

pub(crate) fn run(project: &Project) -> Result<()> {
    let mut server = sh::cargo(&project.root);
    let text = sh::capture(server.args(["run", "--quiet", "--package", "fairwheel-server", "--", "openapi"]))?;
    fs::write(project.root.join(COPY), text)?;
    println!("{COPY} is what the code gives");
    Ok(())
}
