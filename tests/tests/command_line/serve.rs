//! `satu serve`.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::Command,
};

use satu_tests::program::User;
use serde_json::json;

use crate::sisters;

#[test]
fn serve_prints_its_address_answers_and_stops_when_told() {
    let user = User::fresh();
    assert_eq!(user.run(&["import", &sisters(&user)]).code, 0);
    let mut server = user.command(&["serve", "--listen", "127.0.0.1:0"]).spawn().expect("satu starts");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let address = line.trim().strip_prefix("http://").expect("an address").to_owned();

    assert!(get(&address, "/healthz").ends_with("ok"));
    assert!(get(&address, "/readyz").ends_with("ok"));
    assert!(get(&address, "/v1/applications").contains("Siti Aminah"));
    assert!(get(&address, "/").contains("<!doctype html>"), "the UI");

    let told = Command::new("kill").args(["-TERM", &server.id().to_string()]).status().expect("kill");
    assert!(told.success());
    assert!(server.wait().expect("it ends").success(), "stopped in order");
    assert!(TcpStream::connect(&address).is_err(), "nobody listens any more");
    assert_eq!(user.json(&["doctor"])["findings"], json!([]));
}

/// One request, one answer, the connection closed.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    answer
}
