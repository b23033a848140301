//! Those who register and sign in: as many at one time as are asked for, each over a connection of her own that stays open.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Client, Response, StatusCode, header::RETRY_AFTER};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::common::Failure;

const PIN: &str = "482057";

/// One of them, with the code that she was sent.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    phone: String,
    request: String,
    digits: String,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Came {
    pub(super) asked: usize,
    /// How many were turned away with 503 and a time to wait.
    pub(super) turned_away: usize,
    took: Duration,
}

impl Came {
    /// How many a second were let in.
    #[expect(clippy::cast_precision_loss, reason = "for showing")]
    pub(super) fn rate(&self) -> f64 {
        (self.asked - self.turned_away) as f64 / self.took.as_secs_f64()
    }
}

/// Whoever asks a server.
pub(super) struct Load {
    url: String,
    candidates: u32,
    client: Client,
    runtime: Runtime,
}

impl Load {
    /// So many candidates of a server.
    pub(super) fn to(url: &str, candidates: u32) -> Result<Self, Failure> {
        // One thread: it only waits, and the cores are the server's.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        Ok(Self { url: url.to_owned(), candidates, client: satu_backend::outbound::builder().build()?, runtime })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Asks for everybody's code, and reads them off the file that they are written to.
    pub(super) fn codes(&self, file: &Path) -> Result<Vec<Candidate>, Failure> {
        let phones: Vec<String> =
            (0..self.candidates).map(|number| format!("+62812{:08}", 10_000_000 + number)).collect();
        let requests = self.runtime.block_on(async {
            let mut requests = Vec::new();
            for phone in &phones {
                let sent = self.post("/v1/otp", &json!({"purpose": "register", "to": phone})).await?;
                let answer: Value = sent.error_for_status()?.json().await?;
                requests.push(answer["request"].as_str().unwrap_or_default().to_owned());
            }
            Ok::<_, reqwest::Error>(requests)
        })?;
        let mut digits = HashMap::new();
        for _ in 0..600 {
            digits = sent(&fs::read_to_string(file).unwrap_or_default());
            if digits.len() == phones.len() {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let of = |(phone, request): (String, String)| {
            let digits = digits.remove(&phone).ok_or_else(|| format!("no code was sent to {phone}"))?;
            Ok(Candidate { phone, request, digits })
        };
        phones.into_iter().zip(requests).map(of).collect()
    }

    /// Everybody registers.
    pub(super) fn register(&self, candidates: &[Candidate], at_once: usize) -> Result<Came, Failure> {
        let body = |one: &Candidate| {
            json!({"phone": one.phone, "pin": PIN, "full_name": "Siti Aminah",
                "code": {"request": one.request, "digits": one.digits},
                "consent": {"recruitment": true, "version": "2026-11"}})
        };
        self.all("/v1/register", candidates.iter().map(body).collect(), at_once)
    }

    /// Everybody signs in.
    pub(super) fn sign_in(&self, candidates: &[Candidate], at_once: usize) -> Result<Came, Failure> {
        self.all("/v1/login", candidates.iter().map(|one| json!({"phone": one.phone, "pin": PIN})).collect(), at_once)
    }

    /// A token of somebody who has registered.
    pub(super) fn token(&self, one: &Candidate) -> Result<String, Failure> {
        let answer: Value = self.runtime.block_on(async {
            let signed_in = self.post("/v1/login", &json!({"phone": one.phone, "pin": PIN})).await?;
            signed_in.error_for_status()?.json().await
        })?;
        Ok(answer["access_token"].as_str().ok_or("no token in the answer")?.to_owned())
    }

    async fn post(&self, path: &str, body: &Value) -> reqwest::Result<Response> {
        self.client.post(format!("{}{path}", self.url)).json(body).send().await
    }

    fn all(&self, path: &'static str, bodies: Vec<Value>, at_once: usize) -> Result<Came, Failure> {
        let (bodies, next) = (Arc::new(bodies), Arc::new(AtomicUsize::new(0)));
        let began = Instant::now();
        let turned_away = self.runtime.block_on(async {
            let ask = || {
                let (bodies, next, client) = (Arc::clone(&bodies), Arc::clone(&next), self.client.clone());
                let url = format!("{}{path}", self.url);
                async move {
                    let mut turned_away = 0;
                    while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let answer = client.post(&url).json(body).send().await?;
                        if answer.status() == StatusCode::SERVICE_UNAVAILABLE
                            && answer.headers().contains_key(RETRY_AFTER)
                        {
                            turned_away += 1;
                        } else if !answer.status().is_success() {
                            return Err(format!("{path}: {} {}", answer.status(), answer.text().await?).into());
                        }
                    }
                    Ok::<usize, Failure>(turned_away)
                }
            };
            let mut total = 0;
            for one in (0..at_once).map(|_| tokio::spawn(ask())).collect::<Vec<_>>() {
                total += one.await??;
            }
            Ok::<usize, Failure>(total)
        })?;
        Ok(Came { asked: bodies.len(), turned_away, took: began.elapsed() })
    }
}

/// The codes in the file of the channel, by number.
fn sent(lines: &str) -> HashMap<String, String> {
    let read = |line: &str| {
        let line: Value = serde_json::from_str(line).ok()?;
        let (to, text) = (line["to"].as_str()?, line["text"].as_str()?);
        let digits = text.split(|letter: char| !letter.is_ascii_digit()).find(|word| word.len() == 6)?;
        Some((to.to_owned(), digits.to_owned()))
    };
    lines.lines().filter_map(read).collect()
}
