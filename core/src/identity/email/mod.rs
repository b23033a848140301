//! Email addresses: taken out of what surrounds them, put in small letters, and asked whether they may key a person.

#[cfg(test)]
mod tests;
mod typo;

use serde::{Deserialize, Serialize};

use super::phone::names_another;
use super::text::{is_invisible, is_mask, is_placeholder, is_quote};
use crate::application::{ProblemCode, RepairCode};

/// The domains of portals that stand between us and the candidate. Their addresses differ from portal to portal and from
/// posting to posting, and stop working one day: contacts, never keys.
const RELAY_DOMAINS: [&str; 4] = ["indeedemail.com", "reply.indeed.com", "reply.linkedin.com", "reply.jobstreet.com"];

/// Addresses that people type where an address is asked for and they have none.
const EMPTY_ADDRESSES: [&str; 27] = [
    "test@test.com",
    "tes@tes.com",
    "test@gmail.com",
    "email@email.com",
    "mail@mail.com",
    "email@gmail.com",
    "no@email.com",
    "noemail@gmail.com",
    "none@none.com",
    "no@no.com",
    "na@na.com",
    "a@a.com",
    "tidak@ada.com",
    "tidakada@gmail.com",
    "xxx@xxx.com",
    "abc@abc.com",
    "noemail@noemail.com",
    "no-email@no-email.com",
    "noemail@email.com",
    "noemail@yahoo.com",
    "noemail@mail.com",
    "nomail@nomail.com",
    "nomail@gmail.com",
    "tidakada@tidakada.com",
    "tidakada@email.com",
    "tidakpunya@gmail.com",
    "kosong@kosong.com",
];

/// An email address in lower case without a display name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Takes an address that is in its normal form already (lower case, nothing around it); none for any other text. For
    /// what people type there is [`read_emails`].
    #[must_use]
    pub fn parse(address: &str) -> Option<Self> {
        let normal = !address.bytes().any(|b| b.is_ascii_uppercase()) && is_address(address);
        normal.then(|| Self(address.to_owned()))
    }

    /// The address in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// What one address of a cell was read as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailReading {
    /// The address's part of the cell as it stood.
    pub raw: String,
    /// The address in lower case; none where absent.
    pub value: Option<String>,
    /// What was repaired to read it.
    pub repairs: Vec<RepairCode>,
    /// Whether the address may key a person.
    pub usable: bool,
    /// Why it is not usable, or what to look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemCode>,
    /// What the address perhaps should be (`gmail.con` -> `gmail.com`); never applied by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl EmailReading {
    /// The address, if it may key a person.
    #[must_use]
    pub fn key(&self) -> Option<Email> {
        self.value.as_deref().filter(|_| self.usable).and_then(Email::parse)
    }

    fn absent(raw: &str, problem: ProblemCode) -> Self {
        Self {
            raw: raw.to_owned(),
            value: None,
            repairs: Vec::new(),
            usable: false,
            problem: Some(problem),
            suggestion: None,
        }
    }
}

/// Reads every address of a cell, in the cell's order, each once. An empty cell gives none; a cell that holds only a
/// placeholder gives one reading that says so.
#[must_use]
pub fn read_emails(cell: &str) -> Vec<EmailReading> {
    let trimmed = cell.trim();
    if trimmed.is_empty() {
        return Vec::new();
    }
    if is_plain(trimmed) {
        return vec![address_of(trimmed, trimmed.to_owned(), Vec::new())];
    }
    let mut readings: Vec<EmailReading> = Vec::new();
    for part in parts(trimmed) {
        let reading = read_one(part);
        let seen = reading.value.is_some() && readings.iter().any(|r| r.value == reading.value);
        if !seen {
            readings.push(reading);
        }
    }
    readings
}

/// Whether a cell is nothing but an address in its normal form, without any of the marks that are taken off. Nearly every cell of a real
/// file is one, and this costs a fraction of the cleaning.
fn is_plain(cell: &str) -> bool {
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'@' | b'.' | b'_' | b'-' | b'+')
    };
    cell.bytes().all(plain) && is_address(cell)
}

/// The parts of a cell that hold one address each; the whole cell where it holds at most one `@`.
fn parts(cell: &str) -> Vec<&str> {
    if cell.chars().filter(|c| is_at(*c)).count() < 2 {
        return vec![cell];
    }
    // A display name may hold a comma or a space, so in a cell with `<…>` only what ends an address separates.
    if cell.contains('<') {
        return cell.split_inclusive('>').map(|p| p.trim_matches(separates).trim()).filter(|p| !p.is_empty()).collect();
    }
    let pieces: Vec<&str> =
        cell.split(|c: char| separates(c) || c == '/').map(str::trim).filter(|p| p.contains(is_at)).collect();
    let words = |piece: &'_ str| piece.split_whitespace().all(|word| word.contains(is_at) || JOINING.contains(&word));
    pieces
        .into_iter()
        .flat_map(|piece| {
            if words(piece) { piece.split_whitespace().filter(|w| !JOINING.contains(w)).collect() } else { vec![piece] }
        })
        .collect()
}

const JOINING: [&str; 6] = ["atau", "dan", "or", "and", "&", "-"];

const fn separates(c: char) -> bool {
    matches!(c, ';' | ',' | '|' | '\n' | '\r' | '\t' | '；' | '，')
}

const fn is_at(c: char) -> bool {
    matches!(c, '@' | '＠')
}

/// Reads one address.
fn read_one(raw: &str) -> EmailReading {
    if raw.chars().any(is_mask) {
        return EmailReading::absent(raw, ProblemCode::Masked);
    }
    if is_placeholder(raw) {
        return EmailReading::absent(raw, ProblemCode::Placeholder);
    }
    let mut repairs = Vec::new();
    let address = bare(raw, &mut repairs);
    judged(raw, address, repairs)
}

/// Asks of a bare text whether it is an address.
fn judged(raw: &str, address: String, repairs: Vec<RepairCode>) -> EmailReading {
    if is_address(&address) {
        return address_of(raw, address, repairs);
    }
    let suggestion = typo::completed(&address).filter(|a| is_address(a));
    EmailReading { suggestion, ..EmailReading::absent(raw, ProblemCode::EmailInvalid) }
}

/// Asks of an address whether it may key a person.
fn address_of(raw: &str, address: String, repairs: Vec<RepairCode>) -> EmailReading {
    if EMPTY_ADDRESSES.contains(&address.as_str()) {
        return EmailReading::absent(raw, ProblemCode::Placeholder);
    }
    let suggestion = typo::corrected(&address);
    let problem = if is_relay(&address) {
        Some(ProblemCode::EmailRelay)
    } else {
        suggestion.is_some().then_some(ProblemCode::EmailTypo)
    };
    let usable = problem != Some(ProblemCode::EmailRelay);
    EmailReading { raw: raw.to_owned(), value: Some(address), repairs, usable, problem, suggestion }
}

/// Takes an address out of what surrounds it: a display name, `mailto:`, quotes, brackets, dots and commas at its ends.
fn bare(raw: &str, repairs: &mut Vec<RepairCode>) -> String {
    let mut note = |repair, happened: bool| {
        if happened && !repairs.contains(&repair) {
            repairs.push(repair);
        }
    };
    let visible: String = raw.chars().filter(|c| !is_invisible(*c)).map(|c| if is_at(c) { '@' } else { c }).collect();
    note(RepairCode::Whitespace, visible.len() < raw.len() && raw.chars().any(is_invisible));
    let unquoted = visible.trim().strip_prefix(is_quote).unwrap_or_else(|| visible.trim());
    note(RepairCode::Apostrophe, unquoted.len() < visible.trim().len() && !unquoted.contains('<'));
    let inside = match unquoted.split_once('<') {
        Some((_, rest)) => rest.split_once('>').map_or(rest, |(address, _)| address),
        None => unquoted,
    };
    let lower = without_note(inside).to_lowercase();
    let mut address = lower.trim();
    for label in ["mailto:", "e-mail:", "email:", "email :", "surel:"] {
        address = address.strip_prefix(label).map_or(address, str::trim);
    }
    let address = address.split_once("?subject=").map_or(address, |(address, _)| address);
    let address = address.trim_matches(|c: char| {
        matches!(c, '.' | ',' | ';' | ':' | '(' | ')' | '[' | ']' | '<' | '>') || is_quote(c) || c.is_whitespace()
    });
    note(RepairCode::Address, address.len() < unquoted.trim().to_lowercase().len());
    let joined = without_spaces_around_at(address);
    note(RepairCode::Whitespace, joined.len() < address.len());
    joined
}

/// `siti@gmail.com (aktif)` -> `siti@gmail.com`. A note that names somebody else stays, and makes the text no address.
fn without_note(text: &str) -> &str {
    let Some((address, note)) = text.split_once(['(', '[']) else { return text };
    let closed = note.trim_end().ends_with([')', ']']);
    if closed && address.contains('@') && !note.contains('@') && !names_another(note) { address } else { text }
}

/// `siti @gmail.com` -> `siti@gmail.com`; a name with a space in it stays as it is, and is no address.
fn without_spaces_around_at(address: &str) -> String {
    match address.split_once('@') {
        Some((local, domain)) => format!("{}@{}", local.trim_end(), domain.trim_start()),
        None => address.to_owned(),
    }
}

/// Whether a text is one address: the common part of RFC 5322, in ASCII, with a host name that has a top level.
fn is_address(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else {
        return false;
    };
    let local_byte = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&b);
    let local_ok = (1..=64).contains(&local.len())
        && local.bytes().all(local_byte)
        && !local.as_bytes().windows(2).any(|two| two == b"..")
        && !local.starts_with('.')
        && !local.ends_with('.');
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top_ok =
        domain.rsplit_once('.').is_some_and(|(_, top)| top.len() > 1 && top.bytes().any(|b| b.is_ascii_alphabetic()));
    local_ok && domain.len() <= 189 && top_ok && domain.split('.').all(label_ok)
}

/// Whether an address is a portal's own, which stands between us and the candidate and is another for every posting.
pub(crate) fn is_relay(address: &str) -> bool {
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
    RELAY_DOMAINS
        .iter()
        .any(|relay| domain.strip_suffix(relay).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}
