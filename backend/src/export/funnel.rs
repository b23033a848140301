//! The funnel as a workbook: stages and reasons by their codes, as in the file of applications, and numbers that can be counted on with.

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use satu_core::lifecycle::{Funnel, Stage};

use super::{Draft, ExportError, unharmed};

/// Writes a funnel to a draft, as a workbook of four sheets: what was asked, then a table each of stages, of stages by portal, and of losses.
///
/// # Errors
/// The workbook cannot be written.
pub fn funnel(funnel: &Funnel, draft: &Draft) -> Result<(), ExportError> {
    let Funnel { as_of, since, portal, total, stages, portals, losses } = funnel;
    let mut workbook = Workbook::new();
    let asked = vec![
        vec!["as_of".into(), as_of.as_str().into()],
        vec!["since".into(), since.as_deref().into()],
        vec!["portal".into(), portal.as_deref().into()],
        vec!["applicants".into(), (*total).into()],
    ];
    sheet(&mut workbook, "Corong", &["asked", "value"], asked)?;
    let by_stage = stages.iter().map(|one| {
        let stand = [one.active, one.rejected, one.resigned].map(Cell::from);
        let moves = [one.entered, one.advanced, one.lost].map(Cell::from);
        let shares = [one.conversion, one.median_days, one.p90_days].map(Cell::from);
        [one.stage.as_str().into()].into_iter().chain(stand).chain(moves).chain(shares).collect()
    });
    sheet(&mut workbook, "Tahap", &STAGES, by_stage)?;
    let by_portal = portals.iter().flat_map(|one| {
        let counts = one.entered.iter().zip(&one.advanced).zip(&one.lost).zip(&one.conversion);
        Stage::ALL.iter().zip(counts).map(|(stage, (((entered, advanced), lost), conversion))| {
            let counts = [one.total, *entered, *advanced, *lost].map(Cell::from);
            let words = [one.portal.as_str(), stage.as_str()].map(Cell::from);
            words.into_iter().chain(counts).chain([(*conversion).into()]).collect()
        })
    });
    sheet(&mut workbook, "Portal", &PORTALS, by_portal)?;
    let by_reason = losses.iter().map(|one| {
        let words = [one.stage.as_str(), one.sub_state.as_str(), one.reason.as_str()].map(Cell::from);
        words.into_iter().chain([one.count.into()]).collect()
    });
    sheet(&mut workbook, "Kehilangan", &["stage", "sub_state", "reason", "count"], by_reason)?;
    let file = draft.file()?;
    unharmed(|| Ok(workbook.save_to_writer(file)?))
}

const STAGES: [&str; 10] =
    ["stage", "active", "rejected", "resigned", "entered", "advanced", "lost", "conversion", "median_days", "p90_days"];
const PORTALS: [&str; 7] = ["portal", "stage", "applicants", "entered", "advanced", "lost", "conversion"];

/// What stands in a cell; what is not known stays empty.
enum Cell<'t> {
    Text(&'t str),
    Number(f64),
    Empty,
}

impl<'t> From<&'t str> for Cell<'t> {
    fn from(text: &'t str) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell<'_> {
    #[expect(clippy::cast_precision_loss, reason = "a workbook has no other numbers; counts of people are exact")]
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

impl From<f64> for Cell<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell<'_> {
    fn from(known: Option<T>) -> Self {
        known.map_or(Self::Empty, Into::into)
    }
}

fn sheet<'t>(
    workbook: &mut Workbook,
    name: &str,
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<Cell<'t>>>,
) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (column, text) in (0u16..).zip(header) {
        sheet.set_column_width(column, 18)?.write_string_with_format(0, column, *text, &bold)?;
    }
    for (row, cells) in (1u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(cells) {
            match cell {
                Cell::Text(text) => sheet.write_string(row, column, text)?,
                Cell::Number(number) => sheet.write_number(row, column, number)?,
                Cell::Empty => continue,
            };
        }
    }
    Ok(())
}
