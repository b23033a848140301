//! The rejected rows of an import as a file: to be mended and dropped again.

use satu_core::{
    application::ProblemCode,
    import::{self, Batch, ImportError, Outcome, Reason, RowFilter, RowView},
    store::{Store, StoreError},
};

use super::{Draft, ExportError, FileFormat, Sheet};
use crate::describe::Description;

/// The column that says what is wrong, in both languages.
pub const ERROR_COLUMN: &str = "Kesalahan / Error";
/// Rows that are fetched together.
const CHUNK: u64 = 500;

/// Writes the rejected rows to a draft as they stood in the file, under the same headers, with a column more.
///
/// # Errors
/// The store fails; a workbook is full at 1,048,576 rows.
pub async fn rejected(store: &Store, batch: &Batch, format: FileFormat, draft: &Draft) -> Result<(), ExportError> {
    let description: Description = serde_json::from_value(batch.description.clone()).map_err(|error| {
        ImportError::Store(StoreError::Corrupt { what: format!("import {}", batch.id), why: error.to_string() })
    })?;
    let columns = &description.layout.columns;
    let mut header: Vec<&str> = columns.iter().map(|column| column.header.as_str()).collect();
    header.push(ERROR_COLUMN);
    let mut sheet = Sheet::begin(format, "Ditolak", &header, draft)?;
    let filter = RowFilter { outcome: Some(Outcome::Rejected), ..RowFilter::default() };
    let mut offset = 0;
    loop {
        let (rows, _) = import::rows(store, batch.id, &filter, offset, CHUNK).await?;
        if rows.is_empty() {
            return sheet.finish();
        }
        offset += rows.len() as u64;
        for row in rows {
            let error = sentence(&row);
            let cells = (0..columns.len()).map(|column| row.cells.get(column).map_or("", String::as_str));
            sheet.row(cells.chain([error.as_str()]))?;
        }
    }
}

/// What is wrong with a rejected row and what to do, in Bahasa Indonesia and English, with what was found in its cells.
fn sentence(row: &RowView) -> String {
    let (indonesian, english) = match row.reason {
        Some(Reason::NoName) => ("tidak ada nama: isi nama pelamar", "no name: fill in the applicant's name"),
        Some(Reason::NoContact) => (
            "tidak ada nomor telepon atau email yang dapat dipakai: isi salah satunya",
            "no phone number or email address that can be used: fill in one of them",
        ),
        Some(Reason::NotData) => {
            ("bukan baris pelamar (judul, total, atau catatan)", "not an applicant (a header, a total or a note)")
        }
        Some(Reason::CutOff) => (
            "berkas terputus di tengah baris ini: unduh lagi dari portal",
            "the file stops in the middle of this row: download it from the portal again",
        ),
        Some(Reason::Discarded) => ("ditandai bukan pelamar", "marked as not an applicant"),
        _ => ("ditolak", "rejected"),
    };
    let mut text = format!("Baris {}: {indonesian}. / Row {}: {english}.", row.row, row.row);
    for problem in &row.problems {
        let value = problem.value.as_deref().map(|value| format!(" (“{value}”)")).unwrap_or_default();
        text.push_str(&format!(" • {}{value} / {}", in_indonesian(problem.code), problem.message));
    }
    text
}

/// A problem in Bahasa Indonesia; its message is the English one.
const fn in_indonesian(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::NoName => "Nama kosong. Baris ini tidak bisa diimpor.",
        ProblemCode::NoContact => "Tidak ada nomor telepon atau email yang bisa dipakai.",
        ProblemCode::NotData => "Baris ini bukan data pelamar (judul berulang, total, atau catatan).",
        ProblemCode::Masked => "Kontak disamarkan oleh portal. Buka kontaknya di portal, lalu unduh ulang.",
        ProblemCode::DigitsLost => "Angka hilang karena Excel membulatkan nomor. Ketik ulang nomor lengkapnya.",
        ProblemCode::PhoneLetters => "Ada huruf di dalam nomor. Periksa dan perbaiki.",
        ProblemCode::PhoneInvalid => "Bukan nomor telepon.",
        ProblemCode::PhoneNotMobile => "Bukan nomor ponsel: disimpan, tetapi tidak dipakai mengenali orang.",
        ProblemCode::Shared => "Kontak keluarga: disimpan, tetapi tidak dipakai mengenali orang.",
        ProblemCode::PhoneOfAnother => {
            "Nomor milik orang lain menurut selnya: disimpan, tetapi tidak dipakai mengenali orang."
        }
        ProblemCode::PhoneDisputed => "Panjang nomor tidak lazim: disimpan, tetapi tidak dipakai mengenali orang.",
        ProblemCode::EmailInvalid => "Bukan alamat email.",
        ProblemCode::EmailRelay => "Alamat perantara portal: untuk menghubungi saja, bukan untuk mengenali orang.",
        ProblemCode::Placeholder => "Hanya pengisi (seperti '-' atau 'tidak ada'): dianggap kosong.",
        ProblemCode::EmailTypo => "Mungkin salah ketik.",
        ProblemCode::DateInvalid => "Bukan tanggal yang mungkin.",
        ProblemCode::DateAmbiguous => "Hari dan bulan bisa tertukar. Pilih urutannya saat mengimpor.",
        ProblemCode::AmountInvalid => "Bukan jumlah uang.",
        ProblemCode::ResumeNotLink => "Tautan CV bukan alamat web: disimpan sebagai teks.",
        ProblemCode::ExtraCells => "Baris ini punya lebih banyak sel daripada judulnya.",
        ProblemCode::GenderUnknown => "Jenis kelamin tidak dikenali.",
        ProblemCode::EducationUnclear => "Jenjang pendidikan yang tamat tidak jelas.",
        ProblemCode::SourceRefReused => "Nomor lamaran yang sama dipakai baris lain dengan isi berbeda.",
        ProblemCode::CutOff => "Berkas terputus di tengah baris ini. Unduh lagi dari portal.",
        ProblemCode::StatusUnknown => "Kata status portal ini tidak dikenal: disimpan apa adanya.",
    }
}
