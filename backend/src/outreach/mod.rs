//! Outreach's outside: the providers that carry messages, what they tell back, and the worker between them and the outbox.
//!
//! Each provider has one file: what is sent to it, how its codes read in our words (a pure function and its table), and how its calls are known to be its own. To
//! add one: such a file, its settings, and its arm in [`settings::Settings::carriers`].

pub mod carrier;
pub mod codes;
pub mod file;
pub mod settings;
pub mod twilio;
pub mod vonage;
pub mod webhook;
pub mod whatsapp;
pub mod worker;
pub mod zenziva;

pub use carrier::{Answer, Approved, Carrier, Carriers, Letter};
pub use settings::Settings;
pub use webhook::{News, NotHeard, Writer};
pub use worker::{Worked, Worker};
