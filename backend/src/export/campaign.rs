//! The messages of a campaign: whom they went to, what came of each, and who is to be called; then those whom it meant and does not write to.

use std::collections::HashSet;

use satu_core::{
    id::{ApplicationId, CampaignId},
    outreach::{Example, Excluded, Message, MessageFilter, MessageState, Outreach, Purpose, Ways},
};

use super::{
    Draft, ExportError, FileFormat, Sheet,
    told::{excluded, reason},
};

/// Messages, or people, that are read at once.
const AT_ONCE: u16 = 500;
/// Why somebody is left out for whom something can be done still, or who asked for it. The others have registered, are gone, or have their message.
const LEFT_OUT: [Option<Excluded>; 5] = [
    Some(Excluded::NoMobile),
    Some(Excluded::Shared),
    Some(Excluded::Undeliverable),
    Some(Excluded::OptedOut),
    Some(Excluded::Closed),
];
const HEADER: [&str; 20] = [
    "Nama",
    "Telepon",
    "Saluran",
    "Tujuan",
    "Keadaan",
    "Alasan",
    "Kode",
    "Perlu ditelepon",
    "Pengingat ke",
    "Percobaan",
    "Antre",
    "Dibuka",
    "Terkirim",
    "Sampai",
    "Dibaca",
    "Menjawab",
    "Terdaftar",
    "Dinilai oleh",
    "Lamaran",
    "Pesan",
];

/// Writes the messages of a campaign to a draft, and behind them whom it leaves out as things stand now: purposes, states and reasons in the words of the page, and
/// the code as it is, to look up at the provider, in a column of its own.
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
    let mut written_to: HashSet<ApplicationId> = HashSet::new();
    let mut after = None;
    loop {
        let page = outreach.messages(id, MessageFilter::default(), after, u64::from(AT_ONCE)).await?;
        for message in &page {
            written_to.insert(message.application);
            sheet.row(cells(message).iter().map(String::as_str))?;
        }
        match page.last() {
            Some(last) => after = Some(last.id),
            None => break,
        }
    }
    let campaign = outreach.campaign(id).await?;
    let ways = Ways { channel: campaign.channel, fallback: campaign.fallback };
    let mut after = None;
    loop {
        let (people, next) = outreach.people(&campaign.audience, ways, &LEFT_OUT, after, usize::from(AT_ONCE)).await?;
        for one in people.iter().filter(|one| !written_to.contains(&one.application)) {
            sheet.row(left_out(one).iter().map(String::as_str))?;
        }
        match next {
            Some(_) => after = next,
            None => return sheet.finish(),
        }
    }
}

/// Somebody who is not written to.
fn left_out(one: &Example) -> [String; 20] {
    let mut cells = [const { String::new() }; 20];
    let to_call = matches!(one.reason, Some(Excluded::NoMobile | Excluded::Shared | Excluded::Undeliverable));
    let known = [
        ("Nama", one.full_name.clone()),
        ("Telepon", one.phone.clone().unwrap_or_default()),
        ("Keadaan", "Tidak dikirimi".to_owned()),
        ("Alasan", one.reason.map(excluded).unwrap_or_default().to_owned()),
        ("Kode", one.reason.map(|why| why.to_string()).unwrap_or_default()),
        ("Perlu ditelepon", yes(to_call)),
        ("Terdaftar", yes(false)),
        ("Lamaran", one.application.to_string()),
    ];
    for (header, value) in known {
        if let Some((_, cell)) = HEADER.iter().zip(&mut cells).find(|(name, _)| **name == header) {
            *cell = value;
        }
    }
    cells
}

fn yes(is: bool) -> String {
    if is { "ya" } else { "tidak" }.to_owned()
}

fn cells(one: &Message) -> [String; 20] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        one.full_name.clone(),
        one.phone.clone(),
        one.channel.to_string(),
        purpose(one.purpose).to_owned(),
        state(one.state).to_owned(),
        one.error_code.as_deref().map(|code| reason(one.channel, code)).unwrap_or_default().to_owned(),
        text(&one.error_code),
        yes(one.to_call),
        // The invitation is none.
        if one.ordinal == 0 { String::new() } else { one.ordinal.to_string() },
        one.attempts.to_string(),
        one.queued_at.clone(),
        text(&one.opened_at),
        text(&one.sent_at),
        text(&one.delivered_at),
        text(&one.read_at),
        yes(one.answered),
        yes(one.registered),
        text(&one.judged_by),
        one.application.to_string(),
        one.id.to_string(),
    ]
}

/// What a message is for.
const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Invitation => "Undangan",
        Purpose::Reminder => "Pengingat",
        Purpose::Fallback => "Cadangan",
    }
}

/// How far a message has come.
const fn state(state: MessageState) -> &'static str {
    match state {
        MessageState::Queued => "Menunggu",
        MessageState::Sending => "Sedang dikirim",
        MessageState::Opened => "Chat dibuka",
        MessageState::Accepted => "Diterima penyedia",
        MessageState::Sent => "Terkirim",
        MessageState::Delivered => "Sampai",
        MessageState::Read => "Dibaca",
        MessageState::Failed => "Gagal",
        MessageState::Uncertain => "Tidak pasti",
        MessageState::Dropped => "Tidak jadi dikirim",
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use satu_core::{
        id::{ApplicationId, MessageId},
        outreach::Channel,
    };

    use super::*;

    fn message() -> Message {
        Message {
            id: MessageId::mint(),
            campaign: CampaignId::mint(),
            application: ApplicationId::mint(),
            full_name: "Siti Aminah".to_owned(),
            phone: "+6281234567801".to_owned(),
            channel: Channel::Twilio,
            purpose: Purpose::Invitation,
            ordinal: 0,
            state: MessageState::Accepted,
            error_code: None,
            attempts: 1,
            run_at: "2026-05-04T02:00:00Z".to_owned(),
            queued_at: "2026-05-04T01:00:00Z".to_owned(),
            opened_at: None,
            sent_at: Some("2026-05-04T02:00:01Z".to_owned()),
            delivered_at: None,
            read_at: None,
            judged_by: None,
            registered: false,
            to_call: false,
            answered: false,
        }
    }

    /// What stands under a header.
    fn under(message: &Message, header: &str) -> String {
        let mut named = HEADER.iter().zip(cells(message));
        named.find(|(name, _)| **name == header).map(|(_, cell)| cell).unwrap_or_default()
    }

    #[test]
    fn who_is_to_be_called_and_which_reminder_it_was_is_told() {
        let invited = message();
        for (header, cell) in [
            ("Nama", "Siti Aminah"),
            ("Tujuan", "Undangan"),
            ("Keadaan", "Diterima penyedia"),
            ("Alasan", ""),
            ("Kode", ""),
            ("Perlu ditelepon", "tidak"),
            ("Pengingat ke", ""),
            ("Terkirim", "2026-05-04T02:00:01Z"),
            ("Menjawab", "tidak"),
            ("Terdaftar", "tidak"),
        ] {
            assert_eq!(under(&invited, header), cell, "{header}");
        }
        let failed = Message {
            purpose: Purpose::Reminder,
            ordinal: 2,
            state: MessageState::Failed,
            error_code: Some("30005".to_owned()),
            to_call: true,
            answered: true,
            ..message()
        };
        for (header, cell) in [
            ("Tujuan", "Pengingat"),
            ("Keadaan", "Gagal"),
            ("Alasan", "Penyedia menganggap nomor ini salah"),
            ("Kode", "30005"),
            ("Perlu ditelepon", "ya"),
            ("Menjawab", "ya"),
            ("Pengingat ke", "2"),
        ] {
            assert_eq!(under(&failed, header), cell, "{header}");
        }
    }

    #[test]
    fn who_is_left_out_is_told_and_why() {
        let one = Example {
            application: ApplicationId::mint(),
            full_name: "Siti Aminah".to_owned(),
            phone: None,
            reason: Some(Excluded::NoMobile),
        };
        let cells = left_out(&one);
        let told: Vec<(&str, &str)> =
            HEADER.into_iter().zip(cells.iter().map(String::as_str)).filter(|(_, cell)| !cell.is_empty()).collect();
        let id = one.application.to_string();
        assert_eq!(
            told,
            [
                ("Nama", "Siti Aminah"),
                ("Keadaan", "Tidak dikirimi"),
                ("Alasan", "Tanpa nomor ponsel"),
                ("Kode", "no_mobile"),
                ("Perlu ditelepon", "ya"),
                ("Terdaftar", "tidak"),
                ("Lamaran", id.as_str()),
            ]
        );
    }

    #[rstest]
    #[case::she_said_stop("opted_out", "Minta berhenti")]
    #[case::nobody_answered("timeout", "Penyedia tidak menjawab pada waktunya")]
    #[case::the_provider_says_so("21614", "Ini nomor telepon rumah atau tidak bisa menerima SMS")]
    fn a_code_is_told_in_words_and_beside_them_as_it_is(#[case] code: &str, #[case] words: &str) {
        let dropped = Message { state: MessageState::Dropped, error_code: Some(code.to_owned()), ..message() };
        assert_eq!((under(&dropped, "Alasan"), under(&dropped, "Kode")), (words.to_owned(), code.to_owned()));
    }
}
