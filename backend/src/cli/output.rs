//! What the command prints: JSON, aligned tables, a progress bar, complaints.

use std::{
    future::Future,
    io::{self, BufWriter, Stdout, Write},
    path::PathBuf,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use satu_core::import::Progress;
use satu_portals::{Container, Note};
use serde::Serialize;

use super::{Failure, Outcome};
use crate::{
    api::page::Page,
    export::{Draft, ExportError},
};

/// A sentence on standard error.
pub(super) fn complain(sentence: &str) {
    // Nobody can be told when standard error is closed.
    let _ = writeln!(io::stderr(), "satu: {sentence}");
}

/// What is to be known of a file that was read: that its name says something else than it is, and that nobody can see whether its last contact is
/// whole. `notes` are the words of [`Note`], `container` is that of [`Container`].
pub(super) fn warnings(file: &str, container: &str, notes: &[String]) -> Vec<String> {
    let has = |wanted: Note| notes.iter().any(|note| note == wanted.as_str());
    let container = Container::ALL.into_iter().find(|one| one.as_str() == container);
    let misnamed = container.filter(|_| has(Note::WrongExtension));
    let misnamed =
        misnamed.map(|one| format!("{file} is {}, whatever its name says, and was read as that", one.words()));
    let may_be_cut = has(Note::EndsInContact).then(|| {
        format!("{file} ends in a contact without a line break: if the download broke off, that contact may be cut; look at the last row")
    });
    misnamed.into_iter().chain(may_be_cut).collect()
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

/// Items as the one page of JSON that a listing with `--all` prints, each written as soon as it is known: a million of them are not held. What was broken off has no end,
/// and is no JSON.
pub(super) struct Items<W: Write> {
    out: W,
    any: bool,
}

impl Items<BufWriter<Stdout>> {
    /// Begins them, on standard output.
    pub(super) fn begin() -> Result<Self, Failure> {
        Self::to(BufWriter::new(io::stdout()))
    }
}

impl<W: Write> Items<W> {
    fn to(mut out: W) -> Result<Self, Failure> {
        out.write_all(br#"{"items":["#)?;
        Ok(Self { out, any: false })
    }

    /// Writes one.
    pub(super) fn push(&mut self, item: &impl Serialize) -> Outcome {
        if std::mem::replace(&mut self.any, true) {
            self.out.write_all(b",")?;
        }
        serde_json::to_writer(&mut self.out, item).map_err(io::Error::from)?;
        Ok(())
    }

    /// Ends them.
    pub(super) fn end(mut self) -> Outcome {
        self.out.write_all(b"],\"next\":null}\n")?;
        self.out.flush()?;
        Ok(())
    }
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

/// The widest cell of a table: an import's id with a row fits.
const WIDEST: usize = 48;

/// Rows under a header, aligned. A cell that would push the others out of sight is cut; the last of a line may be as long as it is.
pub(super) fn table<const N: usize>(header: [&str; N], rows: Vec<[String; N]>) -> Outcome {
    let rows: Vec<[String; N]> =
        std::iter::once(header.map(str::to_owned)).chain(rows.into_iter().map(shown)).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    if let Some(last) = widths.last_mut() {
        *last = 0;
    }
    let mut out = io::stdout().lock();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

/// A row's cells as one line of a terminal shows them: no line breaks or other control characters, none but the last wider than [`WIDEST`].
fn shown<const N: usize>(row: [String; N]) -> [String; N] {
    let mut column = 0;
    row.map(|cell| {
        column += 1;
        let plain = cell.replace(char::is_control, " ");
        match plain.char_indices().nth(WIDEST - 1) {
            Some((end, last)) if column < N && end + last.len_utf8() < plain.len() => format!("{}…", &plain[..end]),
            _ => plain,
        }
    })
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

/// A file that is being written: it takes its place once it is whole, and is named on standard output then.
pub(super) struct Target {
    /// As it was named.
    path: PathBuf,
    /// Where it stands: what a link points to is replaced, not the link.
    place: PathBuf,
    draft: Draft,
}

impl Target {
    /// Begins it.
    pub(super) fn begin(path: PathBuf) -> Result<Self, Failure> {
        let place = path.canonicalize().unwrap_or_else(|_| path.clone());
        match Draft::beside(&place) {
            Ok(draft) => Ok(Self { path, place, draft }),
            Err(error) => Err(Failure::File { path, error }),
        }
    }

    /// Writes it, with a bar that counts its rows. What came of it is for [`Self::end`].
    pub(super) async fn with_bar(
        &self,
        step: impl Future<Output = Result<(), ExportError>>,
    ) -> Result<Result<(), ExportError>, Failure> {
        let counted = async { Ok::<_, Failure>(step.await) };
        with_bar("menulis · writing".to_owned(), None, self.draft.progress(), counted).await
    }

    /// What is to be written to.
    pub(super) const fn draft(&self) -> &Draft {
        &self.draft
    }

    /// Ends it, if all of it was written.
    pub(super) fn end(self, written: Result<(), ExportError>) -> Outcome {
        let Self { path, place, draft } = self;
        if let Err(error) = written {
            return Err(Failure::Export { path, error });
        }
        if let Err(error) = draft.place(&place) {
            return Err(Failure::File { path, error });
        }
        line(path.display().to_string())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::none(&[], "{\"items\":[],\"next\":null}\n")]
    #[case::one(&["Siti"], "{\"items\":[\"Siti\"],\"next\":null}\n")]
    #[case::several(&["Siti", "Dewi"], "{\"items\":[\"Siti\",\"Dewi\"],\"next\":null}\n")]
    fn items_are_written_one_by_one(#[case] items: &[&str], #[case] expected: &str) {
        let mut written = Vec::new();
        let mut begun = Items::to(&mut written).unwrap();
        for item in items {
            begun.push(item).unwrap();
        }
        begun.end().unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }

    #[rstest]
    #[case::short("Siti", "Siti")]
    #[case::just_fits(&"é".repeat(48), &"é".repeat(48))]
    #[case::too_wide(&"é".repeat(49), &format!("{}…", "é".repeat(47)))]
    #[case::a_line_break("Siti\n\u{1b}[31mAminah", "Siti  [31mAminah")]
    fn a_cell_cannot_break_its_table(#[case] cell: &str, #[case] told: &str) {
        assert_eq!(shown([cell.to_owned(), "x".repeat(200)]), [told.to_owned(), "x".repeat(200)]);
    }
}
