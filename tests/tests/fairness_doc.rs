//! The worked example of docs/FAIRNESS.md: a shell without Fairwheel and the core find the same draws.

use std::{fmt::Write, fs, path::Path, process::Command};

use fairwheel_core::{
    draw::{ClientSeed, Count, DrawInput, Nonce},
    prize::PrizeTable,
};

fn block<'a>(doc: &'a str, language: &str) -> &'a str {
    let (_, rest) = doc.split_once(&format!("```{language}\n")).expect("the block is there");
    rest.split_once("```").expect("the block ends").0
}

#[test]
fn the_shell_finds_what_the_core_draws() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/FAIRNESS.md");
    let doc = fs::read_to_string(path).expect("the document is there");
    let shell = Command::new("bash").args(["-eu", "-c", block(&doc, "bash")]).output();
    let shell = shell.expect("this test needs bash and openssl: apt-get install bash openssl");
    assert!(shell.status.success(), "{}", String::from_utf8_lossy(&shell.stderr));
    assert_eq!(String::from_utf8_lossy(&shell.stdout), block(&doc, "text"));

    let (_, table) = doc.split_once("table='").expect("the table is there");
    let (_, seed) = doc.split_once("\nserver_seed=").expect("the seed is there");
    let table = PrizeTable::parse(table.split_once('\'').expect("it ends").0).expect("a valid table");
    let server_seed = seed[..64].parse().expect("64 digits");
    let input = DrawInput {
        table: &table,
        server_seed: &server_seed,
        client_seed: &ClientSeed::new("一二三").expect("a seed"),
        nonce: Nonce::new(1).expect("a nonce"),
        count: Count::new(2).expect("a count"),
    };
    let mut core =
        format!("table_hash {}\ncommitment {}\nkey        {}\n", table.hash(), server_seed.commitment(), input.key());
    let text = block(&doc, "text");
    core += text.lines().find(|line| line.starts_with("words")).expect("the words are there");
    core += "\n";
    for draw in input.draw_all(&[]) {
        writeln!(core, "ticket {} prize {} angle {}", draw.ticket, draw.prize_id, draw.angle).expect("a text grows");
    }
    assert_eq!(core, text);
}
