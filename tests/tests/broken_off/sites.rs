//! Every transaction that the program writes in, and the use case that is broken off in it: whoever adds one says here which it is.

use std::{collections::BTreeMap, fs, path::Path};

use satu_core::{account::AccountAnswer, import::Action, outreach::Verdict};

use crate::{
    accounts, colleagues, erasures,
    invitations::{self, Came},
    use_cases::{USE_CASES, UseCase},
};

/// What was thought of a transaction.
#[derive(Debug, Clone, Copy)]
enum Thought {
    /// This use case goes through it, and is broken off at each of its statements.
    BrokenOff(UseCase),
    /// It need not be broken off, and why.
    Otherwise(&'static str),
}

use Thought::{BrokenOff, Otherwise};

/// The file and the function in which a transaction begins, sorted; a function that begins two stands here twice.
const SITES: &[(&str, Thought)] = &[
    ("account/consents.rs consent", BrokenOff(UseCase::Account(accounts::Case::Agree))),
    ("account/consents.rs withdraw", BrokenOff(UseCase::Account(accounts::Case::Withdraw))),
    ("account/enrol.rs enrolled", BrokenOff(UseCase::Account(accounts::Case::EnrolAgain))),
    ("account/invitation.rs invite_once", BrokenOff(UseCase::Account(accounts::Case::Invite))),
    ("account/one_time.rs code", BrokenOff(UseCase::Code)),
    ("account/one_time.rs look", BrokenOff(UseCase::Account(accounts::Case::Enrol))),
    ("account/one_time.rs use_up", BrokenOff(UseCase::Account(accounts::Case::EnrolAgain))),
    ("account/register.rs attempt", BrokenOff(UseCase::Register)),
    ("account/session.rs refresh", BrokenOff(UseCase::Account(accounts::Case::Refresh))),
    ("account/session.rs sign_out", BrokenOff(UseCase::Account(accounts::Case::Leave))),
    ("account/settle.rs answer", BrokenOff(UseCase::Answer(AccountAnswer::Hers))),
    ("account/settle.rs prove_email", BrokenOff(UseCase::Account(accounts::Case::ProveEmail))),
    ("account/sign_in.rs count_attempt", BrokenOff(UseCase::Account(accounts::Case::ChangePin))),
    ("account/sign_in.rs replace_pin", BrokenOff(UseCase::Account(accounts::Case::ResetPin))),
    ("account/sign_in.rs sign_in", BrokenOff(UseCase::Account(accounts::Case::Enter))),
    ("account/take_back.rs take_back", BrokenOff(UseCase::TakeBack(AccountAnswer::Hers))),
    ("import/commit.rs attempt", BrokenOff(UseCase::Commit)),
    ("import/decide.rs attempt", BrokenOff(UseCase::Decide(Action::Same))),
    ("import/direct.rs attempt", BrokenOff(UseCase::Import)),
    ("import/edit.rs edit_once", BrokenOff(UseCase::Edit)),
    ("import/edit.rs plan_again", BrokenOff(UseCase::Replan)),
    ("import/mod.rs remember", BrokenOff(UseCase::Remember)),
    ("import/review.rs attempt", BrokenOff(UseCase::Settle(Action::Same))),
    ("import/stage.rs begin", BrokenOff(UseCase::Draft)),
    ("import/stage.rs discard_once", BrokenOff(UseCase::Discard)),
    ("import/stage.rs fail_once", BrokenOff(UseCase::Fail)),
    ("import/stage.rs keep", BrokenOff(UseCase::Draft)),
    ("import/stage.rs stage", BrokenOff(UseCase::Draft)),
    ("import/stage.rs stage_again", BrokenOff(UseCase::StageAgain)),
    ("import/undo.rs attempt", BrokenOff(UseCase::Undo)),
    ("lifecycle/activation.rs activate", BrokenOff(UseCase::Activate)),
    ("lifecycle/change.rs change", BrokenOff(UseCase::Record)),
    ("lifecycle/change.rs change_all", BrokenOff(UseCase::MoveAll)),
    ("lifecycle/funnel.rs fold_days", BrokenOff(UseCase::Fold)),
    ("linking/links.rs merge_once", BrokenOff(UseCase::Merge)),
    ("linking/links.rs reverse_once", BrokenOff(UseCase::Unmerge)),
    ("linking/links.rs tell_apart_once", BrokenOff(UseCase::Family)),
    ("outreach/answers.rs hear", BrokenOff(UseCase::Outreach(invitations::Case::Hear))),
    ("outreach/answers.rs told", BrokenOff(UseCase::Outreach(invitations::Case::Tell(Came::Accepted)))),
    ("outreach/campaign.rs drop_all", BrokenOff(UseCase::Outreach(invitations::Case::Cancel))),
    ("outreach/campaign.rs start", BrokenOff(UseCase::Outreach(invitations::Case::Start))),
    ("outreach/campaign.rs turned", BrokenOff(UseCase::Outreach(invitations::Case::Pause))),
    ("outreach/chat.rs next_chat", BrokenOff(UseCase::Outreach(invitations::Case::NextChat))),
    ("outreach/chat.rs open_chat", BrokenOff(UseCase::Outreach(invitations::Case::OpenChat))),
    ("outreach/consent.rs consent", BrokenOff(UseCase::Outreach(invitations::Case::Consent(false)))),
    ("outreach/consent.rs consent_of", BrokenOff(UseCase::Outreach(invitations::Case::ConsentOf))),
    ("outreach/fill.rs fill", BrokenOff(UseCase::Outreach(invitations::Case::Fill))),
    ("outreach/message.rs judge", BrokenOff(UseCase::Outreach(invitations::Case::Judge(Verdict::Sent)))),
    ("outreach/template.rs put_template", BrokenOff(UseCase::Outreach(invitations::Case::PutTemplate))),
    ("outreach/template.rs ship", BrokenOff(UseCase::Outreach(invitations::Case::Ship))),
    ("outreach/upkeep.rs expire_leases", BrokenOff(UseCase::Outreach(invitations::Case::KeepUp))),
    ("outreach/upkeep.rs finish", BrokenOff(UseCase::Outreach(invitations::Case::Finish))),
    ("outreach/upkeep.rs remind", BrokenOff(UseCase::Outreach(invitations::Case::Remind))),
    ("outreach/work.rs claim", BrokenOff(UseCase::Outreach(invitations::Case::Claim))),
    ("outreach/work.rs settle", BrokenOff(UseCase::Outreach(invitations::Case::Settle(Came::Accepted)))),
    ("privacy/erase.rs erase_account_if", BrokenOff(UseCase::Purge(erasures::Case::Alone))),
    ("privacy/erase.rs erase_if", BrokenOff(UseCase::Erase)),
    ("privacy/leftover.rs clear_some", BrokenOff(UseCase::Purge(erasures::Case::Nobodys))),
    ("privacy/leftover.rs erase_row_once", BrokenOff(UseCase::EraseRow)),
    ("privacy/passing.rs forget", Otherwise("one statement, of what is old: the next minute tries again")),
    ("privacy/retention.rs keep", BrokenOff(UseCase::Purge(erasures::Case::Kept))),
    ("privacy/retention.rs purge_daily", BrokenOff(UseCase::Purge(erasures::Case::Withdrawn))),
    ("privacy/retention.rs purge_daily", BrokenOff(UseCase::Purge(erasures::Case::Withdrawn))),
    ("privacy/retention.rs remember", Otherwise("one statement, of what was seen: the next day sees it again")),
    (
        "privacy/retention.rs what_lies_ahead_no_more",
        Otherwise("one statement, of what says by itself when it was: the next day forgets it"),
    ),
    ("staff/audit.rs done_each", BrokenOff(UseCase::Colleague(colleagues::Case::Done))),
    ("staff/audit.rs note_as", BrokenOff(UseCase::Colleague(colleagues::Case::Note))),
    ("staff/members.rs add", BrokenOff(UseCase::Hire)),
    ("staff/members.rs change", BrokenOff(UseCase::Disable)),
    ("staff/members.rs reset", BrokenOff(UseCase::Colleague(colleagues::Case::Reset))),
    ("staff/own.rs change_password", BrokenOff(UseCase::Colleague(colleagues::Case::ChangePassword))),
    ("staff/own.rs herself", BrokenOff(UseCase::Colleague(colleagues::Case::ChangePassword))),
    ("staff/own.rs offer_second_factor", BrokenOff(UseCase::Colleague(colleagues::Case::OfferSecondFactor))),
    ("staff/own.rs set_second_factor", BrokenOff(UseCase::Colleague(colleagues::Case::BeginSecondFactor))),
    ("staff/sign_in.rs count", BrokenOff(UseCase::SignIn)),
    ("staff/sign_in.rs note_use", Otherwise("one statement, beside what was asked: the next request tries again")),
    ("staff/sign_in.rs sign_in", BrokenOff(UseCase::SignIn)),
    ("staff/sign_in.rs sign_out", BrokenOff(UseCase::Colleague(colleagues::Case::SignOut))),
    ("store/answers.rs attempt", BrokenOff(UseCase::Keep)),
    ("store/mod.rs probe_writing", Otherwise("it changes nothing")),
];

/// The function that a line of a source begins.
fn begun(line: &str) -> Option<&str> {
    let (before, name) = line.split_once("fn ")?;
    let is_one = before.split_whitespace().all(|word| word.starts_with("pub") || ["const", "async"].contains(&word));
    name.split(['(', '<']).next().filter(|_| is_one)
}

/// Every place of a source in which a transaction begins: by the function around it.
fn begins(source: &str) -> Vec<String> {
    // A call that is broken into lines is one line; tests do what they want.
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut lines: Vec<String> = Vec::new();
    for line in source.lines().map(str::trim) {
        match lines.last_mut().filter(|_| line.starts_with('.')) {
            Some(before) => before.push_str(line),
            None => lines.push(line.to_owned()),
        }
    }
    let (mut function, mut found) = (String::new(), Vec::new());
    for line in lines.iter().filter(|line| !line.starts_with("//")) {
        if let Some(name) = begun(line) {
            function = name.to_owned();
        }
        // A lock is no transaction.
        let some = line.matches(".write()").count() - line.matches(".write().unwrap").count();
        found.extend(std::iter::repeat_n(function.clone(), some));
    }
    found
}

/// Adds every place of the sources in a folder.
fn look_through(folder: &Path, root: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            look_through(&path, root, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.strip_prefix(root).unwrap().display().to_string().replace('\\', "/");
            let functions = begins(&fs::read_to_string(&path).unwrap());
            found.extend(functions.into_iter().map(|function| format!("{name} {function}")));
        }
    }
}

/// How often each stands in a list.
fn counted<'a>(all: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts
}

#[test]
fn every_transaction_of_the_program_is_broken_off_or_it_is_said_why_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src");
    let mut found = Vec::new();
    look_through(&root, &root, &mut found);
    assert!(found.len() > 50, "the sources are there: {found:?}");
    let (there, known) = (counted(found.iter().map(String::as_str)), counted(SITES.iter().map(|(site, _)| *site)));
    let new: Vec<_> = there.iter().filter(|(site, times)| known.get(*site) != Some(*times)).collect();
    let gone: Vec<_> = known.keys().filter(|site| !there.contains_key(*site)).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "nobody has thought of these yet: {new:?}; and these are gone: {gone:?}"
    );
    for (site, thought) in SITES {
        match thought {
            BrokenOff(case) => assert!(USE_CASES.contains(case), "{site}: {case:?} is not tried"),
            Otherwise(why) => assert!(!why.is_empty(), "{site}"),
        }
    }
    assert!(SITES.is_sorted_by_key(|(site, _)| *site), "in their order they are found");
}

#[test]
fn a_transaction_is_found_however_it_is_written() {
    let source = "
        pub(crate) async fn one<T>(store: &Store) -> Result<()> {
            // store.write().await
            let mut tx = store.write().await?;
        }
        async fn two(&self) {
            let held = LOCK.write().unwrap();
            let first = self
                .store
                .write()
                .await;
            let begin = || store.write();
        }
        #[cfg(test)]\nmod tests { fn three() { store.write(); } }
    ";
    assert_eq!(begins(source), ["one", "two", "two"]);
}

/// What breaks off every use case has a number for each of them.
#[test]
fn every_use_case_is_tried_once() {
    let source = include_str!("main.rs");
    let (_, after) = source.split_once("#[values(\n").unwrap();
    let (numbers, _) = after.split_once(')').unwrap();
    let numbers = numbers.split(',').map(str::trim).filter(|number| !number.is_empty());
    let numbers: Vec<usize> = numbers.map(|number| number.parse().unwrap()).collect();
    assert_eq!(numbers, (0..USE_CASES.len()).collect::<Vec<_>>());
    for (at, case) in USE_CASES.iter().enumerate() {
        assert!(!USE_CASES[..at].contains(case), "{case:?} stands there twice");
    }
}
