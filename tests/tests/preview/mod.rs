//! A desk with an empty database, at which a file is read the way the command line and the API read it.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use satu_backend::{
    Backend, Config,
    describe::Description,
    intake::{IntakeError, LocalFile, Wish},
};
use satu_core::{
    import::{self, Batch, Progress, RowView},
    store::Store,
};
use tempfile::TempDir;

/// Where the files stand.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

/// A backend on a database of its own.
pub struct Desk {
    backend: Backend,
    _folder: TempDir,
}

impl Desk {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = Config { actor: "hr".to_owned(), ..Config::at(folder.path()) };
        Self { backend: Backend::open(config).await.expect("a fresh database opens"), _folder: folder }
    }

    pub fn store(&self) -> &Store {
        self.backend.store()
    }

    /// Reads and plans a file of `fixtures/`, or of anywhere by its full path; the code of the refusal where it cannot be read.
    pub async fn stage(&self, path: &str) -> Result<(Batch, Description), String> {
        let file = LocalFile::at(&root().join(path));
        let staged = self.backend.intake().draft(&file, &Wish::default(), true, &Progress::default()).await;
        staged.map_err(|error| match error {
            IntakeError::Read(error) => error.code.as_str().to_owned(),
            other => other.to_string(),
        })
    }

    pub async fn rows(&self, batch: &Batch) -> Vec<RowView> {
        import::rows_after(self.store(), batch.id, 0, 10_000).await.expect("rows of a draft")
    }

    /// Compares what was read with the snapshot of the file.
    pub async fn shot(&self, path: &str, batch: &Batch, description: &Description) {
        let mut text = head(batch, description);
        for row in self.rows(batch).await {
            text.push_str(&one(&row));
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_snapshot_path("../snapshots");
        settings.bind(|| insta::assert_snapshot!(path.replace('/', "--"), text));
    }
}

fn head(batch: &Batch, description: &Description) -> String {
    let sheet = batch.sheet.as_deref().map(|sheet| format!(", sheet {sheet}")).unwrap_or_default();
    let mut text = format!(
        "{} in {}{sheet}, header on row {}, notes {:?}{}\n",
        batch.portal,
        description.container,
        description.layout.header_row,
        description.notes,
        if description.needs_mapping { ", needs a mapping" } else { "" },
    );
    if !description.questions.is_empty() {
        let _ = writeln!(text, "  asks {:?}, tie {:?}", description.questions, description.tie);
    }
    for one in description.sheet_candidates.iter().filter(|_| description.sheet_candidates.len() > 1) {
        let _ =
            writeln!(text, "  sheet {:?}, row {}, {} known, {:.2}", one.sheet, one.header_row, one.known, one.score);
    }
    if let Some(drift) = &description.drift {
        let _ = writeln!(text, "  {}", drift.sentence);
    }
    for column in &description.layout.columns {
        let order = column.date_order.map(|order| format!(" {order:?}")).unwrap_or_default();
        let _ = writeln!(text, "  {} {} = {:?} ({:?}){order}", column.column, column.header, column.field, column.how);
    }
    text
}

/// A row in one line of what it means, and a line for everything that was repaired or is wrong.
fn one(row: &RowView) -> String {
    let fields = &row.fields;
    let reason = row.reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    let mut text = format!("{} {}{reason}", row.row, row.outcome);
    let salary = fields.expected_salary.map(|low| match fields.expected_salary_max {
        Some(high) => format!("Rp {low}-{high}"),
        None => format!("Rp {low}"),
    });
    let gender = fields.gender.map(|gender| format!("{gender:?}"));
    for value in [
        &fields.full_name,
        &fields.phone,
        &fields.email,
        &fields.birth_date,
        &gender,
        &fields.location,
        &fields.position,
        &fields.applied_at,
        &fields.education,
        &fields.experience,
        &salary,
        &fields.resume_url,
        &fields.source_ref,
        &fields.portal_status,
    ] {
        let _ = write!(text, " | {}", value.as_deref().unwrap_or("-"));
    }
    text.push('\n');
    for phone in row.phones.iter().filter(|phone| phone.value.as_ref() != Some(&phone.raw)) {
        let usable = if phone.usable { "" } else { ", unusable" };
        let _ = writeln!(text, "    phone {:?} -> {:?} {:?}{usable}", phone.raw, phone.value, phone.repairs);
    }
    for email in row.emails.iter().filter(|email| email.value.as_ref() != Some(&email.raw) || !email.usable) {
        let usable = if email.usable { "" } else { ", unusable" };
        let _ = writeln!(text, "    email {:?} -> {:?} {:?}{usable}", email.raw, email.value, email.repairs);
    }
    for repair in &row.repairs {
        let _ = writeln!(text, "    {:?} in {}: {:?} -> {:?}", repair.code, repair.column, repair.from, repair.to);
    }
    for answer in &fields.answers {
        let yes = match answer.yes {
            Some(true) => " yes",
            Some(false) => " no",
            None => "",
        };
        let _ = writeln!(text, "    {} {:?} {:?}{yes}", answer.question, answer.answer, answer.matches);
    }
    let meant = [
        fields.education_level.map(|level| format!("education {level}")),
        fields.experience_months.map(|months| format!("experience {months} months")),
        fields.portal_standing.map(|standing| format!("status {standing}")),
    ];
    let meant: Vec<String> = meant.into_iter().flatten().collect();
    if !meant.is_empty() {
        let _ = writeln!(text, "    means {}", meant.join(", "));
    }
    if !fields.extras.is_empty() {
        let _ = writeln!(text, "    extras {:?}", fields.extras);
    }
    for problem in &row.problems {
        let _ = writeln!(text, "    ! {}", problem.message);
    }
    text
}
