//! What a command answers when it fails: the same problem (RFC 9457) that the API answers, so that the page has one way to
//! show either.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

/// A failure with a stable `code`. The page shows its own words for the code; `detail` is for the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: String,
    params: BTreeMap<&'static str, String>,
}

impl Problem {
    fn new(status: u16, code: &'static str, title: &'static str, detail: String) -> Self {
        Self { kind: "about:blank", title, status, code, detail, params: BTreeMap::new() }
    }

    /// The user's file cannot be read, or the chosen place cannot be written.
    pub fn file(path: &Path, cause: impl std::fmt::Display) -> Self {
        let mut problem =
            Self::new(422, "file.io", "The file cannot be read or written", format!("{}: {cause}", path.display()));
        problem.params.insert("file", file_name(path));
        problem.params.insert("cause", cause.to_string());
        problem
    }

    /// The page asked for something that it may not have: a fault of the page, not of the user.
    pub fn refused(detail: impl Into<String>) -> Self {
        Self::new(400, "shell.refused", "The desktop shell refused this", detail.into())
    }

    /// The system did not do its part (no dialog, no file browser).
    pub fn system(cause: impl std::fmt::Display) -> Self {
        Self::new(500, "shell.system", "The desktop could not do this", cause.to_string())
    }

    /// The HTTP status that says the same.
    pub fn status(&self) -> u16 {
        self.status
    }
}

/// The last part of a path as people see it.
pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
