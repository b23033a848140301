//! What somebody is given who asks for what is held of her, against every column of every table: each is given to her, or left out for a reason that stands here.

use std::collections::{BTreeSet, HashSet};

use satu_core::credential::Keys;
use satu_tests::desk::Desk;
use serde_json::Value;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::walk;

/// A table that holds something of hers, by what its rows are hers, and the columns that she is not given, with why.
struct Given {
    table: &'static str,
    whose: &'static [&'static str],
    left: &'static [(&'static str, &'static str)],
}

const BOOKKEEPING: &str = "the program's own bookkeeping";
const A_HASH: &str = "a hash, which tells nothing";
const A_KEY: &str = "what rows belong together by, told by where it stands in the document";

/// What she is given.
const GIVEN: &[Given] = &[
    Given {
        table: "hiring_application",
        whose: &["id"],
        left: &[
            ("match_key", A_HASH),
            ("version", BOOKKEEPING),
            ("held", BOOKKEEPING),
            ("batch_id", "the import stands with her doors"),
        ],
    },
    Given { table: "application_identifier", whose: &["application_id"], left: &[("keyed", BOOKKEEPING)] },
    Given {
        table: "application_source",
        whose: &["application_id"],
        left: &[("source_key", A_HASH), ("evidence", BOOKKEEPING), ("added_by", "who imported stands with the import")],
    },
    Given { table: "status_history", whose: &["application_id"], left: &[] },
    Given {
        table: "import_row",
        whose: &["batch_id", "row_no"],
        left: &[
            (
                "content",
                "its cells are given as they stood in the file; what was read from them stands in the application",
            ),
            ("source_key", A_HASH),
            ("marks", BOOKKEEPING),
            ("target_row", "another row"),
            ("candidate_rows", "other rows"),
            ("score", "how like somebody else it is"),
        ],
    },
    Given {
        table: "review_item",
        whose: &["batch_id", "row_no"],
        left: &[("source_key", A_HASH), ("portal", "stands with the file"), ("discarded", "the decision says it")],
    },
    Given { table: "reversed_decision", whose: &["batch_id", "row_no"], left: &[] },
    Given { table: "link_event", whose: &["application_id"], left: &[] },
    Given {
        table: "account",
        whose: &["id"],
        left: &[("pin_hash", A_HASH), ("epoch", BOOKKEEPING), ("held", BOOKKEEPING)],
    },
    Given { table: "activation_event", whose: &["account_id"], left: &[("id", A_KEY)] },
    Given { table: "account_question", whose: &["application_id"], left: &[] },
    Given {
        table: "account_answer",
        whose: &["question_id"],
        left: &[("id", A_KEY), ("reverses", A_KEY), ("done", "ids of what followed, each given where it stands")],
    },
    Given {
        table: "one_time_code",
        whose: &["value"],
        left: &[
            ("hash", A_HASH),
            ("request", "what whoever asked for it holds: with the digits it would be good"),
            ("window_since", BOOKKEEPING),
            ("window_count", BOOKKEEPING),
        ],
    },
    Given { table: "pin_attempt", whose: &["hash"], left: &[("hash", A_HASH), ("tried_at", BOOKKEEPING)] },
    Given { table: "session", whose: &["account_id"], left: &[("generation", BOOKKEEPING)] },
    Given { table: "invitation", whose: &["application_id"], left: &[("hash", A_HASH)] },
    Given {
        table: "outbox_message",
        whose: &["application_id"],
        left: &[
            ("idempotency_key", BOOKKEEPING),
            ("recipient_hash", A_HASH),
            ("template_id", "a text that is everybody's"),
            ("lease_until", BOOKKEEPING),
            ("lease_id", BOOKKEEPING),
            ("provider_id", BOOKKEEPING),
            ("queued_by", "who started the campaign, for many"),
            ("taken_at", BOOKKEEPING),
            ("remind_at", BOOKKEEPING),
            ("judged_at", BOOKKEEPING),
        ],
    },
    Given {
        table: "heard_message",
        whose: &["application_id"],
        left: &[("id", A_KEY), ("provider_id", BOOKKEEPING), ("recipient_hash", A_HASH), ("application_id", A_KEY)],
    },
    Given {
        table: "consent_event",
        whose: &["recipient_hash"],
        left: &[("id", A_KEY), ("recipient_hash", A_HASH), ("account_id", A_KEY)],
    },
    Given { table: "undeliverable", whose: &["recipient_hash"], left: &[("recipient_hash", A_HASH)] },
];

/// Tables of which she is given nothing, and why.
const LEFT: &[(&str, &str)] = &[
    ("identifier_claim", "what application_identifier says, for its uniqueness"),
    ("barred_identifier", "what application_identifier says, for who has a number next"),
    ("source_claim", "a hash"),
    ("application_likeness", "a hash"),
    ("import_batch", "whole files; her rows are given, with the name of the file"),
    ("link_value", "given with the links, without what is another person's"),
    ("told_apart", "pairs; each event is given as a link"),
    ("status_flow", "counts"),
    ("status_sum", "counts"),
    ("status_way", "counts"),
    ("status_fold", "counts"),
    ("code_budget", "counts, of blocks of ten thousand numbers"),
    ("suppression", "what consent_event comes to"),
    ("sender_name", "hashes alone, of what a provider calls her and of her number"),
    ("erased_identifier", "those who were erased, by hashes"),
    ("retention_turn", "when the daily job looks at her again, of what is given otherwise"),
    ("retention_ahead", "that a clock was ahead, for the daily job"),
    ("audit_event", "given as the accesses, with who and when; what else is logged is the staff's"),
    ("audit_answer", "given with the accesses"),
    ("kept_answer", "answers of a day, by keys of their senders"),
    ("remembered_mapping", "headers of files"),
    ("campaign", "what was sent to many; her messages name it"),
    ("message_template", "texts that are everybody's"),
    ("early_word", "providers' words about messages that are not known"),
    ("channel_gate", "channels"),
    ("daily_task", "the job"),
    ("staff", "who works here"),
    ("staff_session", "who works here"),
    ("_sqlx_migrations", "the schema"),
];

/// Tables that hold nothing of hers in the story, so that the walk proves nothing of them.
const UNPLANTED: &[&str] = &["undeliverable"];

/// What of hers stands in a column and not in the document that she is given; and whatever nobody has thought of.
pub async fn missing(desk: &Desk, data: &Value) -> Vec<String> {
    let engine = desk.store().engine();
    let tables = &mut desk.tables().await;
    let columns = walk::columns(tables, engine).await;
    let mut missing = Vec::new();
    let known: BTreeSet<&str> = GIVEN.iter().map(|one| one.table).chain(LEFT.iter().map(|(table, _)| *table)).collect();
    for (table, _) in &columns {
        if !known.contains(table.as_str()) && !table.ends_with("_refuses_truncate") {
            missing.push(format!("{table}: is it hers?"));
        }
    }
    let mut said = HashSet::new();
    leaves(data, &mut said);
    let hers = hers(data);
    for Given { table, whose, left } in GIVEN {
        let mut rows = 0;
        for (_, column) in columns.iter().filter(|(one, _)| one == table) {
            for value in values(tables, engine, (table, whose, column), &hers).await {
                rows += 1;
                if left.iter().all(|(one, _)| one != column) && !is_said(column, &value, &said) {
                    missing.push(format!("{table}.{column}: {value}"));
                }
            }
        }
        if (rows == 0) != UNPLANTED.contains(table) {
            missing.push(format!("{table}: nothing of hers is planted in it"));
        }
    }
    missing.sort();
    missing.dedup();
    missing
}

/// What her rows are known by: ids, numbers, addresses, rows of files, and keyed hashes.
fn hers(data: &Value) -> HashSet<String> {
    let keys = Keys::new([1; 32], [2; 32]);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let list = |name: &str| data[name].as_array().cloned().unwrap_or_default();
    let mut hers: HashSet<String> = list("applications").iter().filter_map(|one| text(&one["id"])).collect();
    hers.extend(text(&data["account"]["id"]));
    hers.extend(list("questions").iter().filter_map(|one| text(&one["id"])));
    hers.extend(list("rows").iter().filter_map(|one| Some(format!("{}:{}", one["batch"].as_str()?, one["row"]))));
    for identifier in
        list("applications").iter().flat_map(|one| one["identifiers"].as_array().cloned().unwrap_or_default())
    {
        let (Some(kind), Some(value)) = (identifier["kind"].as_str(), text(&identifier["value"])) else { continue };
        let hash = |of: &str, parts: &[&[u8]]| walk::hex(&keys.hash(of, parts));
        hers.insert(hash("consent", &[kind.as_bytes(), value.as_bytes()]));
        hers.insert(hash("attempts", &[value.as_bytes()]));
        hers.insert(hash("codes", &[kind.as_bytes(), value.as_bytes()]));
        hers.insert(value);
    }
    hers
}

/// Everything that a document says, without its names.
fn leaves(value: &Value, said: &mut HashSet<String>) {
    match value {
        Value::String(text) => drop(said.insert(text.clone())),
        Value::Number(number) => drop(said.insert(number.to_string())),
        Value::Array(items) => items.iter().for_each(|one| leaves(one, said)),
        Value::Object(fields) => fields.values().for_each(|one| leaves(one, said)),
        Value::Bool(_) | Value::Null => {}
    }
}

/// Whether a document says a value: an instant as RFC 3339, a document by everything that it says.
fn is_said(column: &str, value: &str, said: &HashSet<String>) -> bool {
    if ["at", "locked_until"].contains(&column) || column.ends_with("_at") {
        let at = value.parse().ok().and_then(|micros| jiff::Timestamp::from_microsecond(micros).ok());
        if let Some(at) = at {
            return said.contains(&at.to_string());
        }
    }
    match serde_json::from_str::<Value>(value) {
        Ok(document @ (Value::Array(_) | Value::Object(_))) => {
            let mut parts = HashSet::new();
            leaves(&document, &mut parts);
            parts.is_subset(said)
        }
        _ => said.contains(value),
    }
}

/// What stands in a column of her rows.
async fn values(
    tables: &mut AnyConnection,
    engine: &str,
    (table, whose, column): (&str, &[&str], &str),
    hers: &HashSet<String>,
) -> Vec<String> {
    let column_text = walk::text(engine, column);
    let owners: Vec<String> = whose.iter().map(|owner| walk::text(engine, owner)).collect();
    let set = walk::is_set(engine, column);
    let statement = format!("SELECT {column_text}, {} FROM {table} WHERE {set}", owners.join(", "));
    let rows = sqlx::query(AssertSqlSafe(statement)).fetch_all(tables).await.expect("a column");
    let mut found = Vec::new();
    for row in rows {
        let owner = |at: usize| row.try_get::<Option<String>, _>(at + 1).expect("a value");
        let owner: Option<Vec<String>> =
            whose.iter().enumerate().map(|(at, name)| owner(at).map(|text| readable(name, &text))).collect();
        if owner.is_some_and(|owner| hers.contains(&owner.join(":"))) {
            found.push(readable(column, &row.try_get::<String, _>(0).expect("a value")));
        }
    }
    found
}

/// A value as a document says it, of its bytes in hexadecimal digits: ids are told as such, other bytes as their digits.
fn readable(column: &str, digits: &str) -> String {
    let bytes: Vec<u8> =
        (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).expect("digits")).collect();
    let is_id =
        column == "id" || column.ends_with("_id") || ["merged_into", "activated_for", "reverses"].contains(&column);
    if (is_id || column == "decision_application") && bytes.len() == 16 {
        return [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-");
    }
    String::from_utf8(bytes).unwrap_or_else(|_| digits.to_owned())
}
