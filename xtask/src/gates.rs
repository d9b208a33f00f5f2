//! What the built wasm must be, so that every phone can load it.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use anyhow::{Context, Result, bail, ensure};

use crate::{debian, node, project::Project, sh, wasm};

const BROTLI_MAX_BYTES: u32 = 40 * 1024;
/// WeChat 8.0.9 on iOS loses exports of a function that has more names than this.
const EXPORTS_PER_FUNCTION_MAX: usize = 3;

pub(crate) fn run(project: &Project) -> Result<()> {
    if sh::on_path("wasm-validate").is_none() || sh::on_path("wasm-objdump").is_none() {
        debian::install("the WebAssembly Binary Toolkit", &["wabt"])?;
    }
    let file = wasm::package(project).join(wasm::WASM);
    let sizes = Sizes::of(project, &file)?;
    println!("Size: {}", sizes.text());
    let later = ["sign-extension", "saturating-float-to-int", "multi-value", "bulk-memory", "reference-types", "simd"];
    let mut validate = sh::command("wasm-validate");
    validate.arg("--disable-mutable-globals").args(later.map(|feature| format!("--disable-{feature}"))).arg(&file);
    sh::run(&mut validate).context("the wasm uses what old phones do not know")?;

    let mut problems = problems(&sh::capture(sh::command("wasm-objdump").arg("-x").arg(&file))?);
    if sizes.brotli > BROTLI_MAX_BYTES {
        problems.push(format!("has {} bytes as brotli, more than {BROTLI_MAX_BYTES}", sizes.brotli));
    }
    ensure!(problems.is_empty(), "the wasm does not suit every phone, since it\n  {}", problems.join("\n  "));
    println!("Plain WebAssembly 1.0, no exported Global, no 64-bit integer at the border: ok");
    Ok(())
}

/// Sizes in bytes.
#[derive(Debug)]
pub(crate) struct Sizes {
    raw: u32,
    gzip: u32,
    brotli: u32,
}

impl Sizes {
    pub(crate) fn of(project: &Project, file: &Path) -> Result<Self> {
        const SCRIPT: &str = "const { gzipSync, brotliCompressSync } = require('node:zlib');\
            const bytes = require('node:fs').readFileSync(process.argv[1]);\
            console.log(bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length);";
        let printed = sh::capture(node::node(project).args(["-e", SCRIPT]).arg(file))?;
        let numbers: Vec<u32> = printed.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let [raw, gzip, brotli] = numbers[..] else { bail!("unexpected sizes: {printed}") };
        Ok(Self { raw, gzip, brotli })
    }

    pub(crate) fn text(&self) -> String {
        let Self { raw, gzip, brotli } = self;
        format!("{raw} bytes raw, {gzip} gzip, {brotli} brotli (at most {BROTLI_MAX_BYTES})")
    }
}

/// Reads the section listing of `wasm-objdump -x`.
fn problems(listing: &str) -> Vec<String> {
    let mut wide_types = HashSet::new();
    let mut type_of_function = HashMap::new();
    let mut names = HashMap::<&str, Vec<&str>>::new();
    let mut problems = Vec::new();
    let mut section = "";
    for line in listing.lines() {
        let Some(item) = line.strip_prefix(" - ") else {
            section = line.split('[').next().unwrap_or_default();
            continue;
        };
        let index = between(item, "[", "]").unwrap_or_default();
        let signature = between(item, "sig=", " ").unwrap_or_default();
        match section {
            "Type" if item.contains("i64") => {
                wide_types.insert(index);
            }
            "Import" if item.starts_with("func[") && wide_types.contains(signature) => {
                problems.push(format!("imports a function with a 64-bit integer: {item}"));
            }
            "Function" => {
                type_of_function.insert(index, signature);
            }
            "Export" if item.starts_with("global[") => problems.push(format!("exports a Global: {item}")),
            "Export" if item.starts_with("func[") => {
                if type_of_function.get(index).is_some_and(|signature| wide_types.contains(signature)) {
                    problems.push(format!("exports a function with a 64-bit integer: {item}"));
                }
                names.entry(index).or_default().push(item);
            }
            _ => {}
        }
    }
    let crowded = names.values().filter(|names| names.len() > EXPORTS_PER_FUNCTION_MAX);
    problems.extend(crowded.map(|names| format!("exports one function under too many names: {}", names.join(", "))));
    if names.is_empty() {
        problems.push("exports no function".to_owned());
    }
    problems
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    Some(text.split_once(start)?.1.split(end).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
fairwheel_wasm.wasm:\tfile format wasm 0x1

Section Details:

Type[3]:
 - type[0] (i32, i32) -> nil
 - type[1] (i32, i64) -> i32
 - type[2] () -> i32
Import[1]:
 - func[0] sig=0 <./fairwheel_wasm_bg.js.__wbg_new> <- ./fairwheel_wasm_bg.js.__wbg_new
Function[2]:
 - func[1] sig=1 <inner>
 - func[2] sig=2 <draw>
Global[1]:
 - global[0] i32 mutable=1 - init i32=65536
Export[2]:
 - memory[0] -> \"memory\"
 - func[2] <draw> -> \"draw\"
";

    #[test]
    fn wide_integers_inside_are_nobodys_business() {
        assert_eq!(problems(GOOD), Vec::<String>::new());
    }

    #[test]
    fn what_old_phones_cannot_load_is_named() {
        let cases = [
            (" - func[2] <draw>", " - func[1] <inner>", "exports a function with a 64-bit integer"),
            ("- func[0] sig=0", "- func[0] sig=1", "imports a function with a 64-bit integer"),
            (" - memory[0] -> \"memory\"", " - global[0] -> \"__stack\"", "exports a Global"),
            (" - func[2] <draw> -> \"draw\"", "", "exports no function"),
            (
                " - memory[0] -> \"memory\"",
                " - func[2] -> \"a\"\n - func[2] -> \"b\"\n - func[2] -> \"c\"",
                "too many names",
            ),
        ];
        for (from, to, wanted) in cases {
            let found = problems(&GOOD.replace(from, to));
            assert!(found.len() == 1 && found[0].contains(wanted), "{wanted}: {found:?}");
        }
    }
}
