//! The least that an outbox does: a row for each message, a claim for as many as are on their way at one time, the same requests, and a statement for what came of
//! each. It asks nobody whether she may be written to, makes no link and keeps no thread.

use std::io::Write as _;
use std::time::Instant;

use futures_util::future::join_all;
use satu_backend::outreach::{Carrier, Letter};
use satu_core::outreach::Sent;
use satu_tests::engines::Engine;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

use super::common::Failure;
use super::{AT_ONCE, chosen, phone, told};

/// Messages that are queued in one transaction, as many as the product queues.
const QUEUED_AT_ONCE: u32 = 500;

/// Queues messages and works through them, then sends as many requests alone; prints the seconds of each.
pub(super) fn child(engine: &str, messages: &str) -> Result<(), Failure> {
    let (_, engine) = chosen::engines(engine)?.pop().ok_or("no engine")?;
    let messages: u32 = messages.parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let (config, carrier) = told()?;
        sqlx::any::install_default_drivers();
        let sqlite = engine == Engine::Sqlite;
        let url = if sqlite { format!("{}?mode=rwc", config.database) } else { config.database };
        let connection = &mut AnyConnection::connect(&url).await?;
        if sqlite {
            connection.execute("PRAGMA journal_mode = WAL").await?;
            connection.execute("PRAGMA synchronous = NORMAL").await?;
        }
        connection
            .execute(
                "CREATE TABLE bench_message (id BIGINT PRIMARY KEY, phone VARCHAR(32) NOT NULL, state VARCHAR(16) NOT NULL, provider_id VARCHAR(64))",
            )
            .await?;
        connection.execute("CREATE INDEX bench_message_by_turn ON bench_message (state, id)").await?;
        let began = Instant::now();
        queue(connection, engine, messages).await?;
        let queued = began.elapsed().as_secs_f64();
        let began = Instant::now();
        work(connection, engine, &*carrier).await?;
        let worked = began.elapsed().as_secs_f64();
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM bench_message WHERE state <> 'accepted'")
            .fetch_one(&mut *connection)
            .await?;
        if left > 0 {
            return Err(format!("{left} messages did not leave").into());
        }
        let began = Instant::now();
        let numbers: Vec<u32> = (0..messages).collect();
        for some in numbers.chunks(AT_ONCE) {
            join_all(some.iter().map(|number| send(&*carrier, i64::from(*number), phone(*number)))).await;
        }
        writeln!(std::io::stdout(), "{queued} {worked} {}", began.elapsed().as_secs_f64())?;
        Ok(())
    })
}

/// A statement with its places as the engine wants them.
fn statement(engine: Engine, sql: &str) -> AssertSqlSafe<String> {
    let mut text = String::new();
    for (at, part) in sql.split('?').enumerate() {
        match (at, engine) {
            (0, _) => {}
            (at, Engine::Postgres) => text.push_str(&format!("${at}")),
            _ => text.push('?'),
        }
        text.push_str(part);
    }
    AssertSqlSafe(text)
}

async fn queue(connection: &mut AnyConnection, engine: Engine, messages: u32) -> Result<(), Failure> {
    let numbers: Vec<u32> = (0..messages).collect();
    for some in numbers.chunks(QUEUED_AT_ONCE as usize) {
        let mut tx = connection.begin().await?;
        for number in some {
            sqlx::query(statement(engine, "INSERT INTO bench_message (id, phone, state) VALUES (?, ?, 'queued')"))
                .bind(i64::from(*number))
                .bind(phone(*number))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn work(connection: &mut AnyConnection, engine: Engine, carrier: &dyn Carrier) -> Result<(), Failure> {
    loop {
        let mut tx = connection.begin().await?;
        let due = format!("SELECT id, phone FROM bench_message WHERE state = 'queued' ORDER BY id LIMIT {AT_ONCE}");
        let due: Vec<(i64, String)> = sqlx::query_as(AssertSqlSafe(due)).fetch_all(&mut *tx).await?;
        for (id, _) in &due {
            let take = statement(engine, "UPDATE bench_message SET state = 'sending' WHERE id = ?");
            sqlx::query(take).bind(*id).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        if due.is_empty() {
            return Ok(());
        }
        for (id, sent) in join_all(due.into_iter().map(|(id, phone)| send(carrier, id, phone))).await {
            if let Sent::Accepted { provider_id } = sent {
                let settle =
                    statement(engine, "UPDATE bench_message SET state = 'accepted', provider_id = ? WHERE id = ?");
                sqlx::query(settle).bind(provider_id).bind(id).execute(&mut *connection).await?;
            }
        }
    }
}

async fn send(carrier: &dyn Carrier, id: i64, phone: String) -> (i64, Sent) {
    let text = "Halo Calon, terima kasih sudah melamar. Silakan selesaikan pendaftaran Anda: https://satu.example/daftar?u=ab12";
    let letter =
        Letter { reference: id.to_string(), to: phone, text: text.to_owned(), approved: None, valid_seconds: 3_600 };
    (id, carrier.send(&letter).await.sent)
}
