//! A wire to a server that breaks when it is told to: at once, or at COMMIT, which gets through while its answer does not.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// A wire. It carries as long as the runtime that made it.
#[derive(Clone)]
pub struct Wire {
    url: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    breaks: AtomicBool,
    broken: AtomicU32,
    /// Counts how often every connection was cut.
    cuts: watch::Sender<u32>,
}

impl Wire {
    /// A wire to the server of a database's URL, which names a port of 127.0.0.1.
    ///
    /// # Panics
    /// When the URL names none, or no port is free.
    pub async fn to(url: &str) -> Self {
        const HOST: &str = "127.0.0.1:";
        let (before, after) = url.split_once(HOST).expect("a server of this machine");
        let (port, name) = after.split_once('/').expect("a database");
        let server = format!("{HOST}{port}");
        let listener = TcpListener::bind((HOST.trim_end_matches(':'), 0)).await.expect("a free port");
        let here = listener.local_addr().expect("a port").port();
        let state = Arc::new(State::default());
        let carried = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if let Ok(server) = TcpStream::connect(&server).await {
                    tokio::spawn(carry(client, server, Arc::clone(&carried)));
                }
            }
        });
        Self { url: format!("{before}{HOST}{here}/{name}"), state }
    }

    /// The database's URL over this wire.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes it break at the next COMMIT.
    pub fn break_at_commit(&self) {
        self.state.breaks.store(true, Ordering::SeqCst);
    }

    /// Cuts every connection that it carries; new ones can be made.
    pub fn cut(&self) {
        self.state.broken.fetch_add(1, Ordering::SeqCst);
        self.state.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// How often it has broken.
    #[must_use]
    pub fn broken(&self) -> u32 {
        self.state.broken.load(Ordering::SeqCst)
    }
}

/// Carries between the two until one of them ends, or until it breaks.
async fn carry(mut client: TcpStream, mut server: TcpStream, state: Arc<State>) {
    // A few bytes at a time: none of them waits for more.
    for end in [&client, &server] {
        end.set_nodelay(true).expect("a connection of this machine");
    }
    let (mut asked, mut answered) = ([0; 65_536], [0; 65_536]);
    let mut cut = state.cuts.subscribe();
    loop {
        tokio::select! {
            _ = cut.changed() => return,
            length = client.read(&mut asked) => {
                let Some(bytes) = some(&asked, length) else { return };
                let commits = bytes.windows(6).any(|six| six == b"COMMIT") && state.breaks.swap(false, Ordering::SeqCst);
                if server.write_all(bytes).await.is_err() {
                    return;
                }
                if commits {
                    // The server has answered, so it has committed.
                    let _ = server.read(&mut answered).await;
                    state.broken.fetch_add(1, Ordering::SeqCst);
                    return;
                }
            }
            length = server.read(&mut answered) => {
                let Some(bytes) = some(&answered, length) else { return };
                if client.write_all(bytes).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn some(bytes: &[u8], length: std::io::Result<usize>) -> Option<&[u8]> {
    bytes.get(..length.ok()?).filter(|bytes| !bytes.is_empty())
}
