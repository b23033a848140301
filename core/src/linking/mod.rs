//! Whether two records are one person.
//!
//! Three questions are kept apart. *What speaks for and against these two?* is [`evidence`], for a person to read beside a row and for
//! [`crate::import`] to keep. *Who among all may be one person?* is everything else here: people are packed by a [`scheme`] ([`people`]), passes
//! bring together those worth comparing ([`blocking`]), comparators give a level for each field, a [`Model`] makes a score with its
//! reasons of them ([`model`]), which is learned without labels ([`em`]), and pairs that hang together become one question ([`cluster`]). *Who needs no
//! question?* is [`are_surely_one`], which asks for a key in common and for no score; [`keyed`] finds who has a key. *How likely is a row somebody whom it
//! may be?* is a [`Score`], by the same model.
//!
//! A likeness only suggests: a [`Suspicion`] is a question to HR, and no code turns one into a link. Only
//! [`duplicates`], [`keyed`] and [`links`] know the store. To compare one more field: a line in `model.json`; one more kind of field: a comparator in `compare`.
//!
//! *What people said of two applications* is carried out and kept by [`merge`], [`tell_apart`] and [`reverse`].

mod agreement;
pub mod blocking;
mod cluster;
mod compare;
mod dictionary;
mod duplicates;
mod em;
mod evidence;
mod keyed;
mod links;
mod merge;
mod model;
mod people;
mod reading;
pub mod scheme;
mod score;
mod standing;
mod sure;
mod suspicion;
#[cfg(test)]
mod tests;

pub use agreement::{Comparator, Level, MOST_FIELDS, Pattern};
pub use blocking::{Bounds, CutBlock, PassReport, Stopped, Tick};
pub use cluster::{Question, questions};
pub use duplicates::{Applied, Duplicate, DuplicateReason, Duplicates, DuplicatesError, duplicates, steps, train_on};
pub use em::{Training, train};
pub use evidence::{Evidence, EvidenceCode, Record, Weight, evidence};
pub use keyed::{Key, Keyed, keyed};
pub use links::{Link, LinkError, Said, SharedKey, Sharing, apart, latest, link, links, merge, reverse, tell_apart};
pub(crate) use links::{merge_in, reverse_in, tell_apart_in};
pub use merge::{Choices, Chosen, Detail, LinkKind, Refusal, Winner};
pub use model::{Chances, Model, ModelError, Step};
pub use people::{Gathering, People};
pub use scheme::Scheme;
pub(crate) use score::score_of;
pub use score::{NoScore, Score};
pub use standing::{Answers, Cluster, answers};
pub use sure::{Known, Likeness, Rank, are_surely_one};
pub use suspicion::{Search, Suspicion, suspicions};
