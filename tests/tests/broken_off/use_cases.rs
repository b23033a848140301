//! What writes: the world in which it can be done, and how it is done.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use satu_backend::{
    describe::Description,
    intake::{LocalFile, Opened, Wish},
};
use satu_core::{
    account::{AccountAnswer, Policy, Proof, Purpose, Registration, To, register},
    application::{self, ApplicantRow, Filter},
    id::{ApplicationId, BatchId, LinkId},
    import::{
        self, Action, Batch, BatchState, ImportError, NewBatch, Progress, Reason, Unplanned, Unreadable, Which,
        mapping::RememberedMapping,
    },
    lifecycle::{Act, Change, Stage, Status, SubState, activate, change_all, fold_days},
    linking::{self, Detail, Said, Sharing},
    outreach::Verdict,
    privacy::{self, Why},
    staff::{self, Credentials, Role},
    store::{answers, watch},
};
use satu_tests::{
    applicants::{Applicant, applicant, table},
    desk::{self, Desk, stands, team},
    engines::{Engine, Template},
};
use tokio::sync::mpsc;

use crate::{
    accounts, colleagues, erasures,
    invitations::{self, Came},
};

/// What writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseCase {
    Import,
    Draft,
    Commit,
    Decide(Action),
    DecideClass,
    Edit,
    /// A draft is planned anew: somebody in it came by another door since.
    Replan,
    /// The file of a draft is read again.
    StageAgain,
    Discard,
    /// A file breaks off.
    Fail,
    Settle(Action),
    Reopen(Action),
    Undo,
    Record,
    Remember,
    Keep,
    Merge,
    Unmerge,
    TellApart,
    /// Two are told apart, who share a number.
    Family,
    Reconsider,
    Register,
    RegisterAnew,
    /// HR says whose an application is.
    Answer(AccountAnswer),
    /// HR says whether two applications are one person's.
    AnswerBoth(AccountAnswer),
    /// HR takes back what it said of an application.
    TakeBack(AccountAnswer),
    /// HR takes back that two applications are one person's.
    TakeBackBoth,
    MoveAll,
    Activate,
    Code,
    Fold,
    Hire,
    Disable,
    SignIn,
    Erase,
    /// Of whom a rejected row is all that is here.
    EraseRow,
    /// Whom time erases.
    Purge(erasures::Case),
    /// Those who work here.
    Colleague(colleagues::Case),
    /// A candidate.
    Account(accounts::Case),
    /// Those who invite.
    Outreach(invitations::Case),
}

/// All of them.
pub const USE_CASES: [UseCase; 99] = [
    UseCase::Import,
    UseCase::Draft,
    UseCase::Commit,
    UseCase::Decide(Action::Same),
    UseCase::Decide(Action::Shared),
    UseCase::DecideClass,
    UseCase::Edit,
    UseCase::Discard,
    UseCase::Settle(Action::Same),
    UseCase::Settle(Action::Different),
    UseCase::Settle(Action::Shared),
    UseCase::Settle(Action::Discard),
    UseCase::Reopen(Action::Same),
    UseCase::Reopen(Action::Different),
    UseCase::Reopen(Action::Shared),
    UseCase::Reopen(Action::Discard),
    UseCase::Undo,
    UseCase::Record,
    UseCase::Remember,
    UseCase::Keep,
    UseCase::Merge,
    UseCase::Unmerge,
    UseCase::TellApart,
    UseCase::Reconsider,
    UseCase::Register,
    UseCase::RegisterAnew,
    UseCase::Answer(AccountAnswer::Another),
    UseCase::MoveAll,
    UseCase::Activate,
    UseCase::Code,
    UseCase::Fold,
    UseCase::Hire,
    UseCase::Disable,
    UseCase::SignIn,
    UseCase::Erase,
    UseCase::EraseRow,
    UseCase::Account(accounts::Case::Invite),
    UseCase::Account(accounts::Case::Enrol),
    UseCase::Account(accounts::Case::EnrolInvited),
    UseCase::Account(accounts::Case::Enter),
    UseCase::Account(accounts::Case::Refresh),
    UseCase::Account(accounts::Case::Leave),
    UseCase::Account(accounts::Case::ChangePin),
    UseCase::Account(accounts::Case::ResetPin),
    UseCase::Account(accounts::Case::ProveEmail),
    UseCase::Account(accounts::Case::Agree),
    UseCase::Account(accounts::Case::Withdraw),
    UseCase::Outreach(invitations::Case::Start),
    UseCase::Outreach(invitations::Case::Fill),
    UseCase::Outreach(invitations::Case::Claim),
    UseCase::Outreach(invitations::Case::Settle(Came::Accepted)),
    UseCase::Outreach(invitations::Case::Settle(Came::Final)),
    UseCase::Outreach(invitations::Case::Settle(Came::OptedOut)),
    UseCase::Outreach(invitations::Case::Settle(Came::StopCampaign)),
    UseCase::Outreach(invitations::Case::Settle(Came::BackOff)),
    UseCase::Outreach(invitations::Case::Settle(Came::Unknown)),
    UseCase::Outreach(invitations::Case::Tell(Came::Accepted)),
    UseCase::Outreach(invitations::Case::Tell(Came::Final)),
    UseCase::Outreach(invitations::Case::Tell(Came::OptedOut)),
    UseCase::Outreach(invitations::Case::Tell(Came::StopCampaign)),
    UseCase::Outreach(invitations::Case::Hear),
    UseCase::Outreach(invitations::Case::Consent(false)),
    UseCase::Outreach(invitations::Case::Consent(true)),
    UseCase::Outreach(invitations::Case::OpenChat),
    UseCase::Outreach(invitations::Case::Judge(Verdict::Sent)),
    UseCase::Outreach(invitations::Case::Judge(Verdict::NotSent)),
    UseCase::Outreach(invitations::Case::Cancel),
    UseCase::Outreach(invitations::Case::KeepUp),
    UseCase::Outreach(invitations::Case::PutTemplate),
    UseCase::Outreach(invitations::Case::Pause),
    UseCase::Outreach(invitations::Case::Resume),
    UseCase::Outreach(invitations::Case::Remind),
    UseCase::Outreach(invitations::Case::Finish),
    UseCase::Replan,
    UseCase::Fail,
    UseCase::Family,
    UseCase::Answer(AccountAnswer::Hers),
    UseCase::AnswerBoth(AccountAnswer::Hers),
    UseCase::AnswerBoth(AccountAnswer::Another),
    UseCase::Purge(erasures::Case::Withdrawn),
    UseCase::Purge(erasures::Case::Alone),
    UseCase::Purge(erasures::Case::Kept),
    UseCase::Purge(erasures::Case::Nobodys),
    UseCase::Colleague(colleagues::Case::SignOut),
    UseCase::Colleague(colleagues::Case::ChangePassword),
    UseCase::Colleague(colleagues::Case::Reset),
    UseCase::Colleague(colleagues::Case::OfferSecondFactor),
    UseCase::Colleague(colleagues::Case::BeginSecondFactor),
    UseCase::Colleague(colleagues::Case::EndSecondFactor),
    UseCase::Colleague(colleagues::Case::Note),
    UseCase::Colleague(colleagues::Case::Done),
    UseCase::Account(accounts::Case::EnrolAgain),
    UseCase::Outreach(invitations::Case::ConsentOf),
    UseCase::Outreach(invitations::Case::NextChat),
    UseCase::Outreach(invitations::Case::Ship),
    UseCase::StageAgain,
    UseCase::TakeBack(AccountAnswer::Hers),
    UseCase::TakeBack(AccountAnswer::Another),
    UseCase::TakeBackBoth,
];

fn siti() -> Applicant {
    applicant("Siti Aminah", "081234567801", "siti@example.com")
}

/// Somebody known with a new address, her sister on her phone, somebody new, the same again, and nobody.
fn second_file() -> [Applicant; 5] {
    [
        applicant("SITI AMINAH", "+62 812-3456-7801", "siti.baru@example.com"),
        applicant("Rina Wulandari", "081234567801", "rina@example.com"),
        applicant("Ayu Lestari", "081234567803", "ayu@example.com"),
        applicant("Ayu Lestari", "081234567803", ""),
        applicant("", "081234567804", ""),
    ]
}

impl UseCase {
    /// A database in which it can be done: one import is there, and where it needs one, a draft or a second import.
    pub async fn world(self, engine: Engine) -> Template {
        let folder = tempfile::tempdir().unwrap();
        let url = engine.database(folder.path()).await;
        let desk = Desk::at(&url).await;
        desk.import("glints", &[siti(), applicant("Dewi Anggraini", "081234567802", "dewi@example.com")]).await;
        match self {
            Self::Import | Self::Draft | Self::Record | Self::Remember | Self::Keep => {}
            Self::Register | Self::RegisterAnew | Self::MoveAll | Self::Code | Self::Fold => {}
            Self::Activate => {
                let siti = Registration { full_name: "Siti Aminah", ..sitis_sister() };
                let registered = register(desk.store(), siti, Policy::default()).await.unwrap();
                let signed = Status { stage: Stage::OnboardedRegular, sub_state: SubState::Active };
                stands(desk.store(), registered.application.unwrap(), signed, "hr").await.unwrap();
            }
            Self::Hire | Self::Disable | Self::SignIn => rina_works_here(&desk).await,
            Self::Answer(_) => drop(register(desk.store(), sitis_sister(), Policy::default()).await.unwrap()),
            // With Dewi's address: HR is asked whether the two are one.
            Self::AnswerBoth(_) => {
                drop(register(desk.store(), siti_with_dewis_address(), Policy::default()).await.unwrap())
            }
            Self::TakeBack(answer) => {
                register(desk.store(), sitis_sister(), Policy::default()).await.unwrap();
                answers_the_question(&desk, answer).await.unwrap();
            }
            Self::TakeBackBoth => {
                register(desk.store(), siti_with_dewis_address(), Policy::default()).await.unwrap();
                answers_the_question(&desk, AccountAnswer::Hers).await.unwrap();
            }
            Self::Commit | Self::Decide(_) | Self::DecideClass | Self::Edit | Self::Discard => {
                desk.draft("jobstreet", &second_file()).await;
            }
            Self::Replan => {
                desk.draft("jobstreet", &second_file()).await;
                desk.import("indeed", &[applicant("Ayu Lestari", "081234567803", "")]).await;
            }
            Self::StageAgain => {
                let draft = desk.draft("jobstreet", &second_file()).await;
                desk.decide(&draft, &[3], Action::Different).await.unwrap();
                answers::keep(desk.store(), SENT, &draft.id.to_string()).await.unwrap();
            }
            Self::Fail => a_file_that_breaks_off(&desk).await,
            Self::Family => sisters_on_one_phone(&desk).await,
            Self::Settle(_) | Self::Undo | Self::EraseRow => {
                desk.import("jobstreet", &second_file()).await;
            }
            Self::Reopen(action) => {
                let batch = desk.import("jobstreet", &second_file()).await;
                desk.settle(&batch, 3, action).await.unwrap();
            }
            Self::Merge | Self::Unmerge | Self::TellApart | Self::Reconsider => self.two_that_are_compared(&desk).await,
            Self::Outreach(case) => invitations::world(case, &desk).await,
            Self::Account(case) => accounts::world(case, &desk).await,
            Self::Colleague(case) => colleagues::world(case, &desk).await,
            Self::Purge(case) => erasures::world(case, &desk).await,
            Self::Erase => {
                self.two_that_are_compared(&desk).await;
                let her = Registration { full_name: "Dewi Anggraini", ..sitis_sister() };
                register(desk.store(), her, Policy::default()).await.unwrap();
                desk.import("indeed", &[siti()]).await;
            }
        }
        desk.store().close().await;
        Template::of(engine, &url).await
    }

    /// What was said of Siti and Dewi, who has a number and an address of her own and what Siti lacks.
    async fn two_that_are_compared(self, desk: &Desk) {
        desk.import("jobstreet", &[applicant("Dewi Anggraini", "081234567812", "dewi@example.com").born("1997-02-03")])
            .await;
        let [siti, dewi] = siti_and_dewi(desk).await.unwrap();
        match self {
            Self::Unmerge | Self::Erase => drop(desk.merge_choosing(siti, dewi, &[Detail::FullName]).await.unwrap()),
            Self::Reconsider => drop(desk.tell_apart(siti, dewi).await.unwrap()),
            _ => {}
        }
    }

    /// Whether doing it again changes nothing at all: what was shown is used up, or the same answer is given once more.
    pub fn is_once(self) -> bool {
        match self {
            Self::Account(case) => case.is_once(),
            Self::Colleague(case) => case != colleagues::Case::Note,
            Self::Outreach(_) | Self::Purge(_) => true,
            Self::EraseRow | Self::Replan | Self::StageAgain | Self::Fail | Self::Family => true,
            Self::TakeBack(_) | Self::TakeBackBoth => true,
            _ => false,
        }
    }

    /// Whether what came before the end is kept where it is broken off, and it goes on from there: several transactions, of which each is whole.
    pub fn goes_on(self) -> bool {
        match self {
            Self::Account(case) => case.goes_on(),
            // A draft that is being read is no draft that somebody sees.
            Self::StageAgain => true,
            _ => false,
        }
    }

    /// Does it.
    pub async fn run(self, desk: &Desk) -> Result<(), String> {
        let store = desk.store();
        let words = |error: ImportError| error.to_string();
        let file = table("jobstreet", &second_file());
        match self {
            Self::Import => import_file(desk, &file).await,
            Self::Draft => desk.drop_text(&file, &Wish::default()).await.map(drop).map_err(|error| error.to_string()),
            Self::Commit => {
                let draft = newest(desk).await?;
                import::commit(store, draft.id, "hr", &Progress::default()).await.map(drop).map_err(words)
            }
            Self::Decide(action) => {
                let draft = newest(desk).await?;
                desk.decide(&draft, &[3], action).await.map(drop).map_err(words)
            }
            Self::DecideClass => {
                let draft = newest(desk).await?;
                let class = Which::Class(Reason::SharedPhone);
                import::decide(store, draft.id, &class, Action::Different, None, "hr", &Progress::default())
                    .await
                    .map(drop)
                    .map_err(words)
            }
            Self::Edit => {
                let draft = newest(desk).await?;
                import::edit(store, draft.id, 6, |batch, mut cells| {
                    let description: Description = serde_json::from_value(batch.description.clone()).unwrap();
                    cells[0] = "Melati Puspita".into();
                    Ok::<_, ImportError>(desk.intake().clean(&description, 6, cells))
                })
                .await
                .map_err(words)
            }
            Self::Replan => {
                let draft = the_draft(desk).await?;
                import::plan_again(store, draft.id, &Progress::default()).await.map_err(words)
            }
            Self::StageAgain => read_again(desk).await,
            Self::Fail => {
                let problem = serde_json::json!({"code": "file.cut_off"});
                import::fail(store, kept_batch(desk).await?, &problem).await.map_err(words)
            }
            Self::Discard => {
                let draft = newest(desk).await?;
                import::discard(store, draft.id).await.map_err(words)
            }
            Self::Settle(action) => {
                let batch = newest(desk).await?;
                desk.settle(&batch, 3, action).await.map(drop).map_err(words)
            }
            Self::Reopen(_) => {
                let batch = newest(desk).await?;
                desk.settle(&batch, 3, Action::Later).await.map(drop).map_err(words)
            }
            Self::Undo => {
                let batch = newest(desk).await?;
                import::undo(store, batch.id, &Progress::default()).await.map(drop).map_err(words)
            }
            Self::Record => {
                let filter = Filter { text: Some("Siti Aminah".into()), ..Filter::default() };
                let found = application::page(store, &filter, None, 1).await.map_err(|error| error.to_string())?;
                let her = found.first().unwrap().id;
                let status = Status { stage: Stage::InterviewHr, sub_state: SubState::Active };
                stands(store, her, status, "hr").await.map(drop).map_err(|error| error.to_string())
            }
            Self::Remember => {
                let mapping = RememberedMapping { portal: "glints".into(), columns: Vec::new() };
                import::remember(store, "headers", &mapping, "hr").await.map_err(words)
            }
            Self::Merge => {
                let [siti, dewi] = siti_and_dewi(desk).await?;
                let merged = desk.merge_choosing(siti, dewi, &[Detail::Phone]).await;
                merged.map(drop).map_err(|error| error.to_string())
            }
            Self::TellApart => {
                let [siti, dewi] = siti_and_dewi(desk).await?;
                desk.tell_apart(siti, dewi).await.map(drop).map_err(|error| error.to_string())
            }
            Self::Family => {
                let (siti, rina) = (named(desk, "Siti Aminah").await?, named(desk, "Rina Wulandari").await?);
                let said = Said { event: LinkId::mint(), actor: "hr", reason: None };
                let told = linking::tell_apart(store, said, siti, rina, Sharing::Family).await;
                told.map(drop).map_err(|error| error.to_string())
            }
            Self::Unmerge | Self::Reconsider => {
                // Merged under Dewi's name.
                let her = named(desk, "Dewi Anggraini").await?;
                let said = linking::links(store, her).await.map_err(|error| error.to_string())?;
                desk.reverse(said.first().unwrap()).await.map(drop).map_err(|error| error.to_string())
            }
            // With Dewi's address: HR is asked whether the two are one.
            Self::Register => registers(desk, siti_with_dewis_address()).await,
            Self::RegisterAnew => registers(desk, Registration { phone: "+6281234567899", ..sitis_sister() }).await,
            Self::Answer(answer) | Self::AnswerBoth(answer) => answers_the_question(desk, answer).await,
            Self::TakeBack(_) | Self::TakeBackBoth => {
                let accounts = desk::accounts(store, Policy::default());
                let said = accounts.answers(None, 1).await.map_err(|error| error.to_string())?;
                let question = said.first().ok_or("nothing was answered")?.question;
                accounts.take_back(question, "hr").await.map(drop).map_err(|error| error.to_string())
            }
            Self::MoveAll => {
                let change = Change { act: Act::Advance(None), reasons: &[], seen: None, actor: "hr" };
                let both = siti_and_dewi(desk).await?;
                change_all(store, &both, change, false).await.map(drop).map_err(|error| error.to_string())
            }
            Self::Activate => {
                let hers = named(desk, "Siti Aminah").await?;
                activate(store, hers, true, "ops").await.map(drop).map_err(|error| error.to_string())
            }
            Self::Code => {
                let to = To::phone("+6281234567801");
                let sent = desk::accounts(store, Policy::default()).code(to, Purpose::Register).await;
                sent.map(drop).map_err(|error| error.to_string())
            }
            Self::Erase => {
                let her = named(desk, "Dewi Anggraini").await?;
                let erased = privacy::erase(store, her, "hr".into(), Why::Asked).await;
                erased.map(drop).map_err(|error| error.to_string())
            }
            Self::EraseRow => {
                let batch = newest(desk).await?;
                let erased = privacy::erase_row(store, batch.id, 6, "hr".into(), Why::Asked).await;
                erased.map(drop).map_err(|error| error.to_string())
            }
            Self::Fold => fold_days(store).await.map(drop).map_err(|error| error.to_string()),
            Self::Hire => {
                let added = team(store).add(&"budi".parse().unwrap(), Role::Recruiter, "hr").await;
                added.map(drop).map_err(|error| error.to_string())
            }
            Self::Disable => {
                let changed = team(store).change("rina", staff::Change::Disable, "hr").await;
                changed.map(drop).map_err(|error| error.to_string())
            }
            Self::SignIn => {
                let rina = Credentials { name: "rina", password: PASSWORD, digits: None, device: "test" };
                team(store).sign_in(rina).await.map(drop).map_err(|error| error.to_string())
            }
            Self::Outreach(case) => invitations::run(case, desk).await,
            Self::Account(case) => accounts::run(case, desk).await,
            Self::Colleague(case) => colleagues::run(case, desk).await,
            Self::Purge(case) => erasures::run(case, desk).await,
            Self::Keep => answers::keep(store, "key", "answer").await.map_err(|error| error.to_string()),
        }
    }

    /// The statements that it consists of, undisturbed.
    pub async fn statements(self, url: &str) -> Vec<String> {
        let desk = Desk::at(url).await;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        watch::watch(desk.store(), move |sql| {
            log.lock().unwrap().push(sql.to_owned());
            false
        });
        self.run(&desk).await.unwrap();
        watch::watch(desk.store(), |_| false);
        desk.store().close().await;
        let seen = seen.lock().unwrap().clone();
        assert!(seen.iter().any(|statement| statement == "COMMIT"), "{seen:?}");
        seen
    }
}

/// HR answers the one question about an account.
async fn answers_the_question(desk: &Desk, answer: AccountAnswer) -> Result<(), String> {
    let accounts = desk::accounts(desk.store(), Policy::default());
    let asked = accounts.questions(None, 1).await.map_err(|error| error.to_string())?;
    let question = asked.first().ok_or("nothing is asked")?.id;
    accounts.answer(question, answer, "hr").await.map(drop).map_err(|error| error.to_string())
}

/// Rina's own.
pub const PASSWORD: &str = "kuda payung sore biru";

/// Two administrators, of whom Rina has a password of her own.
pub async fn rina_works_here(desk: &Desk) {
    let team = team(desk.store());
    team.add(&"melati".parse().unwrap(), Role::Admin, "hr").await.unwrap();
    let welcome = team.add(&"rina".parse().unwrap(), Role::Admin, "hr").await.unwrap();
    let first = Credentials { name: "rina", password: &welcome.password, digits: None, device: "test" };
    let session = team.sign_in(first).await.unwrap();
    team.change_password(&session.staff, &welcome.password, PASSWORD).await.unwrap();
}

/// What somebody has in hand is kept under this key.
const SENT: &str = "sent";

/// A file of which a row has come, and then the reader's word that no more do.
async fn a_file_that_breaks_off(desk: &Desk) {
    let id = BatchId::mint();
    let new = NewBatch {
        file: "terpotong.csv".to_owned(),
        sha256: "0".repeat(64),
        bytes: 1,
        portal: "glints".to_owned(),
        sheet: None,
        description: serde_json::json!({}),
        ephemeral: false,
    };
    import::begin(desk.store(), id, &new, "hr").await.unwrap();
    let (sender, rows) = mpsc::channel(2);
    let row = ApplicantRow { row: 2, ..ApplicantRow::default() };
    assert!(sender.send(Ok(vec![Unplanned::new("glints", row)])).await.is_ok());
    assert!(sender.send(Err(Unreadable)).await.is_ok());
    let staged = import::stage(desk.store(), id, rows, &Progress::default()).await;
    assert!(matches!(staged, Err(ImportError::Incomplete)), "{staged:?}");
    answers::keep(desk.store(), SENT, &id.to_string()).await.unwrap();
}

/// The import that somebody has in hand.
async fn kept_batch(desk: &Desk) -> Result<BatchId, String> {
    let kept = answers::kept(desk.store(), SENT).await.map_err(|error| error.to_string())?;
    Ok(kept.unwrap().parse().unwrap())
}

/// The file of a draft is read again, as when HR has corrected its mapping: what was decided of its rows is forgotten.
async fn read_again(desk: &Desk) -> Result<(), String> {
    let words = |error: ImportError| error.to_string();
    let (store, id) = (desk.store(), kept_batch(desk).await?);
    let batch = import::batch(store, id).await.map_err(words)?;
    let (portal, sheet) = (batch.portal.as_str(), batch.sheet.as_deref());
    import::stage_again(store, id, portal, sheet, &batch.description).await.map_err(words)?;
    let description: Description = serde_json::from_value(batch.description.clone()).unwrap();
    let file = table(portal, &second_file());
    let read: Vec<Unplanned> = csv::Reader::from_reader(file.as_bytes())
        .records()
        .zip(2..)
        .map(|(cells, row)| {
            let cells = cells.unwrap().iter().map(str::to_owned).collect();
            Unplanned::new(portal, desk.intake().clean(&description, row, cells))
        })
        .collect();
    let (sender, rows) = mpsc::channel(1);
    assert!(sender.send(Ok(read)).await.is_ok());
    drop(sender);
    import::stage(store, id, rows, &Progress::default()).await.map(drop).map_err(words)
}

/// Siti's sister has her number, too; whether they are two is a question again.
async fn sisters_on_one_phone(desk: &Desk) {
    let batch = desk.import("jobstreet", &[applicant("Rina Wulandari", "081234567801", "rina@example.com")]).await;
    desk.settle(&batch, 2, Action::Different).await.unwrap();
    let rina = named(desk, "Rina Wulandari").await.unwrap();
    let said = linking::links(desk.store(), rina).await.unwrap();
    desk.reverse(said.first().unwrap()).await.unwrap();
}

/// Siti, who types Dewi's address.
fn siti_with_dewis_address() -> Registration<'static> {
    Registration { full_name: "Siti Aminah", email: Some("dewi@example.com"), ..sitis_sister() }
}

/// Somebody who registers with Siti's number and another name.
pub fn sitis_sister() -> Registration<'static> {
    Registration {
        phone: "+6281234567801",
        proof: Proof::Code,
        email: None,
        email_proven: false,
        full_name: "Rina Wulandari",
        birth_date: None,
        pin_hash: "$argon2id$",
    }
}

async fn registers(desk: &Desk, registration: Registration<'_>) -> Result<(), String> {
    register(desk.store(), registration, Policy::default()).await.map(drop).map_err(|error| error.to_string())
}

/// Whoever is in the list under a name.
pub async fn named(desk: &Desk, name: &str) -> Result<ApplicationId, String> {
    let found =
        application::page(desk.store(), &Filter::default(), None, 10).await.map_err(|error| error.to_string())?;
    let found = found.into_iter().find(|one| one.fields.full_name.as_deref() == Some(name));
    found.map(|one| one.id).ok_or_else(|| format!("nobody is called {name}"))
}

/// Two who are compared.
async fn siti_and_dewi(desk: &Desk) -> Result<[ApplicationId; 2], String> {
    Ok([named(desk, "Siti Aminah").await?, named(desk, "Dewi Anggraini").await?])
}

/// The newest import.
async fn newest(desk: &Desk) -> Result<Batch, String> {
    let all = import::batches(desk.store(), None, 1).await.map_err(|error| error.to_string())?;
    Ok(all.into_iter().next().unwrap())
}

/// The draft that waits, whatever was imported since.
async fn the_draft(desk: &Desk) -> Result<Batch, String> {
    let all = import::batches(desk.store(), None, 10).await.map_err(|error| error.to_string())?;
    Ok(all.into_iter().find(|batch| batch.state == BatchState::Ready).unwrap())
}

/// Imports a file as `satu import` does: in one go, or by a draft where somebody was in the way.
async fn import_file(desk: &Desk, file: &str) -> Result<(), String> {
    let words = |error: &dyn fmt::Display| error.to_string();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pelamar.csv");
    std::fs::write(&path, file).unwrap();
    let (intake, file) = (desk.intake(), LocalFile::at(&path));
    let opened = intake.open(&file, &Wish::default(), &Progress::default()).await;
    let Opened { survey, source } = opened.map_err(|error| words(&error))?;
    let description = Description::of(&source, survey);
    let new = intake.batch(&file, &description, true).await.map_err(|error| words(&error))?;
    let progress = Progress::default();
    let done = intake.import_now(&new, source, &description.layout, &progress).await.map_err(|error| words(&error))?;
    if done.is_none() {
        let (draft, _) = stage(desk, &file).await?;
        import::commit(desk.store(), draft.id, "hr", &progress).await.map_err(|error| words(&error))?;
    }
    Ok(())
}

async fn stage(desk: &Desk, file: &LocalFile) -> Result<(Batch, Description), String> {
    let draft = desk.intake().draft(file, &Wish::default(), true, &Progress::default()).await;
    draft.map_err(|error| error.to_string())
}
