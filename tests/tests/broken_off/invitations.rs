//! Outreach as it is broken off: Siti is invited by WhatsApp, with an SMS behind it, and Dewi by hand.

use satu_core::{
    application::Filter,
    id::{ApplicationId, CampaignId, LeaseId, MessageId},
    import::Progress,
    outreach::{
        Audience, Channel, Incoming, Language, MessageFilter, MessageState, NewCampaign, NewTemplate, Outreach,
        OutreachError, Policy, Quiet, Refusal, Sender, Sent, Told, Verdict, Word,
    },
};
use satu_tests::desk::{Desk, outreach};

use crate::use_cases::{UseCase, named};

/// At any hour: the time is the machine's here.
fn outreach_of(desk: &Desk) -> Outreach {
    outreach(desk.store(), Policy { quiet: Quiet::NEVER, ..Policy::default() })
}

/// Until what a use case needs is there.
pub async fn world(case: UseCase, desk: &Desk) {
    let outreach = outreach_of(desk);
    let template = NewTemplate {
        name: "undangan".to_owned(),
        language: Language::Indonesian,
        body: "Halo {nama}: {tautan}".to_owned(),
        approved_name: Some("undangan_1".to_owned()),
        approved_language: None,
    };
    outreach.put_template(template, "hr").await.unwrap();
    if matches!(case, UseCase::Start | UseCase::PutTemplate) {
        return;
    }
    let id = CampaignId::mint();
    let channel = if case == UseCase::OpenChat { Channel::WaMe } else { Channel::Whatsapp };
    let fallback = (channel == Channel::Whatsapp).then_some(Channel::Twilio);
    let new = campaign(&outreach, channel, fallback).await.unwrap();
    let new = if case == UseCase::Finish { NewCampaign { remind_after_days: None, ..new } } else { new };
    outreach.start(id, &new, "hr").await.unwrap();
    if case == UseCase::Fill {
        return;
    }
    outreach.fill(id, &Progress::default()).await.unwrap();
    match case {
        UseCase::Resume => drop(outreach.pause(id, "hr").await.unwrap()),
        // Both are invited. They are reminded when days have gone by; where nobody is to be reminded, the campaign ends.
        UseCase::Remind | UseCase::Finish => {
            for message in outreach.claim(Channel::Whatsapp, 10, 600).await.unwrap().messages {
                let sent = Sent::Accepted { provider_id: message.id.to_string() };
                outreach.settle(message.id, message.lease, &sent, None).await.unwrap();
            }
            let due = "UPDATE outbox_message SET remind_at = 1 WHERE remind_at IS NOT NULL";
            sqlx::query(due).execute(&mut desk.tables().await).await.unwrap();
        }
        _ => {}
    }
    if matches!(case, UseCase::Answered | UseCase::Tell | UseCase::Judge | UseCase::KeepUp) {
        // A lease of nothing has run out when it is looked at.
        let claimed =
            outreach.claim(Channel::Whatsapp, 1, if case == UseCase::KeepUp { 0 } else { 600 }).await.unwrap();
        let message = claimed.messages.first().unwrap();
        let sent = match case {
            UseCase::Tell => Sent::Accepted { provider_id: "wamid.1".to_owned() },
            UseCase::Judge => Sent::Unknown { code: "timeout".to_owned() },
            _ => return,
        };
        outreach.settle(message.id, message.lease, &sent, None).await.unwrap();
    }
}

async fn campaign(
    outreach: &Outreach,
    channel: Channel,
    fallback: Option<Channel>,
) -> Result<NewCampaign, OutreachError> {
    let versions = outreach.versions("undangan").await?;
    Ok(NewCampaign {
        name: "Undangan".to_owned(),
        audience: Audience::Filter(Filter::default()),
        template: versions.first().unwrap().id,
        reminder_template: None,
        channel,
        fallback,
        starts_at: None,
        remind_after_days: Some(3),
        reminders: 1,
    })
}

/// Does it. Said twice it is said once: what a use case looks for is looked for by what was there before.
pub async fn run(case: UseCase, desk: &Desk) -> Result<(), String> {
    let siti = named(desk, "Siti Aminah").await?;
    carried_out(case, desk, siti).await.map_err(|error| error.to_string())
}

async fn carried_out(case: UseCase, desk: &Desk, siti: ApplicationId) -> Result<(), OutreachError> {
    let outreach = outreach_of(desk);
    let whatsapp = Channel::Whatsapp;
    match case {
        UseCase::Start => {
            let new = campaign(&outreach, whatsapp, None).await?;
            // The same campaign, whoever asks again.
            let id = CampaignId::from(siti.0);
            outreach.start(id, &new, "hr").await.map(drop)
        }
        UseCase::Fill => outreach.fill(newest(&outreach).await?, &Progress::default()).await.map(drop),
        // Those who are claimed already are nobody else's.
        UseCase::Claim => outreach.claim(whatsapp, 10, 600).await.map(drop),
        UseCase::Answered => {
            let (id, lease) = in_hand(desk).await;
            let sent = Sent::Refused { refusal: Refusal::Final { number: true }, code: "131026".to_owned() };
            outreach.settle(id, lease, &sent, None).await.map(drop)
        }
        UseCase::Tell => {
            let word = Word::Failed(Refusal::Final { number: true });
            let told =
                Told { channel: whatsapp, provider_id: "wamid.1", ours: None, word, code: Some("131026"), user: None };
            outreach.told(&told).await.map(drop)
        }
        UseCase::Hear => {
            let incoming = Incoming {
                channel: whatsapp,
                provider_id: "wamid.9",
                from: Sender::Number("+6281234567801"),
                user: None,
                text: "STOP",
            };
            outreach.hear(&incoming).await.map(drop)
        }
        UseCase::Consent => outreach.consent(siti, false, "hr").await.map(drop),
        UseCase::OpenChat => {
            let all = outreach.messages(newest(&outreach).await?, MessageFilter::default(), None, 10).await?;
            if all.iter().any(|message| message.state == MessageState::Opened) {
                return Ok(());
            }
            outreach.next_chat(newest(&outreach).await?, "hr").await.map(drop)
        }
        UseCase::Judge => {
            let all = outreach.messages(newest(&outreach).await?, MessageFilter::default(), None, 10).await?;
            let message = all.iter().find(|message| message.attempts == 1).unwrap();
            outreach.judge(message.id, Verdict::Sent, "hr").await.map(drop)
        }
        UseCase::Cancel => {
            let id = newest(&outreach).await?;
            // Some in each transaction: done again, it goes on.
            outreach.cancel(id, "hr").await.map(drop)
        }
        UseCase::KeepUp => outreach.expire_leases().await.map(drop),
        UseCase::PutTemplate => {
            let new = NewTemplate {
                name: "undangan".to_owned(),
                language: Language::Indonesian,
                body: "Hai {nama}: {tautan}".to_owned(),
                approved_name: None,
                approved_language: None,
            };
            outreach.put_template(new, "hr").await.map(drop)
        }
        UseCase::Pause => outreach.pause(newest(&outreach).await?, "hr").await.map(drop),
        UseCase::Resume => outreach.resume(newest(&outreach).await?, "hr").await.map(drop),
        UseCase::Remind => outreach.remind().await.map(drop),
        UseCase::Finish => outreach.finish().await.map(drop),
        other => panic!("{other:?} is no use case of outreach"),
    }
}

async fn newest(outreach: &Outreach) -> Result<CampaignId, OutreachError> {
    Ok(outreach.campaigns(None, 1).await?.first().unwrap().id)
}

/// The message that somebody has in hand, or had, and the lease.
async fn in_hand(desk: &Desk) -> (MessageId, LeaseId) {
    let mut tables = desk.tables().await;
    let hex = if desk.store().engine() == "postgres" {
        "SELECT replace(CAST(id AS TEXT), '-', '') || ' ' || replace(CAST(lease_id AS TEXT), '-', '') FROM outbox_message WHERE lease_id IS NOT NULL"
    } else {
        "SELECT hex(id) || ' ' || hex(lease_id) FROM outbox_message WHERE lease_id IS NOT NULL"
    };
    let found = satu_tests::ledger::texts(&mut tables, hex).await;
    let (id, lease) = found.first().unwrap().split_once(' ').unwrap();
    (id.parse().unwrap(), lease.parse().unwrap())
}
