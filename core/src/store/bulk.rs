//! Many rows in one statement: the path of an import of a million rows.
//!
//! sea-query renders an expression tree for every value; here the text of the statement depends only on the number of rows, is
//! prepared once by the driver, and the values are bound as they are.

use sea_query::{Value, Values};

use super::{Result, connection::Connection};

/// SQLite takes 32,766 values in one statement, MySQL and PostgreSQL 65,535; past some thousands nothing is gained.
const VALUES_PER_STATEMENT: usize = 8192;

/// Where many rows go.
pub(crate) struct Bulk {
    /// The table.
    pub(crate) table: &'static str,
    /// Its columns, in the order of the values.
    pub(crate) columns: &'static [&'static str],
    /// Whether a row that is there already is passed over instead of being an error.
    pub(crate) skip_known: bool,
}

impl Bulk {
    /// Inserts rows whose values stand one after another in `values`, and gives the number that were inserted.
    pub(crate) async fn insert(&self, connection: &mut Connection<'_>, values: Vec<Value>) -> Result<u64> {
        let width = self.columns.len();
        let most = (VALUES_PER_STATEMENT / width).max(1) * width;
        let mut inserted = 0;
        let mut rest = values;
        while !rest.is_empty() {
            let next = if rest.len() > most { rest.split_off(most) } else { Vec::new() };
            inserted += connection.run_text(self.text(rest.len() / width), Values(rest)).await?;
            rest = next;
        }
        Ok(inserted)
    }

    fn text(&self, rows: usize) -> String {
        let row = format!("({})", vec!["?"; self.columns.len()].join(","));
        let tail = if self.skip_known { " ON CONFLICT DO NOTHING" } else { "" };
        format!("INSERT INTO {} ({}) VALUES {}{tail}", self.table, self.columns.join(","), vec![row; rows].join(","))
    }
}
