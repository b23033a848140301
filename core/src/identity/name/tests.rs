//! How names are shown, split and compared.

use proptest::prelude::*;

use super::NameAgreement::{self, Different, Equal, Similar};
use super::PersonName;

fn name(cell: &str) -> PersonName {
    PersonName::parse(cell).unwrap_or_else(|| panic!("{cell:?} holds a name"))
}

#[test]
fn a_cell_without_a_name_holds_none() {
    let nothing = [
        "",
        " ",
        "-",
        ".",
        "- .",
        "123",
        "****",
        "n/a",
        "N/A",
        "tidak ada",
        "null",
        "+62 812",
        "Siti@Example.Com",
        "0812-3456-7899",
    ];
    let computed = ["True", "FALSE", "#N/A", "#REF!", "#NAME?", "=HYPERLINK(\"https://example.com\",\"Siti\")", "=A2"];
    for cell in nothing.into_iter().chain(computed) {
        assert_eq!((PersonName::parse(cell), PersonName::shown(cell)), (None, None), "{cell:?}");
    }
}

#[test]
fn a_name_is_shown_as_she_would_write_it() {
    for (cell, shown) in [
        ("Siti Aminah", "Siti Aminah"),
        ("  Siti \u{a0} Aminah\n", "Siti Aminah"),
        ("SITI AMINAH", "Siti Aminah"),
        ("siti aminah", "Siti Aminah"),
        ("SITI  NUR'AINI", "Siti Nur'aini"),
        ("NUR-AINI", "Nur-Aini"),
        ("MARIA D'COSTA", "Maria D'Costa"),
        ("M.YUSUF", "M.Yusuf"),
        ("Siti .", "Siti"),
        ("Siti -", "Siti"),
        ("- Siti", "Siti"),
        ("Siti . Aminah", "Siti Aminah"),
        ("Siti,", "Siti"),
        ("SITI", "Siti"),
        ("SITI BINTI AHMAD", "Siti binti Ahmad"),
        ("SITI AMINAH, S.PD", "Siti Aminah, S.Pd."),
        ("siti aminah, s.kep., ns", "Siti Aminah, S.Kep., Ns."),
        ("SITI AMINAH S.Pd.", "Siti Aminah S.Pd."),
        ("Siti Aminah, S.Pd", "Siti Aminah, S.Pd"),
        ("HJ. SITI AMINAH", "Hj. Siti Aminah"),
        ("siti aminah a.md.keb", "Siti Aminah A.Md.Keb."),
        ("DEWI LESTARI SE", "Dewi Lestari Se"),
        ("\u{feff}Siti\u{200b} Aminah", "Siti Aminah"),
        ("'Siti Aminah", "Siti Aminah"),
        ("Siti A***", "Siti A"),
        ("Siti Aminah 0812-3456-7899", "Siti Aminah"),
        ("Siti Aminah (0812 3456 7899)", "Siti Aminah"),
        ("SITI AMINAH, siti@example.com", "Siti Aminah"),
        ("Siti Aminah 2", "Siti Aminah 2"),
        ("de Vries Anneke", "de Vries Anneke"),
        ("RATU III", "Ratu III"),
        ("Ibu Siti", "Ibu Siti"),
    ] {
        assert_eq!(name(cell).display(), shown, "{cell:?}");
    }
}

#[test]
fn titles_and_degrees_are_no_words_of_a_name() {
    for (cell, words) in [
        ("Hj. Siti Aminah", "siti aminah"),
        ("Hj.Siti Aminah", "siti aminah"),
        ("H. Ahmad", "ahmad"),
        ("Dr. Hj. Siti Aminah, S.Pd., M.M.", "siti aminah"),
        ("Dra. Siti Aminah M.Kes", "siti aminah"),
        ("Ns. Siti Aminah, S.Kep", "siti aminah"),
        ("Siti Aminah, S.Kep., Ns.", "siti aminah"),
        ("Siti Aminah S. Kep", "siti aminah"),
        ("Siti Aminah A. Md. Keb", "siti aminah"),
        ("Siti Aminah A.Md.Keb.", "siti aminah"),
        ("Siti Aminah AMd", "siti aminah"),
        ("Siti Aminah SE", "siti aminah"),
        ("Siti Aminah, SE, MM", "siti aminah"),
        ("Siti Aminah, S.Tr.Keb", "siti aminah"),
        ("Ibu Siti Aminah", "siti aminah"),
        ("Bpk. Ahmad", "ahmad"),
        ("Mrs Siti", "siti"),
        ("Siti Aminah (Ami)", "siti aminah"),
        ("Siti binti Ahmad", "siti ahmad"),
        ("Nur'aini", "nuraini"),
        ("Zoë Müller", "zoe muller"),
        ("M. Yusuf", "m yusuf"),
        ("Siti H", "siti h"),
        ("Haji", "haji"),
        ("Ibu", "ibu"),
        ("Ama Se", "ama se"),
    ] {
        assert_eq!(name(cell).words().join(" "), words, "{cell:?}");
    }
    assert_eq!(name("Aminah, Hj. Siti").key(), name("Aminah Hj Siti").key());
    assert_eq!(name("AMINAH SITI").key(), "aminah siti");
}

const PAIRS: [(&str, &str, NameAgreement); 74] = [
    // Case, order, titles, degrees, punctuation.
    ("Siti Aminah", "SITI AMINAH", Equal),
    ("Siti Aminah", "Aminah Siti", Equal),
    ("Siti Aminah", "Aminah, Siti", Equal),
    ("Siti Aminah", "Hj. Siti Aminah, S.Pd.", Equal),
    ("Siti Aminah", "Ns. Siti Aminah S.Kep", Equal),
    ("Siti Aminah", "Ibu siti aminah", Equal),
    ("Siti", "SITI .", Equal),
    ("Siti Nur Aini", "Aini Siti Nur", Equal),
    ("Nur-Aini Putri", "Nur Aini Putri", Equal),
    ("Zoë Lestari", "Zoe Lestari", Equal),
    ("Dewi Lestari, A.Md.Keb.", "Dewi Lestari SE", Equal),
    ("Siti Aminah (Ami)", "Siti Aminah", Equal),
    // A word more or less, initials.
    ("Siti", "Siti Aminah", Similar),
    ("Aminah", "Siti Aminah", Similar),
    ("Siti Aminah", "Siti Nur Aminah", Similar),
    ("Siti Aminah", "Siti Aminah Rahayu", Similar),
    ("Siti A", "Siti Aminah", Similar),
    ("S. Aminah", "Siti Aminah", Similar),
    ("Dewi L. Sari", "Dewi Lestari Sari", Similar),
    ("M. Yusuf", "Muhammad Yusuf", Similar),
    ("Siti Aminah H", "Siti Aminah", Similar),
    ("Siti binti Ahmad", "Siti", Similar),
    // Spellings.
    ("Muh. Yusuf", "Mohamad Yusuf", Similar),
    ("Moch Rizki", "Muhammad Rizky", Similar),
    ("Sitti Aminah", "Siti Amina", Similar),
    ("St. Aminah", "Siti Aminah", Similar),
    ("Noor Hayati", "Nur Hayati", Similar),
    ("Nurhayati", "Nur Hayati", Similar),
    ("Nur Hayati Sari", "Nurhayati Sari", Similar),
    ("Soekarno Putri", "Sukarno Putri", Similar),
    ("Djoko Susilo", "Joko Susilo", Similar),
    ("Tjahja Dewi", "Cahya Dewi", Similar),
    ("Aisyah Putri", "Aisah Putri", Similar),
    ("Aisyah", "Aisha", Similar),
    ("Fatimah Zahra", "Fatima Zahrah", Similar),
    ("Khadijah", "Hadijah", Similar),
    ("Qomariah", "Komariyah", Similar),
    ("Novi Yanti", "Nofi Yanti", Similar),
    ("Suryani", "Suriani", Similar),
    ("Achmad Fauzi", "Ahmad Fauzy", Similar),
    ("Annisa Rahma", "Anisa Rahmah", Similar),
    ("Dewie Lestary", "Dewi Lestari", Similar),
    ("Jusuf Hakim", "Yusuf Hakim", Similar),
    ("Syarifah", "Sarifah", Similar),
    // A slip of the finger.
    ("Kartika Sari", "Kartka Sari", Similar),
    ("Kartika Sari", "Karitka Sari", Similar),
    ("Wulandari", "Wulanddari", Similar),
    ("Sumarni Hartati", "Sunarni Hartati", Similar),
    ("Rahmawati", "Rahmwati", Similar),
    ("Endang Lestari", "Indang Lestari", Different),
    // Sisters, brothers, neighbours.
    ("Siti Aminah", "Siti Rahayu", Different),
    ("Siti Aminah", "Dewi Lestari", Different),
    ("Siti", "Dewi", Different),
    ("Dwi Lestari", "Dewi Lestari", Different),
    ("Dwi", "Dewi", Different),
    ("Rina Hartono", "Rini Hartono", Different),
    ("Rina Hartono", "Dina Hartono", Different),
    ("Yanti Susanti", "Yanto Susanti", Different),
    ("Putri Ayu Lestari", "Dewi Ayu Lestari", Different),
    ("Siti Nur Aminah", "Siti Aminah Rahayu", Different),
    ("Fitriani", "Fitriana", Different),
    ("Fitri", "Fitria", Different),
    ("Sugiarto", "Sugianto", Different),
    ("Siti Rahma", "Siti Rahmi", Different),
    ("Maria Ulfa", "Mario Ulfa", Different),
    ("Nur Aini", "Nur Laila", Different),
    ("Muhammad Yusuf", "Muhammad Rizki", Different),
    ("M. Yusuf", "M. Rizki", Different),
    ("S. A.", "Siti Aminah", Different),
    ("A. Aminah", "Siti Aminah", Different),
    ("Siti A", "Siti Rahayu", Different),
    ("Budi", "Siti Aminah", Different),
    ("Ibu Siti", "Ibu Dewi", Different),
    ("Lestari Putri", "Lestari Putra", Different),
];

#[test]
fn two_names_agree_as_the_table_says() {
    for (a, b, agreement) in PAIRS {
        assert_eq!(name(a).compare(&name(b)), agreement, "{a:?} and {b:?}");
        assert_eq!(name(b).compare(&name(a)), agreement, "{b:?} and {a:?}");
    }
}

proptest! {
    #[test]
    fn a_name_agrees_with_itself_and_its_display(cell in "[ -~À-ɏ\u{a0}\u{200b}]{0,30}|[A-Za-z.,' -]{1,30}|(SITI|Hj\\.|s\\.pd|NUR|A\\.Md|SE|,| ){1,6}") {
        if let Some(name) = PersonName::parse(&cell) {
            prop_assert!(name.words().is_empty() || name.compare(&name) == Equal);
            let again = PersonName::parse(name.display());
            prop_assert_eq!(again.as_ref().map(PersonName::display), Some(name.display()), "{:?} is shown as it was read", cell);
        }
    }

    #[test]
    fn agreement_does_not_depend_on_who_is_asked(a in "([a-z]{1,8} ){1,3}", b in "([a-z]{1,8} ){1,3}") {
        if let (Some(a), Some(b)) = (PersonName::parse(&a), PersonName::parse(&b)) {
            prop_assert_eq!(a.compare(&b), b.compare(&a));
        }
    }

    #[test]
    fn titles_degrees_case_and_spaces_make_nobody_else(
        words in prop::collection::vec(prop::sample::select(vec!["Siti", "Aminah", "Dewi", "Lestari", "Nur", "Rahmawati", "Kartika"]), 1..4),
        noises in prop::collection::vec(0_usize..NOISES.len(), 0..4),
    ) {
        let plain = words.join(" ");
        let mut cell = plain.clone();
        for noise in noises {
            cell = NOISES[noise](&cell);
        }
        let read = PersonName::parse(&cell);
        prop_assert!(read.as_ref().is_some_and(|read| read.compare(&name(&plain)) == Equal), "{:?} -> {:?}", cell, read);
    }
}

/// What comes and goes around a name.
const NOISES: [fn(&str) -> String; 10] = [
    |cell| format!("Hj. {cell}"),
    |cell| format!("Ibu {cell}"),
    |cell| format!("{cell}, S.Pd."),
    |cell| format!("{cell} A.Md.Keb"),
    |cell| cell.to_uppercase(),
    |cell| cell.to_lowercase(),
    |cell| cell.replace(' ', "  "),
    |cell| format!("{cell} ."),
    |cell| format!("'{cell}"),
    |cell| format!("\u{200b}{cell}\u{a0}"),
];
