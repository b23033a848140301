//! Dates and times as portals, spreadsheets and people write them.
//!
//! Numbers alone (`03/04/2026`) are read in the order of their column, which is decided from all of its cells and never from one.

mod parse;

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp, tz::Offset};
use satu_core::import::mapping::DateOrder;

use crate::definition::TimeZone;
use parse::{Days, Parts, is_weekday, parse};

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

/// The day from which a workbook counts its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Epoch {
    /// 1899-12-30, as nearly everywhere.
    #[default]
    From1900,
    /// 1904-01-01, as old Macs did: four years and a day later.
    From1904,
}

impl Epoch {
    const fn day(self) -> Date {
        match self {
            Self::From1900 => Date::constant(1899, 12, 30),
            Self::From1904 => Date::constant(1904, 1, 1),
        }
    }
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
    /// `26/04/11`: the first number is past 12 but may as well be the year and the last one the day.
    DayOrYear {
        /// The first number.
        first: u8,
        /// The last number.
        last: u8,
    },
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

/// Reads a tidy cell. Times without a zone are in `zone`; a spreadsheet's day numbers count from `epoch`.
///
/// # Errors
/// [`DateTrouble`]: nothing is guessed.
pub fn read_date(
    text: &str,
    of: DateOf,
    order: DateOrder,
    zone: TimeZone,
    epoch: Epoch,
) -> Result<ReadDate, DateTrouble> {
    if let Some(serial) = serial(text) {
        return from_serial(serial, of, epoch);
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
    let Some(parts) = parse(text).or_else(|| parse(behind_place(text)?)) else { return OrderHint::None };
    let Days::Numbers(a, b) = parts.days else { return OrderHint::Plain };
    match (a > 12, b > 12) {
        (true, true) => OrderHint::None,
        _ if a > 31 || b > 31 => OrderHint::None,
        (true, false) => {
            parts.last_as_day(a, b).map_or(OrderHint::DayFirst, |last| OrderHint::DayOrYear { first: a, last })
        }
        (false, true) => OrderHint::MonthFirst,
        (false, false) if a == b => OrderHint::Plain,
        (false, false) => OrderHint::Either,
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
                (true, false) if parts.last_as_day(a, b).is_some() => Err(DateTrouble::Ambiguous),
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

/// A cell that is one number: days since the workbook's epoch, or milliseconds since 1970.
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

fn from_serial(serial: Serial, of: DateOf, epoch: Epoch) -> Result<ReadDate, DateTrouble> {
    let moment = match serial {
        Serial::Days { whole, seconds } => epoch
            .day()
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

#[cfg(test)]
mod tests;
