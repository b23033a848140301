//! Titles and degrees: which words of a name are none of it, and how a name is shown.

use std::borrow::Cow;

use crate::identity::text::is_quote;

/// Titles that stand before a name, without dots.
const TITLES: [&str; 41] = [
    "h", "hj", "haji", "hajjah", "kh", "dr", "drs", "dra", "drg", "drh", "ir", "prof", "ns", "ners", "apt", "bd",
    "bdn", "bidan", "suster", "tn", "ny", "nn", "sdr", "sdri", "saudara", "saudari", "bpk", "bapak", "ibu", "tuan",
    "nyonya", "nona", "mr", "mrs", "ms", "miss", "mbak", "ust", "ustadz", "ustadzah", "r.a",
];

/// Degrees without dots, and how they are written. Those of the second list are words too and count as degrees only where
/// dots, a comma or capitals say so.
const DEGREES: [(&str, &str); 46] = [
    ("spd", "S.Pd."),
    ("spdi", "S.Pd.I."),
    ("spdaud", "S.Pd.AUD."),
    ("skep", "S.Kep."),
    ("skm", "S.K.M."),
    ("ssos", "S.Sos."),
    ("skom", "S.Kom."),
    ("sikom", "S.I.Kom."),
    ("spsi", "S.Psi."),
    ("ssi", "S.Si."),
    ("sst", "S.ST."),
    ("sstkeb", "S.ST.Keb."),
    ("strkeb", "S.Tr.Keb."),
    ("sstrkeb", "S.S.Tr.Keb."),
    ("strkes", "S.Tr.Kes."),
    ("strkep", "S.Tr.Kep."),
    ("skeb", "S.Keb."),
    ("sgz", "S.Gz."),
    ("sfarm", "S.Farm."),
    ("sked", "S.Ked."),
    ("skg", "S.K.G."),
    ("spt", "S.Pt."),
    ("sptk", "S.Ptk."),
    ("shum", "S.Hum."),
    ("ssn", "S.Sn."),
    ("sthi", "S.Th.I."),
    ("amd", "A.Md."),
    ("amdkeb", "A.Md.Keb."),
    ("amdkep", "A.Md.Kep."),
    ("amdkes", "A.Md.Kes."),
    ("amdak", "A.Md.Ak."),
    ("amdkom", "A.Md.Kom."),
    ("amkeb", "A.Mkeb."),
    ("amkep", "A.M.Kep."),
    ("amk", "A.M.K."),
    ("mpd", "M.Pd."),
    ("mkes", "M.Kes."),
    ("mkep", "M.Kep."),
    ("mkeb", "M.Keb."),
    ("mkm", "M.K.M."),
    ("mpsi", "M.Psi."),
    ("msi", "M.Si."),
    ("msc", "M.Sc."),
    ("mba", "M.B.A."),
    ("phd", "Ph.D."),
    ("bsc", "B.Sc."),
];
const DOUBTFUL_DEGREES: [(&str, &str); 16] = [
    ("se", "S.E."),
    ("sh", "S.H."),
    ("st", "S.T."),
    ("sp", "S.P."),
    ("ss", "S.S."),
    ("sag", "S.Ag."),
    ("sip", "S.IP."),
    ("mm", "M.M."),
    ("ma", "M.A."),
    ("mt", "M.T."),
    ("mh", "M.H."),
    ("mag", "M.Ag."),
    ("ba", "B.A."),
    ("ners", "Ners"),
    ("ns", "Ns."),
    ("ama", "A.Ma."),
];

/// The letters of the longest degree, and with a dot, a space or a comma after each part.
const LONGEST_BARE: usize = 8;
const LONGEST_DEGREE: usize = 16;

/// The words of a name, sorted out.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    /// What is neither title nor degree.
    pub name: Vec<&'a str>,
    /// How many words from the start are titles.
    titles: usize,
    /// Degrees at the end: the word at which each begins, how many words it takes, how it is written by convention.
    degrees: Vec<(usize, usize, &'static str)>,
}

/// Finds titles before and degrees after a name. A name that would have no word left is all name.
pub(super) fn split<'a>(written: &[&'a str]) -> Parts<'a> {
    let last = written.len().saturating_sub(1);
    let titles = written.iter().take(last).take_while(|word| is_title(word)).count();
    let shouting = is_one_case(written);
    let mut degrees = Vec::new();
    let mut end = written.len();
    while let Some((length, shown)) = degree_before(written, end, shouting).filter(|(length, _)| end - length > titles)
    {
        end -= length;
        degrees.insert(0, (end, length, shown));
    }
    let mut name: Vec<&str> = written.get(titles..end).unwrap_or_default().to_vec();
    if let Some(first) = name.first_mut() {
        *first = without_glued_title(first);
    }
    Parts { name, titles, degrees }
}

/// Whether a word is a title: with its dot, or written out.
fn is_title(word: &str) -> bool {
    let bare = word.trim_start_matches(is_quote).trim_end_matches(['.', ',']);
    // `H` and `R` without a dot are initials as often as titles; before a name, `H` is *Haji*.
    let known = |text: &str| text.len() < 9 && TITLES.iter().any(|title| title.eq_ignore_ascii_case(text));
    known(bare) || (bare.contains('.') && bare.split('.').all(|part| part.len() > 1 && known(part)))
}

/// `Hj.Siti` -> `Siti`.
fn without_glued_title(word: &str) -> &str {
    let Some((title, rest)) = word.split_once('.') else {
        return word;
    };
    let known = title.len() > 1 && TITLES.iter().any(|t| t.eq_ignore_ascii_case(title));
    if known && rest.chars().count() > 1 { rest } else { word }
}

/// The degree that ends before a word, and how many words it takes (`S. Kep` is two, `A. Md. Keb` three).
fn degree_before(written: &[&str], end: usize, shouting: bool) -> Option<(usize, &'static str)> {
    (1..=3).rev().find_map(|length| {
        let start = end.checked_sub(length).filter(|start| *start > 0)?;
        let words = written.get(start..end)?;
        let parts_follow =
            words.iter().take(length - 1).all(|word| word.trim_end_matches('.').len() <= 2 && !word.contains(','));
        let after_comma = written.get(start - 1).is_some_and(|word| word.ends_with(','));
        if !parts_follow {
            return None;
        }
        let joined = match words {
            [word] => Cow::Borrowed(*word),
            words => Cow::Owned(words.concat()),
        };
        degree(&joined, after_comma, shouting).map(|shown| (length, shown))
    })
}

fn degree(word: &str, after_comma: bool, shouting: bool) -> Option<&'static str> {
    if word.len() > LONGEST_DEGREE || (word.len() > LONGEST_BARE && !word.contains('.')) {
        return None;
    }
    let mut small = [0_u8; LONGEST_DEGREE];
    let letters = letters(word, &mut small)?;
    let find = |list: &'static [(&str, &str)]| {
        list.iter().find(|(known, _)| known.as_bytes() == letters).map(|(_, shown)| *shown)
    };
    let dotted = word.trim_end_matches(['.', ',']).contains('.');
    let capitals = !shouting && word.chars().all(|c| !c.is_lowercase());
    find(&DEGREES).or_else(|| find(&DOUBTFUL_DEGREES).filter(|_| dotted || after_comma || capitals))
}

/// A word's letters, small. None where one of them is not ASCII: no degree has such.
fn letters<'a>(word: &str, small: &'a mut [u8; LONGEST_DEGREE]) -> Option<&'a [u8]> {
    let mut count = 0;
    for c in word.chars().filter(|c| c.is_alphabetic()) {
        *small.get_mut(count)? = u8::try_from(c).ok()?.to_ascii_lowercase();
        count += 1;
    }
    small.get(..count)
}

/// Whether the letters of a name are all capitals or all small.
fn is_one_case(words: &[&str]) -> bool {
    let letters = || words.iter().flat_map(|word| word.chars());
    !letters().any(char::is_lowercase) || !letters().any(char::is_uppercase)
}

/// The name as it should be shown: one space between words; a name in one case in name case, its degrees by convention.
pub(super) fn shown(written: &[&str], parts: &Parts<'_>) -> String {
    let end = parts.degrees.first().map_or(written.len(), |(start, ..)| *start);
    let recase = is_one_case(written.get(parts.titles..end).unwrap_or_default());
    if !recase {
        return written.join(" ");
    }
    let mut shown: Vec<String> =
        written.iter().take(end).enumerate().map(|(at, word)| name_case(word, at > 0)).collect();
    for (start, length, conventional) in &parts.degrees {
        let comma = written.get(start + length - 1).is_some_and(|word| word.ends_with(','));
        shown.push(format!("{conventional}{}", if comma { "," } else { "" }));
    }
    shown.join(" ")
}

/// `AMINAH` -> `Aminah`, `NUR-AINI` -> `Nur-Aini`, `D'COSTA` -> `D'Costa`, `MA'RUF` -> `Ma'ruf`; `bin` and `binti` stay small.
fn name_case(word: &str, inner: bool) -> String {
    let lower = word.to_lowercase();
    if inner && matches!(lower.as_str(), "bin" | "binti" | "al" | "van" | "de" | "der") {
        return lower;
    }
    if inner && matches!(word, "II" | "III" | "IV") {
        return word.to_owned();
    }
    let mut cased = String::with_capacity(lower.len());
    let mut letters = 0; // since the last separator
    for c in lower.chars() {
        if c.is_alphabetic() {
            if letters == 0 {
                let mut capital = c.to_uppercase(); // `ß` has two
                cased.extend(capital.next());
                cased.extend(capital.flat_map(char::to_lowercase));
            } else {
                cased.push(c);
            }
            letters += 1;
        } else {
            cased.push(c);
            let within = matches!(c, '\'' | '’' | '`' | 'ʼ') && letters != 1;
            letters = if within { letters } else { 0 };
        }
    }
    cased
}
