//! What HR says of two applications, on every engine: the same stories, told in a module per engine.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends at what it did not expect"
)]
#![allow(clippy::duplicate_mod, reason = "the stories are the same, the engine under them is not")]

#[path = "stories.rs"]
mod galera;
#[path = "stories.rs"]
mod mysql;
#[path = "stories.rs"]
mod postgres;
#[path = "stories.rs"]
mod sqlite;
