//! How a definition fares before anybody relies on it: is it well formed, are its own header lines recognised, who else would claim them?

use serde::Serialize;

use super::{Definition, DefinitionError, Registry};
use crate::OTHER;
use crate::detect::{Candidate, recognise};
use crate::header::{header_key, header_words};
use satu_core::application::Field;
use satu_core::import::mapping::How;

/// What came of checking a definition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Each header line of its examples and layouts, and what came of it.
    pub examples: Vec<CheckedExample>,
    /// What an author should see to, in English sentences; empty where all is well.
    pub findings: Vec<String>,
    /// What may be meant so and is worth a second look, in English sentences.
    pub warnings: Vec<String>,
}

/// A header line and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckedExample {
    /// The headers.
    pub headers: Vec<String>,
    /// The portal that was recognised; `other` where none was, or where two fit about equally well.
    pub portal: String,
    /// How sure this definition is, 0 to 1.
    pub confidence: f64,
    /// Others that would claim it, the likeliest first.
    pub others: Vec<Candidate>,
    /// Headers that mean nothing yet; they are kept under `extras`.
    pub unmapped: Vec<String>,
}

/// Checks a definition beside the known ones. One of the same id is taken out first: it is the one that is being worked on.
///
/// # Errors
/// The definition cannot be used at all: every reason that can be told, by its lines; there is at least one.
pub fn check(known: &Registry, file: &str, text: &str) -> Result<Check, Vec<DefinitionError>> {
    let (definition, wrong) = known.faults(file, text);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let warnings = warnings(known, &definition);
    let Definition { id, name, .. } = definition;
    let registry =
        if id == OTHER { known.clone() } else { known.without(&id).with(file, text).map_err(|wrong| vec![wrong])? };
    let lines = registry.get(&id).map(Definition::header_lines).unwrap_or_default();
    let examples: Vec<CheckedExample> = lines.into_iter().map(|headers| one(&registry, &id, headers)).collect();
    let mut findings: Vec<String> = examples.iter().filter_map(|example| finding(&id, &name, example)).collect();
    if examples.is_empty() && id != OTHER {
        findings.push("There is no example: put a header line of a real file into recognise.examples.".to_owned());
    }
    Ok(Check { id, name, examples, findings, warnings })
}

/// What she is known and reached by: a header of somebody else's among these gives her a stranger's.
const HERS: [Field; 7] =
    [Field::FullName, Field::FirstName, Field::LastName, Field::Phone, Field::Whatsapp, Field::Email, Field::BirthDate];

fn warnings(known: &Registry, definition: &Definition) -> Vec<String> {
    let mut warnings = Vec::new();
    let Definition { id, .. } = definition;
    if known.is_builtin(id) {
        warnings.push(format!(
            "“{id}” is built in, and this file was checked in its place. Among your own portals it would be left out: choose another id, unless you are mending the built-in one."
        ));
    }
    let decoys: Vec<&String> =
        known.get(OTHER).into_iter().chain([definition]).flat_map(Definition::words_of_others).collect();
    for column in definition.columns.iter().filter(|column| HERS.contains(&column.field)) {
        for alias in &column.aliases {
            let decoy = header_words(alias).into_iter().find(|word| decoys.contains(&word));
            // What a built-in definition says of the same header was looked at.
            let is_known = || known.builtin_says(&header_key(alias), column.field);
            if let Some(decoy) = decoy.filter(|_| !is_known()) {
                warnings.push(format!(
                    "“{alias}” stands under {}, and “{decoy}” makes a header somebody else's: is it really hers? If not, list it under extras.",
                    column.field.as_str()
                ));
            }
        }
    }
    warnings
}

fn one(registry: &Registry, id: &str, headers: Vec<String>) -> CheckedExample {
    let found = recognise(registry, &headers);
    let confidence = found.candidates.iter().find(|one| one.portal == id).map_or(0.0, |one| one.confidence);
    let others = found.candidates.into_iter().filter(|one| one.portal != id && one.confidence > 0.0).take(3).collect();
    let unmapped = found.layout.columns.iter().filter(|column| column.how == How::None && !column.header.is_empty());
    let unmapped = unmapped.map(|column| column.header.clone()).collect();
    CheckedExample { headers, portal: found.portal, confidence, others, unmapped }
}

fn finding(id: &str, name: &str, example: &CheckedExample) -> Option<String> {
    if example.portal == id {
        return None;
    }
    let line = example.headers.join(", ");
    let rival = example.others.first().filter(|other| other.confidence + 0.1 > example.confidence);
    Some(match rival {
        Some(rival) => format!(
            "“{line}” is not taken for {name} ({:.2}): {} claims it with {:.2}. Weigh a header that only {name} has, or one of theirs below 0.",
            example.confidence, rival.portal, rival.confidence
        ),
        None => format!(
            "“{line}” is not taken for {name}: {:.2} is below 0.45. Weigh more of its headers under recognise.headers.",
            example.confidence
        ),
    })
}
