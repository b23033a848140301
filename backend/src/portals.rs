//! The portals that are known here: the definitions that are built in, and the user's own in a folder of her data.
//!
//! A definition of hers that is broken is told and left out; it stops nothing. It must not know what a definition means: `satu-portals` does.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use satu_portals::{Definition, DefinitionError, Layout, Registry, Unfit};

/// The known portals. Cheap to clone; every clone sees what another adds.
#[derive(Debug, Clone)]
pub struct Portals {
    folder: PathBuf,
    current: Arc<RwLock<Arc<Registry>>>,
    broken: Arc<Vec<DefinitionError>>,
}

/// Why a mapping is not saved as a portal.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Another portal has the id.
    #[error("there is a portal “{0}” already: choose another id")]
    Taken(String),
    /// The mapping makes no portal.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The id or the name is none.
    #[error("{}", .0.message)]
    Definition(#[from] DefinitionError),
    /// The file cannot be written.
    #[error("{path} cannot be written: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl Portals {
    /// The built-in portals and those of a folder, which need not be there. What is broken in it is told by [`Portals::broken`].
    ///
    /// # Errors
    /// A built-in definition is wrong.
    pub fn open(folder: PathBuf) -> Result<Self, DefinitionError> {
        let mut registry = Registry::builtin()?;
        let mut broken = Vec::new();
        for path in definitions(&folder) {
            let file = path.display().to_string();
            let read = fs::read_to_string(&path).map_err(|error| DefinitionError {
                file: file.clone(),
                line: None,
                message: error.to_string(),
            });
            match read.and_then(|text| registry.with(&file, &text)) {
                Ok(with) => registry = with,
                Err(error) => {
                    tracing::warn!(%error, "a portal's definition is left out");
                    broken.push(error);
                }
            }
        }
        Ok(Self { folder, current: Arc::new(RwLock::new(Arc::new(registry))), broken: Arc::new(broken) })
    }

    /// The definitions as they are known now.
    #[must_use]
    pub fn registry(&self) -> Arc<Registry> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The definitions that were left out, and why.
    #[must_use]
    pub fn broken(&self) -> &[DefinitionError] {
        &self.broken
    }

    /// Writes a definition of what a layout's columns mean, and makes it known at once. `seen` is the day on which its headers were seen.
    /// Touches the disk: not for an async thread.
    ///
    /// # Errors
    /// [`SaveError`]; nothing is kept then.
    pub fn save(&self, id: &str, name: &str, layout: &Layout, seen: &str) -> Result<Arc<Registry>, SaveError> {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.get(id).is_some() {
            return Err(SaveError::Taken(id.to_owned()));
        }
        let definition = Definition::of_layout(&current, id, name, layout, seen)?;
        let file = format!("{id}.toml");
        let wrong = |message| DefinitionError { file: file.clone(), line: None, message };
        let text = definition.to_toml().map_err(wrong)?;
        // Read back before it is written: an id that is none never becomes a file's name.
        let registry = Arc::new(current.with(&file, &text)?);
        let path = self.folder.join(&file);
        write_new(&path, &text).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => SaveError::Taken(id.to_owned()),
            _ => SaveError::File { path: path.clone(), error },
        })?;
        *current = Arc::clone(&registry);
        Ok(registry)
    }
}

/// The TOML files of a folder by their names; none where there is no folder.
fn definitions(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    paths
}

/// Writes a file whole or not at all, and never over another: not even over a broken one.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        satu_core::private::create_folder(folder)?;
    }
    if path.try_exists()? {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    fs::write(&draft, text)?;
    fs::rename(&draft, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_definition_is_told_and_the_others_are_known() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("baik.toml"), "id = \"baik\"\nname = \"Baik\"\n").unwrap();
        fs::write(folder.path().join("rusak.toml"), "id = \"rusak\"\nname = Rusak\n").unwrap();
        fs::write(folder.path().join("salinan.toml"), "id = \"glints\"\nname = \"Glints\"\n").unwrap();
        fs::write(folder.path().join("catatan.txt"), "bukan definisi").unwrap();
        let portals = Portals::open(folder.path().to_path_buf()).unwrap();
        assert!(portals.registry().get("baik").is_some());
        let told: Vec<String> = portals.broken().iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].contains("rusak.toml, line 2"), "{told:?}");
        assert!(
            told[1].contains("salinan.toml, line 1: id: another definition is already called “glints”"),
            "{told:?}"
        );
    }

    #[test]
    fn no_folder_is_no_mistake() {
        let portals = Portals::open(PathBuf::from("/nowhere/at/all")).unwrap();
        assert!(portals.broken().is_empty() && portals.registry().get("glints").is_some());
    }
}
