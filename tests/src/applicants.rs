//! Applicants for a story, and the file that a portal would make of them.

use std::sync::LazyLock;

use jiff::Timestamp;

/// Somebody who applied, as a portal's file has her. What is empty is an empty cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applicant {
    /// Her name.
    pub name: String,
    /// Her phone number, in any form.
    pub phone: String,
    /// Her email address.
    pub email: String,
    /// `YYYY-MM-DD`. Indeed does not tell.
    pub born: String,
    /// The portal's own id. Indeed has none.
    pub reference: String,
    /// When she applied, `YYYY-MM-DD`; empty: today.
    pub applied: String,
}

/// The day on which the tests run: whoever applied long ago is asked for more.
static TODAY: LazyLock<String> = LazyLock::new(|| Timestamp::now().strftime("%Y-%m-%d").to_string());

/// An applicant by name, phone number and email address.
#[must_use]
pub fn applicant(name: &str, phone: &str, email: &str) -> Applicant {
    Applicant { name: name.into(), phone: phone.into(), email: email.into(), ..Applicant::default() }
}

impl Applicant {
    /// The same with a birth date, `YYYY-MM-DD`.
    #[must_use]
    pub fn born(self, date: &str) -> Self {
        Self { born: date.into(), ..self }
    }

    /// The same with the portal's own id.
    #[must_use]
    pub fn reference(self, reference: &str) -> Self {
        Self { reference: reference.into(), ..self }
    }

    /// The same, applying on another day than today, `YYYY-MM-DD`.
    #[must_use]
    pub fn applied(self, date: &str) -> Self {
        Self { applied: date.into(), ..self }
    }
}

/// A portal's file as CSV: the header on row 1, the first applicant on row 2.
///
/// # Panics
/// When there is no such portal here.
#[must_use]
pub fn table(portal: &str, applicants: &[Applicant]) -> String {
    let header: &[&str] = match portal {
        "glints" => &[
            "Nama Lengkap",
            "Nomor Telepon",
            "Email",
            "Tanggal Lahir",
            "ID Lamaran",
            "Posisi yang Dilamar",
            "Tanggal Melamar",
        ],
        "jobstreet" => {
            &["Full Name", "Mobile", "Email", "Date of Birth", "Application ID", "Position Applied", "Date Applied"]
        }
        "indeed" => &["name", "phone", "email", "status", "candidate location", "job title", "date", "interest level"],
        other => panic!("no file of {other} is known here"),
    };
    let mut text = csv::Writer::from_writer(Vec::new());
    text.write_record(header).expect("a header");
    for Applicant { name, phone, email, born, reference, applied } in applicants {
        let applied = if applied.is_empty() { TODAY.as_str() } else { applied };
        let cells: Vec<&str> = match portal {
            "indeed" => vec![name, phone, email, "Awaiting Review", "Depok", "Mitra Asuh", applied, "Undecided"],
            _ => vec![name, phone, email, born, reference, "Mitra Asuh", applied],
        };
        text.write_record(cells).expect("a row");
    }
    String::from_utf8(text.into_inner().expect("a table in memory")).expect("text")
}
