//! Somebody's data is erased: nothing of hers is left, the funnel counts as before, and nobody brings her back unasked.
//!
//! Every story ends with `finish`: no promise of the database is broken, whatever happened.

use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use rstest::rstest;
use satu_backend::intake::Wish;
use satu_core::{
    account::{
        AccountAnswer, AccountError, Enrolment, Pin, Policy, Proof, Purpose, Registered, Registration, Session, Shown,
        SignIn, To, register,
    },
    application::{self, Filter},
    consent::{ConsentKind, ConsentPurpose, ConsentVersion},
    credential::Keys,
    id::{ApplicationId, CampaignId, LinkId},
    import::{self, Action, Batch, BatchState, ImportError, Progress, WhyKept},
    lifecycle::{self, FunnelQuery, Stage, Status, SubState},
    linking::{self, Detail, LinkError, Refusal, Said, Sharing},
    outreach::{
        Audience, Channel, Incoming, Language, MessageFilter, NewCampaign, NewTemplate, Policy as Limits, Sender,
    },
    privacy::{self, Erased, KeptFor, PrivacyError, Purged, Why},
    staff::By,
    store::{Store, StoreError, answers, watch},
};
use satu_tests::{
    applicants::{Applicant, applicant},
    desk::{Desk, accounts, clock_ahead, outreach, stands},
    engines::Engine,
    ledger,
};

use crate::{given, walk};

const PHONE: &str = "+6281234509876";
const EMAIL: &str = "siti.zubaidah@example.com";

/// What is Siti's alone, in the forms in which it may stand somewhere.
const HERS: [&str; 9] = [
    "Zubaidah",
    "ZUBAIDAH",
    "81234509876",
    "3450-9876",
    EMAIL,
    "1991-02-17",
    "7654321",
    "SIM nomor 99887",
    "Tegalrejo",
];

/// What campaigns' audiences were searched for by.
const SEARCHES: [&str; 3] = ["Siti Zubaidah", "3450-9876", "Dewi"];

const BY: By<'static> = By { actor: "rina", staff: None, request: "permintaan-1" };

async fn desk() -> Desk {
    Desk::on(Engine::of_module(module_path!())).await
}

fn siti() -> Applicant {
    applicant("Siti Zubaidah", "0812-3450-9876", EMAIL).born("1991-02-17").reference("GL-77001")
}

fn dewi() -> Applicant {
    applicant("Dewi Anggraini", "081234567802", "dewi@example.com").born("1990-01-02").reference("GL-77002")
}

/// A desk whose clock is so many hours ahead.
async fn desk_ahead() -> (Desk, Arc<AtomicI64>) {
    let (clock, ahead) = clock_ahead();
    (Desk::on_with(Engine::of_module(module_path!()), clock).await, ahead)
}

async fn erases(desk: &Desk, application: ApplicationId) -> Erased {
    privacy::erase(desk.store(), application, BY, Why::Asked).await.unwrap()
}

async fn commits(desk: &Desk, draft: &Batch) -> Batch {
    import::commit(desk.store(), draft.id, "hr", &Progress::default()).await.unwrap()
}

fn version() -> ConsentVersion {
    ConsentVersion::parse("2026-11").unwrap()
}

fn registration() -> Registration<'static> {
    Registration {
        phone: PHONE,
        proof: Proof::Code,
        email: Some(EMAIL),
        email_proven: true,
        full_name: "Siti Zubaidah",
        birth_date: Some("1991-02-17"),
        pin_hash: "$argon2id$",
    }
}

/// Siti registers by a code.
async fn enrols(desk: &Desk) -> Result<(Registered, Session), AccountError> {
    let accounts = accounts(desk.store(), Policy::default());
    let code = accounts.code(To::phone(PHONE), Purpose::Register).await.unwrap();
    let enrolment = Enrolment {
        phone: PHONE,
        shown: Shown::Code(code.request, &code.digits),
        email: Some(EMAIL),
        email_code: None,
        full_name: "Siti Zubaidah",
        birth_date: Some("1991-02-17"),
        pin: "748291",
        consent: &version(),
    };
    accounts.enrol(enrolment).await
}

/// What was said of consent by whoever an application is.
async fn said(store: &Store, application: ApplicationId) -> Vec<(ConsentPurpose, ConsentKind, Option<String>)> {
    let records = accounts(store, Policy::default()).consents_of(application).await.unwrap().unwrap();
    records.into_iter().map(|one| (one.purpose, one.kind, one.version)).collect()
}

/// Siti in every table that can hold somebody, beside Dewi, and beside her sister, who shares a telephone with her.
async fn siti_everywhere(desk: &Desk) -> ApplicationId {
    let store = desk.store();
    let undone = desk.import("indeed", &[siti(), applicant("Melati Puspita", "081234567805", "")]).await;
    desk.undo(&undone).await;
    let file = "Nama Lengkap,Nomor Telepon,Email,Tanggal Lahir,ID Lamaran,Posisi yang Dilamar,Tanggal Melamar,\
                Gaji yang Diharapkan,Domisili,Apakah punya SIM?\n\
                Siti Zubaidah,0812-3450-9876 / 081234567809,siti.zubaidah@example.com,17/02/1991,GL-77001,Mitra Asuh,2026-08-17,7654321,Tegalrejo,SIM nomor 99887\n\
                SITI ZUBAIDAH,0812 3450 9876,siti.zubaidah@example.com,17/02/1991,GL-77001,Mitra Asuh,2026-08-17,7654321,Tegalrejo,SIM nomor 99887\n\
                Dewi Anggraini,081234567802,dewi@example.com,02/01/1990,GL-77002,Mitra Asuh,2026-08-17,4000000,Depok,tidak\n";
    let (draft, _) = desk.drop_text(file, &Wish::default()).await.unwrap();
    commits(desk, &draft).await;
    let her = desk.people().await.into_iter().find(|one| one.fields.email.as_deref() == Some(EMAIL)).unwrap().id;

    // Her sister on the family's telephone, a row of hers that is discarded, one that waits, and one with no name.
    let sister = applicant("Rina Wulandari", "081234567809", "rina@example.com");
    let discarded = applicant("Siti", "081234509876", "");
    let waits = applicant("Siti Zubaidahh", "081234509876", "");
    let batch = desk.import("jobstreet", &[sister, discarded, waits, applicant("", "081234509876", "")]).await;
    if desk.outcomes(&batch).await[0] == "review shared_phone" {
        desk.settle(&batch, 2, Action::Shared).await.unwrap();
    }
    desk.settle(&batch, 3, Action::Discard).await.unwrap();

    // Another application of hers, merged into the first under its name, which somebody gave reasons for.
    let kept =
        desk.import("jobstreet", &[applicant("Siti Zubaidah K.", "081234567810", "siti.lain@example.com")]).await;
    let other = desk.named("Siti Zubaidah K.").await.id;
    desk.merge_choosing(her, other, &[Detail::FullName]).await.unwrap();
    let dewi = desk.named("Dewi Anggraini").await.id;
    let said = Said { event: LinkId::mint(), actor: "hr", reason: Some("Siti Zubaidah menelepon: bukan Dewi") };
    linking::tell_apart(store, said, her, dewi, Sharing::Unsaid).await.unwrap();
    let undone = desk.import("indeed", &[applicant("Siti Zubaidah K.", "081234509876", "siti.lain@example.com")]).await;
    desk.undo(&undone).await;
    assert_eq!(desk.undo(&kept).await.undo.unwrap().kept.len(), 1, "the report names her");
    stands(store, her, Status { stage: Stage::InterviewHr, sub_state: SubState::Active }, "hr").await.unwrap();

    // What she was sent, and what she wrote.
    let outreach = outreach(store, Limits::default());
    let template = NewTemplate {
        name: "undangan".to_owned(),
        language: Language::Indonesian,
        body: "Halo {nama}, daftar di {tautan}".to_owned(),
        approved_name: None,
        approved_language: None,
    };
    let template = outreach.put_template(template, "hr").await.unwrap().id;
    let campaign = CampaignId::mint();
    let new = NewCampaign {
        name: "Undangan".to_owned(),
        audience: Audience::Applications(vec![her]),
        template,
        reminder_template: None,
        channel: Channel::WaMe,
        fallback: None,
        starts_at: None,
        remind_after_days: None,
        reminders: 0,
    };
    outreach.start(campaign, &new, "hr").await.unwrap();
    // Others whose audience is what somebody searched for: her name, her number, and nobody's.
    for text in SEARCHES {
        let searched = Filter { text: Some(text.to_owned()), ..Filter::default() };
        let new = NewCampaign { audience: Audience::Filter(searched), ..new.clone() };
        outreach.start(CampaignId::mint(), &new, "hr").await.unwrap();
    }
    outreach.fill(campaign, &Progress::default()).await.unwrap();
    let sent = outreach.messages(campaign, MessageFilter::default(), None, 10).await.unwrap();
    assert_eq!(sent.iter().map(|one| one.phone.as_str()).collect::<Vec<_>>(), [PHONE]);
    let text = "Saya Siti Zubaidah dari Tegalrejo";
    outreach
        .hear(&Incoming {
            channel: Channel::Whatsapp,
            provider_id: "wamid.1",
            from: Sender::Number(PHONE),
            user: None,
            text,
        })
        .await
        .unwrap();

    // An account, with what was sent to her and what somebody tried.
    let accounts = accounts(store, Policy::default());
    accounts.invite(her, "hr").await.unwrap();
    enrols(desk).await.unwrap();
    accounts.code(To::email(EMAIL), Purpose::Email).await.unwrap();
    // What she was asked for wrongly, a contract by which she was activated, and a decision about a row of hers that was taken back.
    let wrong = Pin::parse("905173").unwrap();
    accounts.sign_in(SignIn { phone: PHONE, pin: &wrong, device: None, code: None }).await.unwrap_err();
    stands(store, her, Status { stage: Stage::OnboardedRegular, sub_state: SubState::Active }, "hr").await.unwrap();
    lifecycle::activate(store, her, true, "hr").await.unwrap();
    desk.settle(&batch, 3, Action::Later).await.unwrap();
    desk.settle(&batch, 3, Action::Discard).await.unwrap();
    // What somebody was answered under a key.
    let told = format!("{{\"moved\":[{{\"id\":\"{her}\",\"full_name\":\"Siti Zubaidah\"}}]}}");
    answers::keep(store, "kunci", &told).await.unwrap();
    her
}

#[tokio::test]
async fn nothing_of_hers_is_left_anywhere() {
    let desk = desk().await;
    let her = siti_everywhere(&desk).await;
    let store = desk.store();
    let before = walk::holding(&desk, &HERS).await;
    for table in [
        "hiring_application",
        "application_identifier",
        "identifier_claim",
        "import_row",
        "import_batch",
        "link_value",
        "account",
        "campaign",
        "kept_answer",
    ] {
        assert!(before.iter().any(|place| place.starts_with(&format!("{table}."))), "{table} is looked at: {before:?}");
    }
    for value in HERS {
        assert!(before.iter().any(|place| place.ends_with(value)), "{value} is planted: {before:?}");
    }
    let query = FunnelQuery::default();
    let funnel = lifecycle::funnel(store, query).await.unwrap();
    let status = desk.person(her).await.stage;

    let erased = erases(&desk, her).await;
    assert!(erased.first && erased.rows >= 6, "{erased:?}");
    assert_eq!(walk::holding(&desk, &HERS).await, Vec::<String>::new());
    // What is left: where she stood, for the funnel.
    let left = desk.person(her).await;
    assert_eq!((left.stage, left.fields.full_name.as_deref(), left.identifiers.len()), (status, Some(""), 0));
    assert_eq!((left.erased_at, left.user_id), (Some(erased.at), None));
    assert!(!application::history(store, her).await.unwrap().is_empty());
    let after = lifecycle::funnel(store, query).await.unwrap();
    assert_eq!(lifecycle::Funnel { as_of: funnel.as_of.clone(), ..after }, funnel, "it counts as before");
    // Whom a search for her meant is told by ids; what was searched for somebody else stays.
    let meant = outreach(store, Limits::default()).campaigns(None, 10).await.unwrap();
    let of = |text: &str| Audience::Filter(Filter { text: Some(text.to_owned()), ..Filter::default() });
    let nobody = Audience::Applications(vec![]);
    assert_eq!(meant.iter().filter(|one| one.audience == of("Dewi")).count(), 1);
    assert_eq!(meant.iter().filter(|one| one.audience == nobody).count(), 2, "{meant:?}");
    // Of others nothing is missing, and what a family shared is the sister's.
    let names: Vec<_> = desk.people().await.into_iter().filter_map(|one| one.fields.full_name).collect();
    assert_eq!(names.iter().filter(|name| ["Dewi Anggraini", "Rina Wulandari"].contains(&name.as_str())).count(), 2);
    let others = walk::holding(&desk, &["dewi@example.com", "rina@example.com", "81234567809"]).await;
    assert!(others.contains(&"application_identifier.value: 81234567809".to_owned()), "{others:?}");
    desk.all_is_well().await;
    if store.engine() == "sqlite" {
        let tables = &mut desk.tables().await;
        sqlx::query("VACUUM").execute(&mut *tables).await.unwrap();
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut *tables).await.unwrap();
        let file = std::fs::read(desk.url().trim_start_matches("sqlite:")).unwrap();
        for value in HERS {
            assert!(!file.windows(value.len()).any(|bytes| bytes == value.as_bytes()), "{value} is in the file");
        }
    }
    desk.finish().await;
}

/// Everything that any table holds of her is given to her who asks, or is left out for a reason; and nothing of anybody else.
#[tokio::test]
async fn she_is_given_what_every_table_holds_of_her() {
    let desk = desk().await;
    let her = siti_everywhere(&desk).await;
    // HR was asked whether hers is the application of somebody who registered with her address, and said that it is not.
    let another = Registration {
        phone: "+6281234567820",
        full_name: "Melati Puspita",
        email_proven: false,
        birth_date: None,
        ..registration()
    };
    register(desk.store(), another, Policy::default()).await.unwrap();
    let accounts = accounts(desk.store(), Policy::default());
    let asked = accounts.questions(None, 10).await.unwrap();
    accounts.answer(asked[0].id, AccountAnswer::Another, "hr").await.unwrap();
    // By the secrets that her account goes by here.
    let store = Store::open(desk.url(), desk.store().clock().clone()).await.unwrap();
    let store = store.with_keys(Keys::new([1; 32], [2; 32]));
    let data = privacy::personal_data(&store, her).await.unwrap();
    store.close().await;
    let data = serde_json::to_value(data).unwrap();
    assert_eq!(given::missing(&desk, &data).await, Vec::<String>::new());
    for value in HERS {
        let mut text = data.to_string();
        text.retain(|sign| value.contains('-') || sign != '-');
        assert!(text.contains(value), "{value} is given: {data}");
    }
    for other in ["dewi@example.com", "rina@example.com", "Rina Wulandari", "Dewi Anggraini"] {
        assert!(!data.to_string().contains(other), "{other} is another's: {data}");
    }
    desk.finish().await;
}

/// The very row, the number alone, the address alone: each is a question; and who has none of them is none.
#[tokio::test]
async fn a_later_import_asks_before_she_is_here_again() {
    let desk = desk().await;
    desk.import("glints", &[siti(), dewi()]).await;
    erases(&desk, desk.named("Siti Zubaidah").await.id).await;
    let again = desk.import_in_one_go("glints", &[siti(), dewi()]).await;
    assert_eq!(desk.outcomes(&again).await, ["review erased", "repeat"]);
    let by_number = applicant("Siti Z.", "+62 812-3450-9876", "");
    let by_address = applicant("Zubaidah", "081234567877", "Siti.Zubaidah@example.com");
    let other = applicant("Siti Zubaidah", "081234567878", "").born("1991-02-17");
    let batch = desk.import("jobstreet", &[by_number.clone(), by_address, other]).await;
    assert_eq!(desk.outcomes(&batch).await, ["review erased", "review erased", "new"]);
    // She applied again and wants it; or not.
    desk.settle(&batch, 2, Action::Different).await.unwrap();
    desk.settle(&batch, 3, Action::Discard).await.unwrap();
    let next = desk.import("indeed", &[by_number]).await;
    assert_eq!(desk.outcomes(&next).await, ["match"], "she is here again");
    desk.finish().await;
}

/// A draft that is older than the erasure asks when it is committed, whatever it had planned.
#[rstest]
#[case::who_was_to_be_another_door(false)]
#[case::who_was_to_be_new(true)]
#[tokio::test]
async fn a_draft_from_before_asks_too(#[case] before_her: bool) {
    let desk = desk().await;
    let rows = [applicant("Siti Zubaidah", "081234509876", EMAIL), applicant("Melati Puspita", "081234567805", "")];
    let early = if before_her { Some(desk.draft("jobstreet", &rows).await) } else { None };
    desk.import("glints", &[siti()]).await;
    let draft = match early {
        Some(draft) => draft,
        None => desk.draft("jobstreet", &rows).await,
    };
    let erased = erases(&desk, desk.named("Siti Zubaidah").await.id).await;
    assert_eq!((erased.rows, erased.in_drafts), (1, 1));
    let done = commits(&desk, &draft).await;
    assert_eq!(desk.outcomes(&done).await, ["review erased", "new"]);
    desk.finish().await;
}

#[tokio::test]
async fn who_registers_is_here_again_by_her_own_act() {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let old = register(desk.store(), registration(), Policy::default()).await.unwrap();
    erases(&desk, old.application.unwrap()).await;
    let anew = register(desk.store(), registration(), Policy::default()).await.unwrap();
    assert!(anew.first && anew.account != old.account && anew.application != old.application, "{anew:?}");
    let next = desk.import("jobstreet", &[applicant("Siti Zubaidah", "081234509876", "")]).await;
    assert_eq!(desk.outcomes(&next).await, ["match"]);
    desk.finish().await;
}

/// Her consent is kept with her account or not at all, and what she takes back is another word, which changes none.
#[tokio::test]
async fn consent_comes_with_the_account_and_is_taken_back_by_another_word() {
    const RECRUITED: ConsentPurpose = ConsentPurpose::Recruitment;
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let her = desk.named("Siti Zubaidah").await.id;
    let broken = desk.another().await;
    watch::watch(desk.store(), |sql| sql.contains("INSERT INTO") && sql.contains("consent_event"));
    assert!(enrols(&desk).await.is_err(), "without her consent there is no account");
    assert_eq!((desk.person(her).await.user_id, said(broken.store(), her).await), (None, vec![]));
    watch::watch(desk.store(), |_| false);
    let account = enrols(&desk).await.unwrap().0.account;
    let given = (RECRUITED, ConsentKind::Given, Some("2026-11".to_owned()));
    assert_eq!(said(desk.store(), her).await, std::slice::from_ref(&given));
    // Another tap says nothing new.
    enrols(&desk).await.unwrap();
    assert_eq!(said(desk.store(), her).await, std::slice::from_ref(&given));
    let (one, two) = (accounts(desk.store(), Policy::default()), accounts(broken.store(), Policy::default()));
    let (first, second) = tokio::join!(one.withdraw(account), two.withdraw(account));
    first.and(second).unwrap();
    let withdrawn = (RECRUITED, ConsentKind::Withdrawn, None);
    assert_eq!(said(desk.store(), her).await, [withdrawn.clone(), given.clone()]);
    // Registering again she consents again.
    enrols(&desk).await.unwrap();
    assert_eq!(said(desk.store(), her).await, [given.clone(), withdrawn.clone(), given.clone()]);
    assert_eq!(one.me(account).await.unwrap().consents[0].kind, ConsentKind::Given);
    // Whoever has the number next is another one.
    erases(&desk, her).await;
    assert_eq!(said(desk.store(), her).await, []);
    let next = enrols(&desk).await.unwrap().0;
    assert_eq!(said(desk.store(), next.application.unwrap()).await, [given]);
    desk.finish().await;
}

#[tokio::test]
async fn erased_is_erased_once_and_for_good() {
    let desk = desk().await;
    let other = applicant("Siti Z.", "081234567810", "siti.lain@example.com").reference("GL-77003");
    let batch = desk.import("glints", &[siti(), dewi(), other]).await;
    let (her, other) = (desk.named("Siti Zubaidah").await.id, desk.named("Siti Z.").await.id);
    let merged = desk.merge(her, other).await.unwrap();
    // By the one that was merged she is meant, too.
    let (one, two) = (desk.another().await, desk.another().await);
    let (first, second) = tokio::join!(
        privacy::erase(one.store(), other, BY, Why::Asked),
        privacy::erase(two.store(), her, BY, Why::Withdrawn)
    );
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!((first.application, second.application), (her, her));
    assert_eq!([first.first, second.first].iter().filter(|first| **first).count(), 1);
    assert_eq!(first.at, second.at);
    let refused = desk.reverse(&merged).await.unwrap_err();
    assert!(matches!(refused, LinkError::Refused(Refusal::Erased { .. })), "{refused}");
    let dewi = desk.named("Dewi Anggraini").await.id;
    assert!(matches!(desk.merge(dewi, her).await, Err(LinkError::UnknownApplication(id)) if id == her));
    let status = Status { stage: Stage::InterviewHr, sub_state: SubState::Active };
    assert!(stands(desk.store(), her, status, "hr").await.is_err());
    let nobody = privacy::erase(desk.store(), ApplicationId::mint(), BY, Why::Asked).await;
    assert!(matches!(nobody, Err(PrivacyError::UnknownApplication(_))));
    // Her import can be read, and taken back.
    let rows = desk.rows(&batch).await;
    assert_eq!(rows.iter().map(|row| row.erased).collect::<Vec<_>>(), [true, false, true]);
    assert!(rows[0].cells.iter().all(String::is_empty) && rows[0].application == Some(her));
    let undone = desk.undo(&batch).await.undo.unwrap();
    assert_eq!(undone.removed, 1);
    desk.finish().await;
}

/// Whoever types her address, or has a number that was hers, does not keep her who asks to be erased: he is another, and goes on.
#[tokio::test]
async fn nobody_elses_account_stands_in_the_way_of_what_she_asked_for() {
    let desk = desk().await;
    let store = desk.store();
    desk.import("glints", &[siti(), dewi()]).await;
    let (her, dewis) = (desk.named("Siti Zubaidah").await.id, desk.named("Dewi Anggraini").await.id);
    let typed = Registration {
        phone: "+6281234567820",
        full_name: "Budi Santoso",
        email_proven: false,
        birth_date: None,
        ..registration()
    };
    let rina = Registration { full_name: "Rina Wulandari", email: None, birth_date: None, ..registration() };
    let accounts = accounts(store, Policy::default());
    let mut others = Vec::new();
    for other in [typed, rina] {
        let done = register(store, other, Policy::default()).await.unwrap();
        assert_eq!(done.application, None);
        others.push(done.account);
    }
    let refused = privacy::erase(store, her, BY, Why::Retention).await;
    assert!(matches!(refused, Err(PrivacyError::Asked(id)) if id == her), "nobody has asked for it");
    assert!(erases(&desk, her).await.first);
    for account in others {
        let me = accounts.me(account).await.unwrap();
        assert!(me.application.is_some_and(|id| id != her && id != dewis) && me.pending.is_empty(), "{me:?}");
    }
    assert_eq!(accounts.questions(None, 10).await.unwrap(), []);
    let answered = "SELECT count(*) FROM account_question WHERE outcome = 'another' AND settled_by = 'privacy'";
    assert_eq!(ledger::number(&mut desk.tables().await, answered).await, 2);
    desk.finish().await;
}

/// Of two applications that may be hers one is not erased without the other: HR says first whether they are.
#[tokio::test]
async fn what_hr_is_asked_about_her_own_account_is_answered_first() {
    let desk = desk().await;
    let store = desk.store();
    let moved = applicant("Siti Z.", "081234567810", EMAIL).reference("GL-77003");
    desk.import("glints", &[applicant("Siti Zubaidah", "0812-3450-9876", ""), moved]).await;
    let (her, moved) = (desk.named("Siti Zubaidah").await.id, desk.named("Siti Z.").await.id);
    stands(store, moved, Status { stage: Stage::InterviewHr, sub_state: SubState::Active }, "hr").await.unwrap();
    let registered = register(store, registration(), Policy::default()).await.unwrap();
    assert_eq!((registered.application, registered.asked.len()), (Some(her), 1));
    let refused = privacy::erase(store, her, BY, Why::Asked).await;
    assert!(matches!(refused, Err(PrivacyError::Asked(id)) if id == her));
    assert_eq!(desk.person(her).await.erased_at, None);
    desk.finish().await;
}

/// Who was erased is known by secrets that stand outside the database: without them nothing is let in.
#[tokio::test]
async fn without_the_secrets_nobody_is_let_in() {
    let desk = desk().await;
    desk.import("glints", &[siti(), dewi()]).await;
    let draft = desk.draft("jobstreet", &[applicant("Melati Puspita", "081234567805", "")]).await;
    erases(&desk, desk.named("Siti Zubaidah").await.id).await;
    let bare = Store::open(desk.url(), desk.store().clock().clone()).await.unwrap();
    let refused = import::plan_again(&bare, draft.id, &Progress::default()).await;
    assert!(matches!(refused, Err(ImportError::Store(StoreError::NoKeys))));
    bare.close().await;
    desk.finish().await;
}

/// Until when somebody's data is kept, and why, as the screens say it.
async fn kept(
    store: &Store,
    application: ApplicationId,
    days: Option<NonZeroU32>,
) -> (Option<jiff::Timestamp>, KeptFor) {
    let kept = privacy::retention(store, application, days).await.unwrap().unwrap();
    (kept.retain_until.map(|until| until.parse().unwrap()), kept.retained_for)
}

/// Who takes back her consent is erased two days later, whatever else is set: unless she consents again before, or works here.
#[tokio::test]
async fn who_takes_back_her_consent_is_erased_two_days_later() {
    let (desk, ahead) = desk_ahead().await;
    let store = desk.store();
    desk.import("glints", &[siti(), dewi()]).await;
    let her = desk.named("Siti Zubaidah").await.id;
    let account = enrols(&desk).await.unwrap().0.account;
    let accounts = accounts(store, Policy::default());
    assert_eq!(kept(store, her, None).await, (None, KeptFor::Unset));
    let before = store.clock().micros();
    accounts.withdraw(account).await.unwrap();
    let (until, why) = kept(store, her, NonZeroU32::new(365)).await;
    let hours = (until.unwrap().as_microsecond() - before) / 3_600_000_000;
    assert_eq!((why, hours), (KeptFor::Withdrawn, 48));
    ahead.store(47, Ordering::Relaxed);
    assert_eq!(privacy::due(store, None, None, 10).await.unwrap(), []);
    ahead.store(49, Ordering::Relaxed);
    let due = privacy::due(store, None, None, 10).await.unwrap();
    assert_eq!(due.iter().map(|one| (one.application, one.why)).collect::<Vec<_>>(), [(Some(her), KeptFor::Withdrawn)]);
    // Asked again after her, there is nobody; where a time is set, too, she is told once.
    assert_eq!(privacy::due(store, None, Some(her.0), 10).await.unwrap(), []);
    assert_eq!(privacy::due(store, NonZeroU32::new(1), None, 10).await.unwrap().len(), 2);
    accounts.consent(account, &version()).await.unwrap();
    assert_eq!(privacy::purge(store, None, &Progress::default()).await.unwrap().people, 0);
    accounts.withdraw(account).await.unwrap();
    stands(store, her, Status { stage: Stage::OnboardedRegular, sub_state: SubState::Active }, "hr").await.unwrap();
    ahead.store(200, Ordering::Relaxed);
    assert_eq!(
        (kept(store, her, None).await, privacy::purge(store, None, &Progress::default()).await.unwrap().people),
        ((None, KeptFor::Work), 0)
    );
    stands(store, her, Status { stage: Stage::OnboardedRegular, sub_state: SubState::Resigned }, "hr").await.unwrap();
    let progress = Progress::default();
    assert_eq!(privacy::purge(store, None, &progress).await.unwrap().people, 1);
    assert_eq!((progress.done(), privacy::retention(store, her, None).await.unwrap()), (1, None));
    let left = desk.people().await.into_iter().filter_map(|one| one.fields.full_name);
    assert_eq!(left.collect::<Vec<_>>(), ["Dewi Anggraini"]);
    desk.finish().await;
}

/// What HR has not answered of somebody else's account stands in the way of no erasure, and that one goes on; an account that has no application yet goes without an
/// answer.
#[tokio::test]
async fn whoever_withdrew_is_due_though_hr_is_asked_about_her() {
    let (desk, ahead) = desk_ahead().await;
    let store = desk.store();
    desk.import("glints", &[siti(), dewi()]).await;
    let (hers, dewis) = (desk.named("Siti Zubaidah").await.id, desk.named("Dewi Anggraini").await.id);
    let accounts = accounts(store, Policy::default());
    // Dewi has registered; then somebody else with Dewi's address, whose application it may be, too.
    let dewi = Registration {
        phone: "+6281234567802",
        full_name: "Dewi Anggraini",
        birth_date: None,
        email: None,
        email_proven: false,
        ..registration()
    };
    let dewi = register(store, dewi, Policy::default()).await.unwrap();
    assert_eq!(dewi.application, Some(dewis));
    let other = Registration {
        phone: "+6281234567899",
        email: Some("dewi@example.com"),
        email_proven: false,
        ..registration()
    };
    let other = register(store, other, Policy::default()).await.unwrap();
    // And somebody of another name with Siti's number.
    let another = Registration { full_name: "Rina Wulandari", email: None, birth_date: None, ..registration() };
    let rina = register(store, another, Policy::default()).await.unwrap();
    assert_eq!((other.application, rina.application), (None, None));
    for account in [dewi.account, rina.account] {
        accounts.withdraw(account).await.unwrap();
    }
    assert_eq!(privacy::due(store, None, None, 10).await.unwrap(), []);
    ahead.store(49, Ordering::Relaxed);
    let due = privacy::due(store, None, None, 10).await.unwrap();
    let told: Vec<_> = due.iter().map(|one| (one.application, one.account, one.why, one.asked)).collect();
    assert_eq!(
        told,
        [
            (Some(dewis), Some(dewi.account), KeptFor::Withdrawn, false),
            (None, Some(rina.account), KeptFor::Withdrawn, false)
        ]
    );
    for (at, one) in due.iter().enumerate() {
        assert_eq!(privacy::due(store, None, Some(one.id()), 10).await.unwrap(), due[at + 1..]);
        assert_eq!(privacy::due(store, None, None, at as u64 + 1).await.unwrap(), due[..=at]);
    }
    assert_eq!(privacy::purge(store, None, &Progress::default()).await.unwrap().people, 2, "Dewi, and Rina's account");
    assert!(desk.person(dewis).await.erased_at.is_some());
    assert_eq!(desk.person(hers).await.erased_at, None, "nobody has said that it is hers");
    assert_eq!(accounts.questions(None, 10).await.unwrap(), []);
    assert!(accounts.me(other.account).await.unwrap().application.is_some_and(|id| ![dewis, hers].contains(&id)));
    let tables = &mut desk.tables().await;
    let left = "SELECT count(*) FROM account WHERE full_name = 'Rina Wulandari' OR phone = '+6281234509876'";
    assert_eq!(ledger::number(tables, left).await, 0);
    assert_eq!(privacy::due(store, None, None, 10).await.unwrap(), []);
    desk.finish().await;
}

/// Of several processes one does the day's work, and whoever it fails for does it again.
#[tokio::test]
async fn the_days_work_is_done_once() {
    let (desk, ahead) = desk_ahead().await;
    let (store, year) = (desk.store(), NonZeroU32::new(365));
    desk.import("glints", &[siti(), dewi()]).await;
    let [one, two] = [desk.another().await, desk.another().await];
    let unseen = Progress::default();
    let (first, second) = tokio::join!(
        privacy::purge_daily(one.store(), year, &unseen),
        privacy::purge_daily(two.store(), year, &unseen)
    );
    let people = |purged: Option<Purged>| purged.map(|purged| purged.people);
    let done = [first.unwrap(), second.unwrap()].map(people);
    assert!(done.contains(&Some(0)) && done.contains(&None), "{done:?}");
    assert_eq!(privacy::purge_daily(store, year, &Progress::default()).await.unwrap(), None);
    // Day after day; of a day on which it fails the work is done again.
    looked_through(&desk, 366).await;
    ahead.store(366 * 24, Ordering::Relaxed);
    watch::watch(store, |sql| sql.contains("erased_identifier"));
    privacy::purge_daily(store, year, &Progress::default()).await.unwrap_err();
    watch::watch(store, |_| false);
    assert_eq!(people(privacy::purge_daily(store, year, &Progress::default()).await.unwrap()), Some(2));
    assert_eq!(privacy::purge_daily(store, year, &Progress::default()).await.unwrap(), None);
    desk.finish().await;
}

/// A clock that runs ahead and is set back stops the day's work for nobody: not what was done then, nor what was begun and broken off.
#[tokio::test]
async fn the_days_work_is_done_whatever_the_clock_did() {
    let (desk, ahead) = desk_ahead().await;
    let store = desk.store();
    let done =
        async || privacy::purge_daily(store, None, &Progress::default()).await.unwrap().map(|purged| purged.people);
    for hours in [0, 400 * 24, 0, -400 * 24, 0] {
        ahead.store(hours, Ordering::Relaxed);
        assert_eq!((done().await, done().await), (Some(0), None), "{hours} h");
    }
    for hours in [400 * 24, -400 * 24, 2] {
        // Killed at work, as by another clock.
        let begun = store.clock().micros() + hours * 3_600_000_000;
        let killed = format!("UPDATE daily_task SET day = 0, begun_at = {begun}");
        sqlx::query(sqlx::AssertSqlSafe(killed)).execute(&mut desk.tables().await).await.unwrap();
        assert_eq!(done().await, Some(0), "begun {hours} h from now");
    }
    desk.finish().await;
}

/// Whose account waits for HR to say which application is hers has the rights of everybody: her data is given to her, erased when she asks, and goes when nothing was heard of her for
/// long enough. The application that was meant is somebody's, and stays.
#[tokio::test]
async fn an_account_alone_is_given_erased_and_goes_in_time() {
    let (desk, ahead) = desk_ahead().await;
    let (store, year) = (desk.store(), NonZeroU32::new(365));
    desk.import("glints", &[siti()]).await;
    let hers = desk.named("Siti Zubaidah").await.id;
    stands(store, hers, Status { stage: Stage::OnboardedRegular, sub_state: SubState::Active }, "hr").await.unwrap();
    let nobody = applicant("Rina Wulandari", "0812-3450-9876", "");
    desk.import("jobstreet", &[nobody]).await;
    let rina = Registration { full_name: "Rina Wulandari", email: None, birth_date: None, ..registration() };
    let rina = register(store, rina, Policy::default()).await.unwrap();
    assert_eq!(rina.application, None);
    let given = privacy::personal_data_of_account(store, rina.account).await.unwrap();
    assert_eq!(given.account.as_ref().map(|account| account.full_name.as_str()), Some("Rina Wulandari"));
    assert_eq!((given.applications.len(), given.history.len(), given.links.len()), (0, 0, 0));
    assert_eq!((given.rows.len(), given.questions.len(), given.consents.len()), (1, 1, 0));
    assert!(given.accesses.is_empty(), "{:?}", given.accesses);
    let erased = privacy::erase_account(store, rina.account, BY, Why::Asked).await.unwrap();
    assert_eq!((erased.first, erased.rows), (true, 1));
    assert!(!privacy::erase_account(store, rina.account, BY, Why::Asked).await.unwrap().first);
    let unknown = privacy::personal_data_of_account(store, rina.account).await.unwrap_err();
    assert!(matches!(unknown, PrivacyError::UnknownAccount(_)), "{unknown}");
    assert_eq!(accounts(store, Policy::default()).questions(None, 10).await.unwrap(), []);
    let tables = &mut desk.tables().await;
    let left = "SELECT (SELECT count(*) FROM account WHERE full_name = 'Rina Wulandari') \
        + (SELECT count(*) FROM import_row WHERE content LIKE '%Rina Wulandari%')";
    assert_eq!(ledger::number(tables, left).await, 0);
    // Another one is not heard of for a year.
    let ratna = Registration { full_name: "Ratna Kusuma", email: None, birth_date: None, ..registration() };
    let ratna = register(store, ratna, Policy::default()).await.unwrap();
    ahead.store(364 * 24, Ordering::Relaxed);
    assert_eq!(privacy::due(store, year, None, 10).await.unwrap(), []);
    ahead.store(366 * 24, Ordering::Relaxed);
    let due = privacy::due(store, year, None, 10).await.unwrap();
    let told: Vec<_> = due.iter().map(|one| (one.application, one.account, one.why)).collect();
    assert_eq!(told, [(None, Some(ratna.account), KeptFor::Quiet)]);
    assert_eq!(privacy::purge(store, year, &Progress::default()).await.unwrap().people, 1);
    assert_eq!(privacy::due(store, year, None, 10).await.unwrap(), []);
    assert_eq!(desk.person(hers).await.erased_at, None);
    // An account that has an application is asked for by that.
    let siti = register(store, registration(), Policy::default()).await.unwrap();
    let has = privacy::erase_account(store, siti.account, BY, Why::Asked).await.unwrap_err();
    assert!(
        matches!(has, PrivacyError::HasApplication { application, .. } if Some(application) == siti.application),
        "{has}"
    );
    desk.finish().await;
}

/// Who goes before HR has said which application is hers is asked about, too, when a file brings her again: whoever asked for it, and whatever it was for.
#[rstest]
#[case::she_asked(Why::Asked)]
#[case::she_took_back_her_consent(Why::Withdrawn)]
#[case::her_time_was_over(Why::Retention)]
#[tokio::test]
async fn an_account_alone_that_went_is_asked_about_when_a_file_brings_her(#[case] why: Why) {
    let (desk, ahead) = desk_ahead().await;
    let (store, year) = (desk.store(), NonZeroU32::new(365));
    desk.import("glints", &[siti()]).await;
    let her = desk.named("Siti Zubaidah").await.id;
    stands(store, her, Status { stage: Stage::OnboardedRegular, sub_state: SubState::Active }, "hr").await.unwrap();
    let typed = Registration {
        phone: "+6281234567820",
        full_name: "Wulan Sari",
        email_proven: false,
        birth_date: None,
        ..registration()
    };
    let account = register(store, typed, Policy::default()).await.unwrap();
    assert_eq!(account.application, None);
    match why {
        Why::Asked => assert!(privacy::erase_account(store, account.account, BY, why).await.unwrap().first),
        Why::Withdrawn => {
            accounts(store, Policy::default()).withdraw(account.account).await.unwrap();
            ahead.store(49, Ordering::Relaxed);
        }
        Why::Retention => ahead.store(366 * 24, Ordering::Relaxed),
    }
    let purged = privacy::purge(store, year, &Progress::default()).await.unwrap().people;
    assert_eq!(purged, u64::from(why != Why::Asked));
    let batch = desk.import("jobstreet", &[applicant("Wulan Sari", "081234567820", "")]).await;
    assert_eq!(desk.outcomes(&batch).await, ["review erased"]);
    desk.finish().await;
}

/// Whom HR has made a link for is messaged, though it was no campaign: an undo keeps her. Where somebody was quicker than that, the number on the link goes with the
/// rest of who became nobody here.
#[tokio::test]
async fn an_undo_keeps_who_was_handed_a_link_and_no_link_outlives_its_application() {
    let (desk, ahead) = desk_ahead().await;
    let (store, year) = (desk.store(), NonZeroU32::new(365));
    let accounts = accounts(store, Policy::default());
    let invited = desk.import("glints", &[siti(), dewi()]).await;
    let (her, dewi) = (desk.named("Siti Zubaidah").await.id, desk.named("Dewi Anggraini").await.id);
    accounts.invite(her, "hr").await.unwrap();
    let report = desk.undo(&invited).await.undo.unwrap();
    let kept: Vec<_> = report.kept.iter().map(|one| (one.application, one.why)).collect();
    assert_eq!((kept, report.removed), (vec![(her, WhyKept::Messaged)], 1));
    // As if the link had been made while the import was taken back.
    let tables = &mut desk.tables().await;
    let dewis = "(SELECT id FROM hiring_application WHERE full_name = 'Dewi Anggraini')";
    let late = format!("UPDATE invitation SET application_id = {dewis}, phone = '+6281234567802'");
    sqlx::query(sqlx::AssertSqlSafe(late)).execute(&mut *tables).await.unwrap();
    ahead.store(366 * 24, Ordering::Relaxed);
    assert!(walk::holding(&desk, &["81234567802"]).await.contains(&"invitation.phone: 81234567802".to_owned()));
    privacy::purge(store, year, &Progress::default()).await.unwrap();
    assert!(desk.people().await.iter().all(|one| one.id != dewi));
    assert_eq!(walk::holding(&desk, &["81234567802"]).await, Vec::<String>::new());
    desk.finish().await;
}

/// Where codes were sent to is kept for a day, whoever had them sent and whether or not anybody was ever known by it; what was tried, for a year. A door that only a new
/// secret opens stays shut.
#[tokio::test]
async fn where_codes_were_sent_and_what_was_tried_goes_by_time() {
    const CODES: &str = "SELECT count(*) FROM one_time_code";
    const TRIED: &str = "SELECT count(*) FROM pin_attempt";
    let (desk, ahead) = desk_ahead().await;
    let store = desk.store();
    let accounts = accounts(store, Policy::default());
    let stranger = "+6281234567833";
    accounts.code(To::phone(stranger), Purpose::Register).await.unwrap();
    accounts.code(To::email("nobody@example.com"), Purpose::Email).await.unwrap();
    let wrong = Pin::parse("905173").unwrap();
    for phone in [stranger, PHONE, PHONE] {
        accounts.sign_in(SignIn { phone, pin: &wrong, device: None, code: None }).await.unwrap_err();
    }
    let tables = &mut desk.tables().await;
    sqlx::query("UPDATE pin_attempt SET failures = 100 WHERE failures = 2").execute(&mut *tables).await.unwrap();
    for (hours, codes, tried) in [(23, 2, 2), (25, 0, 2), (364 * 24, 0, 2), (366 * 24, 0, 1)] {
        ahead.store(hours, Ordering::Relaxed);
        privacy::forget_passed(store).await.unwrap();
        let left = (ledger::number(tables, CODES).await, ledger::number(tables, TRIED).await);
        assert_eq!(left, (codes, tried), "{hours} h later");
    }
    // The job does it, too, where it is asked for nothing else.
    accounts.code(To::phone(stranger), Purpose::Register).await.unwrap();
    ahead.store(368 * 24, Ordering::Relaxed);
    privacy::purge(store, None, &Progress::default()).await.unwrap();
    assert_eq!(walk::holding(&desk, &["81234567833", "nobody@example.com"]).await, Vec::<String>::new());
    desk.finish().await;
}

/// What a request was answered goes after a day though nobody asks again under any key, and with whoever it tells of at once; that of others stays.
#[tokio::test]
async fn what_was_answered_goes_with_her_and_after_a_day() {
    let (desk, ahead) = desk_ahead().await;
    let store = desk.store();
    desk.import("glints", &[siti(), dewi()]).await;
    let (her, dewi) = (desk.named("Siti Zubaidah").await.id, desk.named("Dewi Anggraini").await.id);
    let told = [("by her id", her.to_string()), ("by her number", PHONE.to_owned()), ("of Dewi", dewi.to_string())];
    for (key, text) in &told {
        answers::keep(store, key, text).await.unwrap();
    }
    erases(&desk, her).await;
    for (key, text) in told {
        let left = answers::kept(store, key).await.unwrap();
        assert_eq!(left, (key == "of Dewi").then_some(text), "{key}");
    }
    const KEPT: &str = "SELECT count(*) FROM kept_answer";
    for (hours, kept) in [(23, 1), (25, 0)] {
        ahead.store(hours, Ordering::Relaxed);
        privacy::purge(store, None, &Progress::default()).await.unwrap();
        assert_eq!(ledger::number(&mut desk.tables().await, KEPT).await, kept, "{hours} h later");
    }
    desk.finish().await;
}

/// As if the day's work had been done each day until so many days from now.
async fn looked_through(desk: &Desk, days: i64) {
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(days * 24);
    let looked = format!("UPDATE daily_task SET reached = {}", until.as_microsecond());
    sqlx::query(sqlx::AssertSqlSafe(looked)).execute(&mut desk.tables().await).await.unwrap();
}

/// A clock that jumps ten years ahead erases nobody by itself: a day's work reaches a week further than the one before. Set right again, it is as if nothing had been.
#[tokio::test]
async fn a_clock_that_is_years_ahead_erases_nobody_at_once() {
    let (desk, ahead) = desk_ahead().await;
    let (store, year) = (desk.store(), NonZeroU32::new(365));
    desk.import("glints", &[siti(), dewi()]).await;
    let done =
        async || privacy::purge_daily(store, year, &Progress::default()).await.unwrap().map(|purged| purged.people);
    assert_eq!(done().await, Some(0));
    for days in [3_650, 3_651, 3_652, 0] {
        ahead.store(days * 24, Ordering::Relaxed);
        assert_eq!(done().await, Some(0), "{days} days ahead");
    }
    // Nothing but days makes them due: once a year has been looked through, they are.
    looked_through(&desk, 360).await;
    ahead.store(366 * 24, Ordering::Relaxed);
    assert_eq!(done().await, Some(2));
    desk.finish().await;
}

/// What was heard while a clock was ten years ahead counts as heard when the job saw it first: it keeps her for as long as anybody, and not for ten years more.
#[tokio::test]
async fn a_clock_that_was_years_ahead_keeps_nobody_for_ever() {
    let (desk, ahead) = desk_ahead().await;
    let (store, year) = (desk.store(), NonZeroU32::new(365));
    let purged = async |day: i64| {
        ahead.store(day * 24, Ordering::Relaxed);
        privacy::purge(store, year, &Progress::default()).await.unwrap().people
    };
    ahead.store(3_650 * 24, Ordering::Relaxed);
    desk.import("glints", &[siti()]).await;
    ahead.store(0, Ordering::Relaxed);
    desk.import("jobstreet", &[dewi()]).await;
    assert_eq!(purged(1).await, 0);
    assert_eq!(purged(366).await, 1, "Dewi, and Siti is seen");
    let siti = desk.named("Siti Zubaidah").await.id;
    let kept = privacy::retention(store, siti, year).await.unwrap().unwrap().retain_until.unwrap();
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_hours((366 + 365) * 24);
    assert!(kept.parse::<jiff::Timestamp>().unwrap() <= until, "{kept}");
    assert_eq!(purged(700).await, 0);
    // She is heard of by the right clock: that counts.
    ahead.store(710 * 24, Ordering::Relaxed);
    let again = desk.import("indeed", &[self::siti()]).await;
    assert_eq!(desk.outcomes(&again).await, ["match"]);
    assert_eq!(purged(733).await, 0);
    assert_eq!(purged(710 + 366).await, 1);
    assert!(desk.person(siti).await.erased_at.is_some());
    let left = "SELECT count(*) FROM retention_ahead";
    assert_eq!(ledger::number(&mut desk.tables().await, left).await, 0);
    desk.finish().await;
}

/// A clock that is set back sees everybody ahead of it: nobody is due by that, however it jumps, and when it is right again it is as if nothing had been. Only who is not heard of for as
/// long as data is kept by the clock as it then goes is.
#[tokio::test]
async fn a_clock_that_is_set_back_erases_nobody() {
    let (desk, ahead) = desk_ahead().await;
    let (store, year) = (desk.store(), NonZeroU32::new(365));
    desk.import("glints", &[siti(), dewi()]).await;
    let seen = "SELECT count(*) FROM retention_ahead";
    for (day, people, remembered) in
        [(0, 0, 0), (-800, 0, 2), (-790, 0, 2), (0, 0, 0), (-30, 0, 2), (-800, 0, 2), (-436, 0, 2), (-434, 2, 0)]
    {
        ahead.store(day * 24, Ordering::Relaxed);
        let done = privacy::purge(store, year, &Progress::default()).await.unwrap().people;
        let kept = ledger::number(&mut desk.tables().await, seen).await;
        assert_eq!((done, kept), (people, remembered), "day {day}");
    }
    desk.finish().await;
}

/// What files hold of people who became nobody here is kept for as long as an application is: rejected rows, those that were discarded or wait, an import that was taken back, a
/// draft that nobody came back to. Who is here keeps her rows, and the counts stay.
#[tokio::test]
async fn what_became_nobody_goes_when_its_time_is_over() {
    let (desk, ahead) = desk_ahead().await;
    let (store, year) = (desk.store(), NonZeroU32::new(365));
    // She works here: whatever goes, it is not she.
    desk.import("glints", &[siti()]).await;
    let her = desk.named("Siti Zubaidah").await.id;
    stands(store, her, Status { stage: Stage::OnboardedRegular, sub_state: SubState::Active }, "hr").await.unwrap();
    let nobody = applicant("Melati Puspita", "", "");
    let doubtful = applicant("Ratna Kusuma", "0812-3450-9876", "");
    let mixed = desk.import("jobstreet", &[nobody, doubtful]).await;
    let undone = desk.import("indeed", &[dewi()]).await;
    import::undo(store, undone.id, &Progress::default()).await.unwrap();
    let draft = desk.draft("glints", &[applicant("Ayu Lestari", "081234567803", "ayu@example.com")]).await;
    let before = import::batch(store, mixed.id).await.unwrap().counts;
    let held = async || {
        let tables = &mut desk.tables().await;
        let mut found = Vec::new();
        for name in ["Melati Puspita", "Ratna Kusuma", "Dewi Anggraini", "Ayu Lestari", "Siti Zubaidah"] {
            let rows = format!("SELECT count(*) FROM import_row WHERE content LIKE '%{name}%'");
            let people = format!("SELECT count(*) FROM hiring_application WHERE full_name = '{name}'");
            let batches = format!("SELECT count(*) FROM import_batch WHERE description LIKE '%{name}%'");
            let mut all = 0;
            for asked in [rows, people, batches] {
                all += ledger::number(tables, asked.leak()).await;
            }
            found.push(all > 0);
        }
        found
    };
    assert_eq!(held().await, [true; 5]);
    ahead.store(300 * 24, Ordering::Relaxed);
    let purged = privacy::purge(store, year, &Progress::default()).await.unwrap();
    assert_eq!((purged, held().await), (Purged::default(), vec![true; 5]));
    ahead.store(366 * 24, Ordering::Relaxed);
    let purged = privacy::purge(store, year, &Progress::default()).await.unwrap();
    assert_eq!(purged, Purged { people: 0, rows: 3, drafts: 1 });
    assert_eq!(held().await, [false, false, false, false, true]);
    assert_eq!(import::batch(store, mixed.id).await.unwrap().counts, before);
    assert_eq!(import::batch(store, draft.id).await.unwrap().state, BatchState::Discarded);
    assert_eq!(privacy::purge(store, year, &Progress::default()).await.unwrap(), Purged::default(), "once");
    // What is taken back later is kept for as long from then on.
    let late = desk.import("jobstreet", &[applicant("Wulan Sari", "081234567807", "")]).await;
    ahead.store(800 * 24, Ordering::Relaxed);
    import::undo(store, late.id, &Progress::default()).await.unwrap();
    assert_eq!(privacy::purge(store, year, &Progress::default()).await.unwrap().rows, 0);
    ahead.store((800 + 366) * 24, Ordering::Relaxed);
    assert_eq!(privacy::purge(store, year, &Progress::default()).await.unwrap().rows, 1);
    desk.finish().await;
}

/// Whose row is all that is here of her may ask that it is erased, too: one that was rejected, or one of an import that was taken back. Whoever is here is erased by her application, and a draft's
/// rows go with it.
#[tokio::test]
async fn who_is_only_in_a_row_of_a_file_is_erased_by_it() {
    let desk = desk().await;
    let store = desk.store();
    let batch = desk.import("glints", &[siti(), applicant("Melati Puspita", "", "")]).await;
    assert!(desk.outcomes(&batch).await[1].starts_with("rejected"));
    let undone = desk.import("jobstreet", &[dewi()]).await;
    desk.undo(&undone).await;
    let draft = desk.draft("indeed", &[applicant("Ayu Lestari", "081234567803", "")]).await;
    let counts = import::batch(store, batch.id).await.unwrap().counts;
    let erase = async |batch: &Batch, row| privacy::erase_row(store, batch.id, row, BY, Why::Asked).await;

    let refused = erase(&batch, 2).await;
    assert!(matches!(refused, Err(PrivacyError::RowOfSomebody { row: 2, .. })), "{refused:?}");
    let refused = erase(&draft, 2).await;
    assert!(matches!(refused, Err(PrivacyError::RowOfDraft(id)) if id == draft.id), "{refused:?}");
    let refused = erase(&batch, 99).await;
    assert!(matches!(refused, Err(PrivacyError::UnknownRow { row: 99, .. })), "{refused:?}");

    for (batch, row) in [(&batch, 3), (&undone, 2)] {
        assert!(erase(batch, row).await.unwrap().first);
        assert!(!erase(batch, row).await.unwrap().first, "once");
    }
    let left = walk::holding(&desk, &["Melati", "Dewi Anggraini", "81234567802", "dewi@example.com"]).await;
    assert_eq!(left, Vec::<String>::new());
    assert_eq!(desk.named("Siti Zubaidah").await.erased_at, None);
    assert_eq!(import::batch(store, batch.id).await.unwrap().counts, counts);
    let again = desk.import("jobstreet", &[dewi()]).await;
    assert_eq!(desk.outcomes(&again).await, ["review erased"]);
    let told = "SELECT count(*) FROM audit_event WHERE action = 'privacy.erase asked' AND actor = 'rina' AND request = 'permintaan-1'";
    assert_eq!(ledger::number(&mut desk.tables().await, told).await, 2);
    desk.finish().await;
}

/// Who stops it has erased whole whoever came first; who is left goes the next time.
#[tokio::test]
async fn a_purge_that_is_stopped_goes_on_the_next_time() {
    let (desk, ahead) = desk_ahead().await;
    let (store, year) = (desk.store(), NonZeroU32::new(365));
    desk.import("glints", &[siti(), dewi()]).await;
    ahead.store(366 * 24, Ordering::Relaxed);
    let progress = Progress::default();
    let stop = progress.clone();
    watch::watch(store, move |sql| {
        if sql.contains("erased_identifier") {
            stop.cancel();
        }
        false
    });
    let stopped = privacy::purge(store, year, &progress).await;
    watch::watch(store, |_| false);
    let one = Purged { people: 1, ..Purged::default() };
    assert!(matches!(stopped, Err(PrivacyError::Stopped(done)) if done == one), "{stopped:?}");
    assert_eq!(progress.done(), 1);
    assert_eq!(privacy::due(store, year, None, 10).await.unwrap().len(), 1);
    assert_eq!(privacy::purge(store, year, &Progress::default()).await.unwrap(), one);
    desk.finish().await;
}

/// Who came of age is looked at again when her time may be over, and nobody is passed over: not whoever was shown by another one then, nor whoever waits in a draft.
#[tokio::test]
async fn nobody_is_looked_at_twice_for_nothing_and_nobody_is_forgotten() {
    let (desk, ahead) = desk_ahead().await;
    let (store, year) = (desk.store(), NonZeroU32::new(365));
    let draft = desk.draft("jobstreet", &[applicant("Melati Puspita", "081234567805", "")]).await;
    let other = applicant("Siti Z.", "081234567810", "siti.lain@example.com").reference("GL-77003");
    desk.import("glints", &[siti(), other]).await;
    let (her, other) = (desk.named("Siti Zubaidah").await.id, desk.named("Siti Z.").await.id);
    let merged = desk.merge(her, other).await.unwrap();
    ahead.store(300 * 24, Ordering::Relaxed);
    stands(store, her, Status { stage: Stage::InterviewHr, sub_state: SubState::Active }, "hr").await.unwrap();
    // Somebody comes back to the draft.
    import::plan_again(store, draft.id, &Progress::default()).await.unwrap();
    ahead.store(366 * 24, Ordering::Relaxed);
    let purged = async || privacy::purge(store, year, &Progress::default()).await.unwrap().people;
    assert_eq!(purged().await, 0);
    commits(&desk, &draft).await;
    assert_eq!(purged().await, 0);
    // Nobody is read whose time cannot be over.
    let read = Arc::new(AtomicI64::new(0));
    let people = Arc::clone(&read);
    watch::watch(store, move |sql| {
        people.fetch_add(i64::from(sql.contains("status_history")), Ordering::Relaxed);
        false
    });
    assert_eq!((purged().await, read.load(Ordering::Relaxed)), (0, 0));
    desk.reverse(&merged).await.unwrap();
    assert_eq!(purged().await, 1);
    assert!(desk.person(other).await.erased_at.is_some() && desk.person(her).await.erased_at.is_none());
    ahead.store((300 + 366) * 24, Ordering::Relaxed);
    assert_eq!(purged().await, 1, "her own time is over");
    ahead.store((366 + 366) * 24, Ordering::Relaxed);
    assert_eq!(purged().await, 1, "and that of the draft's");
    desk.finish().await;
}

/// Whoever nothing new was heard of is erased when the time is over, by the program itself; who signed, or came again, is not.
#[tokio::test]
async fn what_is_kept_long_enough_goes() {
    let (desk, ahead) = desk_ahead().await;
    let (store, year) = (desk.store(), NonZeroU32::new(365).unwrap());
    let signed = applicant("Ayu Lestari", "081234567803", "ayu@example.com");
    let comes_again = applicant("Melati Puspita", "081234567805", "melati@example.com");
    desk.import("glints", &[siti(), dewi(), signed, comes_again.clone()]).await;
    let signs = desk.named("Ayu Lestari").await.id;
    stands(store, signs, Status { stage: Stage::OnboardedRegular, sub_state: SubState::Active }, "hr").await.unwrap();
    let dewi = desk.named("Dewi Anggraini").await.id;
    ahead.store(300 * 24, Ordering::Relaxed);
    desk.import("jobstreet", &[comes_again]).await;
    stands(store, dewi, Status { stage: Stage::InterviewHr, sub_state: SubState::Active }, "hr").await.unwrap();
    assert_eq!(privacy::due(store, Some(year), None, 10).await.unwrap(), []);
    ahead.store(366 * 24, Ordering::Relaxed);
    let until = kept(store, dewi, Some(year)).await.0.unwrap();
    assert!(until > jiff::Timestamp::now() + jiff::SignedDuration::from_hours(664 * 24), "{until}");
    let due = privacy::due(store, Some(year), None, 10).await.unwrap();
    assert_eq!(due.iter().map(|one| one.full_name.as_str()).collect::<Vec<_>>(), ["Siti Zubaidah"]);
    assert_eq!(privacy::purge(store, Some(year), &Progress::default()).await.unwrap().people, 1);
    assert_eq!(privacy::purge(store, Some(year), &Progress::default()).await.unwrap().people, 0);
    assert!(desk.person(due[0].application.unwrap()).await.erased_at.is_some());
    ahead.store(800 * 24, Ordering::Relaxed);
    assert_eq!(privacy::purge(store, Some(year), &Progress::default()).await.unwrap().people, 2);
    assert_eq!(desk.person(signs).await.erased_at, None, "who works here is kept");
    desk.finish().await;
}
