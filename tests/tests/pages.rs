//! Pages of docs that can be held against the program: each command of docs/platforms.md is run as it stands, each test that docs/security.md names is there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends at what it did not expect")]

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Output, Stdio},
    thread::sleep,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use satu_backend::{config::SETTINGS, secrets::Secrets};
use satu_tests::{program::User, served::Served};
use serde_json::{Value, json};

const PAGE: &str = include_str!("../../docs/platforms.md");

/// The fenced blocks of a page in their order: the language, and what stands in it.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    page.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n')).collect()
}

/// What a command prints.
fn printed(command: &mut Command) -> String {
    let output = command.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn post(satu: &str, path: &str, body: &Value) -> Value {
    let header = "Content-Type: application/json";
    let mut curl = Command::new("curl");
    curl.args(["-s", "-H", header, "-d", &body.to_string(), &format!("{satu}{path}")]);
    serde_json::from_str(&printed(&mut curl)).unwrap()
}

/// The same members, of the same kinds, all the way down.
fn alike(shown: &Value, got: &Value) -> bool {
    match (shown, got) {
        (Value::Object(shown), Value::Object(got)) => {
            shown.len() == got.len()
                && shown.iter().all(|(name, value)| got.get(name).is_some_and(|other| alike(value, other)))
        }
        (Value::Array(shown), Value::Array(got)) => shown.iter().zip(got).all(|(one, other)| alike(one, other)),
        _ => std::mem::discriminant(shown) == std::mem::discriminant(got),
    }
}

/// TypeScript of a page as JavaScript. The UI's compiler holds it against its types, strictly and as Node tells them, and takes the types out.
fn compiled(folder: &Path, text: &str) -> String {
    let packages = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../app/ui/node_modules"));
    let compiler = packages.join("typescript/bin/tsc");
    assert!(compiler.exists(), "{} is missing: .ci/npm app/ui", compiler.display());
    let options = json!({
        "target": "ES2022", "module": "ESNext", "moduleResolution": "bundler", "moduleDetection": "force", "lib": ["ES2023"],
        "types": ["node"], "typeRoots": [packages.join("@types")], "skipLibCheck": true, "strict": true,
        "noUncheckedIndexedAccess": true, "noUnusedLocals": true, "noEmitOnError": true, "outDir": "out",
    });
    fs::write(folder.join("page.ts"), text).unwrap();
    let project = json!({"compilerOptions": options, "files": ["page.ts"]});
    fs::write(folder.join("tsconfig.json"), project.to_string()).unwrap();
    let told = Command::new("node").arg(compiler).arg("--project").arg(folder).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stdout));
    fs::read_to_string(folder.join("out/page.js")).unwrap()
}

/// Node, about to run a script.
fn script(text: &str) -> Command {
    let mut node = Command::new("node");
    node.args(["--input-type=module", "-e", text]);
    node
}

#[test]
fn every_command_of_the_page_does_what_stands_under_it() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let user = User::fresh();
    let served = Served::start_with(&user, &["--development"], File::create(&log).unwrap().into());
    let satu = format!("http://{}", served.address());

    // Somebody registers: her code is in the log of a server under development.
    let phone = "+6281234567801";
    let sent = post(&satu, "/v1/otp", &json!({"purpose": "register", "to": phone}));
    let digits = (0..500).find_map(|_| {
        sleep(Duration::from_millis(10));
        let told = fs::read_to_string(&log).unwrap();
        let (_, text) = told.split_once(&format!("to {phone}: "))?;
        text.get(..6).map(str::to_owned)
    });
    let code = json!({"request": sent["request"], "digits": digits.expect("a code is printed")});
    let body = json!({"phone": phone, "code": code, "pin": "482057", "full_name": "Siti Aminah",
        "consent": {"recruitment": true, "version": "2026-11"}});
    let registered = post(&satu, "/v1/register", &body);
    let token = registered["tokens"]["access_token"].as_str().unwrap_or_else(|| panic!("{registered}"));

    let mut run = 0;
    let mut blocks = blocks(PAGE).into_iter();
    while let Some((language, text)) = blocks.next() {
        let mut command = match language {
            "sh" => {
                let mut bash = Command::new("bash");
                bash.args(["-ec", text]);
                bash
            }
            "ts" => script(&compiled(folder.path(), text)),
            other => panic!("a block in {other}"),
        };
        let got = printed(command.env("SATU", &satu).env("TOKEN", token));
        run += 1;
        // An answer without a body: 204.
        if got.is_empty() {
            continue;
        }
        if language == "sh" {
            let Some(("json", shown)) = blocks.next() else { panic!("what {text} prints is shown") };
            let (shown, got): (Value, Value) =
                (serde_json::from_str(shown).unwrap(), serde_json::from_str(&got).unwrap());
            assert!(alike(&shown, &got), "{text}\n{got}");
            for name in ["allowed", "mitra_status", "code", "status"] {
                assert_eq!(shown.get(name), got.get(name), "{text}");
            }
        } else {
            assert_eq!(got.trim(), registered["account"].as_str().unwrap(), "the token's account");
        }
    }
    assert_eq!(run, 6, "commands of the page");
}

/// A key of Ed25519 as PKCS #8 has it (RFC 8410).
fn key(seed: [u8; 32]) -> EncodingKey {
    let mut der = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    der.extend(seed);
    EncodingKey::from_ed_der(&der)
}

/// What the page's code is shown may be anything: it knows a token of the server's, and nobody else's and none that is over, as the server itself does.
#[test]
fn the_code_of_the_page_refuses_what_the_server_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let (_, text) = blocks(PAGE).into_iter().find(|(language, _)| *language == "ts").unwrap();
    let code = compiled(folder.path(), text);
    let user = User::fresh();
    let served = Served::start(&user);
    let satu = format!("http://{}", served.address());
    let secrets = Secrets::open(&user.folder().join("data/secrets.toml")).unwrap();
    let (id, seed) = secrets.signing.first().unwrap().clone();
    let mut public = Command::new("curl");
    let set: Value =
        serde_json::from_str(&printed(public.args(["-sf", &format!("{satu}/.well-known/jwks.json")]))).unwrap();
    let public = set.pointer("/keys/0/x").unwrap().as_str().unwrap();

    // A token of the server's own key, for an account that it may have.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let account = "01a20302-dfea-7349-bb2f-304e94a07b8f";
    let claims = json!({"iss": "satu", "aud": "satu", "sub": account, "sid": account, "iat": now, "exp": now + 900});
    let header = Header { kid: Some(id.clone()), ..Header::new(Algorithm::EdDSA) };
    let changed = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed.as_object_mut().unwrap().insert(name.to_owned(), value);
        changed
    };
    let ours = |claims: &Value| encode(&header, claims, &key(seed)).unwrap();
    let good = ours(&claims);
    let [head, body, signature] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = part(json!({"alg": "none", "typ": "JWT", "kid": id}));
    let symmetric = Header { kid: Some(id.clone()), ..Header::new(Algorithm::HS256) };
    let unknown = Header { kid: Some("00000000".to_owned()), ..Header::new(Algorithm::EdDSA) };
    let another = key(seed.map(|byte| !byte));
    let without = |name: &str| {
        let mut claims = claims.clone();
        claims.as_object_mut().unwrap().remove(name);
        ours(&claims)
    };
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let bad = [
        ("over", ours(&changed("exp", json!(now - 1)))),
        ("that never ends", without("exp")),
        ("for another platform", ours(&changed("aud", json!("elearning")))),
        ("for others", ours(&changed("aud", json!(["elearning", "payroll"])))),
        ("for nobody", without("aud")),
        ("of another issuer", ours(&changed("iss", json!("https://lama.example")))),
        ("of no issuer", without("iss")),
        ("of another key by our key's name", encode(&header, &claims, &another).unwrap()),
        ("of another key by its own name", encode(&unknown, &claims, &another).unwrap()),
        ("of our key by another's name", encode(&unknown, &claims, &key(seed)).unwrap()),
        ("of a key without a name", encode(&Header::new(Algorithm::EdDSA), &claims, &key(seed)).unwrap()),
        (
            "signed with what everybody knows of our key",
            encode(&symmetric, &claims, &EncodingKey::from_secret(public.as_bytes())).unwrap(),
        ),
        ("of no algorithm, unsigned", format!("{unsigned}.{body}.")),
        ("of no algorithm, with a signature", format!("{unsigned}.{body}.{signature}")),
        ("of another algorithm", format!("{}.{body}.{signature}", part(json!({"alg": "HS256", "kid": id})))),
        (
            "for another account by our signature",
            format!("{head}.{}.{signature}", part(changed("sub", json!("01a20302-dfea-7349-bb2f-304e94a07b91")))),
        ),
        ("with another signature", format!("{head}.{body}.{other}{}", &signature[1..])),
        ("with half a signature", format!("{head}.{body}.{}", &signature[..40])),
        ("without a signature", format!("{head}.{body}.")),
        ("of two parts", format!("{head}.{body}")),
        ("of four parts", format!("{good}.{signature}")),
        ("of nothing", String::new()),
        ("of nonsense", "nonsense".to_owned()),
    ];
    let verified =
        |token: &str| -> Output { script(&code).env("SATU", &satu).env("TOKEN", token).output().expect("node runs") };
    let asked = |token: &str| -> Value {
        let mut curl = Command::new("curl");
        curl.args(["-s", "-H", &format!("Authorization: Bearer {token}"), &format!("{satu}/v1/eligibility/payroll")]);
        serde_json::from_str(&printed(&mut curl)).unwrap()
    };
    let is_taken = |token: &str| {
        let output = verified(token);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), account);
    };
    is_taken(&good);
    // The server asks after the session, too, and there is none.
    assert_eq!(asked(&good).get("code"), Some(&json!("session.over")));
    for (how, token) in bad {
        let output = verified(&token);
        assert!(!output.status.success() && output.stdout.is_empty(), "a token {how} is taken: {token}");
        assert_eq!(asked(&token).get("code"), Some(&json!("token.invalid")), "a token {how}");
    }
    is_taken(&good);
}

/// The page in the window has a policy of its own, and may ask of its window what is listed and nothing else: no file, no program, no page of another.
#[test]
fn the_window_is_given_a_policy_and_no_file_of_the_machine() {
    let app = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../app"));
    let read = |path: &str| -> Value { serde_json::from_str(&fs::read_to_string(app.join(path)).unwrap()).unwrap() };
    let security = read("tauri.conf.json")["app"]["security"].clone();
    assert_eq!(security["capabilities"], serde_json::json!(["main"]));
    assert!(security["assetProtocol"].is_null(), "no file is served to the page");
    let policy = security["csp"].as_object().unwrap();
    assert_eq!(policy["default-src"], "'self'");
    for nothing in ["object-src", "frame-src", "base-uri", "form-action"] {
        assert_eq!(policy[nothing], "'none'", "{nothing}");
    }
    for (what, from) in policy {
        let from = from.as_str().unwrap();
        assert!(!["unsafe-", "*", "https:"].iter().any(|wide| from.contains(wide)), "{what}: {from}");
    }
    let all: Vec<_> = fs::read_dir(app.join("capabilities")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(all, ["main.json"]);
    let main = read("capabilities/main.json");
    assert_eq!((&main["local"], &main["remote"]), (&Value::Bool(true), &Value::Null));
    for permission in main["permissions"].as_array().unwrap() {
        let name = permission.as_str().expect("a name, without a scope");
        assert!(name == "core:event:default" || (name.starts_with("allow-") && !name.contains(':')), "{name}");
    }
}

/// Every file of tests and sources under a folder, as one text.
fn sources(folder: &std::path::Path, all: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_test_that_the_page_on_security_names_is_there() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut all = String::new();
    for folder in ["core/src", "backend/src", "app/src", "tests/tests"] {
        sources(&root.join(folder), &mut all);
    }
    let page = include_str!("../../docs/security.md");
    let is_test = |word: &&str| {
        word.matches('_').count() >= 1 && word.chars().all(|sign| sign.is_ascii_lowercase() || sign == '_')
    };
    let named: Vec<&str> = page.split('`').skip(1).step_by(2).filter(is_test).collect();
    assert!(named.len() > 30, "{named:?}");
    for name in named {
        assert!(all.contains(&format!("fn {name}(")), "no test is called {name}");
    }
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.ends_with("| shown by |"));
    for row in rows.clone() {
        let shown_by = row.trim_end_matches(" |").rsplit_once(" | ").unwrap().1;
        assert!(shown_by.contains('`'), "nothing shows this: {row}");
    }
    let rules = rows.filter_map(|row| row.split(' ').nth(1)?.parse().ok());
    assert_eq!(rules.collect::<Vec<u32>>(), (1..=19).collect::<Vec<u32>>());
}

/// Every setting stands in the page on operations, and no other; its example is understood.
#[test]
fn every_setting_is_documented() {
    let page = include_str!("../../docs/operations.md");
    let rows: Vec<(&str, &str)> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| line.split_once("` | `"))
        .filter_map(|(key, rest)| Some((key, rest.split_once('`')?.0)))
        .filter(|(_, variable)| variable.starts_with("SATU_"))
        .collect();
    let settings: Vec<(&str, &str)> = SETTINGS.iter().map(|one| (one.key, one.variable)).collect();
    assert_eq!(rows, settings);
    let (_, example) = blocks(page).into_iter().find(|(language, _)| *language == "toml").unwrap();
    let user = User::fresh();
    fs::create_dir_all(user.folder()).unwrap();
    let file = user.folder().join("example.toml");
    // Its database is nobody's: that is what is told, and nothing of the rest.
    let example = example.replace("postgres://satu@db.example.id/satu", "oracle://db/satu");
    fs::write(&file, &example).unwrap();
    let told = |command: &mut Command| String::from_utf8(command.output().unwrap().stderr).unwrap();
    let refused = told(user.command(&["doctor"]).env("SATU_CONFIG", &file));
    assert!(refused.contains("oracle://db/satu"), "{refused}");
    fs::write(&file, example.replace("invitation_days", "invitation_dayz")).unwrap();
    let refused = told(user.command(&["doctor"]).env("SATU_CONFIG", &file));
    assert!(refused.contains("example.toml, line 10: unknown field `invitation_dayz`"), "{refused}");
}
