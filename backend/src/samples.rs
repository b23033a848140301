//! The sample files that ship with the app: invented people who tell the product's story.

use serde::Serialize;
use utoipa::ToSchema;

/// A sample file.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// The file's name, by which it is asked for.
    pub name: &'static str,
    /// The portal that it looks like an export of.
    pub portal: &'static str,
    /// What it is, in Bahasa Indonesia.
    pub title: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

/// A sample file, without its bytes.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Sample)]
pub struct SampleView {
    /// The file's name, by which it is asked for.
    pub name: String,
    /// The portal that it looks like an export of.
    pub portal: String,
    /// What it is, in Bahasa Indonesia.
    pub title: String,
}

macro_rules! sample {
    ($name:literal, $portal:literal, $title:literal) => {
        Sample {
            name: $name,
            portal: $portal,
            title: $title,
            bytes: include_bytes!(concat!("../../fixtures/samples/", $name)),
        }
    };
}

/// Every sample, in the order in which they tell their story.
pub const SAMPLES: [Sample; 3] = [
    sample!("glints.xlsx", "glints", "Pelamar dari Glints"),
    sample!("jobstreet.csv", "jobstreet", "Pelamar dari JobStreet"),
    sample!("indeed.csv", "indeed", "Pelamar dari Indeed"),
];
