//! Levels of education: `SMA`, `D3 Kebidanan`, `Bachelor's Degree`.

use satu_core::application::EducationLevel::{self, D1, D2, D3, D4, S1, S2, S3, Sd, Sma, Smp};

/// What a text says of her education.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Education {
    /// It names no level: `Universitas Contoh`.
    #[default]
    Unnamed,
    /// The levels that it names are unfinished, or it leaves open which of them are: `mahasiswa S1`, `SMA sedang kuliah S1`.
    Unclear,
    /// The highest level that is finished.
    Level(EducationLevel),
}

impl Education {
    /// The level, where there is no doubt.
    #[must_use]
    pub const fn level(self) -> Option<EducationLevel> {
        match self {
            Self::Level(level) => Some(level),
            Self::Unnamed | Self::Unclear => None,
        }
    }
}

/// The highest level that a tidy text says is finished (`SMK, lalu D3 Kebidanan`, `SMA (sedang kuliah S1)`). Unclear where she is still at the
/// only one or left it (`mahasiswa S1`, `belum lulus S1`, `S1 (tidak selesai)`), or where it leaves open which level that is said of.
#[must_use]
pub fn read_education(text: &str) -> Education {
    let lower = if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() };
    let (mut finished, mut before): (Option<EducationLevel>, Option<EducationLevel>) = (None, None); // `before`: of the clause before, of which the next may say more
    let mut named = false;
    let mut awaited = false; // whether what was said to be unfinished is still to be named
    for part in lower.split(separates) {
        let words: Vec<&str> = part.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        for clause in words.split(|word| matches!(*word, "lalu" | "kemudian" | "dan" | "then" | "and")) {
            let studies = clause.iter().any(|word| STUDYING.contains(word));
            let unfinished = studies || clause.iter().any(|word| UNFINISHED.contains(word));
            let level = level_in(clause);
            named |= level.is_some();
            match (level, unfinished) {
                (None, false) => {}
                (Some(level), false) => {
                    finished = finished.max(before);
                    before = Some(level).filter(|_| !awaited);
                    awaited = false;
                }
                (Some(_), true) => {
                    finished = finished.max(before.take());
                    awaited = false;
                }
                // It is said of the clause before or behind; but who studies has finished school.
                (None, true) => {
                    before = before.filter(|level| studies && *level <= Sma);
                    awaited = true;
                }
            }
        }
    }
    match finished.max(before) {
        Some(level) => Education::Level(level),
        None if named => Education::Unclear,
        None => Education::Unnamed,
    }
}

/// What parts two clauses. A hyphen does not: `D-III`.
const fn separates(c: char) -> bool {
    matches!(c, ',' | ';' | '/' | '|' | '(' | ')' | '[' | ']' | '&' | '+' | '>' | '→' | ':')
}

/// The highest level among a clause's words. Behind a school's level a degree in words is a part of the school's name (`SMA Doctor Sutomo`).
fn level_in(words: &[&str]) -> Option<EducationLevel> {
    let mut highest: Option<EducationLevel> = None;
    let mut school = false;
    for (at, word) in words.iter().enumerate() {
        let Some(level) = level_of(word, words.get(at + 1).copied()) else { continue };
        if school && NAMING.contains(word) {
            continue;
        }
        school |= level <= Sma;
        highest = highest.max(Some(level));
    }
    highest
}

/// The level that a word names, alone or with the next one.
fn level_of(word: &str, next: Option<&str>) -> Option<EducationLevel> {
    if matches!(word, "d" | "diploma" | "dipl" | "s" | "strata" | "paket" | "kejar" | "ph")
        && let Some(level) = next.and_then(|number| numbered(word, number))
    {
        return Some(level);
    }
    LEVELS.iter().find(|(names, _)| names.contains(&word)).map(|(_, level)| *level)
}

/// `D 3`, `Diploma III`, `Strata 1`, `Paket C`.
fn numbered(scale: &str, number: &str) -> Option<EducationLevel> {
    match (scale, number) {
        ("paket" | "kejar", "a") => Some(Sd),
        ("paket" | "kejar", "b") => Some(Smp),
        ("paket" | "kejar", "c") => Some(Sma),
        ("d" | "diploma" | "dipl", "1" | "i" | "satu") => Some(D1),
        ("d" | "diploma" | "dipl", "2" | "ii" | "dua") => Some(D2),
        ("d" | "diploma" | "dipl", "3" | "iii" | "tiga") => Some(D3),
        ("d" | "diploma" | "dipl", "4" | "iv" | "empat") => Some(D4),
        ("s" | "strata", "1" | "i" | "satu") => Some(S1),
        ("s" | "strata", "2" | "ii" | "dua") => Some(S2),
        ("s" | "strata", "3" | "iii" | "tiga") => Some(S3),
        ("ph", "d") => Some(S3),
        _ => None,
    }
}

/// Words of who is at a university, and words of who is still at it, has left it, or has not come to its end.
const STUDYING: [&str; 13] = [
    "mahasiswa",
    "mahasiswi",
    "kuliah",
    "semester",
    "smt",
    "undergraduate",
    "student",
    "lanjut",
    "melanjutkan",
    "pursuing",
    "studying",
    "cuti",
    "skripsi",
];
const UNFINISHED: [&str; 22] = [
    "belum",
    "blm",
    "tidak",
    "tdk",
    "tak",
    "gak",
    "ga",
    "nggak",
    "not",
    "sedang",
    "masih",
    "calon",
    "putus",
    "berhenti",
    "ongoing",
    "progress",
    "currently",
    "drop",
    "dropout",
    "do",
    "unfinished",
    "incomplete",
];

/// Degrees that schools are named after.
const NAMING: [&str; 8] = ["akademi", "associate", "sarjana", "magister", "master", "masters", "doktor", "doctor"];

/// Words that name a level by themselves. `D` alone, `MA` as a degree and the like are left out where they are doubtful.
const LEVELS: [(&[&str], EducationLevel); 10] = [
    (&["sd", "mi", "sdn", "sdit", "elementary", "primary"], Sd),
    (&["smp", "mts", "smpn", "sltp", "junior"], Smp),
    (
        &[
            "sma",
            "smk",
            "smu",
            "slta",
            "stm",
            "smea",
            "smkk",
            "sman",
            "smkn",
            "man",
            "mak",
            "spk",
            "smf",
            "senior",
            "vocational",
            "highschool",
            "ma",
        ],
        Sma,
    ),
    // `DI` is the word for "in": `SMA di Depok`.
    (&["d1"], D1),
    (&["d2", "dii"], D2),
    (&["d3", "diii", "associate", "akademi"], D3),
    (&["d4", "div"], D4),
    (&["s1", "sarjana", "bachelor", "bachelors"], S1),
    (&["s2", "magister", "master", "masters"], S2),
    (&["s3", "doktor", "doctor", "doctorate", "doctoral", "phd"], S3),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_found_among_its_words() {
        for (text, level) in [
            ("SD", Sd),
            ("SD/sederajat", Sd),
            ("Paket A", Sd),
            ("SMP", Smp),
            ("SMP Negeri 3", Smp),
            ("MTs", Smp),
            ("Junior High School", Smp),
            ("SMA", Sma),
            ("sma/smk", Sma),
            ("SMA/SMK Sederajat", Sma),
            ("SMK Keperawatan", Sma),
            ("SLTA", Sma),
            ("Paket C", Sma),
            ("Senior High School", Sma),
            ("High School Diploma (Senior)", Sma),
            ("D1", D1),
            ("D-2 PGTK", D2),
            ("D3 Kebidanan", D3),
            ("D-III Keperawatan", D3),
            ("DIII Kebidanan", D3),
            ("Diploma 3", D3),
            ("Diploma III (D3)", D3),
            ("D4", D4),
            ("D IV Kebidanan", D4),
            ("S1", S1),
            ("S-1 PAUD", S1),
            ("Sarjana", S1),
            ("Sarjana (S1)", S1),
            ("Strata 1", S1),
            ("Bachelor's Degree", S1),
            ("S2", S2),
            ("Master's degree", S2),
            ("Magister Psikologi", S2),
            ("S3", S3),
            ("PhD", S3),
            ("Ph.D.", S3),
            ("SMK, lalu D3 Kebidanan", D3),
            ("SMA lalu D3 Kebidanan", D3),
            ("SMA di Depok", Sma),
            ("SMK di Yogyakarta", Sma),
            ("SMP di MI Nurul", Smp),
            ("SD di desa", Sd),
            ("D-I PGTK", D1),
            ("D I PGTK", D1),
            ("SMA (sedang kuliah S1)", Sma),
            ("SMA, mahasiswa semester 5", Sma),
            ("SMA / S1 (tidak selesai)", Sma),
            ("SMA (D3 tidak lulus)", Sma),
            ("D3 Kebidanan, S1 belum lulus", D3),
            ("D3 Kebidanan, S1 belum lulus (semester 7)", D3),
            ("SMA Doctor Sutomo", Sma),
            ("SMK Master Indonesia", Sma),
        ] {
            assert_eq!(read_education(text), Education::Level(level), "{text}");
        }
    }

    #[test]
    fn what_names_an_unfinished_level_only_is_unclear() {
        for text in [
            "mahasiswa S1",
            "belum lulus SMA",
            "S1 semester 5",
            "S1 (tidak selesai)",
            "S1, semester 5",
            "D3 - belum lulus",
            "tidak tamat SMA",
            "Tidak lulus SD",
            "SD (tidak tamat)",
            "putus sekolah SMP",
            "calon sarjana",
            "S1 in progress",
            "Mahasiswa (S1)",
            "mahasiswa, jurusan PGSD, S1",
            "SMA sedang kuliah S1",
            "Drop out S1",
        ] {
            assert_eq!(read_education(text), Education::Unclear, "{text}");
            assert_eq!(read_education(text).level(), None, "{text}");
        }
    }

    #[test]
    fn what_names_no_level_is_left_at_that() {
        for text in
            ["Universitas Contoh", "Pesantren", "Keperawatan", "Diploma", "D", "S", "3", "2019", "masih kuliah", ""]
        {
            assert_eq!(read_education(text), Education::Unnamed, "{text}");
        }
    }
}
