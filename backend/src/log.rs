//! The log of the program, on standard error: lines for people, or an object of JSON in each line for what collects logs.
//!
//! It holds ids and codes, never a name, a number, an address, a PIN, a code, a token, a password or a path with somebody's id; tests/tests/log.rs reads it for them.

use std::io::IsTerminal;

use serde::Deserialize;
use tracing::Subscriber;
use tracing_subscriber::{EnvFilter, Layer, fmt::MakeWriter, registry::LookupSpan};

/// What is logged unless `RUST_LOG` says otherwise.
pub const USUAL: &str = "warn,sqlx::pool=error,satu_backend=info";

/// How a line is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// An object of JSON.
    Json,
}

/// Writes what happens as lines.
pub fn lines<S, W>(format: Format, to: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    // In a file colours are only signs.
    let lines = tracing_subscriber::fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(to);
    match format {
        Format::Text => lines.boxed(),
        Format::Json => lines.json().flatten_event(true).boxed(),
    }
}

/// What is logged: `RUST_LOG`, or the [usual](USUAL).
#[must_use]
pub fn filter() -> EnvFilter {
    EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUAL))
}
