//! What a phone cell becomes, row by row.

use proptest::prelude::*;

use super::{Phone, PhoneReading, read_phones};
use crate::application::ProblemCode::{self, *};
use crate::application::RepairCode::{self, *};

const IT: &str = "+6281234567890";

fn one(cell: &str) -> PhoneReading {
    let mut readings = read_phones(cell);
    assert_eq!(readings.len(), 1, "{cell:?} holds one number: {readings:?}");
    readings.remove(0)
}

#[test]
fn the_cells_of_the_notes_become_what_the_notes_say() {
    let cells: [(&str, &[RepairCode]); 20] = [
        ("81234567890.0", &[FloatTail]),
        ("0081234567890.0", &[]),
        ("006281234567890", &[CountryCode]),
        ("+62 62 812 3456 7890", &[CountryCode]),
        ("(0812) 3456-7890 (WA)", &[Note]),
        ("'+62 812 3456 7890", &[Apostrophe]),
        ("+62(0)81234567890", &[TrunkZero]),
        ("0812.3456.7890", &[]),
        ("０８１２３４５６７８９０", &[Digits]),
        ("081234567890", &[]),
        ("81234567890", &[]),
        ("6281234567890", &[]),
        ("+6281234567890", &[]),
        ("62-81234567890", &[]),
        ("+62 (0) 812-3456-7890", &[TrunkZero]),
        ("0812\u{a0}3456\u{a0}7890", &[]),
        ("\u{feff}0812\u{200b}34567890", &[Whitespace]),
        ("+0812 3456 7890", &[CountryCode]),
        ("6262 812 3456 7890", &[CountryCode]),
        ("062 812 3456 7890", &[CountryCode]),
    ];
    for (cell, repairs) in cells {
        let reading = one(cell);
        if cell.starts_with("0081") {
            assert_eq!(
                (reading.value, reading.problem),
                (None, Some(PhoneInvalid)),
                "{cell}: Japan, or a zero too many"
            );
            continue;
        }
        assert_eq!(reading.value.as_deref(), Some(IT), "{cell:?}");
        assert_eq!((reading.usable, reading.problem), (true, None), "{cell:?}");
        assert_eq!(reading.repairs, repairs, "{cell:?}");
        assert_eq!(reading.raw, cell.trim());
    }
    assert_eq!(one("62811234567").value.as_deref(), Some("+62811234567"), "ten digits after the country's code");
}

#[test]
fn a_number_dressed_as_something_else_is_still_read() {
    let cells = [
        "WA 0812-3456-7890",
        "WA: 081234567890",
        "No. HP: 0812 3456 7890",
        "Telp.081234567890",
        "WA081234567890",
        "081234567890 (aktif)",
        "081234567890 - Siti",
        "https://wa.me/6281234567890?text=Halo",
        "https://api.whatsapp.com/send?phone=6281234567890",
        "tel:+62-812-3456-7890",
        "=\"081234567890\"",
        "`081234567890",
        "81,234,567,890",
        "81.234.567.890,00",
        "81,234,567,890.00",
        "081234567890,",
        "081234567890.",
        "81234567890.00",
        "+6281234567890.0",
        "81234567890.0 (WA)",
        "[0812] 3456 7890",
        "０８１２－３４５６－７８９０",
        "٠٨١٢٣٤٥٦٧٨٩٠",
        "0812–3456–7890",
        "0812 3456\n7890",
        "+62+6281234567890",
        "+62 062 812 3456 7890",
        "+6281234567890 / 081234567890",
        "0812/3456/7890".trim_end_matches("/3456/7890"),
    ];
    for cell in cells.iter().filter(|c| c.len() > 4) {
        let reading = one(cell);
        assert_eq!((reading.value.as_deref(), reading.usable), (Some(IT), true), "{cell:?}: {reading:?}");
    }
}

#[test]
fn what_cannot_be_known_is_absent_and_says_why() {
    let cells: [(&str, ProblemCode); 54] = [
        ("08123456789O", PhoneLetters),
        ("O8123456789", PhoneLetters),
        ("08l23456789", PhoneLetters),
        ("0812 3456 789 O", PhoneLetters),
        ("0812345678 (O)", PhoneLetters),
        ("0812345678 nol", PhoneLetters),
        ("0812 tiga 456789", PhoneLetters),
        ("0812345678 ext 90", PhoneLetters),
        ("8.12346E+11", DigitsLost),
        ("8,12346E+11", DigitsLost),
        ("6.28123E+12", DigitsLost),
        ("8E11", DigitsLost),
        ("8.12345678901e+11", DigitsLost),
        ("812346000000", DigitsLost),
        ("628123000000", DigitsLost),
        ("812346000000.0", DigitsLost),
        ("81234600000.5", DigitsLost),
        ("6281234600000,25", DigitsLost),
        ("8123456.5", DigitsLost),
        ("########", DigitsLost),
        ("+62****", Masked),
        ("+62 812-****-7890", Masked),
        ("08123456789*", Masked),
        ("0812xxxx7890", Masked),
        ("+62 ••••", Masked),
        ("+62", Masked),
        ("62", Masked),
        ("+62-", Masked),
        ("-", Placeholder),
        ("--", Placeholder),
        (".", Placeholder),
        ("n/a", Placeholder),
        ("N/A", Placeholder),
        ("#N/A", Placeholder),
        ("tidak ada", Placeholder),
        ("Tidak Ada", Placeholder),
        ("null", Placeholder),
        ("0", Placeholder),
        ("0000000000", Placeholder),
        ("+", Placeholder),
        ("0.0", Placeholder),
        ("081234", PhoneInvalid),
        ("08123456789012345", PhoneInvalid),
        ("081234567890123", PhoneInvalid),
        ("0812345678+816010000000", PhoneInvalid),
        ("https://wa.me/628123456789O", PhoneLetters),
        ("00812345678", PhoneInvalid),
        ("0812,3456,7890", PhoneInvalid),
        ("0812345678,90", PhoneInvalid),
        ("0812345678.00", PhoneInvalid),
        ("0812.3456.78.0", PhoneInvalid),
        ("0812?34567890", PhoneInvalid),
        ("+999 1234567", PhoneInvalid),
        ("08412345678", PhoneInvalid),
    ];
    for (cell, problem) in cells {
        let reading = one(cell);
        assert_eq!((reading.value.as_deref(), reading.problem), (None, Some(problem)), "{cell:?}");
        assert!(!reading.usable, "{cell:?}");
    }
    assert_eq!(read_phones(""), [], "an empty cell holds no number");
    assert_eq!(read_phones("  \t"), []);
}

#[test]
fn a_number_of_which_digits_are_hidden_or_cut_off_is_absent() {
    let cells = [
        ("0812-3456-78__", Masked),
        ("0812345678__", Masked),
        ("0812345678 _ _", Masked),
        ("0812 3456 78 _ _", Masked),
        ("0812345678_", Masked),
        ("0812345678 (__)", Masked),
        ("0812__345678", Masked),
        ("0812-3456-78--", Masked),
        ("0812345678 - -", Masked),
        ("0812--345678", Masked),
        ("0812345678?", Masked),
        ("0812345678 ??", Masked),
        ("0812345678#", Masked),
        ("0812345678# (WA)", Masked),
        ("[disembunyikan] 0812345678", Masked),
        ("0812345678 (hidden)", Masked),
        ("0812345678...", DigitsLost),
        ("0812345678..", DigitsLost),
        ("0812345678. . .", DigitsLost),
        ("0812345678[..]", DigitsLost),
        ("0812...345678", DigitsLost),
        ("+62 812-3456-78…", DigitsLost),
        ("08123456789…", DigitsLost),
        ("0812345678 … (WA)", DigitsLost),
        ("0812345678 (terpotong)", DigitsLost),
        ("0812345678 (tidak lengkap)", DigitsLost),
        ("0812345678 kurang", DigitsLost),
        ("https://wa.me/62812345678…", DigitsLost),
        ("https://wa.me/62812345678?", Masked),
        ("0812345678=", PhoneInvalid),
        ("0812345678~", PhoneInvalid),
    ];
    for (cell, problem) in cells {
        let reading = one(cell);
        assert_eq!((reading.value, reading.problem, reading.usable), (None, Some(problem), false), "{cell:?}");
    }
    for cell in [
        "081234567890.",
        "081234567890-",
        "081234567890!",
        "0812_3456_7890",
        "WA_081234567890",
        "081234567890 (lengkap)",
    ] {
        assert_eq!(one(cell).value.as_deref(), Some(IT), "{cell:?}: nothing is missing");
    }
}

#[test]
fn a_number_that_is_no_mobile_is_kept_and_keys_nobody() {
    let cells = [
        ("1500888", "1500888", PhoneNotMobile),
        ("14045", "14045", PhoneNotMobile),
        ("110", "110", PhoneNotMobile),
        ("(021) 5551234", "+62215551234", PhoneNotMobile),
        ("021-555-1234", "+62215551234", PhoneNotMobile),
        ("+62 21 5551234", "+62215551234", PhoneNotMobile),
        ("0628 1123456", "+626281123456", PhoneNotMobile),
        ("0800 1234567", "+628001234567", PhoneNotMobile),
        ("+65 6222 1234", "+6562221234", PhoneNotMobile),
        ("0895 1234 56789", "+62895123456789", PhoneDisputed),
        ("+62 895 1234 567890", "+628951234567890", PhoneDisputed),
    ];
    for (cell, value, problem) in cells {
        let reading = one(cell);
        assert_eq!(
            (reading.value.as_deref(), reading.problem, reading.usable),
            (Some(value), Some(problem), false),
            "{cell:?}"
        );
        assert_eq!(reading.key(), None, "{cell:?}");
    }
}

#[test]
fn a_number_that_is_said_to_be_anothers_is_kept_and_keys_nobody() {
    let cells = [
        "081234567890 (suami)",
        "081234567890 HP suami",
        "081234567890 - Ibu Budi",
        "Ibu: 081234567890",
        "No. HP orang tua: 0812 3456 7890",
        "081234567890 (ortu)",
        "081234567890, suami",
        "081234567890 / kakak",
        "Suami, 081234567890",
        "Suami https://wa.me/6281234567890",
        "https://wa.me/6281234567890 (istri)",
        "darurat 081234567890",
    ];
    for cell in cells {
        let reading = one(cell);
        let read = (reading.value.as_deref(), reading.problem, reading.usable);
        assert_eq!(read, (Some(IT), Some(PhoneOfAnother), false), "{cell:?}");
        assert_eq!(reading.key(), None, "{cell:?}");
    }
    let usable = |cell: &str| read_phones(cell).iter().map(|reading| reading.usable).collect::<Vec<_>>();
    assert_eq!(usable("081234567890 / 085712345678 (suami)"), [true, false]);
    assert_eq!(usable("081234567890, suami, 085712345678"), [false, true]);
    assert_eq!(usable("Ibu 081234567890 Siti 085712345678"), [false, true]);
    assert_eq!(usable("Ibu: 081234567890, Siti: 085712345678"), [false, true]);
    assert_eq!(usable("https://wa.me/6281234567890?text=Halo%20ibu"), [true], "what is to be sent says nothing");
    assert_eq!(read_phones("0812345678, terpotong").iter().filter_map(|one| one.value.as_deref()).count(), 0);
}

#[test]
fn a_foreign_mobile_written_internationally_is_usable() {
    for (cell, value) in [
        ("+65 9123 4567", "+6591234567"),
        ("0065 9123 4567", "+6591234567"),
        ("+60 12-345 6789", "+60123456789"),
        ("+852 9123 4567", "+85291234567"),
        ("+966 50 123 4567", "+966501234567"),
        ("+39 312 345 6789", "+393123456789"),
        ("+1 650 253 0000", "+16502530000"),
    ] {
        let reading = one(cell);
        assert_eq!((reading.value.as_deref(), reading.usable, reading.problem), (Some(value), true, None), "{cell:?}");
    }
}

#[test]
fn several_numbers_in_a_cell_are_read_in_their_order() {
    let both = [Some("+6281234567890"), Some("+6285712345678")];
    for cell in [
        "081234567890 / 085712345678",
        "081234567890/085712345678",
        "081234567890, 085712345678",
        "081234567890;085712345678",
        "081234567890\n085712345678",
        "081234567890 atau 085712345678",
        "081234567890 & 085712345678",
        "081234567890 085712345678",
        "+6281234567890+6285712345678",
        "0812-3456-7890 (WA) / 0857-1234-5678 (Telp)",
        "WA: 081234567890, HP: 085712345678",
        "081234567890 dan 085712345678",
        "081234567890 - 085712345678",
        "081234567890, -, 085712345678",
        "081234567890 / 085712345678 / 081234567890",
        "0812 3456 7890 - 0857 1234 5678",
        "081234567890-085712345678",
        "0812 3456 7890 0857 1234 5678",
        "0812-3456-7890-0857-1234-5678",
        "+62 812 3456 7890 0857 1234 5678",
        "62812 3456 7890 - 62857 1234 5678",
        "1. 081234567890\n2. 085712345678",
        "1. 0812 3456 7890 2. 0857 1234 5678",
        "1) 0812-3456-7890\n2) 0857-1234-5678",
        "1.081234567890 2.085712345678",
    ] {
        let readings = read_phones(cell);
        assert_eq!(readings.iter().map(|r| r.value.as_deref()).collect::<Vec<_>>(), both, "{cell:?}");
    }
    assert_eq!(one("1. 081234567890").value.as_deref(), Some(IT));
    assert_eq!(one("1.081234567890").value, None, "no list of one");
    assert_eq!(one("0812 3456 789 0812 3456 7890 81").value, None, "in no way two numbers");
    let readings = read_phones("081234567890/91");
    assert_eq!(readings[0].value.as_deref(), Some(IT));
    assert_eq!(
        (readings[1].value.as_deref(), readings[1].problem),
        (None, Some(PhoneInvalid)),
        "an ending is no number"
    );
    let readings = read_phones("+62**** / 081234567890");
    assert_eq!((readings[0].problem, readings[1].value.as_deref()), (Some(Masked), Some(IT)));
}

#[test]
fn a_normal_number_parses_and_others_do_not() {
    assert_eq!(
        Phone::parse(IT).map(|p| (p.as_str().to_owned(), p.tail().to_owned())),
        Some((IT.into(), "4567890".into()))
    );
    for text in ["081234567890", "+62 812", "+62", "", "+081234567890", "+6281234567890123456", "+62812345é7890"] {
        assert_eq!(Phone::parse(text), None, "{text:?}");
    }
}

/// A mobile's national digits that nobody disputes.
fn national() -> impl Strategy<Value = String> {
    "8[1-35-9][0-9]{7,10}"
        .prop_filter("0895 numbers of 13 digits are disputed", |n| !(n.starts_with("895") && n.len() == 12))
}

/// Writes a number as people, portals and spreadsheets write it.
fn render(national: &str, prefix: usize, separator: &str, every: usize, dress: usize) -> String {
    let prefix = ["0", "", "62", "+62", "+62 ", "+62-", "(+62)", "(0)", "+62(0)", "+62 0", "0062", "62-"][prefix];
    let groups: Vec<String> =
        national.as_bytes().chunks(every).map(|c| String::from_utf8_lossy(c).into_owned()).collect();
    let number = format!("{prefix}{}", groups.join(separator));
    match dress {
        0 => format!("'{number}"),
        1 => format!("  {number} "),
        2 => format!("{number} (WA)"),
        3 => format!("WA: {number}"),
        4 => format!("=\"{number}\""),
        5 => number.chars().map(|c| c.to_digit(10).and_then(|d| char::from_u32(0xff10 + d)).unwrap_or(c)).collect(),
        6 => format!("\u{200e}{number}\u{200b}"),
        7 => format!("HP {number} (aktif)"),
        _ => number,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_way_to_write_a_number_reads_back_to_it(
        national in national(), prefix in 0_usize..12, separator in prop::sample::select(vec!["", " ", "-", ".", " - ", "–", "\u{a0}"]),
        every in 2_usize..6, dress in 0_usize..9,
    ) {
        // `.0` and `.00` at the end may be a float's tail, and are then refused.
        let separator = if separator == "." && matches!(national.len() % every, 1 | 2) || every == 2 { "-" } else { separator };
        let cell = render(&national, prefix, separator, every, dress);
        let readings = read_phones(&cell);
        prop_assert_eq!(readings.len(), 1, "{}", cell);
        prop_assert_eq!(readings[0].value.clone(), Some(format!("+62{national}")), "{}", cell);
        prop_assert!(readings[0].usable, "{}", cell);
    }

    #[test]
    fn a_float_reads_back_to_the_number(national in national(), country in any::<bool>(), tail in prop::sample::select(vec![".0", ".00", ",0", ",00"])) {
        let cell = format!("{}{national}{tail}", if country { "62" } else { "" });
        prop_assert_eq!(one(&cell).value, Some(format!("+62{national}")), "{}", cell);
    }

    #[test]
    fn a_mark_in_a_number_never_leads_to_another_subscriber(national in national(), at in 0_usize..9, mark in "[a-zA-Z*,/?#;:]") {
        let at = at + 1;
        let cell = format!("0{}{mark}{}", &national[..at], &national[at..]);
        for value in read_phones(&cell).into_iter().filter(|r| r.usable).filter_map(|r| r.value) {
            // An alternative ending (`0812345678/90`) leaves a whole first number standing; nothing else does.
            prop_assert!(value == format!("+62{national}") || (mark == "/" && national.starts_with(&value[3..])), "{} -> {}", cell, value);
        }
    }

    #[test]
    fn what_was_read_reads_to_itself(cell in "\\PC{0,24}|[0-9+ ().'/-]{0,20}|[+]?(62|0|1|65|60)[0-9]{3,13}") {
        for value in read_phones(&cell).into_iter().filter_map(|r| r.value) {
            let again = read_phones(&value);
            prop_assert_eq!(again.len(), 1, "{} of {}", value, cell);
            prop_assert_eq!(again[0].value.as_deref(), Some(value.as_str()), "{} of {}", value, cell);
            prop_assert!(again[0].repairs.is_empty());
        }
    }

    #[test]
    fn no_noise_that_we_repair_leads_to_another_subscriber(
        national in national(), prefix in 0_usize..12, noises in prop::collection::vec(0_usize..NOISES.len(), 0..5),
        separator in prop::sample::select(vec!["", " ", "-", ".", " - ", "–", "\u{a0}", ",", "/"]), every in 2_usize..6,
    ) {
        let mut cell = render(&national, prefix, separator, every, 9);
        for noise in noises {
            cell = NOISES[noise](&cell);
        }
        for reading in read_phones(&cell) {
            let value = reading.value.unwrap_or_default();
            // What can be dialled is hers; what is kept beside it is never a mobile.
            let hers = value == format!("+62{national}");
            prop_assert!(hers || !reading.usable, "{cell:?} -> {value}");
            prop_assert!(hers || !value.starts_with("+628"), "{cell:?} -> {value}");
        }
    }

    #[test]
    fn a_number_that_lost_its_digits_is_nobodys(national in national(), digits in 1_usize..6, country in any::<bool>(), comma in any::<bool>()) {
        let number = format!("{}{national}", if country { "62" } else { "" });
        let point = if comma { ',' } else { '.' };
        let cell = format!("{}{point}{}E+{}", &number[..1], &number[1..=digits], number.len() - 1);
        for reading in read_phones(&cell) {
            prop_assert_eq!((reading.value, reading.usable), (None, false), "{}", cell);
        }
    }

    #[test]
    fn a_number_with_a_mark_for_what_is_missing_is_nobodys(
        national in national(), prefix in 0_usize..12, at in 0_usize..13, spaced in any::<bool>(),
        mark in prop::sample::select(vec!["…", "..", "...", "__", "--", "____", "**", "[..]", "(__)"]),
    ) {
        let number = render(&national, prefix, "", 20, 9);
        let behind = number.char_indices().rev().map(|(start, c)| start + c.len_utf8()).nth(at.min(national.len() - 1)).unwrap();
        let space = if spaced { " " } else { "" };
        let cell = format!("{}{space}{mark}{space}{}", &number[..behind], &number[behind..]);
        for reading in read_phones(&cell) {
            prop_assert_eq!((reading.value, reading.usable), (None, false), "{}", cell);
        }
    }

    #[test]
    fn two_numbers_in_a_cell_are_those_two_or_fewer(
        one in national(), two in national(), between in prop::sample::select(vec!["/", " / ", ", ", "; ", "\n", " atau ", " & ", " | ", "  ", " dan ", "+", "-", " - ", " "]),
        every in 2_usize..21,
        prefixes in (0_usize..12, 0_usize..12),
    ) {
        let cell = format!("{}{between}{}", render(&one, prefixes.0, " ", every, 9), render(&two, prefixes.1, " ", every, 9));
        let both = [format!("+62{one}"), format!("+62{two}")];
        for reading in read_phones(&cell).into_iter().filter(|reading| reading.usable) {
            prop_assert!(reading.value.as_ref().is_some_and(|value| both.contains(value)), "{:?} -> {:?}", cell, reading.value);
        }
    }
}

/// What spreadsheets, portals and people do to a number. Some of it cannot be undone: then the number is absent.
const NOISES: [fn(&str) -> String; 16] = [
    |cell| format!("'{cell}"),
    |cell| format!("=\"{cell}\""),
    |cell| format!("  {cell}\t"),
    |cell| format!("{cell}.0"),
    |cell| format!("{cell},00"),
    |cell| format!("{cell} (WA)"),
    |cell| format!("WA: {cell}"),
    |cell| format!("No. HP {cell}"),
    |cell| format!("{cell} (ibu)"),
    |cell| format!("\u{feff}{cell}\u{200b}"),
    |cell| format!("{cell};"),
    |cell| format!("https://wa.me/{cell}"),
    |cell| cell.replace('-', "\u{2011}"),
    |cell| cell.chars().map(|c| c.to_digit(10).and_then(|d| char::from_u32(0xff10 + d)).unwrap_or(c)).collect(),
    |cell| cell.replacen('0', "O", 1),
    |cell| cell.replacen(['1', '7'], "*", 1),
];
