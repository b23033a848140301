//! The channels, one suite for all: what is handed to a provider, what its answers come to, and what is believed of what it tells.
//!
//! The provider is a stand-in that keeps what it took, so that each answer of ours is held against what the recipient was really sent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends at what it did not expect"
)]

mod callbacks;
mod sending;

use std::{sync::Arc, time::Duration};

use satu_backend::outreach::{Carrier, Letter, Settings, carrier};
use satu_core::outreach::Channel;

/// A carrier of a channel, which waits for a short while only.
pub fn carrier(settings: &Settings, channel: Channel) -> Arc<dyn Carrier> {
    let patience = carrier::Patience { connection: Duration::from_secs(2), answer: Duration::from_millis(400) };
    let all = Settings { patience, ..settings.clone() }.carriers().expect("a client");
    all.into_iter().find(|one| one.channel() == channel).expect("it is configured")
}

/// A message for Siti.
pub fn letter() -> Letter {
    Letter {
        reference: "0199c0de-0000-7000-8000-000000000001".to_owned(),
        to: "+6281234567801".to_owned(),
        text: "Halo Siti, lengkapi pendaftaran Anda: https://satu.example/daftar?u=ab+12 – Balas STOP untuk berhenti."
            .to_owned(),
        approved: None,
        valid_seconds: 3_600,
    }
}
