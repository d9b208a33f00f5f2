//! Scripts without their comments: a quarter of what they would weigh, and nothing that a browser needs.

/// Takes out the comments that have their lines to themselves. To find the others, one would have to read the language. The
/// lines stay, empty: an error is at the line where the file has it.
pub(super) fn without(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut is_inside = false;
    for line in script.split_inclusive('\n') {
        let text = line.trim();
        let begins = !is_inside && text.starts_with("/*");
        if !is_inside && !begins {
            kept.push_str(if text.starts_with("//") { "\n" } else { line });
            continue;
        }
        // A comment is at least `/**/` long.
        match text.get(if begins { 2 } else { 0 }..).unwrap_or_default().split_once("*/") {
            None => is_inside = true,
            Some((_, "")) => is_inside = false,
            // Code stands behind it.
            Some((_, code)) if is_inside => {
                is_inside = false;
                kept.push_str(code);
            }
            Some(_) => {
                kept.push_str(line);
                continue;
            }
        }
        kept.push('\n');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_lines_stay() {
        for (script, kept) in [
            ("/** Says it. */\nf();\n", "\nf();\n"),
            (
                "/**\n * @param {string} a\n */\nfunction f(a) {\n  // why\n  g(a);\n}\n",
                "\n\n\nfunction f(a) {\n\n  g(a);\n}\n",
            ),
            ("  /** @type {A} */\n  let a = b; // here\n", "\n  let a = b; // here\n"),
            ("/** @type {A} */ (a).b();\n", "/** @type {A} */ (a).b();\n"),
            ("/* a\n * b */ f();\n", "\n f();\n"),
            ("const a = `\nb */ c\n`;\n", "const a = `\nb */ c\n`;\n"),
            ("a\n  * b;\n", "a\n  * b;\n"),
            ("/* a\r\n// b\r\n*/\r\nf();\r\n", "\n\n\nf();\r\n"),
            ("/***/\n//", "\n\n"),
            ("/*/\nf();\n*/\n", "\n\n\n"),
            ("", ""),
        ] {
            assert_eq!(without(script), kept, "{script}");
        }
    }
}
