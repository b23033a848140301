//! How long an answer takes tells nothing that the answer does not.

use std::time::{Duration, Instant};

use satu_backend::channel::Message;
use serde_json::json;

use crate::{app::App, candidates::consent};

const PIN: &str = "482057";
/// Accounts that are asked for in a round, each as often as does not lock it.
const ACCOUNTS: usize = 10;
const EACH: usize = 4;
/// What else this machine does can only make an answer later: the soonest of many answers comes ever nearer to what its work takes. Rounds are added until the
/// soonest of both are near each other; a real difference stays however many are added.
const ROUNDS: usize = 8;
const NEAR: f64 = 1.2;

/// How long a refused sign-in takes.
async fn refused(app: &App, phone: &str, status: u16) -> Duration {
    let with = json!({"phone": phone, "pin": "730164"});
    let began = Instant::now();
    let answer = app.post("/v1/login").json(&with).send().await;
    let took = began.elapsed();
    assert_eq!(answer.status, status, "{phone}");
    took
}

async fn register(app: &App, phone: &str) {
    let sent = app.post("/v1/otp").json(&json!({"purpose": "register", "to": phone})).send().await.json(202);
    let Message::Code { digits, .. } = app.message(phone, 0).await else { panic!("a code is sent") };
    let code = json!({"request": sent["request"], "digits": digits});
    let with = json!({"phone": phone, "code": code, "pin": PIN, "full_name": "Siti Aminah", "consent": consent()});
    app.post("/v1/register").json(&with).send().await.json(201);
}

/// Whether neither takes [`NEAR`] times as long as the other.
fn near(one: Duration, other: Duration) -> bool {
    one.max(other).as_secs_f64() < one.min(other).as_secs_f64() * NEAR
}

/// Without a hash for those who have no account, theirs would be a small part of the other's time. Who has one is asked for first in one turn and second in the
/// next, so that neither always follows the other.
#[tokio::test]
async fn the_time_of_a_refused_sign_in_does_not_tell_who_has_an_account() {
    let app = App::open().await;
    let mut soonest = [Duration::MAX; 3];
    let [with_account, without, unhashed] = &mut soonest;
    for round in 0..ROUNDS {
        let phones: Vec<String> = (0..ACCOUNTS).map(|n| format!("+62812{round}{n}567801")).collect();
        for phone in &phones {
            register(&app, phone).await;
        }
        for turn in 0..EACH {
            for (n, phone) in phones.iter().enumerate() {
                let nobody = format!("+62813{round}{n}56780{turn}");
                if turn % 2 == 0 {
                    *with_account = refused(&app, phone, 401).await.min(*with_account);
                    *without = refused(&app, &nobody, 404).await.min(*without);
                } else {
                    *without = refused(&app, &nobody, 404).await.min(*without);
                    *with_account = refused(&app, phone, 401).await.min(*with_account);
                }
            }
        }
        // The control: whoever is locked out is counted and not hashed.
        for phone in &phones {
            refused(&app, phone, 401).await;
            *unhashed = refused(&app, phone, 423).await.min(*unhashed);
        }
        if near(*with_account, *without) {
            break;
        }
    }
    let [with_account, without, unhashed] = soonest;
    assert!(near(with_account, without), "401 after {with_account:?}, 404 after {without:?}");
    // If this could not be told from the others by its time, nor could a hash that is left out.
    assert!(unhashed < without && !near(unhashed, without), "423 after {unhashed:?}, 404 after {without:?}");
}
