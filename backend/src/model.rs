//! What suspected duplicates are weighed with: the product's own model, or one that was learned from the applications themselves.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use satu_core::linking::{Model, ModelError};

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadModel {
    /// Its file cannot be read.
    #[error(
        "the model {path} cannot be read: {error}; name another, or none for the product's own, or learn one: satu duplicates --train -o FILE"
    )]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It is no model, or none for applications.
    #[error(
        "the model {path} cannot be used: {error}; name another, or none for the product's own, or learn one: satu duplicates --train -o FILE"
    )]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: ModelError,
    },
    /// Never, once a test has read it.
    #[error("the product's own model cannot be used: {0}")]
    Shipped(#[from] ModelError),
}

/// The model of a file; without one the product's own.
///
/// # Errors
/// [`BadModel`] names the file and says what can be done.
pub fn open(path: Option<&Path>) -> Result<Model, BadModel> {
    let Some(path) = path else { return Ok(Model::shipped()?) };
    let text = fs::read_to_string(path).map_err(|error| BadModel::File { path: path.to_owned(), error })?;
    Model::of_applications(&text).map_err(|error| BadModel::Content { path: path.to_owned(), error })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test ends at what it did not expect")]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_that_of_its_file_and_without_one_the_products_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.json");
        let learned = Model { about: "learned here".into(), ..open(None).unwrap() };
        fs::write(&path, serde_json::to_string(&learned).unwrap()).unwrap();
        assert_eq!(open(Some(&path)).unwrap().about, "learned here");
        assert_ne!(open(None).unwrap().about, "learned here");
    }

    #[test]
    fn what_is_no_model_is_refused_with_its_file_and_what_can_be_done() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.json");
        let mut foreign = open(None).unwrap();
        foreign.scheme.fields.last_mut().unwrap().name = "shoe_size".into();
        let foreign = serde_json::to_string(&foreign).unwrap();
        for (text, told) in [
            (None, "cannot be read"),
            (Some("{}"), "cannot be used: the model cannot be read: missing field"),
            (Some(foreign.as_str()), "applications have no field “shoe_size”"),
        ] {
            if let Some(text) = text {
                fs::write(&path, text).unwrap();
            }
            let error = open(Some(&path)).unwrap_err().to_string();
            for told in [told, &path.display().to_string(), "satu duplicates --train -o FILE"] {
                assert!(error.contains(told), "{told}: {error}");
            }
        }
    }
}
