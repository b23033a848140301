//! The known portals, made ready for look-ups.

use std::collections::{HashMap, HashSet};

use satu_core::application::{Field, PortalStanding};

use super::{ColumnDefinition, Definition, DefinitionError, Fault};
use crate::OTHER;
use crate::header::{header_key, header_words};

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
    builtin: bool,
    aliases: HashMap<String, Alias>,
    patterns: Vec<Pattern>,
    statuses: HashMap<String, PortalStanding>,
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
    /// A text that is not TOML of this shape, an alias that two columns claim, a header that weighs something and means nothing, an id that
    /// two files claim, no `other`.
    pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, DefinitionError> {
        let files: Vec<(&str, &str)> = files.into_iter().collect();
        let mut registry = Self { entries: Vec::new(), known: HashSet::new() };
        for (file, text) in &files {
            registry.take(file, text, true)?;
        }
        if registry.entry(OTHER).is_none() {
            let message = "there must be a definition with this id for files of no known portal".to_owned();
            return Err(DefinitionError { file: "other.toml".to_owned(), line: None, message });
        }
        // Only now is everything known that a header can fall back on.
        for ((file, text), entry) in files.iter().zip(&registry.entries) {
            registry.every_weight_is_an_alias(file, text, entry)?;
        }
        registry.settle();
        Ok(registry)
    }

    /// The same with a user's definition beside those that are there.
    ///
    /// # Errors
    /// As [`Registry::load`]; the registry stays as it was.
    pub fn with(&self, file: &str, text: &str) -> Result<Self, DefinitionError> {
        let mut registry = self.clone();
        registry.take(file, text, false)?;
        if let Some(entry) = registry.entries.last() {
            registry.every_weight_is_an_alias(file, text, entry)?;
        }
        registry.settle();
        Ok(registry)
    }

    /// The same without a definition; `other` cannot be taken out.
    #[must_use]
    pub fn without(&self, id: &str) -> Self {
        let mut registry = self.clone();
        registry.entries.retain(|entry| entry.definition.id != id || id == OTHER);
        registry.settle();
        registry
    }

    fn take(&mut self, file: &str, text: &str, builtin: bool) -> Result<(), DefinitionError> {
        let definition = Definition::parse(file, text)?;
        if self.entry(&definition.id).is_some() {
            let message = format!("id: another definition is already called “{}”", definition.id);
            return Err(Fault::at("id", message).told(file, text));
        }
        let (entry, faults) = Entry::of(definition, builtin);
        self.entries.push(entry);
        faults.into_iter().next().map_or(Ok(()), |fault| Err(fault.told(file, text)))
    }

    fn every_weight_is_an_alias(&self, file: &str, text: &str, entry: &Entry) -> Result<(), DefinitionError> {
        let nameless = self.nameless(entry).into_iter().next();
        nameless.map_or(Ok(()), |fault| Err(fault.told(file, text)))
    }

    /// The headers of a definition that weigh something and mean nothing.
    fn nameless(&self, entry: &Entry) -> Vec<Fault> {
        let fallback = self.entry(OTHER);
        let weighed = entry.definition.recognise.headers.iter().filter(|(_, weight)| **weight > 0.0);
        let nameless = weighed.map(|(header, _)| header).filter(|header| {
            let key = header_key(&header.replace("{n}", "1"));
            !std::iter::once(entry).chain(fallback).any(|entry| entry.find(&key).is_some())
        });
        let told = |header: &String| {
            let message = format!(
                "recognise: “{header}” weighs something and is no alias: list it under a field, or under extras"
            );
            Fault::at(header, message)
        };
        nameless.map(told).collect()
    }

    /// Everything that is wrong with a definition beside these, by its lines; nothing for one that [`Registry::with`] takes.
    pub(super) fn faults(&self, file: &str, text: &str) -> (Definition, Vec<DefinitionError>) {
        let (definition, mut wrong) = Definition::read(file, text);
        let (entry, faults) = Entry::of(definition, false);
        // Of a definition that cannot be read to its end nobody knows what its headers mean.
        let nameless = if wrong.is_empty() { self.nameless(&entry) } else { Vec::new() };
        wrong.extend(faults.into_iter().chain(nameless).map(|fault| fault.told(file, text)));
        wrong.sort_by_key(|error| error.line.unwrap_or(usize::MAX));
        (entry.definition, wrong)
    }

    fn settle(&mut self) {
        // Every other portal is asked first.
        self.entries.sort_by_key(|entry| entry.definition.id == OTHER);
        self.known = self.entries.iter().flat_map(|entry| entry.aliases.keys().cloned()).collect();
    }

    /// The definition with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Definition> {
        self.entry(id).map(|entry| &entry.definition)
    }

    /// Whether the definition with this id came with the program.
    #[must_use]
    pub fn is_builtin(&self, id: &str) -> bool {
        self.entry(id).is_some_and(|entry| entry.builtin)
    }

    /// Every definition; the last one is `other`, which fits any file.
    pub fn iter(&self) -> impl Iterator<Item = &Definition> {
        self.entries.iter().map(|entry| &entry.definition)
    }

    /// Whether a definition that came with the program gives a header this meaning.
    pub(super) fn builtin_says(&self, key: &str, field: Field) -> bool {
        let builtin = self.entries.iter().filter(|entry| entry.builtin);
        builtin.filter_map(|entry| entry.aliases.get(key)).any(|alias| alias.field == field)
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    pub(crate) fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.definition.id == id)
    }

    /// The definition with this id, then the one that fits any file: where a header's meaning is looked up.
    pub(crate) fn chain(&self, id: &str) -> impl Iterator<Item = &Entry> {
        let own = self.entry(id).filter(|_| id != OTHER);
        own.into_iter().chain(self.entry(OTHER))
    }

    /// Whether any definition knows this header.
    pub(crate) fn knows(&self, key: &str) -> bool {
        self.known.contains(key)
            || self.entries.iter().any(|entry| entry.patterns.iter().any(|pattern| pattern.number(key).is_some()))
    }
}

impl Entry {
    /// The definition made ready, but for the aliases that are wrong.
    fn of(definition: Definition, builtin: bool) -> (Self, Vec<Fault>) {
        let mut faults = Vec::new();
        let statuses = definition.statuses.iter().map(|(word, standing)| (header_key(word), *standing)).collect();
        let mut entry = Self { definition, builtin, aliases: HashMap::new(), patterns: Vec::new(), statuses };
        for column in entry.definition.columns.clone() {
            for (rank, alias) in column.aliases.iter().enumerate() {
                if let Err(message) = entry.learn(column.field, rank, alias) {
                    faults.push(Fault::at(alias, message));
                }
            }
        }
        (entry, faults)
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

    /// The portal's status words by their keys; empty where it lists none.
    pub(crate) fn statuses(&self) -> &HashMap<String, PortalStanding> {
        &self.statuses
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
