//! Digits -> a number that can be dialled: first the plain Indonesian mobile, then what `phonenumber` knows.

use phonenumber::Type;
use phonenumber::country::Id::ID;
use phonenumber::metadata::DATABASE;

use crate::application::ProblemCode::{self, PhoneDisputed, PhoneInvalid, PhoneNotMobile};
use crate::application::RepairCode::{self, CountryCode, TrunkZero};

/// A number that was read.
#[derive(Debug)]
pub(super) struct Dialled {
    pub value: String,
    pub repairs: &'static [RepairCode],
    pub problem: Option<ProblemCode>,
}

/// Reads a cell that needs no cleaning: a mobile in plain digits, parted by spaces or single hyphens at most. Nearly every cell
/// of a real file is one, and this costs a few hundred nanoseconds where the metadata's regular expressions cost many times
/// that.
pub(super) fn plain_mobile(cell: &str) -> Option<String> {
    let mut digits = [0_u8; 16];
    let mut count = 0;
    let mut hyphen = false; // since the last digit
    let (international, body) = cell.strip_prefix('+').map_or((false, cell), |rest| (true, rest));
    for byte in body.bytes() {
        match byte {
            b'0'..=b'9' => {
                *digits.get_mut(count)? = byte;
                count += 1;
                hyphen = false;
            }
            b' ' => {}
            b'-' if !hyphen => hyphen = true,
            _ => return None,
        }
    }
    if hyphen {
        return None; // more may have stood behind it
    }
    let digits = std::str::from_utf8(digits.get(..count)?).ok()?;
    let national = match (international, digits.as_bytes().first()?) {
        (_, b'6') => digits.strip_prefix("62")?,
        (false, b'0') => digits.get(1..)?,
        (false, b'8') => digits,
        _ => return None,
    };
    (mobile(national) == Mobile::Yes).then(|| ["+62", national].concat())
}

/// Reads cleaned digits. `international` says that a `+` stood before them.
pub(super) fn dial(digits: &str, international: bool) -> Result<Dialled, ProblemCode> {
    match indonesian_mobile(digits, international) {
        Some(dialled) => Ok(dialled),
        None => by_metadata(digits, international),
    }
}

/// Whether digits are an Indonesian mobile, with or without what may stand before one.
pub(super) fn is_whole_mobile(digits: &str) -> bool {
    indonesian_mobile(digits, false).is_some()
}

/// Whether national digits (without a trunk zero) are an Indonesian mobile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mobile {
    Yes,
    Disputed,
    No,
}

/// `8[1-35-9]` and 7 to 10 more digits. Sources disagree on whether 0895 numbers of 13 digits exist, and on whether the
/// trunk zero is one of the 13: both lengths are kept and neither keys a person.
fn mobile(national: &str) -> Mobile {
    let bytes = national.as_bytes();
    if bytes.first() != Some(&b'8') || !matches!(bytes.get(1), Some(b'1'..=b'3' | b'5'..=b'9')) {
        return Mobile::No;
    }
    match bytes.len() {
        12 | 13 if national.starts_with("895") => Mobile::Disputed,
        9..=12 => Mobile::Yes,
        _ => Mobile::No,
    }
}

/// What may stand before a mobile's first 8, what repairing it means, and the fewest national digits for which it is
/// unambiguous: `0628…` and `62 628…` are the area code of Kabanjahe too, whose numbers end at eleven national digits.
const PREFIXES: [(&str, &[RepairCode], usize); 13] = [
    ("", &[], 9),
    ("0", &[], 9),
    ("62", &[], 9),
    ("620", &[TrunkZero], 9),
    ("0062", &[CountryCode], 9),
    ("00620", &[CountryCode, TrunkZero], 9),
    ("062", &[CountryCode], 10),
    ("0620", &[CountryCode, TrunkZero], 9),
    ("6262", &[CountryCode], 10),
    ("62620", &[CountryCode, TrunkZero], 9),
    ("62062", &[CountryCode], 10),
    ("620062", &[CountryCode], 9),
    ("006262", &[CountryCode], 10),
];

fn indonesian_mobile(digits: &str, international: bool) -> Option<Dialled> {
    let (prefix, national) = digits.split_at(digits.find('8')?);
    let &(_, mut repairs, fewest) = PREFIXES.iter().find(|(known, ..)| *known == prefix)?;
    if international && prefix.is_empty() {
        return None; // `+81…` is Japan
    }
    if international && prefix == "0" {
        repairs = &[CountryCode]; // no country's code begins with a zero, so `+0812…` can only mean `0812…`
    }
    let problem = match mobile(national) {
        Mobile::Yes => None,
        Mobile::Disputed => Some(PhoneDisputed),
        Mobile::No => return None,
    };
    (national.len() >= fewest).then(|| Dialled { value: format!("+62{national}"), repairs, problem })
}

/// Everything that is no Indonesian mobile: numbers of other countries, fixed lines, short numbers.
fn by_metadata(digits: &str, international: bool) -> Result<Dialled, ProblemCode> {
    let kept = |value| Ok(Dialled { value, repairs: &[], problem: Some(PhoneNotMobile) });
    let abroad = if international { Some(digits) } else { digits.strip_prefix("00") };
    if let Some(rest) = abroad {
        // `00812…` is Japan for a machine and a doubled zero for a person.
        if !international && mobile(rest) != Mobile::No {
            return Err(PhoneInvalid);
        }
        // Without a region: with one, the crate takes Indonesia's trunk zero off numbers of other countries too.
        return match parsed(None, &format!("+{rest}")) {
            Some((value, false, true)) => Ok(Dialled { value, repairs: &[], problem: None }),
            Some((value, ..)) => kept(value),
            None => Err(PhoneInvalid),
        };
    }
    if looks_like_a_cut_mobile(digits) {
        return Err(PhoneInvalid);
    }
    let has_area_code = digits.starts_with('0') || digits.starts_with("62");
    match parsed(Some(ID), digits) {
        Some((value, true, false)) if has_area_code || digits.len() > 8 => kept(value),
        _ if (3..=8).contains(&digits.len()) && !digits.starts_with('0') => kept(digits.to_owned()),
        _ => Err(PhoneInvalid),
    }
}

/// A valid number in E.164, whether it is Indonesian, and whether it may be a mobile.
fn parsed(region: Option<phonenumber::country::Id>, digits: &str) -> Option<(String, bool, bool)> {
    let number = phonenumber::parse(region, digits).ok().filter(phonenumber::is_valid)?;
    let mobile = matches!(number.number_type(&DATABASE), Type::Mobile | Type::FixedLineOrMobile);
    let value = format!("+{}{}", number.code().value(), number.national());
    Some((value, number.code().value() == 62, mobile))
}

/// `0812345`, `62812345`: the beginning of a mobile, not a short number.
fn looks_like_a_cut_mobile(digits: &str) -> bool {
    let national = digits.strip_prefix("62").or_else(|| digits.strip_prefix('0')).unwrap_or(digits);
    digits.len() > 5 && matches!(national.as_bytes(), [b'8', b'1'..=b'3' | b'5'..=b'9', ..])
}
