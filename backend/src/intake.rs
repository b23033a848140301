//! The way of a file into the store: opened, surveyed, cleaned on a thread of its own, planned and kept as it flows.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use satu_core::{
    application::{ApplicantRow, Field},
    id::BatchId,
    import::{self, Batch, ImportError, NewBatch, Progress, Unreadable, mapping::DateOrder},
    store::Store,
};
use satu_portals::{
    Choices, Cleaner, ColumnChoice, Container, Layout, Limits, ReadError, Registry, Sheet, SourceFile, Survey, survey,
};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use crate::{describe::Description, problem::Problem};

/// Rows that travel together from the reader to the store.
const CHUNK: usize = 1000;
/// Chunks that may wait for the store.
const AHEAD: usize = 2;

/// Reads files into the store. Cheap to clone.
#[derive(Clone)]
pub struct Intake {
    /// Where the rows go.
    pub store: Store,
    /// The portals that are known.
    pub registry: Arc<Registry>,
    /// What a file may take.
    pub limits: Limits,
    /// Who acts.
    pub actor: String,
}

/// A file on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalFile {
    /// Where it stands.
    pub path: PathBuf,
    /// What the user calls it.
    pub name: String,
}

impl LocalFile {
    /// A file by its path, called by its last part.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Self { path: path.to_path_buf(), name }
    }
}

/// What a file turned out to be.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The headers, the portal and the mapping.
    pub survey: Survey,
    /// What it is inside.
    pub container: Container,
    /// The sheets of a workbook.
    pub sheets: Vec<Sheet>,
}

/// What a user overrules of what the reader would find by itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wish {
    /// The portal's id.
    pub portal: Option<String>,
    /// The sheet's name.
    pub sheet: Option<String>,
    /// The row of the headers.
    pub header_row: Option<u32>,
    /// Columns by number.
    pub columns: Vec<(u32, Field, Option<DateOrder>)>,
    /// Columns by header.
    pub headers: Vec<(String, Field)>,
}

/// Why a file does not get into the store.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It cannot be planned or kept.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A wish names a header that the file lacks.
    #[error("{file} has no column “{header}”; it has: {known}")]
    UnknownHeader {
        /// The file.
        file: String,
        /// The header that was named.
        header: String,
        /// The headers that are there.
        known: String,
    },
    /// A thread of the program failed.
    #[error("reading the file failed inside: {0}")]
    Inside(String),
}

impl From<IntakeError> for Problem {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Read(error) => error.into(),
            IntakeError::Import(error) => error.into(),
            IntakeError::UnknownHeader { .. } => Self::invalid("columns", error),
            IntakeError::Inside(_) => Self::internal(&error),
        }
    }
}

type Result<T> = std::result::Result<T, IntakeError>;

impl Intake {
    /// Opens a file and says what it is, under a mapping that was remembered for its headers unless a wish overrules it.
    ///
    /// # Errors
    /// The file cannot be read; the store fails.
    pub async fn survey(&self, file: &LocalFile, wish: &Wish) -> Result<Opened> {
        let choices = Choices {
            portal: wish.portal.clone(),
            sheet: wish.sheet.clone(),
            header_row: wish.header_row,
            ..Choices::default()
        };
        let found = self.look(file, choices.clone()).await?;
        let mut choices = choices;
        if let Some(before) = import::remembered(&self.store, &found.survey.fingerprint).await? {
            choices.portal = choices.portal.or(Some(before.portal));
            choices.remembered = before.columns;
        }
        choices.columns = wish
            .columns
            .iter()
            .map(|(column, field, date_order)| ColumnChoice { column: *column, field: *field, date_order: *date_order })
            .collect();
        for (header, field) in &wish.headers {
            let key = satu_portals::header_key(header);
            let column = found.survey.layout.columns.iter().find(|one| satu_portals::header_key(&one.header) == key);
            let column = column.ok_or_else(|| IntakeError::UnknownHeader {
                file: file.name.clone(),
                header: header.clone(),
                known: found.survey.layout.columns.iter().map(|one| one.header.as_str()).collect::<Vec<_>>().join(", "),
            })?;
            choices.columns.push(ColumnChoice { column: column.column, field: *field, date_order: None });
        }
        if choices.remembered.is_empty() && choices.columns.is_empty() {
            return Ok(found);
        }
        self.look(file, choices).await
    }

    async fn look(&self, file: &LocalFile, choices: Choices) -> Result<Opened> {
        let (file, registry, limits) = (file.clone(), Arc::clone(&self.registry), self.limits.clone());
        aside(move || {
            let mut source = SourceFile::open(&file.path, &file.name, &limits)?;
            let survey = survey(&mut source, &registry, &choices)?;
            Ok(Opened { survey, container: source.container(), sheets: source.sheets().to_vec() })
        })
        .await?
    }

    /// Begins a batch for a file that was surveyed.
    ///
    /// # Errors
    /// The file cannot be read; the store fails.
    pub async fn begin(&self, file: &LocalFile, description: &Description, ephemeral: bool) -> Result<BatchId> {
        let (path, name) = (file.path.clone(), file.name.clone());
        let (sha256, bytes) = aside(move || digest(&path)).await?.map_err(|error| io_error(&name, &error))?;
        let new = NewBatch {
            file: file.name.clone(),
            sha256,
            bytes,
            portal: description.layout.portal.clone(),
            sheet: description.layout.sheet.clone(),
            description: to_json(description),
            ephemeral,
        };
        Ok(import::begin(&self.store, &new, &self.actor).await?)
    }

    /// Reads the rows of a file into its batch and leaves it a draft. A file that breaks off fails the batch; a cancelled one is discarded.
    ///
    /// # Errors
    /// The file cannot be read on; [`ImportError::Cancelled`]; the store fails.
    pub async fn stage(&self, id: BatchId, file: &LocalFile, layout: &Layout, progress: &Progress) -> Result<Batch> {
        let (sender, receiver) = mpsc::channel(AHEAD);
        let failure = Arc::new(Mutex::new(None));
        let reader = {
            let (file, registry, limits, layout) =
                (file.clone(), Arc::clone(&self.registry), self.limits.clone(), layout.clone());
            let failure = Arc::clone(&failure);
            tokio::task::spawn_blocking(move || {
                if let Err(error) = read(&file, &registry, &limits, &layout, &sender) {
                    *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    // The other side stops at this word, or has stopped before.
                    let _ = sender.blocking_send(Err(Unreadable));
                }
            })
        };
        let staged = import::stage(&self.store, id, receiver, progress).await;
        reader.await.map_err(|error| IntakeError::Inside(error.to_string()))?;
        match staged {
            Ok(batch) => Ok(batch),
            Err(ImportError::Cancelled) => {
                import::discard(&self.store, id).await?;
                Err(ImportError::Cancelled.into())
            }
            Err(error) => {
                let read = failure.lock().unwrap_or_else(PoisonError::into_inner).take();
                let error = read.map_or(IntakeError::Import(error), IntakeError::Read);
                let problem = match &error {
                    IntakeError::Read(error) => Problem::from(error.clone()),
                    other => Problem::internal(other),
                };
                import::fail(&self.store, id, &to_json(&problem)).await?;
                Err(error)
            }
        }
    }

    /// Cleans a row anew from its raw cells, under the mapping that is kept with its batch.
    #[must_use]
    pub fn clean(&self, description: &Description, row: u32, cells: Vec<String>) -> ApplicantRow {
        Cleaner::new(&self.registry, &description.layout).clean(row, cells)
    }
}

/// Reads and cleans on this thread; ends early when nobody listens any more.
fn read(
    file: &LocalFile,
    registry: &Registry,
    limits: &Limits,
    layout: &Layout,
    sender: &mpsc::Sender<std::result::Result<Vec<ApplicantRow>, Unreadable>>,
) -> std::result::Result<(), ReadError> {
    let mut source = SourceFile::open(&file.path, &file.name, limits)?;
    let cleaner = Cleaner::new(registry, layout);
    let mut chunk = Vec::with_capacity(CHUNK);
    for row in satu_portals::rows(&mut source, layout, &cleaner)? {
        chunk.push(row?);
        if chunk.len() == CHUNK
            && sender.blocking_send(Ok(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK)))).is_err()
        {
            return Ok(());
        }
    }
    if !chunk.is_empty() {
        // Nobody listens: the step was cancelled, and says so itself.
        let _ = sender.blocking_send(Ok(chunk));
    }
    Ok(())
}

/// Runs blocking work off the async threads.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| IntakeError::Inside(error.to_string()))
}

/// SHA-256 in hex, and the length in bytes.
fn digest(path: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        bytes += read as u64;
        hash.update(&buffer[..read]);
    }
    let hex = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((hex, bytes))
}

fn io_error(name: &str, error: &io::Error) -> ReadError {
    let mut read = ReadError::new(satu_portals::ReadErrorCode::Io, name);
    read.value = Some(error.to_string());
    read
}

/// A value of our own as JSON; such values have no map with keys that are no text, so nothing can fail.
pub(crate) fn to_json(value: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}
