//! What holds whatever happens: small tables of few people, imported in any order, decided, advanced, merged, told apart
//! and taken back at random, and now and then two of these at one instant.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::{collection::vec, prelude::*, sample::select};
use satu_backend::Backend;
use satu_core::{
    account::{AccountAnswer, Policy, Proof, RegisterError, Registration, SettleError, register},
    application::{self, Application, IdentifierState},
    id::{ApplicationId, BatchId, LinkId, QuestionId},
    identity::IdentifierKind,
    import::{self, Action, Batch, BatchState, ImportError, Outcome, Progress, ReviewFilter},
    lifecycle::{LifecycleError, Stage, Status, SubState, fold_days},
    linking::{self, Choices, Detail, Link, LinkError, LinkKind, Said, Sharing, Winner},
    store::Store,
};
use satu_tests::{
    applicants::{Applicant, applicant},
    desk::{Desk, accounts, stands},
    engines::Engine,
};

/// One thing that happens at the desk. Numbers choose among what is there, counted round and round.
#[derive(Debug, Clone)]
enum Step {
    /// A file comes; each doubtful row of the draft is decided, or left.
    Import { portal: &'static str, people: Vec<Applicant>, decisions: Vec<Action> },
    /// A file that came before comes again.
    Again(usize),
    /// A row of the queue is settled.
    Settle(usize, Action),
    /// An import is taken back.
    Undo(usize),
    /// Somebody's status changes.
    Record(usize, Stage, SubState),
    /// Somebody is merged into somebody, with all of her values or none.
    Merge(usize, usize, bool),
    /// Two are told apart, who share what both have, or do not.
    Apart(usize, usize, Sharing),
    /// What was said of two is taken back.
    Reverse(usize),
    /// Somebody registers: a number, an address, whether it is proven, and her name.
    Register(&'static str, Option<&'static str>, bool, &'static str),
    /// HR answers what is asked about an account.
    Answer(usize, AccountAnswer),
    /// An answer about an account is taken back.
    TakeBack(usize),
    /// What the funnel counts is added to its days.
    Fold,
    /// Two of these at one instant, through two other processes.
    AtOnce(Box<Self>, Box<Self>),
}

/// Few names, numbers and addresses, so that they meet: two are one person's, two a rhyme, one is nobody's.
fn person() -> impl Strategy<Value = Applicant> {
    (
        select(&["Siti Aminah", "SITI AMINAH, S.Pd.", "Rina Wulandari", "Rini Wulandari", "Dewi", "-"][..]),
        select(&["081234567801", "+62 812-3456-7802", "081234567803 / 081234567801", "1500888", ""][..]),
        select(&["satu@example.com", "Dua@example.com", "tiga@example.id", "x_1@indeedemail.com", ""][..]),
        select(&["1998-04-12", "1999-01-01", "", ""][..]),
        select(&["R-1", "R-2", "", "", ""][..]),
    )
        .prop_map(|(name, phone, email, born, reference)| applicant(name, phone, email).born(born).reference(reference))
}

fn action() -> impl Strategy<Value = Action> {
    select(&[Action::Same, Action::Different, Action::Shared, Action::Discard, Action::Later][..])
}

fn step() -> impl Strategy<Value = Step> {
    let at_once = (one_step(), one_step()).prop_map(|(one, other)| Step::AtOnce(Box::new(one), Box::new(other)));
    prop_oneof![5 => one_step(), 1 => at_once]
}

fn one_step() -> impl Strategy<Value = Step> {
    let import = (select(&["glints", "jobstreet", "indeed"][..]), vec(person(), 1..6), vec(action(), 6))
        .prop_map(|(portal, people, decisions)| Step::Import { portal, people, decisions });
    let record = (
        any::<usize>(),
        select(&[Stage::Screening, Stage::InterviewHr, Stage::OnboardedRegular][..]),
        select(&[SubState::Active, SubState::Rejected, SubState::Resigned][..]),
    );
    let register = (
        select(&["+6281234567801", "+6281234567802", "+6281234567803", "+6281234567899"][..]),
        select(&[Some("satu@example.com"), Some("dua@example.com"), Some("empat@example.id"), None][..]),
        any::<bool>(),
        select(&["Siti Aminah", "Rina Wulandari", "Dewi"][..]),
    );
    let apart = (any::<usize>(), any::<usize>(), select(&[Sharing::Unsaid, Sharing::Family][..]));
    prop_oneof![
        2 => register.prop_map(|(phone, email, proven, name)| Step::Register(phone, email, proven, name)),
        1 => (any::<usize>(), select(AccountAnswer::ALL)).prop_map(|(which, answer)| Step::Answer(which, answer)),
        1 => any::<usize>().prop_map(Step::TakeBack),
        5 => import,
        1 => Just(Step::Fold),
        2 => any::<usize>().prop_map(Step::Again),
        3 => (any::<usize>(), action()).prop_map(|(which, action)| Step::Settle(which, action)),
        2 => any::<usize>().prop_map(Step::Undo),
        1 => record.prop_map(|(who, stage, sub_state)| Step::Record(who, stage, sub_state)),
        2 => any::<(usize, usize, bool)>().prop_map(|(into, other, all)| Step::Merge(into, other, all)),
        2 => apart.prop_map(|(one, other, sharing)| Step::Apart(one, other, sharing)),
        2 => any::<usize>().prop_map(Step::Reverse),
    ]
}

/// So many days, or `PROPTEST_CASES` of them.
fn days(usual: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual);
    ProptestConfig { cases, max_shrink_iters: 400, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(days(60))]

    #[test]
    fn no_order_of_events_breaks_a_promise(steps in vec(step(), 1..9)) {
        day(Engine::Sqlite, &steps);
    }
}

// The same rules over engines that take longer to begin a day.
proptest! {
    #![proptest_config(days(12))]

    #[test]
    fn nor_does_it_on_postgresql(steps in vec(step(), 1..9)) {
        day(Engine::Postgres, &steps);
    }

    #[test]
    fn nor_does_it_on_mariadb(steps in vec(step(), 1..9)) {
        day(Engine::MySql, &steps);
    }

    #[test]
    fn nor_does_it_on_a_cluster(steps in vec(step(), 1..9)) {
        day(Engine::Galera, &steps);
    }
}

fn day(engine: Engine, steps: &[Step]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut day = Day::on(engine).await;
        for step in steps {
            day.happens(step).await;
            day.desk.all_is_well().await;
        }
        for other in &day.others {
            other.store().close().await;
        }
        day.desk.finish().await;
    });
}

/// One of some, counted round and round.
fn at<T>(all: &[T], which: usize) -> Option<&T> {
    all.get(which % all.len().max(1))
}

/// An act that is about to be carried out beside another one: what it is about was chosen while nobody did anything.
enum Act {
    Commit(BatchId),
    Settle(BatchId, u32, Action, Option<ApplicationId>),
    Undo(BatchId),
    Record(ApplicationId, Status),
    Merge(ApplicationId, ApplicationId, Choices),
    Apart(ApplicationId, ApplicationId, Sharing),
    Reverse(LinkId),
    Register(Registration<'static>),
    Answer(QuestionId, AccountAnswer),
    TakeBack(QuestionId),
    Fold,
}

/// What the day goes on with.
enum Came {
    Committed(Box<Batch>),
    Said(Box<Link>),
    Nothing,
}

impl From<Result<Link, LinkError>> for Came {
    fn from(said: Result<Link, LinkError>) -> Self {
        match said {
            Ok(link) => Self::Said(Box::new(link)),
            // Who was there is merged or taken back by now.
            Err(LinkError::Refused(_) | LinkError::UnknownApplication(_)) => Self::Nothing,
            Err(other) => panic!("{other}"),
        }
    }
}

/// Carries an act out, whatever another one does meanwhile: it is done, or refused in a way that is documented.
async fn carried_out(store: &Store, act: Option<Act>) -> Came {
    let progress = Progress::default();
    match act {
        Some(Act::Commit(draft)) => match import::commit(store, draft, "hr", &progress).await {
            Ok(done) => return Came::Committed(Box::new(done)),
            Err(ImportError::Contended(_)) => {}
            Err(other) => panic!("{other}"),
        },
        Some(Act::Settle(batch, row, action, named)) => {
            match import::settle(store, batch, row, action, named, "hr").await {
                Ok(_) | Err(ImportError::Decision { .. } | ImportError::Decided { .. } | ImportError::Contended(_)) => {
                }
                Err(other) => panic!("{action}: {other}"),
            }
        }
        Some(Act::Undo(batch)) => drop(import::undo(store, batch, &progress).await.unwrap()),
        Some(Act::Record(who, status)) => match stands(store, who, status, "hr").await {
            Ok(_) | Err(LifecycleError::UnknownApplication(_)) => {}
            Err(other) => panic!("{other}"),
        },
        Some(Act::Merge(into, other, choices)) => {
            return linking::merge(store, saying(), into, other, &choices).await.into();
        }
        Some(Act::Apart(one, other, sharing)) => {
            return linking::tell_apart(store, saying(), one, other, sharing).await.into();
        }
        Some(Act::Reverse(event)) => return linking::reverse(store, saying(), event).await.into(),
        Some(Act::Register(registration)) => match register(store, registration, Policy::default()).await {
            Ok(_) | Err(RegisterError::Contended) => {}
            Err(other) => panic!("{other}"),
        },
        Some(Act::Answer(question, answer)) => {
            match accounts(store, Policy::default()).answer(question, answer, "hr").await {
                Ok(_) | Err(SettleError::Answered | SettleError::Taken | SettleError::Link(_)) => {}
                Err(other) => panic!("{other}"),
            }
        }
        Some(Act::TakeBack(question)) => match accounts(store, Policy::default()).take_back(question, "hr").await {
            Ok(_) | Err(SettleError::Open | SettleError::Kept(_) | SettleError::Link(_)) => {}
            Err(other) => panic!("{other}"),
        },
        Some(Act::Fold) => drop(fold_days(store).await.unwrap()),
        None => {}
    }
    Came::Nothing
}

/// What HR says of two, with an event of its own.
fn saying() -> Said<'static> {
    Said { event: LinkId::mint(), actor: "hr", reason: None }
}

/// All of somebody's values, or none.
fn choices(all: bool) -> Choices {
    let fields = if all { Detail::ALL } else { &[] };
    fields.iter().map(|field| (*field, Winner::Other)).collect()
}

/// Somebody who registers.
fn registering(
    phone: &'static str,
    email: Option<&'static str>,
    proven: bool,
    full_name: &'static str,
) -> Registration<'static> {
    let email_proven = proven && email.is_some();
    let (proof, pin_hash) = (Proof::Code, "$argon2id$");
    Registration { phone, proof, email, email_proven, full_name, birth_date: None, pin_hash }
}

/// Identifiers by their kinds and values.
type Keys = BTreeSet<(IdentifierKind, String)>;

/// What these have; where a state is given, what is in it.
fn keys<'a>(people: impl IntoIterator<Item = &'a Application>, state: Option<IdentifierState>) -> Keys {
    let all = people.into_iter().flat_map(|one| &one.identifiers);
    all.filter(|one| state.is_none_or(|state| one.state == state)).map(|one| (one.kind, one.value.clone())).collect()
}

/// Two whole applications; none where one is not there any more.
type Both = [Option<Application>; 2];

/// What has happened so far.
struct Day {
    desk: Desk,
    /// Two other processes, of a cluster at two other nodes, once they are wanted.
    others: Vec<Backend>,
    files: Vec<(&'static str, Vec<Applicant>)>,
    committed: Vec<Batch>,
    said: Vec<Link>,
    /// The two of each merge, before it and after it.
    merges: BTreeMap<LinkId, (Both, Both)>,
}

impl Day {
    async fn on(engine: Engine) -> Self {
        let desk = Desk::on(engine).await;
        let (others, files, committed, said) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { desk, others, files, committed, said, merges: BTreeMap::new() }
    }

    async fn happens(&mut self, step: &Step) {
        match step {
            Step::Import { portal, people, decisions } => {
                self.import(portal, people, decisions).await;
                self.files.push((portal, people.clone()));
                self.comes_again(self.files.len() - 1).await;
            }
            Step::Again(which) if !self.files.is_empty() => {
                let (portal, people) = self.files[which % self.files.len()].clone();
                self.import(portal, &people, &[]).await;
            }
            Step::Settle(which, action) => self.settle(*which, *action).await,
            Step::Undo(which) if !self.committed.is_empty() => {
                let batch = self.committed[which % self.committed.len()].clone();
                let before = self.desk.people().await.len() as u64;
                let was = import::batch(self.desk.store(), batch.id).await.unwrap().state;
                let report = self.desk.undo(&batch).await.undo.unwrap();
                let removed = if was == BatchState::Committed { report.removed } else { 0 };
                assert_eq!(self.desk.people().await.len() as u64, before - removed, "it removes what it says");
            }
            Step::Record(who, stage, sub_state) => {
                let people = self.desk.people().await;
                if let Some(her) = people.get(who % people.len().max(1)) {
                    let status = Status { stage: *stage, sub_state: *sub_state };
                    stands(self.desk.store(), her.id, status, "hr").await.unwrap();
                }
            }
            Step::Merge(into, other, all) => {
                let people = self.desk.people().await;
                if let (Some(into), Some(other)) = (at(&people, *into), at(&people, *other)) {
                    let merged = linking::merge(self.desk.store(), saying(), into.id, other.id, &choices(*all)).await;
                    if let Ok(link) = &merged {
                        let before = [Some(into.clone()), Some(other.clone())];
                        self.merges.insert(link.id, (before, self.both(link).await));
                    }
                    self.said(&people, merged, -1, &Keys::new()).await;
                }
            }
            Step::Apart(one, other, sharing) => {
                let people = self.desk.people().await;
                if let (Some(one), Some(other)) = (at(&people, *one), at(&people, *other)) {
                    let apart = linking::tell_apart(self.desk.store(), saying(), one.id, other.id, *sharing).await;
                    let familys = *sharing == Sharing::Family && apart.is_ok();
                    let common = if familys { &keys([one], None) & &keys([other], None) } else { Keys::new() };
                    self.said(&people, apart, 0, &common).await;
                }
            }
            Step::Reverse(which) => {
                let people = self.desk.people().await;
                if let Some(link) = at(&self.said, *which).cloned() {
                    let now = self.both(&link).await;
                    // Where nobody has touched either since, nothing of the merge is left.
                    let before = self.merges.get(&link.id).filter(|(_, after)| *after == now);
                    let before = before.map(|(before, _)| before.clone());
                    let back = self.desk.reverse(&link).await;
                    if let (Ok(_), Some(before)) = (&back, before) {
                        assert_eq!(self.both(&link).await, before, "both are exactly as they were");
                    }
                    self.said(&people, back, i64::from(link.kind == LinkKind::Merged), &Keys::new()).await;
                }
            }
            Step::Register(phone, email, email_proven, full_name) => {
                self.register(registering(phone, *email, *email_proven, full_name)).await;
            }
            Step::Answer(which, answer) => self.answer(*which, *answer).await,
            Step::TakeBack(which) => self.take_back(*which).await,
            Step::Fold => drop(fold_days(self.desk.store()).await.unwrap()),
            Step::AtOnce(one, other) => self.at_once(one, other).await,
            Step::Again(_) | Step::Undo(_) => {}
        }
    }

    /// Two things are done at one instant. What came of them is not looked at beyond what must never be: in which order they came is anybody's guess.
    async fn at_once(&mut self, one: &Step, other: &Step) {
        if self.others.is_empty() {
            self.others = vec![self.desk.another().await, self.desk.another().await];
        }
        let acts = (self.ready(one).await, self.ready(other).await);
        let [here, there] = self.others.as_slice() else { panic!("two others") };
        let (one, other) = tokio::join!(carried_out(here.store(), acts.0), carried_out(there.store(), acts.1));
        for came in [one, other] {
            match came {
                Came::Committed(batch) => self.committed.push(*batch),
                Came::Said(link) => self.said.push(*link),
                Came::Nothing => {}
            }
        }
    }

    /// A step that only has to be carried out: a file is read, planned and decided. None where there is nothing that it could be about.
    async fn ready(&mut self, step: &Step) -> Option<Act> {
        let all = self.desk.people().await;
        let somebody = |which: &usize| at(&all, *which).map(|her| her.id);
        Some(match step {
            Step::Import { portal, people, decisions } => {
                self.files.push((portal, people.clone()));
                Act::Commit(self.drafted(portal, people, decisions).await.id)
            }
            Step::Again(which) => {
                let (portal, people) = at(&self.files, *which)?.clone();
                Act::Commit(self.drafted(portal, &people, &[]).await.id)
            }
            Step::Settle(which, action) => {
                let (batch, row, named, _) = self.waiting(*which, *action).await?;
                Act::Settle(batch, row, *action, named)
            }
            Step::Undo(which) => Act::Undo(at(&self.committed, *which)?.id),
            Step::Record(who, stage, sub_state) => {
                Act::Record(somebody(who)?, Status { stage: *stage, sub_state: *sub_state })
            }
            Step::Merge(into, other, all) => Act::Merge(somebody(into)?, somebody(other)?, choices(*all)),
            Step::Apart(one, other, sharing) => Act::Apart(somebody(one)?, somebody(other)?, *sharing),
            Step::Reverse(which) => Act::Reverse(at(&self.said, *which)?.id),
            Step::Register(phone, email, proven, name) => Act::Register(registering(phone, *email, *proven, name)),
            Step::Answer(which, answer) => {
                let asked = accounts(self.desk.store(), Policy::default()).questions(None, 100).await.unwrap();
                Act::Answer(at(&asked, *which)?.id, *answer)
            }
            Step::TakeBack(which) => Act::TakeBack(*at(&self.answered().await, *which)?),
            Step::Fold => Act::Fold,
            Step::AtOnce(..) => return None,
        })
    }

    /// The two that something was said of, whole.
    async fn both(&self, link: &Link) -> Both {
        let store = self.desk.store();
        [application::get(store, link.application).await.unwrap(), application::get(store, link.other).await.unwrap()]
    }

    /// One account of a number, whoever comes; nobody but a fresh one is made, and nobody is lost but who is merged.
    async fn register(&self, registration: Registration<'_>) {
        let before = self.desk.people().await;
        let done = register(self.desk.store(), registration, Policy::default()).await.unwrap();
        let after = self.desk.people().await;
        let again = register(self.desk.store(), registration, Policy::default()).await.unwrap();
        assert_eq!((again.account, again.application, again.first), (done.account, done.application, false));
        assert_eq!(self.desk.people().await, after, "registering again changes nothing");
        if !done.first {
            assert_eq!(after, before);
        }
        let hers = after.iter().find(|one| one.user_id == Some(done.account.0)).map(|one| one.id);
        assert_eq!(hers, done.application);
        assert!(hers.is_some() || !done.asked.is_empty(), "what is in doubt is asked");
        let fresh = hers.is_some_and(|hers| before.iter().all(|one| one.id != hers));
        let made = after.len() as i64 - before.len() as i64;
        assert!(if fresh { made == 1 } else { made == 0 || made == -1 }, "{made} more");
    }

    async fn answer(&self, which: usize, answer: AccountAnswer) {
        let accounts = accounts(self.desk.store(), Policy::default());
        let asked = accounts.questions(None, 100).await.unwrap();
        let Some(question) = at(&asked, which) else { return };
        let before = self.desk.people().await;
        match accounts.answer(question.id, answer, "hr").await {
            Ok(done) => assert!(done.application.is_some() || !done.asked.is_empty(), "she has one, or it is asked on"),
            Err(SettleError::Taken | SettleError::Link(_)) => {
                assert_eq!(self.desk.people().await, before, "refused, it changes nothing");
            }
            Err(other) => panic!("{other}"),
        }
    }

    /// The questions about accounts whose answers stand, the newest answer first.
    async fn answered(&self) -> Vec<QuestionId> {
        let said = accounts(self.desk.store(), Policy::default()).answers(None, 100).await.unwrap();
        said.into_iter().filter(|one| one.reversed_by.is_none()).map(|one| one.question).collect()
    }

    /// What is taken back is asked again, and nobody is lost by it, nor anything that a file brought.
    async fn take_back(&self, which: usize) {
        let Some(question) = at(&self.answered().await, which).copied() else { return };
        let accounts = accounts(self.desk.store(), Policy::default());
        let before = self.desk.people().await;
        let back = accounts.take_back(question, "hr").await;
        let after = self.desk.people().await;
        match back {
            Ok(done) => {
                assert!(!done.asked.is_empty());
                let asked = accounts.questions(None, 100).await.unwrap();
                assert!(asked.iter().any(|one| one.id == question), "it is asked again");
                assert!(after.len() >= before.len(), "nobody is lost");
                let doors = |people: &[Application]| people.iter().map(|one| one.sources.len()).sum::<usize>();
                assert_eq!(doors(&after), doors(&before), "every source is shown");
            }
            Err(SettleError::Kept(_) | SettleError::Link(_)) => {
                assert_eq!(after, before, "refused, it changes nothing")
            }
            Err(other) => panic!("{other}"),
        }
    }

    /// Keeps what was said; nobody is lost or made by it, but those who become one, or two again. What a family has in `common` keys nobody from then on.
    async fn said(&mut self, before: &[Application], said: Result<Link, LinkError>, more: i64, common: &Keys) {
        let after = self.desk.people().await;
        let (keyed, keep) = (keys(before, Some(IdentifierState::Key)), keys(&after, Some(IdentifierState::Key)));
        let familys = &keyed & common;
        assert_eq!(keep, &keyed - &familys, "every other key leads to somebody in the list");
        assert!(keys(&after, Some(IdentifierState::Shared)).is_superset(&familys), "a family shares {familys:?}");
        let doors = |people: &[Application]| people.iter().map(|one| one.sources.len()).sum::<usize>();
        assert_eq!(doors(&after), doors(before), "every source is shown");
        match said {
            Ok(link) => {
                assert_eq!(after.len() as i64, before.len() as i64 + more);
                self.said.push(link);
            }
            Err(LinkError::Refused(_)) => assert_eq!(after, before, "refused, it changes nothing"),
            Err(other) => panic!("{other}"),
        }
    }

    /// A file is read; each doubtful row of it is decided, or left.
    async fn drafted(&self, portal: &str, people: &[Applicant], decisions: &[Action]) -> Batch {
        let draft = self.desk.draft(portal, people).await;
        assert_eq!(draft.counts.total(), draft.rows);
        assert_eq!(draft.rows as usize, people.len(), "no row is lost");
        let doubtful = self.desk.rows(&draft).await.into_iter().filter(|row| row.outcome == Outcome::Review);
        for (row, action) in doubtful.zip(decisions) {
            match self.desk.decide(&draft, &[row.row], *action).await {
                Ok(_) | Err(ImportError::Decision { .. }) => {}
                Err(other) => panic!("row {} {action}: {other}", row.row),
            }
        }
        draft
    }

    async fn import(&mut self, portal: &str, people: &[Applicant], decisions: &[Action]) {
        let before = self.desk.people().await.len() as u64;
        let draft = self.drafted(portal, people, decisions).await;
        let done = self.desk.commit(&draft).await;
        let rows = self.desk.rows(&done).await;
        let apart = rows
            .iter()
            .filter(|row| {
                row.decision.as_ref().is_some_and(|one| matches!(one.action, Action::Different | Action::Shared))
            })
            .filter(|row| row.application.is_some())
            .count() as u64;
        let after = self.desk.people().await.len() as u64;
        assert!(after >= before + done.counts.new, "who is new is there");
        assert!(after <= before + done.counts.new + apart, "nobody else is");
        self.committed.push(done);
    }

    /// A file that comes again brings nothing.
    async fn comes_again(&mut self, which: usize) {
        let (portal, people) = self.files[which].clone();
        let before = self.desk.all_is_well().await;
        let batch = self.desk.import(portal, &people).await;
        let outcomes = self.desk.outcomes(&batch).await;
        assert!(outcomes.iter().all(|one| one == "repeat" || one.starts_with("rejected")), "{outcomes:?}");
        assert_eq!(self.desk.all_is_well().await, before);
    }

    /// A row of the queue, whom somebody who says that it is the same names, and how many wait.
    async fn waiting(&self, which: usize, action: Action) -> Option<(BatchId, u32, Option<ApplicationId>, u64)> {
        let (queue, total) =
            import::review_page(self.desk.store(), &ReviewFilter::default(), None, 1_000).await.unwrap();
        assert_eq!(queue.len() as u64, total);
        let one = at(&queue, which)?;
        let named = at(&one.row.matches, which / 7).and_then(|other| other.application);
        Some((one.batch.id, one.row.row, named.filter(|_| action == Action::Same), total))
    }

    async fn settle(&self, which: usize, action: Action) {
        let Some((batch, row, named, total)) = self.waiting(which, action).await else { return };
        match import::settle(self.desk.store(), batch, row, action, named, "hr").await {
            Ok(settled) => {
                let stays = u64::from(action == Action::Later);
                assert_eq!(self.desk.waiting().await, total - 1 + stays);
                assert_eq!(settled.row.application.is_some(), !matches!(action, Action::Later | Action::Discard));
            }
            Err(ImportError::Decision { .. }) => assert_eq!(self.desk.waiting().await, total, "refused, it waits on"),
            Err(other) => panic!("{action}: {other}"),
        }
    }
}
