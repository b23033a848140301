//! What a portal's files look like, as data: one TOML file for each portal in `definitions/`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use satu_core::application::Field;
use satu_core::import::mapping::DateOrder;
use serde::{Deserialize, Serialize};

use crate::header::{header_key, header_words};

/// One portal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The stable word by which the portal is known: `glints`.
    pub id: String,
    /// The name that people read: `Glints`.
    pub name: String,
    /// How a file of this portal is told from others.
    #[serde(default)]
    pub recognise: Recognise,
    /// What its columns mean.
    #[serde(default, rename = "column")]
    pub columns: Vec<ColumnDefinition>,
    /// Words that make a header somebody else's (`Emergency`, `Ibu`, `Company`): such a header is never even suggested for a field.
    #[serde(default)]
    pub decoys: Vec<String>,
    /// Remarks in brackets that do not change what a header means (`wajib`, `aktif`).
    #[serde(default)]
    pub remarks: Vec<String>,
}

/// How a file of a portal is told from others.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recognise {
    /// Header -> how far its presence alone speaks for this portal, above 0 and below 1; below 0 and above -1 it speaks against.
    pub headers: BTreeMap<String, f64>,
    /// A piece of a cell -> how far it speaks for this portal, above 0 and below 1 (`@indeedemail.com`).
    pub values: BTreeMap<String, f64>,
    /// Header lines of files of this portal, separated by commas, each of which must be recognised; a test holds every definition to
    /// its own.
    pub examples: Vec<String>,
}

/// One meaning and the headers that have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnDefinition {
    /// What the column means.
    pub field: Field,
    /// The headers, the surest first. Case, spaces and punctuation do not matter. `{n}` stands for a number that ties a question to its answer.
    pub aliases: Vec<String>,
    /// The zone of times that name none; Jakarta if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<TimeZone>,
    /// The order of day and month where the cells do not tell it and the portal is known to keep to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
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

/// The known portals.
#[derive(Debug, Clone)]
pub struct Registry {
    entries: Vec<Entry>,
    /// Every header that any definition knows.
    known: HashSet<String>,
}

/// A definition and its headers made ready for look-ups.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) definition: Definition,
    aliases: HashMap<String, Alias>,
    patterns: Vec<Pattern>,
}

/// Where a header's meaning stands in its definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Alias {
    pub(crate) field: Field,
    /// Its place in the list of aliases: where two columns mean one field, the lower wins.
    pub(crate) rank: usize,
    pub(crate) group: Option<u32>,
}

#[derive(Debug, Clone)]
struct Pattern {
    before: String,
    after: String,
    field: Field,
}

/// `(file name, text)` of every `definitions/*.toml`, listed by `build.rs`.
const BUILTIN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/definitions.rs"));

impl Registry {
    /// The definitions that are built in.
    ///
    /// # Errors
    /// None in a build whose tests pass.
    pub fn builtin() -> Result<Self, DefinitionError> {
        Self::load(BUILTIN.iter().copied())
    }

    /// Reads definitions from `(file name, TOML)`. One of them must be `other`, whose aliases every portal falls back on.
    ///
    /// # Errors
    /// A text that is not TOML of this shape, an alias that two columns claim, an id that two files claim, no `other`.
    pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, DefinitionError> {
        let mut entries: Vec<Entry> = Vec::new();
        for (file, text) in files {
            let entry = Entry::read(file, text)?;
            if entries.iter().any(|known| known.definition.id == entry.definition.id) {
                let message = format!("id: another definition is already called “{}”", entry.definition.id);
                return Err(DefinitionError { file: file.to_owned(), line: line_of(text, "id"), message });
            }
            entries.push(entry);
        }
        if !entries.iter().any(|entry| entry.definition.id == crate::OTHER) {
            let message = "there must be a definition with this id for files of no known portal".to_owned();
            return Err(DefinitionError { file: "other.toml".to_owned(), line: None, message });
        }
        // Every other portal is asked first.
        entries.sort_by_key(|entry| entry.definition.id == crate::OTHER);
        let known = entries.iter().flat_map(|entry| entry.aliases.keys().cloned()).collect();
        Ok(Self { entries, known })
    }

    /// The definition with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Definition> {
        self.entry(id).map(|entry| &entry.definition)
    }

    /// Every definition; the last one is `other`, which fits any file.
    pub fn iter(&self) -> impl Iterator<Item = &Definition> {
        self.entries.iter().map(|entry| &entry.definition)
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    pub(crate) fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.definition.id == id)
    }

    /// The definition with this id, then the one that fits any file: where a header's meaning is looked up.
    pub(crate) fn chain(&self, id: &str) -> impl Iterator<Item = &Entry> {
        let own = self.entry(id).filter(|_| id != crate::OTHER);
        own.into_iter().chain(self.entry(crate::OTHER))
    }

    /// Whether any definition knows this header.
    pub(crate) fn knows(&self, key: &str) -> bool {
        self.known.contains(key)
            || self.entries.iter().any(|entry| entry.patterns.iter().any(|pattern| pattern.number(key).is_some()))
    }
}

impl Entry {
    fn read(file: &str, text: &str) -> Result<Self, DefinitionError> {
        let definition: Definition = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            DefinitionError { file: file.to_owned(), line, message: error.message().to_owned() }
        })?;
        let wrong =
            |what: &str, message: String| DefinitionError { file: file.to_owned(), line: line_of(text, what), message };
        if definition.id.is_empty()
            || !definition.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        {
            return Err(wrong("id", format!("id: “{}” may hold a-z, 0-9 and _ only", definition.id)));
        }
        for (header, weight) in definition.recognise.headers.iter().chain(&definition.recognise.values) {
            if !(weight.abs() > 0.0 && weight.abs() < 1.0) {
                return Err(wrong(
                    header,
                    format!("recognise: “{header}” must weigh more than 0 and less than 1 (or the same below 0)"),
                ));
            }
        }
        let mut entry = Self { definition, aliases: HashMap::new(), patterns: Vec::new() };
        for column in entry.definition.columns.clone() {
            for (rank, alias) in column.aliases.iter().enumerate() {
                entry.learn(column.field, rank, alias).map_err(|message| wrong(alias, message))?;
            }
        }
        Ok(entry)
    }

    fn learn(&mut self, field: Field, rank: usize, alias: &str) -> Result<(), String> {
        if let Some((before, after)) = alias.split_once("{n}") {
            let pattern = Pattern { before: header_key(before), after: header_key(after), field };
            if pattern.before.is_empty() {
                return Err(format!("aliases: “{alias}” needs a word before {{n}}"));
            }
            self.patterns.push(pattern);
            return Ok(());
        }
        let key = header_key(alias);
        if key.is_empty() {
            return Err(format!("aliases: “{alias}” holds no letter and no digit"));
        }
        match self.aliases.get(&key) {
            Some(known) if known.field == field => Err(format!("aliases: “{alias}” stands there twice")),
            Some(_) => Err(format!("aliases: “{alias}” is claimed by two columns")),
            None => {
                self.aliases.insert(key, Alias { field, rank, group: None });
                Ok(())
            }
        }
    }

    /// What this definition says a header means.
    pub(crate) fn find(&self, key: &str) -> Option<Alias> {
        let pattern = || {
            self.patterns.iter().find_map(|pattern| {
                pattern.number(key).map(|number| Alias { field: pattern.field, rank: 0, group: Some(number) })
            })
        };
        self.aliases.get(key).copied().or_else(pattern)
    }

    /// What it says about columns of this field.
    pub(crate) fn column(&self, field: Field) -> Option<&ColumnDefinition> {
        self.definition.columns.iter().find(|column| column.field == field)
    }

    /// Every alias with its field and its words, for suggestions.
    pub(crate) fn spelled(&self) -> impl Iterator<Item = (Field, Vec<String>)> {
        let columns = self.definition.columns.iter();
        columns.flat_map(|column| {
            let plain = column.aliases.iter().filter(|alias| !alias.contains("{n}"));
            plain.map(|alias| (column.field, header_words(alias)))
        })
    }
}

impl Pattern {
    /// The number in a header of this pattern.
    fn number(&self, key: &str) -> Option<u32> {
        let digits = key.strip_prefix(self.before.as_str())?.strip_suffix(self.after.as_str())?;
        if digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        digits.parse().ok()
    }
}

/// The line on which a word stands first.
fn line_of(text: &str, what: &str) -> Option<usize> {
    text.lines().position(|line| line.contains(what)).map(|line| line + 1)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const OTHER: (&str, &str) = ("other.toml", "id = \"other\"\nname = \"Other\"\n");

    #[test]
    fn the_built_in_definitions_load() {
        let registry = Registry::builtin().unwrap();
        let ids: Vec<&str> = registry.iter().map(|definition| definition.id.as_str()).collect();
        assert_eq!(ids, ["glints", "indeed", "jobstreet", "other"]);
        for definition in registry.iter().filter(|definition| definition.id != crate::OTHER) {
            for header in
                definition.recognise.headers.iter().filter(|(_, weight)| **weight > 0.0).map(|(header, _)| header)
            {
                let key = header_key(&header.replace("{n}", "1"));
                assert!(
                    registry.chain(&definition.id).any(|entry| entry.find(&key).is_some()),
                    "{}: {header} is no alias",
                    definition.id
                );
            }
        }
    }

    #[rstest]
    #[case::not_toml("id = \"x\"\nname = X\n", Some(2), "")]
    #[case::unknown_field(
        "id = \"x\"\nname = \"X\"\n[[column]]\nfield = \"fax\"\naliases = []\n",
        Some(4),
        "unknown variant `fax`"
    )]
    #[case::unknown_key("id = \"x\"\nname = \"X\"\ncolour = 1\n", Some(3), "unknown field `colour`")]
    #[case::bad_id("name = \"X\"\nid = \"Glints!\"\n", Some(2), "“Glints!” may hold a-z, 0-9 and _ only")]
    #[case::missing_name("id = \"x\"\n", None, "missing field `name`")]
    #[case::claimed_twice(
        "id = \"x\"\nname = \"X\"\n[[column]]\nfield = \"phone\"\naliases = [\"HP\"]\n[[column]]\nfield = \"email\"\naliases = [\n\"surel\",\n\"h.p.\"]\n",
        Some(10),
        "“h.p.” is claimed by two columns"
    )]
    #[case::empty_alias(
        "id = \"x\"\nname = \"X\"\n[[column]]\nfield = \"phone\"\naliases = [\"--\"]\n",
        Some(5),
        "“--” holds no letter"
    )]
    #[case::weight(
        "id = \"x\"\nname = \"X\"\n[recognise.headers]\n\"HP\" = 1.5\n",
        Some(4),
        "“HP” must weigh more than 0"
    )]
    fn a_wrong_definition_is_named_with_file_line_and_key(
        #[case] text: &str,
        #[case] line: Option<usize>,
        #[case] message: &str,
    ) {
        let error = Registry::load([("x.toml", text), OTHER]).unwrap_err();
        assert_eq!(error.file, "x.toml");
        assert!(error.message.contains(message), "{error}");
        if line.is_some() {
            assert_eq!(error.line, line, "{error}");
        }
    }

    #[test]
    fn two_definitions_with_one_id_and_none_for_the_rest_are_refused() {
        let again = Registry::load([OTHER, ("copy.toml", OTHER.1)]).unwrap_err();
        assert_eq!(again.to_string(), "copy.toml, line 1: id: another definition is already called “other”");
        assert!(
            Registry::load([("x.toml", "id = \"x\"\nname = \"X\"\n")])
                .unwrap_err()
                .to_string()
                .starts_with("other.toml: there must be")
        );
    }

    #[test]
    fn a_numbered_header_gives_its_number() {
        let registry = Registry::builtin().unwrap();
        let indeed = registry.entry("indeed").unwrap();
        let find = |header: &str| indeed.find(&header_key(header)).map(|alias| (alias.field, alias.group));
        assert_eq!(find("Qualification 3 Answer"), Some((Field::Answer, Some(3))));
        assert_eq!(find("qualification 12"), Some((Field::Question, Some(12))));
        assert_eq!(find("qualification 3 match"), Some((Field::AnswerMatch, Some(3))));
        assert_eq!(find("qualification"), None);
        assert_eq!(find("qualification three"), None);
    }
}
