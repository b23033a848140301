//! `satu outreach`, against a stand-in for the providers.

use std::{
    fs,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use satu_core::outreach::Channel;
use satu_tests::{
    applicants::{applicant, table},
    post::{PASSWORD, Post},
    program::{Ran, User},
    provider::{Behaviour, Provider, secrets, stranger},
    served::Served,
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::{has_keys, typed};

/// Somebody with two applicants, and the providers.
struct Desk {
    user: User,
    provider: Provider,
    runtime: Runtime,
}

impl Desk {
    fn open() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let provider = runtime.block_on(Provider::start());
        let user = User::fresh();
        let people = [
            applicant("Siti Aminah", "081234567801", "siti@example.com"),
            applicant("Dewi Lestari", "081234567802", "dewi@example.com"),
        ];
        let file = typed(&user, "pelamar.csv", &table("glints", &people));
        assert_eq!(user.run(&["import", &file]).code, 0);
        Self { user, provider, runtime }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.user.command(words);
        command.envs(self.provider.variables());
        // Whatever the time is: nobody is written to at night for one minute only, and that one is over.
        command.env("SATU_OUTREACH_QUIET_FROM", "00:00").env("SATU_OUTREACH_QUIET_UNTIL", "00:00");
        command
    }

    fn run(&self, words: &[&str]) -> Ran {
        Ran::from(self.command(words).output().expect("satu starts"))
    }

    fn json(&self, words: &[&str]) -> Value {
        let ran = self.run(&[words, &["--json"]].concat());
        assert_eq!(ran.code, 0, "{words:?}: {}", ran.error);
        serde_json::from_str(&ran.text).unwrap_or_else(|error| panic!("{words:?}: {error}: {}", ran.text))
    }
}

#[test]
fn candidates_are_previewed_sent_worked_through_and_told_of() {
    let desk = Desk::open();
    let preview = desk.json(&["outreach", "preview", "--everybody", "--channel", "twilio"]);
    let budgets = ["beyond_budget", "days", "fallback_beyond_budget", "fallback_days"];
    has_keys(&preview, &[&["total", "will", "excluded", "examples", "sample", "segments"][..], &budgets].concat());
    assert_eq!((&preview["total"], &preview["will"]), (&json!(2), &json!(2)));
    let told = desk.run(&["outreach", "preview", "--everybody", "--channel", "twilio"]);
    assert!(told.text.contains("2 of 2 would be messaged by twilio"), "{}{}", told.text, told.error);
    assert!(!told.text.contains("daily budget"), "{}", told.text);
    let named = desk.json(&["outreach", "preview", "--everybody", "--channel", "twilio", "--who", "will"]);
    has_keys(&named, &["items", "next"]);
    assert_eq!(named["items"].as_array().map(Vec::len), Some(2), "{named}");
    let nobody = desk.json(&["outreach", "preview", "--everybody", "--channel", "twilio", "--who", "no_mobile"]);
    assert_eq!(nobody, json!({ "items": [], "next": null }));

    let campaign = desk.json(&["outreach", "send", "--everybody", "--channel", "twilio", "--name", "Mei"]);
    assert_eq!((&campaign["state"], &campaign["counts"]["queued"]), (&json!("running"), &json!(2)), "{campaign}");
    assert_eq!(desk.provider.asked(), 0, "sending is the worker's");
    let id = campaign["id"].as_str().expect("an id").to_owned();

    assert_eq!(desk.json(&["outreach", "pause", &id])["state"], "paused");
    assert_eq!(desk.json(&["outreach", "work", "--once"])["accepted"], 0);
    assert_eq!(desk.json(&["outreach", "resume", &id])["state"], "running");
    desk.provider.next([Behaviour::Take, Behaviour::TakeAndFail(502)]);
    let worked = desk.json(&["outreach", "work", "--once"]);
    has_keys(&worked, &["accepted", "later", "failed", "uncertain", "reminded"]);
    assert_eq!((&worked["accepted"], &worked["uncertain"]), (&json!(1), &json!(1)), "{worked}");
    assert_eq!(desk.provider.taken().len(), 2);
    assert!(desk.provider.taken().iter().all(|taken| taken.channel == Channel::Twilio));

    let status = desk.json(&["outreach", "status", &id]);
    assert_eq!((&status["counts"]["accepted"], &status["counts"]["uncertain"]), (&json!(1), &json!(1)), "{status}");
    let list = desk.json(&["outreach", "status"]);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    let told = desk.run(&["outreach", "status", &id]);
    assert!(told.text.contains("1 accepted, 1 uncertain"), "{}", told.text);
    let file = desk.user.folder().join("undangan.csv").display().to_string();
    assert_eq!(desk.run(&["outreach", "status", &id, "--output", &file]).code, 0);
    let text = fs::read_to_string(&file).expect("a file");
    assert!(text.contains("Siti Aminah") && text.contains("'+6281234567801"), "{text}");
    let header = "Nama,Telepon,Saluran,Tujuan,Keadaan,Alasan,Kode,Perlu ditelepon,Pengingat ke,";
    assert!(text.trim_start_matches('\u{feff}').starts_with(header), "{text}");
    assert!(text.contains(",twilio,Undangan,Diterima penyedia,,,tidak,,1,"), "{text}");
    assert!(text.contains(",twilio,Undangan,Tidak pasti,Penyedia sedang bermasalah,http.502,tidak,,1,"), "{text}");
    assert_eq!(desk.json(&["outreach", "cancel", &id])["state"], "cancelled");
}

#[test]
fn a_preview_tells_what_sms_may_be_paid_for_and_who_waits_for_another_day() {
    let desk = Desk::open();
    let ask = |words: &[&str], budget: &str| {
        let mut command = desk.command(&[&["outreach", "preview", "--everybody"][..], words].concat());
        let ran = Ran::from(command.env("SATU_OUTREACH_DAILY_BUDGET", budget).output().expect("satu starts"));
        assert_eq!(ran.code, 0, "{words:?}: {}", ran.error);
        ran.text
    };
    let preview = desk.json(&["outreach", "preview", "--everybody", "--channel", "twilio"]);
    let paid = format!("{} segments of SMS", preview["segments"]);
    let by_sms = ask(&["--channel", "twilio"], "twilio=1");
    assert!(by_sms.contains("2 of 2 would be messaged by twilio, within 2 days"), "{by_sms}");
    assert!(by_sms.contains("1 of them are beyond the daily budget"), "{by_sms}");
    assert!(by_sms.lines().any(|line| line == paid), "{by_sms}");
    let perhaps = ask(&["--channel", "whatsapp", "--fallback", "vonage"], "whatsapp=2");
    assert!(perhaps.lines().any(|line| line == format!("at most {paid}, by vonage")), "{perhaps}");
    let later = ask(&["--channel", "whatsapp", "--fallback", "vonage"], "whatsapp=2,vonage=1");
    let told = "if all fail that way, 1 of them are beyond the daily budget of vonage, and leave within 2 days";
    assert!(later.lines().any(|line| line == told), "{later}");
    let never = ask(&["--channel", "whatsapp"], "whatsapp=2");
    for text in [&perhaps, &never] {
        assert!(!text.contains("daily budget"), "{text}");
    }
    assert!(!never.contains("segments of SMS"), "{never}");
}

#[test]
fn whom_must_be_said_and_what_is_not_there_is_named() {
    let desk = Desk::open();
    for (words, told) in [
        (&["outreach", "send"][..], "say whom"),
        (&["outreach", "send", "--everybody", "--template", "salam"], "there is no template “salam” (id)"),
        (&["outreach", "send", "--everybody", "--channel", "file"], "file is not configured"),
        (&["outreach", "send", "--everybody", "--reminder", "pengingat"], "--remind-after"),
    ] {
        let ran = desk.run(words);
        assert_eq!(ran.code, 2, "{words:?}: {}", ran.error);
        assert!(ran.error.contains(told), "{words:?}: {}", ran.error);
    }
    let none = desk.run(&["outreach", "pause", "00000000-0000-7000-8000-000000000000"]);
    assert_eq!(none.code, 1, "{}", none.error);
    let user = User::fresh();
    let ran = user.run(&["outreach", "work", "--once"]);
    assert_eq!(ran.code, 2, "{}", ran.error);
    assert!(ran.error.contains("no channel is configured that sends by itself"), "{}", ran.error);
}

#[test]
fn the_doctor_tells_a_wrong_credential_before_the_first_campaign() {
    let desk = Desk::open();
    let report = |change: &[(&str, &str)]| {
        let mut command = desk.command(&["doctor", "--json"]);
        command.envs(change.iter().copied());
        let ran = Ran::from(command.output().expect("satu starts"));
        for secret in [secrets::TOKEN, secrets::APP, "salah-sekali"] {
            assert!(!ran.text.contains(secret) && !ran.error.contains(secret), "{}{}", ran.text, ran.error);
        }
        serde_json::from_str::<Value>(&ran.text).unwrap_or_else(|_| panic!("{}", ran.error))
    };
    let right = report(&[]);
    assert_eq!(right["findings"], json!([]), "{right}");
    assert!(right["settings"].to_string().contains("wa_me, whatsapp, twilio, zenziva, vonage"), "{right}");
    for (variable, finding) in [
        ("SATU_WHATSAPP_TOKEN", "whatsapp: the provider refuses the credential"),
        ("SATU_WHATSAPP_APP_SECRET", "whatsapp: the provider refuses app_secret"),
        ("SATU_TWILIO_AUTH_TOKEN", "twilio: the provider refuses the credential"),
        ("SATU_ZENZIVA_PASSKEY", "zenziva: the provider refuses the credential"),
        ("SATU_VONAGE_SECRET", "vonage: the provider refuses the credential"),
    ] {
        let wrong = report(&[(variable, "salah-sekali")])["findings"].to_string();
        assert!(wrong.contains(finding), "{variable}: {wrong}");
    }
    let elsewhere = desk.runtime.block_on(stranger(200, "{}"));
    for channel in ["WHATSAPP", "TWILIO", "ZENZIVA", "VONAGE"] {
        let variable = format!("SATU_{channel}_BASE_URL");
        let wrong = report(&[(variable.as_str(), elsewhere.as_str())])["findings"].clone();
        let told = format!("{}: what answers is not the provider: is base_url right?", channel.to_lowercase());
        assert_eq!(wrong, json!([told]));
    }
    for used in ["SATU_OUTREACH_CHANNEL", "SATU_OUTREACH_FALLBACK"] {
        let deaf = report(&[(used, "zenziva")])["findings"].to_string();
        assert!(deaf.contains("zenziva: it passes no answer on, so who answers STOP is not heard"), "{used}: {deaf}");
    }
    let half = report(&[("SATU_VONAGE_FROM", ""), ("SATU_OUTREACH_CHANNEL", "file")])["findings"].to_string();
    assert!(half.contains("vonage: it needs vonage.key") && half.contains("file is not configured"), "{half}");
    assert_eq!(desk.provider.asked(), 0, "a doctor sends nothing");
}

#[test]
fn the_doctor_tells_a_mail_server_that_does_not_let_us_in() {
    let desk = Desk::open();
    let post = desk.runtime.block_on(Post::start());
    let report = |url: &str| {
        let mut command = desk.command(&["doctor", "--json"]);
        command.env("SATU_MAIL_URL", url).env("SATU_MAIL_FROM", "Rumah Asuh <halo@contoh.example>");
        let ran = Ran::from(command.output().expect("satu starts"));
        assert!(!ran.text.contains("salah-sekali") && !ran.error.contains("salah-sekali"), "{}{}", ran.text, ran.error);
        serde_json::from_str::<Value>(&ran.text).unwrap_or_else(|_| panic!("{}", ran.error))
    };
    let right = report(&post.url(PASSWORD));
    assert_eq!(right["findings"], json!([]), "{right}");
    assert!(right["settings"].to_string().contains("codes to addresses"), "{right}");
    assert_eq!(report(&post.url("salah-sekali"))["findings"], json!(["mail.url: the mail server: it answered 535"]));
    let mut alone = desk.command(&["doctor", "--json"]);
    let half = Ran::from(alone.env("SATU_MAIL_FROM", "halo@contoh.example").output().expect("satu starts")).text;
    assert!(half.contains("mail.url: it is needed, too, where codes are to go to addresses"), "{half}");
    let nobody = report("smtp://satu:salah-sekali@127.0.0.1:1");
    assert_eq!(nobody["findings"], json!(["mail.url: the mail server: it cannot be reached, or does not speak SMTP"]));
}

/// The providers and the settings have nothing to do with the database.
#[test]
fn the_doctor_tells_a_wrong_credential_though_the_database_cannot_be_opened() {
    let desk = Desk::open();
    let file = typed(&desk.user, "catatan.db", &"bukan basis data\n".repeat(500));
    let mut command = desk.command(&["doctor", "--json", "--database", &format!("sqlite:{file}")]);
    command.env("SATU_TWILIO_AUTH_TOKEN", "salah-sekali").env("SATU_OUTREACH_CHANNEL", "file");
    let ran = Ran::from(command.output().expect("satu starts"));
    assert_eq!(ran.code, 1, "{}", ran.error);
    let report: Value = serde_json::from_str(&ran.text).unwrap_or_else(|_| panic!("{}", ran.error));
    let findings: Vec<&str> = report["findings"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let [setting, database, provider] = findings[..] else { panic!("{findings:?}") };
    assert!(setting.starts_with("outreach.channel: file is not configured"), "{setting}");
    assert!(database.contains(&file), "{database}");
    assert!(provider.starts_with("twilio: the provider refuses the credential"), "{provider}");
}

/// The server runs a worker: told to stop it settles what it has in hand, killed it leaves that to a person, and nothing leaves twice.
#[test]
fn a_server_hands_messages_over_and_ends_in_order() {
    let desk = Desk::open();
    let quiet = "outreach.quiet_from = \"00:00\"\noutreach.quiet_until = \"00:00\"\n";
    fs::write(desk.user.folder().join("data/satu.toml"), desk.provider.toml() + quiet).expect("a file");
    desk.provider.next([Behaviour::TakeAfter(Duration::from_secs(2)), Behaviour::TakeAfter(Duration::from_secs(2))]);
    let campaign = desk.json(&["outreach", "send", "--everybody", "--channel", "vonage"]);
    let id = campaign["id"].as_str().expect("an id");
    let mut server = Served::start(&desk.user);
    wait("both are asked for", || desk.provider.asked() == 2);
    server.terminate();
    assert_eq!(server.ended(Duration::from_secs(30)), Some(0));
    let status = desk.json(&["outreach", "status", id]);
    assert_eq!((&status["counts"]["accepted"], desk.provider.taken().len()), (&json!(2), 2), "{status}");
}

#[test]
fn a_server_that_is_killed_sends_nothing_twice() {
    let desk = Desk::open();
    let quiet = "outreach.quiet_from = \"00:00\"\noutreach.quiet_until = \"00:00\"\n";
    fs::write(desk.user.folder().join("data/satu.toml"), desk.provider.toml() + quiet).expect("a file");
    desk.provider.next([Behaviour::Take, Behaviour::TakeAndHang]);
    let campaign = desk.json(&["outreach", "send", "--everybody", "--channel", "twilio"]);
    let id = campaign["id"].as_str().expect("an id");
    let server = Served::start(&desk.user);
    wait("both are asked for", || desk.provider.asked() == 2);
    wait("one is accepted", || desk.json(&["outreach", "status", id])["counts"]["accepted"] == 1);
    drop(server);
    let again = Served::start_with(&desk.user, &[], Stdio::null());
    std::thread::sleep(Duration::from_secs(4));
    let told = again.ask(&format!("GET /v1/outreach/campaigns/{id}"), &[], 200);
    assert_eq!((&told["counts"]["accepted"], &told["counts"]["sending"]), (&json!(1), &json!(1)), "{told}");
    assert_eq!(desk.provider.asked(), 2, "what was in hand is not sent again");
}

fn wait(what: &str, until: impl Fn() -> bool) {
    let began = Instant::now();
    while !until() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
