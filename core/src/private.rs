//! Folders and files that only their owner reads: applicants' phone numbers stand in them.
//!
//! What is there already keeps the permissions that somebody gave it. On Windows the user's folders are her own by inheritance.

use std::{
    fs::{DirBuilder, OpenOptions},
    io,
    path::Path,
};

/// Makes a folder with those above it, where they are missing, for their owner only.
///
/// # Errors
/// It cannot be made.
pub fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

/// Options that open a file for writing; one that is made is its owner's only.
#[must_use]
pub fn writing() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create(true);
    options
}
