//! Levels of education: `SMA`, `D3 Kebidanan`, `Bachelor's Degree`.

use satu_core::application::EducationLevel::{self, D1, D2, D3, D4, S1, S2, S3, Sd, Sma, Smp};

/// The level that a tidy text names: the highest where it names several (`SMK, lalu D3 Kebidanan`). None where it names none, or says that
/// she is still at it or left it (`mahasiswa S1`, `belum lulus S1`, `S1 (tidak selesai)`).
#[must_use]
pub fn read_education(text: &str) -> Option<EducationLevel> {
    let lower = if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() };
    let words = || lower.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    if words().any(|word| UNFINISHED.contains(&word)) {
        return None;
    }
    let next = words().skip(1).map(Some).chain([None]);
    words().zip(next).filter_map(|(word, next)| level_of(word, next)).max()
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

const UNFINISHED: [&str; 9] =
    ["mahasiswa", "mahasiswi", "belum", "semester", "undergraduate", "ongoing", "drop", "dropout", "student"];

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
    (&["d1", "di"], D1),
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
        ] {
            assert_eq!(read_education(text), Some(level), "{text}");
        }
    }

    #[test]
    fn what_names_no_level_or_an_unfinished_one_gives_none() {
        for text in [
            "Universitas Contoh",
            "Pesantren",
            "Keperawatan",
            "mahasiswa S1",
            "belum lulus SMA",
            "S1 semester 5",
            "Diploma",
            "D",
            "S",
            "3",
            "2019",
            "",
        ] {
            assert_eq!(read_education(text), None, "{text}");
        }
    }
}
