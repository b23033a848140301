//! `satu serve` as a process of its own, asked over its socket: the way of the window's page and of a browser.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::program::User;

/// A server that is running. It is killed (SIGKILL) when it is dropped.
#[derive(Debug)]
pub struct Served {
    process: Child,
    address: String,
}

impl Served {
    /// Starts one on a user's data, on a free port, and waits until it listens.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(user: &User) -> Self {
        Self::start_with(user, &[], Stdio::null())
    }

    /// The same with more options, and its log where somebody wants it.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_with(user: &User, options: &[&str], log: Stdio) -> Self {
        let mut command = user.command(&[&["serve", "--listen", "127.0.0.1:0"], options].concat());
        let mut process = command.stderr(log).spawn().expect("satu starts");
        let mut said = String::new();
        BufReader::new(process.stdout.take().expect("its words")).read_line(&mut said).expect("a line");
        let address = said.trim().strip_prefix("http://").expect("it says where it listens").to_owned();
        Self { process, address }
    }

    /// Where it listens: `127.0.0.1:8787`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Asks what must be answered with this status, and gives the answer's body.
    ///
    /// # Panics
    /// When the answer is another, or none.
    #[must_use]
    pub fn ask(&self, request: &str, body: &[u8], status: u16) -> Value {
        let (got, answer) = ask(&self.address, request, body).expect("an answer");
        assert_eq!(got, status, "{request}: {answer}");
        answer
    }

    /// Tells it to end (SIGTERM).
    ///
    /// # Panics
    /// When it is gone already.
    pub fn terminate(&self) {
        let told = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status();
        assert!(told.is_ok_and(|told| told.success()), "it lives");
    }

    /// The code that it ended with; none where it goes on for longer than this.
    ///
    /// # Panics
    /// When a signal ended it.
    pub fn ended(&mut self, within: Duration) -> Option<i32> {
        let began = Instant::now();
        while began.elapsed() < within {
            if let Ok(Some(status)) = self.process.try_wait() {
                return Some(status.code().expect("it ended by itself"));
            }
            sleep(Duration::from_millis(10));
        }
        None
    }

    /// The import once nothing runs on it any more.
    ///
    /// # Panics
    /// When it does not come to rest within a minute.
    #[must_use]
    pub fn rest(&self, import: &str) -> Value {
        for _ in 0..6_000 {
            let now = self.ask(&format!("GET /v1/imports/{import}"), &[], 200);
            if now["progress"].is_null() {
                return now;
            }
            sleep(Duration::from_millis(10));
        }
        panic!("import {import} does not end");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // One that has ended by itself cannot be killed; a test that minds sees it by its answers.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Sends a request (`GET /v1/imports`) and gives the status and the JSON of the answer.
///
/// # Errors
/// The server is gone, or goes before it has answered.
pub fn ask(address: &str, request: &str, body: &[u8]) -> io::Result<(u16, Value)> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )?;
    stream.write_all(body)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let broken = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(broken)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
    Ok((status, serde_json::from_str(body)?))
}
