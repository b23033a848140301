//! What an email cell becomes, row by row.

use proptest::prelude::*;

use super::{Email, EmailReading, read_emails};
use crate::application::ProblemCode::{self, *};
use crate::application::RepairCode::{self, *};

fn one(cell: &str) -> EmailReading {
    let mut readings = read_emails(cell);
    assert_eq!(readings.len(), 1, "{cell:?} holds one address: {readings:?}");
    readings.remove(0)
}

#[test]
fn an_address_is_taken_out_of_what_surrounds_it() {
    let cells: [(&str, &[RepairCode]); 20] = [
        ("siti@example.com", &[]),
        ("  siti@example.com ", &[]),
        ("Siti@Example.COM", &[]),
        ("siti@example.com.", &[Address]),
        ("siti@example.com,", &[Address]),
        (".siti@example.com", &[Address]),
        ("Siti Aminah <siti@example.com>", &[Address]),
        ("\"Aminah, Siti\" <siti@example.com>", &[Address]),
        ("<siti@example.com>", &[Address]),
        ("mailto:siti@example.com", &[Address]),
        ("MAILTO:siti@example.com?subject=Lamaran", &[Address]),
        ("Email: siti@example.com", &[Address]),
        ("(siti@example.com)", &[Address]),
        ("siti@example.com (aktif)", &[Address]),
        ("siti@example.com(WA 0812)", &[Address]),
        ("Siti@Example.com [pribadi]", &[Address]),
        ("'siti@example.com", &[Apostrophe]),
        ("siti @ example.com", &[Whitespace]),
        ("\u{feff}siti@exam\u{200b}ple.com", &[Whitespace]),
        ("siti＠example.com", &[]),
    ];
    for (cell, repairs) in cells {
        let reading = one(cell);
        assert_eq!(reading.value.as_deref(), Some("siti@example.com"), "{cell:?}");
        assert_eq!((reading.usable, reading.problem, reading.suggestion), (true, None, None), "{cell:?}");
        assert_eq!(reading.repairs, repairs, "{cell:?}");
    }
}

#[test]
fn what_is_no_address_is_absent_and_says_why() {
    let cells: [(&str, ProblemCode); 32] = [
        ("****@****", Masked),
        ("s***@example.com", Masked),
        ("••••", Masked),
        ("-", Placeholder),
        ("n/a", Placeholder),
        ("Tidak Ada", Placeholder),
        ("0", Placeholder),
        ("test@test.com", Placeholder),
        ("Test@Test.com", Placeholder),
        ("tidak@ada.com", Placeholder),
        ("noemail@noemail.com", Placeholder),
        ("NoEmail@NoEmail.com", Placeholder),
        ("siti@exam(ple).com", EmailInvalid),
        ("siti@example.com (suami)", EmailInvalid),
        ("siti", EmailInvalid),
        ("siti@", EmailInvalid),
        ("@example.com", EmailInvalid),
        ("siti@example", EmailInvalid),
        ("siti aminah@example.com", EmailInvalid),
        ("siti@exam ple.com", EmailInvalid),
        ("siti..aminah@example.com", EmailInvalid),
        ("siti@-example.com", EmailInvalid),
        ("siti@example..com", EmailInvalid),
        ("siti@example.c", EmailInvalid),
        ("siti@127.0.0.1", EmailInvalid),
        ("siti@@example.com", EmailInvalid),
        ("081234567890", EmailInvalid),
        ("www.example.com", EmailInvalid),
        ("sití@example.com", EmailInvalid),
        ("siti[at]example.com", EmailInvalid),
        ("siti@gmail", EmailInvalid),
        ("siti@gmail,com", EmailInvalid),
    ];
    for (cell, problem) in cells {
        let reading = one(cell);
        assert_eq!(
            (reading.value.as_deref(), reading.problem, reading.usable),
            (None, Some(problem), false),
            "{cell:?}"
        );
    }
    assert_eq!(read_emails(" "), []);
    for cell in ["siti@gmail", "siti@gmail,com", "siti@gmailcom"] {
        assert_eq!(one(cell).suggestion.as_deref(), Some("siti@gmail.com"), "{cell:?}");
    }
}

#[test]
fn a_relay_address_is_a_contact_and_keys_nobody() {
    for cell in ["siti_a7x2k@indeedemail.com", "Siti.Aminah-4f@IndeedEmail.com", "siti@sub.indeedemail.com"] {
        let reading = one(cell);
        assert_eq!(reading.value, Some(cell.to_lowercase()));
        assert_eq!((reading.usable, reading.problem), (false, Some(EmailRelay)), "{cell:?}");
        assert_eq!(reading.key(), None);
    }
    assert!(one("siti@notindeedemail.com").usable, "another domain that ends alike");
}

#[test]
fn a_slip_in_the_domain_is_kept_and_a_correction_suggested() {
    for (cell, suggestion) in [
        ("siti@gmail.con", "siti@gmail.com"),
        ("siti@gmial.com", "siti@gmail.com"),
        ("siti@gmai.com", "siti@gmail.com"),
        ("siti@gmaill.com", "siti@gmail.com"),
        ("siti@gmail.co", "siti@gmail.com"),
        ("siti@gamil.com", "siti@gmail.com"),
        ("siti@gmial.con", "siti@gmail.com"),
        ("siti@yaho.com", "siti@yahoo.com"),
        ("siti@yahoo.co.ids", "siti@yahoo.co.id"),
        ("siti@hotmial.com", "siti@hotmail.com"),
        ("siti@outlok.com", "siti@outlook.com"),
        ("siti@example.con", "siti@example.com"),
    ] {
        let reading = one(cell);
        assert_eq!(reading.value.as_deref(), Some(cell), "{cell:?} is kept as written");
        assert_eq!((reading.usable, reading.problem), (true, Some(EmailTypo)), "{cell:?}");
        assert_eq!(reading.suggestion.as_deref(), Some(suggestion), "{cell:?}");
    }
    for cell in
        ["siti@gmail.com", "siti@mail.com", "siti@email.com", "siti@ymail.com", "siti@example.id", "siti@ui.ac.id"]
    {
        assert_eq!(one(cell).problem, None, "{cell:?}");
    }
}

#[test]
fn several_addresses_in_a_cell_are_read_in_their_order() {
    for cell in [
        "siti@example.com; dewi@example.id",
        "siti@example.com,dewi@example.id",
        "siti@example.com dewi@example.id",
        "siti@example.com / dewi@example.id",
        "siti@example.com\ndewi@example.id",
        "siti@example.com atau dewi@example.id",
        "Siti <siti@example.com>, Dewi <dewi@example.id>",
        "\"Aminah, Siti\" <siti@example.com>; dewi@example.id",
        "siti@example.com; dewi@example.id; SITI@example.com",
        "siti@example.com;dewi@example.id;",
    ] {
        let readings = read_emails(cell);
        let values: Vec<_> = readings.iter().map(|r| r.value.as_deref()).collect();
        assert_eq!(values, [Some("siti@example.com"), Some("dewi@example.id")], "{cell:?}");
    }
    let readings = read_emails("siti_9x@indeedemail.com; siti@example.com");
    assert_eq!(readings.iter().map(|r| r.usable).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn a_normal_address_parses_and_others_do_not() {
    assert_eq!(Email::parse("siti@example.com").map(|e| e.domain().to_owned()).as_deref(), Some("example.com"));
    for text in ["Siti@example.com", " siti@example.com", "siti", "siti@example.com.", ""] {
        assert_eq!(Email::parse(text), None, "{text:?}");
    }
}

proptest! {
    #[test]
    fn what_was_read_reads_to_itself(cell in "\\PC{0,30}|[a-z.]{1,8} ?@ ?[a-z.]{1,10}[.,;]?|[a-z<> ,;@.]{0,40}") {
        for value in read_emails(&cell).into_iter().filter_map(|r| r.value) {
            let again = read_emails(&value);
            prop_assert_eq!(again.len(), 1, "{} of {}", value, cell);
            prop_assert_eq!(again[0].value.as_deref(), Some(value.as_str()), "{} of {}", value, cell);
            prop_assert!(Email::parse(&value).is_some(), "{}", value);
        }
    }

    #[test]
    fn no_noise_that_we_repair_leads_to_another_address(
        local in "[a-z]([._]?[a-z0-9]){0,9}", host in "[a-z]{3,8}", noises in prop::collection::vec(0_usize..NOISES.len(), 0..4),
    ) {
        let address = format!("{local}@{host}.example.com");
        let mut cell = address.clone();
        for noise in noises {
            cell = NOISES[noise](&cell);
        }
        for value in read_emails(&cell).into_iter().filter_map(|reading| reading.value) {
            prop_assert_eq!(&value, &address, "{:?}", cell);
        }
    }
}

/// What people and programs do to an address.
const NOISES: [fn(&str) -> String; 12] = [
    |cell| format!("'{cell}"),
    |cell| format!("  {cell}\n"),
    |cell| format!("{cell}."),
    |cell| format!("{cell},"),
    |cell| format!("<{cell}>"),
    |cell| format!("({cell})"),
    |cell| format!("{cell} (aktif)"),
    |cell| format!("Siti Aminah <{cell}>"),
    |cell| format!("mailto:{cell}"),
    |cell| cell.replace('@', " @ "),
    |cell| format!("\u{feff}{cell}\u{200b}"),
    |cell| cell.to_uppercase(),
];
