//! How a file's headers differ from those that its portal was seen with before.

use serde::{Deserialize, Serialize};

use crate::definition::LayoutVersion;
use crate::header::header_key;

/// What is missing and what is new, against the nearest header line that was seen before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Drift {
    /// The version of that header line; none where the portal was never seen.
    pub version: Option<String>,
    /// Its headers that the file lacks.
    pub missing: Vec<String>,
    /// The file's headers that it lacks.
    pub new: Vec<String>,
}

impl Drift {
    /// Whether the file is as it was seen before, or there is nothing to compare it with.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.missing.is_empty() && self.new.is_empty()
    }

    /// One English sentence: `Glints: 2 known columns are missing (“Status”, “Domisili”), 1 is new (“Kota”), against 2026-04.`
    #[must_use]
    pub fn sentence(&self, portal: &str) -> String {
        let listed = |headers: &[String]| {
            let quoted: Vec<String> = headers.iter().map(|header| format!("“{header}”")).collect();
            quoted.join(", ")
        };
        let missing = match self.missing.len() {
            0 => None,
            1 => Some(format!("1 known column is missing ({})", listed(&self.missing))),
            many => Some(format!("{many} known columns are missing ({})", listed(&self.missing))),
        };
        let new = match self.new.len() {
            0 => None,
            1 => Some(format!("1 is new ({})", listed(&self.new))),
            many => Some(format!("{many} are new ({})", listed(&self.new))),
        };
        let found: Vec<String> = missing.into_iter().chain(new).collect();
        if found.is_empty() {
            return format!("{portal}: the columns are those that were seen before.");
        }
        let against =
            self.version.as_deref().map_or_else(String::new, |version| format!(", against the layout {version}"));
        format!("{portal}: {}{against}.", found.join(", "))
    }
}

/// Compares headers with those that were seen before. The nearest of them counts, the latest of equally near ones. Case, punctuation, order
/// and the numbers of numbered headers (`qualification 12`) do not matter.
#[must_use]
pub fn drift(headers: &[String], known: &[LayoutVersion]) -> Drift {
    let here = keyed(headers);
    let compare = |layout: &LayoutVersion| {
        let there = keyed(&layout.headers);
        let lacks = |of: &[(String, String)], from: &[(String, String)]| -> Vec<String> {
            let lacking = of.iter().filter(|(key, _)| !from.iter().any(|(other, _)| other == key));
            lacking.map(|(_, header)| header.clone()).collect()
        };
        Drift { version: Some(layout.version.clone()), missing: lacks(&there, &here), new: lacks(&here, &there) }
    };
    let compared = known.iter().rev().map(compare);
    compared.min_by_key(|drift| drift.missing.len() + drift.new.len()).unwrap_or_default()
}

/// Each header once with its key, its number made one sign.
fn keyed(headers: &[String]) -> Vec<(String, String)> {
    let mut keyed: Vec<(String, String)> = Vec::with_capacity(headers.len());
    for header in headers {
        let mut key = String::new();
        for char in header_key(header).chars() {
            match char {
                '0'..='9' if key.ends_with('#') => {}
                '0'..='9' => key.push('#'),
                other => key.push(other),
            }
        }
        if !key.is_empty() && !keyed.iter().any(|(known, _)| *known == key) {
            keyed.push((key, header.clone()));
        }
    }
    keyed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(version: &str, headers: &str) -> LayoutVersion {
        LayoutVersion { version: version.to_owned(), headers: line(headers) }
    }

    fn line(headers: &str) -> Vec<String> {
        headers.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn the_nearest_layout_tells_what_is_missing_and_new() {
        let known = [layout("2025-01", "Nama,HP,Kota"), layout("2026-04", "Nama,HP,Email,Status,Domisili")];
        let found = drift(&line("NAMA,hp,e-mail,Kota"), &known);
        assert_eq!(found.version.as_deref(), Some("2025-01"), "one more beats two less and one more");
        assert_eq!((found.missing, found.new), (line("")[1..].to_vec(), line("e-mail")));
        let found = drift(&line("Nama,HP,Email,Kota Asal"), &known[1..]);
        assert_eq!(
            found.sentence("Glints"),
            "Glints: 2 known columns are missing (“Status”, “Domisili”), 1 is new (“Kota Asal”), against the layout 2026-04."
        );
    }

    #[test]
    fn the_same_columns_in_another_order_are_no_drift() {
        let known = [layout("1", "Name,Email,qualification 1,qualification 2")];
        assert!(drift(&line("email,NAME,Qualification 7"), &known).is_none());
        assert!(drift(&line("a,b"), &[]).is_none(), "a portal that was never seen");
        assert_eq!(drift(&line("a,b"), &[]).version, None);
    }

    #[test]
    fn of_equally_near_layouts_the_latest_counts() {
        let known = [layout("1", "a,b,c"), layout("2", "a,b,d")];
        assert_eq!(drift(&line("a,b"), &known).version.as_deref(), Some("2"));
    }
}
