//! `satu serve` as a process: how it ends when it is told to, and who reads its metrics.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::TcpStream,
    thread::sleep,
    time::{Duration, Instant},
};

use satu_tests::{applicants::applicant, program::User, served::Served};

/// Longer than anything here takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(25);

/// A user whose server is configured so.
fn user(config: &str) -> User {
    let user = User::fresh();
    fs::create_dir_all(user.folder().join("data")).unwrap();
    fs::write(user.folder().join("data/satu.toml"), config).unwrap();
    user
}

/// What is answered to a request for plain text: the status and the body.
fn ask(address: &str, path: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

/// A file of many applicants.
fn many(rows: u32) -> String {
    let row = |n: u32| {
        let phone = format!("0812{:08}", n + 10_000_000);
        let email = format!("pelamar{n}@example.com");
        let file = satu_tests::applicants::table("glints", &[applicant(&format!("Pelamar {n}"), &phone, &email)]);
        let (header, row) = file.split_once('\n').unwrap();
        (header.to_owned(), row.to_owned())
    };
    let (header, first) = row(0);
    let rest: String = (1..rows).map(|n| row(n).1).collect();
    format!("{header}\n{first}{rest}")
}

#[test]
fn told_to_end_it_says_that_it_is_not_ready_goes_on_answering_and_ends() {
    let user = user("[server]\ndrain_seconds = 4\n");
    let mut served = Served::start(&user);
    let address = served.address().to_owned();
    assert_eq!(ask(&address, "/readyz").unwrap(), (200, "ok".to_owned()));
    let told = Instant::now();
    served.terminate();
    // A proxy hears of it while everybody is still answered.
    while ask(&address, "/readyz").unwrap().0 == 200 {
        sleep(Duration::from_millis(5));
    }
    assert_eq!(ask(&address, "/v1/meta").unwrap().0, 200, "whom the proxy still sends is answered");
    assert_eq!(served.ended(PATIENCE), Some(0));
    assert!(told.elapsed() >= Duration::from_secs(4), "not before the time that was set");
    assert!(ask(&address, "/readyz").is_none());
}

#[test]
fn a_request_that_is_under_way_is_answered_before_it_ends() {
    let user = user("");
    let mut served = Served::start(&user);
    let file = many(50);
    let (first, rest) = file.split_at(file.len() / 2);
    let mut stream = TcpStream::connect(served.address()).unwrap();
    let (host, length) = (served.address(), file.len());
    let asks = "Expect: 100-continue";
    write!(
        stream,
        "POST /v1/imports?name=a.csv HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n{asks}\r\n\r\n"
    )
    .unwrap();
    // It says so as soon as it begins to read.
    let mut goes_on = [0; 25];
    stream.read_exact(&mut goes_on).unwrap();
    assert_eq!(&goes_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(first.as_bytes()).unwrap();
    served.terminate();
    sleep(Duration::from_millis(300));
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert_eq!(served.ended(PATIENCE), Some(0));
}

/// A step of an import hears of it, and the next start finds nothing half-way.
#[test]
fn an_import_that_is_running_is_stopped_cleanly() {
    let user = user("");
    let log = user.folder().join("log");
    let mut served = Served::start_with(&user, &[], File::create(&log).unwrap().into());
    let begun = served.ask("POST /v1/imports?name=a.csv", many(20_000).as_bytes(), 201);
    let id = begun["id"].as_str().unwrap();
    assert!(begun["progress"].is_object(), "it is being read: {begun}");
    served.terminate();
    let told = Instant::now();
    assert_eq!(served.ended(PATIENCE), Some(0));
    assert!(told.elapsed() < Duration::from_secs(15), "{:?}", told.elapsed());
    let log = fs::read_to_string(&log).unwrap();
    assert!(!log.contains("did not end in time") && !log.contains("ERROR"), "{log}");
    let served = Served::start(&user);
    // Cancelled, it was thrown away; read to its end before that, it is a draft.
    let imports = served.ask("GET /v1/imports", &[], 200);
    for import in imports["items"].as_array().unwrap() {
        assert_eq!((&import["id"], &import["state"]), (&id.into(), &"ready".into()), "{import}");
    }
    let report = user.json(&["doctor"]);
    assert_eq!(report["findings"], serde_json::json!([]));
}

#[test]
fn metrics_are_read_on_a_socket_of_their_own_and_nowhere_else() {
    let user = user("[server]\nmetrics_listen = \"127.0.0.1:0\"\n[log]\nformat = \"json\"\n");
    let log = user.folder().join("log");
    let served = Served::start_with(&user, &[], File::create(&log).unwrap().into());
    let _ = served.ask("GET /v1/meta", &[], 200);
    let lines = fs::read_to_string(&log).unwrap();
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let place = lines.iter().find_map(|line| line["message"].as_str()?.strip_prefix("metrics: http://")).unwrap();
    let (address, path) = place.split_once('/').unwrap();
    let (status, text) = ask(address, &format!("/{path}")).unwrap();
    assert_eq!(status, 200);
    assert!(
        text.contains("satu_http_request_duration_seconds_count{method=\"GET\",route=\"/v1/meta\",class=\"2xx\"} 1"),
        "{text}"
    );
    assert_eq!(ask(address, "/v1/meta").unwrap().0, 404, "nothing else is there");
    let (status, page) = ask(served.address(), "/metrics").unwrap();
    assert!(status == 404 && !page.contains("satu_"), "{status} {page}");
}
