//! Dates as they are written.

use super::*;

fn moment(text: &str, order: DateOrder, zone: TimeZone) -> Result<String, DateTrouble> {
    read_date(text, DateOf::Application, order, zone, Epoch::From1900).map(|date| date.moment())
}

#[test]
fn dates_that_need_no_order() {
    let cases = [
        ("2026-04-11", "2026-04-11"),
        ("2026/4/1", "2026-04-01"),
        ("20260411", "2026-04-11"),
        ("17 Agustus 2026", "2026-08-17"),
        ("17 Agt 2026", "2026-08-17"),
        ("17-Agu-26", "2026-08-17"),
        ("17-Aug-2026", "2026-08-17"),
        ("Senin, 17 Agustus 2026", "2026-08-17"),
        ("Senin, 17 Agustus 2026 pukul 08.30", "2026-08-17T08:30:00+07:00"),
        ("August 17, 2026", "2026-08-17"),
        ("Aug 17th, 2026 8:05 PM", "2026-08-17T20:05:00+07:00"),
        ("1 Nopember 2026", "2026-11-01"),
        ("2026-04-11 08:00:00", "2026-04-11T08:00:00+07:00"),
        ("2026-04-11T08:00:00", "2026-04-11T08:00:00+07:00"),
        ("2026-04-11 00:00:00", "2026-04-11"),
        ("2026-04-11T20:15:30.123Z", "2026-04-12T03:15:30+07:00"),
        ("2026-04-11T20:15:30+07:00", "2026-04-11T20:15:30+07:00"),
        ("2026-04-11T20:15:30-0330", "2026-04-12T06:45:30+07:00"),
        ("2026-04-11 20:15 UTC", "2026-04-12T03:15:00+07:00"),
        ("11 Apr 2026 20:15 WIB", "2026-04-11T20:15:00+07:00"),
        ("11 Apr 2026 20:15 WITA", "2026-04-11T19:15:00+07:00"),
        ("Sat Apr 11 2026 20:15:00 GMT+0700 (Western Indonesia Time)", "2026-04-11T20:15:00+07:00"),
        ("05/05/2026", "2026-05-05"),
        ("46123", "2026-04-11"),
        ("46123.5", "2026-04-11T12:00:00+07:00"),
        ("1775865600000", "2026-04-11T07:00:00+07:00"),
    ];
    for (text, expected) in cases {
        assert_eq!(moment(text, DateOrder::Unambiguous, TimeZone::Jakarta), Ok(expected.to_owned()), "{text}");
    }
}

#[test]
fn numbers_follow_the_order_of_their_column() {
    let cases = [
        ("03/04/2026", DateOrder::DayFirst, Ok("2026-04-03")),
        ("03/04/2026", DateOrder::MonthFirst, Ok("2026-03-04")),
        ("3.4.26", DateOrder::DayFirst, Ok("2026-04-03")),
        ("01/08/2026 08.00.00", DateOrder::DayFirst, Ok("2026-08-01T08:00:00+07:00")),
        ("01/08/2026, 08.00", DateOrder::DayFirst, Ok("2026-08-01T08:00:00+07:00")),
        ("4/25/26 21:00", DateOrder::MonthFirst, Ok("2026-04-25T21:00:00+07:00")),
        ("03/04/2026", DateOrder::Undecided, Err(DateTrouble::Ambiguous)),
        ("03/04/2026", DateOrder::Unambiguous, Err(DateTrouble::Ambiguous)),
        ("25/04/2026", DateOrder::Undecided, Ok("2026-04-25")),
        ("26/04/11", DateOrder::Undecided, Err(DateTrouble::Ambiguous)),
        ("26-05-12", DateOrder::Unambiguous, Err(DateTrouble::Ambiguous)),
        ("26/04/11", DateOrder::DayFirst, Ok("2011-04-26")),
        ("17/04/11", DateOrder::Undecided, Ok("2011-04-17")),
        ("26/04/98", DateOrder::Undecided, Ok("2098-04-26")),
        ("25/04/2026", DateOrder::MonthFirst, Err(DateTrouble::Invalid)),
        ("04/25/2026", DateOrder::DayFirst, Err(DateTrouble::Invalid)),
    ];
    for (text, order, expected) in cases {
        assert_eq!(moment(text, order, TimeZone::Jakarta), expected.map(str::to_owned), "{text} {order:?}");
    }
}

#[test]
fn a_utc_evening_is_the_next_day_in_jakarta() {
    assert_eq!(
        moment("2026-04-11 20:00:00", DateOrder::Unambiguous, TimeZone::Utc),
        Ok("2026-04-12T03:00:00+07:00".to_owned())
    );
    assert_eq!(moment("2026-04-11", DateOrder::Unambiguous, TimeZone::Utc), Ok("2026-04-11".to_owned()));
}

#[test]
fn births_complete_two_digits_backwards() {
    let birth = |text| {
        read_date(text, DateOf::Birth, DateOrder::DayFirst, TimeZone::Jakarta, Epoch::From1900).map(|date| date.day())
    };
    assert_eq!(birth("05/06/98"), Ok("1998-06-05".to_owned()));
    assert_eq!(birth("05/06/08"), Ok("2008-06-05".to_owned()));
    assert_eq!(birth("Surakarta, 23/04/1991"), Ok("1991-04-23".to_owned()));
    assert_eq!(birth("Kab. Bogor, 17 Agustus 1998"), Ok("1998-08-17".to_owned()));
    assert_eq!(birth("36526"), Ok("2000-01-01".to_owned()));
    assert_eq!(birth("1998-05-06T17:00:00.000Z"), Ok("1998-05-07".to_owned()));
    assert_eq!(birth("11/04/2026"), Err(DateTrouble::Invalid));
}

#[test]
fn day_numbers_count_from_the_workbooks_epoch() {
    let cases = [
        ("33466", DateOf::Birth, Epoch::From1900, "1991-08-16"),
        ("33466", DateOf::Birth, Epoch::From1904, "1995-08-17"),
        ("44650", DateOf::Application, Epoch::From1900, "2022-03-30"),
        ("44650", DateOf::Application, Epoch::From1904, "2026-03-31"),
        ("44650.5", DateOf::Application, Epoch::From1904, "2026-03-31T12:00:00+07:00"),
        ("1775865600000", DateOf::Application, Epoch::From1904, "2026-04-11T07:00:00+07:00"),
        ("2026-04-11", DateOf::Application, Epoch::From1904, "2026-04-11"),
    ];
    for (text, of, epoch, expected) in cases {
        let read = read_date(text, of, DateOrder::Unambiguous, TimeZone::Jakarta, epoch).map(|date| date.moment());
        assert_eq!(read, Ok(expected.to_owned()), "{text} {epoch:?}");
    }
}

#[test]
fn what_cannot_be_is_refused() {
    for text in [
        "31/02/2026",
        "2026-13-01",
        "00/00/0000",
        "0000-00-00",
        "kemarin",
        "2026",
        "Agustus 2026",
        "12/2026",
        "99999",
        "5",
        "17 Foo 2026",
        "2026-04-11 25:00",
        "2026-04-11T",
        "2026-04-11 abc",
        "2026-04-11 08:00 sampai 09:00",
        "1/2/3/4",
        "08123456789",
        "081234567890123",
        "2026-04-11 08:00:00+99:00",
        "１２",
        "12345678",
        "Depok, kemarin",
        "Rp 3.500.000",
    ] {
        assert_eq!(moment(text, DateOrder::DayFirst, TimeZone::Jakarta), Err(DateTrouble::Invalid), "{text}");
    }
}

#[test]
fn a_cell_tells_what_it_knows_of_the_order() {
    let cases = [
        ("25/04/2026", OrderHint::DayFirst),
        ("04/25/2026 10:00", OrderHint::MonthFirst),
        ("03/04/2026", OrderHint::Either),
        ("04/04/2026", OrderHint::Plain),
        ("2026-04-03", OrderHint::Plain),
        ("46123", OrderHint::Plain),
        ("25/25/2026", OrderHint::None),
        ("26/04/11", OrderHint::DayOrYear { first: 26, last: 11 }),
        ("26.06.03", OrderHint::DayOrYear { first: 26, last: 3 }),
        ("26/04/98", OrderHint::DayFirst),
        ("17/04/26", OrderHint::DayFirst),
        ("26/04/2011", OrderHint::DayFirst),
        ("04/26/11", OrderHint::MonthFirst),
        ("04/05/11", OrderHint::Either),
        ("91/04/23", OrderHint::None),
        ("kemarin", OrderHint::None),
    ];
    for (text, hint) in cases {
        assert_eq!(order_hint(text), hint, "{text}");
    }
}

const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(1_000))]

    #[test]
    fn however_a_day_is_written_it_is_that_day_or_none(
        year in 2000_i16..2100, month in 1_i8..=12, day in 1_i8..=28, form in 0_usize..10, hour in 0_u8..24, zero in proptest::bool::ANY,
        order in proptest::sample::select(vec![DateOrder::DayFirst, DateOrder::Undecided, DateOrder::Unambiguous]),
    ) {
        let word = MONTHS[usize::try_from(month - 1).unwrap()];
        let short = word.get(..3).unwrap();
        let two = |number: i8| if zero { format!("{number:02}") } else { number.to_string() };
        let (d, m) = (two(day), two(month));
        let text = match form {
            0 => format!("{year}-{month:02}-{day:02}"),
            1 => format!("{d}/{m}/{year}"),
            2 => format!("{d}-{m}-{:02}", year % 100),
            3 => format!("{d}.{m}.{year}"),
            4 => format!("{d} {word} {year}"),
            5 => format!("{d}-{short}-{:02}", year % 100),
            6 => format!("{word} {d}, {year}"),
            7 => format!("{d}/{m}/{year} {hour:02}.30.00"),
            8 => format!("{year}-{month:02}-{day:02}T{hour:02}:30:00+07:00"),
            _ => format!("{year}{month:02}{day:02}"),
        };
        let written = Date::new(year, month, day).unwrap();
        match read_date(&text, DateOf::Application, order, TimeZone::Jakarta, Epoch::From1900) {
            Ok(read) => {
                proptest::prop_assert_eq!(read.date, written, "{} {:?}", text, order);
                let again = read_date(&read.moment(), DateOf::Application, order, TimeZone::Jakarta, Epoch::From1904).unwrap();
                proptest::prop_assert_eq!((again.moment(), again.repair, again.moved), (read.moment(), DateRepair::None, false));
            }
            Err(trouble) => {
                proptest::prop_assert_eq!(trouble, DateTrouble::Ambiguous, "{}", text);
                // A two-digit year may as well be a day.
                proptest::prop_assert!(order != DateOrder::DayFirst && (day <= 12 || form == 2), "{}", text);
            }
        }
    }
}
