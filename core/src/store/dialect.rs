//! What the engines' SQL differs in. Small and copied, so that a statement can be made where no connection is.

use sea_query::{
    DeleteStatement, InsertStatement, MysqlQueryBuilder, PostgresQueryBuilder, SelectStatement, SqliteQueryBuilder,
    UpdateStatement,
};
use sea_query_sqlx::{SqlxBinder, SqlxValues};

/// The SQL of an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
    /// MySQL and MariaDB.
    MySql,
}

impl Dialect {
    /// The engine's name: `sqlite`, `postgres`, `mysql`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::MySql => "mysql",
        }
    }

    /// SQL that is written by hand with `?` for every value, as the engine takes it: PostgreSQL numbers its places. No such text has a
    /// question mark in a literal.
    pub(crate) fn places(self, sql: String) -> String {
        if self != Self::Postgres {
            return sql;
        }
        let mut parts = sql.split('?');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.enumerate().fold(first, |text, (before, part)| format!("{text}${}{part}", before + 1))
    }
}

/// A statement that sea-query can render for every engine.
pub(crate) trait Statement {
    fn render(&self, dialect: Dialect) -> (String, SqlxValues);
}

macro_rules! statement {
    ($($kind:ty),+) => {$(
        impl Statement for $kind {
            fn render(&self, dialect: Dialect) -> (String, SqlxValues) {
                match dialect {
                    Dialect::Sqlite => self.build_sqlx(SqliteQueryBuilder),
                    Dialect::Postgres => self.build_sqlx(PostgresQueryBuilder),
                    Dialect::MySql => self.build_sqlx(MysqlQueryBuilder),
                }
            }
        }
    )+};
}
statement!(SelectStatement, InsertStatement, UpdateStatement, DeleteStatement);

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Dialect::Sqlite, "a = ? AND b IN (?, ?)")]
    #[case(Dialect::MySql, "a = ? AND b IN (?, ?)")]
    #[case(Dialect::Postgres, "a = $1 AND b IN ($2, $3)")]
    fn postgresql_numbers_the_places_of_values(#[case] dialect: Dialect, #[case] expected: &str) {
        assert_eq!(dialect.places("a = ? AND b IN (?, ?)".to_owned()), expected);
        assert_eq!(dialect.places("DELETE FROM t".to_owned()), "DELETE FROM t");
    }
}
