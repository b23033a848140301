//! What a portal's files look like, as data: one TOML file for each portal in `definitions/`, and those that a user adds.
//!
//! Here stand the shape of such a file and its limits; [`registry`] makes the known ones ready for look-ups, [`check`] tells an author how
//! her file fares, [`saved`] writes one from a mapping that HR confirmed. It must not know a file's cells. To add a portal, add a file: see
//! `docs/adding-a-portal.md`.

pub(crate) mod check;
mod registry;
mod saved;
mod shape;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use satu_core::application::{Field, PortalStanding};
use satu_core::import::mapping::DateOrder;
use serde::{Deserialize, Serialize};

use crate::header::header_key;
pub use registry::Registry;
pub(crate) use registry::{Alias, Entry};
pub use saved::Unfit;

/// One portal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The stable word by which the portal is known: `glints`.
    pub id: String,
    /// The name that people read: `Glints`.
    pub name: String,
    /// Words that make a header somebody else's (`Emergency`, `Ibu`, `Company`): such a header is never even suggested for a field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decoys: Vec<String>,
    /// Words that make a header a wish (`Lokasi yang Diinginkan`): nothing but a salary is suggested for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wishes: Vec<String>,
    /// Remarks in brackets that do not change what a header means (`wajib`, `aktif`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// How columns about somebody else are told where only a header to their left says so.
    #[serde(default, skip_serializing_if = "Others::is_empty")]
    pub others: Others,
    /// How a file of this portal is told from others.
    #[serde(default)]
    pub recognise: Recognise,
    /// What its columns mean.
    #[serde(default, rename = "column")]
    pub columns: Vec<ColumnDefinition>,
    /// The portal's status words and what they mean. Where any are listed, every other word is told as a problem.
    #[serde(default, rename = "status", skip_serializing_if = "BTreeMap::is_empty")]
    pub statuses: BTreeMap<String, PortalStanding>,
    /// The header lines that its exports were seen with, oldest first: a file that differs from them is told (*drift*).
    #[serde(default, rename = "layout", skip_serializing_if = "Vec::is_empty")]
    pub layouts: Vec<LayoutVersion>,
}

/// Somebody beside the applicant, and the columns that are hers: `Kontak Darurat`, and to its right a plain `No. HP`. All are words in small
/// letters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Others {
    /// People (`penjamin`, `ibu`). They are decoys, too.
    pub people: Vec<String>,
    /// Firms (`perusahaan`). They are decoys, too.
    pub firms: Vec<String>,
    /// What may stand beside them in a header that names one of them and tells nothing else (`nama`, `terakhir`).
    pub beside: Vec<String>,
    /// Words of headers that tell more of whoever was named (`usia`) and are no field.
    pub more: Vec<String>,
    /// Words by which a header is the applicant's wherever it stands (`pelamar`, `dilamar`).
    pub applicant: Vec<String>,
}

impl Others {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How a file of a portal is told from others.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recognise {
    /// Header lines of files of this portal as CSV, each of which must be recognised; a test holds every definition to its own.
    pub examples: Vec<String>,
    /// Header -> how far its presence alone speaks for this portal, above 0 and below 1; below 0 and above -1 it speaks against.
    pub headers: BTreeMap<String, f64>,
    /// A piece of a cell -> how far it speaks for this portal, above 0 and below 1 (`@indeedemail.com`).
    pub values: BTreeMap<String, f64>,
}

/// One meaning and the headers that have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnDefinition {
    /// What the column means.
    pub field: Field,
    /// The headers, the surest first. Case, spaces and punctuation do not matter. `{n}` stands for a number that ties a question to its answer.
    pub aliases: Vec<String>,
    /// The zone of times that name none; Jakarta if absent. For `applied_at` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
    /// The order of day and month where the cells do not tell it and the portal is known to keep to one. For dates only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// What the portal writes between several contacts in one cell (`;`). For phones and emails only; their usual separators need no telling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<char>,
}

/// A header line that a portal's export was seen with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayoutVersion {
    /// When, or in which language: `2026-04`.
    pub version: String,
    /// Its headers.
    pub headers: Vec<String>,
}

/// The zone of a portal's times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeZone {
    /// Coordinated Universal Time, seven hours behind Jakarta.
    Utc,
    /// Western Indonesian Time.
    Jakarta,
}

/// A definition that cannot be used: which file, where in it, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionError {
    /// The file's name.
    pub file: String,
    /// The line, the first being 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong, naming the key.
    pub message: String,
}

impl fmt::Display for DefinitionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}, line {line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for DefinitionError {}

/// What is wrong in a definition, and the word in whose last line it stands.
struct Fault {
    word: String,
    message: String,
}

impl Fault {
    fn at(word: &str, message: String) -> Self {
        Self { word: word.to_owned(), message }
    }

    fn told(self, file: &str, text: &str) -> DefinitionError {
        DefinitionError { file: file.to_owned(), line: line_of(text, &self.word), message: self.message }
    }
}

impl Definition {
    /// Words that make a header somebody else's: decoys, people and firms.
    pub(crate) fn words_of_others(&self) -> impl Iterator<Item = &String> {
        self.decoys.iter().chain(&self.others.people).chain(&self.others.firms)
    }

    /// Reads a definition.
    ///
    /// # Errors
    /// Not TOML of this shape, an unknown key, a value out of its bounds. What other definitions must be known for is not asked here: see
    /// [`Registry`].
    pub fn parse(file: &str, text: &str) -> Result<Self, DefinitionError> {
        let (definition, wrong) = Self::read(file, text);
        wrong.into_iter().next().map_or(Ok(definition), Err)
    }

    /// As much of a definition as can be read, and everything that is wrong with it by its lines; it is whole if that is nothing.
    fn read(file: &str, text: &str) -> (Self, Vec<DefinitionError>) {
        let (definition, mut wrong) = shape::read(file, text);
        wrong.extend(definition.faults().into_iter().map(|fault| fault.told(file, text)));
        wrong.sort_by_key(|error| error.line.unwrap_or(usize::MAX));
        (definition, wrong)
    }

    /// The header lines of [`Recognise::examples`] and [`Definition::layouts`], split into headers.
    pub(crate) fn header_lines(&self) -> Vec<Vec<String>> {
        let examples = self.recognise.examples.iter().map(|line| split_line(line));
        examples.chain(self.layouts.iter().map(|layout| layout.headers.clone())).collect()
    }

    fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.id.is_empty()
            || !self.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        {
            faults.push(Fault::at("id", format!("id: “{}” may hold a-z, 0-9 and _ only", self.id)));
        }
        if self.name.trim().is_empty() {
            faults.push(Fault::at("name", "name: it may not be empty".to_owned()));
        }
        faults.extend(self.recognise.faults());
        faults.extend(self.columns.iter().filter_map(ColumnDefinition::fault));
        self.column_faults(&mut faults);
        self.status_faults(&mut faults);
        self.layout_faults(&mut faults);
        faults
    }

    fn column_faults(&self, faults: &mut Vec<Fault>) {
        let mut known = BTreeSet::new();
        for field in self.columns.iter().map(|column| column.field) {
            if !known.insert(field) {
                let field = field.as_str();
                let message = format!("column: “{field}” stands there twice; list all its aliases under one");
                faults.push(Fault::at(field, message));
            }
        }
    }

    fn status_faults(&self, faults: &mut Vec<Fault>) {
        let mut known = BTreeSet::new();
        for word in self.statuses.keys() {
            let key = header_key(word);
            if key.is_empty() {
                faults.push(Fault::at(word, format!("status: “{word}” holds no letter and no digit")));
            } else if !known.insert(key) {
                faults.push(Fault::at(word, format!("status: “{word}” stands there twice")));
            }
        }
    }

    fn layout_faults(&self, faults: &mut Vec<Fault>) {
        let mut known = BTreeSet::new();
        for LayoutVersion { version, headers } in &self.layouts {
            if headers.iter().filter(|header| !header_key(header).is_empty()).count() < 2 {
                faults.push(Fault::at(version, format!("layout: “{version}” needs two headers or more")));
            } else if !known.insert(version) {
                faults.push(Fault::at(version, format!("layout: version “{version}” stands there twice")));
            }
        }
    }
}

impl Recognise {
    fn faults(&self) -> Vec<Fault> {
        let out_of_bounds =
            |weight: f64, least: f64| weight == 0.0 || weight <= least || weight >= 1.0 || weight.is_nan();
        let headers = self.headers.iter().filter(|(_, weight)| out_of_bounds(**weight, -1.0)).map(|(header, _)| {
            let message = format!("recognise: “{header}” must weigh more than 0 and less than 1 (or the same below 0)");
            Fault::at(header, message)
        });
        let values =
            self.values.iter().filter(|(value, weight)| value.trim().is_empty() || out_of_bounds(**weight, 0.0));
        let values = values.map(|(value, _)| {
            Fault::at(value, format!("recognise: the value “{value}” must weigh more than 0 and less than 1"))
        });
        headers.chain(values).collect()
    }
}

impl ColumnDefinition {
    fn fault(&self) -> Option<Fault> {
        let dated = matches!(self.field, Field::BirthDate | Field::AppliedAt);
        let contact = matches!(self.field, Field::Phone | Field::Whatsapp | Field::Email);
        let misplaced = |key: &str, fits: &str| Some(Fault::at(key, format!("{key}: it fits {fits} only")));
        match (self.time_zone, self.date_order, self.separator) {
            (Some(_), ..) if self.field != Field::AppliedAt => misplaced("time_zone", "applied_at"),
            (_, Some(_), _) if !dated => misplaced("date_order", "birth_date and applied_at"),
            (_, Some(DateOrder::Unambiguous | DateOrder::Undecided), _) => {
                Some(Fault::at("date_order", "date_order: it is day_first or month_first".to_owned()))
            }
            (_, _, Some(_)) if !contact => misplaced("separator", "phone, whatsapp and email"),
            (_, _, Some(mark)) if mark.is_alphanumeric() || mark.is_whitespace() || "+@.-_".contains(mark) => {
                Some(Fault::at("separator", format!("separator: “{mark}” stands inside contacts too")))
            }
            _ => None,
        }
    }
}

/// A header line as CSV.
fn split_line(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
    let record = reader.records().next().and_then(Result::ok).unwrap_or_default();
    record.iter().map(str::to_owned).collect()
}

/// The last line on which a word stands: what stands twice is wrong where it stands the second time. A key is looked for at the beginning
/// of a line first.
fn line_of(text: &str, word: &str) -> Option<usize> {
    let lines = || text.lines().enumerate();
    let key = lines()
        .find(|(_, line)| line.trim_start().strip_prefix(word).is_some_and(|rest| rest.trim_start().starts_with('=')));
    let quoted = format!("\"{word}\"");
    key.or_else(|| lines().filter(|(_, line)| line.contains(&quoted)).last())
        .or_else(|| lines().filter(|(_, line)| line.contains(word)).last())
        .map(|(at, _)| at + 1)
}
