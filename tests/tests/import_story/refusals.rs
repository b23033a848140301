//! What the database itself refuses.

use super::*;

/// What is only ever appended to, with one record: a table, its key, its other columns, the one that is forged, and what stands in that.
const APPENDED: [(&str, &str, &str, &str, &str); 2] = [
    (
        "status_history",
        "application_id, seq",
        "application_id, seq, sub_state, actor, at",
        "stage",
        "SELECT stage FROM status_history",
    ),
    ("audit_event", "id", "id, at, action, target, request", "actor", "SELECT actor FROM audit_event"),
];

/// By whoever opens the database, and not by Satu's own connection alone.
#[tokio::test]
async fn history_is_only_ever_appended() {
    let engine = Engine::of_module(module_path!());
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let file = &mut desk.tables().await;
    let noted = "INSERT INTO audit_event (id, at, actor, action, target, request) \
         SELECT id, 1, 'hr', 'POST /v1/imports', '/v1/imports', 'a' FROM hiring_application";
    sqlx::query(noted).execute(&mut *file).await.unwrap();
    for (table, key, others, forged, standing) in APPENDED {
        let before = ledger::texts(file, standing).await;
        assert_eq!(before.len(), 1, "{table}");
        let replacing = format!("INTO {table} ({others}, {forged}) SELECT {others}, 'OFFERING' FROM {table}");
        let mut statements = vec![format!("UPDATE {table} SET {forged} = 'OFFERING'"), format!("DELETE FROM {table}")];
        match engine {
            Engine::Sqlite => {
                statements.push(format!("INSERT OR REPLACE {replacing}"));
                statements.push(format!("REPLACE {replacing}"));
                statements.push(format!("UPDATE OR REPLACE {table} SET {forged} = 'OFFERING'"));
                let update = format!("ON CONFLICT ({key}) DO UPDATE SET {forged} = 'OFFERING'");
                statements.push(format!("INSERT {replacing} WHERE true {update}"));
            }
            Engine::Postgres => {
                statements.push(format!("TRUNCATE {table} CASCADE"));
                statements.push(format!("INSERT {replacing} ON CONFLICT ({key}) DO UPDATE SET {forged} = 'OFFERING'"));
            }
            Engine::MySql | Engine::Galera => {
                statements.push(format!("TRUNCATE TABLE {table}"));
                statements.push(format!("REPLACE {replacing}"));
                statements.push(format!("INSERT {replacing} ON DUPLICATE KEY UPDATE {forged} = 'OFFERING'"));
            }
        }
        for statement in statements {
            let error = sqlx::query(AssertSqlSafe(statement.clone())).execute(&mut *file).await;
            let error = error.expect_err(&statement).to_string();
            assert!(error.contains("is refused") || error.contains("foreign key constraint"), "{statement}: {error}");
            assert_eq!(ledger::texts(file, standing).await, before, "{statement}");
        }
    }
    if engine == Engine::Sqlite {
        // Every one that refuses to DELETE refuses to REPLACE, by each of its keys.
        let open = "SELECT name FROM sqlite_schema d WHERE type = 'trigger' AND name LIKE '%_refuses_delete' AND NOT EXISTS \
             (SELECT 1 FROM sqlite_schema r WHERE r.type = 'trigger' AND r.name = d.tbl_name || '_refuses_replace')";
        assert!(ledger::texts(file, open).await.is_empty());
        let template = "INSERT OR REPLACE INTO message_template (id, name, language, version, body, made_by, made_at) \
             VALUES (randomblob(16), 'ajakan', 'id', 1, 'Halo', 'hr', 1)";
        sqlx::query(template).execute(&mut *file).await.unwrap();
        let error = sqlx::query(template).execute(&mut *file).await.expect_err("another id").to_string();
        assert!(error.contains("REPLACE is refused"), "{error}");
    }
    desk.finish().await;
}

#[tokio::test]
async fn an_identifier_is_claimed_by_one_application_whoever_writes() {
    let desk = desk().await;
    desk.import("glints", &[siti(), dewi()]).await;
    let file = &mut desk.tables().await;
    let error = sqlx::query(
        "INSERT INTO identifier_claim (kind, value, application_id) \
         SELECT 'phone', '+6281234567801', id FROM hiring_application WHERE full_name = 'Dewi Lestari'",
    )
    .execute(&mut *file)
    .await
    .unwrap_err();
    assert!(error.as_database_error().is_some_and(|error| error.is_unique_violation()), "{error}");
    desk.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_phone_through_two_doors_at_the_same_instant_is_one_application() {
    let desk = desk().await;
    let (one, two) = (desk.another().await, desk.another().await);
    let folder = tempfile::tempdir().unwrap();
    for round in 0..25_u32 {
        let phone = format!("08130000{round:04}");
        let her = applicant("Ayu Kartika", &phone, &format!("ayu{round}@example.com"));
        let mut drafts = Vec::new();
        for (backend, portal) in [(&one, "glints"), (&two, "jobstreet")] {
            let path = folder.path().join(format!("{portal}.csv"));
            std::fs::write(&path, table(portal, std::slice::from_ref(&her))).unwrap();
            drafts.push(stage(backend, &LocalFile::at(&path), &Wish::default()).await.unwrap().0);
        }
        assert!(drafts.iter().all(|draft| draft.counts.new == 1), "to both she is new");
        let [first, second] = [(one.clone(), drafts[0].id), (two.clone(), drafts[1].id)].map(|(backend, id)| {
            tokio::spawn(async move { import::commit(backend.store(), id, "hr", &Progress::default()).await })
        });
        let counts = [first.await.unwrap().unwrap().counts, second.await.unwrap().unwrap().counts];
        assert_eq!(counts.iter().map(|one| one.new).sum::<u64>(), 1, "round {round}: {counts:?}");
        assert_eq!(counts.iter().map(|one| one.matched).sum::<u64>(), 1, "round {round}: {counts:?}");
        assert_eq!(desk.people().await.len(), round as usize + 1);
    }
    desk.finish().await;
}

/// What each of two does at the same instant, in tasks of their own.
async fn at_once<A: Send + 'static, B: Send + 'static>(
    one: impl Future<Output = A> + Send + 'static,
    two: impl Future<Output = B> + Send + 'static,
) -> (A, B) {
    let (one, two) = (tokio::spawn(one), tokio::spawn(two));
    (one.await.unwrap(), two.await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_imports_of_a_person_taken_back_at_once_leave_nothing_of_her() {
    let desk = desk().await;
    let others = [desk.another().await, desk.another().await];
    for _ in 0..15 {
        let imports = [desk.import("glints", &[siti()]).await.id, desk.import("jobstreet", &[siti()]).await.id];
        let [one, two] = [0, 1].map(|which| {
            let (backend, id) = (others[which].clone(), imports[which]);
            async move { import::undo(backend.store(), id, &Progress::default()).await }
        });
        let (one, two) = at_once(one, two).await;
        let removed = |undone: import::Result<import::Batch>| undone.unwrap().undo.unwrap().removed;
        assert_eq!(removed(one) + removed(two), 1, "she is removed once");
        assert!(desk.all_is_well().await.is_empty(), "no key and no source is left");
    }
    desk.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_through_another_door_while_she_is_taken_back_is_there() {
    let desk = desk().await;
    let others = [desk.another().await, desk.another().await];
    for round in 0..15 {
        let first = desk.import("glints", &[siti()]).await;
        let second = desk.draft("jobstreet", &[siti()]).await;
        let (undoing, committing) = (others[0].clone(), others[1].clone());
        let (undone, committed) =
            at_once(async move { import::undo(undoing.store(), first.id, &Progress::default()).await }, async move {
                import::commit(committing.store(), second.id, "hr", &Progress::default()).await
            })
            .await;
        undone.unwrap();
        assert_eq!(committed.unwrap().counts.total(), 1);
        desk.all_is_well().await;
        assert_eq!(desk.people().await.len(), 1, "round {round}");
        desk.undo(&second).await;
        assert!(desk.all_is_well().await.is_empty());
    }
    desk.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_change_one_status_at_once_leave_a_record_each() {
    let desk = desk().await;
    let (one, two) = (desk.another().await, desk.another().await);
    desk.import("glints", &[siti()]).await;
    let her = desk.named("Siti Aminah").await.id;
    for round in 1..=10 {
        let record = |backend: satu_backend::Backend, by: &'static str| async move {
            let status = STANDING(Stage::InterviewHr, SubState::Active);
            stands(backend.store(), her, status, by).await
        };
        let (one, two) = at_once(record(one.clone(), "hr 1"), record(two.clone(), "hr 2")).await;
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        assert_eq!(history(desk.store(), her).await.unwrap().len(), 1 + 2 * round);
    }
    desk.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_settle_rows_of_one_import_at_once_are_both_counted() {
    let desk = desk().await;
    let (one, two) = (desk.another().await, desk.another().await);
    let wati = applicant("Wati Susanti", "081234567801", "");
    for _ in 0..10 {
        let batch = desk.import("glints", &[siti(), rina(), wati.clone()]).await;
        let settle = |backend: satu_backend::Backend, row: u32| async move {
            import::settle(backend.store(), batch.id, row, Action::Discard, None, "hr").await
        };
        let (one, two) = at_once(settle(one.clone(), 3), settle(two.clone(), 4)).await;
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        let counts = import::batch(desk.store(), batch.id).await.unwrap().counts;
        assert_eq!((counts.new, counts.review, counts.rejected), (1, 0, 2));
        desk.undo(&batch).await;
    }
    desk.finish().await;
}

#[tokio::test]
async fn what_was_kept_at_one_desk_is_there_at_every_other_at_once() {
    let desk = desk().await;
    let other = desk.another().await;
    let batch = desk.import("glints", &[siti(), rina()]).await;
    let late = Engine::of_module(module_path!()) == Engine::Galera;
    let mut node = desk.tables().await;
    if late {
        // This node of the cluster hears of everything and carries none of it out until it may.
        sqlx::raw_sql("FLUSH TABLES WITH READ LOCK").execute(&mut node).await.unwrap();
    }
    let settled = import::settle(other.store(), batch.id, 3, Action::Discard, None, "hr").await.unwrap();
    let (there, ()) = tokio::join!(import::review(desk.store(), batch.id, 3), async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        if late {
            sqlx::raw_sql("UNLOCK TABLES").execute(&mut node).await.unwrap();
        }
    });
    assert_eq!(there.unwrap().row.outcome, settled.row.outcome);
    desk.finish().await;
}

#[tokio::test]
async fn the_row_number_is_the_one_that_a_person_sees() {
    let desk = desk().await;
    let batch = desk.import("glints", &[siti(), applicant("", "0812", ""), dewi()]).await;
    let rows: Vec<(u32, Outcome)> = desk.rows(&batch).await.into_iter().map(|row| (row.row, row.outcome)).collect();
    assert_eq!(rows, [(2, Outcome::New), (3, Outcome::Rejected), (4, Outcome::New)]);
    assert_eq!(desk.named("Dewi Lestari").await.sources[0].row, Some(4));
    desk.finish().await;
}

/// A process whose clock is minutes off throws nobody's draft away, and what a process left that is gone does not stay for a clock that was set back since.
#[tokio::test]
async fn what_a_process_that_is_gone_left_is_told_by_how_far_it_is_from_now() {
    let desk = desk().await;
    for (minutes, goes) in [(-20, 0), (20, 0), (-70, 1), (70, 1)] {
        let draft = desk.draft("glints", &[siti()]).await;
        let touched = desk.store().clock().micros() + minutes * 60_000_000;
        let left = format!("UPDATE import_batch SET ephemeral = 1, touched_at = {touched} WHERE state = 'ready'");
        sqlx::query(AssertSqlSafe(left)).execute(&mut desk.tables().await).await.unwrap();
        assert_eq!(import::abandon_stale(desk.store()).await.unwrap(), goes, "{minutes} minutes from now");
        let state = import::batch(desk.store(), draft.id).await.unwrap().state;
        assert_eq!(state == BatchState::Discarded, goes == 1);
        import::discard(desk.store(), draft.id).await.unwrap();
    }
    desk.finish().await;
}
