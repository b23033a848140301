//! A definition made of a mapping that HR confirmed: "save this mapping as a portal".

use std::collections::BTreeMap;

use satu_core::application::Field;
use satu_core::import::mapping::{ColumnMapping, DateOrder};

use super::{ColumnDefinition, Definition, LayoutVersion, Others, Recognise, Registry};
use crate::header::header_key;
use crate::{Layout, OTHER};

/// Why a mapping makes no portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// No column holds a name.
    #[error("no column of this file holds a name: map one first")]
    NoName,
    /// No column holds a phone number or an email address.
    #[error("no column of this file holds a phone number or an email address: map one first")]
    NoContact,
}

/// How sure a portal is of the very headers that it was made of.
const SURE: f64 = 0.85;
/// A header that some portal knows already tells this much less than one that nobody knows.
const COMMON: f64 = 0.25;

impl Definition {
    /// A definition whose files have these headers and mean what they were confirmed to mean. `seen` is the day on which they were seen
    /// (`2026-08-17`).
    ///
    /// Headers that no other portal knows tell the most; together all of them are sure, and a third of them is not.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn of_layout(registry: &Registry, id: &str, name: &str, layout: &Layout, seen: &str) -> Result<Self, Unfit> {
        if !layout.has_name() {
            return Err(Unfit::NoName);
        }
        if !layout.has_contact() {
            return Err(Unfit::NoContact);
        }
        let mut distinct: BTreeMap<String, &ColumnMapping> = BTreeMap::new();
        for column in &layout.columns {
            let key = header_key(&column.header);
            if !key.is_empty() {
                distinct.entry(key).or_insert(column);
            }
        }
        let headers: Vec<&ColumnMapping> =
            layout.columns.iter().filter(|column| distinct.values().any(|one| one.column == column.column)).collect();
        let titles: Vec<String> = headers.iter().map(|column| column.header.clone()).collect();
        Ok(Self {
            id: id.to_owned(),
            name: name.to_owned(),
            decoys: Vec::new(),
            wishes: Vec::new(),
            others: Others::default(),
            remarks: Vec::new(),
            recognise: Recognise {
                examples: vec![joined_line(&titles)],
                headers: weights(registry, &titles),
                values: BTreeMap::new(),
            },
            columns: columns(&headers),
            statuses: BTreeMap::new(),
            layouts: vec![LayoutVersion { version: seen.to_owned(), headers: titles }],
        })
    }

    /// The definition as its file.
    ///
    /// # Errors
    /// None for a definition that was parsed or made here; the serialiser's message otherwise.
    pub fn to_toml(&self) -> Result<String, String> {
        toml::to_string_pretty(self).map_err(|error| error.to_string())
    }
}

/// One entry for each field, in the order of [`Field::ALL`].
fn columns(headers: &[&ColumnMapping]) -> Vec<ColumnDefinition> {
    let of = |field: Field| {
        let mine: Vec<&&ColumnMapping> = headers.iter().filter(|column| column.effective() == field).collect();
        let order = mine.iter().find_map(|column| column.date_order);
        (!mine.is_empty()).then(|| ColumnDefinition {
            field,
            aliases: mine.iter().map(|column| column.header.clone()).collect(),
            time_zone: None,
            date_order: order.filter(|order| matches!(order, DateOrder::DayFirst | DateOrder::MonthFirst)),
            separator: None,
        })
    };
    Field::ALL.into_iter().filter_map(of).collect()
}

/// Weights whose doubts together leave `1 - SURE`: a header that nobody knows takes four times the share of a common one.
fn weights(registry: &Registry, titles: &[String]) -> BTreeMap<String, f64> {
    let common = |title: &str| {
        let key = header_key(title);
        registry.entries().any(|entry| {
            entry.find(&key).is_some_and(|alias| entry.definition.id == OTHER || alias.field != Field::Extras)
        })
    };
    let share = |title: &str| if common(title) { COMMON } else { 1.0 };
    let whole: f64 = titles.iter().map(|title| share(title)).sum();
    titles
        .iter()
        .map(|title| {
            let doubt = (1.0 - SURE).powf(share(title) / whole);
            (title.clone(), (((1.0 - doubt) * 1000.0).ceil() / 1000.0).clamp(0.001, 0.95))
        })
        .collect()
}

/// Headers as one line of CSV.
fn joined_line(headers: &[String]) -> String {
    let quoted = |header: &String| {
        if header.contains([',', '"', '\n']) { format!("\"{}\"", header.replace('"', "\"\"")) } else { header.clone() }
    };
    headers.iter().map(quoted).collect::<Vec<_>>().join(",")
}
