//! A file on its way, and what it is called: whoever saves it says so, in words of hers; where nobody does (`curl -OJ`), it has a name in Bahasa Indonesia.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tokio_util::io::ReaderStream;
use utoipa::IntoParams;

use crate::{
    export::{Draft, FileFormat},
    problem::Problem,
};

/// The most characters of a name.
const MOST: usize = 120;

/// What a file that is sent is called.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Named {
    /// What the file is called, without its ending; a name in Bahasa Indonesia if absent.
    name: Option<String>,
}

impl Named {
    /// The name without its ending, or this one where there is none: without what a file system does not take.
    pub(super) fn or(&self, otherwise: &str) -> String {
        let plain = |name: &str| {
            let kept: String =
                name.chars().filter(|c| !c.is_control() && !r#"/\:*?"<>|"#.contains(*c)).take(MOST).collect();
            kept.trim_matches([' ', '.']).to_owned()
        };
        [self.name.as_deref().unwrap_or_default(), otherwise]
            .into_iter()
            .map(plain)
            .find(|name| !name.is_empty())
            .unwrap_or_else(|| "satu".to_owned())
    }
}

/// A whole draft that flows to the browser, which saves it under a name.
pub(super) fn attachment(format: FileFormat, stem: String, draft: Draft) -> Result<Response, Problem> {
    let file = draft.read().map_err(|error| Problem::internal(&error))?;
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    let name = format!("{stem}.{}", format.extension());
    let encoded: String = name
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{encoded}")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok((headers, body).into_response())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::nobody_says(None, "pelamar", "pelamar")]
    #[case::somebody_says(Some("applicants"), "pelamar", "applicants")]
    #[case::letters_of_any_script(Some("corong 2026-11-23 é"), "corong", "corong 2026-11-23 é")]
    #[case::no_folder(Some("../../etc/passwd"), "pelamar", "etcpasswd")]
    #[case::no_drive(Some(r"C:\x|y"), "pelamar", "Cxy")]
    #[case::no_line(Some("a\r\nSet-Cookie: b"), "pelamar", "aSet-Cookie b")]
    #[case::nothing_is_left(Some(" .. "), "pelamar", "pelamar")]
    #[case::neither(Some(""), "???", "satu")]
    fn a_file_is_called_as_whoever_saves_it_says(
        #[case] said: Option<&str>,
        #[case] otherwise: &str,
        #[case] called: &str,
    ) {
        assert_eq!(Named { name: said.map(str::to_owned) }.or(otherwise), called);
    }

    #[test]
    fn a_name_has_an_end() {
        assert_eq!(Named { name: Some("é".repeat(500)) }.or("pelamar").chars().count(), MOST);
    }
}
