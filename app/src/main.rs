//! # satu-desktop
//!
//! The desktop shell: one window that shows the UI of `app/ui`, and in the same process the API it speaks to, on an
//! embedded database. No port is opened: [`bridge`] carries each request of the page into the API's router, or to the server of a [`team`]. What only a
//! desktop can do (open and save dialogs, reading a dropped file, revealing a saved one) is in [`commands`]; the page may
//! call nothing else (`capabilities/main.json`).
//!
//! It must not know: spreadsheets, people, SQL. All of that is behind the router.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod bridge;
mod commands;
mod graphics;
mod problem;
mod team;
mod tokens;
mod window;

use satu_backend::{Backend, Config};
use tauri::{App, AppHandle, Manager, RunEvent};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};
use tracing_subscriber::EnvFilter;

fn main() -> tauri::Result<()> {
    graphics::prefer_software_buffers();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info")))
        .with_writer(std::io::stderr)
        .init();

    tauri::Builder::default()
        // First, so that a second start ends before it touches the database.
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| window::focus(app)))
        .plugin(tauri_plugin_dialog::init())
        // Only for the commands: the page does not reach it, not even by a click on a link.
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .register_asynchronous_uri_scheme_protocol(bridge::SCHEME, bridge::carry)
        .invoke_handler(tauri::generate_handler![
            commands::import_path,
            commands::save_response,
            commands::pick_files,
            commands::reveal,
            commands::open_external,
            commands::team,
            commands::use_team,
            commands::keep_token,
        ])
        .setup(|app| {
            open(app);
            Ok(())
        })
        .build(tauri::generate_context!())?
        .run(|app, event| {
            if let RunEvent::Exit = event {
                close(app);
            }
        });
    Ok(())
}

/// Opens the database, then the window on it; where that fails, says so in a dialog and ends.
fn open(app: &App) {
    let opened = Config::desktop()
        .map_err(|error| error.to_string())
        .and_then(|config| tauri::async_runtime::block_on(Backend::open(config)).map_err(|error| error.to_string()))
        .and_then(|backend| {
            let folder = backend.data_dir().join("window");
            let api = bridge::Api::open(backend.router(), backend.data_dir().to_owned());
            app.manage(tauri::async_runtime::block_on(api));
            tauri::async_runtime::block_on(async { backend.keep() });
            app.manage(commands::Saved::default());
            app.manage(backend);
            window::create(app, &folder).map_err(|error| error.to_string())
        });
    if let Err(cause) = opened {
        tracing::error!(%cause, "cannot start");
        let handle = app.handle().clone();
        app.dialog()
            .message(format!(
                "Satu tidak dapat dibuka: {cause}\n\nTutup program lain yang memakai datanya, periksa ruang dan izin \
                 foldernya, lalu coba lagi.\n\n— Satu could not start. Close other programs that use its data, check the \
                 folder's free space and permissions, then try again."
            ))
            .title("Satu")
            .kind(MessageDialogKind::Error)
            .show(move |_| handle.exit(1));
    }
}

/// Stops what is running and closes the database, so that its log is folded in. Killed instead, the next start does it.
fn close(app: &AppHandle) {
    if let Some(backend) = app.try_state::<Backend>() {
        tauri::async_runtime::block_on(backend.close());
    }
}
