//! `docs/adding-a-portal.md`, followed to the letter: its files are written, its commands typed, its output compared.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use std::{fs, path::Path};

use satu_tests::program::User;
use serde_json::json;

/// A fenced block: its kind, the file that it is, its text.
struct Block {
    kind: String,
    file: Option<String>,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_prefix("```") else { continue };
        let (kind, file) = fence.split_once(' ').map_or((fence, None), |(kind, file)| (kind, Some(file.to_owned())));
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        blocks.push(Block { kind: kind.to_owned(), file, text: text.join("\n") + "\n" });
    }
    blocks
}

/// Whether the output holds the lines of the page in their order. `…` stands for any lines, none included; what stands on a line may be its
/// end.
fn shows(output: &str, page: &[&str]) -> bool {
    let mut output = output.lines().map(str::trim_end);
    let mut skipping = false;
    page.iter().all(|wanted| {
        if *wanted == "…" {
            skipping = true;
            return true;
        }
        let fits = |line: &str| line.ends_with(wanted);
        if std::mem::take(&mut skipping) { output.any(fits) } else { output.next().is_some_and(fits) }
    })
}

fn follow(user: &User, console: &str) {
    let folder = user.folder();
    let data = folder.join("data");
    for command in console.split("$ ").filter(|command| !command.trim().is_empty()) {
        let (typed, page) = command.split_once('\n').unwrap();
        let typed = typed.replace("$SATU_DATA_DIR", &data.display().to_string());
        let words: Vec<&str> = typed.split_whitespace().collect();
        match words.as_slice() {
            ["cp", from, to] => {
                fs::create_dir_all(Path::new(to).parent().unwrap()).unwrap();
                fs::copy(folder.join(from), to).unwrap();
            }
            ["satu", words @ ..] => {
                let ran = user.command(words).current_dir(folder).output().unwrap();
                let text = String::from_utf8(ran.stdout).unwrap();
                let error = String::from_utf8(ran.stderr).unwrap();
                assert!(ran.status.success(), "{typed}: {error}");
                let page: Vec<&str> = page.lines().collect();
                assert!(shows(&text, &page), "{typed} prints\n{text}\nand not\n{}", page.join("\n"));
            }
            other => panic!("the page types {other:?}"),
        }
    }
}

#[test]
fn a_newcomer_who_follows_the_page_has_a_portal() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/adding-a-portal.md")).unwrap();
    let user = User::fresh();
    let mut commands = 0;
    for Block { kind, file, text } in blocks(&page) {
        match (kind.as_str(), file) {
            ("csv" | "toml", Some(file)) => fs::write(user.folder().join(file), text).unwrap(),
            ("console", None) => {
                follow(&user, &text);
                commands += 1;
            }
            (kind, file) => panic!("nobody runs a block of {kind} {file:?}"),
        }
    }
    assert_eq!(commands, 3);

    let file = user.folder().join("bursa.csv").display().to_string();
    let preview = user.json(&["preview", &file]);
    assert_eq!(
        (&preview["portal"], &preview["needs_mapping"], &preview["drift"]),
        (&json!("bursa"), &json!(false), &json!(null))
    );
    let rows = preview["rows"].as_array().unwrap();
    let siti = &rows[0]["fields"];
    assert_eq!((&siti["full_name"], &siti["phone"]), (&json!("Siti Aminah"), &json!("+6281234567801")));
    assert_eq!(siti["applied_at"], json!("2026-04-03T23:30:00+07:00"), "UTC, and the day first");
    assert_eq!((&siti["source_ref"], &siti["portal_standing"]), (&json!("B-001"), &json!("interview")));
    assert_eq!(siti["extras"], json!({ "HP Orang Tua": "081234567899" }), "a parent's number is nobody's contact");
    assert_eq!(rows[1]["fields"]["portal_standing"], json!("rejected"));
}
