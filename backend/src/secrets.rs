//! The secrets of an installation: a file beside the data, or wherever `SATU_SECRETS` says, that only its owner reads. It is made at the first start.
//!
//! Without the pepper nobody signs in any more, so the file is backed up, apart from the database: who has both can try PINs. Programs that share one
//! database share one file. A signing key is replaced by putting a new one first; the old one stays until the last token that it signed is over.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use satu_core::{
    credential::{Keys, hex, unhex},
    private,
};
use serde::{Deserialize, Serialize};

/// What is wrong with the file of the secrets.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// It cannot be read or made.
    #[error("the file of the secrets, {path}, cannot be used: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It is not understood. Nothing of it is said.
    #[error(
        "the file of the secrets, {path}, is not understood: `pepper`, `key` and each `signing.seed` are 64 hexadecimal digits"
    )]
    Content {
        /// The file.
        path: PathBuf,
    },
    /// The system gave no random bytes.
    #[error("the system gave no random numbers: {0}")]
    Random(String),
}

/// The secrets. They are never shown.
#[derive(Clone)]
pub struct Secrets {
    /// For PINs, codes and tokens.
    pub keys: Keys,
    /// Keys that access tokens are signed with, by their ids: the first signs, all are known.
    pub signing: Vec<(String, [u8; 32])>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    pepper: String,
    key: String,
    signing: Vec<WrittenKey>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    id: String,
    seed: String,
}

impl Secrets {
    /// Reads the secrets of a file, which is made where it is missing.
    ///
    /// # Errors
    /// [`SecretsError`].
    pub fn open(path: &Path) -> Result<Self, SecretsError> {
        let failed = |error| SecretsError::File { path: path.to_owned(), error };
        if !path.exists() {
            make(path, &fresh()?).map_err(failed)?;
        }
        let text = std::fs::read_to_string(path).map_err(failed)?;
        read(&text).ok_or_else(|| SecretsError::Content { path: path.to_owned() })
    }
}

/// Makes the file whole or not at all; of two who make it at once the first is kept.
fn make(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    private::create_folder(folder)?;
    // A temporary file is its owner's only.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}

fn fresh() -> Result<String, SecretsError> {
    let random = || -> Result<String, SecretsError> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(|error| SecretsError::Random(error.to_string()))?;
        Ok(hex(&bytes))
    };
    let id: String = random()?.chars().take(8).collect();
    let written = Written { pepper: random()?, key: random()?, signing: vec![WrittenKey { id, seed: random()? }] };
    Ok(format!(
        "# The secrets of this Satu. Keep a copy apart from the database: without the pepper nobody can sign in any more.\n{}",
        toml::to_string(&written).unwrap_or_default()
    ))
}

fn read(text: &str) -> Option<Secrets> {
    let Written { pepper, key, signing } = toml::from_str(text).ok()?;
    let signing: Option<Vec<_>> = signing.into_iter().map(|one| Some((one.id, bytes(&one.seed)?))).collect();
    let signing = signing.filter(|signing| !signing.is_empty())?;
    Some(Secrets { keys: Keys::new(bytes(&pepper)?, bytes(&key)?), signing })
}

fn bytes(digits: &str) -> Option<[u8; 32]> {
    unhex(digits)?.try_into().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test ends at what it did not expect")]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_made_once_for_its_owner_only_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("satu").join("secrets.toml");
        let made = Secrets::open(&path).unwrap();
        let again = Secrets::open(&path).unwrap();
        assert_eq!(made.signing, again.signing);
        assert_eq!(made.keys.hash("x", &[b"y"]), again.keys.hash("x", &[b"y"]));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(format!("{made:?}"), "Secrets(…)");
    }

    #[test]
    fn what_is_not_understood_is_refused_and_nothing_of_it_is_told() {
        let good = fresh().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.toml");
        let seed = good.lines().find(|line| line.starts_with("pepper")).unwrap().to_owned();
        for text in [
            String::new(),
            good.replacen("pepper = ", "peper = ", 1),
            good.replacen("pepper = \"", "pepper = \"0", 1),
            good.replacen("pepper = \"", "pepper = \"zz", 1),
            format!("{good}\nmore = 1\n"),
        ] {
            std::fs::write(&path, &text).unwrap();
            let told = Secrets::open(&path).unwrap_err().to_string();
            assert!(told.contains("secrets.toml") && !told.contains(&seed[12..40]), "{told}");
        }
    }
}
