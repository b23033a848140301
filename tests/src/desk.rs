//! An HR desk with a database of its own: portal files are typed in as text, imported the way every shell imports them, and looked at.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};

use satu_backend::{
    Backend, Config,
    describe::Description,
    intake::{IntakeError, LocalFile, Opened, Wish},
};
use satu_core::{
    account::{Accounts, Policy},
    application::{self, Application, Filter},
    credential::{Hasher, Keys},
    id::{ApplicationId, LinkId},
    import::{self, Action, Batch, BatchState, Progress, Review, ReviewFilter, RowView, Which},
    lifecycle::{self, Act, Change, LifecycleError, Moved, Reason, ReasonGroup, Status, SubState},
    linking::{self, Detail, Link, LinkError, Said, Sharing, Winner},
    outreach::{self, Outreach},
    staff::Team,
    store::Store,
    time::Clock,
};
use sqlx::AnyConnection;
use tempfile::TempDir;

use crate::{
    applicants::{Applicant, table},
    engines::{self, Engine},
    ledger::{self, Ledger},
};

/// A clock that is so many hours ahead of the machine's, or behind it.
#[must_use]
pub fn clock_ahead() -> (Clock, Arc<AtomicI64>) {
    let ahead = Arc::new(AtomicI64::new(0));
    let hours = Arc::clone(&ahead);
    let now = move || Timestamp::now() + SignedDuration::from_hours(hours.load(Ordering::Relaxed));
    (Clock::from_fn(now), ahead)
}

/// A clock that stands still, and is moved by so many seconds, ahead or back.
#[must_use]
pub fn clock_by_hand() -> (Clock, Arc<AtomicI64>) {
    let (began, moved) = (Timestamp::now(), Arc::new(AtomicI64::new(0)));
    let seconds = Arc::clone(&moved);
    let now = move || began + SignedDuration::from_secs(seconds.load(Ordering::Relaxed));
    (Clock::from_fn(now), moved)
}

/// A desk: one HR person, one database.
pub struct Desk {
    backend: Backend,
    database: String,
    folder: TempDir,
    /// How many others were asked for.
    others: AtomicUsize,
}

impl Desk {
    /// A desk with an empty database in a file.
    ///
    /// # Panics
    /// When the database cannot be made.
    pub async fn open() -> Self {
        Self::on(Engine::Sqlite).await
    }

    /// A desk with an empty database of an engine.
    ///
    /// # Panics
    /// When the database cannot be made.
    pub async fn on(engine: Engine) -> Self {
        Self::on_with(engine, Clock::system()).await
    }

    /// A desk with an empty database of an engine, where the time is told by a clock.
    ///
    /// # Panics
    /// When the database cannot be made.
    pub async fn on_with(engine: Engine, clock: Clock) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = engine.database(folder.path()).await;
        Self::in_folder(folder, database, clock).await
    }

    /// A desk with the database of a server's URL.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn at(database: &str) -> Self {
        Self::in_folder(tempfile::tempdir().expect("a folder"), database.to_owned(), Clock::system()).await
    }

    async fn in_folder(folder: TempDir, database: String, clock: Clock) -> Self {
        let backend = backend(folder.path(), &database, clock).await;
        Self { backend, database, folder, others: AtomicUsize::new(0) }
    }

    /// Another process at the same database; of a cluster, through another node each time.
    pub async fn another(&self) -> Backend {
        let nodes_away = self.others.fetch_add(1, Ordering::Relaxed) + 1;
        let clock = self.store().clock().clone();
        backend(self.folder.path(), &engines::elsewhere(&self.database, nodes_away), clock).await
    }

    /// The URL of the database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.database
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        self.backend.store()
    }

    /// The way of a file into the store.
    #[must_use]
    pub fn intake(&self) -> &satu_backend::intake::Intake {
        self.backend.intake()
    }

    /// A connection of our own to the tables, past the program.
    pub async fn tables(&self) -> AnyConnection {
        ledger::at(&self.database).await
    }

    /// Drops a file of some applicants of a portal; the draft is ready.
    ///
    /// # Panics
    /// When it cannot be read, or is taken for another portal's.
    pub async fn draft(&self, portal: &str, applicants: &[Applicant]) -> Batch {
        let (batch, _) = self.drop_text(&table(portal, applicants), &Wish::default()).await.expect("the file is read");
        assert_eq!((batch.portal.as_str(), batch.state), (portal, BatchState::Ready));
        batch
    }

    /// Drops a file with some text in it.
    ///
    /// # Errors
    /// It cannot be read.
    ///
    /// # Panics
    /// When it cannot be written.
    pub async fn drop_text(&self, text: &str, wish: &Wish) -> Result<(Batch, Description), IntakeError> {
        let path = self.folder.path().join("pelamar.csv");
        std::fs::write(&path, text).expect("a file");
        stage(&self.backend, &LocalFile::at(&path), wish).await
    }

    /// Commits a draft. Whatever it says must be what the draft said, unless somebody discarded a row of it.
    ///
    /// # Panics
    /// When it cannot be committed.
    pub async fn commit(&self, draft: &Batch) -> Batch {
        let rows = self.rows(draft).await;
        let discarded =
            rows.iter().filter(|row| row.decision.as_ref().is_some_and(|one| one.action == Action::Discard)).count();
        let before = import::batch(self.store(), draft.id).await.expect("it is there").counts;
        let done = import::commit(self.store(), draft.id, "hr", &Progress::default()).await.expect("it is committed");
        if discarded == 0 {
            assert_eq!(done.counts, before, "the preview's counts are the commit's");
        }
        assert_eq!(done.state, BatchState::Committed);
        done
    }

    /// Drops and commits a file of some applicants of a portal.
    pub async fn import(&self, portal: &str, applicants: &[Applicant]) -> Batch {
        let draft = self.draft(portal, applicants).await;
        self.commit(&draft).await
    }

    /// Imports a file of some applicants of a portal without a draft, as `satu import` does.
    ///
    /// # Panics
    /// When it cannot be imported in one go.
    pub async fn import_in_one_go(&self, portal: &str, applicants: &[Applicant]) -> Batch {
        let path = self.folder.path().join("pelamar.csv");
        std::fs::write(&path, table(portal, applicants)).expect("a file");
        let (intake, file) = (self.intake(), LocalFile::at(&path));
        let progress = Progress::default();
        let opened = intake.open(&file, &Wish::default(), &progress).await;
        let Opened { survey, source } = opened.expect("the file is read");
        let description = Description::of(&source, survey);
        let new = intake.batch(&file, &description, false).await.expect("the file is read");
        let imported = intake.import_now(&new, source, &description.layout, &progress).await;
        imported.expect("it is imported").expect("nobody else writes")
    }

    /// Takes an import back.
    ///
    /// # Panics
    /// When it cannot be undone.
    pub async fn undo(&self, batch: &Batch) -> Batch {
        let undone = import::undo(self.store(), batch.id, &Progress::default()).await.expect("it is undone");
        assert_eq!(undone.state, BatchState::Undone);
        undone
    }

    /// Decides some rows of a draft.
    ///
    /// # Errors
    /// The action does not fit.
    pub async fn decide(&self, draft: &Batch, rows: &[u32], action: Action) -> import::Result<u64> {
        import::decide(self.store(), draft.id, &Which::Rows(rows.to_vec()), action, None, "hr", &Progress::default())
            .await
    }

    /// Settles a row of the queue.
    ///
    /// # Errors
    /// The action does not fit, or somebody was quicker.
    pub async fn settle(&self, batch: &Batch, row: u32, action: Action) -> import::Result<Review> {
        import::settle(self.store(), batch.id, row, action, None, "hr").await
    }

    /// Merges `other` into `into`, choosing nothing.
    ///
    /// # Errors
    /// It is refused.
    pub async fn merge(&self, into: ApplicationId, other: ApplicationId) -> Result<Link, LinkError> {
        self.merge_choosing(into, other, &[]).await
    }

    /// Merges `other` into `into`, with the other's values of some fields.
    ///
    /// # Errors
    /// It is refused.
    pub async fn merge_choosing(
        &self,
        into: ApplicationId,
        other: ApplicationId,
        fields: &[Detail],
    ) -> Result<Link, LinkError> {
        let choices = fields.iter().map(|field| (*field, Winner::Other)).collect();
        linking::merge(self.store(), said(), into, other, &choices).await
    }

    /// Tells two apart.
    ///
    /// # Errors
    /// It is refused.
    pub async fn tell_apart(&self, one: ApplicationId, other: ApplicationId) -> Result<Link, LinkError> {
        linking::tell_apart(self.store(), said(), one, other, Sharing::Unsaid).await
    }

    /// Takes a merge or a telling apart back.
    ///
    /// # Errors
    /// It is refused.
    pub async fn reverse(&self, link: &Link) -> Result<Link, LinkError> {
        linking::reverse(self.store(), said(), link.id).await
    }

    /// Every row of an import, each with everybody it may be.
    ///
    /// # Panics
    /// When there is no such import.
    pub async fn rows(&self, batch: &Batch) -> Vec<RowView> {
        import::rows_after(self.store(), batch.id, 0, 100_000).await.expect("rows")
    }

    /// The outcome of every row in one word, with the reason: `review shared_phone`.
    pub async fn outcomes(&self, batch: &Batch) -> Vec<String> {
        let word = |row: RowView| match row.reason {
            Some(reason) => format!("{} {reason}", row.outcome),
            None => row.outcome.to_string(),
        };
        self.rows(batch).await.into_iter().map(word).collect()
    }

    /// How many rows wait in the queue.
    ///
    /// # Panics
    /// When the queue cannot be read.
    pub async fn waiting(&self) -> u64 {
        import::review_page(self.store(), &ReviewFilter::default(), None, 1).await.expect("the queue").1
    }

    /// Every application, oldest first, whole.
    ///
    /// # Panics
    /// When they cannot be read.
    pub async fn people(&self) -> Vec<Application> {
        let mut people = Vec::new();
        let mut page = application::page(self.store(), &Filter::default(), None, 100_000).await.expect("applications");
        page.reverse();
        for one in page {
            people.push(self.person(one.id).await);
        }
        people
    }

    /// One application, whole.
    ///
    /// # Panics
    /// When there is none.
    pub async fn person(&self, id: ApplicationId) -> Application {
        application::get(self.store(), id).await.expect("the store answers").expect("she is there")
    }

    /// The one application of that name, whole.
    ///
    /// # Panics
    /// When there is none, or more than one.
    pub async fn named(&self, name: &str) -> Application {
        let all = self.people().await;
        let mut named = all.into_iter().filter(|one| one.fields.full_name.as_deref() == Some(name));
        let found = named.next().unwrap_or_else(|| panic!("nobody is called {name}"));
        assert!(named.next().is_none(), "two are called {name}");
        found
    }

    /// Where every row of an import went.
    pub async fn applications_of(&self, batch: &Batch) -> Vec<Option<ApplicationId>> {
        self.rows(batch).await.into_iter().map(|row| row.application).collect()
    }

    /// Every promise that the database makes is kept: what `satu doctor` would find, and what the tables say themselves.
    ///
    /// # Panics
    /// When one is broken.
    pub async fn all_is_well(&self) -> Ledger {
        let findings = self.store().check().await;
        assert!(findings.is_empty(), "{findings:?}");
        let file = &mut self.tables().await;
        for (promise, broken) in ledger::PROMISES {
            assert_eq!(ledger::texts(file, broken).await, Vec::<String>::new(), "{promise}");
        }
        Ledger::read(file).await
    }

    /// The end of a story: all must be well.
    pub async fn finish(self) {
        self.all_is_well().await;
        self.store().close().await;
    }
}

/// What HR says of two, with an event of its own.
fn said() -> Said<'static> {
    Said { event: LinkId::mint(), actor: "hr", reason: Some("HR has looked at both") }
}

/// Reads and plans a file.
///
/// # Errors
/// It cannot be read.
pub async fn stage(backend: &Backend, file: &LocalFile, wish: &Wish) -> Result<(Batch, Description), IntakeError> {
    backend.intake().draft(file, wish, false, &Progress::default()).await
}

async fn backend(folder: &Path, database: &str, clock: Clock) -> Backend {
    let config = Config { database: database.to_owned(), actor: "hr".to_owned(), clock, ..Config::at(folder) };
    Backend::open(config).await.expect("the database opens")
}

/// Puts an application at a status, from wherever it stands, as a correction does.
///
/// # Errors
/// The store fails.
pub async fn stands(
    store: &Store,
    application: ApplicationId,
    status: Status,
    actor: &str,
) -> Result<Moved, LifecycleError> {
    let group = match status.sub_state {
        SubState::Active => None,
        SubState::Rejected => Some(ReasonGroup::Rejected),
        SubState::Resigned => Some(ReasonGroup::Resigned),
    };
    let mut reasons = vec![Reason::WrongReasons];
    reasons.extend(group.and_then(|group| Reason::of(group, status.stage).next()));
    let change = Change { act: Act::Correct(status), reasons: &reasons, seen: None, actor };
    lifecycle::change(store, application, change).await
}

/// The accounts of a store as a backend has them; every process of a test goes by the same secrets.
#[must_use]
pub fn accounts(store: &Store, policy: Policy) -> Accounts {
    let keys = Keys::new([1; 32], [2; 32]);
    Accounts::new(store.clone(), keys.clone(), Hasher::new(&keys), policy)
}

/// Those who work with a store as a backend has them; every process of a test goes by the same secrets.
#[must_use]
pub fn team(store: &Store) -> Team {
    let keys = Keys::new([1; 32], [2; 32]);
    Team::new(store.clone(), keys.clone(), Hasher::new(&keys))
}

/// The outreach of a store as a backend has it; every process of a test goes by the same secrets.
#[must_use]
pub fn outreach(store: &Store, policy: outreach::Policy) -> Outreach {
    let link = policy.link.or_else(|| Some("https://daftar.example.com/u/{token}".to_owned()));
    Outreach::new(store.clone(), Keys::new([1; 32], [2; 32]), outreach::Policy { link, ..policy })
}
