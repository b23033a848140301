//! Those who work here: added, signed in, disabled, and what they did.

use std::{sync::atomic::Ordering, time::Duration};

use satu_core::{
    id::StaffId,
    staff::{AuditFilter, Change, Credentials, Deed, Role, SignedIn, StaffError, StaffName, StaffSession, Team},
    store::StoreError,
};
use satu_tests::{
    desk::{Desk, clock_ahead, team},
    engines::Engine,
    ledger,
};

const OWN: &str = "kuda payung sore biru";

/// A desk on the engine that this module is named for.
async fn desk() -> Desk {
    Desk::on(Engine::of_module(module_path!())).await
}

fn name(text: &str) -> StaffName {
    text.parse().unwrap()
}

fn with<'a>(name: &'a str, password: &'a str) -> Credentials<'a> {
    Credentials { name, password, digits: None, device: "Firefox" }
}

/// Somebody who was added and has chosen her own password.
async fn somebody(team: &Team, text: &str, role: Role) -> StaffSession {
    let welcome = team.add(&name(text), role, "owner").await.unwrap();
    let first = team.sign_in(with(text, &welcome.password)).await.unwrap();
    assert!(first.staff.password_due);
    team.change_password(&first.staff, &welcome.password, OWN).await.unwrap();
    let session = team.sign_in(with(text, OWN)).await.unwrap();
    assert!(!session.staff.password_due);
    session
}

fn is_over(asked: Result<SignedIn, StaffError>) -> bool {
    matches!(asked, Err(StaffError::Over))
}

#[tokio::test]
async fn whoever_is_added_first_is_an_administrator_and_a_name_is_taken_once() {
    let desk = desk().await;
    let team = team(desk.store());
    assert!(!team.exists().await.unwrap());
    assert!(matches!(team.add(&name("rina"), Role::Viewer, "owner").await, Err(StaffError::FirstIsAdmin)));
    let rina = team.add(&name("rina"), Role::Admin, "owner").await.unwrap().member;
    assert!(team.exists().await.unwrap());
    assert!(matches!(team.add(&name("Rina"), Role::Viewer, "owner").await, Err(StaffError::Taken(_))));
    team.add(&name("budi"), Role::Viewer, "rina").await.unwrap();
    let members = team.members().await.unwrap();
    let seen: Vec<_> = members.iter().map(|one| (one.name.as_str(), one.role, one.made_by.as_str())).collect();
    assert_eq!(seen, [("budi", Role::Viewer, "rina"), ("rina", Role::Admin, "owner")]);
    assert_eq!(team.name_of(rina.id).await.unwrap(), "rina");
    assert!(matches!(team.name_of(StaffId::mint()).await, Err(StaffError::Unknown(_))));
    desk.finish().await;
}

/// Of two who are added under one name at once, through two processes, there is one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_are_added_under_one_name_at_once_are_one() {
    let desk = desk().await;
    let (one, two) = (team(desk.another().await.store()), team(desk.another().await.store()));
    let rina = name("rina");
    let (a, b) = tokio::join!(one.add(&rina, Role::Admin, "x"), two.add(&rina, Role::Admin, "y"));
    assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{a:?} {b:?}");
    let refused = a.err().or(b.err()).unwrap();
    assert!(matches!(refused, StaffError::Taken(_)), "{refused}");
    assert_eq!(team(desk.store()).members().await.unwrap().len(), 1);
    desk.finish().await;
}

#[tokio::test]
async fn a_session_is_good_until_it_is_ended_and_only_its_owner_ends_it() {
    let desk = desk().await;
    let team = team(desk.store());
    let (rina, budi) = (somebody(&team, "rina", Role::Admin).await, somebody(&team, "budi", Role::Recruiter).await);
    assert_eq!(team.signed_in(&rina.token).await.unwrap(), rina.staff);
    assert!(is_over(team.signed_in("").await));
    assert!(is_over(team.signed_in(&budi.token.replace(['0', '1'], "2")).await));
    let again = team.sign_in(with(" RINA ", OWN)).await.unwrap();
    // The session that chose the password, and these two.
    assert_eq!(team.sessions(rina.staff.id).await.unwrap().len(), 3);
    assert!(team.sessions(rina.staff.id).await.unwrap().iter().all(|one| one.device == "Firefox"));
    team.sign_out(budi.staff.id, again.staff.session).await.unwrap();
    assert!(team.signed_in(&again.token).await.is_ok(), "another one's session is not ended");
    team.sign_out(rina.staff.id, again.staff.session).await.unwrap();
    team.sign_out(rina.staff.id, again.staff.session).await.unwrap();
    assert!(is_over(team.signed_in(&again.token).await));
    assert!(team.signed_in(&rina.token).await.is_ok());
    desk.finish().await;
}

/// That somebody is here is noted by the clock as it stands, also where it was set back: a session that is used goes on, and is not measured by what was ahead.
#[tokio::test]
async fn that_somebody_is_here_is_noted_by_a_clock_that_was_set_back_too() {
    let (clock, ahead) = clock_ahead();
    let desk = Desk::on_with(Engine::of_module(module_path!()), clock).await;
    let team = team(desk.store());
    ahead.store(6, Ordering::Relaxed);
    let rina = somebody(&team, "rina", Role::Admin).await;
    for hours in [0, -7] {
        ahead.store(hours, Ordering::Relaxed);
        // Thirteen hours lie between the first and the last of them.
        assert_eq!(team.signed_in(&rina.token).await.unwrap(), rina.staff, "{hours}");
        for tries in 0.. {
            let sessions = team.sessions(rina.staff.id).await.unwrap();
            let hers = sessions.iter().find(|one| one.id == rina.staff.session).unwrap();
            let used: jiff::Timestamp = hers.used_at.parse().unwrap();
            if used.as_microsecond().abs_diff(desk.store().clock().micros()) < 60_000_000 {
                break;
            }
            assert!(tries < 2000, "it is never noted");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    desk.finish().await;
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session() {
    let desk = desk().await;
    let team = team(desk.store());
    let rina = somebody(&team, "rina", Role::Admin).await;
    let elsewhere = team.sign_in(with("rina", OWN)).await.unwrap();
    let new = "empat kata lain sama sekali";
    assert!(matches!(team.change_password(&rina.staff, "wrong", new).await, Err(StaffError::Wrong)));
    assert!(matches!(team.change_password(&rina.staff, OWN, "short").await, Err(StaffError::Password(_))));
    team.change_password(&rina.staff, OWN, new).await.unwrap();
    assert!(is_over(team.signed_in(&elsewhere.token).await));
    assert!(team.signed_in(&rina.token).await.is_ok());
    assert!(matches!(team.sign_in(with("rina", OWN)).await, Err(StaffError::Wrong)));
    assert!(team.sign_in(with("rina", new)).await.is_ok());
    desk.finish().await;
}

/// A wrong password is counted whatever follows, on every node: twelve at once are looked at five times, also for a name that nobody has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_are_counted_together_for_every_name() {
    let desk = desk().await;
    somebody(&team(desk.store()), "rina", Role::Admin).await;
    let others = [desk.another().await, desk.another().await];
    for guessed in ["rina", "nobody"] {
        let mut guesses = tokio::task::JoinSet::new();
        for guess in 0..12 {
            let team = team(others[guess % 2].store());
            guesses.spawn(async move { team.sign_in(with(guessed, "salah dan salah lagi")).await.map(drop) });
        }
        let mut looked_at = 0;
        while let Some(guess) = guesses.join_next().await {
            match guess.unwrap() {
                Err(StaffError::Wrong) => looked_at += 1,
                // Turned away, or told to try again since others were quicker too often.
                Err(StaffError::Locked { .. } | StaffError::Store(StoreError::Contended(_))) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!((1..=5).contains(&looked_at), "{guessed}: {looked_at}");
        let right = team(desk.store()).sign_in(with(guessed, OWN)).await;
        assert!(matches!(right, Err(StaffError::Locked { .. })), "{right:?}");
    }
    // An administrator gives her another password: what was counted is forgotten.
    let welcome = team(desk.store()).reset("rina", "x").await.unwrap();
    assert!(team(desk.store()).sign_in(with("rina", &welcome.password)).await.unwrap().staff.password_due);
    desk.finish().await;
}

#[tokio::test]
async fn whoever_is_disabled_is_signed_out_and_stays_so_until_she_is_enabled() {
    let desk = desk().await;
    let team = team(desk.store());
    somebody(&team, "rina", Role::Admin).await;
    let budi = somebody(&team, "budi", Role::Recruiter).await;
    let disabled = team.change("budi", Change::Disable, "x").await.unwrap();
    assert!(disabled.disabled_at.is_some());
    assert!(is_over(team.signed_in(&budi.token).await));
    assert!(matches!(team.sign_in(with("budi", OWN)).await, Err(StaffError::Wrong)), "as for a name that nobody has");
    assert_eq!(team.change("budi", Change::Disable, "x").await.unwrap(), disabled, "the first time stays");
    assert_eq!(team.change("budi", Change::Enable, "x").await.unwrap().disabled_at, None);
    assert!(is_over(team.signed_in(&budi.token).await), "a session that ended stays so");
    assert_eq!(team.sign_in(with("budi", OWN)).await.unwrap().staff.role, Role::Recruiter);
    team.change("budi", Change::Role(Role::Viewer), "x").await.unwrap();
    assert_eq!(team.sign_in(with("budi", OWN)).await.unwrap().staff.role, Role::Viewer);
    assert!(matches!(team.change("nobody", Change::Enable, "x").await, Err(StaffError::Unknown(_))));
    desk.finish().await;
}

/// Two administrators take each other's place away at the same instant, through two nodes: one stays, on every engine.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_administrator_stays_one() {
    let desk = desk().await;
    let here = team(desk.store());
    here.add(&name("rina"), Role::Admin, "owner").await.unwrap();
    for change in [Change::Disable, Change::Role(Role::Viewer)] {
        assert!(matches!(here.change("rina", change, "x").await, Err(StaffError::LastAdmin(_))));
    }
    here.add(&name("budi"), Role::Admin, "owner").await.unwrap();
    let (one, two) = (team(desk.another().await.store()), team(desk.another().await.store()));
    for _ in 0..3 {
        let (a, b) = tokio::join!(one.change("rina", Change::Disable, "x"), two.change("budi", Change::Disable, "x"));
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{a:?} {b:?}");
        let refused = a.err().or(b.err()).unwrap();
        assert!(matches!(refused, StaffError::LastAdmin(_)), "{refused}");
        for who in ["rina", "budi"] {
            here.change(who, Change::Enable, "x").await.unwrap();
        }
    }
    desk.finish().await;
}

/// The digits that an app on her phone shows for a secret, the standard's way.
fn digits(secret: &str, later: u64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap();
    totp_rs::Builder::new().with_secret(secret).build().unwrap().generate(now + later * 30).to_string()
}

#[tokio::test]
async fn a_second_factor_counts_once_its_digits_were_shown_and_each_digits_once() {
    let desk = desk().await;
    let team = team(desk.store());
    let rina = somebody(&team, "rina", Role::Admin).await;
    let offered = team.offer_second_factor(&rina.staff, OWN).await.unwrap();
    assert!(team.sign_in(with("rina", OWN)).await.is_ok(), "it does not count yet");
    let wrong = team.begin_second_factor(&rina.staff, OWN, "000000").await;
    assert!(matches!(wrong, Err(StaffError::WrongDigits)), "{wrong:?}");
    team.begin_second_factor(&rina.staff, OWN, &digits(&offered.secret, 0)).await.unwrap();

    assert!(matches!(team.sign_in(with("rina", OWN)).await, Err(StaffError::NeedsDigits)));
    assert!(matches!(team.sign_in(with("rina", "salah dan salah lagi")).await, Err(StaffError::Wrong)));
    // Those that began with it were used; the next ones are good once.
    let next = digits(&offered.secret, 1);
    let shown = |digits| Credentials { digits: Some(digits), ..with("rina", OWN) };
    let session = team.sign_in(shown(&next)).await.unwrap();
    assert!(session.staff.second_factor);
    assert!(matches!(team.sign_in(shown(&next)).await, Err(StaffError::WrongDigits)));

    // Another one begins when that has ended, which takes its digits.
    assert!(matches!(team.offer_second_factor(&session.staff, OWN).await, Err(StaffError::HasSecondFactor)));
    let ended = team.end_second_factor(&session.staff, OWN, "000000").await;
    assert!(matches!(ended, Err(StaffError::WrongDigits)), "{ended:?}");

    // She has lost her phone.
    let welcome = team.reset("rina", "x").await.unwrap();
    assert!(is_over(team.signed_in(&session.token).await));
    let first = team.sign_in(with("rina", &welcome.password)).await.unwrap();
    assert!(!first.staff.second_factor);
    // The next one is another secret.
    let anew = team.offer_second_factor(&first.staff, &welcome.password).await.unwrap();
    assert_ne!(anew.secret, offered.secret);
    desk.finish().await;
}

/// Whoever sits at her browser and knows her password has as many tries at her digits as at a password: neither the right password forgives them, nor a new one.
#[tokio::test]
async fn wrong_digits_are_counted_though_the_password_is_right() {
    let desk = desk().await;
    let team = team(desk.store());
    let rina = somebody(&team, "rina", Role::Admin).await;
    let offered = team.offer_second_factor(&rina.staff, OWN).await.unwrap();
    let begun = team.begin_second_factor(&rina.staff, OWN, "000000").await;
    assert!(matches!(begun, Err(StaffError::WrongDigits)), "{begun:?}");
    team.begin_second_factor(&rina.staff, OWN, &digits(&offered.secret, 0)).await.unwrap();

    let ends = async |password, digits| team.end_second_factor(&rina.staff, password, digits).await;
    for _ in 0..3 {
        let wrong = ends(OWN, "000000").await;
        assert!(matches!(wrong, Err(StaffError::WrongDigits)), "what began with it was forgiven: {wrong:?}");
    }
    let new = "empat kata lain sama sekali";
    team.change_password(&rina.staff, OWN, new).await.unwrap();
    for _ in 0..2 {
        let wrong = ends(new, "000000").await;
        assert!(matches!(wrong, Err(StaffError::WrongDigits)), "{wrong:?}");
    }
    let right = digits(&offered.secret, 1);
    for shown in ["000000", &right] {
        let locked = ends(new, shown).await;
        assert!(matches!(locked, Err(StaffError::Locked { .. })), "{locked:?}");
    }
    // Her own way in is open.
    team.sign_in(Credentials { digits: Some(&right), ..with("rina", new) }).await.unwrap();
    desk.finish().await;
}

/// Somebody who knew the password was offered a second factor, and waits for its owner to begin with it.
#[tokio::test]
async fn a_second_factor_that_was_offered_to_somebody_else_is_void() {
    let desk = desk().await;
    let team = team(desk.store());
    let welcome = team.add(&name("rina"), Role::Admin, "owner").await.unwrap();
    let first = team.sign_in(with("rina", &welcome.password)).await.unwrap();
    let planted = team.offer_second_factor(&first.staff, &welcome.password).await.unwrap();
    team.change_password(&first.staff, &welcome.password, OWN).await.unwrap();
    let begun = team.begin_second_factor(&first.staff, OWN, &digits(&planted.secret, 0)).await;
    assert!(matches!(begun, Err(StaffError::WrongDigits)), "{begun:?}");
    let before = team.offer_second_factor(&first.staff, OWN).await.unwrap();
    let offered = team.offer_second_factor(&first.staff, OWN).await.unwrap();
    assert!(offered.secret != planted.secret && offered.secret != before.secret);
    let begun = team.begin_second_factor(&first.staff, OWN, &digits(&before.secret, 0)).await;
    assert!(matches!(begun, Err(StaffError::WrongDigits)), "the last offer counts");
    let elsewhere = team.sign_in(with("rina", OWN)).await.unwrap();
    team.begin_second_factor(&first.staff, OWN, &digits(&offered.secret, 0)).await.unwrap();
    assert!(is_over(team.signed_in(&elsewhere.token).await), "whoever signed in without it is out");
    desk.finish().await;
}

#[tokio::test]
async fn what_somebody_did_is_written_before_and_after_and_never_changed() {
    let desk = desk().await;
    let team = team(desk.store());
    let rina = somebody(&team, "rina", Role::Admin).await;
    let deed = |actor, target| Deed {
        actor,
        staff: Some(rina.staff.id),
        action: "POST /v1/applications/{id}/transitions",
        target,
        request: "r-1",
    };
    let first = team.note(deed("rina", "/v1/applications/7/transitions")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(2)).await;
    let second = team.note(deed("budi", "/v1/applications/8/transitions")).await.unwrap();
    team.done(first, 200).await.unwrap();
    team.done(first, 500).await.unwrap();
    let all = team.audit(&AuditFilter::default(), None, 10).await.unwrap();
    let seen: Vec<_> = all.iter().map(|one| (one.actor.as_str(), one.action.as_str(), one.status)).collect();
    let route = "POST /v1/applications/{id}/transitions";
    assert_eq!(
        seen,
        [
            ("budi", route, None),
            ("rina", route, Some(200)),
            ("rina", "staff.sign_in", Some(200)),
            ("rina", "staff.sign_in", Some(200)),
            ("owner", "staff.add", Some(200)),
        ],
        "the first answer stands; what is done of staff is written by itself"
    );
    assert_eq!((all[4].target.as_str(), all[4].staff, all[2].staff), ("rina admin", None, Some(rina.staff.id)));
    assert_eq!(team.audit(&AuditFilter::default(), Some(second), 10).await.unwrap().len(), 4);
    let of = |filter| {
        let team = team.clone();
        async move { team.audit(&filter, None, 10).await.unwrap().into_iter().map(|one| one.id).collect::<Vec<_>>() }
    };
    assert_eq!(of(AuditFilter { actor: Some("budi".into()), target: None }).await, [second]);
    assert_eq!(of(AuditFilter { actor: None, target: Some("/7/".into()) }).await, [first]);
    assert_eq!(of(AuditFilter { actor: None, target: Some("%".into()) }).await, []);

    let file = &mut desk.tables().await;
    for change in [
        "UPDATE audit_event SET actor = 'nobody'",
        "DELETE FROM audit_event",
        "UPDATE audit_answer SET status = 500",
        "DELETE FROM audit_answer",
        "TRUNCATE TABLE audit_event CASCADE",
        "TRUNCATE TABLE audit_answer",
    ] {
        let refused = ledger::refused(file, change).await;
        // MariaDB looks at what refers to a record before its triggers; SQLite knows no TRUNCATE, and MariaDB no CASCADE.
        let by = ["is refused", "foreign key constraint", "syntax"];
        assert!(by.iter().any(|words| refused.contains(words)), "{change}: {refused}");
    }
    desk.finish().await;
}
