//! WebKitGTK's DMABUF renderer leaves the window blank on many virtual machines and older drivers. The choice is read from
//! the environment when GTK starts, so it is settled before anything else happens.

/// The variable that WebKitGTK reads. A value that the user has set is left alone.
#[cfg(target_os = "linux")]
const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Makes sure that [`SWITCH`] is set, by replacing this process with itself: changing the environment of a running process
/// is unsafe, starting one with another environment is not. The process id stays the same.
#[cfg(target_os = "linux")]
pub fn prefer_software_buffers() {
    use std::os::unix::process::CommandExt;

    if std::env::var_os(SWITCH).is_some() {
        return;
    }
    let Ok(own) = std::env::current_exe() else { return };
    // `exec` returns only when it failed; the window may still work without the switch.
    let failure = std::process::Command::new(own).args(std::env::args_os().skip(1)).env(SWITCH, "1").exec();
    tracing::warn!(%failure, "could not set {SWITCH}");
}

/// Nothing to do: only WebKitGTK needs it.
#[cfg(not(target_os = "linux"))]
pub fn prefer_software_buffers() {}
