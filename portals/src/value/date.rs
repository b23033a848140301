//! Dates and times as portals, spreadsheets and people write them.
//!
//! Numbers alone (`03/04/2026`) are read in the order of their column, which is decided from all of its cells and never from one.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp, tz::Offset};
use satu_core::import::mapping::DateOrder;

use crate::definition::TimeZone;

/// A date, and its time in Jakarta where the cell has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadDate {
    /// The day in Jakarta.
    pub date: Date,
    /// The time in Jakarta.
    pub time: Option<Time>,
    /// What was done to read it.
    pub repair: DateRepair,
    /// Whether the time was moved from another zone.
    pub moved: bool,
}

/// What was done to read a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateRepair {
    /// It was ISO 8601 already.
    None,
    /// Words, dots or another order.
    Written,
    /// A spreadsheet's day number, or a computer's milliseconds.
    Serial,
}

/// Why a cell gives no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateTrouble {
    /// Not a date, or one that cannot be.
    Invalid,
    /// The column does not tell whether the day or the month comes first.
    Ambiguous,
}

/// What a date is the date of: it bounds the year, and completes one of two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOf {
    /// A birth: 1900 to 2015; `15` is 2015 and `16` is 1916.
    Birth,
    /// An application: 2000 to 2099.
    Application,
}

/// What one cell tells about the order of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderHint {
    /// The first number is past 12.
    DayFirst,
    /// The second number is past 12.
    MonthFirst,
    /// Both could be months, and differ.
    Either,
    /// ISO, words, a serial, two equal numbers: no order needed.
    Plain,
    /// No date.
    None,
}

impl ReadDate {
    /// `YYYY-MM-DD`.
    #[must_use]
    pub fn day(&self) -> String {
        let mut day = String::with_capacity("2026-04-11T08:00:00+07:00".len());
        let year = self.date.year();
        push_two(&mut day, year / 100);
        push_two(&mut day, year % 100);
        day.push('-');
        push_two(&mut day, self.date.month().into());
        day.push('-');
        push_two(&mut day, self.date.day().into());
        day
    }

    /// `YYYY-MM-DDTHH:MM:SS+07:00`, or the day alone where there is no time.
    #[must_use]
    pub fn moment(&self) -> String {
        let mut moment = self.day();
        if let Some(time) = self.time {
            for (mark, part) in [('T', time.hour()), (':', time.minute()), (':', time.second())] {
                moment.push(mark);
                push_two(&mut moment, part.into());
            }
            moment.push_str("+07:00");
        }
        moment
    }
}

/// Two digits; written by hand because every row of every file passes here.
fn push_two(text: &mut String, number: i16) {
    let digit = |digit: i16| char::from(b'0' + u8::try_from(digit % 10).unwrap_or_default());
    text.push(digit(number / 10));
    text.push(digit(number));
}

/// Reads a tidy cell. Times without a zone are in `zone`.
///
/// # Errors
/// [`DateTrouble`]: nothing is guessed.
pub fn read_date(text: &str, of: DateOf, order: DateOrder, zone: TimeZone) -> Result<ReadDate, DateTrouble> {
    if let Some(serial) = serial(text) {
        return from_serial(serial, of);
    }
    let parts = parse(text).or_else(|| parse(behind_place(text)?)).ok_or(DateTrouble::Invalid)?;
    let year = full_year(parts.year, parts.year_digits, of).ok_or(DateTrouble::Invalid)?;
    let (month, day) = month_and_day(&parts, order)?;
    let date = civil(year, month, day)?;
    let repair = if parts.iso { DateRepair::None } else { DateRepair::Written };
    let Some((time, offset)) = parts.time else { return Ok(ReadDate { date, time: None, repair, moved: false }) };
    let offset = match (offset, zone) {
        (Some(minutes), _) => minutes,
        // A midnight without a zone is a date that was made a time.
        (None, _) if time == Time::midnight() => return Ok(ReadDate { date, time: None, repair, moved: false }),
        (None, TimeZone::Utc) => 0,
        (None, TimeZone::Jakarta) => JAKARTA,
    };
    let moved = DateTime::from_parts(date, time)
        .checked_add(SignedDuration::from_mins(i64::from(JAKARTA - offset)))
        .map_err(|_| DateTrouble::Invalid)?;
    Ok(ReadDate { date: moved.date(), time: Some(moved.time()), repair, moved: offset != JAKARTA })
}

/// What a tidy cell tells about the order of its column.
#[must_use]
pub fn order_hint(text: &str) -> OrderHint {
    if serial(text).is_some() {
        return OrderHint::Plain;
    }
    match parse(text).or_else(|| parse(behind_place(text)?)) {
        None => OrderHint::None,
        Some(Parts { days: Days::Known { .. }, .. }) => OrderHint::Plain,
        Some(Parts { days: Days::Numbers(a, b), .. }) => match (a > 12, b > 12) {
            (true, true) => OrderHint::None,
            (true, false) => OrderHint::DayFirst,
            (false, true) => OrderHint::MonthFirst,
            (false, false) if a == b => OrderHint::Plain,
            (false, false) => OrderHint::Either,
        },
    }
}

/// The date in "Surakarta, 23/04/1991", as Indonesian forms ask for place and date of birth.
#[must_use]
pub fn behind_place(text: &str) -> Option<&str> {
    let (place, date) = text.split_once(',')?;
    let is_place =
        !place.is_empty() && place.chars().all(|char| char.is_alphabetic() || matches!(char, ' ' | '.' | '-' | '\''));
    (is_place && !is_weekday(place.trim())).then(|| date.trim_start())
}

/// Minutes that Jakarta is ahead of UTC.
const JAKARTA: i32 = 7 * 60;

fn month_and_day(parts: &Parts, order: DateOrder) -> Result<(u8, u8), DateTrouble> {
    match (parts.days, order) {
        (Days::Known { month, day }, _) => Ok((month, day)),
        (Days::Numbers(a, b), _) if a == b => Ok((a, b)),
        (Days::Numbers(day, month), DateOrder::DayFirst) | (Days::Numbers(month, day), DateOrder::MonthFirst) => {
            Ok((month, day))
        }
        (Days::Numbers(a, b), DateOrder::Undecided | DateOrder::Unambiguous) => {
            match (a > 12, b > 12) {
                (false, false) => Err(DateTrouble::Ambiguous),
                // The column does not tell, but this cell can be read in one way only.
                (true, _) => Ok((b, a)),
                (false, true) => Ok((a, b)),
            }
        }
    }
}

fn civil(year: i16, month: u8, day: u8) -> Result<Date, DateTrouble> {
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else { return Err(DateTrouble::Invalid) };
    Date::new(year, month, day).map_err(|_| DateTrouble::Invalid)
}

fn full_year(year: u16, digits: usize, of: DateOf) -> Option<i16> {
    let year = i16::try_from(year).ok()?;
    let year = match (digits, of) {
        (4, _) => year,
        (2, DateOf::Application) => 2000 + year,
        (2, DateOf::Birth) => (if year <= 15 { 2000 } else { 1900 }) + year,
        _ => return None,
    };
    let range = match of {
        DateOf::Birth => 1900..=2015,
        DateOf::Application => 2000..=2099,
    };
    range.contains(&year).then_some(year)
}

/// A cell that is one number: days since 1899-12-30, or milliseconds since 1970.
#[derive(Clone, Copy)]
enum Serial {
    Days { whole: i32, seconds: i64 },
    Milliseconds(i64),
}

fn serial(text: &str) -> Option<Serial> {
    let bytes = text.as_bytes();
    if !bytes.first()?.is_ascii_digit() || !bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
        return None;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    match (whole.len(), fraction) {
        (5, fraction) if fraction.bytes().all(|byte| byte.is_ascii_digit()) => {
            let share: f64 = if fraction.is_empty() { 0.0 } else { format!("0.{fraction}").parse().ok()? };
            #[allow(clippy::cast_possible_truncation, reason = "less than a day")]
            let seconds = (share * 86_400.0).round() as i64;
            Some(Serial::Days { whole: whole.parse().ok()?, seconds })
        }
        (13, "") => Some(Serial::Milliseconds(text.parse().ok()?)),
        _ => None,
    }
}

fn from_serial(serial: Serial, of: DateOf) -> Result<ReadDate, DateTrouble> {
    let moment = match serial {
        Serial::Days { whole, seconds } => Date::constant(1899, 12, 30)
            .to_datetime(Time::midnight())
            .checked_add(SignedDuration::from_secs(i64::from(whole) * 86_400 + seconds))
            .map_err(|_| DateTrouble::Invalid)?,
        Serial::Milliseconds(milliseconds) => {
            let moment = Timestamp::from_millisecond(milliseconds).map_err(|_| DateTrouble::Invalid)?;
            Offset::constant(7).to_datetime(moment)
        }
    };
    let year = u16::try_from(moment.year()).map_err(|_| DateTrouble::Invalid)?;
    full_year(year, 4, of).ok_or(DateTrouble::Invalid)?;
    let time = Some(moment.time()).filter(|time| *time != Time::midnight());
    Ok(ReadDate {
        date: moment.date(),
        time,
        repair: DateRepair::Serial,
        moved: matches!(serial, Serial::Milliseconds(_)),
    })
}

/// A date taken apart, before its order is known.
struct Parts {
    days: Days,
    year: u16,
    year_digits: usize,
    /// The time, and minutes ahead of UTC where the cell says so.
    time: Option<(Time, Option<i32>)>,
    iso: bool,
}

#[derive(Clone, Copy)]
enum Days {
    Known { month: u8, day: u8 },
    Numbers(u8, u8),
}

fn parse(text: &str) -> Option<Parts> {
    let mut cursor = Cursor { rest: text };
    let (days, year, year_digits, iso) = cursor.date()?;
    let time = cursor.time()?;
    cursor.finish().then_some(Parts { days, year, year_digits, time, iso })
}

/// `2026-04-11` at the beginning, the common case, without taking the cell apart.
fn iso_day(text: &str) -> Option<(u16, u8, u8)> {
    let [a, b, c, d, b'-', e, f, b'-', g, h, rest @ ..] = text.as_bytes() else { return None };
    let all_digits = [a, b, c, d, e, f, g, h].iter().all(|byte| byte.is_ascii_digit());
    if !all_digits || rest.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let two = |tens: &u8, ones: &u8| (tens - b'0') * 10 + (ones - b'0');
    Some((u16::from(two(a, b)) * 100 + u16::from(two(c, d)), two(e, f), two(g, h)))
}

struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn date(&mut self) -> Option<(Days, u16, usize, bool)> {
        if let Some((year, month, day)) = iso_day(self.rest) {
            self.rest = self.rest.get(10..)?;
            return Some((Days::Known { month, day }, year, 4, true));
        }
        let mut word = self.word();
        if word.is_some_and(is_weekday) {
            self.gap();
            word = self.word();
        }
        if let Some(word) = word {
            let month = month_named(word)?;
            self.gap();
            let (day, _) = self.ordinal()?;
            self.gap();
            let (year, digits) = self.year()?;
            return Some((Days::Known { month, day }, year, digits, false));
        }
        let (first, digits) = self.number()?;
        if digits == 8 {
            let (year, month, day) = (first / 10_000, first / 100 % 100, first % 100);
            return Some((
                Days::Known { month: u8::try_from(month).ok()?, day: u8::try_from(day).ok()? },
                u16::try_from(year).ok()?,
                4,
                false,
            ));
        }
        if digits == 4 {
            let dash = self.rest.starts_with('-');
            self.gap();
            let (month, digits) = self.month()?;
            self.gap();
            let (day, day_digits) = self.number()?;
            let iso = dash && digits == 2 && day_digits == 2;
            return Some((Days::Known { month, day: u8::try_from(day).ok()? }, u16::try_from(first).ok()?, 4, iso));
        }
        let first = u8::try_from(first).ok().filter(|_| digits <= 2)?;
        self.ordinal_mark();
        self.gap();
        let named = self.rest.starts_with(char::is_alphabetic);
        let (second, digits) = self.month()?;
        if digits > 2 {
            return None;
        }
        self.gap();
        let (year, digits) = self.year()?;
        let days = if named { Days::Known { month: second, day: first } } else { Days::Numbers(first, second) };
        Some((days, year, digits, false))
    }

    /// `Some(None)` where the cell ends with its date.
    fn time(&mut self) -> Option<Option<(Time, Option<i32>)>> {
        if let Some(rest) =
            self.rest.strip_prefix(['T', 't']).filter(|rest| rest.starts_with(|char: char| char.is_ascii_digit()))
        {
            self.rest = rest;
        }
        self.gap();
        while let Some(word) = self.word() {
            if !matches!(word.to_ascii_lowercase().as_str(), "pukul" | "jam" | "at" | "pkl") {
                return None;
            }
            self.gap();
        }
        if self.rest.is_empty() {
            return Some(None);
        }
        let (mut hour, digits) = self.number()?;
        if digits > 2 || !self.colon() {
            return None;
        }
        let (minute, digits) = self.number()?;
        let second = if digits == 2 && self.colon() { self.number()?.0 } else { 0 };
        if self.rest.starts_with(['.', ',']) {
            self.rest = &self.rest[1..];
            self.rest = self.rest.trim_start_matches(|char: char| char.is_ascii_digit());
        }
        self.rest = self.rest.trim_start();
        let mut offset = self.signed_offset()?;
        while let Some(word) = self.word() {
            match word.to_ascii_lowercase().as_str() {
                "am" if hour <= 12 => hour %= 12,
                "pm" if hour <= 12 => hour = hour % 12 + 12,
                "z" | "utc" | "gmt" => offset = Some(self.signed_offset()?.unwrap_or(0)),
                "wib" => offset = Some(JAKARTA),
                "wita" => offset = Some(8 * 60),
                "wit" => offset = Some(9 * 60),
                _ => return None,
            }
            self.gap();
        }
        let part = |number: u32| i8::try_from(number).ok();
        let time = Time::new(part(hour)?, part(minute)?, part(second)?, 0).ok()?;
        Some(Some((time, offset)))
    }

    /// Minutes ahead of UTC: `+07:00`, `-0330`, `+7`. `Some(None)` where there is none.
    fn signed_offset(&mut self) -> Option<Option<i32>> {
        let sign = match self.rest.chars().next() {
            Some('+') => 1,
            Some('-' | '−') => -1,
            _ => return Some(None),
        };
        self.rest = self.rest.get(self.rest.chars().next()?.len_utf8()..)?;
        let (number, digits) = self.number()?;
        let minutes = match digits {
            1 | 2 => {
                let minutes = if self.colon() { self.number()?.0 } else { 0 };
                number * 60 + minutes
            }
            4 => number / 100 * 60 + number % 100,
            _ => return None,
        };
        self.gap();
        (minutes <= 14 * 60).then_some(Some(sign * i32::try_from(minutes).ok()?))
    }

    /// Nothing but a zone's name in brackets may follow.
    fn finish(&self) -> bool {
        let rest = self.rest.trim();
        rest.is_empty()
            || (rest.starts_with('(') && rest.ends_with(')') && !rest.contains(|char: char| char.is_ascii_digit()))
    }

    fn month(&mut self) -> Option<(u8, usize)> {
        if let Some(word) = self.word() {
            return month_named(word).map(|month| (month, 0));
        }
        let (number, digits) = self.number()?;
        Some((u8::try_from(number).ok()?, digits))
    }

    fn year(&mut self) -> Option<(u16, usize)> {
        self.rest = self.rest.strip_prefix(['\'', '’']).unwrap_or(self.rest);
        let (number, digits) = self.number()?;
        Some((u16::try_from(number).ok()?, digits))
    }

    fn ordinal(&mut self) -> Option<(u8, usize)> {
        let (number, digits) = self.number()?;
        self.ordinal_mark();
        Some((u8::try_from(number).ok()?, digits))
    }

    fn ordinal_mark(&mut self) {
        for mark in ["st", "nd", "rd", "th"] {
            if let Some(rest) = self.rest.strip_prefix(mark).filter(|rest| !rest.starts_with(char::is_alphabetic)) {
                self.rest = rest;
                return;
            }
        }
    }

    fn number(&mut self) -> Option<(u32, usize)> {
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 8 {
            return None;
        }
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        Some((number.parse().ok()?, digits))
    }

    fn word(&mut self) -> Option<&'a str> {
        let end = self.rest.find(|char: char| !char.is_alphabetic()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (end > 0).then_some(word)
    }

    fn gap(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', ',', '/', '.']);
        if self.rest.starts_with('-') && !self.rest.starts_with("--") {
            self.rest = self.rest[1..].trim_start();
        }
    }

    fn colon(&mut self) -> bool {
        let rest =
            self.rest.strip_prefix([':', '.']).filter(|rest| rest.starts_with(|char: char| char.is_ascii_digit()));
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

/// Indonesian and English months, whole or cut short.
fn month_named(word: &str) -> Option<u8> {
    let word = word.to_lowercase();
    let word = word.as_str();
    MONTHS.iter().position(|names| names.contains(&word)).and_then(|index| u8::try_from(index + 1).ok())
}

const MONTHS: [&[&str]; 12] = [
    &["januari", "january", "jan"],
    &["februari", "february", "feb", "pebruari", "peb"],
    &["maret", "march", "mar", "mrt"],
    &["april", "apr"],
    &["mei", "may"],
    &["juni", "june", "jun"],
    &["juli", "july", "jul"],
    &["agustus", "august", "agu", "agt", "ags", "agst", "agus", "aug"],
    &["september", "sep", "sept"],
    &["oktober", "october", "okt", "oct"],
    &["november", "nopember", "nov", "nop"],
    &["desember", "december", "des", "dec"],
];

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 29] = [
        "senin",
        "selasa",
        "rabu",
        "kamis",
        "jumat",
        "sabtu",
        "minggu",
        "ahad",
        "sen",
        "sel",
        "rab",
        "kam",
        "jum",
        "sab",
        "min",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
    ];
    DAYS.iter().any(|day| word.eq_ignore_ascii_case(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str, order: DateOrder, zone: TimeZone) -> Result<String, DateTrouble> {
        read_date(text, DateOf::Application, order, zone).map(|date| date.moment())
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
        let birth =
            |text| read_date(text, DateOf::Birth, DateOrder::DayFirst, TimeZone::Jakarta).map(|date| date.day());
        assert_eq!(birth("05/06/98"), Ok("1998-06-05".to_owned()));
        assert_eq!(birth("05/06/08"), Ok("2008-06-05".to_owned()));
        assert_eq!(birth("Surakarta, 23/04/1991"), Ok("1991-04-23".to_owned()));
        assert_eq!(birth("Kab. Bogor, 17 Agustus 1998"), Ok("1998-08-17".to_owned()));
        assert_eq!(birth("36526"), Ok("2000-01-01".to_owned()));
        assert_eq!(birth("1998-05-06T17:00:00.000Z"), Ok("1998-05-07".to_owned()));
        assert_eq!(birth("11/04/2026"), Err(DateTrouble::Invalid));
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
            ("kemarin", OrderHint::None),
        ];
        for (text, hint) in cases {
            assert_eq!(order_hint(text), hint, "{text}");
        }
    }
}
