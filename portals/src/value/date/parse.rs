//! A date's cell taken apart: its numbers, its month in words, its time and zone.

use jiff::civil::Time;

use super::JAKARTA;

/// A date taken apart, before its order is known.
pub(super) struct Parts {
    pub(super) days: Days,
    pub(super) year: u16,
    pub(super) year_digits: usize,
    /// The time, and minutes ahead of UTC where the cell says so.
    pub(super) time: Option<(Time, Option<i32>)>,
    pub(super) iso: bool,
}

#[derive(Clone, Copy)]
pub(super) enum Days {
    Known { month: u8, day: u8 },
    Numbers(u8, u8),
}

impl Parts {
    /// The last number where it may be the day and the first one the year: `26/04/11` is of 2011, or of 2026. A portal's year is past 17.
    pub(super) fn last_as_day(&self, first: u8, second: u8) -> Option<u8> {
        let last = u8::try_from(self.year).ok().filter(|last| (1..=31).contains(last))?;
        (self.year_digits == 2 && (18..=31).contains(&first) && (1..=12).contains(&second)).then_some(last)
    }
}

pub(super) fn parse(text: &str) -> Option<Parts> {
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

pub(super) fn is_weekday(word: &str) -> bool {
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
