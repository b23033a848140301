//! Which characters separate and quote, found out from the first rows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use csv::ReaderBuilder;

use super::Marks;
use super::spaces::{is_spaced, unspaced};
use super::stand_in::with_byte;
use crate::file::{Delimiter, DialectChoice, Escape};

/// Excel's own first line `sep=;`, which no spreadsheet shows: its separator and its length.
pub(super) fn sep_line(text: &str) -> (Option<char>, usize) {
    let line_len = text.find(['\r', '\n']).unwrap_or(text.len());
    let line = text.get(..line_len).unwrap_or_default().trim_matches('"');
    let named = line.get(..4).filter(|word| word.eq_ignore_ascii_case("sep=")).and_then(|_| line.get(4..));
    let Some(separator) = named.and_then(|one| one.parse::<Delimiter>().ok()).filter(|_| line.chars().count() == 5)
    else {
        return (None, 0);
    };
    let rest = text.get(line_len..).unwrap_or_default();
    let end = if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) };
    (Some(separator.char()), line_len + end)
}

const USUAL: [char; 4] = [',', ';', '\t', '|'];
/// What else programs put between cells, and people do not put into words.
const UNUSUAL: &str = "^~#!$%&*:=`<>\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x1c\x1d\x1e\x1f";
/// Signs that people do put into words, and some programs between cells.
const IN_ASCII_WORDS: [char; 8] = ['/', '\\', '@', '?', '+', '_', '-', '.'];
/// Signs outside ASCII that people do put into words.
const IN_WORDS: &str = "‘’‚“”„‹›«»´–—…°º•€";

/// The marks of a text. What a person chose is obeyed before the separator that the text's first line names, and that before what
/// the rows look like.
pub(super) fn marks(text: &str, whole: bool, named: Option<char>, choice: &DialectChoice) -> Marks {
    let named = choice.delimiter.map(Delimiter::char).or(named);
    let quote = match choice.quote {
        Some(chosen) => chosen.byte(),
        None if quoted_singly(text, named) => Some(b'\''),
        None if named != Some('`') && quoted_gravely(text) => Some(b'`'),
        None => Some(b'"'),
    };
    let mut marks = Marks { separator: ',', quote, escape: None, spaced: false };
    marks.separator = named.unwrap_or_else(|| separator_of(text, whole, marks));
    let escape =
        choice.escape.map_or_else(|| escapes_with_backslash(text, marks), |chosen| chosen == Escape::Backslash);
    if escape && quote.is_some() && marks.separator != '\\' {
        marks.escape = Some(b'\\');
        marks.separator = named.unwrap_or_else(|| separator_of(text, whole, marks));
    }
    marks.spaced = is_spaced(text, marks);
    marks
}

/// How many cells most of the first rows have.
pub(super) fn width(text: &str, whole: bool, marks: Marks) -> usize {
    fit(text, marks, whole).width
}

/// Whether the first rows are a table of several columns rather than sentences with commas: behind those a space stands.
pub(super) fn is_table(text: &str, whole: bool, named: Option<char>, choice: &DialectChoice) -> bool {
    let marks = marks(text, whole, named, choice);
    let fit = fit(text, marks, whole);
    let is_sentence = fit.width == 2 && !text.contains('"') && text.contains(&format!("{} ", marks.separator));
    fit.covers_nearly_all() && !is_sentence
}

/// Whether cells stand between `'`: nearly every such mark that opens a cell is closed where the cell ends. An apostrophe before a phone
/// number, which a spreadsheet puts there to make it text, is closed nowhere. And the headers are quoted too, or some cell needs it: a
/// column of nicknames in quotes is written so by people.
fn quoted_singly(text: &str, named: Option<char>) -> bool {
    let text = named.map_or(Cow::Borrowed(text), |separator| with_byte(text, separator));
    let named = named.map(|separator| Marks { separator, quote: None, escape: None, spaced: false }.byte());
    let is_border = |byte: Option<&u8>| {
        byte.is_none_or(|byte| {
            matches!(byte, b'\r' | b'\n') || USUAL.contains(&char::from(*byte)) || named == Some(*byte)
        })
    };
    let (mut opened, mut closed) = (0_usize, 0_usize);
    let mut opened_at = None;
    let mut needed = false;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| matches!(byte, b'\'' | b'"')) {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let after = bytes.get(at + 1);
        if *byte == b'"' {
            if is_border(before) {
                return false;
            }
            continue;
        }
        opened += usize::from(is_border(before));
        closed += usize::from(is_border(after));
        if is_border(before) {
            opened_at = opened_at.or(Some(at + 1));
        }
        if is_border(after)
            && let Some(cell) = opened_at.take().and_then(|start| bytes.get(start..at))
        {
            needed |= cell.iter().any(|byte| is_border(Some(byte))) || cell.windows(2).any(|pair| pair == b"''");
        }
    }
    // The headers' line is the first of several cells; what stands above it are titles.
    let lines = || bytes.split(|byte| matches!(byte, b'\r' | b'\n')).filter(|line| !line.is_empty());
    let has_quoted = |line: &[u8]| {
        let quotes = line.iter().enumerate().filter(|(_, byte)| **byte == b'\'');
        let mut before = quotes.map(|(at, _)| at.checked_sub(1).and_then(|at| line.get(at)));
        before.any(is_border)
    };
    let header = lines().find(|line| line.iter().any(|byte| is_border(Some(byte)))).or_else(|| lines().next());
    opened >= 2 && opened.abs_diff(closed) * 10 <= opened && (needed || header.is_some_and(has_quoted))
}

/// Whether cells stand between grave accents: every line begins with one, and nearly every line ends with one.
fn quoted_gravely(text: &str) -> bool {
    let lines = || text.lines().filter(|line| !line.is_empty());
    let ended = lines().filter(|line| line.ends_with('`')).count();
    ended >= 2 && lines().all(|line| line.starts_with('`')) && ended * 10 >= lines().count() * 9
}

/// Whether `\"` stands inside cells and `""` does not.
fn escapes_with_backslash(text: &str, marks: Marks) -> bool {
    let text = with_byte(text, marks.separator);
    let separator = marks.byte();
    let bytes = text.as_bytes();
    let ends_cell = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b'\r' | b'\n') || *byte == separator);
    let (mut escaped, mut doubled) = (0_usize, 0_usize);
    for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| Some(**byte) == marks.quote) {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let two_before = at.checked_sub(2).and_then(|at| bytes.get(at));
        let after = bytes.get(at + 1);
        // A path may end in a backslash just before the mark that closes its cell.
        if before == Some(&b'\\') && !ends_cell(after) {
            escaped += 1;
        }
        // Two marks are an empty cell where a cell begins.
        if before == Some(byte) && !ends_cell(two_before) {
            doubled += 1;
        }
    }
    escaped > 0 && doubled == 0
}

/// How well a separator divides the first records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fit {
    /// Records with the most frequent width above one.
    alike: usize,
    /// That width.
    width: usize,
    /// All records.
    records: usize,
}

impl Fit {
    const NONE: Self = Self { alike: 0, width: 0, records: 0 };

    const fn score(self) -> usize {
        self.alike * self.width.saturating_sub(1)
    }

    /// Whether nine of ten records are alike.
    const fn covers_nearly_all(self) -> bool {
        self.alike * 10 >= self.records * 9 && self.alike > 1
    }
}

/// The separator that splits the most records into the same number of columns, wider tables counting more. One of the unusual is taken
/// where it divides nearly all records alike, and better than the best of the usual, which does not.
fn separator_of(text: &str, whole: bool, marks: Marks) -> char {
    let best = |among: &[char]| {
        let fits =
            among.iter().map(|separator| (fit(text, Marks { separator: *separator, ..marks }, whole), *separator));
        // `max_by_key` gives the last of equals: the comma comes first, so that it wins a tie.
        fits.rev().max_by_key(|(fit, _)| fit.score()).unwrap_or((Fit::NONE, ','))
    };
    let (usual, separator) = best(&USUAL);
    if usual.covers_nearly_all() {
        return separator;
    }
    let quotes = |sign: &char| marks.quote.map(char::from) == Some(*sign);
    let among: Vec<char> = UNUSUAL.chars().chain(signs_beyond_ascii(text)).filter(|sign| !quotes(sign)).collect();
    let (unusual, other) = best(&among);
    if unusual.covers_nearly_all() && unusual.score() > usual.score() {
        return other;
    }
    let mut in_words = IN_ASCII_WORDS.into_iter().filter(|_| usual.alike * 2 < usual.records);
    in_words.find(|sign| parts_headers_and_numbers(text, *sign)).unwrap_or(separator)
}

/// Whether a sign that people put into words parts cells all the same: it stands equally often in every line, at least twice; the first
/// line is of headers, and most cells of some column below one are numbers. Lines of dates, addresses and paths are not so.
fn parts_headers_and_numbers(text: &str, separator: char) -> bool {
    const LINES: usize = 200;
    let is_number =
        |cell: &str| cell.len() > 5 && cell.bytes().filter(u8::is_ascii_digit).count() * 10 > cell.len() * 8;
    let is_header = |cell: &&str| {
        cell.starts_with(char::is_alphabetic)
            && !cell.ends_with(' ')
            && !cell.contains(|char: char| char.is_numeric() || char == '@')
    };
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).take(LINES);
    let headers: Vec<&str> = lines.next().unwrap_or_default().split(separator).collect();
    if headers.len() < 3 || !headers.iter().all(is_header) {
        return false;
    }
    let (mut rows, mut numbers) = (0_usize, vec![0_usize; headers.len()]);
    for line in lines {
        let cells: Vec<&str> = line.split(separator).collect();
        if cells.len() != headers.len() {
            return false;
        }
        rows += 1;
        for (numbers, cell) in numbers.iter_mut().zip(cells) {
            *numbers += usize::from(is_number(cell));
        }
    }
    rows >= 2 && numbers.iter().any(|numbers| numbers * 2 > rows)
}

/// The signs outside ASCII that a text holds most of and no word does.
fn signs_beyond_ascii(text: &str) -> impl Iterator<Item = char> {
    const MOST: usize = 4;
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    let is_sign = |char: &char| !char.is_ascii() && !char.is_alphanumeric() && !char.is_whitespace();
    for char in text.chars().filter(is_sign).filter(|char| !IN_WORDS.contains(*char)) {
        *counts.entry(char).or_default() += 1;
    }
    let mut signs: Vec<(usize, char)> = counts.into_iter().map(|(char, count)| (count, char)).collect();
    signs.sort_unstable_by(|a, b| b.cmp(a));
    signs.into_iter().take(MOST).map(|(_, char)| char)
}

/// A text as its records are read: its separator is one byte, no space stands before a cell.
pub(super) fn as_read(text: &str, marks: Marks) -> Cow<'_, str> {
    unspaced(with_byte(text, marks.separator), marks)
}

fn fit(text: &str, marks: Marks, whole: bool) -> Fit {
    const RECORDS: usize = 200;
    let text = as_read(text, marks);
    let mut reader = ReaderBuilder::new()
        .delimiter(marks.byte())
        .quoting(marks.quote.is_some())
        .quote(marks.quote.unwrap_or_default())
        .escape(marks.escape)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut widths: Vec<usize> =
        reader.byte_records().map_while(Result::ok).take(RECORDS).map(|record| record.len()).collect();
    if !whole && widths.len() < RECORDS && widths.len() > 1 {
        widths.pop();
    }
    let records = widths.len();
    widths.sort_unstable();
    let runs = widths.chunk_by(|a, b| a == b).map(|run| (run.len(), run.first().copied().unwrap_or_default()));
    let best = runs.filter(|(_, width)| *width > 1).max_by_key(|(alike, width)| alike * (width - 1));
    let (alike, width) = best.unwrap_or_default();
    Fit { alike, width, records }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::semicolon("sep=;\r\na;b", Some(';'), 7)]
    #[case::quoted("\"sep=|\"\na|b", Some('|'), 8)]
    #[case::upper_case("SEP=\t\na\tb", Some('\t'), 6)]
    #[case::unusual("sep=^\na^b", Some('^'), 6)]
    #[case::beyond_ascii("sep=¦\na¦b", Some('¦'), 7)]
    #[case::no_such_line("separator;x\na;b", None, 0)]
    #[case::longer_line("sep=;;\na;b", None, 0)]
    fn excels_first_line_names_the_separator(
        #[case] text: &str,
        #[case] separator: Option<char>,
        #[case] length: usize,
    ) {
        assert_eq!(sep_line(text), (separator, length));
    }

    #[rstest]
    #[case::unusual("Nama^HP^Kota\nSiti^0812^Jl. A, Depok\nAni^0813^Bogor\n", '^')]
    #[case::unit_separator("Nama\u{1f}HP\nSiti\u{1f}0812\n", '\u{1f}')]
    #[case::colon("Nama:HP:Kota\nSiti:0812:Depok\nAni:0813:Bogor\n", ':')]
    #[case::broken_bar("Nama¦HP¦Kota\nSiti¦0812¦Jl. A, Depok\nAni¦0813¦Bogor\n", '¦')]
    #[case::section("Nama§HP\nSiti – “Iti”§0812\nAni – “Ani”§0813\n", '§')]
    #[case::slash("Nama/No. HP/Kota\nSiti/081234567801/Depok\nAni/081234567802/Bogor\n", '/')]
    #[case::backslash("Nama\\HP\\Kota\nSiti\\081234567801\\Depok\nAni\\081234567802\\Bogor\n", '\\')]
    #[case::dates("Tanggal-Bulan-Tahun\n2026-04-11\n2026-04-12\n", ',')]
    #[case::paths("Folder/CV/Siti\nFolder/CV/Ani\nFolder/CV/Budi\n", ',')]
    #[case::numbers("08-1234-5678\n08-1234-5679\n08-1234-5670\n", ',')]
    #[case::slashes_beside_commas("Nama,HP/WA/Telp\nSiti/Iti/x,081234567801\nAni/A/y,081234567802\n", ',')]
    #[case::dashes_in_words("Nama\nSiti – Depok\nAni – Bogor\n", ',')]
    #[case::one_column_of_times("Waktu\n08:00\n09:00\n10:00\n", ',')]
    #[case::title_rows("Laporan\n\nNama;HP\nSiti;0812\nAni;0813\nBudi;0814\n", ';')]
    fn the_separator_is_what_divides_the_rows_alike(#[case] text: &str, #[case] separator: char) {
        assert_eq!(marks(text, true, None, &DialectChoice::default()).separator, separator);
    }

    #[rstest]
    #[case::single("'Nama','Kota'\n'Siti','Jl. A, Depok'\n", b'\'', None)]
    #[case::graves("`Nama`;`No. HP`\n`Siti`;`0812`\n`Ani; A`;`0813`\n", b'`', None)]
    #[case::some_graves("Nama,Folder\nSiti,`CV, lama`\n`Ani`,`CV`\n", b'"', None)]
    #[case::single_where_needed("Nama,Kota\nSiti,'Jl. A, Depok'\nAni,'Jl. B, Bogor'\n", b'\'', None)]
    #[case::single_below_a_title("Pelamar\n'Nama','Kota'\n'Siti','Depok'\n", b'\'', None)]
    #[case::a_column_in_quotes("Nama,HP,Julukan\nSiti,0812,'Iti'\nDewi,0813,'Wiwi'\n", b'"', None)]
    #[case::apostrophes_before_phones("Nama,HP\nSiti,'+62812\nAni,'+62813\n", b'"', None)]
    #[case::apostrophes_inside("Nama,HP\nNur'aini,0812\nMa'ruf,0813\n", b'"', None)]
    #[case::backslash("Nama,Julukan\n\"Siti\",\"si \\\"Iti\\\" kecil\"\n", b'"', Some(b'\\'))]
    #[case::doubled("Nama,Julukan\n\"Siti\",\"si \"\"Iti\"\" kecil\"\n", b'"', None)]
    #[case::a_path("Nama,Folder,Kota\n\"Siti\",\"C:\\CV\\\",Depok\n", b'"', None)]
    #[case::empty_cells("Nama,A,B\n\"Siti\",\"\",\"\"\n", b'"', None)]
    fn quotes_and_escapes_are_told_from_the_cells(#[case] text: &str, #[case] quote: u8, #[case] escape: Option<u8>) {
        let found = marks(text, true, None, &DialectChoice::default());
        assert_eq!((found.quote, found.escape), (Some(quote), escape));
    }
}
