//! Dates: typed wrong, with day and month in the other order, or known in part.

use crate::linking::{
    agreement::{Found, Level},
    people::Term,
};

/// Two dates as `YYYYMMDD`, zeros for what is not known.
pub(super) fn dates(a: &Term<'_>, b: &Term<'_>) -> Found {
    let (Some(one), Some(other)) = (Date::of(a.text()), Date::of(b.text())) else {
        return Found::plain(Level::Different);
    };
    if !(one.is_whole() && other.is_whole()) {
        return Found::plain(one.in_part(other));
    }
    if a.id == b.id {
        return Found::with_chance(Level::Equal, a.share());
    }
    let level = if one.year == other.year && one.month == other.day && one.day == other.month {
        Level::Swapped
    } else if one_slip(a.text().as_bytes(), b.text().as_bytes()) {
        Level::Typing
    } else if one.parts_in_common(other) == 2 {
        Level::Part
    } else if one.year == other.year {
        Level::Year
    } else {
        Level::Different
    };
    Found::plain(level)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Date<'t> {
    year: &'t str,
    month: &'t str,
    day: &'t str,
}

impl<'t> Date<'t> {
    fn of(text: &'t str) -> Option<Self> {
        Some(Self { year: text.get(..4)?, month: text.get(4..6)?, day: text.get(6..8)? })
    }

    fn is_whole(self) -> bool {
        self.month != "00" && self.day != "00"
    }

    fn parts_in_common(self, other: Self) -> usize {
        [self.year == other.year, self.month == other.month, self.day == other.day].iter().filter(|same| **same).count()
    }

    /// Dates of which one is known in part only.
    fn in_part(self, other: Self) -> Level {
        let fits = |one: &str, other: &str| one == "00" || other == "00" || one == other;
        if self.year != other.year || !fits(self.month, other.month) {
            Level::Different
        } else if self.month == "00" || other.month == "00" {
            Level::Year
        } else {
            Level::Part
        }
    }
}

/// Whether one digit differs, or two neighbours are swapped.
fn one_slip(a: &[u8], b: &[u8]) -> bool {
    let mut apart = a.iter().zip(b).enumerate().filter(|(_, (x, y))| x != y);
    match (apart.next(), apart.next(), apart.next()) {
        (Some(_), None, _) => true,
        (Some((i, (x, y))), Some((j, (v, w))), None) => j == i + 1 && x == w && y == v,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use crate::linking::{
        Comparator::Date,
        Level::{self, Different, Equal, Part, Swapped, Typing, Year},
        people::level_of,
    };

    #[rstest]
    #[case::same("1998-03-07", "1998-03-07", Equal)]
    #[case::written_otherwise("1998-03-07", "19980307", Equal)]
    #[case::day_and_month("1998-03-07", "1998-07-03", Swapped)]
    #[case::one_digit("1998-03-07", "1998-03-17", Typing)]
    #[case::one_digit_of_the_year("1998-03-07", "1988-03-07", Typing)]
    #[case::neighbours_swapped("1998-03-12", "1998-03-21", Typing)]
    #[case::another_day("1998-03-07", "1998-03-28", Part)]
    #[case::another_year("1975-03-07", "1998-03-07", Part)]
    #[case::year_only_in_common("1998-03-07", "1998-11-25", Year)]
    #[case::year_only_known("1998", "1998-11-25", Year)]
    #[case::year_and_month_known("1998-11", "1998-11-25", Part)]
    #[case::another_month_known("1998-10", "1998-11-25", Different)]
    #[case::nothing("1975-01-02", "1998-11-25", Different)]
    fn dates_agree_as_the_table_says(#[case] a: &str, #[case] b: &str, #[case] level: Level) {
        assert_eq!(level_of(Date, a, b), Some(level), "{a} and {b}");
        assert_eq!(level_of(Date, b, a), Some(level), "{b} and {a}");
    }

    #[test]
    fn what_is_no_date_is_absent() {
        for cell in ["", "-", "tidak ada", "0000-00-00", "98"] {
            assert_eq!(level_of(Date, cell, "1998-03-07"), None, "{cell:?}");
        }
    }
}
