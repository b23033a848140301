//! A walk through a whole database: every column of every row of every table, past the program.

use satu_tests::desk::Desk;
use sqlx::{AnyConnection, AssertSqlSafe};

/// Where each of these values stands: `table.column: value`. Numbers and documents are looked at as the text that they are.
pub async fn holding(desk: &Desk, values: &[&str]) -> Vec<String> {
    let engine = desk.store().engine();
    let tables = &mut desk.tables().await;
    let mut found = Vec::new();
    let all = columns(tables, engine).await;
    assert!(all.len() > 100, "every column is walked through: {}", all.len());
    for (table, column) in all {
        for text in contents(tables, engine, &table, &column).await {
            let here = values.iter().filter(|value| text.contains(&hex(value.as_bytes())));
            found.extend(here.map(|value| format!("{table}.{column}: {value}")));
        }
    }
    found.sort();
    found.dedup();
    found
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every column of every table.
pub async fn columns(tables: &mut AnyConnection, engine: &str) -> Vec<(String, String)> {
    let statement = match engine {
        "sqlite" => {
            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"
        }
        "postgres" => {
            "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'"
        }
        _ => {
            "SELECT CAST(table_name AS CHAR), CAST(column_name AS CHAR) FROM information_schema.columns WHERE table_schema = DATABASE()"
        }
    };
    sqlx::query_as(statement).fetch_all(tables).await.expect("the columns")
}

/// A column's value in hexadecimal digits: a document or a number as its text, bytes as they are.
pub fn text(engine: &str, column: &str) -> String {
    match engine {
        "sqlite" => format!("lower(hex(\"{column}\"))"),
        "postgres" => format!(
            "CASE WHEN pg_typeof(\"{column}\") = 'bytea'::regtype THEN substr(\"{column}\"::text, 3) \
             ELSE encode(convert_to(\"{column}\"::text, 'UTF8'), 'hex') END"
        ),
        _ => format!("CAST(lower(hex(CAST(`{column}` AS BINARY))) AS CHAR)"),
    }
}

/// Whether a column has a value.
pub fn is_set(engine: &str, column: &str) -> String {
    let quote = if engine == "mysql" { '`' } else { '"' };
    format!("{quote}{column}{quote} IS NOT NULL")
}

/// Everything in a column, in hexadecimal digits.
async fn contents(tables: &mut AnyConnection, engine: &str, table: &str, column: &str) -> Vec<String> {
    let statement = format!("SELECT {} FROM {table} WHERE {}", text(engine, column), is_set(engine, column));
    sqlx::query_scalar(AssertSqlSafe(statement)).fetch_all(tables).await.expect("a column")
}
