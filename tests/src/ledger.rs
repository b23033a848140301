//! What a database holds, on any engine, read past the program: the tables themselves, so that the program cannot vouch for itself.

use std::path::Path;

use sqlx::{AnyConnection, ConnectOptions, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

/// A person's door: her name, the portal, its id, and the row of the file.
pub type Door = (String, String, Option<String>, i64);

/// Everything that committed imports have left, without ids and times: two databases in which the same happened are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// Every source of every application that is in the lists, sorted.
    pub doors: Vec<Door>,
    /// Every identifier that keys somebody, with her name.
    pub claims: Vec<(String, String, String)>,
    /// Applications in the lists.
    pub applications: i64,
    /// Records of history of those applications.
    pub history: i64,
    /// Rows in the queue.
    pub waiting: i64,
}

impl Ledger {
    /// Reads the tables of a file. No other process may hold it.
    ///
    /// # Panics
    /// When the file is not sound.
    pub async fn of(database: &Path) -> Self {
        let file = &mut open(database).await;
        assert_eq!(texts(file, "PRAGMA integrity_check").await, ["ok"], "the file is sound");
        assert!(
            texts(file, "SELECT \"table\" FROM pragma_foreign_key_check").await.is_empty(),
            "every reference leads somewhere"
        );
        Self::read(file).await
    }

    /// Reads the tables.
    ///
    /// # Panics
    /// When they cannot be read.
    pub async fn read(file: &mut AnyConnection) -> Self {
        Self {
            doors: sqlx::query_as(
                "SELECT a.full_name, s.portal, s.source_ref, coalesce(s.row_no, 0) FROM application_source s \
                 JOIN hiring_application a ON a.id = s.application_id WHERE a.removed_at IS NULL ORDER BY 1, 2, 3, 4",
            )
            .fetch_all(&mut *file)
            .await
            .expect("sources"),
            claims: sqlx::query_as(
                "SELECT c.kind, c.value, coalesce(a.full_name, '(shared)') FROM identifier_claim c \
                 LEFT JOIN hiring_application a ON a.id = c.application_id ORDER BY 1, 2",
            )
            .fetch_all(&mut *file)
            .await
            .expect("claims"),
            applications: number(
                file,
                "SELECT count(*) FROM hiring_application WHERE removed_at IS NULL AND merged_into IS NULL AND erased_at IS NULL",
            )
            .await,
            history: number(
                file,
                "SELECT count(*) FROM status_history h JOIN hiring_application a ON a.id = h.application_id \
                 WHERE a.removed_at IS NULL",
            )
            .await,
            waiting: number(file, "SELECT count(*) FROM review_item WHERE decided_at IS NULL").await,
        }
    }

    /// Whether nothing was ever committed, or everything was taken back.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts() == [0; 5]
    }

    /// Doors, claims, applications, records of history, rows that wait.
    #[must_use]
    pub fn counts(&self) -> [i64; 5] {
        let whole = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        [whole(self.doors.len()), whole(self.claims.len()), self.applications, self.history, self.waiting]
    }
}

/// What must never be, each with a statement that gives what breaks it.
pub const PROMISES: [(&str, &str); 20] = [
    (
        "an identifier keys at most one application",
        "SELECT kind || ' ' || value FROM application_identifier i JOIN hiring_application a ON a.id = i.application_id \
         WHERE keyed = 1 AND removed_at IS NULL GROUP BY kind, value HAVING count(DISTINCT application_id) > 1",
    ),
    (
        "an identifier leads to one application that is in the lists",
        "SELECT c.kind || ' ' || c.value FROM identifier_claim c LEFT JOIN hiring_application a ON a.id = c.application_id \
         WHERE c.application_id IS NOT NULL AND (a.id IS NULL OR a.removed_at IS NOT NULL OR a.merged_into IS NOT NULL)",
    ),
    (
        "an identifier leads to the application that shows whom it keys",
        "SELECT i.kind || ' ' || i.value FROM application_identifier i JOIN hiring_application a ON a.id = i.application_id \
         LEFT JOIN identifier_claim c ON c.kind = i.kind AND c.value = i.value \
         WHERE i.keyed = 1 AND (c.application_id IS NULL OR c.application_id <> coalesce(a.merged_into, a.id))",
    ),
    (
        "a row of a portal leads to the application that shows whose source it is",
        "SELECT a.full_name FROM application_source s JOIN hiring_application a ON a.id = s.application_id \
         LEFT JOIN source_claim c ON c.source_key = s.source_key \
         WHERE c.application_id IS NULL OR c.application_id <> coalesce(a.merged_into, a.id)",
    ),
    (
        "nobody is merged into somebody who is merged or taken back",
        "SELECT m.full_name FROM hiring_application m JOIN hiring_application s ON s.id = m.merged_into \
         WHERE s.merged_into IS NOT NULL OR s.removed_at IS NOT NULL OR m.removed_at IS NOT NULL",
    ),
    (
        "who is merged is so by one event that stands, and nobody else is",
        "SELECT a.full_name FROM hiring_application a WHERE (SELECT count(*) FROM link_event e WHERE e.other_id = a.id \
         AND e.kind = 'merged' AND NOT EXISTS (SELECT 1 FROM link_event r WHERE r.reverses = e.id)) \
         <> CASE WHEN a.merged_into IS NULL THEN 0 ELSE 1 END",
    ),
    (
        "a pair is told apart by an event that stands",
        "SELECT a.full_name FROM told_apart t JOIN hiring_application a ON a.id = t.first_id \
         WHERE NOT EXISTS (SELECT 1 FROM link_event e WHERE e.id = t.event_id AND e.kind = 'told_apart' \
         AND NOT EXISTS (SELECT 1 FROM link_event r WHERE r.reverses = e.id))",
    ),
    (
        "nobody is told apart from somebody who shows her",
        "SELECT a.full_name FROM told_apart t JOIN hiring_application a ON a.id = t.first_id \
         JOIN hiring_application b ON b.id = t.second_id \
         WHERE coalesce(a.merged_into, a.id) = coalesce(b.merged_into, b.id)",
    ),
    (
        "an application has a source",
        "SELECT full_name FROM hiring_application a WHERE removed_at IS NULL AND erased_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM application_source s WHERE s.application_id = a.id)",
    ),
    (
        "whom nobody has touched is there only while an import that brought her stands",
        "SELECT full_name FROM hiring_application a WHERE removed_at IS NULL AND erased_at IS NULL AND version = 0 AND user_id IS NULL \
         AND NOT EXISTS (SELECT 1 FROM outbox_message o WHERE o.application_id = a.id AND o.state NOT IN ('queued', 'dropped')) \
         AND NOT EXISTS (SELECT 1 FROM status_history h WHERE h.application_id = a.id AND h.seq > 1) \
         AND NOT EXISTS (SELECT 1 FROM link_event l WHERE l.kind = 'merged' AND a.id IN (l.application_id, l.other_id)) \
         AND NOT EXISTS (SELECT 1 FROM account_question q JOIN account_answer w ON w.question_id = q.id \
         WHERE a.id = q.application_id OR a.id = q.other_id) \
         AND NOT EXISTS (SELECT 1 FROM application_source s LEFT JOIN import_batch b ON b.id = s.batch_id \
         WHERE s.application_id = a.id AND (b.state IS NULL OR b.state <> 'undone'))",
    ),
    (
        "an application that was taken back has no source and no key",
        "SELECT full_name FROM hiring_application a WHERE removed_at IS NOT NULL \
         AND (EXISTS (SELECT 1 FROM application_source s WHERE s.application_id = a.id) \
         OR EXISTS (SELECT 1 FROM identifier_claim c WHERE c.application_id = a.id))",
    ),
    (
        "an identifier is barred for somebody who has it, by somebody else who claims it",
        "SELECT b.kind || ' ' || b.value FROM barred_identifier b JOIN hiring_application a ON a.id = b.application_id \
         LEFT JOIN identifier_claim c ON c.kind = b.kind AND c.value = b.value \
         LEFT JOIN application_identifier i \
         ON i.application_id = b.application_id AND i.kind = b.kind AND i.value = b.value AND i.keyed = 0 \
         WHERE c.kind IS NULL OR i.kind IS NULL OR a.removed_at IS NOT NULL OR (c.application_id = b.application_id \
         AND NOT EXISTS (SELECT 1 FROM hiring_application m JOIN application_identifier o ON o.application_id = m.id \
         WHERE m.merged_into = b.application_id AND o.kind = b.kind AND o.value = b.value AND o.keyed = 1))",
    ),
    (
        "the newest record of history is the status",
        "SELECT full_name FROM hiring_application a WHERE NOT EXISTS (SELECT 1 FROM status_history h \
         WHERE h.application_id = a.id AND h.stage = a.stage AND h.sub_state = a.sub_state \
         AND h.seq = (SELECT count(*) FROM status_history n WHERE n.application_id = a.id))",
    ),
    (
        "an import counts the rows that it has",
        "SELECT file FROM import_batch b WHERE state IN ('ready', 'committed', 'undone') AND (row_count, new_count, \
         repeat_count, duplicate_count, match_count, review_count, rejected_count) <> (SELECT count(*), \
         count(CASE WHEN outcome = 'new' THEN 1 END), count(CASE WHEN outcome = 'repeat' THEN 1 END), \
         count(CASE WHEN outcome = 'duplicate' THEN 1 END), count(CASE WHEN outcome = 'match' THEN 1 END), \
         count(CASE WHEN outcome = 'review' THEN 1 END), count(CASE WHEN outcome = 'rejected' THEN 1 END) \
         FROM import_row r WHERE r.batch_id = b.id)",
    ),
    (
        "an account's application is there and shows itself",
        "SELECT a.full_name FROM account a JOIN hiring_application h ON h.user_id = a.id \
         WHERE h.removed_at IS NOT NULL OR h.merged_into IS NOT NULL",
    ),
    (
        "an account has an application, or HR is asked which one is hers",
        "SELECT a.full_name FROM account a WHERE a.erased_at IS NULL AND NOT EXISTS (SELECT 1 FROM hiring_application h WHERE h.user_id = a.id) \
         AND NOT EXISTS (SELECT 1 FROM account_question q WHERE q.account_id = a.id AND q.settled_at IS NULL)",
    ),
    (
        "what HR is asked has no answer that stands, and what has one is not asked",
        "SELECT q.why FROM account_question q JOIN account_answer w ON w.question_id = q.id \
         LEFT JOIN account_answer r ON r.reverses = w.id WHERE w.outcome IS NOT NULL AND r.id IS NULL \
         AND (q.settled_at IS NULL OR q.outcome <> w.outcome)",
    ),
    (
        "an application to which a row of a committed import went is there",
        "SELECT b.file || ' row ' || r.row_no || ' ' || r.outcome FROM import_row r JOIN import_batch b ON b.id = r.batch_id \
         JOIN hiring_application a ON a.id = r.application_id \
         WHERE b.state = 'committed' AND r.outcome <> 'repeat' AND a.removed_at IS NOT NULL",
    ),
    (
        "of who was erased nothing is left but where she stood",
        "SELECT stage FROM hiring_application a WHERE erased_at IS NOT NULL AND (full_name <> '' OR phone IS NOT NULL OR email IS NOT NULL \
         OR birth_date IS NOT NULL OR match_key IS NOT NULL OR answers IS NOT NULL OR extras IS NOT NULL OR user_id IS NOT NULL \
         OR EXISTS (SELECT 1 FROM application_identifier i WHERE i.application_id = a.id) \
         OR EXISTS (SELECT 1 FROM application_source s WHERE s.application_id = a.id))",
    ),
    (
        "every row of a committed import went somewhere, waits, or is rejected",
        "SELECT b.file || ' row ' || r.row_no || ' ' || r.outcome FROM import_row r JOIN import_batch b ON b.id = r.batch_id \
         WHERE b.state = 'committed' AND r.outcome NOT IN ('rejected', 'repeat') AND r.application_id IS NULL AND (r.marks & 8) = 0 \
         AND NOT EXISTS (SELECT 1 FROM review_item q WHERE q.batch_id = r.batch_id AND q.row_no = r.row_no)",
    ),
];

/// A connection of our own to a database file.
///
/// # Panics
/// When it cannot be opened.
pub async fn open(database: &Path) -> AnyConnection {
    at(&format!("sqlite:{}", database.display())).await
}

/// A connection of our own to a database.
///
/// # Panics
/// When it cannot be opened.
pub async fn at(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await.expect("the database opens");
    if url.starts_with("mysql") {
        // What was kept through another node of a cluster is to be seen.
        sqlx::raw_sql("SET SESSION wsrep_sync_wait = 1").execute(&mut connection).await.expect("a setting");
    }
    connection
}

/// Whether another connection is in a transaction that writes, this very moment.
///
/// # Panics
/// When the file cannot be asked.
pub async fn is_being_written(file: &mut AnyConnection) -> bool {
    sqlx::query("PRAGMA busy_timeout = 0").execute(&mut *file).await.expect("a setting");
    match sqlx::query("BEGIN IMMEDIATE").execute(&mut *file).await {
        Ok(_) => {
            sqlx::query("ROLLBACK").execute(&mut *file).await.expect("nothing was written");
            false
        }
        Err(error) => {
            assert!(error.to_string().contains("locked"), "{error}");
            true
        }
    }
}

/// The one number that a statement gives.
///
/// # Panics
/// When it fails.
pub async fn number(file: &mut AnyConnection, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement).fetch_one(file).await.expect(statement)
}

/// The texts that a statement gives.
///
/// # Panics
/// When it fails.
pub async fn texts(file: &mut AnyConnection, statement: &'static str) -> Vec<String> {
    sqlx::query_scalar(statement).fetch_all(file).await.expect(statement)
}

/// Why the database refuses a statement.
///
/// # Panics
/// When it does not.
pub async fn refused(file: &mut AnyConnection, statement: &'static str) -> String {
    sqlx::query(statement).execute(file).await.expect_err(statement).to_string()
}

/// Overwrites the first page of a table in a database that nobody has open.
///
/// # Panics
/// When the file cannot be read or written.
pub async fn damage(database: &Path, table: &str) {
    let file: &mut SqliteConnection =
        &mut SqliteConnectOptions::new().filename(database).connect().await.expect("the database opens");
    let (_, _, _): (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *file).await.expect("a checkpoint");
    let page_size: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(&mut *file).await.expect("a size");
    let root: i64 = sqlx::query_scalar("SELECT rootpage FROM sqlite_master WHERE name = ?")
        .bind(table)
        .fetch_one(&mut *file)
        .await
        .expect("the table");
    let at = usize::try_from((root - 1) * page_size).expect("a place");
    let mut bytes = std::fs::read(database).expect("the file");
    bytes[at..at + 512].fill(0xFF);
    std::fs::write(database, bytes).expect("the file");
}
