//! What an address perhaps should be. A suggestion for HR: an address is never changed by itself.

/// Where most applicants have their mailbox.
const PROVIDERS: [&str; 12] = [
    "gmail.com",
    "yahoo.com",
    "yahoo.co.id",
    "ymail.com",
    "hotmail.com",
    "outlook.com",
    "outlook.co.id",
    "icloud.com",
    "rocketmail.com",
    "live.com",
    "googlemail.com",
    "protonmail.com",
];
/// Real domains that stand one letter from a provider.
const REAL: [&str; 6] = ["mail.com", "email.com", "gmx.com", "love.com", "life.com", "line.com"];
/// Endings that no top level has, always meant to be `com`.
const MEANT_COM: [&str; 10] = [".con", ".cmo", ".ocm", ".vom", ".xom", ".comm", ".coom", ".cpm", ".clm", ".c0m"];

/// What a well-formed address perhaps should be.
pub(super) fn corrected(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    if PROVIDERS.contains(&domain) || REAL.contains(&domain) {
        return None;
    }
    let meant = MEANT_COM.iter().find_map(|wrong| domain.strip_suffix(wrong)).map(|host| format!("{host}.com"));
    let domain = meant.as_deref().unwrap_or(domain);
    let provider = PROVIDERS.iter().find(|provider| is_one_slip(domain, provider)).map(|p| (*p).to_owned());
    provider.or(meant).map(|domain| format!("{local}@{domain}"))
}

/// What an address without a top level perhaps should be: `siti@gmail`, `siti@gmail,com`, `siti@gmailcom`.
pub(super) fn completed(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let typed = letters(domain);
    let provider = PROVIDERS.iter().find(|p| letters(p) == typed || p.split('.').next() == Some(typed.as_str()))?;
    Some(format!("{}@{provider}", local.trim()))
}

/// Whether one slip of the finger lies between two words: a letter too many, too few, wrong, or two swapped.
fn is_one_slip(a: &str, b: &str) -> bool {
    if a == b || a.len().abs_diff(b.len()) > 1 {
        return a == b;
    }
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (a.get(head..).unwrap_or_default(), b.get(head..).unwrap_or_default());
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    match (a.get(..a.len() - tail), b.get(..b.len() - tail)) {
        (Some([x1, x2]), Some([y1, y2])) => x1 == y2 && x2 == y1,
        (Some(a), Some(b)) => a.len() < 2 && b.len() < 2,
        _ => false,
    }
}
