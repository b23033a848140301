//! Who is erased when the time is over, as the day's work is broken off. Each time one person is looked at, so that all of it is one transaction to whoever looks.

use std::num::NonZeroU32;

use satu_core::{
    account::{Policy, Registration, register},
    import::Progress,
    privacy,
};
use satu_tests::{
    applicants::applicant,
    desk::{Desk, accounts},
};

use crate::use_cases::{named, sitis_sister};

/// Who is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Siti has taken back her consent.
    Withdrawn,
    /// Somebody on Siti's number has, while HR is asked whether she is Siti: her account goes alone.
    Alone,
    /// Somebody who is to be looked at again, and is kept: she was heard of today.
    Kept,
    /// A row that was rejected, in a file that was imported long ago.
    Nobodys,
}

/// Until what a use case needs is there.
pub async fn world(case: Case, desk: &Desk) {
    if case == Case::Kept {
        // Whoever was shown by another one has not been looked at.
        desk.import("jobstreet", &[applicant("Aminah Putri", "081234567811", "aminah@example.id")]).await;
        let (siti, aminah) = (named(desk, "Siti Aminah").await.unwrap(), named(desk, "Aminah Putri").await.unwrap());
        let merged = desk.merge(siti, aminah).await.unwrap();
        desk.reverse(&merged).await.unwrap();
        return;
    }
    if case == Case::Nobodys {
        desk.import("jobstreet", &[applicant("Aminah Putri", "", "")]).await;
        let long_ago = "UPDATE import_batch SET committed_at = 1 WHERE portal = 'jobstreet'";
        sqlx::query(long_ago).execute(&mut desk.tables().await).await.unwrap();
        return;
    }
    let full_name = if case == Case::Withdrawn { "Siti Aminah" } else { "Rina Wulandari" };
    let with = Registration { full_name, ..sitis_sister() };
    let registered = register(desk.store(), with, Policy::default()).await.unwrap();
    assert_eq!(registered.application.is_some(), case == Case::Withdrawn);
    accounts(desk.store(), Policy::default()).withdraw(registered.account).await.unwrap();
    // Longer ago than a slip can be mended.
    let long_ago = "UPDATE account SET withdrawn_at = 1";
    sqlx::query(long_ago).execute(&mut desk.tables().await).await.unwrap();
}

/// Does the day's work, an hour after whoever was at it before: one that was killed is believed to be gone then.
pub async fn run(case: Case, desk: &Desk) -> Result<(), String> {
    let later = "UPDATE daily_task SET begun_at = 0";
    sqlx::query(later).execute(&mut desk.tables().await).await.unwrap();
    let days = NonZeroU32::new(u32::from(matches!(case, Case::Kept | Case::Nobodys)));
    privacy::purge_daily(desk.store(), days, &Progress::default()).await.map(drop).map_err(|error| error.to_string())
}
