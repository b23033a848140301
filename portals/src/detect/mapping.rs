//! What each column means: chosen, remembered, exact, suggested, or nothing. A wrong mapping is worse than none.

use std::collections::HashMap;

use satu_core::application::Field;
use satu_core::identity::{read_emails, read_phones};
use satu_core::import::mapping::{ColumnMapping, How};

use super::Choices;
use super::others::Words;
use crate::definition::{Alias, Entry, Registry};
use crate::header::{header_key, header_words};

/// A suggestion below this is noise.
const LIKELY: f64 = 0.72;
/// How sure a suggestion is that only the cells speak for, or only the header while its place speaks against it.
const BY_CELLS: f64 = 0.6;

/// One mapping for each header, in the headers' order.
pub(super) fn columns(
    registry: &Registry,
    portal: &str,
    headers: &[String],
    samples: &[Vec<String>],
    choices: &Choices,
) -> Vec<ColumnMapping> {
    let chain: Vec<&Entry> = registry.chain(portal).collect();
    let remarks: Vec<String> =
        chain.iter().flat_map(|entry| &entry.definition.remarks).map(|remark| header_key(remark)).collect();
    let mut columns: Vec<ColumnMapping> = Vec::with_capacity(headers.len());
    let mut ranks: Vec<usize> = Vec::with_capacity(headers.len());
    let keys: Vec<String> = headers.iter().map(|header| header_key(header)).collect();
    // The places of columns whose meaning a person settled.
    let mut settled: Vec<usize> = Vec::new();
    for ((header, key), number) in headers.iter().zip(&keys).zip(1_u32..) {
        let (chain_rank, alias) = known(&chain, key).or_else(|| known(&chain, &bare_key(header, &remarks))).unzip();
        let mut column = ColumnMapping {
            column: number,
            header: header.clone(),
            field: Field::Extras,
            how: How::None,
            score: 0.0,
            group: alias.and_then(|alias: Alias| alias.group),
            date_order: None,
        };
        if let Some(choice) = choices.columns.iter().find(|choice| choice.column == number) {
            settle(&mut column, choice.field, How::Manual);
            column.date_order = choice.date_order;
            settled.push(columns.len());
        } else if let Some(kept) =
            choices.remembered.iter().find(|kept| !key.is_empty() && header_key(&kept.header) == *key)
        {
            let as_before = alias.is_some_and(|alias| alias.field == kept.field);
            settle(&mut column, kept.field, if as_before { How::Exact } else { How::Remembered });
            column.date_order = kept.date_order;
            // A header that stands there twice does not tell which of them a person meant.
            if stands_once(key, &keys) {
                settled.push(columns.len());
            }
        } else if let Some(alias) = alias {
            settle(&mut column, alias.field, How::Exact);
        } else if asks(header) {
            settle(&mut column, Field::Question, How::Exact);
        }
        ranks.push(chain_rank.unwrap_or_default() * 1000 + alias.map_or(999, |alias| alias.rank));
        columns.push(column);
    }
    let denied = heed_cells(&mut columns, samples, &settled);
    let mut left_out = of_another(&chain, &columns, samples, &keys, &settled);
    give_back(&mut columns, &left_out);
    left_out.iter_mut().enumerate().for_each(|(at, left_out)| *left_out |= denied.contains(&at));
    let own = columns.len() - others(&mut columns);
    one_of_each(&mut columns, &ranks);
    suggest(&chain, columns.get_mut(..own).unwrap_or_default(), samples, &left_out);
    for column in &mut columns {
        if matches!(column.field, Field::Question | Field::Answer | Field::AnswerMatch) {
            column.group = column.group.or_else(|| number_in(&column.header).filter(|_| !asks(&column.header)));
        } else {
            column.group = None;
        }
    }
    columns
}

/// A header that is a question of its own, as a form's are: its cells answer it.
fn asks(header: &str) -> bool {
    header.trim_end_matches(['*', ' ']).ends_with('?')
}

fn settle(column: &mut ColumnMapping, field: Field, how: How) {
    column.field = field;
    column.how = how;
    column.score = 1.0;
}

/// The first definition of the chain that knows the header, and what it says.
fn known(chain: &[&Entry], key: &str) -> Option<(usize, Alias)> {
    chain.iter().enumerate().find_map(|(place, entry)| entry.find(key).map(|alias| (place, alias)))
}

/// The header's key without a remark in brackets that changes nothing: `No. HP (aktif)`.
fn bare_key(header: &str, remarks: &[String]) -> String {
    let Some((before, rest)) = header.split_once(['(', '[']) else { return String::new() };
    let Some((remark, after)) = rest.split_once([')', ']']) else { return String::new() };
    let harmless = remarks.contains(&header_key(remark)) && header_key(after).is_empty();
    if harmless { header_key(before) } else { String::new() }
}

/// Whether several columns may have this meaning.
fn is_plural(field: Field) -> bool {
    matches!(
        field,
        Field::Phone
            | Field::Whatsapp
            | Field::Email
            | Field::Question
            | Field::Answer
            | Field::AnswerMatch
            | Field::Extras
            | Field::Ignore
    )
}

/// What people answer to `Status` where a form asks whether they are married.
const MARITAL: [&str; 26] = [
    "menikah",
    "belummenikah",
    "sudahmenikah",
    "tidakmenikah",
    "nikah",
    "belumnikah",
    "sudahnikah",
    "kawin",
    "belumkawin",
    "sudahkawin",
    "tidakkawin",
    "lajang",
    "single",
    "janda",
    "duda",
    "cerai",
    "ceraihidup",
    "ceraimati",
    "bercerai",
    "married",
    "unmarried",
    "notmarried",
    "divorced",
    "widowed",
    "widow",
    "separated",
];

/// Heeds cells that speak against their header: a `Status` of `Menikah` is no portal's, and a `Nomor` above telephone numbers counts no
/// rows. Gives the places of the columns that mean nothing for that reason.
fn heed_cells(columns: &mut [ColumnMapping], samples: &[Vec<String>], settled: &[usize]) -> Vec<usize> {
    let mut denied = Vec::new();
    for (at, (column, samples)) in columns.iter_mut().zip(samples).enumerate() {
        if settled.contains(&at) {
            continue;
        }
        if column.field == Field::PortalStatus && are_marital(samples) {
            step_back(column);
            denied.push(at);
        } else if column.field == Field::Ignore
            && let Some(field) = contact_in(samples)
        {
            column.field = field;
            column.how = How::Fuzzy;
            column.score = BY_CELLS;
        }
    }
    denied
}

fn are_marital(samples: &[String]) -> bool {
    let mut told = samples.iter().map(|cell| header_key(cell)).filter(|key| !key.is_empty()).peekable();
    told.peek().is_some() && told.all(|key| MARITAL.contains(&key.as_str()))
}

fn stands_once(key: &str, keys: &[String]) -> bool {
    keys.iter().filter(|other| *other == key).count() == 1
}

/// For each column whether somebody else was named to its left and nobody said that it is the applicant's all the same: HR, or whoever
/// wrote down the header line of this portal.
fn of_another(
    chain: &[&Entry],
    columns: &[ColumnMapping],
    samples: &[Vec<String>],
    keys: &[String],
    settled: &[usize],
) -> Vec<bool> {
    let known_line = |named: &str, key: &str| {
        chain.iter().flat_map(|entry| &entry.definition.layouts).any(|layout| {
            let has = |key: &str| layout.headers.iter().any(|header| header_key(header) == key);
            has(named) && has(key)
        })
    };
    let whose = Words::of(chain.iter().copied()).whose(columns, samples).into_iter().zip(keys).enumerate();
    whose
        .map(|(at, (named, key))| {
            let Some(named) = named.and_then(|named| keys.get(named)) else { return false };
            !(settled.contains(&at) || stands_once(key, keys) && known_line(named, key))
        })
        .collect()
}

/// Gives the columns that stand beside somebody else's name back to that person: kept as extras where the applicant has one of the kind
/// elsewhere, a suggestion where she has none.
fn give_back(columns: &mut [ColumnMapping], of_another: &[bool]) {
    let kind = |field: Field| match field {
        Field::Whatsapp => Field::Phone,
        Field::FirstName | Field::LastName => Field::FullName,
        field => field,
    };
    let is_sure = |column: &ColumnMapping| !matches!(column.how, How::None | How::Fuzzy);
    let hers = columns.iter().zip(of_another).filter(|(column, of_another)| !**of_another && is_sure(column));
    let hers: Vec<Field> = hers.map(|(column, _)| kind(column.field)).collect();
    for (column, _) in columns.iter_mut().zip(of_another).filter(|(_, of_another)| **of_another) {
        if column.field == Field::Ignore || hers.contains(&kind(column.field)) {
            step_back(column);
        } else if column.field != Field::Extras {
            column.how = How::Fuzzy;
            column.score = BY_CELLS;
        }
    }
}

/// Leaves out the columns of another person beside her, and says how many there are at the end: they begin where the header of her name
/// stands a second time and others from its right follow it again (`Nama, No. HP, Nama, No. HP`). Taken for her own, that number would make
/// two people one.
fn others(columns: &mut [ColumnMapping]) -> usize {
    let keys: Vec<String> = columns.iter().map(|column| header_key(&column.header)).collect();
    let is_name = |column: &ColumnMapping| matches!(column.field, Field::FullName | Field::FirstName);
    let Some(name) = columns.iter().position(is_name) else { return 0 };
    let again = (name + 1..keys.len()).find(|at| keys.get(*at) == keys.get(name));
    let Some((hers, others)) = again.and_then(|again| keys.split_at_checked(again)) else { return 0 };
    let is_repeated = |key: &String| !key.is_empty() && hers.contains(key);
    if others.iter().filter(|key| is_repeated(key)).count() < 2 {
        return 0;
    }
    let by_person = |column: &ColumnMapping| matches!(column.how, How::Manual);
    columns.iter_mut().skip(hers.len()).filter(|column| !by_person(column)).for_each(step_back);
    others.len()
}

/// Where two headers mean the same single thing, a person's word wins, then the surer alias, then the first column.
fn one_of_each(columns: &mut [ColumnMapping], ranks: &[usize]) {
    let mut best: HashMap<Field, usize> = HashMap::new();
    let standing = |columns: &[ColumnMapping], at: usize| {
        let by_person = match columns[at].how {
            How::Manual => 0,
            How::Remembered => 1,
            _ => 2,
        };
        (by_person, ranks[at], at)
    };
    for at in 0..columns.len() {
        let field = columns[at].field;
        if is_plural(field) {
            continue;
        }
        match best.get(&field) {
            Some(&other) if standing(columns, other) <= standing(columns, at) => step_back(&mut columns[at]),
            Some(&other) => {
                step_back(&mut columns[other]);
                best.insert(field, at);
            }
            None => {
                best.insert(field, at);
            }
        }
    }
}

fn step_back(column: &mut ColumnMapping) {
    column.field = Field::Extras;
    column.how = How::None;
    column.score = 0.0;
}

/// Suggests a field for headers that nothing knows, unless the field is taken or the header is about somebody else.
fn suggest(chain: &[&Entry], columns: &mut [ColumnMapping], samples: &[Vec<String>], of_another: &[bool]) {
    let decoys = Words::of(chain.iter().copied());
    let aliases: Vec<(Field, Vec<String>)> = chain.iter().flat_map(|entry| entry.spelled()).collect();
    let taken: Vec<Field> =
        columns.iter().filter(|column| column.how != How::None).map(|column| column.field).collect();
    let free =
        |field: Field| !matches!(field, Field::Extras | Field::Ignore) && (is_plural(field) || !taken.contains(&field));
    let named = taken.contains(&Field::FullName);
    let mut suggested: Vec<Field> = Vec::new();
    let hers = columns.iter_mut().zip(samples).zip(of_another).filter(|(_, of_another)| !**of_another);
    let unknown = hers.map(|(hers, _)| hers).filter(|(column, _)| column.how == How::None && !column.header.is_empty());
    for (column, samples) in unknown {
        let words = header_words(&column.header);
        if decoys.is_about_another(&words) {
            continue;
        }
        let is_wish = decoys.is_wish(&words);
        let fits = |field: Field| !is_wish || field == Field::ExpectedSalary;
        let candidates = aliases.iter().filter(|(field, _)| {
            fits(*field) && free(*field) && !(named && matches!(field, Field::FirstName | Field::LastName))
        });
        let by_header = candidates.map(|(field, alias)| (*field, likeness(&words, alias)));
        let by_header = by_header.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, score)| *score >= LIKELY);
        let Some((field, score)) =
            by_header.or_else(|| contact_in(samples).filter(|field| fits(*field)).map(|field| (field, BY_CELLS)))
        else {
            continue;
        };
        if !is_plural(field) && suggested.contains(&field) {
            continue;
        }
        suggested.push(field);
        column.field = field;
        column.how = How::Fuzzy;
        column.score = (score * 100.0).round() / 100.0;
    }
}

/// Whether every sample is a mobile number or an address that could be used.
fn contact_in(samples: &[String]) -> Option<Field> {
    if samples.len() < 2 {
        return None;
    }
    if samples.iter().all(|cell| read_phones(cell).iter().any(|reading| reading.usable)) {
        return Some(Field::Phone);
    }
    samples.iter().all(|cell| read_emails(cell).iter().any(|reading| reading.usable)).then_some(Field::Email)
}

/// How far a header is like an alias: a spelling apart, or the alias's words and a few more. 0 to below 1.
fn likeness(header: &[String], alias: &[String]) -> f64 {
    let (compact, alias_compact) = (header.concat(), alias.concat());
    if alias_compact.len() < 4 || compact.len() < 3 {
        return 0.0;
    }
    // `Lokasi yang Diinginkan` is long and alike, and yet not `Gaji yang Diinginkan`: where the words stand one by one, each must be alike.
    let other_word = header.len() == alias.len()
        && header.iter().zip(alias).any(|(word, known)| strsim::normalized_damerau_levenshtein(word, known) < 0.5);
    let spelled = if other_word { 0.0 } else { strsim::normalized_damerau_levenshtein(&compact, &alias_compact) };
    let within = alias.iter().all(|word| header.contains(word));
    let more = header.len().saturating_sub(alias.len());
    let contained = match (within, alias.len(), more) {
        (true, 2.., 0..=3) => 0.9 - 0.04 * f64::from(u32::try_from(more).unwrap_or(u32::MAX)),
        (true, 1, 1..=2) => 0.75,
        _ => 0.0,
    };
    spelled.max(contained).min(0.99)
}

fn number_in(header: &str) -> Option<u32> {
    let digits: String =
        header.chars().skip_while(|char| !char.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
