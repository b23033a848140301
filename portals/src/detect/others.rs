//! Columns about somebody else beside the applicant: whom to call, who vouches for her, where she worked. Taken for hers, such a number
//! would make two people one.

use satu_core::application::Field;
use satu_core::identity::{read_emails, read_phones};
use satu_core::import::mapping::ColumnMapping;

use crate::definition::{Definition, Entry};
use crate::header::header_words;

/// Words of a header that holds somebody's number or address: `HP Ibu` tells whose it is by itself.
const CONTACTS: [&str; 18] = [
    "hp",
    "telp",
    "telpon",
    "telepon",
    "tlp",
    "tel",
    "phone",
    "mobile",
    "cell",
    "ponsel",
    "handphone",
    "wa",
    "whatsapp",
    "nomor",
    "no",
    "number",
    "email",
    "surel",
];
/// What ties her to the applicant: `Hubungan dengan pelamar`.
const RELATIONS: [&str; 3] = ["hubungan", "relationship", "relation"];
/// Where somebody lives: no firm does.
const HOMES: [&str; 4] = ["domisili", "tinggal", "home", "residence"];

/// The words by which such columns are told, of a portal's definitions.
pub(super) struct Words<'a> {
    definitions: Vec<&'a Definition>,
}

/// Whom the header of a column names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Somebody {
    Person,
    Firm,
}

/// What a group of columns says of whose they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Hers,
    Another,
    /// `Kontak`, `Data Pribadi`, or no group at all.
    Sorts,
    Nothing,
}

impl<'a> Words<'a> {
    pub(super) fn of(chain: impl IntoIterator<Item = &'a Entry>) -> Self {
        Self { definitions: chain.into_iter().map(|entry| &entry.definition).collect() }
    }

    fn lists(&self, word: &str, list: impl Fn(&'a Definition) -> &'a [String]) -> bool {
        self.definitions.iter().copied().flat_map(list).any(|known| known == word)
    }

    fn is_person(&self, word: &str) -> bool {
        self.lists(word, |definition| &definition.others.people)
    }

    fn is_firm(&self, word: &str) -> bool {
        self.lists(word, |definition| &definition.others.firms)
    }

    fn is_beside(&self, word: &str) -> bool {
        word.bytes().all(|byte| byte.is_ascii_digit()) || self.lists(word, |definition| &definition.others.beside)
    }

    fn is_decoy(&self, word: &str) -> bool {
        self.is_person(word) || self.is_firm(word) || self.lists(word, |definition| &definition.decoys)
    }

    /// Whether a header is about somebody or something else.
    pub(super) fn is_about_another(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.is_decoy(word) || self.is_decoy(bare(word)))
    }

    /// Whether a header tells what she wishes.
    pub(super) fn is_wish(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.lists(word, |definition| &definition.wishes))
    }

    /// Whose columns a group's words say that they are.
    pub(super) fn said(&self, group: &str) -> Said {
        let words = header_words(group);
        let is_firms_name = words.first().is_some_and(|word| ["pt", "lpk"].contains(&word.as_str()));
        if is_firms_name && self.names(group).is_none() {
            // `PT Contoh` above the headers is a title.
            Said::Sorts
        } else if self.is_about_another(&words) {
            Said::Another
        } else if self.is_about_her(&words) {
            Said::Hers
        } else if words.iter().all(|word| self.is_beside(word)) {
            Said::Sorts
        } else {
            Said::Nothing
        }
    }

    /// Whether a header says that it is about the applicant.
    fn is_about_her(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.lists(word, |definition| &definition.others.applicant))
    }

    /// Whom a header names, telling nothing else of her: `Kontak Darurat`, `Nama Ibu Kandung`, but not `Alamat Orang Tua` or `Jumlah Anak`.
    pub(super) fn names(&self, header: &str) -> Option<Somebody> {
        let words = header_words(header);
        let is_one = |word: &String| self.is_person(word) || self.is_firm(word);
        if !words.iter().any(is_one) || !words.iter().all(|word| is_one(word) || self.is_beside(word)) {
            return None;
        }
        let person = words.iter().any(|word| self.is_person(word));
        Some(if person { Somebody::Person } else { Somebody::Firm })
    }

    /// For each column the place of the header to its left that names whose it is; none where it is the applicant's, or tells whose it is
    /// by itself.
    ///
    /// Somebody's columns go on until one that she would not have (a firm's birth date, anybody's date of application), one that nobody
    /// knows, or one that holds her number and says so: who writes `HP Ibu` means the applicant's by `No. HP`.
    pub(super) fn whose(&self, columns: &[ColumnMapping], samples: &[Vec<String>]) -> Vec<Option<usize>> {
        let mut whose = vec![None; columns.len()];
        let mut block: Option<(usize, Somebody)> = None;
        let mut named = false;
        for (at, (column, samples)) in columns.iter().zip(samples).enumerate() {
            if column.header.is_empty() {
                continue;
            }
            if column.field == Field::Extras
                && let Some(somebody) = self.names(&column.header)
                && may_name(samples)
            {
                block = Some((at, somebody));
                continue;
            }
            if let Some((place, somebody)) = block
                && self.may_be_of(somebody, column, samples, named)
            {
                whose[at] = Some(place);
                continue;
            }
            block = None;
            named |= is_name(column.field);
        }
        whose
    }

    /// Whether a column may be that of somebody who was named to its left. `named`: the applicant's own name stands further left.
    fn may_be_of(&self, somebody: Somebody, column: &ColumnMapping, samples: &[String], named: bool) -> bool {
        let words = header_words(&column.header);
        if words.first().is_some_and(|word| RELATIONS.contains(&word.as_str())) {
            return true;
        }
        if self.is_about_her(&words) {
            return false;
        }
        let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        let tells_more = || words.iter().all(|word| self.lists(word, |definition| &definition.others.more));
        match (column.field, somebody) {
            (Field::Phone | Field::Whatsapp | Field::Email | Field::Ignore, _)
            | (Field::BirthDate | Field::Gender, Somebody::Person)
            | (Field::Position, Somebody::Firm) => true,
            (Field::Location, _) => somebody == Somebody::Person || !has(&HOMES),
            (Field::FullName | Field::FirstName | Field::LastName, _) => named,
            (Field::Position, Somebody::Person) => tells_more(),
            (Field::Extras, _) => {
                let of_another = words.iter().any(|word| self.is_person(word) || self.is_firm(word));
                tells_more() || (of_another && !has(&CONTACTS) && !are_contacts(samples))
            }
            _ => false,
        }
    }
}

/// A word without what is glued before it: `nohportu` is `ortu`, `hpibu` is `ibu`. What is left of a word by chance is no decoy.
fn bare(word: &str) -> &str {
    const GLUED: [&str; 9] = ["nomor", "nama", "email", "telepon", "telp", "phone", "hp", "no", "wa"];
    let mut rest = word;
    while let Some(shorter) = GLUED.iter().find_map(|glued| rest.strip_prefix(glued)) {
        rest = shorter;
    }
    // The words of two letters are too short to be told from chance.
    if rest.len() >= 3 { rest } else { word }
}

pub(super) fn is_name(field: Field) -> bool {
    matches!(field, Field::FullName | Field::FirstName | Field::LastName)
}

/// Whether the cells may be names: `Anak` above numbers counts children, and `Kontak Darurat` above numbers holds the contact itself.
fn may_name(samples: &[String]) -> bool {
    let mut first = samples.iter().filter_map(|cell| cell.chars().find(|char| char.is_alphanumeric())).peekable();
    let numbers = first.peek().is_some() && first.all(|char| char.is_ascii_digit());
    !numbers && !are_contacts(samples)
}

fn are_contacts(samples: &[String]) -> bool {
    let usable = |cell: &String| {
        read_phones(cell).iter().any(|reading| reading.usable) || read_emails(cell).iter().any(|reading| reading.usable)
    };
    !samples.is_empty() && samples.iter().all(usable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OTHER, Registry};
    use rstest::rstest;

    #[rstest]
    #[case("Kontak Darurat", Some(Somebody::Person))]
    #[case("Reference 1", Some(Somebody::Person))]
    #[case("Penjamin", Some(Somebody::Person))]
    #[case("Nama Ibu Kandung", Some(Somebody::Person))]
    #[case("Mother's Name", Some(Somebody::Person))]
    #[case("Nama Orang Tua/Wali", Some(Somebody::Person))]
    #[case("Atasan Terakhir", Some(Somebody::Person))]
    #[case("Data Penjamin", Some(Somebody::Person))]
    #[case("Next of Kin", Some(Somebody::Person))]
    #[case("Perusahaan Terakhir", Some(Somebody::Firm))]
    #[case("mostRecentCompanyName", Some(Somebody::Firm))]
    #[case("Nama Lengkap", None)]
    #[case("Nama Panggilan", None)]
    #[case("Jumlah Anak", None)]
    #[case("Anak ke", None)]
    #[case("Alamat Orang Tua", None)]
    #[case("Pekerjaan Orang Tua", None)]
    #[case("No. HP Ibu", None)]
    #[case("Nomor Kontak Darurat", None)]
    #[case("Company Location", None)]
    #[case("Pengasuh Anak", None)]
    #[case("PT Sekolah Ibu", None)]
    #[case("Pendidikan Terakhir", None)]
    #[case("Kontak", None)]
    #[case("2", None)]
    fn a_header_names_somebody_when_it_tells_nothing_else(#[case] header: &str, #[case] named: Option<Somebody>) {
        let registry = Registry::builtin().unwrap();
        assert_eq!(Words::of(registry.chain(OTHER)).names(header), named, "{header}");
    }

    #[rstest]
    #[case("nohportu", "ortu")]
    #[case("hpibu", "ibu")]
    #[case("notelpmertua", "mertua")]
    #[case("whatsapp", "whatsapp")]
    #[case("hp", "hp")]
    #[case("nohp", "nohp")]
    #[case("telepon", "telepon")]
    fn a_glued_word_is_bared(#[case] word: &str, #[case] rest: &str) {
        assert_eq!(bare(word), rest);
    }

    #[rstest]
    #[case("Data Pelamar", Said::Hers)]
    #[case("Data Penjamin", Said::Another)]
    #[case("Pekerjaan Terakhir", Said::Another)]
    #[case("Data Pribadi", Said::Sorts)]
    #[case("Kontak", Said::Sorts)]
    #[case("", Said::Sorts)]
    #[case("PT Contoh", Said::Sorts)]
    #[case("Wakil", Said::Nothing)]
    fn a_group_may_say_whose_its_columns_are(#[case] group: &str, #[case] said: Said) {
        let registry = Registry::builtin().unwrap();
        assert_eq!(Words::of(registry.chain(OTHER)).said(group), said, "{group}");
    }

    #[rstest]
    #[case::nothing(&[], true)]
    #[case::names(&["Ibu Ratna", "-"], true)]
    #[case::blanks(&["-"], true)]
    #[case::numbers(&["081234567890", "081234567891"], false)]
    #[case::counts(&["2", "0 anak"], false)]
    #[case::addresses(&["ratna@example.com"], false)]
    fn cells_tell_a_name_from_a_number(#[case] cells: &[&str], #[case] may: bool) {
        let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        assert_eq!(may_name(&cells), may);
    }
}
