//! A file on its way: it takes the place that it was asked for once it is whole, so a full disk costs nobody what stood there.

use std::{
    fs::{self, File},
    io::{self, Seek},
    path::{Path, PathBuf},
};

use satu_core::import::Progress;
use tempfile::TempPath;

/// A temporary file that its owner alone reads, gone when it is dropped.
#[derive(Debug)]
pub struct Draft {
    file: File,
    /// Its name, where it is to take another's place.
    name: Option<TempPath>,
    folder: PathBuf,
    progress: Progress,
}

impl Draft {
    /// A draft in a folder, to be read and not to stay: it has no name, so not even a killed program leaves it behind.
    ///
    /// # Errors
    /// The folder takes no file.
    pub fn within(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            file: tempfile::tempfile_in(folder)?,
            name: None,
            folder: folder.to_path_buf(),
            progress: Progress::default(),
        })
    }

    /// A draft beside a file whose place it will take. A pipe or a device stays where it is and will get the draft's bytes.
    ///
    /// # Errors
    /// The folder takes no file.
    pub fn beside(target: &Path) -> io::Result<Self> {
        if fs::metadata(target).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
            return Self::within(&std::env::temp_dir());
        }
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let named = tempfile::Builder::new().prefix(".satu-").suffix(".part").tempfile_in(folder);
        // The draft's own name says nothing to who named the file.
        let named = named.map_err(|error| io::Error::from(error.kind()))?;
        let (file, name) = named.into_parts();
        Ok(Self { file, name: Some(name), folder: folder.to_path_buf(), progress: Progress::default() })
    }

    /// Puts the draft in its place at once, with the permissions of the file that stood there.
    ///
    /// # Errors
    /// It cannot be written to the disk, or its place cannot be taken: what stood there still does.
    pub fn place(self, target: &Path) -> io::Result<()> {
        let Self { mut file, name, .. } = self;
        let Some(name) = name else {
            file.rewind()?;
            return io::copy(&mut file, &mut File::options().write(true).open(target)?).map(drop);
        };
        if let Ok(before) = fs::metadata(target) {
            file.set_permissions(before.permissions())?;
        }
        file.sync_all()?;
        name.persist(target).map_err(|error| error.error)
    }

    /// How many rows were written to it; whoever stops this stops its writing.
    #[must_use]
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The draft from its beginning, to be read.
    ///
    /// # Errors
    /// The disk fails.
    pub fn read(mut self) -> io::Result<File> {
        self.file.rewind()?;
        Ok(self.file)
    }

    /// Another handle of the same file, to write with.
    pub(super) fn file(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Where it stands.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}
