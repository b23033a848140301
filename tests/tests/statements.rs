//! Every statement that the program sends, as each engine gets it, so that SQL is reviewed as SQL.
//!
//! A day at the desk goes through everything that reads or writes; what it sent stands in `snapshots/`, sorted, each statement once. Lists of
//! places are drawn together: how many there are depends on the rows alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use satu_backend::intake::Wish;
use satu_core::{
    account::{
        AccountAnswer, Enrolment, NewPin, Pin, Policy, Proof, Purpose, QuestionFilter, Registration, Shown, SignIn, To,
        register,
    },
    application::{self, Filter, history},
    consent::ConsentVersion,
    id::{CampaignId, MessageId},
    import::{self, Action, ImportError, Outcome, Progress, Reason, ReviewFilter, Which, mapping::RememberedMapping},
    lifecycle::{self, FunnelQuery, Stage, Status, SubState},
    linking::{self, Detail, LinkKind, Model},
    outreach::{
        self, Audience, Channel, Incoming, Language, NewCampaign, NewTemplate, Quiet, Refusal, Sender, Told, Verdict,
        Word,
    },
    privacy::{self, Why},
    staff::{AuditFilter, Change, Credentials, Deed, Role},
    store::{answers, watch},
    time::Clock,
};
use satu_tests::{
    applicants::{Applicant, applicant, table},
    desk::{Desk, accounts, outreach, stands, team},
    engines::Engine,
};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[case::mysql(Engine::MySql)]
#[tokio::test]
async fn the_statements_are_those_that_were_reviewed(#[case] engine: Engine) {
    let ahead = Arc::new(AtomicI64::new(0));
    let micros = Arc::clone(&ahead);
    let clock = Clock::from_fn(move || Timestamp::now() + SignedDuration::from_micros(micros.load(Ordering::Relaxed)));
    let desk = Desk::on_with(engine, clock).await;
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let log = Arc::clone(&seen);
    watch::watch(desk.store(), move |sql| {
        log.lock().unwrap().insert(drawn_together(sql));
        false
    });
    a_day(&desk).await;
    a_campaign(&desk, &ahead).await;
    a_clock_ahead(&desk, &ahead).await;
    watch::watch(desk.store(), |_| false);
    desk.finish().await;
    let statements: Vec<String> = seen.lock().unwrap().iter().cloned().collect();
    for table in tables() {
        assert!(names(&statements, &["INTO", "UPDATE"], &table), "nothing that the day does writes {table}");
        assert!(names(&statements, &["FROM", "JOIN"], &table), "nothing that the day does reads {table}");
    }
    insta::assert_snapshot!(format!("statements@{engine:?}"), statements.join("\n"));
}

/// Every table that the migrations make: a day that goes through everything goes through each of them.
fn tables() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src/store/migrations/sqlite");
    let mut tables = BTreeSet::new();
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let made = text.lines().filter_map(|line| line.strip_prefix("CREATE TABLE "));
        tables.extend(made.filter_map(|rest| rest.split([' ', '(']).next()).map(str::to_owned));
    }
    assert!(tables.len() > 40, "{tables:?}");
    tables
}

/// Whether a statement names a table behind one of these words.
fn names(statements: &[String], words: &[&str], table: &str) -> bool {
    statements.iter().any(|statement| {
        let all = statement.split(|one: char| !one.is_alphanumeric() && one != '_').filter(|word| !word.is_empty());
        all.clone().zip(all.skip(1)).any(|(word, named)| words.contains(&word) && named == table)
    })
}

/// A statement whose lists of places and of rows are one each: `IN (?, ?, ?)` and `IN (?)` are the same to a reader. PostgreSQL's numbers go too.
fn drawn_together(sql: &str) -> String {
    let mut text = String::new();
    let mut rest = sql.chars().peekable();
    while let Some(next) = rest.next() {
        if next == '$' && rest.peek().is_some_and(char::is_ascii_digit) {
            while rest.next_if(char::is_ascii_digit).is_some() {}
            text.push('?');
        } else {
            text.push(next);
        }
    }
    for (many, one) in [("?, ?", "?"), ("?,?", "?"), ("(?), (?)", "(?)"), ("(?),(?)", "(?)")] {
        while text.contains(many) {
            text = text.replace(many, one);
        }
    }
    text
}

fn siti() -> Applicant {
    applicant("Siti Aminah", "081234567801", "siti@example.com").born("1998-04-12").reference("GL-1")
}

fn rina() -> Applicant {
    applicant("Rina Wulandari", "081234567801", "rina@example.com")
}

/// Candidates are invited, by hand and by machine, and answer; the clock goes on a day for those who do not.
async fn a_campaign(desk: &Desk, ahead: &AtomicI64) {
    let outreach = outreach(desk.store(), outreach::Policy { quiet: Quiet::NEVER, ..outreach::Policy::default() });
    let people = ["081234567871", "081234567872", "081234567873", "081234567874"];
    let names = ["Putri Ayu", "Putri Bunga", "Putri Citra", "Putri Dewi"];
    let people = [0, 1, 2, 3].map(|at| applicant(names[at], people[at], ""));
    let batch = desk.import("glints", &people).await.id;
    outreach.templates().await.unwrap();
    let template = NewTemplate {
        name: "undangan".to_owned(),
        language: Language::Indonesian,
        body: "Halo {nama}: {tautan}".to_owned(),
        approved_name: Some("undangan_1".to_owned()),
        approved_language: None,
    };
    let template = outreach.put_template(template, "hr").await.unwrap().id;
    let campaign = |audience: Audience, channel: Channel, fallback: Option<Channel>| NewCampaign {
        name: "Undangan".to_owned(),
        audience,
        template,
        reminder_template: None,
        channel,
        fallback,
        starts_at: None,
        remind_after_days: Some(1),
        reminders: 1,
    };
    let chosen = Audience::Applications(vec![desk.named("Putri Dewi").await.id]);
    let by_hand = CampaignId::mint();
    outreach.start(by_hand, &campaign(chosen, Channel::WaMe, None), "hr").await.unwrap();
    outreach.fill(by_hand, &Progress::default()).await.unwrap();
    let chat = outreach.next_chat(by_hand).await.unwrap().unwrap();
    outreach.open_chat(chat.message).await.unwrap();

    let by_machine = CampaignId::mint();
    let new = campaign(Audience::Batch(batch), Channel::Whatsapp, Some(Channel::Twilio));
    outreach.preview(&new.audience, new.channel, template).await.unwrap();
    outreach.start(by_machine, &new, "hr").await.unwrap();
    assert_eq!(outreach.filling().await.unwrap(), [by_machine]);
    outreach.fill(by_machine, &Progress::default()).await.unwrap();
    outreach.pause(by_machine).await.unwrap();
    outreach.resume(by_machine).await.unwrap();
    let claimed = outreach.claim(Channel::Whatsapp, 10, 600).await.unwrap().messages;
    let [one, two, three] = claimed.as_slice() else { panic!("three are claimed") };
    let accepted = outreach::Sent::Accepted { provider_id: "wamid.1".to_owned() };
    let told = |word| Told {
        channel: Channel::Whatsapp,
        provider_id: "wamid.1",
        ours: None,
        word,
        code: None,
        user: Some("ID.1"),
    };
    outreach.told(&told(Word::Sent)).await.unwrap();
    outreach.settle(one.id, one.lease, &accepted, None).await.unwrap();
    outreach.told(&told(Word::Read)).await.unwrap();
    let refused = |refusal| outreach::Sent::Refused { refusal, code: "131026".to_owned() };
    outreach.settle(two.id, two.lease, &refused(Refusal::Final { number: true }), None).await.unwrap();
    let unknown = outreach::Sent::Unknown { code: "timeout".to_owned() };
    outreach.settle(three.id, three.lease, &unknown, None).await.unwrap();
    outreach.judge(three.id, Verdict::NotSent, "hr").await.unwrap();
    outreach.claim(Channel::Whatsapp, 10, 0).await.unwrap();
    let sms = outreach.claim(Channel::Twilio, 10, 0).await.unwrap().messages;
    outreach.settle(sms[0].id, sms[0].lease, &refused(Refusal::BackOff), None).await.unwrap();
    outreach.claim(Channel::Vonage, 10, 0).await.unwrap();
    ahead.store(86_400_000_000, Ordering::Relaxed);
    outreach.keep_up().await.unwrap();

    let her = two.application;
    let filter = outreach::MessageFilter { state: Some(outreach::MessageState::Failed), answered: Some(true) };
    outreach.messages(by_machine, filter, Some(MessageId::from(satu_core::id::AuditId::mint().0)), 10).await.unwrap();
    let stop = Incoming {
        channel: Channel::Twilio,
        provider_id: "SM1",
        from: Sender::Number("+6281234567871"),
        user: None,
        text: "STOP",
    };
    outreach.hear(&stop).await.unwrap();
    outreach.thread(her).await.unwrap();
    outreach.contact(her).await.unwrap();
    outreach.consent(her, false, "hr").await.unwrap();
    outreach.consent(her, true, "hr").await.unwrap();
    outreach.standing(Channel::Whatsapp).await.unwrap();
    outreach.versions("undangan").await.unwrap();
    outreach.campaigns(Some(by_machine), 10).await.unwrap();
    outreach.cancel(by_machine).await.unwrap();
}

/// The clock is set back by a month and put right: a purge sees that everybody lies ahead, and forgets it.
async fn a_clock_ahead(desk: &Desk, ahead: &AtomicI64) {
    for days in [-30, 1] {
        ahead.store(days * 86_400_000_000, Ordering::Relaxed);
        privacy::purge(desk.store(), std::num::NonZeroU32::new(365), &Progress::default()).await.unwrap();
    }
}

/// Everything that can happen, once.
async fn a_day(desk: &Desk) {
    let store = desk.store();
    let ayu = applicant("Ayu Lestari", "081234567803", "");
    let twice = applicant("Ayu Lestari", "081234567803", "ayu@example.com");
    let first = desk.import_in_one_go("glints", &[siti(), ayu, twice, applicant("", "", "")]).await;
    desk.import_in_one_go("glints", &[siti(), rina()]).await;

    // A draft: looked at, corrected, decided, read again, committed, and one that is thrown away.
    let namesake = applicant("Siti Aminah", "081234567811", "").born("1998-04-12");
    let people = [siti(), rina(), namesake.clone(), applicant("Dewi", "081234567802", "dewi@example.com")];
    let text = table("jobstreet", &people);
    let (draft, description) = desk.drop_text(&text, &Wish::default()).await.unwrap();
    let likely = Some("0.8".parse().unwrap());
    let doubtful = import::RowFilter { outcome: Some(Outcome::Review), min: likely, ..import::RowFilter::default() };
    for filter in [doubtful, import::RowFilter::default()] {
        import::rows(store, draft.id, &filter, 0, 10).await.unwrap();
    }
    import::row_view(store, draft.id, 3).await.unwrap();
    import::edit(store, draft.id, 5, |_, mut cells| {
        cells[1] = "081234567805".into();
        Ok::<_, ImportError>(desk.intake().clean(&description, 5, cells))
    })
    .await
    .unwrap();
    desk.decide(&draft, &[3], Action::Same).await.unwrap();
    desk.decide(&draft, &[3], Action::Later).await.unwrap();
    let class = Which::Class(Reason::SharedPhone);
    import::decide(store, draft.id, &class, Action::Different, None, "hr", &Progress::default()).await.unwrap();
    import::plan_again(store, draft.id, &Progress::default()).await.unwrap();
    let second = desk.commit(&draft).await;
    let (thrown_away, _) = desk.drop_text(&text, &Wish::default()).await.unwrap();
    import::discard(store, thrown_away.id).await.unwrap();
    import::abandon_stale(store).await.unwrap();

    // The queue.
    let doubtful = [
        applicant("Melati Puspita", "081234567801", ""),
        applicant("Budi Hartono", "081234567803", ""),
        applicant("Ketut Wirawan", "081234567802", ""),
        applicant("SITI AMINAH", "081234567812", "siti@example.com"),
    ];
    let third = desk.import("indeed", &doubtful).await;
    let narrowed = ReviewFilter { min: likely, ..ReviewFilter::default() };
    import::review_page(store, &narrowed, None, 10).await.unwrap();
    let (waiting, _) = import::review_page(store, &ReviewFilter::default(), None, 10).await.unwrap();
    for (one, action) in waiting.iter().zip([Action::Shared, Action::Different, Action::Discard, Action::Same]) {
        desk.settle(&one.batch, one.row.row, action).await.unwrap();
    }

    // Taken back, and answered again.
    for action in [Action::Later, Action::Shared] {
        let shared = &waiting[0];
        desk.settle(&shared.batch, shared.row.row, action).await.unwrap();
    }
    import::settled_page(store, &ReviewFilter::default(), None, 10).await.unwrap();

    // The lists.
    let her = desk.named("Ayu Lestari").await.id;
    let status = Status { stage: Stage::InterviewHr, sub_state: SubState::Rejected };
    stands(store, her, status, "hr").await.unwrap();
    history(store, her).await.unwrap();
    let from_glints = FunnelQuery { until: Some(1_800_000_000_000_000), since: Some(1), portal: Some("glints") };
    for query in [FunnelQuery::default(), from_glints] {
        lifecycle::funnel(store, query).await.unwrap();
        lifecycle::fold_days(store).await.unwrap();
    }
    for filter in [
        Filter::default(),
        Filter { text: Some("siti".into()), ..Filter::default() },
        Filter { portal: Some("glints".into()), batch: Some(first.id), ..Filter::default() },
        Filter { stage: Some(status.stage), sub_state: Some(status.sub_state), ..Filter::default() },
    ] {
        application::page(store, &filter, Some(her), 10).await.unwrap();
        application::count(store, &filter).await.unwrap();
    }
    let people = desk.people().await;
    let [one, other, ..] = people.as_slice() else { panic!("two people") };
    let merged = desk.merge_choosing(one.id, other.id, &[Detail::FullName]).await.unwrap();
    history(store, one.id).await.unwrap();
    stands(store, other.id, Status::INITIAL, "hr").await.unwrap();
    let fourth = desk.import("indeed", &[siti(), rina()]).await;
    desk.reverse(&merged).await.unwrap();
    let apart = desk.tell_apart(one.id, other.id).await.unwrap();
    linking::links(store, one.id).await.unwrap();
    linking::apart(store).await.unwrap();
    import::plan_again(store, desk.draft("indeed", &[rina()]).await.id, &Progress::default()).await.unwrap();
    desk.reverse(&apart).await.unwrap();
    linking::latest(store, Some(apart.id), 10).await.unwrap();
    linking::answers(store).await.unwrap();
    // What the queue's answers told apart is asked about again.
    for said in linking::links(store, other.id).await.unwrap() {
        if said.kind == LinkKind::ToldApart && said.reversed_by.is_none() {
            desk.reverse(&said).await.unwrap();
        }
    }
    import::batches(store, Some(third.id), 10).await.unwrap();
    import::committed(store, "glints", 1).await.unwrap();
    import::remember(store, "headers", &RememberedMapping { portal: "glints".into(), columns: Vec::new() }, "hr")
        .await
        .unwrap();
    import::remembered(store, "headers").await.unwrap();
    answers::keep(store, "key", "answer").await.unwrap();
    answers::kept(store, "key").await.unwrap();
    assert!(store.check().await.is_empty());
    let [one, other] = [("Wayan Sudarsana", "081234567831"), ("Wayan Sudarsna", "081234567841")];
    let alike = [one, other].map(|(name, phone)| applicant(name, phone, "").born("1995-06-17"));
    desk.import("glints", &alike).await;
    let model = Model::shipped().unwrap();
    linking::steps(store, &model).await.unwrap();
    let found = linking::duplicates(store, &model, 0.0, &Progress::default()).await.unwrap();
    assert!(!found.pairs.is_empty(), "two are alike");

    // Taken back.
    for batch in [fourth, third, second, first] {
        import::undo(store, batch.id, &Progress::default()).await.unwrap();
    }
    // Somebody's number is somebody else's next.
    let before = desk.import("glints", &[applicant("Tuti Alawiyah", "081234567821", "")]).await;
    let after = desk.import("jobstreet", &[applicant("Sri Wahyuni", "081234567821", "")]).await;
    desk.settle(&after, 2, Action::Different).await.unwrap();
    import::undo(store, before.id, &Progress::default()).await.unwrap();
    accounts_of_a_day(desk).await;
    somebody_is_erased(desk).await;
    team_of_a_day(desk).await;
}

/// Somebody is added, signs in with a second factor, does something, and is disabled.
async fn team_of_a_day(desk: &Desk) {
    let team = team(desk.store());
    team.exists().await.unwrap();
    let welcome = team.add(&"rina".parse().unwrap(), Role::Admin, "owner").await.unwrap();
    team.add(&"budi".parse().unwrap(), Role::Recruiter, "owner").await.unwrap();
    let with = |password| Credentials { name: "rina", password, digits: None, device: "test" };
    let session = team.sign_in(with(&welcome.password)).await.unwrap();
    let own = "kuda payung sore biru";
    team.change_password(&session.staff, &welcome.password, own).await.unwrap();
    let offered = team.offer_second_factor(&session.staff, own).await.unwrap();
    let totp = totp_rs::Builder::new().with_secret(totp_rs::Secret::try_from_base32(offered.secret).unwrap());
    let totp = totp.build().unwrap();
    let now = u64::try_from(desk.store().clock().micros() / 1_000_000).unwrap();
    team.begin_second_factor(&session.staff, own, &totp.generate(now).to_string()).await.unwrap();
    let digits = totp.generate(now + 30).to_string();
    team.sign_in(Credentials { digits: Some(&digits), ..with(own) }).await.unwrap();
    team.signed_in(&session.token).await.unwrap();
    team.sessions(session.staff.id).await.unwrap();
    let deed =
        Deed { actor: "rina", staff: Some(session.staff.id), action: "POST /v1/x", target: "/v1/x", request: "1" };
    let noted = team.note(deed).await.unwrap();
    team.done(noted, 200).await.unwrap();
    let filter = AuditFilter { actor: Some("rina".into()), target: Some("x".into()) };
    team.audit(&filter, Some(noted), 10).await.unwrap();
    team.audit(&AuditFilter::default(), None, 10).await.unwrap();
    team.members().await.unwrap();
    team.change("budi", Change::Disable, "rina").await.unwrap();
    team.reset("rina", "rina").await.unwrap();
    team.sign_out(session.staff.id, session.staff.session).await.unwrap();
}

/// Somebody is given her data and erased; her row comes again, a draft from before is committed, and she registers anew.
async fn somebody_is_erased(desk: &Desk) {
    let store = desk.store();
    let ratna = || applicant("Ratna Sari", "081234567861", "ratna@example.com");
    let batch = desk.import("glints", &[ratna()]).await;
    let her = desk.named("Ratna Sari").await.id;
    let with = Registration {
        phone: "+6281234567861",
        proof: Proof::Code,
        email: Some("ratna@example.com"),
        email_proven: true,
        full_name: "Ratna Sari",
        birth_date: None,
        pin_hash: "$argon2id$",
    };
    register(store, with, Policy::default()).await.unwrap();
    desk.undo(&batch).await;
    let draft = desk.draft("jobstreet", &[ratna()]).await;
    privacy::personal_data(store, her).await.unwrap();
    privacy::accesses(store, her, None, 10).await.unwrap();
    for old in ["UPDATE one_time_code SET sent_at = 1", "UPDATE pin_attempt SET tried_at = 1"] {
        sqlx::query(old).execute(&mut desk.tables().await).await.unwrap();
    }
    let days = std::num::NonZeroU32::new(1);
    privacy::retention(store, her, days).await.unwrap();
    privacy::due(store, days, Some(her.0), 10).await.unwrap();
    privacy::purge_daily(store, days, &Progress::default()).await.unwrap();
    privacy::erase(store, her, "rina".into(), Why::Asked).await.unwrap();
    desk.import_in_one_go("glints", &[ratna()]).await;
    import::commit(store, draft.id, "hr", &Progress::default()).await.unwrap();
    register(store, with, Policy::default()).await.unwrap();
}

/// Two register: one by a code, whose name HR is asked about, and one by an invitation, who also shows her address. One of them comes and goes.
async fn accounts_of_a_day(desk: &Desk) {
    let accounts = accounts(desk.store(), Policy::default());
    let (phone, pin) = ("+6281234567851", "482057");
    desk.import(
        "glints",
        &[applicant("Made Suryani", "081234567851", ""), applicant("Komang Ayu", "081234567852", "")],
    )
    .await;
    desk.import("indeed", &[applicant("Komang Ayu", "", "komang@example.com")]).await;
    let version = ConsentVersion::parse("2026-11").unwrap();
    let with = |phone, shown, full_name| Enrolment {
        phone,
        shown,
        pin,
        full_name,
        birth_date: None,
        email: None,
        email_code: None,
        consent: &version,
    };
    let code = accounts.code(To::phone(phone), Purpose::Register).await.unwrap();
    let by_code = with(phone, Shown::Code(code.request, &code.digits), "Ketut Lestari");
    let (pending, _) = accounts.enrol(by_code).await.unwrap();
    accounts.enrol(by_code).await.unwrap();
    let asked = accounts.questions(None, 10).await.unwrap();
    accounts.questions(Some(asked[0].id), 10).await.unwrap();
    let filter = QuestionFilter { why: Some(asked[0].why.clone()), portal: Some("glints".into()) };
    accounts.questions_of(&filter, None, 10).await.unwrap();
    accounts.answer(asked[0].id, AccountAnswer::Hers, "hr").await.unwrap();
    accounts.take_back(asked[0].id, "hr").await.unwrap();
    accounts.answer(asked[0].id, AccountAnswer::Another, "hr").await.unwrap();
    accounts.take_back(asked[0].id, "hr").await.unwrap();
    accounts.answer(asked[0].id, AccountAnswer::Another, "hr").await.unwrap();
    let said = accounts.answers(None, 10).await.unwrap();
    accounts.answers(Some(said[0].id), 10).await.unwrap();
    found_by_an_address_alone(desk).await;

    let people = desk.people().await;
    let komang = people.iter().find(|one| one.fields.phone.as_deref() == Some("+6281234567852")).unwrap().id;
    let invitation = accounts.invite(komang, "hr").await.unwrap();
    let shown = Shown::Invitation(&invitation.token);
    let (hers, session) = accounts.enrol(with(&invitation.phone, shown, "Komang Ayu")).await.unwrap();
    let code = accounts.code(To::email("komang@example.com"), Purpose::Email).await.unwrap();
    accounts.prove_email(hers.account, "komang@example.com", (code.request, &code.digits)).await.unwrap();

    let signed = Status { stage: Stage::OnboardedRegular, sub_state: SubState::Active };
    stands(desk.store(), komang, signed, "hr").await.unwrap();
    for active in [true, false] {
        lifecycle::activate(desk.store(), komang, active, "hr").await.unwrap();
    }
    accounts.me(hers.account).await.unwrap();
    accounts.withdraw(hers.account).await.unwrap();
    accounts.consent(hers.account, &version).await.unwrap();
    accounts.consents_of(komang).await.unwrap();
    let next = accounts.refresh(&session.refresh).await.unwrap();
    accounts.goes_on(next.id, next.account).await.unwrap();
    accounts.sessions(hers.account).await.unwrap();
    let known = Pin::parse(pin).unwrap();
    accounts.change_pin(hers.account, session.id, &known, "730164").await.unwrap();
    accounts.sign_out(session.id).await.unwrap();
    let code = accounts.code(To::phone(phone), Purpose::Pin).await.unwrap();
    accounts.reset_pin(NewPin::by(phone, (code.request, &code.digits), "905173")).await.unwrap();
    let (new, code) = (Pin::parse("905173").unwrap(), accounts.code(To::phone(phone), Purpose::Device).await.unwrap());
    let code = Some((code.request, code.digits.as_str()));
    let again = accounts.sign_in(SignIn { phone, pin: &new, device: None, code }).await.unwrap();
    assert_eq!(again.account, pending.account);
}

/// Somebody registers with a number that nobody has and an address that leads to an application: what HR says of it is taken back.
async fn found_by_an_address_alone(desk: &Desk) {
    let accounts = accounts(desk.store(), Policy::default());
    desk.import("indeed", &[applicant("Wayan Sari", "081234567853", "wayan@example.com")]).await;
    let with = Registration {
        phone: "+6281234567854",
        proof: Proof::Code,
        email: Some("wayan@example.com"),
        email_proven: false,
        full_name: "Wayan Sari",
        birth_date: None,
        pin_hash: "$argon2id$",
    };
    register(desk.store(), with, Policy::default()).await.unwrap();
    let asked = accounts.questions(None, 10).await.unwrap();
    let question = asked.iter().find(|one| one.full_name == "Wayan Sari").unwrap().id;
    accounts.answer(question, AccountAnswer::Hers, "hr").await.unwrap();
    accounts.take_back(question, "hr").await.unwrap();
}

#[rstest]
#[case("a IN (?, ?, ?) AND b = ?", "a IN (?) AND b = ?")]
#[case("a IN ($1, $2) AND b = $3", "a IN (?) AND b = ?")]
#[case("VALUES (?,?),(?,?),(?,?)", "VALUES (?)")]
fn lists_of_places_are_drawn_together(#[case] sql: &str, #[case] drawn: &str) {
    assert_eq!(drawn_together(sql), drawn);
}
