//! What only a cluster does: two nodes that do not see each other's locks, a node that dies in the middle, and one that comes back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use satu_core::{
    account::{Policy, Proof, RegisterError, Registration, register},
    import::{self, Progress},
    store::watch,
};
use satu_tests::{
    applicants::{Applicant, applicant},
    desk::Desk,
    engines::Cluster,
    ledger::{self, Ledger},
};

/// A cluster of its own: nodes are killed.
async fn cluster() -> Arc<Cluster> {
    Arc::new(tokio::task::spawn_blocking(Cluster::start).await.unwrap())
}

fn people(count: usize) -> Vec<Applicant> {
    (0..count)
        .map(|at| applicant(&format!("Orang {at}"), &format!("0813{at:08}"), &format!("orang{at}@example.com")))
        .collect()
}

/// Who registers through two doors at the same instant, on two nodes, is one application: one of the two is refused when it commits, and finds the
/// other's when it is done again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_phone_on_two_nodes_at_once_is_one_application() {
    let cluster = cluster().await;
    let here = cluster.database("satu", 0).await;
    let there = cluster.elsewhere(&here, 1);
    // The tables are made from one node.
    let (here, there) = (Desk::at(&here).await, Desk::at(&there).await);
    for round in 0..20_u32 {
        let her = applicant("Ayu Kartika", &format!("08130000{round:04}"), &format!("ayu{round}@example.com"));
        let drafts = (here.draft("glints", std::slice::from_ref(&her)).await, there.draft("jobstreet", &[her]).await);
        assert_eq!((drafts.0.counts.new, drafts.1.counts.new), (1, 1), "to both she is new");
        let (progress, other) = (Progress::default(), Progress::default());
        let (one, two) = tokio::join!(
            import::commit(here.store(), drafts.0.id, "hr", &progress),
            import::commit(there.store(), drafts.1.id, "hr 2", &other),
        );
        let counts = (one.unwrap().counts, two.unwrap().counts);
        assert_eq!(
            (counts.0.new + counts.1.new, counts.0.matched + counts.1.matched),
            (1, 1),
            "round {round}: {counts:?}"
        );
        assert_eq!(here.people().await.len(), round as usize + 1);
    }
    here.finish().await;
    there.finish().await;
}

/// Who taps twice, and reaches two nodes, has one account: both answers are the same, or one of them is to try again, which gives the same. It does not matter whether
/// somebody had her number before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_phone_that_registers_on_two_nodes_at_once_is_one_account() {
    let cluster = cluster().await;
    let here = cluster.database("satu", 0).await;
    let there = cluster.elsewhere(&here, 1);
    let (here, there) = (Desk::at(&here).await, Desk::at(&there).await);
    for round in 0..20_u32 {
        let known = round % 2 == 0;
        if known {
            here.import("glints", &[applicant("Ayu Kartika", &format!("08130000{round:04}"), "")]).await;
        }
        let before = here.people().await.len();
        let phone = format!("+628130000{round:04}");
        let her = Registration {
            phone: &phone,
            proof: Proof::Code,
            email: None,
            email_proven: false,
            full_name: "Ayu Kartika",
            birth_date: None,
            pin_hash: "$argon2id$",
        };
        let (one, two) = tokio::join!(
            register(here.store(), her, Policy::default()),
            register(there.store(), her, Policy::default())
        );
        let kept = register(there.store(), her, Policy::default()).await.unwrap();
        assert!(!kept.first, "round {round}: one of the two was kept");
        assert!(kept.application.is_some(), "round {round}: nobody has to be asked");
        let mut firsts = 0;
        for tap in [one, two] {
            match tap {
                Ok(answer) => {
                    firsts += usize::from(answer.first);
                    let same = (answer.account, answer.application, answer.asked.is_empty());
                    assert_eq!(same, (kept.account, kept.application, true), "round {round}");
                }
                Err(RegisterError::Contended) => {}
                Err(other) => panic!("round {round}: {other}"),
            }
        }
        assert_eq!(firsts, 1, "round {round}: one of the two is the first");
        assert_eq!(here.people().await.len(), before + usize::from(!known), "round {round}");
        let accounts = ledger::number(&mut here.tables().await, "SELECT count(*) FROM account").await;
        assert_eq!(accounts, i64::from(round) + 1, "round {round}");
    }
    here.finish().await;
    there.finish().await;
}

/// Killed at one statement and another, each time the other nodes go on without half of it, the same import through one of them ends as if
/// nothing had happened, and the node has all of it when it is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_dies_in_the_middle_of_an_import_leaves_nothing_half_done_and_comes_back() {
    let cluster = cluster().await;
    for (round, at) in [4_usize, 12].into_iter().enumerate() {
        let name = format!("satu_dies_{round}");
        let (dies, lives) = (round + 1, 0);
        let first = cluster.database(&name, dies).await;
        let desk = Desk::at(&first).await;
        desk.import("glints", &people(5)).await;
        let before = Ledger::read(&mut ledger::at(&cluster.url(lives, &name)).await).await;
        let draft = desk.draft("jobstreet", &people(2500)).await;
        let (seen, node) = (AtomicUsize::new(0), Arc::clone(&cluster));
        watch::watch(desk.store(), move |_| {
            if seen.fetch_add(1, Ordering::SeqCst) == at {
                node.kill(dies);
            }
            false
        });
        let progress = Progress::default();
        let broken = import::commit(desk.store(), draft.id, "hr", &progress);
        let broken = tokio::time::timeout(std::time::Duration::from_secs(20), broken).await;
        assert!(!matches!(broken, Ok(Ok(_))), "its node is dead");

        let desk = Desk::at(&cluster.url(lives, &name)).await;
        assert_eq!(desk.all_is_well().await, before, "killed at statement {at}: nothing of it is there");
        let draft = import::batch(desk.store(), draft.id).await.unwrap();
        let done = desk.commit(&draft).await;
        assert_eq!((done.counts.new, done.counts.matched), (2495, 5));
        let after = desk.all_is_well().await;
        let again = Arc::clone(&cluster);
        tokio::task::spawn_blocking(move || again.start_again(dies)).await.unwrap();
        let back = Desk::at(&cluster.url(dies, &name)).await;
        assert_eq!(back.all_is_well().await, after, "the node that came back has all of it");
        assert_eq!(back.import("glints", &people(5)).await.counts.repeat, 5);
        back.finish().await;
        desk.finish().await;
    }
}
