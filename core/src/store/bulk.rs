//! Many rows in one statement: the path of an import of a million rows.
//!
//! sea-query renders an expression tree for every value; here the text of the statement depends on the number of rows alone, or not even on
//! that, is prepared once by the driver, and the values are bound as they are. Each engine takes rows in the form that costs it least.

use sea_query::Value;
use sqlx::{Arguments as _, error::BoxDynError, postgres::PgArguments};

use super::{
    Result,
    connection::{Arguments, Connection},
    dialect::Dialect,
};

/// Rows of the largest statement for SQLite and MySQL: few texts serve every number of rows, and a chunk takes one trip to the engine.
const ROWS_PER_STATEMENT: usize = 1024;
/// Values of the largest statement for MySQL, whose protocol counts them in 16 bits.
const VALUES_PER_STATEMENT: usize = 65_535;

/// Values that a list names at most; SQLite and PostgreSQL take some 32,000 in a statement.
pub(crate) const MOST_NAMED: usize = 4096;

/// Where many rows go.
pub(crate) struct Bulk {
    /// The table.
    pub(crate) table: &'static str,
    /// The columns that have one value in all rows, in the order of the constants.
    pub(crate) constant: &'static [&'static str],
    /// The other columns, in the order of the values, none with a default. The first of them is never null.
    pub(crate) columns: &'static [&'static str],
    /// Whether a row that is there already is passed over instead of being an error.
    pub(crate) skip_known: bool,
}

/// Statements that insert rows. Making them takes a processor and no connection, so a thread can make the next ones while the engine runs these.
#[must_use = "nothing is inserted before it is run"]
#[derive(Default)]
pub(crate) struct Inserts(Vec<(String, Arguments)>);

impl Inserts {
    /// These, and then those.
    pub(crate) fn then(mut self, Self(more): Self) -> Self {
        self.0.extend(more);
        self
    }

    /// Runs them.
    pub(crate) async fn run(self, connection: &mut Connection<'_>) -> Result<()> {
        for (sql, arguments) in self.0 {
            connection.run_bound(sql, arguments).await?;
        }
        Ok(())
    }
}

impl Bulk {
    /// Inserts rows whose values stand one after another in `values`. Columns that no row fills are left to the table.
    pub(crate) fn of(&self, dialect: Dialect, constants: &[Value], values: Vec<Value>) -> Inserts {
        let all = self.columns.len();
        let rows = values.len() / all;
        if rows == 0 {
            return Inserts::default();
        }
        let is_null = |value: &Value| *value == value.as_null();
        let filled: Vec<bool> = (0..all).map(|column| !values.iter().skip(column).step_by(all).all(is_null)).collect();
        let columns: Vec<&str> =
            self.columns.iter().zip(&filled).filter(|(_, filled)| **filled).map(|(column, _)| *column).collect();
        let values = values.into_iter().zip(filled.iter().cycle()).filter(|(_, filled)| **filled);
        let values = values.map(|(value, _)| value);
        match dialect {
            Dialect::Sqlite => self.sqlite(&columns, constants, rows, values),
            Dialect::Postgres => self.postgres(&columns, constants, values),
            Dialect::MySql => self.mysql(&columns, constants, rows, values),
        }
    }

    /// Statements in powers of two, the last one filled up with rows of nulls that it passes over. A constant is bound once a statement.
    fn sqlite(
        &self,
        columns: &[&str],
        constants: &[Value],
        mut rows: usize,
        mut values: impl Iterator<Item = Value>,
    ) -> Inserts {
        let Self { table, constant, .. } = self;
        let (all, width) = (self.names(columns), columns.len());
        let tail = if self.skip_known { " ON CONFLICT DO NOTHING" } else { "" };
        let constants_once = match constant {
            [] => String::new(),
            constant => format!("(SELECT {}) AS constants CROSS JOIN ", places(constant.len())),
        };
        let mut inserts = Inserts::default();
        while rows > 0 {
            let room = rows.next_power_of_two().min(ROWS_PER_STATEMENT);
            let mut part: Vec<Value> = Vec::with_capacity(constants.len() + room * width);
            part.extend_from_slice(constants);
            part.extend(values.by_ref().take(room * width));
            part.resize(constants.len() + room * width, Value::BigInt(None));
            let given = vec![format!("({})", places(width)); room].join(",");
            // OR FAIL: a statement that fails ends its transaction here, so the engine need not keep every page to take back the statement
            // alone.
            let sql = format!(
                "INSERT OR FAIL INTO {table} ({all}) SELECT * FROM {constants_once}(VALUES {given}) AS given \
                 WHERE given.column1 IS NOT NULL{tail}"
            );
            inserts.0.push((sql, Arguments::of(Dialect::Sqlite, part)));
            rows = rows.saturating_sub(room);
        }
        inserts
    }

    /// One statement whose text is the same for every number of rows: an array a column.
    fn postgres(&self, columns: &[&str], constants: &[Value], values: impl Iterator<Item = Value>) -> Inserts {
        let Self { table, .. } = self;
        let (all, known) = (self.names(columns), constants.len());
        let numbered = |from: usize, to: usize| (from..=to).map(|at| format!("${at}")).collect::<Vec<_>>().join(",");
        let once = (1..=known).map(|at| format!("${at},")).collect::<String>();
        let arrays = numbered(known + 1, known + columns.len());
        let tail = if self.skip_known { " ON CONFLICT DO NOTHING" } else { "" };
        let sql = format!("INSERT INTO {table} ({all}) SELECT {once}given.* FROM UNNEST({arrays}) AS given{tail}");
        let mut by_column: Vec<Vec<Value>> = vec![Vec::new(); columns.len()];
        for (at, value) in values.enumerate() {
            if let Some(column) = by_column.get_mut(at % columns.len()) {
                column.push(value);
            }
        }
        let arguments = match Arguments::of(Dialect::Postgres, constants.to_vec()) {
            Arguments::Postgres(Ok(arguments)) => {
                Arguments::Postgres(by_column.iter().map(Vec::as_slice).try_fold(arguments, with_array))
            }
            other => other,
        };
        Inserts(vec![(sql, arguments)])
    }

    /// Statements of whole powers of two rows, so that a few texts serve every number. Rows that are there already are written as they are:
    /// INSERT IGNORE would pass over every other mistake too.
    fn mysql(
        &self,
        columns: &[&str],
        constants: &[Value],
        mut rows: usize,
        mut values: impl Iterator<Item = Value>,
    ) -> Inserts {
        let Self { table, .. } = self;
        let (all, width) = (self.names(columns), constants.len() + columns.len());
        let tail = match columns {
            [key, ..] if self.skip_known => format!(" ON DUPLICATE KEY UPDATE {key} = {table}.{key}"),
            _ => String::new(),
        };
        let most = 1 << (VALUES_PER_STATEMENT / width).min(ROWS_PER_STATEMENT).ilog2();
        let mut inserts = Inserts::default();
        while rows > 0 {
            let count = (1 << rows.ilog2()).min(most);
            let mut part: Vec<Value> = Vec::with_capacity(count * width);
            for _ in 0..count {
                part.extend_from_slice(constants);
                part.extend(values.by_ref().take(columns.len()));
            }
            let given = vec![format!("({})", places(width)); count].join(",");
            let sql = format!("INSERT INTO {table} ({all}) VALUES {given}{tail}");
            inserts.0.push((sql, Arguments::of(Dialect::MySql, part)));
            rows -= count;
        }
        inserts
    }

    /// The columns, those of the constants first.
    fn names(&self, columns: &[&str]) -> String {
        self.constant.iter().chain(columns).copied().collect::<Vec<_>>().join(",")
    }
}

fn places(values: usize) -> String {
    vec!["?"; values].join(",")
}

/// Adds a column as one array. Its values are of one kind, and not all of them null.
fn with_array(mut arguments: PgArguments, column: &[Value]) -> std::result::Result<PgArguments, BoxDynError> {
    macro_rules! array {
        ($kind:ident, $value:ident => $plain:expr) => {
            arguments.add(
                column
                    .iter()
                    .map(|value| if let Value::$kind($value) = value { $plain } else { None })
                    .collect::<Vec<_>>(),
            )
        };
    }
    match column.first() {
        Some(Value::BigInt(_)) => array!(BigInt, value => *value)?,
        Some(Value::Uuid(_)) => array!(Uuid, value => *value)?,
        Some(Value::String(_)) => array!(String, value => value.as_deref())?,
        Some(Value::Bytes(_)) => array!(Bytes, value => value.as_deref())?,
        other => return Err(format!("a column of {other:?} is not written in bulk").into()),
    }
    Ok(arguments)
}

/// The values of an `IN` list, the last one repeated up to a power of two, so that lists of like length share a prepared statement.
pub(crate) fn padded<T: Clone>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.into_iter().collect();
    if let Some(last) = values.last().cloned() {
        values.resize(values.len().next_power_of_two(), last);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Bulk = Bulk { table: "t", constant: &["batch"], columns: &["id", "name", "note"], skip_known: true };

    /// The statements for some rows of a key, a name and an empty note.
    fn texts(dialect: Dialect, rows: i64) -> Vec<String> {
        let values = (0..rows).flat_map(|row| [row.into(), "x".into(), Value::String(None)]).collect();
        let Inserts(statements) = TABLE.of(dialect, &[7_i64.into()], values);
        statements.into_iter().map(|(sql, _)| sql).collect()
    }

    #[test]
    fn each_engine_takes_rows_in_its_form() {
        assert_eq!(
            texts(Dialect::Sqlite, 3),
            ["INSERT OR FAIL INTO t (batch,id,name) SELECT * FROM (SELECT ?) AS constants CROSS JOIN \
              (VALUES (?,?),(?,?),(?,?),(?,?)) AS given WHERE given.column1 IS NOT NULL ON CONFLICT DO NOTHING"]
        );
        assert_eq!(
            texts(Dialect::Postgres, 3),
            ["INSERT INTO t (batch,id,name) SELECT $1,given.* FROM UNNEST($2,$3) AS given ON CONFLICT DO NOTHING"]
        );
        let tail = "ON DUPLICATE KEY UPDATE id = t.id";
        assert_eq!(
            texts(Dialect::MySql, 3),
            [
                format!("INSERT INTO t (batch,id,name) VALUES (?,?,?),(?,?,?) {tail}"),
                format!("INSERT INTO t (batch,id,name) VALUES (?,?,?) {tail}"),
            ]
        );
    }

    #[test]
    fn no_rows_are_no_statement() {
        for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::MySql] {
            assert_eq!(texts(dialect, 0), Vec::<String>::new());
        }
    }

    #[test]
    fn a_statement_for_mysql_has_no_more_values_than_its_protocol_counts() {
        const WIDE: Bulk = Bulk { table: "t", constant: &[], columns: &["a"; 100], skip_known: false };
        let Inserts(statements) = WIDE.of(Dialect::MySql, &[], vec![1_i64.into(); 100 * 2000]);
        let values: Vec<usize> = statements.iter().map(|(sql, _)| sql.matches('?').count()).collect();
        assert!(values.iter().all(|values| *values <= VALUES_PER_STATEMENT), "{values:?}");
        assert_eq!(values.iter().sum::<usize>(), 100 * 2000);
    }

    #[test]
    fn lists_of_like_length_are_padded_to_one_length() {
        assert_eq!(padded(Vec::<i64>::new()), Vec::<i64>::new());
        assert_eq!(padded([1]), [1]);
        assert_eq!(padded([1, 2, 3]), [1, 2, 3, 3]);
        assert_eq!(padded(0..5), [0, 1, 2, 3, 4, 4, 4, 4]);
    }
}
