//! Where the cells of a workbook lead: its hyperlinks stand behind the cells, and their addresses in a part of their own.

use std::collections::{HashMap, HashSet};

use super::super::context::is_link;

/// The tags of a part that say it: its path, and their text.
pub(in crate::file) type Tags = (String, Vec<String>);

/// Bytes of such tags that are kept of one workbook; what stands behind them leads nowhere.
pub(in crate::file) const MOST_BYTES: usize = 8 << 20;

/// The tag of a part that is kept.
pub(in crate::file) fn kept_tag(path: &str) -> &'static [u8] {
    if path.ends_with(".rels") {
        b"Relationship"
    } else if path.contains("/worksheets/") {
        b"hyperlink"
    } else if path.ends_with("workbook.xml") {
        b"sheet"
    } else {
        b""
    }
}

/// For each sheet by its name, and each row by its number, the columns that lead somewhere.
#[derive(Default)]
pub(in crate::file) struct Links(HashMap<String, HashMap<u32, Vec<(u32, String)>>>);

impl Links {
    pub(in crate::file) fn of(tags: &[Tags]) -> Self {
        let parts: HashMap<&str, &[String]> =
            tags.iter().map(|(path, tags)| (path.as_str(), tags.as_slice())).collect();
        let targets = |part: &str| -> HashMap<String, String> {
            let relations = parts.get(relations_of(part).as_str()).copied().unwrap_or_default();
            relations.iter().filter_map(|tag| Some((attribute(tag, "Id")?, attribute(tag, "Target")?))).collect()
        };
        let mut links = Self::default();
        let Some((workbook, sheets)) = parts.iter().find(|(path, _)| path.ends_with("workbook.xml")) else {
            return links;
        };
        let folder = workbook.rsplit_once('/').map_or("", |(folder, _)| folder);
        let places = targets(workbook);
        // Sheets may claim one part, and cells one address, as often as a file likes: both are bounded.
        let (mut told, mut bytes) = (HashSet::new(), 0);
        for tag in *sheets {
            let Some((name, id)) = attribute(tag, "name").zip(attribute(tag, "id")) else { continue };
            let Some(target) = places.get(&id).map(|target| target.to_ascii_lowercase()) else { continue };
            let part = target.strip_prefix('/').map_or_else(|| format!("{folder}/{target}"), str::to_owned);
            if !told.insert(part.clone()) {
                continue;
            }
            let addresses = targets(&part);
            let mut rows: HashMap<u32, Vec<(u32, String)>> = HashMap::new();
            for tag in parts.get(part.as_str()).copied().unwrap_or_default() {
                let place = attribute(tag, "ref").and_then(|place| cell(&place));
                let address = attribute(tag, "id").and_then(|id| addresses.get(&id)).filter(|address| is_link(address));
                if let Some(((row, column), address)) = place.zip(address)
                    && bytes + address.len() <= MOST_BYTES
                {
                    bytes += address.len();
                    rows.entry(row).or_default().push((column, address.clone()));
                }
            }
            if !rows.is_empty() {
                links.0.insert(name, rows);
            }
        }
        links
    }

    /// Where the cells of a row lead.
    pub(super) fn of_row(&self, sheet: &str, row: u32) -> &[(u32, String)] {
        self.0.get(sheet).and_then(|rows| rows.get(&row)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The part in which a part's relations stand.
fn relations_of(part: &str) -> String {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    format!("{folder}/_rels/{name}.rels")
}

/// The row and the column of a cell, or of the first one of a range: `C2:C4` is row 2, column 3.
fn cell(place: &str) -> Option<(u32, u32)> {
    let place = place.split(':').next()?;
    let digits = place.find(|char: char| char.is_ascii_digit())?;
    let (letters, row) = place.split_at(digits);
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let number = u32::from(letter.to_ascii_uppercase().checked_sub(b'A').filter(|number| *number < 26)?) + 1;
        column.checked_mul(26)?.checked_add(number)
    })?;
    (column > 0).then_some((row.parse().ok()?, column))
}

/// An attribute of a tag by its name without prefix.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        let (before, behind) = rest.split_once('=')?;
        let key = before.trim_end().rsplit(|char: char| char.is_whitespace() || char == ':').next()?;
        let behind = behind.trim_start();
        let quote = behind.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, after) = behind.get(1..)?.split_once(quote)?;
        if key == name {
            let plain = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
            return Some(plain.replace("&amp;", "&"));
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_row_and_a_column() {
        for (place, expected) in
            [("C2", Some((2, 3))), ("AA10:AB12", Some((10, 27))), ("2", None), ("C", None), ("Ä1", None), ("", None)]
        {
            assert_eq!(cell(place), expected, "{place}");
        }
    }

    #[test]
    fn an_attribute_is_found_by_its_name_without_prefix() {
        let tag = "hyperlink ref='C2' r:id = \"rId9\" tooltip=\"a = 'b' &amp; c\"";
        let found = ["ref", "id", "tooltip", "display"].map(|name| attribute(tag, name));
        assert_eq!(found, [Some("C2".into()), Some("rId9".into()), Some("a = 'b' & c".into()), None]);
    }
}
