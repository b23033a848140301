//! A file on its way: it takes the place that it was asked for once it is whole, so a full disk costs nobody what stood there.

use std::{
    fs::{self, File},
    io::{self, Seek},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

/// A temporary file of its owner's only, gone when it is dropped.
#[derive(Debug)]
pub struct Draft {
    file: NamedTempFile,
    folder: PathBuf,
}

impl Draft {
    /// A draft in a folder.
    ///
    /// # Errors
    /// The folder takes no file.
    pub fn within(folder: &Path) -> io::Result<Self> {
        let file = tempfile::Builder::new().prefix(".satu-").suffix(".part").tempfile_in(folder)?;
        Ok(Self { file, folder: folder.to_path_buf() })
    }

    /// A draft beside a file whose place it will take.
    ///
    /// # Errors
    /// The folder takes no file.
    pub fn beside(target: &Path) -> io::Result<Self> {
        if is_device(target) {
            return Self::within(&std::env::temp_dir());
        }
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        Self::within(folder.unwrap_or(Path::new(".")))
    }

    /// Puts the draft in its place at once, with the permissions of the file that stood there. A pipe or a device gets its bytes.
    ///
    /// # Errors
    /// It cannot be written to the disk, or its place cannot be taken: what stood there still does.
    pub fn place(self, target: &Path) -> io::Result<()> {
        if is_device(target) {
            return io::copy(&mut self.read()?, &mut File::options().write(true).open(target)?).map(drop);
        }
        if let Ok(before) = fs::metadata(target) {
            self.file.as_file().set_permissions(before.permissions())?;
        }
        self.file.as_file().sync_all()?;
        self.file.persist(target).map(drop).map_err(|error| error.error)
    }

    /// The draft from its beginning, to be read; it has no name any more.
    ///
    /// # Errors
    /// The disk fails.
    pub fn read(self) -> io::Result<File> {
        let mut file = self.file.as_file().try_clone()?;
        file.rewind()?;
        Ok(file)
    }

    /// Another handle of the same file, to write with.
    pub(super) fn file(&self) -> io::Result<File> {
        self.file.as_file().try_clone()
    }

    /// Where it stands.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Whether something stands there that is neither a file nor a folder.
fn is_device(target: &Path) -> bool {
    fs::metadata(target).is_ok_and(|found| !found.is_file() && !found.is_dir())
}
