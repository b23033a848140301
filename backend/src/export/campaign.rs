//! The messages of a campaign: whom they went to, and what came of each.

use satu_core::{
    id::CampaignId,
    outreach::{Message, MessageFilter, Outreach},
};

use super::{Draft, ExportError, FileFormat, Sheet};

/// Messages that are read at once.
const AT_ONCE: u64 = 500;
const HEADER: [&str; 16] = [
    "Nama",
    "Telepon",
    "Saluran",
    "Tujuan",
    "Keadaan",
    "Kode",
    "Percobaan",
    "Antre",
    "Dibuka",
    "Terkirim",
    "Sampai",
    "Dibaca",
    "Terdaftar",
    "Dinilai oleh",
    "Lamaran",
    "Pesan",
];

/// Writes the messages of a campaign to a draft: states and codes by their words, as the API has them.
///
/// # Errors
/// There is no such campaign; it cannot be read or written.
pub async fn campaign(
    outreach: &Outreach,
    id: CampaignId,
    format: FileFormat,
    draft: &Draft,
) -> Result<(), ExportError> {
    let mut sheet = Sheet::begin(format, "Undangan", &HEADER, draft)?;
    let mut after = None;
    loop {
        let page = outreach.messages(id, MessageFilter::default(), after, AT_ONCE).await?;
        for message in &page {
            row(&mut sheet, message)?;
        }
        match page.last() {
            Some(last) => after = Some(last.id),
            None => return sheet.finish(),
        }
    }
}

fn row(sheet: &mut Sheet, one: &Message) -> Result<(), ExportError> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let cells = [
        one.full_name.clone(),
        one.phone.clone(),
        one.channel.to_string(),
        one.purpose.to_string(),
        one.state.to_string(),
        text(&one.error_code),
        one.attempts.to_string(),
        one.queued_at.clone(),
        text(&one.opened_at),
        text(&one.sent_at),
        text(&one.delivered_at),
        text(&one.read_at),
        if one.registered { "ya" } else { "tidak" }.to_owned(),
        text(&one.judged_by),
        one.application.to_string(),
        one.id.to_string(),
    ];
    sheet.row(cells.iter().map(String::as_str))
}
