//! The suspected duplicates among the open applications of a store.

use std::collections::HashSet;

use serde::Serialize;
use uuid::Uuid;

use super::{
    Bounds, Gathering, Level, Model, PassReport, People, Question, Step, Stopped, Suspicion, Training,
    links::apart_in,
    model::{FIELDS, ModelError},
    questions, suspicions, train,
};
use crate::{
    id::ApplicationId,
    identity::IdentifierKind,
    import::{Cancelled, Progress},
    store::{
        self, Store, StoreError,
        people::{ContactRow, PersonRow},
    },
    words::words,
};

/// Applications in one page of the store.
const PAGE: u64 = 2000;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum DuplicatesError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The model cannot be worked with.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The caller stopped it.
    #[error("the search was cancelled")]
    Cancelled,
}

impl From<Cancelled> for DuplicatesError {
    fn from(Cancelled: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// An application as a duplicate is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Applied {
    /// The application.
    pub application: ApplicationId,
    /// The portal that it first came from.
    pub portal: String,
    /// The portal's own id.
    pub source_ref: Option<String>,
    /// Her name.
    pub full_name: String,
}

/// Two applications that may be one person's.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Duplicate {
    /// The earlier application.
    pub a: Applied,
    /// The later one.
    pub b: Applied,
    /// The probability, 0 to 1, that they are one person's.
    pub score: f64,
    /// Why: the steps from the prior to the score, whose weights add up to log2 of its odds.
    pub evidence: Vec<Step>,
}

words! {
    /// Why two applications were brought together.
    DuplicateReason {
        /// One number or address, and names that may be one person's.
        SameContact = "same_contact",
        /// One number or address under names that are not: perhaps one family.
        SharedContact = "shared_contact",
        /// No number or address in common: alike only.
        Likeness = "likeness",
    }
}

impl Duplicate {
    /// Why the two were brought together.
    #[must_use]
    pub fn reason(&self) -> DuplicateReason {
        let level = |field: &str| self.evidence.iter().find(|step| step.field == field).and_then(|step| step.level);
        let one_contact = ["phone", "email"].iter().any(|field| level(field) == Some(Level::Equal));
        let one_name = [Level::Equal, Level::Spelling, Level::Shorter, Level::Typing];
        match level("name") {
            _ if !one_contact => DuplicateReason::Likeness,
            Some(name) if one_name.contains(&name) => DuplicateReason::SameContact,
            _ => DuplicateReason::SharedContact,
        }
    }
}

/// What a search among applications found.
#[derive(Debug)]
pub struct Duplicates {
    /// The pairs, the likeliest first.
    pub pairs: Vec<Duplicate>,
    /// The same as questions: pairs that hang together are asked about at once. People are places in `applications`.
    pub questions: Vec<Question>,
    /// Every open application, by its number.
    pub applications: Vec<ApplicationId>,
    /// How many pairs were compared.
    pub compared: u64,
    /// What came of each pass.
    pub passes: Vec<PassReport>,
}

/// How many steps a search takes, for a progress bar: it reads every application and looks at it in every pass.
///
/// # Errors
/// The store fails.
pub async fn steps(store: &Store, model: &Model) -> Result<u64, DuplicatesError> {
    let mut reader = store.read().await?;
    let open = u64::try_from(store::people::count(&mut reader.connection()).await?).unwrap_or(0);
    Ok(open * (1 + model.scheme.passes.len() as u64))
}

/// Finds the pairs of open applications that reach `least`, 0 to 1, without those that people told apart. Nothing is changed: what is found is for
/// people to decide.
///
/// # Errors
/// The store fails, the scheme of the model cannot be worked with, or `progress` was cancelled.
pub async fn duplicates(
    store: &Store,
    model: &Model,
    least: f64,
    progress: &Progress,
) -> Result<Duplicates, DuplicatesError> {
    let (people, all) = everybody(store, model, progress).await?;
    let (model, counter) = (model.clone(), progress.clone());
    let (search, people, model) = off_thread(move || {
        let search = suspicions(&people, &model, least, Bounds::default(), &|done| going(&counter, done))?;
        Ok((search, people, model))
    })
    .await?;
    let found = unanswered(store, search.found.clone(), &all).await?;
    let pair = |one: &Suspicion| {
        let of = |person: u32| all.get(person as usize).cloned();
        let evidence = model.explain(&people, one.a, one.b);
        Some(Duplicate { a: of(one.a)?, b: of(one.b)?, score: one.score, evidence })
    };
    Ok(Duplicates {
        pairs: found.iter().filter_map(pair).collect(),
        questions: questions(&found),
        applications: all.iter().map(|one| one.application).collect(),
        compared: search.compared(),
        passes: search.passes,
    })
}

/// Leaves out what people have answered, also while the search went on: who is told apart, merged, or in the running no more.
async fn unanswered(
    store: &Store,
    mut found: Vec<Suspicion>,
    all: &[Applied],
) -> Result<Vec<Suspicion>, DuplicatesError> {
    let id = |person: u32| all.get(person as usize).map(|one| one.application);
    let ids: HashSet<Uuid> =
        found.iter().flat_map(|pair| [pair.a, pair.b]).filter_map(id).map(|ApplicationId(id)| id).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut reader = store.read().await?;
    let connection = &mut reader.connection();
    let open: HashSet<Uuid> = store::people::still_open(connection, &ids).await?.into_iter().map(|(id,)| id).collect();
    let apart = apart_in(connection).await?;
    found.retain(|pair| {
        let pair = id(pair.a).zip(id(pair.b));
        pair.is_some_and(|pair| open.contains(&pair.0.0) && open.contains(&pair.1.0) && !apart.contains(&pair))
    });
    Ok(found)
}

/// Learns a model from the open applications, beginning with `model`.
///
/// # Errors
/// As [`duplicates`].
pub async fn train_on(store: &Store, model: &Model, progress: &Progress) -> Result<Training, DuplicatesError> {
    let (people, _) = everybody(store, model, progress).await?;
    let (model, counter) = (model.clone(), progress.clone());
    off_thread(move || train(&people, &model, Bounds::default(), &|done| going(&counter, done))).await
}

/// Reads every open application.
async fn everybody(
    store: &Store,
    model: &Model,
    progress: &Progress,
) -> Result<(People, Vec<Applied>), DuplicatesError> {
    let mut gathering = Gathering::new(model.scheme.clone()).map_err(ModelError::from)?;
    let places = Places::of(model);
    let mut all = Vec::new();
    let mut after = None;
    loop {
        progress.check()?;
        // A reader of its own for each page: a long search holds back no writer's clean-up.
        let mut reader = store.read().await?;
        let connection = &mut reader.connection();
        let page = store::people::page(connection, after, PAGE).await?;
        let (Some(first), Some(last)) = (page.first(), page.last()) else { break };
        after = Some(last.id);
        let contacts = store::people::contacts(connection, first.id, last.id).await?;
        let merged = store::people::merged_contacts(connection, first.id, last.id).await?;
        progress.add(page.len());
        let (mut contacts, mut merged) = (contacts.as_slice(), merged.as_slice());
        for row in page {
            let hers = [of(&mut contacts, row.id), of(&mut merged, row.id)].concat();
            gathering.push(&places.cells(&row, &hers));
            let PersonRow { id, full_name, portal, source_ref, .. } = row;
            all.push(Applied { application: ApplicationId(id), portal, source_ref, full_name });
        }
    }
    Ok((gathering.done(), all))
}

/// Those of one application, of contacts in the order of their applications. Those of applications that are not open stand between.
fn of<'r>(rest: &mut &'r [ContactRow], application: Uuid) -> &'r [ContactRow] {
    let (_, from) = rest.split_at(rest.partition_point(|one| one.application_id < application));
    let (hers, behind) = from.split_at(from.partition_point(|one| one.application_id == application));
    *rest = behind;
    hers
}

/// Where the fields of an application stand in a scheme. One that the scheme does not know is not compared.
struct Places {
    name: Option<usize>,
    birth_date: Option<usize>,
    phone: Option<usize>,
    email: Option<usize>,
    city: Option<usize>,
    education: Option<usize>,
    gender: Option<usize>,
}

impl Places {
    fn of(model: &Model) -> Self {
        let [name, birth_date, phone, email, city, education, gender] = FIELDS.map(|name| model.scheme.field(name));
        Self { name, birth_date, phone, email, city, education, gender }
    }

    fn cells<'r>(&self, row: &'r PersonRow, contacts: &'r [ContactRow]) -> Vec<(usize, &'r str)> {
        let fields = [
            (self.name, Some(&row.full_name)),
            (self.birth_date, row.birth_date.as_ref()),
            (self.city, row.location.as_ref()),
            (self.education, row.education_level.as_ref()),
            (self.gender, row.gender.as_ref()),
        ];
        let contacts = contacts.iter().map(|contact| match IdentifierKind::from_word(&contact.kind) {
            Some(IdentifierKind::Phone) => (self.phone, Some(&contact.value)),
            Some(IdentifierKind::Email) => (self.email, Some(&contact.value)),
            None => (None, None),
        });
        fields.into_iter().chain(contacts).filter_map(|(place, cell)| Some((place?, cell?.as_str()))).collect()
    }
}

/// Counts, and says whether to go on.
fn going(progress: &Progress, done: u64) -> bool {
    progress.add(usize::try_from(done).unwrap_or(usize::MAX));
    progress.check().is_ok()
}

/// Works beside the runtime, which has others to serve.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Stopped> + Send + 'static,
) -> Result<T, DuplicatesError> {
    // A thread that panicked was told on standard error; there is nothing to give.
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(Stopped)) | Err(_) => Err(DuplicatesError::Cancelled),
    }
}
