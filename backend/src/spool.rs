//! The spool: uploaded files, each under its import's id, that wait until the import is committed or thrown away. It knows nothing of
//! what is in them.

use std::{
    io::{self, ErrorKind},
    path::PathBuf,
    time::Duration,
};

use axum::body::Body;
use futures_util::StreamExt;
use jiff::Timestamp;
use satu_core::{
    id::BatchId,
    import::{self, BatchState, ImportError},
    private,
    store::Store,
};
use satu_portals::{ReadError, ReadErrorCode};
use tokio::io::AsyncWriteExt;

use crate::problem::Problem;

/// A file without an import may be on its way in for so long; as far ahead it was written by a clock that is right again.
const ON_ITS_WAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The folder of waiting files.
#[derive(Debug, Clone)]
pub struct Spool {
    folder: PathBuf,
    /// Bytes of the largest file.
    most: u64,
}

impl Spool {
    /// The spool in a folder, which is made when it is needed, for files of at most `most` bytes.
    #[must_use]
    pub fn new(folder: PathBuf, most: u64) -> Self {
        Self { folder, most }
    }

    /// Where the file of an import waits.
    #[must_use]
    pub fn path(&self, id: BatchId) -> PathBuf {
        self.folder.join(id.to_string())
    }

    /// Writes an upload to its place. One that announces too many bytes is refused before it is read; of a refused one nothing is left.
    ///
    /// # Errors
    /// It is too large, breaks off, or cannot be written; `name` is what the user calls it.
    pub async fn receive(&self, id: BatchId, name: &str, announced: Option<u64>, body: Body) -> Result<(), Problem> {
        if announced.is_some_and(|bytes| bytes > self.most) {
            return Err(self.too_large(name));
        }
        let written = self.write(id, name, body).await;
        if written.is_err() {
            self.forget(id).await;
        }
        written
    }

    async fn write(&self, id: BatchId, name: &str, body: Body) -> Result<(), Problem> {
        let io = |error: io::Error| Problem::from(ReadError::new(ReadErrorCode::Io, name)).with("cause", error);
        private::create_folder(&self.folder).map_err(io)?;
        let writing = private::writing().truncate(true).clone();
        let mut file = tokio::fs::OpenOptions::from(writing).open(self.path(id)).await.map_err(io)?;
        let (mut chunks, mut bytes) = (body.into_data_stream(), 0_u64);
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| Problem::invalid("body", error))?;
            bytes += chunk.len() as u64;
            if bytes > self.most {
                return Err(self.too_large(name));
            }
            file.write_all(&chunk).await.map_err(io)?;
        }
        file.flush().await.map_err(io)
    }

    fn too_large(&self, name: &str) -> Problem {
        let mut error = ReadError::new(ReadErrorCode::TooLarge, name);
        error.limit = Some(self.most);
        error.into()
    }

    /// Takes the file of an import out; one that is gone already is as good.
    pub async fn forget(&self, id: BatchId) {
        if let Err(error) = tokio::fs::remove_file(self.path(id)).await
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(%error, "a file of the spool cannot be removed");
        }
    }

    /// Takes out what a program that was killed left: files whose import is no draft any more, or never began.
    ///
    /// # Errors
    /// The store fails.
    pub async fn sweep(&self, store: &Store) -> Result<(), ImportError> {
        // No folder: nothing was ever uploaded.
        let Ok(mut files) = tokio::fs::read_dir(&self.folder).await else { return Ok(()) };
        while let Ok(Some(file)) = files.next_entry().await {
            let Some(id) = file.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            let waits = match import::batch(store, id).await {
                Ok(batch) => matches!(batch.state, BatchState::Staging | BatchState::Ready),
                Err(ImportError::UnknownBatch(_)) => {
                    let written = file.metadata().await.and_then(|file| file.modified()).ok();
                    let written = written.and_then(|written| Timestamp::try_from(written).ok());
                    let away = written.map(|written| written.as_microsecond().abs_diff(store.clock().micros()));
                    away.is_none_or(|away| u128::from(away) < ON_ITS_WAY.as_micros())
                }
                Err(error) => return Err(error),
            };
            if !waits {
                self.forget(id).await;
            }
        }
        Ok(())
    }
}
