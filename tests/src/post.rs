//! A stand-in for a mail server: it speaks as much SMTP as a letter takes (RFC 5321, AUTH PLAIN), lets one name and password in, and keeps what it took.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// The password that it knows.
pub const PASSWORD: &str = "kata-sandi-pos";
/// A name that has no letter box, whatever follows it.
const NOBODY: &str = "tidak.ada@";

/// A letter that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The address.
    pub to: String,
    /// The letter, its head and its text.
    pub letter: String,
}

/// The server.
#[derive(Debug, Clone)]
pub struct Post {
    address: SocketAddr,
    taken: Arc<Mutex<Vec<Posted>>>,
}

impl Post {
    /// Starts one on a free port of this machine.
    ///
    /// # Panics
    /// When there is none.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let (address, taken) = (listener.local_addr().expect("an address"), Arc::<Mutex<Vec<Posted>>>::default());
        let post = Self { address, taken };
        let server = post.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                // Whoever hangs up in the middle has said enough.
                tokio::spawn(async move { drop(server.serve(stream).await) });
            }
        });
        post
    }

    /// Its address as the settings have it, with a password.
    #[must_use]
    pub fn url(&self, password: &str) -> String {
        format!("smtp://satu:{password}@{}", self.address)
    }

    /// The letters that were taken for an address, once there are so many.
    ///
    /// # Panics
    /// When they do not come within five seconds.
    pub async fn taken(&self, to: &str, count: usize) -> Vec<Posted> {
        for _ in 0..500 {
            let all = self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let hers: Vec<Posted> = all.into_iter().filter(|one| one.to == to).collect();
            if hers.len() >= count {
                return hers;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{count} letters do not come to {to}");
    }

    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let known = STANDARD.encode(format!("\0satu\0{PASSWORD}"));
        let (mut is_in, mut to) = (false, String::new());
        write.write_all(b"220 pos.example\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let answer = match word.as_str() {
                "EHLO" => "250-pos.example\r\n250 AUTH PLAIN".to_owned(),
                "AUTH" => {
                    is_in = line.split(' ').nth(2) == Some(known.as_str());
                    if is_in { "235 let in" } else { "535 wrong" }.to_owned()
                }
                "MAIL" | "RCPT" | "DATA" if !is_in => "530 who are you".to_owned(),
                "RCPT" if line.contains(NOBODY) => format!("550 no such letter box: {line}"),
                "RCPT" => {
                    to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    "250 yes".to_owned()
                }
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await?;
                    let mut letter = String::new();
                    while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                        letter.push_str(&line);
                        letter.push('\n');
                    }
                    let posted = Posted { to: to.clone(), letter };
                    self.taken.lock().unwrap_or_else(PoisonError::into_inner).push(posted);
                    "250 taken".to_owned()
                }
                "QUIT" => {
                    write.write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                _ => "250 yes".to_owned(),
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }
}
