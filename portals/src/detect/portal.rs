//! Which portal a file comes from, by its headers.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::OTHER;
use crate::definition::{Definition, Registry};
use crate::header::header_key;

/// A portal that a file may come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The portal's id.
    pub portal: String,
    /// 0 to 1.
    pub confidence: f64,
    /// One English sentence that says why.
    pub reason: String,
}

/// From this confidence on a portal is taken for recognised.
const THRESHOLD: f64 = 0.45;
/// Portals that stand nearer than this to the likeliest one are a question for a person.
const NEAR: f64 = 0.1;
/// What the file's name adds where it names the portal and the headers do not deny it.
const NAMED: f64 = 0.4;

/// Every portal but [`OTHER`], the likeliest first.
///
/// Each header that the definition weighs speaks for or against the portal by itself; together they are as sure as all of them being
/// wrong at once is unlikely.
pub(super) fn candidates(
    registry: &Registry,
    headers: &[String],
    samples: &[Vec<String>],
    file: &str,
) -> Vec<Candidate> {
    let keys: Vec<String> = headers.iter().map(|header| header_key(header)).collect();
    let cells: Vec<String> = samples.iter().flatten().map(|cell| cell.to_lowercase()).collect();
    let known = registry.entries().filter(|entry| entry.definition.id != OTHER);
    let mut candidates: Vec<Candidate> =
        known.map(|entry| weigh(&entry.definition, headers, &keys, &cells, file)).collect();
    candidates.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    candidates
}

fn weigh(definition: &Definition, headers: &[String], keys: &[String], cells: &[String], file: &str) -> Candidate {
    let mut weights: HashMap<String, f64> = HashMap::new();
    for (header, weight) in &definition.recognise.headers {
        weights.insert(header_key(header), *weight);
    }
    let mut doubt = 1.0;
    let mut denial = 1.0;
    let mut known = 0;
    let mut telling: Vec<(&str, f64)> = Vec::new();
    for (key, header) in keys.iter().zip(headers) {
        // Taken out, so that a header that stands there twice counts once.
        let Some(weight) = weights.remove(key) else { continue };
        if weight > 0.0 {
            doubt *= 1.0 - weight;
            known += 1;
            telling.push((header, weight));
        } else {
            denial *= 1.0 + weight;
        }
    }
    for (value, weight) in &definition.recognise.values {
        let value = value.to_lowercase();
        if cells.iter().any(|cell| cell.contains(&value)) {
            doubt *= 1.0 - weight;
        }
    }
    if known >= 2 && file.to_lowercase().contains(&definition.id) {
        doubt *= 1.0 - NAMED;
    }
    let confidence = ((1.0 - doubt) * denial * 1000.0).round() / 1000.0;
    Candidate { portal: definition.id.clone(), confidence, reason: reason(definition, known, headers, telling) }
}

fn reason(definition: &Definition, known: usize, headers: &[String], mut telling: Vec<(&str, f64)>) -> String {
    telling.sort_by(|a, b| b.1.total_cmp(&a.1));
    let best: Vec<String> = telling.iter().take(3).map(|(header, _)| format!("“{header}”")).collect();
    let named = headers.iter().filter(|header| !header.is_empty()).count();
    if best.is_empty() {
        return format!("None of the {named} headers fits {}.", definition.name);
    }
    format!("{known} of {named} headers fit {}, above all {}.", definition.name, best.join(", "))
}

pub(super) struct Found {
    pub(super) portal: String,
    pub(super) confidence: f64,
    pub(super) reason: String,
    /// The portals that fit about equally well, the likeliest first; empty where one stands alone.
    pub(super) tie: Vec<String>,
}

/// The portal of a file. Where two are nearly as likely as each other, neither is taken: a person must say.
pub(super) fn choose(registry: &Registry, candidates: &[Candidate], chosen: Option<&str>) -> Found {
    let name = |id: &str| registry.get(id).map_or_else(|| id.to_owned(), |definition| definition.name.clone());
    if let Some(id) = chosen {
        let known = candidates.iter().find(|candidate| candidate.portal == id);
        return Found {
            portal: id.to_owned(),
            confidence: known.map_or(0.0, |candidate| candidate.confidence),
            reason: format!("{} was chosen.", name(id)),
            tie: Vec::new(),
        };
    }
    let nobody = |reason: String, tie: Vec<String>| Found { portal: OTHER.to_owned(), confidence: 0.0, reason, tie };
    let Some(best) = candidates.first() else { return nobody(String::new(), Vec::new()) };
    if best.confidence < THRESHOLD {
        return nobody(format!("No portal fits well enough. {}", best.reason), Vec::new());
    }
    let near = |one: &&Candidate| one.confidence >= THRESHOLD && best.confidence - one.confidence < NEAR;
    let tie: Vec<&Candidate> = candidates.iter().filter(near).collect();
    if tie.len() > 1 {
        let names: Vec<String> =
            tie.iter().map(|one| format!("{} ({:.0} %)", name(&one.portal), one.confidence * 100.0)).collect();
        let reason = format!("{} fit about equally well: choose the portal.", names.join(" and "));
        return nobody(reason, tie.into_iter().map(|one| one.portal.clone()).collect());
    }
    Found { portal: best.portal.clone(), confidence: best.confidence, reason: best.reason.clone(), tie: Vec::new() }
}
