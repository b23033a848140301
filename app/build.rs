//! Bakes the UI, the icons and the list of permitted commands into the binary.
#![allow(clippy::print_stdout, reason = "a build script speaks to cargo on its standard output")]

use std::path::Path;

/// The commands of `src/commands.rs`; one that is not listed here cannot be called by the page.
const COMMANDS: &[&str] =
    &["import_path", "save_response", "pick_files", "reveal", "open_external", "team", "use_team", "keep_token"];

fn main() {
    println!("cargo:rerun-if-changed=ui/dist");
    if !Path::new("ui/dist/index.html").exists() {
        println!(
            "cargo::error=app/ui/dist/index.html is missing: build the UI first (`npm ci && npm run build` in app/ui), or let `make run` do it all"
        );
        return;
    }
    let attributes = tauri_build::Attributes::new().app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error=cannot prepare the desktop shell: {error:#}");
    }
}
