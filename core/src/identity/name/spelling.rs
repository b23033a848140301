//! One spelling for the many of one sound: van Ophuijsen's and today's (`Soekarno`, `Sukarno`), Arabic names in Latin
//! letters (`Aisyah`, `Aisah`), doubled letters.

/// Short and long forms of one name that no rule leads to each other.
const SAME: [(&str, &str); 34] = [
    ("muh", "muhammad"),
    ("moh", "muhammad"),
    ("much", "muhammad"),
    ("moch", "muhammad"),
    ("mhd", "muhammad"),
    ("mohd", "muhammad"),
    ("md", "muhammad"),
    ("muhamad", "muhammad"),
    ("mohamad", "muhammad"),
    ("mohammad", "muhammad"),
    ("muhammed", "muhammad"),
    ("mohamed", "muhammad"),
    ("mohammed", "muhammad"),
    ("mochamad", "muhammad"),
    ("mochammad", "muhammad"),
    ("muchamad", "muhammad"),
    ("muchammad", "muhammad"),
    ("mokhamad", "muhammad"),
    ("mokhammad", "muhammad"),
    ("mukhamad", "muhammad"),
    ("mukhammad", "muhammad"),
    ("abd", "abdul"),
    ("abdoel", "abdul"),
    ("st", "siti"),
    ("sti", "siti"),
    ("sity", "siti"),
    ("jusuf", "yusuf"),
    ("joesoef", "yusuf"),
    ("yusup", "yusuf"),
    ("julia", "yulia"),
    ("juli", "yuli"),
    ("joni", "yoni"),
    ("noer", "nur"),
    ("noor", "nur"),
];

/// Letters that are written for each other, longest first.
const SOUNDS: [(&str, &str); 21] = [
    ("oe", "u"),
    ("oo", "u"),
    ("ou", "u"),
    ("dj", "j"),
    ("tj", "c"),
    ("nj", "ny"),
    ("sj", "s"),
    ("sy", "s"),
    ("sh", "s"),
    ("ch", "h"),
    ("kh", "h"),
    ("dh", "d"),
    ("th", "t"),
    ("dz", "z"),
    ("ph", "f"),
    ("ie", "i"),
    ("ee", "i"),
    ("v", "f"),
    ("q", "k"),
    ("z", "s"),
    ("y", "i"),
];

/// The sound of a word. Two words of one sound are spellings of each other; it is never shown.
pub(crate) fn sound(word: &str) -> String {
    let word = SAME.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| *long);
    let mut heard = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let (letters, length) = SOUNDS
            .iter()
            .find(|(written, _)| rest.starts_with(written))
            .map_or((rest.get(..c.len_utf8()).unwrap_or_default(), c.len_utf8()), |(written, heard)| {
                (*heard, written.len())
            });
        for letter in letters.chars() {
            if !heard.ends_with(letter) {
                heard.push(letter);
            }
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    // `Aminah` and `Amina`.
    if heard.len() > 3 && heard.ends_with('h') {
        heard.pop();
    }
    heard
}
