//! Numbers and times of a workbook's cells as text, the same for every container.

use calamine::{ExcelDateTime, ExcelDateTimeType};

/// What a cell's number format makes of its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shown {
    /// A number.
    #[default]
    Number,
    /// A date, a time of day, or both.
    Moment,
    /// Hours past twenty-four: `[h]:mm`.
    Span,
}

/// A whole number without a float's tail; anything else as short as it can be written.
///
/// From twelve digits on a spreadsheet shows six of them (`8.12346E+11`), and what was saved in that shape once has lost the others for
/// good: it is given as it is shown, so that nobody takes the zeros for a phone number's.
pub(super) fn number_text(number: f64) -> String {
    if number.fract() != 0.0 || number.abs() >= 9e15 {
        return number.to_string();
    }
    #[allow(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
    let whole = number as i64;
    let digits = whole.unsigned_abs().checked_ilog10().unwrap_or(0);
    if digits >= 11 && whole % 10_i64.pow(digits - 5) == 0 {
        return format!("{number:E}").replace('E', "E+");
    }
    whole.to_string()
}

/// `2026-04-11`, `2026-04-11T08:00:00`, or a time alone.
pub(super) fn time_text(time: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    if time.is_duration() || time.as_f64().abs() < 1.0 {
        return format!("{hour:02}:{minute:02}:{second:02}");
    }
    // A time is a fraction of a day: half a second lost on the way is given back.
    if (hour, minute, second) == (0, 0, 0) && milli < 500 {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// A number under its format; days are counted from 1904 where the workbook says so.
pub(super) fn shown_text(number: f64, shown: Shown, from_1904: bool) -> String {
    let kind = match shown {
        Shown::Number => return number_text(number),
        Shown::Moment => ExcelDateTimeType::DateTime,
        Shown::Span => ExcelDateTimeType::TimeDelta,
    };
    if number.is_finite() { time_text(&ExcelDateTime::new(number, kind, from_1904)) } else { number_text(number) }
}

/// An ISO moment as XML containers write it (`2026-04-11T00:00:00.000`), shortened to what it says.
pub(super) fn iso_text(moment: &str) -> String {
    let whole = moment.split_once('.').map_or(moment, |(whole, _)| whole);
    whole.strip_suffix("T00:00:00").unwrap_or(whole).to_owned()
}

/// The number formats that every workbook has without saying so (ECMA-376, 18.8.30).
pub(super) fn builtin_format(id: u16) -> Shown {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Shown::Moment,
        46 => Shown::Span,
        _ => Shown::Number,
    }
}

/// Reads a number format's first section: letters of a date or a time outside quotation marks, escapes and brackets.
pub(super) fn custom_format(format: &str) -> Shown {
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        match letter.to_ascii_lowercase() {
            ';' => break,
            '\\' | '_' | '*' => {
                letters.next();
            }
            '"' => {
                letters.by_ref().take_while(|letter| *letter != '"').for_each(drop);
            }
            '[' => {
                let inside: String = letters.by_ref().take_while(|letter| *letter != ']').collect();
                let inside = inside.to_ascii_lowercase();
                let mut one = inside.chars();
                if let Some(first @ ('h' | 'm' | 's')) = one.next()
                    && one.all(|letter| letter == first)
                {
                    return Shown::Span;
                }
            }
            // `General` has none of these letters, and neither has a number.
            'd' | 'm' | 'y' | 'h' | 's' => return Shown::Moment,
            _ => {}
        }
    }
    Shown::Number
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("DD/MM/YY", Shown::Moment)]
    #[case("[$-421]dd mmmm yyyy", Shown::Moment)]
    #[case("hh:mm AM/PM", Shown::Moment)]
    #[case("[h]:mm:ss", Shown::Span)]
    #[case("[mm]:ss", Shown::Span)]
    #[case("General", Shown::Number)]
    #[case("#,##0 ;[Red](#,##0)", Shown::Number)]
    #[case("\"Rp\"#,##0_);[Red](\"Rp\"#,##0)", Shown::Number)]
    #[case("0\"hari\"", Shown::Number)]
    #[case("\\d0", Shown::Number)]
    #[case("0;yyyy", Shown::Number)]
    #[case("@", Shown::Number)]
    fn a_format_says_whether_a_number_is_a_date(#[case] format: &str, #[case] shown: Shown) {
        assert_eq!(custom_format(format), shown);
    }

    #[test]
    fn a_day_is_the_same_from_either_epoch() {
        assert_eq!(shown_text(46_123.0, Shown::Moment, false), "2026-04-11");
        assert_eq!(shown_text(44_661.0, Shown::Moment, true), "2026-04-11");
        assert_eq!(shown_text(44_661.5, Shown::Moment, true), "2026-04-11T12:00:00");
        assert_eq!(shown_text(46_123.0, Shown::Number, false), "46123");
    }

    #[test]
    fn a_moment_is_as_long_as_what_it_says() {
        assert_eq!(iso_text("2026-04-11T00:00:00.000"), "2026-04-11");
        assert_eq!(iso_text("2026-04-11T08:30:00.000"), "2026-04-11T08:30:00");
        assert_eq!(iso_text("2026-04-11"), "2026-04-11");
    }
}
