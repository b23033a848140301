//! A dropped file and what became of it.

use serde::{Deserialize, Serialize};

use crate::{
    id::{ApplicationId, BatchId},
    import::Outcome,
    words::words,
};

words! {
    /// The life of a batch. Reading and committing are steps of a running program; what is stored is where a restart would find it.
    BatchState {
        /// Its rows are flowing in.
        Staging = "staging",
        /// A draft: planned, to be looked at, decided and committed.
        Ready = "ready",
        /// Its rows are applications.
        Committed = "committed",
        /// It was taken back.
        Undone = "undone",
        /// It could not be read to its end.
        Failed = "failed",
        /// Nobody wanted it.
        Discarded = "discarded",
    }
}

/// A file that is about to be staged.
#[derive(Debug, Clone, PartialEq)]
pub struct NewBatch {
    /// The file's name as HR knows it, without folders.
    pub file: String,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// The portal's id; `other` when none was recognised.
    pub portal: String,
    /// The sheet, for containers that have sheets.
    pub sheet: Option<String>,
    /// What the reader understood; this crate keeps it and never looks into it.
    pub description: serde_json::Value,
    /// The draft belongs to one run of a command and is of no use after it.
    pub ephemeral: bool,
}

/// A file and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Its id.
    pub id: BatchId,
    /// See [`NewBatch::file`].
    pub file: String,
    /// See [`NewBatch::sha256`].
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// The portal's id.
    pub portal: String,
    /// The sheet, if it has one.
    pub sheet: Option<String>,
    /// See [`NewBatch::description`].
    pub description: serde_json::Value,
    /// Where it stands.
    pub state: BatchState,
    /// Rows with an outcome.
    pub rows: u64,
    /// Rows per outcome.
    pub counts: Counts,
    /// First and last id of the applications that it mints.
    pub minted: Option<(ApplicationId, ApplicationId)>,
    /// What an undo did.
    pub undo: Option<UndoReport>,
    /// Why it failed, as the one who failed it put it.
    pub problem: Option<serde_json::Value>,
    /// Who brought it.
    pub created_by: String,
    /// When, in microseconds since 1970-01-01 UTC.
    pub created_at: i64,
    /// When it was committed.
    pub committed_at: Option<i64>,
    /// When it was undone.
    pub undone_at: Option<i64>,
    /// See [`NewBatch::ephemeral`].
    pub ephemeral: bool,
}

/// Rows per outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counts {
    /// No one like it: an application of its own.
    pub new: u64,
    /// This very row was imported before.
    pub repeat: u64,
    /// The same person earlier in this file.
    pub duplicate: u64,
    /// Joins an application that is there.
    #[serde(rename = "match")]
    pub matched: u64,
    /// Waits for a person.
    pub review: u64,
    /// No applicant, or nobody who could be reached.
    pub rejected: u64,
}

impl Counts {
    /// All rows.
    #[must_use]
    pub const fn total(&self) -> u64 {
        let Self { new, repeat, duplicate, matched, review, rejected } = *self;
        new + repeat + duplicate + matched + review + rejected
    }

    /// Counts one more row.
    pub const fn add(&mut self, outcome: Outcome) {
        let counter = match outcome {
            Outcome::New => &mut self.new,
            Outcome::Repeat => &mut self.repeat,
            Outcome::Duplicate => &mut self.duplicate,
            Outcome::Match => &mut self.matched,
            Outcome::Review => &mut self.review,
            Outcome::Rejected => &mut self.rejected,
        };
        *counter += 1;
    }
}

/// What a reader understood of a file, without what it shows of the cells.
pub(crate) fn without_samples(description: &serde_json::Value) -> serde_json::Value {
    let mut stripped = description.clone();
    if let Some(samples) = stripped.get_mut("samples") {
        *samples = serde_json::Value::Array(Vec::new());
    }
    stripped
}

/// What an undo did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UndoReport {
    /// Applications that are gone from every list.
    pub removed: u64,
    /// Sources that were taken from applications which were there before, or which stay.
    pub detached: u64,
    /// Applications that stay, and why. At most [`UndoReport::SHOWN`] stand here; [`UndoReport::kept_total`] counts them all.
    pub kept: Vec<UndoneApplication>,
    /// How many stay.
    pub kept_total: u64,
}

impl UndoReport {
    /// How many kept applications a report names.
    pub const SHOWN: usize = 1000;
}

/// An application that an undo kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UndoneApplication {
    /// The application.
    pub application: ApplicationId,
    /// Its name.
    pub full_name: String,
    /// Why it stays.
    pub why: WhyKept,
}

words! {
    /// Why an undo keeps an application: another import stands for it, or somebody has touched it since.
    WhyKept {
        /// She came through another door too.
        OtherSource = "other_source",
        /// Her status has changed.
        Advanced = "advanced",
        /// An account is linked to it.
        Linked = "linked",
        /// It was edited by hand.
        Edited = "edited",
        /// It was merged with another one.
        Merged = "merged",
        /// A message left for her, or may have; or a link was made for her, which HR sends.
        Messaged = "messaged",
    }
}
