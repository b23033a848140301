//! From the text of a definition to its shape: every mistake with its line and its key, not only the first one.

use std::collections::BTreeMap;

use serde::de::{Deserialize, DeserializeOwned};
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error, ValueDeserializer};

use super::{Definition, DefinitionError, Others, Recognise};

/// What stands for an id or a name that cannot be read, so that only that is told of it.
const UNREAD: &str = "unread";

/// As much of a definition as can be read, and what is wrong with the rest; it is whole if that is nothing.
pub(super) fn read(file: &str, text: &str) -> (Definition, Vec<DefinitionError>) {
    let (tree, syntax) = DeTable::parse_recoverable(text);
    let tree = tree.get_ref();
    let mut errors: Vec<DefinitionError> = Vec::new();
    if !syntax.is_empty() {
        for one in &syntax {
            let error = told(file, text, tree, one);
            // What follows a slip in its line is the same slip.
            if !errors.iter().any(|known| known.line == error.line) {
                errors.push(error);
            }
        }
        return (unread(), errors);
    }
    let first = match toml::from_str(text) {
        Ok(definition) => return (definition, Vec::new()),
        Err(first) => first,
    };
    let mut wrong = vec![first];
    let definition = piece_by_piece(tree, &mut wrong);
    for one in &wrong {
        let error = told(file, text, tree, one);
        // The first one is met a second time in its piece.
        if !errors.contains(&error) {
            errors.push(error);
        }
    }
    (definition, errors)
}

fn told(file: &str, text: &str, tree: &DeTable<'_>, wrong: &Error) -> DefinitionError {
    let at = wrong.span().map(|span| span.start.min(text.len()));
    let line = at.map(|at| text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1);
    let message = wrong.message();
    // These name the key themselves.
    let named = message.starts_with("unknown field") || message.starts_with("missing field");
    let key = at.filter(|_| !named).and_then(|at| key_at(tree, at));
    let message = key.map_or_else(|| message.to_owned(), |key| format!("{key}: {message}"));
    DefinitionError { file: file.to_owned(), line, message }
}

/// The key, dotted, whose value a place of the text belongs to.
fn key_at(tree: &DeTable<'_>, at: usize) -> Option<String> {
    tree.iter().find_map(|(key, value)| {
        let name: &str = key.get_ref();
        let inside = match value.get_ref() {
            DeValue::Table(table) => key_at(table, at),
            DeValue::Array(items) => items.iter().find_map(|item| match item.get_ref() {
                DeValue::Table(table) => key_at(table, at),
                _ => None,
            }),
            _ => None,
        };
        let holds = || key.span().contains(&at) || value.span().contains(&at);
        inside.map(|inside| format!("{name}.{inside}")).or_else(|| holds().then(|| name.to_owned()))
    })
}

fn unread() -> Definition {
    Definition {
        id: UNREAD.to_owned(),
        name: UNREAD.to_owned(),
        decoys: Vec::new(),
        wishes: Vec::new(),
        others: Others::default(),
        remarks: Vec::new(),
        recognise: Recognise::default(),
        columns: Vec::new(),
        statuses: BTreeMap::new(),
        layouts: Vec::new(),
    }
}

/// Reads each part by itself: one that is wrong does not hide the others.
fn piece_by_piece(tree: &DeTable<'_>, wrong: &mut Vec<Error>) -> Definition {
    let mut definition = unread();
    for (key, value) in tree {
        let name: &str = key.get_ref();
        match name {
            "id" => definition.id = one(value, wrong).unwrap_or(definition.id),
            "name" => definition.name = one(value, wrong).unwrap_or(definition.name),
            "decoys" => definition.decoys = one(value, wrong).unwrap_or_default(),
            "wishes" => definition.wishes = one(value, wrong).unwrap_or_default(),
            "others" => definition.others = one(value, wrong).unwrap_or_default(),
            "remarks" => definition.remarks = one(value, wrong).unwrap_or_default(),
            "recognise" => definition.recognise = one(value, wrong).unwrap_or_default(),
            "column" => definition.columns = several(value, wrong),
            "layout" => definition.layouts = several(value, wrong),
            "status" => {
                if let DeValue::Table(words) = value.get_ref() {
                    let known = words.iter().filter_map(|(word, standing)| {
                        let standing = one(standing, wrong)?;
                        Some((word.get_ref().to_string(), standing))
                    });
                    definition.statuses = known.collect();
                }
            }
            _ => {}
        }
    }
    definition
}

fn several<T: DeserializeOwned>(value: &Spanned<DeValue<'_>>, wrong: &mut Vec<Error>) -> Vec<T> {
    match value.get_ref() {
        DeValue::Array(items) => items.iter().filter_map(|item| one(item, wrong)).collect(),
        _ => Vec::new(),
    }
}

fn one<T: DeserializeOwned>(value: &Spanned<DeValue<'_>>, wrong: &mut Vec<Error>) -> Option<T> {
    let read: Result<T, Error> = Deserialize::deserialize(ValueDeserializer::from(value.clone()));
    read.map_err(|error| wrong.push(error)).ok()
}
