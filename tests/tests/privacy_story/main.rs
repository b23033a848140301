//! Somebody's data is erased, on every engine: the same stories, told in a module per engine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]
#![allow(clippy::duplicate_mod, reason = "the stories are the same, the engine under them is not")]

mod given;
mod walk;

#[path = "stories.rs"]
mod galera;
#[path = "stories.rs"]
mod mysql;
#[path = "stories.rs"]
mod postgres;
#[path = "stories.rs"]
mod sqlite;
