//! Six digits that are hers alone to know, and which of them are too easily guessed.

use std::fmt;

/// A six-digit PIN that may be chosen. It is never shown: not by `Debug`, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin([u8; 6]);

/// Why a PIN is refused. Six digits are a million guesses; those that everybody tries first are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPin {
    /// Not six digits.
    #[error("a PIN is six digits")]
    NotSixDigits,
    /// One digit again and again, or two or three that repeat.
    #[error("digits that repeat are guessed first")]
    Repeats,
    /// Digits that follow each other.
    #[error("digits in a row are guessed first")]
    Runs,
    /// A date, in any order of its parts.
    #[error("a date is guessed first")]
    Date,
    /// Part of her own phone number.
    #[error("a part of the phone number is guessed first")]
    Phone,
    /// One of those that most people choose.
    #[error("that PIN is one of the most used")]
    Common,
}

impl WeakPin {
    /// A stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotSixDigits => "pin.not_six_digits",
            Self::Repeats => "pin.repeats",
            Self::Runs => "pin.runs",
            Self::Date => "pin.date",
            Self::Phone => "pin.phone",
            Self::Common => "pin.common",
        }
    }
}

/// Most used six-digit codes of published leaks that no other rule refuses.
const COMMON: [&[u8; 6]; 24] = [
    b"159753", b"147258", b"258369", b"147852", b"159357", b"357159", b"456852", b"741852", b"963852", b"852456",
    b"134679", b"124578", b"142536", b"789456", b"456123", b"159951", b"753951", b"951753", b"112358", b"314159",
    b"520131", b"147369", b"369258", b"258147",
];

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

impl Pin {
    /// Reads a PIN that she chooses. `phone` is her number in any form; `birth_dates` are those that are known to be hers, ISO 8601.
    ///
    /// # Errors
    /// It is no PIN, or too easily guessed.
    pub fn choose(text: &str, phone: &str, birth_dates: &[&str]) -> Result<Self, WeakPin> {
        let pin = Self::parse(text)?;
        pin.weakness(phone, birth_dates).map_or(Ok(pin), Err)
    }

    /// Looks at a PIN once more when another birth date of hers is known.
    ///
    /// # Errors
    /// It is too easily guessed.
    pub(super) fn fits(&self, phone: &str, birth_dates: &[String]) -> Result<(), WeakPin> {
        let birth_dates: Vec<&str> = birth_dates.iter().map(String::as_str).collect();
        self.weakness(phone, &birth_dates).map_or(Ok(()), Err)
    }

    /// Reads a PIN that she gives to come in: an old one may be weak by today's rules.
    ///
    /// # Errors
    /// [`WeakPin::NotSixDigits`].
    pub fn parse(text: &str) -> Result<Self, WeakPin> {
        let digits: [u8; 6] = text.as_bytes().try_into().map_err(|_| WeakPin::NotSixDigits)?;
        if digits.iter().all(u8::is_ascii_digit) { Ok(Self(digits)) } else { Err(WeakPin::NotSixDigits) }
    }

    /// The digits, for the hash alone.
    #[must_use]
    pub const fn reveal(&self) -> &[u8; 6] {
        &self.0
    }

    fn weakness(&self, phone: &str, birth_dates: &[&str]) -> Option<WeakPin> {
        let digits = &self.0;
        let pairs = || digits.iter().zip(&digits[1..]);
        let repeats = (1..=3).any(|period| digits.iter().zip(&digits[period..]).all(|(one, later)| one == later));
        // 112233, 111222: each digit beside its like.
        let doubled = digits.chunks(2).all(|pair| pair[0] == pair[1])
            || digits.chunks(3).all(|three| three.iter().all(|one| *one == three[0]));
        let step = |by: i16| {
            pairs().all(|(one, next)| (i16::from(*next) - i16::from(*one)).rem_euclid(10) == by.rem_euclid(10))
        };
        let number: Vec<u8> = phone.bytes().filter(u8::is_ascii_digit).collect();
        if repeats || doubled {
            Some(WeakPin::Repeats)
        } else if step(1) || step(-1) {
            Some(WeakPin::Runs)
        } else if self.is_part_of(&number) {
            Some(WeakPin::Phone)
        } else if self.is_date() || birth_dates.iter().any(|date| self.is_of_birth_date(date)) {
            Some(WeakPin::Date)
        } else {
            COMMON.contains(&digits).then_some(WeakPin::Common)
        }
    }

    /// Whether it stands in a row of digits, in either direction.
    fn is_part_of(&self, number: &[u8]) -> bool {
        number.windows(6).any(|part| part == self.0 || part.iter().rev().eq(&self.0))
    }

    /// Whether it is pieces of a birth date, in any order: with the year of four digits or of two, and with the zeros before a day and a month or without.
    fn is_of_birth_date(&self, date: &str) -> bool {
        const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        let mut parts = date.get(..10).unwrap_or_default().splitn(3, '-');
        let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else { return false };
        let short = |text: &str| text.strip_prefix('0').unwrap_or(text).to_owned();
        let of_two = year.get(2..).unwrap_or_default();
        let forms = [
            [year.to_owned(), month.to_owned(), day.to_owned()],
            [year.to_owned(), short(month), short(day)],
            [of_two.to_owned(), month.to_owned(), day.to_owned()],
        ];
        let mut written = forms.iter().flat_map(|form| ORDERS.map(|order| order.map(|at| form[at].as_str()).concat()));
        written.any(|digits| self.is_part_of(digits.as_bytes()))
    }

    /// Whether it reads as a day, a month and two digits of a year, in an order that people write: DDMMYY, YYMMDD, MMDDYY; or as a year of four digits with
    /// a month.
    fn is_date(&self) -> bool {
        let two = |at: usize| u32::from(self.0[at] - b'0') * 10 + u32::from(self.0[at + 1] - b'0');
        let (first, middle, last) = (two(0), two(2), two(4));
        let day = |number: u32| (1..=31).contains(&number);
        let month = |number: u32| (1..=12).contains(&number);
        let century = |number: u32| number == 19 || number == 20;
        // A year of birth or of now: 1940 to 2029.
        let year = |number: u32| number >= 40 || number <= 29;
        (day(first) && month(middle) && year(last))
            || (year(first) && month(middle) && day(last))
            || (month(first) && day(middle) && year(last))
            || (century(first) && month(last))
            || (month(first) && century(middle))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const PHONE: &str = "+6281234967801";

    #[rstest]
    #[case::five("48205", Some(WeakPin::NotSixDigits))]
    #[case::letters("48205a", Some(WeakPin::NotSixDigits))]
    #[case::digits_of_another_script("٤٨٢٠٥٧", Some(WeakPin::NotSixDigits))]
    #[case::blank("482 57", Some(WeakPin::NotSixDigits))]
    #[case::one_digit("777777", Some(WeakPin::Repeats))]
    #[case::two_digits("474747", Some(WeakPin::Repeats))]
    #[case::three_digits("482482", Some(WeakPin::Repeats))]
    #[case::pairs("448855", Some(WeakPin::Repeats))]
    #[case::threes("444888", Some(WeakPin::Repeats))]
    #[case::upwards("456789", Some(WeakPin::Runs))]
    #[case::over_zero("789012", Some(WeakPin::Runs))]
    #[case::downwards("543210", Some(WeakPin::Runs))]
    #[case::her_phone("967801", Some(WeakPin::Phone))]
    #[case::her_phone_backwards("108769", Some(WeakPin::Phone))]
    #[case::day_first("120498", Some(WeakPin::Date))]
    #[case::year_first("980412", Some(WeakPin::Date))]
    #[case::month_first("041298", Some(WeakPin::Date))]
    #[case::month_and_year("041998", Some(WeakPin::Date))]
    #[case::the_middle_column("258369", Some(WeakPin::Common))]
    #[case::good("482057", None)]
    #[case::good_too("730164", None)]
    fn a_pin_that_everybody_tries_first_is_refused(#[case] text: &str, #[case] weak: Option<WeakPin>) {
        assert_eq!(Pin::choose(text, PHONE, &[]).err(), weak);
    }

    #[rstest]
    #[case::day_and_year("231974", true)]
    #[case::year_and_day("197423", true)]
    #[case::month_and_year("071974", true)]
    #[case::year_and_month("197407", true)]
    #[case::day_month_year("230774", true)]
    #[case::day_year_month("237407", true)]
    #[case::month_year_day("077423", true)]
    #[case::year_day_month("742307", true)]
    #[case::without_the_zero("723197", true)]
    #[case::day_month_and_half_a_year("307197", true)]
    #[case::backwards("479132", true)]
    #[case::of_another_day("241974", false)]
    #[case::of_another_year("231975", false)]
    fn pieces_of_her_birth_date_are_refused(#[case] text: &str, #[case] refused: bool) {
        let weak = Pin::choose(text, PHONE, &["1998-04-12", "1974-07-23"]).err();
        assert_eq!(weak, refused.then_some(WeakPin::Date));
        for unread in ["", "1974", "juli-1974-é", "--------------"] {
            assert!(matches!(Pin::choose(text, PHONE, &[unread]).err(), None | Some(WeakPin::Date)), "{unread}");
        }
    }

    #[test]
    fn most_pins_may_be_chosen_and_none_is_shown() {
        // Every eleventh of the million.
        let pins: Vec<bool> = (0..1_000_000)
            .step_by(11)
            .map(|pin| Pin::choose(&format!("{pin:06}"), PHONE, &["1998-04-12"]).is_ok())
            .collect();
        let allowed = pins.iter().filter(|is_allowed| **is_allowed).count();
        assert!(allowed * 100 > pins.len() * 85, "{allowed} of {} are left to guess", pins.len());
        assert_eq!(format!("{:?}", Pin::parse("482057")), "Ok(Pin(…))");
    }
}
