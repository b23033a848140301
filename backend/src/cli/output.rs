//! What the command prints: JSON, aligned tables, a progress bar, complaints.

use std::{
    future::Future,
    io::{self, Write},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use satu_core::import::Progress;
use serde::Serialize;

use super::{Failure, Outcome};
use crate::api::page::Page;

/// A sentence on standard error.
pub(super) fn complain(sentence: &str) {
    // Nobody can be told when standard error is closed.
    let _ = writeln!(io::stderr(), "satu: {sentence}");
}

/// A line on standard output.
pub(super) fn line(text: impl AsRef<str>) -> Outcome {
    writeln!(io::stdout(), "{}", text.as_ref())?;
    Ok(())
}

/// A value as one line of JSON.
pub(super) fn json(value: &impl Serialize) -> Outcome {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, value).map_err(io::Error::from)?;
    writeln!(out)?;
    Ok(())
}

/// A page as one JSON object, or as a table with one line an item.
pub(super) fn page<T: Serialize, const N: usize>(
    page: &Page<T>,
    as_json: bool,
    header: [&str; N],
    cells: impl Fn(&T) -> [String; N],
) -> Outcome {
    if as_json {
        return json(page);
    }
    table(header, page.items.iter().map(cells).collect())?;
    match &page.next {
        Some(next) => line(format!("… --cursor {next}")),
        None => Ok(()),
    }
}

/// Rows under a header, aligned.
pub(super) fn table<const N: usize>(header: [&str; N], rows: Vec<[String; N]>) -> Outcome {
    let mut widths = header.map(|cell| cell.chars().count());
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = io::stdout().lock();
    for row in std::iter::once(header.map(str::to_owned)).chain(rows) {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

/// Runs a step with a bar on the terminal; Ctrl-C cancels it in order.
pub(super) async fn with_bar<T, E>(
    what: String,
    total: Option<u64>,
    progress: &Progress,
    step: impl Future<Output = Result<T, E>>,
) -> Result<T, Failure>
where
    Failure: From<E>,
{
    let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    let template = if total.is_some() {
        "{msg} [{bar:32}] {human_pos}/{human_len} {per_sec} {eta}"
    } else {
        "{spinner} {msg} {human_pos} {per_sec}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("█▉ "));
    }
    bar.set_message(what);
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    tokio::pin!(step);
    let done = loop {
        tokio::select! {
            done = &mut step => break done,
            _ = tick.tick() => bar.set_position(progress.done()),
            interrupted = tokio::signal::ctrl_c() => if interrupted.is_ok() { progress.cancel() },
        }
    };
    bar.finish_and_clear();
    Ok(done?)
}
