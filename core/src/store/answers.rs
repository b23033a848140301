//! `kept_answer`: what a request was answered under the key that its sender gave it, so that the same request gets the same answer for a
//! day. What an answer says is the caller's: a text here.

use sea_query::{Cond, Expr, ExprTrait, LikeExpr, OnConflict, Query};

use super::{
    Result, Store,
    connection::Connection,
    listing::escaped,
    passing::{A_DAY, Passing},
    whole::whole,
};

const TABLE: &str = "kept_answer";
/// Texts that one statement looks for.
const TEXTS: usize = 100;
/// An answer is kept for 24 hours.
pub(crate) const PASSING: Passing = Passing { table: TABLE, since: "kept_at", kept: A_DAY, below: None };

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
        .and_where(Expr::col("kept_at").gt(now - A_DAY))
        .and_where(Expr::col("kept_at").lt(now + A_DAY))
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
    PASSING.forget(connection, now).await?;
    let insert = Query::insert()
        .into_table(TABLE)
        .columns(["request_key", "answer", "kept_at"])
        .values_panic([key.into(), answer.into(), now.into()])
        .on_conflict(OnConflict::column("request_key").do_nothing_on(["request_key"]).to_owned())
        .take();
    connection.run(&insert).await?;
    tx.commit().await
}

/// Throws away answers that have one of these texts in them: who is told by it is erased. Whoever asks again under such a key is answered as without one.
pub(crate) async fn forget(connection: &mut Connection<'_>, texts: &[String]) -> Result<()> {
    for texts in texts.chunks(TEXTS) {
        let has = |text: &String| Expr::col("answer").like(LikeExpr::new(format!("%{}%", escaped(text))).escape('\\'));
        let any = texts.iter().fold(Cond::any(), |any, text| any.add(has(text)));
        connection.run(&Query::delete().from_table(TABLE).cond_where(any).take()).await?;
    }
    Ok(())
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
