//! The one window: made when the API is ready, brought to the front by a second start, and never taken elsewhere.

use std::path::Path;

use tauri::webview::NewWindowResponse;
use tauri::{App, AppHandle, Manager, Url, WebviewWindowBuilder};
use tauri_plugin_window_state::StateFlags;

/// The window's label in `tauri.conf.json` and in the capability.
const MAIN: &str = "main";

/// Opens the window as `tauri.conf.json` describes it. Its size and place, and what the web view keeps, are in `folder`.
pub fn create(app: &App, folder: &Path) -> tauri::Result<()> {
    app.handle().plugin(
        tauri_plugin_window_state::Builder::new()
            .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
            // An absolute name: it is joined to the system's folder for settings, and wins.
            .with_filename(folder.join("place.json").to_string_lossy())
            .build(),
    )?;
    let config =
        app.config().app.windows.iter().find(|window| window.label == MAIN).ok_or(tauri::Error::WindowNotFound)?;
    WebviewWindowBuilder::from_config(app.handle(), config)?
        .data_directory(folder.to_owned())
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    Ok(())
}

/// Brings the window to the front.
pub fn focus(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    for step in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(cause) = step {
            tracing::warn!(%cause, "could not bring the window to the front");
        }
    }
}

/// The window shows its own page and nothing else; links to the web open in the user's browser.
fn is_own(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" => url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_stays_on_its_own_page() {
        let cases = [
            ("tauri://localhost/", true),
            ("tauri://localhost/index.html#/pelamar", true),
            ("http://tauri.localhost/", true),
            ("https://example.com/", false),
            ("http://localhost/", false),
            ("file:///etc/passwd", false),
            ("satu://localhost/v1/applications", false),
            ("data:text/html,<b>", false),
        ];
        for (url, own) in cases {
            assert_eq!(is_own(&Url::parse(url).unwrap()), own, "{url}");
        }
    }
}
