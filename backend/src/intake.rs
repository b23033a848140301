//! The way of a file into the store: opened, surveyed, cleaned on a thread of its own, planned and kept as it flows.

use std::{
    fs::File,
    io::{self, Read},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use satu_core::{
    application::{ApplicantRow, Field},
    credential::hex,
    id::BatchId,
    import::{self, Batch, ImportError, NewBatch, Progress, Unplanned, Unreadable, mapping::DateOrder},
    store::Store,
    time,
};
use satu_portals::{
    Choices, Cleaner, ColumnChoice, DialectChoice, Layout, LayoutVersion, Limits, ReadError, ReadErrorCode, SourceFile,
    Stop, Survey, survey,
};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use crate::{describe::Description, portals::Portals, problem::Problem};

/// Imports of a portal whose headers a new file is compared with.
const LAYOUTS: u64 = 20;
/// Chunks that may wait for the store.
const AHEAD: usize = 1;

/// Reads files into the store. Cheap to clone.
#[derive(Clone)]
pub struct Intake {
    /// Where the rows go.
    pub store: Store,
    /// The portals that are known.
    pub portals: Portals,
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

/// A file that was opened and surveyed.
pub struct Opened {
    /// The headers, the portal and the mapping.
    pub survey: Survey,
    /// The open file: its rows can be read without opening it again.
    pub source: SourceFile,
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
    /// How a text file is written, as far as somebody knows better.
    pub dialect: DialectChoice,
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
    /// A wish names a column that the file lacks.
    #[error("{file} has no column {column}; it has {columns}")]
    UnknownColumn {
        /// The file.
        file: String,
        /// The number that was named.
        column: u32,
        /// How many are there.
        columns: usize,
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
            IntakeError::UnknownHeader { .. } | IntakeError::UnknownColumn { .. } => Self::invalid("columns", error),
            IntakeError::Inside(_) => Self::internal(&error),
        }
    }
}

type Result<T> = std::result::Result<T, IntakeError>;

impl Intake {
    /// Opens a file and says what it is, under a mapping that was remembered for its headers unless a wish overrules it. A workbook is unpacked
    /// to its end for that; it counts no rows.
    ///
    /// # Errors
    /// The file cannot be read; [`ImportError::Cancelled`]; the store fails.
    pub async fn open(&self, file: &LocalFile, wish: &Wish, progress: &Progress) -> Result<Opened> {
        match self.look_into(file, wish, progress).await {
            Err(IntakeError::Read(error)) if error.code == ReadErrorCode::Stopped && progress.check().is_err() => {
                Err(ImportError::Cancelled.into())
            }
            opened => opened,
        }
    }

    async fn look_into(&self, file: &LocalFile, wish: &Wish, progress: &Progress) -> Result<Opened> {
        let waiting = Waiting::begin(progress);
        let mut choices = Choices {
            portal: wish.portal.clone(),
            sheet: wish.sheet.clone(),
            header_row: wish.header_row,
            ..Choices::default()
        };
        let source = {
            let (file, limits, dialect, stop) = (file.clone(), self.limits.clone(), wish.dialect, waiting.stop());
            aside(move || SourceFile::open_until(&file.path, &file.name, &limits, &dialect, &stop)).await??
        };
        let found = self.survey(source, choices.clone()).await?;
        if let Some(before) = import::remembered(&self.store, &found.survey.fingerprint).await? {
            // A portal of the user's own may be gone since.
            let known = self.portals.registry().get(&before.portal).is_some();
            choices.portal = choices.portal.or(Some(before.portal).filter(|_| known));
            choices.remembered = before.columns;
        }
        let chosen =
            |column: u32, field: Field, date_order: Option<DateOrder>| ColumnChoice { column, field, date_order };
        let columns = &found.survey.layout.columns;
        if let Some((column, ..)) = wish.columns.iter().find(|wished| !columns.iter().any(|one| one.column == wished.0))
        {
            return Err(IntakeError::UnknownColumn {
                file: file.name.clone(),
                column: *column,
                columns: columns.len(),
            });
        }
        choices.columns = wish.columns.iter().map(|(column, field, order)| chosen(*column, *field, *order)).collect();
        for (header, field) in &wish.headers {
            let key = satu_portals::header_key(header);
            let column = columns.iter().find(|one| satu_portals::header_key(&one.header) == key);
            let column = column.ok_or_else(|| IntakeError::UnknownHeader {
                file: file.name.clone(),
                header: header.clone(),
                known: columns.iter().map(|one| one.header.as_str()).collect::<Vec<_>>().join(", "),
            })?;
            choices.columns.push(chosen(column.column, *field, None));
        }
        let mut found = if choices.remembered.is_empty() && choices.columns.is_empty() {
            found
        } else {
            self.survey(found.source, choices).await?
        };
        found.survey.has_applicants(&file.name)?;
        let seen = self.seen(&found.survey.layout.portal).await?;
        found.survey.compare(&self.portals.registry(), &seen);
        waiting.end();
        Ok(found)
    }

    /// The header lines of the last imports of a portal, oldest first.
    async fn seen(&self, portal: &str) -> Result<Vec<LayoutVersion>> {
        let batches = import::committed(&self.store, portal, LAYOUTS).await?;
        let layout = |batch: Batch| {
            let description: Description = serde_json::from_value(batch.description).ok()?;
            let headers = description.layout.columns.into_iter().map(|column| column.header).collect();
            let version = time::rfc3339(batch.created_at).chars().take(10).collect();
            Some(LayoutVersion { version, headers })
        };
        Ok(batches.into_iter().rev().filter_map(layout).collect())
    }

    async fn survey(&self, mut source: SourceFile, choices: Choices) -> Result<Opened> {
        let registry = self.portals.registry();
        aside(move || {
            let survey = survey(&mut source, &registry, &choices)?;
            Ok(Opened { survey, source })
        })
        .await?
    }

    /// What a batch is told about its file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub async fn batch(&self, file: &LocalFile, description: &Description, ephemeral: bool) -> Result<NewBatch> {
        let (path, name) = (file.path.clone(), file.name.clone());
        let (sha256, bytes) = aside(move || digest(&path)).await?.map_err(|error| io_error(&name, &error))?;
        Ok(NewBatch {
            file: file.name.clone(),
            sha256,
            bytes,
            portal: description.layout.portal.clone(),
            sheet: description.layout.sheet.clone(),
            description: to_json(description),
            ephemeral,
        })
    }

    /// Reads the rows of a file into its batch and leaves it a draft. A file that breaks off fails the batch; a cancelled one is discarded.
    ///
    /// # Errors
    /// The file cannot be read on; [`ImportError::Cancelled`]; the store fails.
    pub async fn stage(&self, id: BatchId, source: SourceFile, layout: &Layout, progress: &Progress) -> Result<Batch> {
        let (rows, reader) = self.read(source, layout, progress);
        let staged = import::stage(&self.store, id, rows, progress).await;
        match reader.outcome(staged).await {
            Err(IntakeError::Import(ImportError::Cancelled)) => {
                import::discard(&self.store, id).await?;
                Err(ImportError::Cancelled.into())
            }
            Err(error) => {
                let problem = match &error {
                    IntakeError::Read(error) => Problem::from(error.clone()),
                    other => Problem::internal(other),
                };
                import::fail(&self.store, id, &to_json(&problem)).await?;
                Err(error)
            }
            staged => staged,
        }
    }

    /// Makes a draft of a file: opened, surveyed, read and planned. An ephemeral one belongs to this run.
    ///
    /// # Errors
    /// The file cannot be read; [`ImportError::Cancelled`]; the store fails.
    pub async fn draft(
        &self,
        file: &LocalFile,
        wish: &Wish,
        ephemeral: bool,
        progress: &Progress,
    ) -> Result<(Batch, Description)> {
        let Opened { survey, source } = self.open(file, wish, progress).await?;
        let description = Description::of(&source, survey);
        let new = self.batch(file, &description, ephemeral).await?;
        let id = BatchId::mint();
        import::begin(&self.store, id, &new, &self.actor).await?;
        let batch = self.stage(id, source, &description.layout, progress).await?;
        Ok((batch, description))
    }

    /// Imports the rows of a file in one go; none when it is to be staged and committed instead (see [`import::import_now`]).
    ///
    /// # Errors
    /// The file cannot be read on; [`ImportError::Cancelled`]; the store fails. Nothing is kept then.
    pub async fn import_now(
        &self,
        new: &NewBatch,
        source: SourceFile,
        layout: &Layout,
        progress: &Progress,
    ) -> Result<Option<Batch>> {
        let (rows, reader) = self.read(source, layout, progress);
        let imported = import::import_now(&self.store, new, rows, &self.actor, progress).await;
        reader.outcome(imported).await
    }

    /// Reads rows on a thread of their own, and cleans them on others.
    fn read(&self, mut source: SourceFile, layout: &Layout, progress: &Progress) -> (import::Rows, Reader) {
        let (sender, receiver) = mpsc::channel(AHEAD);
        let cleaner = Cleaner::new(&self.portals.registry(), layout);
        let (layout, progress) = (layout.clone(), progress.clone());
        let reader = tokio::task::spawn_blocking(move || {
            let read = send_rows(&mut source, &layout, &cleaner, &sender, &progress);
            if !matches!(read, Ok(End::OfFile)) {
                // The other side stops at this word, or has stopped before.
                let _ = sender.blocking_send(Err(Unreadable));
            }
            read
        });
        (receiver, Reader(reader))
    }

    /// Cleans a row anew from its raw cells, under the mapping that is kept with its batch.
    #[must_use]
    pub fn clean(&self, description: &Description, row: u32, cells: Vec<String>) -> ApplicantRow {
        Cleaner::new(&self.portals.registry(), &description.layout).clean(row, cells.into())
    }
}

/// The thread that reads a file.
struct Reader(tokio::task::JoinHandle<std::result::Result<End, ReadError>>);

/// Why reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    OfFile,
    /// Nobody wants the rows any more.
    Cancelled,
}

impl Reader {
    /// What came of the rows: what the reader met, if they broke off.
    async fn outcome<T>(self, outcome: import::Result<T>) -> Result<T> {
        let read = self.0.await.map_err(|error| IntakeError::Inside(error.to_string()))?;
        match (outcome, read) {
            (Err(ImportError::Incomplete), Err(error)) => Err(error.into()),
            (Err(ImportError::Incomplete), Ok(End::Cancelled)) => Err(ImportError::Cancelled.into()),
            (outcome, _) => Ok(outcome?),
        }
    }
}

/// Reads on this thread and cleans on others; ends early when nobody listens any more, even where no row is found for a long time.
fn send_rows(
    source: &mut SourceFile,
    layout: &Layout,
    cleaner: &Cleaner,
    sender: &mpsc::Sender<std::result::Result<Vec<Unplanned>, Unreadable>>,
    progress: &Progress,
) -> std::result::Result<End, ReadError> {
    let mut end = End::OfFile;
    let prepare = |row| Unplanned::new(&layout.portal, row);
    satu_portals::rows(source, layout, cleaner, prepare, |chunk| {
        let wanted = progress.check().is_ok() && (chunk.is_empty() || sender.blocking_send(Ok(chunk)).is_ok());
        if wanted {
            return ControlFlow::Continue(());
        }
        end = End::Cancelled;
        ControlFlow::Break(())
    })?;
    Ok(end)
}

/// Ends what is read on another thread if who waits for it cancels it, or goes away before: a browser that was closed, a program that ends.
struct Waiting {
    progress: Progress,
    gone: Arc<AtomicBool>,
    over: Arc<AtomicBool>,
}

impl Waiting {
    fn begin(progress: &Progress) -> Self {
        Self { progress: progress.clone(), gone: Arc::default(), over: Arc::default() }
    }

    fn stop(&self) -> Stop {
        let (progress, gone, over) = (self.progress.clone(), Arc::clone(&self.gone), Arc::clone(&self.over));
        Stop::when(move || {
            let cancelled = || !over.load(Ordering::Relaxed) && progress.check().is_err();
            gone.load(Ordering::Relaxed) || cancelled()
        })
    }

    /// What was waited for is there, and is read on as long as somebody wants: who takes its rows hears of a cancel then.
    fn end(self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.gone.store(!self.over.load(Ordering::Relaxed), Ordering::Relaxed);
    }
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
    Ok((hex(hash.finalize().as_slice()), bytes))
}

fn io_error(name: &str, error: &io::Error) -> ReadError {
    let mut read = ReadError::new(ReadErrorCode::Io, name);
    read.value = Some(error.to_string());
    read
}

/// A value of our own as JSON; such values have no map with keys that are no text, so nothing can fail.
pub(crate) fn to_json(value: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}
