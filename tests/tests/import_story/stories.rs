//! What an import does, told as stories: one a use case, each on a fresh database, from the portal's file to the tables.
//!
//! Every story ends with `finish`: no promise of the database is broken, whatever happened.

use rstest::rstest;
use satu_backend::{
    api::imports::memory,
    intake::{LocalFile, Wish},
};
use satu_core::{
    application::{Field, IdentifierState, history},
    import::{self, Action, BatchState, ImportError, Outcome, Progress, Reason, UndoReport, Which, WhyKept},
    lifecycle::{Stage, Status, SubState},
    store::watch,
};
use satu_tests::{
    applicants::{Applicant, applicant, table},
    desk::{Desk, stage, stands},
    engines::Engine,
    ledger,
};
use sqlx::AssertSqlSafe;

mod corrections;
mod decisions;
mod families;
mod outcomes;
mod refusals;
mod scores;
mod taken_back;
mod undo;

/// A desk on the engine that this module is named for.
async fn desk() -> Desk {
    Desk::on(Engine::of_module(module_path!())).await
}

fn siti() -> Applicant {
    applicant("Siti Aminah", "081234567801", "siti@example.com").born("1998-04-12")
}

fn dewi() -> Applicant {
    applicant("Dewi Lestari", "081234567802", "dewi@example.com")
}

/// Siti's sister, on Siti's phone.
fn rina() -> Applicant {
    applicant("Rina Wulandari", "081234567801", "rina@example.com")
}

/// Where a decision is made.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Where {
    Draft,
    DraftByClass,
    Queue,
}

/// Siti came through Glints; then her sister comes through JobStreet with Siti's phone, and HR decides.
async fn decided(at: Where, action: Action) -> (Desk, import::Batch) {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let draft = desk.draft("jobstreet", &[rina()]).await;
    assert_eq!(desk.outcomes(&draft).await, ["review shared_phone"]);
    let batch = match at {
        Where::Draft => {
            assert_eq!(desk.decide(&draft, &[2], action).await.unwrap(), 1);
            desk.commit(&draft).await
        }
        Where::DraftByClass => {
            let class = Which::Class(Reason::SharedPhone);
            assert_eq!(
                import::decide(desk.store(), draft.id, &class, action, None, "hr", &Progress::default()).await.unwrap(),
                1
            );
            desk.commit(&draft).await
        }
        Where::Queue => {
            let batch = desk.commit(&draft).await;
            desk.settle(&batch, 2, action).await.unwrap();
            batch
        }
    };
    (desk, batch)
}

const STANDING: fn(Stage, SubState) -> Status = |stage, sub_state| Status { stage, sub_state };
