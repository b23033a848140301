//! Lengths of experience: `2 tahun 6 bulan`, `1,5 tahun`, `3+ years`, `fresh graduate`.

use crate::header::header_words;

/// What a plain number counts, where the header says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Years.
    Years,
    /// Months.
    Months,
}

impl Unit {
    /// The unit that a header names: `Lama Pengalaman (tahun)`, `Years of Experience`.
    #[must_use]
    pub fn in_header(header: &str) -> Option<Self> {
        let units: Vec<Self> = header_words(header).iter().filter_map(|word| Self::named(word)).collect();
        units.first().copied().filter(|unit| units.iter().all(|other| other == unit))
    }

    fn named(word: &str) -> Option<Self> {
        match word {
            "tahun" | "thn" | "th" | "years" | "year" | "yrs" | "yr" | "y" => Some(Self::Years),
            "bulan" | "bln" | "months" | "month" | "mos" | "mo" | "m" => Some(Self::Months),
            _ => None,
        }
    }

    const fn months(self) -> u32 {
        match self {
            Self::Years => 12,
            Self::Months => 1,
        }
    }
}

/// Nobody has worked longer, in months.
const MOST: u32 = 60 * 12;

/// Months of experience in a tidy text that is a length of time and nothing else; the lower end of a range. None for anything else: a job's
/// name, two jobs, a plain number under a header that names no unit.
#[must_use]
pub fn read_experience(text: &str, header: Option<Unit>) -> Option<u32> {
    // The commonest cell of all, without taking it apart.
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return number(text)?.in_months(header?).filter(|months| *months <= MOST);
    }
    let lower = text.to_lowercase();
    let tokens = tokens(&lower)?;
    if tokens.iter().all(|token| matches!(token, Token::Nothing)) {
        return (!tokens.is_empty()).then_some(0);
    }
    let less = tokens.contains(&Token::Less);
    let spans: Vec<Token> = tokens.into_iter().filter(|token| !matches!(token, Token::Less)).collect();
    let months = match spans.as_slice() {
        [Token::Number(number)] => number.in_months(header?)?,
        [Token::Number(number), Token::Unit(unit)] => number.in_months(*unit)?,
        // "1-2 tahun"
        [Token::Number(low), Token::To, Token::Number(_), Token::Unit(unit)] => low.in_months(*unit)?,
        [Token::Number(low), Token::Unit(unit), Token::To, Token::Number(_), Token::Unit(_)] => low.in_months(*unit)?,
        [Token::Number(low), Token::To, Token::Number(_)] => low.in_months(header?)?,
        [Token::Number(years), Token::Unit(Unit::Years), Token::Number(months), Token::Unit(Unit::Months)] => {
            years.in_months(Unit::Years)? + months.in_months(Unit::Months)?
        }
        _ => return None,
    };
    // "Less than a year" tells an upper end only.
    if less { Some(0).filter(|_| months <= 12) } else { (months <= MOST).then_some(months) }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Number {
    tenths: u32,
}

impl Number {
    fn in_months(self, unit: Unit) -> Option<u32> {
        Some(self.tenths.checked_mul(unit.months())? / 10)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Number(Number),
    Unit(Unit),
    To,
    Less,
    /// She says that she has none.
    Nothing,
}

/// None where something stands there that is no part of a length of time.
fn tokens(text: &str) -> Option<Vec<Token>> {
    const NOTHING: [&str; 7] = [
        "fresh graduate",
        "freshgraduate",
        "fresh grad",
        "belum ada pengalaman",
        "tanpa pengalaman",
        "no experience",
        "belum pernah bekerja",
    ];
    if NOTHING.contains(&text) {
        return Some(vec![Token::Nothing]);
    }
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        // Each of these words alone bounds a length; together they only say "about".
        let about = ABOUT.iter().find_map(|about| rest.strip_prefix(about));
        if let Some(after) = about.filter(|after| !after.starts_with(char::is_alphabetic)) {
            rest = after;
            continue;
        }
        let end = if first.is_ascii_digit() {
            rest.find(|char: char| !(char.is_ascii_digit() || char == '.' || char == ',')).unwrap_or(rest.len())
        } else if first.is_alphabetic() {
            rest.find(|char: char| !char.is_alphabetic()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(end);
        rest = after;
        if first.is_ascii_digit() {
            tokens.push(Token::Number(number(token.trim_end_matches(['.', ',']))?));
        } else if let Some(unit) = Unit::named(token) {
            tokens.push(Token::Unit(unit));
        } else {
            match token {
                "-" | "–" | "—" | "sampai" | "hingga" | "to" | "sd" => tokens.push(Token::To),
                "<" | "kurang" | "less" | "under" => tokens.push(Token::Less),
                " " | "." | "," | "+" | ">" | "≥" | "±" | "(" | ")" | "~" | "lebih" | "dari" | "more" | "than"
                | "over" | "sekitar" | "kurun" | "selama" | "about" | "minimal" | "pengalaman" | "experience"
                | "of" | "kerja" | "dan" | "and" => {}
                _ => return None,
            }
        }
    }
    Some(tokens)
}

const ABOUT: [&str; 5] = ["kurang lebih", "lebih kurang", "kurang-lebih", "krg lbh", "more or less"];

/// A number with at most one decimal; a year (`2019`) is none.
fn number(token: &str) -> Option<Number> {
    let (whole, tenth) = token.split_once(['.', ',']).unwrap_or((token, "0"));
    if whole.len() > 3 || tenth.len() != 1 {
        return None;
    }
    let whole: u32 = whole.parse().ok()?;
    Some(Number { tenths: whole * 10 + tenth.parse::<u32>().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_counted_in_months() {
        for (text, months) in [
            ("2 tahun", 24),
            ("2 Tahun 6 Bulan", 30),
            ("2 tahun, 3 bln", 27),
            ("1,5 tahun", 18),
            ("1.5 years", 18),
            ("6 bulan", 6),
            ("3+ years", 36),
            ("> 5 tahun", 60),
            ("lebih dari 2 tahun", 24),
            ("1-2 tahun", 12),
            ("1 - 3 years", 12),
            ("6 bulan - 1 tahun", 6),
            ("kurang dari 1 tahun", 0),
            ("< 1 tahun", 0),
            ("kurang lebih 1 tahun", 12),
            ("Kurang-lebih 1 tahun", 12),
            ("lebih kurang 6 bulan", 6),
            ("kurang lebih 10 bulan", 10),
            ("kurang lebih 2 tahun", 24),
            ("1 tahun kurang lebih", 12),
            ("pengalaman kurang dari 6 bulan", 0),
            ("pengalaman kerja 4 thn", 48),
            ("3th", 36),
            ("2 yrs 6 mos", 30),
            ("Fresh Graduate", 0),
            ("belum ada pengalaman", 0),
            ("0 tahun", 0),
        ] {
            assert_eq!(read_experience(text, None), Some(months), "{text}");
        }
    }

    #[test]
    fn a_plain_number_counts_what_its_header_says() {
        assert_eq!(read_experience("3", Unit::in_header("Years of Experience")), Some(36));
        assert_eq!(read_experience("18", Unit::in_header("Lama Pengalaman (bulan)")), Some(18));
        assert_eq!(read_experience("3", Unit::in_header("Pengalaman")), None);
        assert_eq!(Unit::in_header("Pengalaman (tahun/bulan)"), None);
    }

    #[test]
    fn what_is_no_length_of_time_is_none() {
        for text in [
            "Pengasuh anak 2 tahun di Depok",
            "Nanny 2 tahun, ART 1 tahun",
            "2019-2021",
            "2019",
            "kurang dari 3 tahun",
            "ya",
            "99 tahun",
            "2 tahun 3 tahun",
            "",
            "-",
        ] {
            assert_eq!(read_experience(text, None), None, "{text}");
        }
    }
}
