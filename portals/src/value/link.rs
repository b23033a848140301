//! Links to a résumé.

/// The `http` or `https` link in a tidy cell: the cell itself, or the target of a `=HYPERLINK("…")` that was exported as text.
/// None for anything else: another scheme, a file's name, words.
#[must_use]
pub fn read_link(text: &str) -> Option<&str> {
    let link = match strip_prefix_ignoring_case(text, "=hyperlink(") {
        Some(rest) => rest.trim_start().strip_prefix('"')?.split('"').next()?,
        None => text,
    };
    let rest = strip_prefix_ignoring_case(link, "https://").or_else(|| strip_prefix_ignoring_case(link, "http://"))?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let honest = host.contains('.') && !host.starts_with('.') && !host.contains('@');
    let plain = !link.chars().any(|char| char.is_whitespace() || char.is_control() || matches!(char, '"' | '<' | '>'));
    (honest && plain).then_some(link)
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    if start.eq_ignore_ascii_case(prefix) { text.get(prefix.len()..) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_links_are_links() {
        for link in ["https://example.com/cv/1.pdf", "http://example.id/cv?id=3#x", "HTTPS://EXAMPLE.COM/A"] {
            assert_eq!(read_link(link), Some(link));
        }
        assert_eq!(read_link("=HYPERLINK(\"https://example.com/a\",\"Lihat CV\")"), Some("https://example.com/a"));
        for other in [
            "javascript:alert(1)",
            "data:text/html,x",
            "cv_siti.pdf",
            "example.com/cv",
            "file:///etc/passwd",
            "https://",
            "https://user@example.com/",
            "https://example.com/a b",
            "lihat https://example.com",
            "https://x",
            "",
        ] {
            assert_eq!(read_link(other), None, "{other}");
        }
    }
}
