//! Small files, each with one thing about its headers.

mod columns;
mod portals;
mod tables;

use super::*;
use crate::Limits;

fn survey_with(text: &str, choices: &Choices) -> Result<Survey, ReadError> {
    survey_named("pelamar.csv", text, choices)
}

fn survey_named(name: &str, text: &str, choices: &Choices) -> Result<Survey, ReadError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let mut source = SourceFile::open(file.path(), name, &Limits::default())?;
    survey(&mut source, &Registry::builtin().unwrap(), choices)
}

fn survey_of(text: &str) -> Survey {
    survey_with(text, &Choices::default()).unwrap()
}
