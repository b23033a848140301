//! The tags and records of a packed workbook's parts that say something of cells, as they stream by.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Area, Beside};

/// What one tag or record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::file) enum Said {
    /// What an id of the part stands for: another part, or a page.
    Relation { id: String, target: String },
    /// A sheet, and the id of its part.
    Sheet { name: String, id: String },
    /// Cells lead to the page of an id.
    Link { area: Area, id: String },
    /// Cells are merged, downwards and perhaps to the right.
    Merged(Area),
}

/// A part's path, and what it says.
pub(in crate::file) type PartSaid = (String, Vec<Said>);

/// Bytes that all of it may take of one workbook; what comes behind them is not heeded.
pub(in crate::file) const MOST_BYTES: usize = 8 << 20;

/// The names of a part's tags that say something.
pub(in crate::file) fn kept_tags(path: &str) -> &'static [&'static [u8]] {
    if path.ends_with(".rels") {
        &[b"Relationship"]
    } else if path.contains("/worksheets/") {
        &[b"hyperlink", b"mergeCell"]
    } else if path.ends_with("workbook.xml") {
        &[b"sheet"]
    } else {
        &[]
    }
}

/// Kinds of records in a binary workbook (MS-XLSB 2.3.2).
const SHEET: u16 = 156;
const MERGED: u16 = 176;
const LINK: u16 = 494;

/// How many of its first bytes say what a record of a kind says.
pub(in crate::file) const fn wanted_bytes(kind: u16) -> usize {
    match kind {
        SHEET | LINK => 2 << 10,
        MERGED => 16,
        _ => 0,
    }
}

impl Said {
    /// A tag by its name.
    pub(in crate::file) fn of_tag(name: &[u8], tag: &str) -> Option<Self> {
        match name {
            b"Relationship" => Some(Self::Relation { id: attribute(tag, "Id")?, target: attribute(tag, "Target")? }),
            b"sheet" => Some(Self::Sheet { name: attribute(tag, "name")?, id: attribute(tag, "id")? }),
            b"hyperlink" => Some(Self::Link { area: area(&attribute(tag, "ref")?)?, id: attribute(tag, "id")? }),
            b"mergeCell" => Some(Self::Merged(downwards(area(&attribute(tag, "ref")?)?)?)),
            _ => None,
        }
    }

    /// A record's first bytes: of `BrtBundleSh`, `BrtMergeCell` or `BrtHLink`.
    pub(in crate::file) fn of_record(kind: u16, body: &[u8]) -> Option<Self> {
        match kind {
            SHEET => {
                let (id, rest) = wide_text(body.get(8..)?)?;
                Some(Self::Sheet { id, name: wide_text(rest)?.0 })
            }
            MERGED => Some(Self::Merged(downwards(record_area(body)?)?)),
            LINK => Some(Self::Link { area: record_area(body)?, id: wide_text(body.get(16..)?)?.0 }),
            _ => None,
        }
    }

    /// The bytes that it takes.
    pub(in crate::file) fn bytes(&self) -> usize {
        let text = match self {
            Self::Relation { id, target: other } | Self::Sheet { id, name: other } => id.len() + other.len(),
            Self::Link { id, .. } => id.len(),
            Self::Merged(_) => 0,
        };
        size_of::<Self>() + text
    }
}

/// What the parts of a workbook say of its sheets, by the sheets' names.
pub(in crate::file) fn of_sheets(parts: &[PartSaid]) -> HashMap<String, Arc<Beside>> {
    let parts: HashMap<&str, &[Said]> = parts.iter().map(|(path, said)| (path.as_str(), said.as_slice())).collect();
    let is_workbook = |path: &str| path.ends_with("workbook.xml") || path.ends_with("workbook.bin");
    let Some((workbook, sheets)) = parts.iter().find(|(path, _)| is_workbook(path)) else { return HashMap::new() };
    let folder = workbook.rsplit_once('/').map_or("", |(folder, _)| folder);
    let places = targets(&parts, workbook);
    // Sheets may claim one part as often as a file likes.
    let mut told = HashSet::new();
    let mut all = HashMap::new();
    for said in *sheets {
        let Said::Sheet { name, id } = said else { continue };
        let Some(target) = places.get(id.as_str()).map(|target| target.to_ascii_lowercase()) else { continue };
        let part = target.strip_prefix('/').map_or_else(|| format!("{folder}/{target}"), str::to_owned);
        if !told.insert(part.clone()) {
            continue;
        }
        let addresses = targets(&parts, &part).into_iter();
        let addresses: HashMap<&str, Arc<str>> = addresses.map(|(id, address)| (id, address.into())).collect();
        let mut beside = Beside::default();
        for said in parts.get(part.as_str()).copied().unwrap_or_default() {
            match said {
                Said::Link { area, id } => {
                    if let Some(address) = addresses.get(id.as_str()) {
                        beside.link(*area, address);
                    }
                }
                Said::Merged(area) => beside.merge(*area),
                Said::Relation { .. } | Said::Sheet { .. } => {}
            }
        }
        all.insert(name.clone(), beside.complete());
    }
    all
}

/// What the ids of a part stand for.
fn targets<'a>(parts: &HashMap<&str, &'a [Said]>, part: &str) -> HashMap<&'a str, &'a str> {
    let relations: &'a [Said] = parts.get(relations_of(part).as_str()).copied().unwrap_or_default();
    let pairs = relations.iter().filter_map(|said| match said {
        Said::Relation { id, target } => Some((id.as_str(), target.as_str())),
        _ => None,
    });
    pairs.collect()
}

/// The part in which a part's relations stand.
fn relations_of(part: &str) -> String {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    format!("{folder}/_rels/{name}.rels")
}

/// An area that is more than one row high: to the right, nothing is asked of the cells that a merged one covers.
fn downwards(area: Area) -> Option<Area> {
    (area.bottom > area.top).then_some(area)
}

/// A cell or a range of cells: `C2`, `C2:C4`.
fn area(place: &str) -> Option<Area> {
    let (first, last) = place.split_once(':').unwrap_or((place, place));
    let ((top, left), (bottom, right)) = (cell(first)?, cell(last)?);
    Some(Area { top, left, bottom, right })
}

/// The row and the column of a cell: `C2` is row 2, column 3.
fn cell(place: &str) -> Option<(u32, u32)> {
    let digits = place.find(|char: char| char.is_ascii_digit())?;
    let (letters, row) = place.split_at(digits);
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let number = u32::from(letter.to_ascii_uppercase().checked_sub(b'A').filter(|number| *number < 26)?) + 1;
        column.checked_mul(26)?.checked_add(number)
    })?;
    (column > 0).then_some((row.parse().ok()?, column))
}

/// First and last row, first and last column, each in four bytes from nought.
fn record_area(body: &[u8]) -> Option<Area> {
    let (ends, _) = body.as_chunks::<4>();
    let [top, bottom, left, right] = ends.first_chunk::<4>()?.map(|end| u32::from_le_bytes(end).saturating_add(1));
    Some(Area { top, left, bottom, right })
}

/// A text behind its length in four bytes, two bytes a letter; and what follows it.
fn wide_text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (letters, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*letters)).ok()?.checked_mul(2)?;
    let (text, rest) = rest.split_at_checked(length)?;
    let units: Vec<u16> = text.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    Some((String::from_utf16_lossy(&units), rest))
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
    use rstest::rstest;

    use super::*;

    const fn of(top: u32, left: u32, bottom: u32, right: u32) -> Area {
        Area { top, left, bottom, right }
    }

    #[rstest]
    #[case("C2", Some(of(2, 3, 2, 3)))]
    #[case("AA10:AB12", Some(of(10, 27, 12, 28)))]
    #[case("2", None)]
    #[case("C", None)]
    #[case("C2:", None)]
    #[case("\u{c4}1", None)]
    #[case("", None)]
    fn a_place_is_rows_and_columns(#[case] place: &str, #[case] expected: Option<Area>) {
        assert_eq!(area(place), expected);
    }

    #[test]
    fn an_attribute_is_found_by_its_name_without_prefix() {
        let tag = "hyperlink ref='C2' r:id = \"rId9\" tooltip=\"a = 'b' &amp; c\"";
        let found = ["ref", "id", "tooltip", "display"].map(|name| attribute(tag, name));
        assert_eq!(found, [Some("C2".into()), Some("rId9".into()), Some("a = 'b' & c".into()), None]);
    }

    #[test]
    fn a_record_says_the_same_as_a_tag() {
        let ends = |ends: [u32; 4]| ends.map(u32::to_le_bytes).concat();
        let text = |text: &str| {
            let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            [u32::try_from(units.len() / 2).unwrap().to_le_bytes().to_vec(), units].concat()
        };
        let sheet = [vec![0; 8], text("rId1"), text("Pelamar")].concat();
        let link = [ends([1, 3, 2, 2]), text("rId9"), text(""), text(""), text("")].concat();
        for (kind, body, name, tag) in [
            (SHEET, sheet, &b"sheet"[..], "sheet name=\"Pelamar\" sheetId=\"1\" r:id=\"rId1\""),
            (MERGED, ends([1, 2, 0, 1]), &b"mergeCell"[..], "mergeCell ref=\"A2:B3\"/"),
            (MERGED, ends([1, 1, 0, 1]), &b"mergeCell"[..], "mergeCell ref=\"A2:B2\"/"),
            (LINK, link, &b"hyperlink"[..], "hyperlink ref=\"C2:C4\" r:id=\"rId9\"/"),
        ] {
            assert_eq!(Said::of_record(kind, &body), Said::of_tag(name, tag), "{tag}");
            (0..body.len()).for_each(|cut| drop(Said::of_record(kind, &body[..cut])));
        }
        assert_eq!(Said::of_tag(b"mergeCell", "mergeCell ref=\"A2:B3\"/"), Some(Said::Merged(of(2, 1, 3, 2))));
        assert_eq!(Said::of_tag(b"mergeCell", "mergeCell ref=\"A2:B2\"/"), None, "to the right only");
        assert_eq!(Said::of_record(LINK, &[0xFF; 64]), None, "no page: a place in the workbook");
    }
}
