//! Amounts of rupiah a month: `Rp 3.500.000`, `3,5 jt`, `Rp 10-15 juta`.

/// What an amount's cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// Rupiah a month, or the lower end of a range.
    pub low: i64,
    /// The upper end, where there is one.
    pub high: Option<i64>,
    /// Whether there was more to it than plain digits.
    pub repair: AmountRepair,
}

/// What was done to read an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountRepair {
    /// Plain digits: nothing.
    None,
    /// A float's `.0` was taken off.
    FloatTail,
    /// Words or separators were read.
    Words,
}

/// The cell holds no amount that can be read without guessing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnAmount;

/// Below this, an amount without a word like `juta` may as well be thousands or millions: nobody works a month for it.
const LEAST: i64 = 50_000;
const MOST: i64 = 1_000_000_000;

/// Reads a tidy cell. `Ok(None)`: it says that the salary is open (`nego`).
///
/// # Errors
/// Another currency, another period, a number too small or too large to be rupiah a month, a minimum wage that differs from place to place
/// (`UMR`), anything else.
pub fn read_amount(text: &str) -> Result<Option<Amount>, NotAnAmount> {
    if let Some(amount) = plain_digits(text) {
        return Ok(Some(amount?));
    }
    if let Some(rupiah) = grouped_digits(text) {
        return amount(rupiah, None).map(Some);
    }
    let tokens = summed(tokens(text)?);
    let mut ends: Vec<End> = Vec::with_capacity(2);
    let mut range = false;
    for token in tokens {
        match token {
            Token::Number(number) if ends.is_empty() || range => {
                ends.push(End { number, scale: None });
                range = false;
            }
            Token::Scale(scale) => {
                ends.last_mut().filter(|end| end.scale.is_none()).ok_or(NotAnAmount)?.scale = Some(scale)
            }
            Token::To if ends.len() == 1 && !range => range = true,
            Token::Number(_) | Token::To => return Err(NotAnAmount),
        }
    }
    match ends.as_slice() {
        [] if names_minimum_wage(text) => Err(NotAnAmount),
        [] => Ok(None),
        [only] if !range => amount(only.rupiah(only.scale)?, None).map(Some),
        [low, high] => {
            // "10-15 juta": the word counts for both ends.
            let scale = low.scale.or(high.scale.filter(|_| low.number.whole < 1000));
            amount(low.rupiah(scale)?, Some(high.rupiah(high.scale)?)).map(Some)
        }
        _ => Err(NotAnAmount),
    }
}

/// *UMR*, *UMK*, *UMP*: an amount, but which one depends on where and when.
fn names_minimum_wage(text: &str) -> bool {
    crate::header::header_words(text).iter().any(|word| matches!(word.as_str(), "umr" | "umk" | "ump"))
}

fn amount(low: i64, high: Option<i64>) -> Result<Amount, NotAnAmount> {
    let fits = |rupiah: i64| (LEAST..MOST).contains(&rupiah);
    if !fits(low) || high.is_some_and(|high| !fits(high) || high < low) {
        return Err(NotAnAmount);
    }
    Ok(Amount { low, high: high.filter(|high| *high > low), repair: AmountRepair::Words })
}

/// `3500000` and `3500000.0`, the common case, without taking the cell apart.
fn plain_digits(text: &str) -> Option<Result<Amount, NotAnAmount>> {
    let digits = text.strip_suffix(".0").unwrap_or(text);
    if digits.is_empty() || digits.len() > 12 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let repair = if digits.len() == text.len() { AmountRepair::None } else { AmountRepair::FloatTail };
    Some(
        digits
            .parse()
            .map_err(|_| NotAnAmount)
            .and_then(|low| amount(low, None))
            .map(|amount| Amount { repair, ..amount }),
    )
}

/// `Rp 3.500.000`, the commonest writing, without taking the cell apart.
fn grouped_digits(text: &str) -> Option<i64> {
    let start = text.bytes().position(|byte| byte.is_ascii_digit())?;
    let (currency, digits) = text.split_at(start);
    let known = ["Rp ", "Rp", "Rp. ", "IDR ", "Rp.", ""].contains(&currency);
    let (head, groups) = digits.split_once('.').filter(|(head, _)| known && !head.is_empty() && head.len() <= 3)?;
    let mut rupiah: i64 = head.parse().ok()?;
    for group in groups.split('.') {
        if group.len() != 3 || !group.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        rupiah = rupiah.checked_mul(1000)?.checked_add(group.parse().ok()?)?;
    }
    Some(rupiah)
}

struct End {
    number: Number,
    scale: Option<i64>,
}

impl End {
    fn rupiah(&self, scale: Option<i64>) -> Result<i64, NotAnAmount> {
        self.number.times(scale.unwrap_or(1)).ok_or(NotAnAmount)
    }
}

/// A number with at most three decimals, exactly.
#[derive(Clone, Copy)]
struct Number {
    whole: i64,
    thousandths: i64,
}

impl Number {
    fn times(self, scale: i64) -> Option<i64> {
        self.whole.checked_mul(scale)?.checked_add(self.thousandths.checked_mul(scale)? / 1000)
    }
}

#[derive(Clone, Copy)]
enum Token {
    Number(Number),
    Scale(i64),
    To,
}

/// `2 juta 500 ribu` -> `2500 ribu`.
fn summed(tokens: Vec<Token>) -> Vec<Token> {
    let mut summed: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        summed.push(token);
        let [.., Token::Number(millions), Token::Scale(1_000_000), Token::Number(thousands), Token::Scale(1_000)] =
            summed.as_slice()
        else {
            continue;
        };
        let (millions, thousands) = (*millions, *thousands);
        if millions.thousandths == 0 && millions.whole < 1_000 && thousands.whole < 1_000 {
            summed.truncate(summed.len() - 4);
            let whole = millions.whole * 1_000 + thousands.whole;
            summed.extend([Token::Number(Number { whole, ..thousands }), Token::Scale(1_000)]);
        }
    }
    summed
}

/// How far a number goes whose thousands are parted by spaces: `4 500 000`. One space alone may as well part two numbers.
fn spaced(text: &str) -> Option<usize> {
    let head = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut end = head;
    while let Some([b' ', a, b, c, rest @ ..]) = text.as_bytes().get(end..)
        && [a, b, c].iter().all(|byte| byte.is_ascii_digit())
        && !rest.first().is_some_and(u8::is_ascii_digit)
    {
        end += 4;
    }
    ((1..=3).contains(&head) && end >= head + 8).then_some(end)
}

fn tokens(text: &str) -> Result<Vec<Token>, NotAnAmount> {
    let lower = text.to_lowercase();
    let mut tokens = Vec::new();
    let mut rest = lower.as_str();
    while let Some(first) = rest.chars().next() {
        if let Some(end) = spaced(rest) {
            let (token, after) = rest.split_at(end);
            tokens.push(Token::Number(number(&token.replace(' ', "."), false)?));
            rest = after;
            continue;
        }
        // "4jt-an": about as much.
        if let Some(after) = rest.strip_prefix("-an").filter(|after| !after.starts_with(char::is_alphabetic)) {
            rest = after;
            continue;
        }
        if let Some(after) = ["s/d", "s.d.", "s.d"].iter().find_map(|to| rest.strip_prefix(to)) {
            tokens.push(Token::To);
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
            // "3.500.000,-" and "3.500.000.-": the dash stands for the cents.
            let bare = rest.trim_start_matches('-');
            let cents = token.ends_with([',', '.']) && !bare.starts_with(|char: char| char.is_ascii_digit());
            rest = if cents { bare } else { rest };
            let scaled = SCALES.iter().any(|(word, _)| rest.trim_start().starts_with(word));
            tokens.push(Token::Number(number(token.trim_end_matches(['.', ',']), scaled)?));
        } else if first.is_alphabetic() {
            tokens.extend(word(token)?);
        } else {
            tokens.extend(mark(first)?);
        }
    }
    Ok(tokens)
}

const SCALES: [(&str, i64); 10] = [
    ("juta", 1_000_000),
    ("jt", 1_000_000),
    ("jta", 1_000_000),
    ("jutaan", 1_000_000),
    ("million", 1_000_000),
    ("mio", 1_000_000),
    ("ribu", 1_000),
    ("rb", 1_000),
    ("rban", 1_000),
    ("k", 1_000),
];

fn word(word: &str) -> Result<Option<Token>, NotAnAmount> {
    if let Some((_, scale)) = SCALES.iter().find(|(name, _)| *name == word) {
        return Ok(Some(Token::Scale(*scale)));
    }
    match word {
        "sd" | "sampai" | "hingga" | "to" => Ok(Some(Token::To)),
        "rp" | "idr" | "rupiah" | "per" | "bulan" | "bln" | "month" | "monthly" | "mo" | "nett" | "net" | "gross"
        | "bersih" | "kotor" | "sekitar" | "kurang" | "lebih" | "kisaran" | "range" | "minimal" | "min" | "minimum"
        | "mulai" | "dari" | "from" | "around" | "about" | "nego" | "negosiasi" | "negotiable" | "bisa" | "can"
        | "be" | "dapat" | "umr" | "umk" | "ump" | "sesuai" | "standar" | "gaji" | "atau" | "dan" | "a" | "ke"
        | "atas" | "di" | "above" | "dengan" => Ok(None),
        _ => Err(NotAnAmount),
    }
}

fn mark(mark: char) -> Result<Option<Token>, NotAnAmount> {
    match mark {
        '-' | '–' | '—' | '~' => Ok(Some(Token::To)),
        ' ' | '.' | ',' | '/' | ':' | '(' | ')' | '±' | '>' | '+' | '≥' | '*' => Ok(None),
        _ => Err(NotAnAmount),
    }
}

/// Digits with separators. In groups of three they part thousands; one that leaves one or two digits is a decimal mark, and so is
/// any single one in front of `juta`, or behind a zero (`0.500 juta`).
fn number(token: &str, scaled: bool) -> Result<Number, NotAnAmount> {
    let parts: Vec<&str> = token.split(['.', ',']).collect();
    let marks: Vec<char> = token.chars().filter(|char| !char.is_ascii_digit()).collect();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return Err(NotAnAmount) };
    if parts.iter().any(|part| part.is_empty()) || token.len() > 20 {
        return Err(NotAnAmount);
    }
    let decimal = match marks.as_slice() {
        [] => false,
        [_] => last.len() < 3 || *first == "0" || (scaled && first.len() < 3 && last.len() > 3),
        [all @ .., end] => all.iter().all(|mark| mark != end) || last.len() != 3,
    };
    let groups = if decimal { &parts[..parts.len() - 1] } else { &parts[..] };
    let grouped = groups.len() == 1 || (first.len() <= 3 && groups.iter().skip(1).all(|group| group.len() == 3));
    let same = marks.iter().take(groups.len().saturating_sub(1)).all(|mark| Some(mark) == marks.first());
    if !grouped || !same || (decimal && last.len() > 3) {
        return Err(NotAnAmount);
    }
    let whole = groups.concat().parse().map_err(|_| NotAnAmount)?;
    let thousandths = if decimal { format!("{last:0<3}").parse().map_err(|_| NotAnAmount)? } else { 0 };
    Ok(Number { whole, thousandths })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        let cases: &[(&str, i64, Option<i64>)] = &[
            ("3500000", 3_500_000, None),
            ("3500000.0", 3_500_000, None),
            ("Rp 3.500.000", 3_500_000, None),
            ("Rp3.500.000,-", 3_500_000, None),
            ("Rp. 3.500.000,00", 3_500_000, None),
            ("IDR 3,500,000", 3_500_000, None),
            ("IDR 3,500,000.00 per month", 3_500_000, None),
            ("3,5 jt", 3_500_000, None),
            ("3.5jt", 3_500_000, None),
            ("Rp 8 Jt", 8_000_000, None),
            ("15 juta", 15_000_000, None),
            ("Rp 15.000.000", 15_000_000, None),
            ("Rp 10-15 juta", 10_000_000, Some(15_000_000)),
            ("Rp 3-4 juta", 3_000_000, Some(4_000_000)),
            ("3jt – 4jt / bulan", 3_000_000, Some(4_000_000)),
            ("3.000.000 s/d 3.500.000", 3_000_000, Some(3_500_000)),
            ("3,5 sampai 4,25 juta", 3_500_000, Some(4_250_000)),
            ("800 ribu", 800_000, None),
            ("3500rb", 3_500_000, None),
            ("3500K", 3_500_000, None),
            ("minimal 4 juta (nego)", 4_000_000, None),
            ("4 juta - 4 juta", 4_000_000, None),
            ("± 3,5 juta", 3_500_000, None),
            ("Rp 3.500.000.-", 3_500_000, None),
            ("3.500.000.-", 3_500_000, None),
            ("Rp 3.500.000,- nego", 3_500_000, None),
            ("Rp 4 500 000", 4_500_000, None),
            ("4 500 000 - 5 000 000", 4_500_000, Some(5_000_000)),
            ("2 juta 500 ribu", 2_500_000, None),
            ("2jt 500rb - 3jt", 2_500_000, Some(3_000_000)),
            ("4jt-an", 4_000_000, None),
            ("4 juta-an", 4_000_000, None),
            ("3.000.000 s.d. 3.500.000", 3_000_000, Some(3_500_000)),
            ("3 s.d 4 juta", 3_000_000, Some(4_000_000)),
            ("0.500 juta", 500_000, None),
            ("0,5 juta", 500_000, None),
        ];
        for (text, low, high) in cases {
            let amount = read_amount(text).map(|amount| amount.map(|amount| (amount.low, amount.high)));
            assert_eq!(amount, Ok(Some((*low, *high))), "{text}");
        }
    }

    #[test]
    fn an_open_salary_is_no_amount_and_no_problem() {
        for text in ["Nego", "Negotiable", "bisa nego"] {
            assert_eq!(read_amount(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn a_minimum_wage_is_an_amount_that_nobody_can_know_from_the_cell() {
        for text in ["UMR", "sesuai UMK", "UMP Jakarta"] {
            assert_eq!(read_amount(text), Err(NotAnAmount), "{text}");
        }
    }

    #[test]
    fn what_would_be_a_guess_is_refused() {
        for text in [
            "3,5",
            "8",
            "3500",
            "$ 500",
            "USD 1000",
            "8M",
            "150 ribu per hari",
            "5 juta - 4 juta",
            "3.50.000",
            "12345678901234",
            "abc",
            "3 4 juta",
            "juta",
            "1.2.3",
            "3 juta 500",
            "800 900 ribu",
            "500 ribu 2 juta",
            "2 juta 1500 ribu",
            "0.500",
            "-",
            "99999999999999999999 juta",
            "Rp 3.500.000.000.000",
            "3,5,5 jt",
        ] {
            let amount = read_amount(text);
            assert!(!matches!(amount, Ok(Some(_))), "{text}: {amount:?}");
        }
    }

    #[test]
    fn plain_digits_are_no_repair() {
        let repair = |text| read_amount(text).map(|amount| amount.map(|amount| amount.repair));
        assert_eq!(repair("3500000"), Ok(Some(AmountRepair::None)));
        assert_eq!(repair("3500000.0"), Ok(Some(AmountRepair::FloatTail)));
        assert_eq!(repair("3,5 jt"), Ok(Some(AmountRepair::Words)));
    }
}
