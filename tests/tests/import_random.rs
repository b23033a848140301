//! What holds whatever happens: small tables of few people, imported in any order, decided, advanced, merged, told apart
//! and taken back at random.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*, sample::select};
use satu_core::{
    account::{AccountAnswer, Policy, Proof, Registration, SettleError, register},
    application::{Application, IdentifierState},
    import::{self, Action, Batch, BatchState, ImportError, Outcome, ReviewFilter},
    lifecycle::{Stage, Status, SubState, fold_days},
    linking::{Detail, Link, LinkError, LinkKind},
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
    /// Two are told apart.
    Apart(usize, usize),
    /// What was said of two is taken back.
    Reverse(usize),
    /// Somebody registers: a number, an address, whether it is proven, and her name.
    Register(&'static str, Option<&'static str>, bool, &'static str),
    /// HR answers what is asked about an account.
    Answer(usize, AccountAnswer),
    /// What the funnel counts is added to its days.
    Fold,
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
    prop_oneof![
        2 => register.prop_map(|(phone, email, proven, name)| Step::Register(phone, email, proven, name)),
        1 => (any::<usize>(), select(AccountAnswer::ALL)).prop_map(|(which, answer)| Step::Answer(which, answer)),
        5 => import,
        1 => Just(Step::Fold),
        2 => any::<usize>().prop_map(Step::Again),
        3 => (any::<usize>(), action()).prop_map(|(which, action)| Step::Settle(which, action)),
        2 => any::<usize>().prop_map(Step::Undo),
        1 => record.prop_map(|(who, stage, sub_state)| Step::Record(who, stage, sub_state)),
        2 => any::<(usize, usize, bool)>().prop_map(|(into, other, all)| Step::Merge(into, other, all)),
        1 => any::<(usize, usize)>().prop_map(|(one, other)| Step::Apart(one, other)),
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
        let mut day = Day { desk: Desk::on(engine).await, files: Vec::new(), committed: Vec::new(), said: Vec::new() };
        for step in steps {
            day.happens(step).await;
            day.desk.all_is_well().await;
        }
        day.desk.finish().await;
    });
}

/// One of some, counted round and round.
fn at<T>(all: &[T], which: usize) -> Option<&T> {
    all.get(which % all.len().max(1))
}

/// What has happened so far.
struct Day {
    desk: Desk,
    files: Vec<(&'static str, Vec<Applicant>)>,
    committed: Vec<Batch>,
    said: Vec<Link>,
}

impl Day {
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
                    let fields = if *all { Detail::ALL } else { &[] };
                    let merged = self.desk.merge_choosing(into.id, other.id, fields).await;
                    self.said(&people, merged, -1).await;
                }
            }
            Step::Apart(one, other) => {
                let people = self.desk.people().await;
                if let (Some(one), Some(other)) = (at(&people, *one), at(&people, *other)) {
                    let apart = self.desk.tell_apart(one.id, other.id).await;
                    self.said(&people, apart, 0).await;
                }
            }
            Step::Reverse(which) => {
                let people = self.desk.people().await;
                if let Some(link) = at(&self.said, *which).cloned() {
                    let back = self.desk.reverse(&link).await;
                    self.said(&people, back, i64::from(link.kind == LinkKind::Merged)).await;
                }
            }
            Step::Register(phone, email, email_proven, full_name) => {
                let registration = Registration {
                    phone,
                    proof: Proof::Code,
                    email: *email,
                    email_proven: *email_proven && email.is_some(),
                    full_name,
                    birth_date: None,
                    pin_hash: "$argon2id$",
                };
                self.register(registration).await;
            }
            Step::Answer(which, answer) => self.answer(*which, *answer).await,
            Step::Fold => drop(fold_days(self.desk.store()).await.unwrap()),
            Step::Again(_) | Step::Undo(_) => {}
        }
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

    /// Keeps what was said; nobody is lost or made by it, but those who become one, or two again.
    async fn said(&mut self, before: &[Application], said: Result<Link, LinkError>, more: i64) {
        let after = self.desk.people().await;
        let keys = |people: &[Application]| {
            let all =
                people.iter().flat_map(|one| &one.identifiers).map(|one| (one.kind, one.value.clone(), one.state));
            all.filter(|(.., state)| *state == IdentifierState::Key)
                .map(|(kind, value, _)| (kind, value))
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(keys(&after), keys(before), "every key leads to somebody in the list");
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

    async fn import(&mut self, portal: &str, people: &[Applicant], decisions: &[Action]) {
        let before = self.desk.people().await.len() as u64;
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

    async fn settle(&self, which: usize, action: Action) {
        let store = self.desk.store();
        let (queue, total) = import::review_page(store, &ReviewFilter::default(), None, 1_000).await.unwrap();
        assert_eq!(queue.len() as u64, total);
        let Some(one) = queue.get(which % queue.len().max(1)) else { return };
        let named = one.row.matches.get(which / 7 % one.row.matches.len().max(1)).and_then(|other| other.application);
        let named = named.filter(|_| action == Action::Same);
        match import::settle(store, one.batch.id, one.row.row, action, named, "hr").await {
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
