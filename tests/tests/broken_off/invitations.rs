//! Outreach as it is broken off: Siti is invited by WhatsApp, with an SMS behind it, and Dewi by hand.

use satu_core::{
    account::{self, Registration, register},
    application::{self, Filter},
    id::{AccountId, ApplicationId, CampaignId, LeaseId, MessageId},
    import::Progress,
    outreach::{
        Audience, Channel, Incoming, Language, MessageFilter, MessageState, NewCampaign, NewTemplate, Outreach,
        OutreachError, Policy, Quiet, Refusal, Sender, Sent, Told, Verdict, Word,
    },
};
use satu_tests::desk::{Desk, outreach};

use crate::use_cases::{named, sitis_sister};

/// What those do who invite, and what comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    Start,
    Fill,
    Claim,
    /// A worker says what came of a message.
    Settle(Came),
    /// A provider tells what became of one that it took.
    Tell(Came),
    Hear,
    Consent(bool),
    /// The owner of an account wants no more messages.
    ConsentOf,
    OpenChat,
    NextChat,
    Judge(Verdict),
    Cancel,
    KeepUp,
    PutTemplate,
    /// The templates that are shipped are there from the first look on.
    Ship,
    Pause,
    Resume,
    Remind,
    Finish,
}

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// It was taken; told later: it is on her telephone.
    Accepted,
    Final,
    OptedOut,
    StopCampaign,
    BackOff,
    Unknown,
}

impl Came {
    fn sent(self) -> Sent {
        match self {
            Self::Accepted => Sent::Accepted { provider_id: "wamid.1".to_owned() },
            Self::Unknown => Sent::Unknown { code: "timeout".to_owned() },
            other => Sent::Refused { refusal: other.refusal(), code: "131026".to_owned() },
        }
    }

    fn word(self) -> Word {
        match self {
            Self::Accepted => Word::Delivered,
            other => Word::Failed(other.refusal()),
        }
    }

    fn refusal(self) -> Refusal {
        match self {
            Self::Final => Refusal::Final { number: true },
            Self::OptedOut => Refusal::OptedOut,
            Self::StopCampaign => Refusal::StopCampaign,
            Self::BackOff => Refusal::BackOff,
            other => panic!("{other:?} is no refusal"),
        }
    }
}

/// At any hour: the time is the machine's here.
fn outreach_of(desk: &Desk) -> Outreach {
    outreach(desk.store(), Policy { quiet: Quiet::NEVER, ..Policy::default() })
}

/// Until what a use case needs is there.
pub async fn world(case: Case, desk: &Desk) {
    if case == Case::Ship {
        return;
    }
    let outreach = outreach_of(desk);
    let template = NewTemplate {
        name: "undangan".to_owned(),
        language: Language::Indonesian,
        body: "Halo {nama}: {tautan}".to_owned(),
        approved_name: Some("undangan_1".to_owned()),
        approved_language: None,
    };
    outreach.put_template(template, "hr").await.unwrap();
    // What is shipped is kept when somebody looks first, which is a step of its own.
    outreach.templates().await.unwrap();
    if matches!(case, Case::Start | Case::PutTemplate) {
        return;
    }
    let id = CampaignId::mint();
    let by_hand = matches!(case, Case::OpenChat | Case::NextChat);
    let channel = if by_hand { Channel::WaMe } else { Channel::Whatsapp };
    let fallback = (channel == Channel::Whatsapp).then_some(Channel::Twilio);
    let new = campaign(&outreach, channel, fallback).await.unwrap();
    let new = if case == Case::Finish { NewCampaign { remind_after_days: None, ..new } } else { new };
    outreach.start(id, &new, "hr").await.unwrap();
    if case == Case::Fill {
        return;
    }
    outreach.fill(id, &Progress::default()).await.unwrap();
    match case {
        Case::ConsentOf => {
            let siti = Registration { full_name: "Siti Aminah", ..sitis_sister() };
            register(desk.store(), siti, account::Policy::default()).await.unwrap();
        }
        Case::Resume => drop(outreach.pause(id).await.unwrap()),
        // Both are invited. They are reminded when days have gone by; where nobody is to be reminded, the campaign ends.
        Case::Remind | Case::Finish => {
            for message in outreach.claim(Channel::Whatsapp, 10, 600).await.unwrap().messages {
                let sent = Sent::Accepted { provider_id: message.id.to_string() };
                outreach.settle(message.id, message.lease, &sent, None).await.unwrap();
            }
            let due = "UPDATE outbox_message SET remind_at = 1 WHERE remind_at IS NOT NULL";
            sqlx::query(due).execute(&mut desk.tables().await).await.unwrap();
        }
        _ => {}
    }
    if case == Case::Consent(true) {
        let siti = named(desk, "Siti Aminah").await.unwrap();
        outreach.consent(siti, false, "hr").await.unwrap();
    }
    if matches!(case, Case::Settle(_) | Case::Tell(_) | Case::Judge(_) | Case::KeepUp) {
        // A lease of nothing has run out when it is looked at.
        let claimed = outreach.claim(Channel::Whatsapp, 1, if case == Case::KeepUp { 0 } else { 600 }).await.unwrap();
        let message = claimed.messages.first().unwrap();
        let sent = match case {
            Case::Tell(_) => Came::Accepted.sent(),
            Case::Judge(_) => Came::Unknown.sent(),
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
pub async fn run(case: Case, desk: &Desk) -> Result<(), String> {
    let siti = named(desk, "Siti Aminah").await?;
    carried_out(case, desk, siti).await.map_err(|error| error.to_string())
}

async fn carried_out(case: Case, desk: &Desk, siti: ApplicationId) -> Result<(), OutreachError> {
    let outreach = outreach_of(desk);
    let whatsapp = Channel::Whatsapp;
    match case {
        Case::Start => {
            let new = campaign(&outreach, whatsapp, None).await?;
            // The same campaign, whoever asks again.
            let id = CampaignId::from(siti.0);
            outreach.start(id, &new, "hr").await.map(drop)
        }
        Case::Fill => outreach.fill(newest(&outreach).await?, &Progress::default()).await.map(drop),
        // Those who are claimed already are nobody else's.
        Case::Claim => outreach.claim(whatsapp, 10, 600).await.map(drop),
        Case::Settle(came) => {
            let (id, lease) = in_hand(desk).await;
            outreach.settle(id, lease, &came.sent(), None).await.map(drop)
        }
        Case::Tell(came) => {
            let (word, code) = (came.word(), Some("131026"));
            let told = Told { channel: whatsapp, provider_id: "wamid.1", ours: None, word, code, user: None };
            outreach.told(&told).await.map(drop)
        }
        Case::Hear => {
            let incoming = Incoming {
                channel: whatsapp,
                provider_id: "wamid.9",
                from: Sender::Number("+6281234567801"),
                user: None,
                text: "STOP",
            };
            outreach.hear(&incoming).await.map(drop)
        }
        Case::Consent(messages) => outreach.consent(siti, messages, "hr").await.map(drop),
        Case::ConsentOf => {
            let hers = application::get(desk.store(), siti).await?.and_then(|one| one.user_id);
            outreach.consent_of(hers.map(AccountId::from).unwrap(), false).await
        }
        // Opened once more it is opened.
        Case::OpenChat => {
            let all = outreach.messages(newest(&outreach).await?, MessageFilter::default(), None, 10).await?;
            let hers = all.iter().find(|message| message.application == siti).unwrap();
            outreach.open_chat(hers.id).await.map(drop)
        }
        Case::NextChat => {
            let all = outreach.messages(newest(&outreach).await?, MessageFilter::default(), None, 10).await?;
            if all.iter().any(|message| message.state == MessageState::Opened) {
                return Ok(());
            }
            outreach.next_chat(newest(&outreach).await?).await.map(drop)
        }
        Case::Judge(verdict) => {
            let all = outreach.messages(newest(&outreach).await?, MessageFilter::default(), None, 10).await?;
            let message = all.iter().find(|message| message.attempts == 1).unwrap();
            outreach.judge(message.id, verdict, "hr").await.map(drop)
        }
        Case::Cancel => {
            let id = newest(&outreach).await?;
            // Some in each transaction: done again, it goes on.
            outreach.cancel(id).await.map(drop)
        }
        Case::KeepUp => outreach.expire_leases().await.map(drop),
        Case::PutTemplate => {
            let new = NewTemplate {
                name: "undangan".to_owned(),
                language: Language::Indonesian,
                body: "Hai {nama}: {tautan}".to_owned(),
                approved_name: None,
                approved_language: None,
            };
            outreach.put_template(new, "hr").await.map(drop)
        }
        Case::Ship => outreach.templates().await.map(drop),
        Case::Pause => outreach.pause(newest(&outreach).await?).await.map(drop),
        Case::Resume => outreach.resume(newest(&outreach).await?).await.map(drop),
        Case::Remind => outreach.remind().await.map(drop),
        Case::Finish => outreach.finish().await.map(drop),
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
