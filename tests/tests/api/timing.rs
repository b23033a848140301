//! How long an answer takes tells nothing that the answer does not.

use std::time::{Duration, Instant};

use satu_backend::channel::Message;
use serde_json::json;

use crate::{app::App, candidates::consent};

const PIN: &str = "482057";
/// Accounts that are asked for, each fewer times than locks it.
const ACCOUNTS: usize = 10;
const EACH: usize = 4;

/// How long a refused sign-in takes.
async fn refused(app: &App, phone: &str, status: u16) -> Duration {
    let with = json!({"phone": phone, "pin": "730164"});
    let began = Instant::now();
    let answer = app.post("/v1/login").json(&with).send().await;
    let took = began.elapsed();
    assert_eq!(answer.status, status, "{phone}");
    took
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Without a hash for those who have no account, theirs would be a small part of the other's time. Both are asked in turn, so that whatever else this machine does
/// slows both; the medians of forty may differ by half.
#[tokio::test]
async fn the_time_of_a_refused_sign_in_does_not_tell_who_has_an_account() {
    let app = App::open().await;
    let phones: Vec<String> = (0..ACCOUNTS).map(|n| format!("+62812{n:02}567801")).collect();
    for phone in &phones {
        let sent = app.post("/v1/otp").json(&json!({"purpose": "register", "to": phone})).send().await.json(202);
        let Message::Code { digits, .. } = app.message(phone, 0).await else { panic!("a code is sent") };
        let code = json!({"request": sent["request"], "digits": digits});
        let with = json!({"phone": phone, "code": code, "pin": PIN, "full_name": "Siti Aminah", "consent": consent()});
        app.post("/v1/register").json(&with).send().await.json(201);
    }
    let (mut with_account, mut without) = (Vec::new(), Vec::new());
    for turn in 0..EACH {
        for (n, phone) in phones.iter().enumerate() {
            with_account.push(refused(&app, phone, 401).await);
            without.push(refused(&app, &format!("+62813{n:02}56780{turn}"), 404).await);
        }
    }
    let (with_account, without) = (median(with_account), median(without));
    let (longer, shorter) = (with_account.max(without), with_account.min(without));
    assert!(longer < shorter * 3 / 2, "401 after {with_account:?}, 404 after {without:?}");
}
