//! `cargo xtask load`: release builds, measured on each engine.

use anyhow::{Result, bail};

use crate::{
    mariadb::{self, MariaDb},
    project::Project,
    sh,
};

const ENGINE: &str = "--engine";
const SQLITE: &str = "sqlite";
const MARIADB: &str = "mariadb";

/// Opens as many files as the system lets it: each socket is one. The server started by it may as well.
const MANY_FILES: &str = r#"ulimit -n "$(ulimit -H -n)" 2>/dev/null; exec "$@""#;

pub(crate) fn run(project: &Project, words: &[&str]) -> Result<()> {
    let (mut engines, options) = engines(words)?;
    if options.iter().any(|word| matches!(*word, "--help" | "-h")) {
        engines = vec![SQLITE];
    }
    let release = project.target.join("release");
    // Together, so that what both need is built once.
    let mut build = sh::cargo(&project.root);
    build.args(["build", "--release", "--package", "fairwheel-server", "--package", "fairwheel-tests"]);
    sh::run(build.args(["--bin", "fairwheel-server", "--bin", "load"]))?;
    for engine in engines {
        let mut load = sh::command("sh");
        load.args(["-c", MANY_FILES, "load"]).arg(release.join("load"));
        load.arg("--server").arg(release.join("fairwheel-server")).args(&options);
        if engine == MARIADB {
            let mariadb = MariaDb::durable()?;
            sh::run(load.env(mariadb::VARIABLE, &mariadb.address))?;
        } else {
            sh::run(load.env_remove(mariadb::VARIABLE))?;
        }
    }
    Ok(())
}

/// The engines that were chosen, and the options of the program that measures.
fn engines<'a>(words: &[&'a str]) -> Result<(Vec<&'a str>, Vec<&'a str>)> {
    let words: Vec<&str> = words
        .iter()
        .flat_map(|word| word.split_once("--engine=").map_or(vec![*word], |(_, engine)| vec![ENGINE, engine]))
        .collect();
    let Some(at) = words.iter().position(|word| *word == ENGINE) else {
        return Ok((vec![SQLITE, MARIADB], words));
    };
    match words.get(at + 1) {
        Some(&engine @ (SQLITE | MARIADB)) if !words[at + 2..].contains(&ENGINE) => {
            let options = words[..at].iter().chain(&words[at + 2..]).copied().collect();
            Ok((vec![engine], options))
        }
        _ => bail!("{ENGINE} is {SQLITE} or {MARIADB}, and named once"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_is_ours_and_the_rest_is_passed_on() {
        assert_eq!(engines(&["--ws", "5"]).unwrap(), (vec![SQLITE, MARIADB], vec!["--ws", "5"]));
        let words = ["--ws", "5", "--engine", "sqlite", "--conns", "2"];
        assert_eq!(engines(&words).unwrap(), (vec![SQLITE], vec!["--ws", "5", "--conns", "2"]));
        assert_eq!(engines(&["--engine=mariadb", "--json"]).unwrap(), (vec![MARIADB], vec!["--json"]));
        for words in [&["--engine"][..], &["--engine", "oracle"], &["--engine=sqlite", "--engine", "mariadb"]] {
            assert!(engines(words).unwrap_err().to_string().contains("sqlite or mariadb"));
        }
    }
}
