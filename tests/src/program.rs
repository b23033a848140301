//! The real `satu`, built by cargo and run as a user would run it: a process of its own, on a data folder of its own.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use serde_json::Value;

/// The program. It is built on the first call: cargo hands a test only the programs of the test's own package.
///
/// # Panics
/// When it cannot be built.
#[must_use]
pub fn satu() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(build)
}

fn build() -> PathBuf {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo tells a test of its own package, some dependencies take for theirs: they and all that needs them would be compiled once more.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            cargo.env_remove(name);
        }
    }
    let built = cargo
        // The whole workspace, though one program is built: its dependencies are those of the tests then, compiled once.
        .args(["build", "--quiet", "--workspace", "--bin", "satu", "--message-format=json"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(built.status.success(), "satu cannot be built");
    let messages = String::from_utf8(built.stdout).expect("cargo writes UTF-8");
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "satu")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("cargo names the program")
}

/// A user of `satu` with a data folder of her own.
#[derive(Debug)]
pub struct User {
    folder: tempfile::TempDir,
}

impl User {
    /// Somebody who has never run it.
    ///
    /// # Panics
    /// When no folder can be made.
    #[must_use]
    pub fn fresh() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    /// Where her data stands.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Her database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.folder().join("data/satu.db")
    }

    /// `satu` with some words, about to be run.
    #[must_use]
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(satu());
        command
            .args(words)
            .env("SATU_DATA_DIR", self.folder().join("data"))
            .env("SATU_ACTOR", "hr")
            .env_remove("SATU_DATABASE_URL")
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs `satu` with some words to its end.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run(&self, words: &[&str]) -> Ran {
        Ran::from(self.command(words).output().expect("satu starts"))
    }

    /// Runs `satu` with some words and `--json`, and gives the one object that it prints.
    ///
    /// # Panics
    /// When it fails or prints anything else.
    #[must_use]
    pub fn json(&self, words: &[&str]) -> Value {
        let ran = self.run(&[words, &["--json"]].concat());
        assert_eq!(ran.code, 0, "satu {words:?}: {}", ran.error);
        serde_json::from_str(&ran.text).unwrap_or_else(|error| panic!("satu {words:?} --json: {error}: {}", ran.text))
    }
}

/// What a run of `satu` left.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; -1 when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub text: String,
    /// Standard error.
    pub error: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { code: output.status.code().unwrap_or(-1), text: text(output.stdout), error: text(output.stderr) }
    }
}
