//! Nothing that a file holds makes the reader panic, and no number of bytes makes it say nothing.

use std::ops::ControlFlow;

use proptest::prelude::*;
use satu_core::import::mapping::DateOrder;

use crate::value::{amount::read_amount, date, gender::read_gender, link::read_link, text};
use crate::{Choices, Cleaner, Limits, Registry, SourceFile, TimeZone, rows, survey};

fn read_whole(bytes: &[u8]) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let registry = Registry::builtin().unwrap();
    let limits = Limits { rows: 1_000, ..Limits::default() };
    let read = || {
        let mut source = SourceFile::open(file.path(), "x.csv", &limits)?;
        let survey = survey(&mut source, &registry, &Choices::default())?;
        let cleaner = Cleaner::new(&registry, &survey.layout);
        rows(&mut source, &survey.layout, &cleaner, drop, |_| ControlFlow::Continue(()))
    };
    if let Err(error) = read() {
        assert!(error.to_string().starts_with("“x.csv”"), "{error}");
    }
}

const HEADERS: &str = "Nama Lengkap,Email,No. HP,Tanggal Lahir,Tanggal Melamar,Gaji yang Diharapkan,Jenis Kelamin,CV,Pertanyaan 1,Jawaban 1\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read_whole(&bytes);
    }

    #[test]
    fn any_bytes_below_a_header(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read_whole(&[HEADERS.as_bytes(), &bytes].concat());
    }

    #[test]
    fn any_text_below_a_header(text in "([a-z0-9À-ž:./+ -]{0,12}[,\"\n;]){0,60}") {
        read_whole(format!("{HEADERS}{text}").as_bytes());
    }

    #[test]
    fn any_wide_text(text in "\\PC{0,60}", big in any::<bool>()) {
        let wide = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        let mark = wide(0xFEFF);
        read_whole(&[&mark[..], &format!("{HEADERS}{text}").encode_utf16().flat_map(wide).collect::<Vec<u8>>()].concat());
    }

    #[test]
    fn any_cell(cell in prop_oneof!["\\PC{0,40}", "[0-9 ./:,TZ+-]{0,30}", "(Rp)?[0-9.,]{0,20}( ?(juta|jt|rb|-|s/d))?{0,3}"]) {
        let tidy = text::tidy(&cell);
        prop_assert!(text::tidy(&tidy) == tidy);
        let _ = text::is_placeholder(&tidy);
        let _ = (read_amount(&tidy), read_gender(&tidy), read_link(&tidy), date::order_hint(&tidy));
        for order in [DateOrder::DayFirst, DateOrder::MonthFirst, DateOrder::Undecided] {
            for of in [date::DateOf::Birth, date::DateOf::Application] {
                if let Ok(read) = date::read_date(&tidy, of, order, TimeZone::Utc, date::Epoch::From1900) {
                    // What was read is written such that it reads as itself.
                    let again = date::read_date(&read.moment(), of, DateOrder::Unambiguous, TimeZone::Jakarta, date::Epoch::From1904).map(|read| read.moment());
                    prop_assert_eq!(again, Ok(read.moment()));
                }
            }
        }
    }

    #[test]
    fn a_damaged_workbook(at in 0_usize..3_000, byte in any::<u8>(), cut in 0_usize..6_000) {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (column, header) in (0..).zip(HEADERS.trim().split(',')) {
            sheet.write_string(0, column, header).unwrap();
            sheet.write_string(1, column, "Siti").unwrap();
        }
        let mut bytes = book.save_to_buffer().unwrap();
        if let Some(spot) = bytes.get_mut(at) {
            *spot = byte;
        }
        bytes.truncate(bytes.len().min(cut.max(100) * 2));
        read_whole(&bytes);
    }
}

#[test]
fn what_crosses_threads_can() {
    fn send<T: Send>() {}
    fn share<T: Send + Sync>() {}
    send::<SourceFile>();
    share::<Cleaner>();
    share::<Registry>();
    share::<crate::ReadError>();
}
