//! Which engines a measurement is asked for.

use satu_tests::engines::Engine;

use crate::common::Failure;

/// The engines that are named, with their names: `sqlite,postgres,mysql`.
pub(crate) fn engines(names: &str) -> Result<Vec<(String, Engine)>, Failure> {
    let engine = |name: &str| match name {
        "sqlite" => Ok((name.to_owned(), Engine::Sqlite)),
        "postgres" => Ok((name.to_owned(), Engine::Postgres)),
        "mysql" => Ok((name.to_owned(), Engine::MySql)),
        other => Err(Failure::from(format!("there is no engine {other}: choose sqlite, postgres or mysql"))),
    };
    names.split(',').map(engine).collect()
}
