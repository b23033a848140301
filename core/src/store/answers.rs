//! `kept_answer`: what a request was answered under the key that its sender gave it, so that the same request gets the same answer for a
//! day. What an answer says is the caller's: a text here.

use sea_query::{Cond, Expr, ExprTrait, OnConflict, Query};

use super::{Result, Store, whole::whole};

const TABLE: &str = "kept_answer";
/// How long an answer is kept, in microseconds: 24 hours.
const KEPT: i64 = 24 * 60 * 60 * 1_000_000;

/// The answer that is kept under a key; none when there was none within the last 24 hours.
///
/// # Errors
/// The store fails.
pub async fn kept(store: &Store, key: &str) -> Result<Option<String>> {
    let now = store.clock().micros();
    let query = Query::select()
        .column("answer")
        .from(TABLE)
        .and_where(Expr::col("request_key").eq(key))
        .and_where(Expr::col("kept_at").gt(now - KEPT))
        .and_where(Expr::col("kept_at").lt(now + KEPT))
        .take();
    let found: Option<(String,)> = store.read().await?.connection().first(&query).await?;
    Ok(found.map(|(answer,)| answer))
}

/// Keeps an answer under a key, unless one is kept already: the first one counts. Those older than 24 hours are thrown away.
///
/// # Errors
/// The store fails.
pub async fn keep(store: &Store, key: &str, answer: &str) -> Result<()> {
    let now = store.clock().micros();
    whole(|| attempt(store, key, answer, now)).await
}

async fn attempt(store: &Store, key: &str, answer: &str, now: i64) -> Result<()> {
    let mut tx = store.write().await?;
    let connection = &mut tx.connection();
    // Those of a clock that ran far ahead, too.
    let any = Cond::any().add(Expr::col("kept_at").lte(now - KEPT)).add(Expr::col("kept_at").gte(now + KEPT));
    let old = Query::delete().from_table(TABLE).cond_where(any).take();
    connection.run(&old).await?;
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["request_key", "answer", "kept_at"])
        .values_panic([key.into(), answer.into(), now.into()])
        .on_conflict(OnConflict::column("request_key").do_nothing_on(["request_key"]).to_owned())
        .take();
    connection.run(&insert).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    };

    use super::*;
    use crate::time::Clock;

    #[tokio::test]
    async fn the_first_answer_under_a_key_counts_for_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let second = Arc::new(AtomicI64::new(1_800_000_000));
        let now = Arc::clone(&second);
        let clock =
            Clock::from_fn(move || jiff::Timestamp::from_second(now.load(Ordering::Relaxed)).unwrap_or_default());
        let store = Store::open(&format!("sqlite:{}", folder.path().join("satu.db").display()), clock).await.unwrap();

        assert_eq!(kept(&store, "a").await.unwrap(), None);
        keep(&store, "a", "first").await.unwrap();
        keep(&store, "a", "second").await.unwrap();
        assert_eq!(kept(&store, "a").await.unwrap().as_deref(), Some("first"));
        assert_eq!(kept(&store, "b").await.unwrap(), None);

        second.fetch_add(24 * 60 * 60 - 1, Ordering::Relaxed);
        assert_eq!(kept(&store, "a").await.unwrap().as_deref(), Some("first"));
        second.fetch_add(1, Ordering::Relaxed);
        assert_eq!(kept(&store, "a").await.unwrap(), None);
        keep(&store, "a", "of the next day").await.unwrap();
        assert_eq!(kept(&store, "a").await.unwrap().as_deref(), Some("of the next day"));
    }
}
