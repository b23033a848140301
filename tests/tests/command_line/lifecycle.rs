//! `satu advance`, `reject`, `resign`, `reopen`, `correct`, `activate` and `deactivate`.

use satu_core::{
    account::{Policy, Proof, Registration, register},
    store::Store,
    time::Clock,
};
use satu_tests::{
    applicants::{applicant, table},
    program::{Ran, User},
};
use serde_json::{Value, json};

use crate::{has_keys, typed};

/// Siti and Dewi have applied: their ids.
fn two(user: &User) -> [String; 2] {
    let people = [applicant("Siti Aminah", "081234567801", ""), applicant("Dewi Lestari", "081234567802", "")];
    let file = typed(user, "a.csv", &table("glints", &people));
    assert_eq!(user.run(&["import", &file]).code, 0);
    ["Siti", "Dewi"].map(|name| {
        let list = user.json(&["applications", "-q", name]);
        list["items"][0]["id"].as_str().expect("an id").to_owned()
    })
}

/// What a command says to its end.
fn says(ran: &Ran, code: i32, told: &str) {
    assert_eq!(ran.code, code, "{}{}", ran.text, ran.error);
    assert!(ran.text.contains(told) || ran.error.contains(told), "{told}: {}{}", ran.text, ran.error);
}

#[test]
fn a_status_is_changed_by_words_and_told_in_words_and_in_json() {
    let user = User::fresh();
    let [siti, dewi] = two(&user);
    says(&user.run(&["advance", &siti, "--dry-run"]), 0, "SCREENING ACTIVE -> INTERVIEW_HR ACTIVE");
    says(&user.run(&["advance", &siti]), 0, &format!("Siti Aminah ({siti}): SCREENING ACTIVE -> INTERVIEW_HR ACTIVE"));
    let told = user.json(&["reject", "--reason", "absent,documents", &siti]);
    let [moved] = told.as_array().expect("a list").as_slice() else { panic!("{told}") };
    has_keys(
        moved,
        &[
            "application",
            "full_name",
            "from_stage",
            "from_sub_state",
            "stage",
            "sub_state",
            "mitra_status",
            "activation_ended",
            "refused",
        ],
    );
    assert_eq!(
        (&moved["application"], &moved["stage"], &moved["sub_state"], &moved["mitra_status"], &moved["refused"]),
        (&json!(siti), &json!("INTERVIEW_HR"), &json!("REJECTED"), &json!("INACTIVE"), &Value::Null)
    );
    says(&user.run(&["reopen", &siti, "--reason", "reconsidered"]), 0, "INTERVIEW_HR REJECTED -> INTERVIEW_HR ACTIVE");
    says(&user.run(&["resign", &siti, "--reason", "new_job"]), 0, "INTERVIEW_HR ACTIVE -> INTERVIEW_HR RESIGNED");
    let correct = ["correct", &dewi, "--to", "MCU", "--sub-state", "REJECTED", "--reason", "wrong_status,unfit"];
    says(&user.run(&correct), 0, "SCREENING ACTIVE -> MCU REJECTED");
}

#[test]
fn a_change_that_is_refused_says_why_and_the_others_are_made() {
    let user = User::fresh();
    let [siti, dewi] = two(&user);
    let to_mcu = ["correct", &siti, "--to", "MCU", "--reason", "wrong_status"];
    says(&user.run(&to_mcu), 0, "SCREENING ACTIVE -> MCU ACTIVE");
    let both = user.run(&["advance", &siti, &dewi]);
    says(&both, 1, "stays MCU ACTIVE: from MCU the way leads to ONBOARDED_REGULAR, ONBOARDED_ON_DEMAND: say which");
    says(&both, 1, "SCREENING ACTIVE -> INTERVIEW_HR ACTIVE");
    let refused = user.run(&["advance", &siti, "--json"]);
    let told: Value = serde_json::from_str(&refused.text).expect("JSON");
    assert_eq!((refused.code, &told[0]["refused"]["code"]), (1, &json!("lifecycle.which")), "{told}");
    says(&user.run(&["advance", &siti, "--to", "ONBOARDED_REGULAR"]), 0, "-> ONBOARDED_REGULAR ACTIVE");
    // Nobody is given another contract by a step forward.
    says(&user.run(&["advance", &siti]), 1, "say which");
    says(&user.run(&["reject", &dewi]), 1, "give a reason");
    says(&user.run(&["resign", &dewi, "--reason", "unfit"]), 1, "give a reason");
    says(&user.run(&["reopen", &dewi, "--reason", "returned"]), 1, "in the running already");
    says(&user.run(&["reject", &dewi, "--reason", "bosan"]), 2, "bosan");
    says(&user.run(&["correct", &dewi, "--to", "SELESAI", "--reason", "wrong_status"]), 2, "SELESAI");
    let nobody = "01900000-0000-7000-8000-000000000000";
    says(&user.run(&["advance", nobody]), 1, nobody);
    for words in [["advance"], ["reject"], ["resign"], ["reopen"], ["activate"], ["deactivate"]] {
        assert_eq!(user.run(&words).code, 2, "{words:?}: whose?");
    }
}

#[test]
fn an_account_is_activated_once_a_contract_is_signed_and_deactivated() {
    let user = User::fresh();
    let [siti, dewi] = two(&user);
    let registration = Registration {
        phone: "+6281234567801",
        proof: Proof::Code,
        email: None,
        email_proven: false,
        full_name: "Siti Aminah",
        birth_date: None,
        pin_hash: "$argon2id$",
    };
    let url = format!("sqlite:{}", user.database().display());
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let store = Store::open(&url, Clock::system()).await.expect("her database");
        register(&store, registration, Policy::default()).await.expect("she registers");
        store.close().await;
    });
    says(&user.run(&["activate", &dewi]), 1, "has no account yet");
    says(&user.run(&["activate", &siti]), 1, "she stands at SCREENING ACTIVE");
    let signed = ["correct", &siti, "--to", "ONBOARDED_ON_DEMAND", "--reason", "wrong_status"];
    says(&user.run(&signed), 0, "-> ONBOARDED_ON_DEMAND ACTIVE");
    says(&user.run(&["activate", &siti]), 0, &format!("{siti}: ACTIVE"));
    let told = user.json(&["activate", &siti]);
    has_keys(&told[0], &["application", "account", "mitra_status", "activated_at"]);
    assert_eq!((&told[0]["mitra_status"], told[0]["activated_at"].is_string()), (&json!("ACTIVE"), true));
    let told = user.json(&["deactivate", &siti]);
    assert_eq!((&told[0]["mitra_status"], &told[0]["activated_at"]), (&json!("CONTRACTED"), &Value::Null));
    says(&user.run(&["deactivate", &siti]), 0, &format!("{siti}: CONTRACTED"));
}
