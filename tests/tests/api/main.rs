//! The HTTP API as its callers meet it: the router in this process, no port, a database of its own for every story.
//!
//! Every answer is held against the OpenAPI document ([`app`]): its status must be among those that the route documents, and whatever
//! is refused must be a problem. To add a route: its story beside those of its resource; [`document`] finds it by itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends at what it did not expect"
)]

mod app;
mod applications;
mod candidates;
mod document;
mod duplicates;
mod funnel;
mod idempotency;
mod imports;
mod lifecycle;
mod links;
mod outreach;
mod outside;
mod pace;
mod privacy;
mod problems;
mod reviews;
mod roles;
mod staff;
mod stopping;
mod timing;
mod watched;
