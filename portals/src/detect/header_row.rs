//! Which row holds the headers, and what they are where they stand on several lines.

use std::collections::HashSet;

use satu_core::application::{Cells, Field};

use super::others::{Said, Somebody, Words};
use crate::OTHER;
use crate::definition::Registry;
use crate::file::{Below, TableRow};
use crate::header::{header_key, header_text, header_words};
use crate::value::date::{OrderHint, order_hint};

/// Rows among which the header is looked for.
const ROWS: usize = 40;

/// The headers of a table.
pub(super) struct Header {
    /// The place of their last line among the rows.
    pub(super) at: usize,
    /// That line's row as a person sees it.
    pub(super) row: u32,
    /// The row of their first line: the same, unless they stand on several lines.
    pub(super) first_row: u32,
    /// One text for each column.
    pub(super) headers: Vec<String>,
    /// Whether most of them were broken in two.
    is_broken: bool,
    /// How many of them some portal knows.
    pub(super) known: u32,
}

/// Whether a row is the header of another table than the one above it. Behind a gap: headers that portals know, or words only in a row
/// of another width than the header that was found; where the words stand over values, a word that headers use is enough. Without a
/// gap: headers that portals know, of another width than headers of that kind above them.
pub(super) fn begins_another(
    registry: &Registry,
    header: &TableRow,
    above: &Cells,
    row: &TableRow,
    below: Below,
) -> bool {
    let width = filled(row).count();
    let has_words = || width >= 2 && looks_like_headers(row, width);
    let knows = || known_headers(registry, filled(row)) >= 2;
    let other_than = |cells: &Cells| width != filled_cells(cells).count();
    match below {
        Below::Gap => knows() || (other_than(&header.cells) && has_words()),
        Below::GapAndWords => knows() || (has_words() && (other_than(&header.cells) || has_header_word(registry, row))),
        Below::Row => other_than(above) && has_words() && knows() && known_headers(registry, filled_cells(above)) >= 2,
    }
}

/// Whether a cell has a word that headers have, of the applicant's or of somebody else's columns.
fn has_header_word(registry: &Registry, row: &TableRow) -> bool {
    let others = Words::of(registry.chain(OTHER));
    filled(row).any(|cell| {
        let words = header_words(cell);
        others.is_about_another(&words) || words.iter().any(|word| registry.knows(word))
    })
}

/// The headers among the first rows. A chosen row is taken as their last line.
pub(super) fn find(registry: &Registry, rows: &[TableRow], chosen: Option<u32>) -> Option<Header> {
    if let Some(chosen) = chosen {
        let at = rows.iter().position(|row| row.row == chosen)?;
        return header_at(registry, rows, at);
    }
    let candidates = (0..rows.len().min(ROWS)).filter_map(|at| header_at(registry, rows, at));
    // The first of the best: a header that is repeated further down is not the one. Of a header that is broken in two the first line may be
    // known as well as both.
    let best = candidates.rev().max_by_key(|header| (header.known, header.is_broken))?;
    if best.known >= 2 {
        return Some(best);
    }
    let width = rows.iter().map(|row| filled(row).count()).max()?;
    let at = rows.iter().take(ROWS).position(|row| looks_like_headers(row, width))?;
    header_at(registry, rows, at)
}

/// The headers whose last line stands at a place.
pub(super) fn header_at(registry: &Registry, rows: &[TableRow], at: usize) -> Option<Header> {
    let row = rows.get(at)?;
    let line_above = |at: usize| {
        let above = rows.get(at.checked_sub(1)?)?;
        (above.row + 1 == rows.get(at)?.row).then_some(above)
    };
    let mut first = row;
    let (mut headers, mut is_broken) = (text_of(row), false);
    if let Some(above) = line_above(at)
        && let Some(two) = two_lines(registry, above, &headers)
    {
        (first, headers, is_broken) = (above, two.headers, two.is_broken);
    }
    // A line of groups may stand above headers that were broken in two.
    if is_broken
        && let Some(above) = at.checked_sub(1).and_then(line_above)
        && let Some(two) = two_lines(registry, above, &headers)
    {
        (first, headers) = (above, two.headers);
    }
    let known = known_headers(registry, headers.iter().map(String::as_str));
    Some(Header { at, row: row.row, first_row: first.row, headers, is_broken, known })
}

/// Headers of two lines made one.
struct TwoLines {
    headers: Vec<String>,
    /// Most of them were one header that was broken in two.
    is_broken: bool,
}

/// The headers of two lines: a line of groups (`Kontak`) above the headers, or headers that were broken in two (`Tanggal` above
/// `Melamar`). None where the line above is no part of them.
fn two_lines(registry: &Registry, above: &TableRow, lower: &[String]) -> Option<TwoLines> {
    let is_word = |cell: &str| cell.chars().count() <= 80 && !is_value(cell);
    let below = || lower.iter().map(String::as_str).filter(|cell| !cell.is_empty());
    let (width_above, width) = (filled(above).count(), below().count());
    if width_above < 2 || width < 2 || !filled(above).all(is_word) || !below().all(is_word) {
        return None;
    }
    // "Lowongan: | Mitra Asuh" is a title.
    if filled(above).any(|cell| cell.ends_with(':')) {
        return None;
    }
    let upper = text_of(above);
    let headers = join(registry, &upper, lower);
    let count = |headers: &[String]| known_headers(registry, headers.iter().map(String::as_str));
    let (upper_known, lower_known) = (count(&upper), count(lower));
    let is_title = is_title(registry, &upper, lower);
    let is_group = !is_title && lower_known >= 2 && lower_known > upper_known && width_above < width;
    let is_broken = is_broken(registry, &upper, lower);
    let is_continued = is_broken || count(&headers) > upper_known.max(lower_known);
    (is_group || is_continued).then_some(TwoLines { headers, is_broken })
}

/// Whether both lines make one header of most columns that stand on both: `Nama` above `Lengkap`, however well `Nama` is known alone.
fn is_broken(registry: &Registry, upper: &[String], lower: &[String]) -> bool {
    let both: Vec<(&String, &String)> =
        upper.iter().zip(lower).filter(|(own, below)| !own.is_empty() && !below.is_empty()).collect();
    let known = both.iter().filter(|(own, below)| registry.knows(&header_key(&format!("{own} {below}")))).count();
    known >= 2 && known * 2 > both.len()
}

/// Whether a line above the headers is a label and its value (`Posisi | Pengasuh Anak`), or several of them, and no groups: it stands above
/// headers only and leaves no room, while a group stands above several columns. Somebody's name leaves none either where she comes first.
fn is_title(registry: &Registry, upper: &[String], lower: &[String]) -> bool {
    let words = Words::of(registry.chain(OTHER));
    let filled: Vec<usize> =
        (0..upper.len()).filter(|at| upper.get(*at).is_some_and(|cell| !cell.is_empty())).collect();
    let is_above_one = |at: &usize| lower.get(*at).is_some_and(|cell| !cell.is_empty());
    let is_beside = |(one, next): (&usize, &usize)| one + 1 == *next;
    let is_somebody = |at: &usize| upper.get(*at).is_some_and(|cell| words.names(cell) == Some(Somebody::Person));
    filled.iter().all(is_above_one)
        && filled.iter().zip(filled.iter().skip(1)).all(is_beside)
        && !filled.iter().any(is_somebody)
}

/// Each column's header of both lines. A group stands above its first column and counts for those to the right of it that have none.
fn join(registry: &Registry, upper: &[String], lower: &[String]) -> Vec<String> {
    let cell = |line: &[String], at: usize| line.get(at).cloned().unwrap_or_default();
    let groups = spread(upper, lower);
    let others = of_another(registry, &groups, lower);
    groups
        .iter()
        .enumerate()
        .map(|(at, group)| {
            let below = cell(lower, at);
            if below.is_empty() {
                return cell(upper, at);
            }
            let both = format!("{group} {below}").trim().to_owned();
            let knows = |text: &str| registry.knows(&header_key(text));
            // A group that is about somebody else makes its columns hers; any other only sorts them.
            if knows(&both) || others.contains(group) || !knows(&below) { both } else { below }
        })
        .collect()
}

/// The group of each column; empty where it has none.
fn spread(upper: &[String], lower: &[String]) -> Vec<String> {
    let mut group = String::new();
    (0..upper.len().max(lower.len()))
        .map(|at| {
            if let Some(own) = upper.get(at).filter(|own| !own.is_empty()) {
                group.clone_from(own);
            }
            if lower.get(at).is_none_or(String::is_empty) {
                group.clear();
            }
            group.clone()
        })
        .collect()
}

/// The groups that are about somebody else: because they say so, or because a header stands under them that the applicant has elsewhere and
/// nothing says that it is hers here, too (`Data Pelamar` above `Nama`, `Wakil` above another `Nama`).
fn of_another(registry: &Registry, groups: &[String], lower: &[String]) -> HashSet<String> {
    let words = Words::of(registry.chain(OTHER));
    let said: Vec<Said> = groups.iter().map(|group| words.said(group)).collect();
    let meaning = |header: &String| registry.entry(OTHER)?.find(&header_key(header)).map(|alias| alias.field);
    let fields: Vec<Option<Field>> = (0..groups.len())
        .map(|at| lower.get(at).and_then(meaning).filter(|field| !matches!(field, Field::Extras | Field::Ignore)))
        .collect();
    let columns: Vec<(&String, Said, Option<Field>)> =
        groups.iter().zip(said).zip(fields).map(|((group, said), field)| (group, said, field)).collect();
    let repeats = |at: usize, group: &String, field: Field| {
        columns.iter().enumerate().any(|(other, (its_group, its_said, its_field))| {
            let hers = *its_said == Said::Hers || (other < at && *its_said != Said::Another);
            hers && *its_group != group && *its_field == Some(field)
        })
    };
    let others = columns.iter().enumerate().filter(|(at, (group, said, field))| match said {
        Said::Another => true,
        Said::Nothing => field.is_some_and(|field| repeats(*at, group, field)),
        Said::Hers | Said::Sorts => false,
    });
    others.map(|(_, (group, ..))| (*group).clone()).collect()
}

fn text_of(row: &TableRow) -> Vec<String> {
    row.cells.iter().map(header_text).collect()
}

/// How many different headers some portal knows.
fn known_headers<'a>(registry: &Registry, cells: impl Iterator<Item = &'a str>) -> u32 {
    let short = cells.filter(|cell| !cell.trim().is_empty() && cell.len() <= 80 && !is_value(cell));
    let mut keys: Vec<String> = short.map(header_key).filter(|key| registry.knows(key)).collect();
    keys.sort_unstable();
    keys.dedup();
    u32::try_from(keys.len()).unwrap_or(u32::MAX)
}

/// Headers of an unknown kind: as wide as the table, and words only, each different.
fn looks_like_headers(row: &TableRow, width: usize) -> bool {
    let cells: Vec<&str> = filled(row).collect();
    let wordy = cells.iter().all(|cell| cell.len() <= 120 && cell.chars().any(char::is_alphabetic) && !is_value(cell));
    let mut keys: Vec<String> = cells.iter().map(|cell| header_key(cell)).collect();
    keys.sort_unstable();
    keys.dedup();
    cells.len() >= 2 && cells.len() * 2 > width && wordy && keys.len() == cells.len()
}

fn filled(row: &TableRow) -> impl Iterator<Item = &str> {
    filled_cells(&row.cells)
}

fn filled_cells(cells: &Cells) -> impl Iterator<Item = &str> {
    cells.iter().map(str::trim).filter(|cell| !cell.is_empty())
}

/// An address, a link, a number, a date: what stands in rows and never in headers.
fn is_value(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let email = cell.split_once('@').is_some_and(|(_, host)| host.contains('.'));
    email || cell.contains("://") || digits * 2 > cell.len() || (digits > 0 && order_hint(cell) != OrderHint::None)
}
