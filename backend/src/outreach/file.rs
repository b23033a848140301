//! A file, for trying out: a line of JSON for each message. Whoever reads it can register as anybody that it names.

use std::path::{Path, PathBuf};

use satu_core::outreach::{Channel, Refusal, Sent};
use serde_json::json;
use tokio::{fs::OpenOptions, io::AsyncWriteExt, sync::Mutex};

use super::carrier::{Answer, Carrier, Checking, Letter, Sending};

/// Writes messages to a file.
#[derive(Debug)]
pub struct File {
    path: PathBuf,
    /// One writes at a time, so that no line breaks into another.
    turn: Mutex<()>,
}

impl File {
    /// The carrier of a file.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), turn: Mutex::new(()) }
    }

    async fn append(&self, line: &[u8]) -> std::io::Result<()> {
        let _turn = self.turn.lock().await;
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut file = options.open(&self.path).await?;
        file.write_all(line).await?;
        file.flush().await
    }
}

impl Carrier for File {
    fn channel(&self) -> Channel {
        Channel::File
    }

    fn send<'a>(&'a self, letter: &'a Letter) -> Sending<'a> {
        Box::pin(async {
            let Letter { reference, to, text, approved, .. } = letter;
            let template = approved.as_ref().map(|approved| approved.name.as_str());
            let line = json!({"reference": reference, "to": to, "text": text, "template": template});
            let sent = match self.append(format!("{line}\n").as_bytes()).await {
                Ok(()) => Sent::Accepted { provider_id: reference.clone() },
                Err(error) => {
                    tracing::warn!(%error, "a message cannot be written to outreach.file");
                    Sent::Refused { refusal: Refusal::BackOff, code: "file".to_owned() }
                }
            };
            Answer::from(sent)
        })
    }

    fn check(&self) -> Checking<'_> {
        Box::pin(async {
            self.append(b"").await.map_err(|error| format!("{} cannot be written: {error}", self.path.display()))
        })
    }
}
