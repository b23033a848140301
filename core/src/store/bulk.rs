//! Many rows in one statement: the path of an import of a million rows.
//!
//! sea-query renders an expression tree for every value; here the text of the statement depends only on the number of rows, is
//! prepared once by the driver, and the values are bound as they are.

use sea_query::Value;

use super::{
    Result,
    connection::{Arguments, Connection},
};

/// Rows of the largest statement. Statements come in powers of two up to it, the last one filled up with rows of nulls that it passes over:
/// a few texts serve every number of rows, the driver prepares each of them once, and a chunk takes one trip to the engine.
const ROWS_PER_STATEMENT: usize = 1024;

/// Where many rows go.
pub(crate) struct Bulk {
    /// The table.
    pub(crate) table: &'static str,
    /// The columns that have one value in all rows, in the order of the constants: it is bound once a statement.
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

    /// Runs them, and gives the number of rows that were inserted.
    pub(crate) async fn run(self, connection: &mut Connection<'_>) -> Result<u64> {
        let mut inserted = 0;
        for (sql, arguments) in self.0 {
            inserted += connection.run_bound(sql, arguments).await?;
        }
        Ok(inserted)
    }
}

impl Bulk {
    /// Inserts rows whose values stand one after another in `values`. Columns that no row fills are left to the table.
    pub(crate) fn of(&self, constants: &[Value], values: Vec<Value>) -> Inserts {
        let all = self.columns.len();
        let mut rows = values.len() / all;
        let is_null = |value: &Value| *value == value.as_null();
        let filled: Vec<bool> = (0..all).map(|column| !values.iter().skip(column).step_by(all).all(is_null)).collect();
        let columns: Vec<&str> =
            self.columns.iter().zip(&filled).filter(|(_, filled)| **filled).map(|(column, _)| *column).collect();
        let width = columns.len();
        let mut values =
            values.into_iter().zip(filled.iter().cycle()).filter(|(_, filled)| **filled).map(|(value, _)| value);
        let mut inserts = Inserts::default();
        while rows > 0 {
            let room = rows.next_power_of_two().min(ROWS_PER_STATEMENT);
            let mut part: Vec<Value> = Vec::with_capacity(constants.len() + room * width);
            part.extend_from_slice(constants);
            part.extend(values.by_ref().take(room * width));
            part.resize(constants.len() + room * width, Value::BigInt(None));
            inserts.0.push((self.text(&columns, room), Arguments::of(part)));
            rows = rows.saturating_sub(room);
        }
        inserts
    }

    fn text(&self, columns: &[&str], rows: usize) -> String {
        let places = |columns: &[&str]| vec!["?"; columns.len()].join(",");
        let values = vec![format!("({})", places(columns)); rows].join(",");
        let tail = if self.skip_known { " ON CONFLICT DO NOTHING" } else { "" };
        let table = self.table;
        let constants = match self.constant {
            [] => String::new(),
            constant => format!("(SELECT {}) AS constants CROSS JOIN ", places(constant)),
        };
        let all = self.constant.iter().chain(columns).copied().collect::<Vec<_>>().join(",");
        // OR FAIL: a statement that fails ends its transaction here, so the engine need not keep every page to take back the statement alone.
        format!(
            "INSERT OR FAIL INTO {table} ({all}) SELECT * FROM {constants}(VALUES {values}) AS given WHERE given.column1 IS NOT NULL{tail}"
        )
    }
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

    #[test]
    fn lists_of_like_length_are_padded_to_one_length() {
        assert_eq!(padded(Vec::<i64>::new()), Vec::<i64>::new());
        assert_eq!(padded([1]), [1]);
        assert_eq!(padded([1, 2, 3]), [1, 2, 3, 3]);
        assert_eq!(padded(0..5), [0, 1, 2, 3, 4, 4, 4, 4]);
    }
}
