//! What crosses crates. The tests themselves stand in `tests/`; here is what they share: files to import ([`fixtures`]), people
//! for a story ([`applicants`]) and the desk at which it happens ([`desk`]), the engines under it ([`engines`]) and the wire to them ([`wire`]), the program as a user runs it ([`program`]) or as a
//! browser reaches it ([`served`]), stand-ins for those who carry messages ([`provider`]), what they tell ([`callbacks`]) and a mail server ([`post`]), and the tables as they stand in the database ([`ledger`]).

#[expect(clippy::expect_used, clippy::panic, reason = "a story whose file cannot be written has failed")]
pub mod applicants;
#[expect(clippy::expect_used, clippy::panic, reason = "a test whose provider cannot speak has failed")]
pub mod callbacks;
#[expect(clippy::expect_used, clippy::panic, reason = "a story whose desk does not answer has failed")]
pub mod desk;
#[expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    reason = "a test whose server does not start has failed"
)]
pub mod engines;
pub mod fixtures;
#[expect(clippy::expect_used, reason = "a test whose tables cannot be read has failed")]
pub mod ledger;
#[expect(clippy::expect_used, clippy::panic, reason = "a test whose letters do not come has failed")]
pub mod post;
#[expect(clippy::expect_used, clippy::panic, reason = "a test whose program does not run has failed")]
pub mod program;
#[expect(clippy::expect_used, reason = "a test whose provider does not start has failed")]
pub mod provider;
#[expect(clippy::expect_used, clippy::panic, reason = "a test whose server does not answer has failed")]
pub mod served;
#[expect(clippy::expect_used, reason = "a test without a wire has failed")]
pub mod wire;
