//! `/v1/applications` and `/v1/exports`: the one list.

use std::io::Cursor;

use calamine::{Reader, Xlsx};
use satu_tests::applicants::applicant;
use serde_json::{Value, json};

use crate::{
    app::App,
    imports::{dewi, siti},
};

/// The names of a page.
fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|one| one["full_name"].as_str().unwrap()).collect()
}

/// Siti through two doors, Dewi through one.
async fn two_people() -> (App, Value) {
    let app = App::open().await;
    let glints = app.import("glints", &[siti(), dewi()]).await;
    app.import("jobstreet", &[siti().reference("JS-9")]).await;
    (app, glints)
}

#[tokio::test]
async fn the_list_is_filtered_and_searched() {
    let (app, glints) = two_people().await;
    let batch = format!("?batch={}", glints["id"].as_str().unwrap());
    for (query, found) in [
        ("", vec!["Dewi Lestari", "Siti Aminah"]),
        ("?q=siti", vec!["Siti Aminah"]),
        ("?q=81234567802", vec!["Dewi Lestari"]),
        ("?q=dewi@example.com", vec!["Dewi Lestari"]),
        ("?q=JS-9", vec!["Siti Aminah"]),
        ("?q=%25", vec![]),
        ("?q=_", vec![]),
        ("?q=%20%20", vec!["Dewi Lestari", "Siti Aminah"]),
        ("?q='%20OR%201=1--", vec![]),
        ("?portal=jobstreet", vec!["Siti Aminah"]),
        ("?portal=indeed", vec![]),
        ("?stage=SCREENING&sub_state=ACTIVE", vec!["Dewi Lestari", "Siti Aminah"]),
        ("?stage=MCU", vec![]),
        ("?sub_state=REJECTED", vec![]),
        (&batch, vec!["Dewi Lestari", "Siti Aminah"]),
    ] {
        let page = app.get(format!("/v1/applications{query}")).send().await.json(200);
        assert_eq!((names(&page), &page["total"]), (found.clone(), &json!(found.len())), "{query}");
    }
}

#[tokio::test]
async fn the_list_is_read_page_by_page() {
    let app = App::open().await;
    let people: Vec<_> = (0..5).map(|n| applicant(&format!("Pelamar {n}"), &format!("08123456780{n}"), "")).collect();
    app.import("glints", &people).await;
    let (mut seen, mut path) = (Vec::new(), "/v1/applications?limit=2".to_owned());
    loop {
        let page = app.get(&path).send().await.json(200);
        assert_eq!(page["total"], 5);
        seen.extend(names(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/applications?limit=2&cursor={next}");
    }
    assert_eq!(seen, ["Pelamar 4", "Pelamar 3", "Pelamar 2", "Pelamar 1", "Pelamar 0"]);
    for limit in ["0", "1", "501", "18446744073709551615"] {
        assert_eq!(
            app.get(format!("/v1/applications?limit={limit}")).send().await.status,
            200,
            "{limit} is brought into bounds"
        );
    }
}

#[tokio::test]
async fn one_application_has_its_doors_its_identifiers_and_its_history() {
    let (app, glints) = two_people().await;
    let page = app.get("/v1/applications?q=siti").send().await.json(200);
    let path = format!("/v1/applications/{}", page["items"][0]["id"].as_str().unwrap());
    assert_eq!(page["items"][0]["portals"], json!(["glints", "jobstreet"]));
    let siti = app.get(&path).send().await.json(200);
    assert_eq!(
        (&siti["full_name"], &siti["stage"], &siti["sub_state"], &siti["user_id"], &siti["birth_date"]),
        (&json!("Siti Aminah"), &json!("SCREENING"), &json!("ACTIVE"), &Value::Null, &json!("1998-04-12"))
    );
    let doors: Vec<_> = siti["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["portal"].as_str().unwrap(), one["source_ref"].as_str().unwrap(), one["row"].as_u64().unwrap()))
        .collect();
    assert_eq!(doors, [("glints", "GL-1", 2), ("jobstreet", "JS-9", 2)]);
    assert_eq!((&siti["sources"][0]["batch"], &siti["sources"][0]["file"]), (&glints["id"], &json!("pelamar.csv")));
    let keys: Vec<_> =
        siti["identifiers"].as_array().unwrap().iter().map(|one| one["value"].as_str().unwrap()).collect();
    assert!(keys.contains(&"+6281234567801") && keys.contains(&"siti@example.com"), "{keys:?}");

    let history = app.get(format!("{path}/history")).send().await.json(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 1);
    let first = &history["items"][0];
    assert_eq!(
        (&first["seq"], &first["stage"], &first["sub_state"], &first["actor"]),
        (&json!(1), &json!("SCREENING"), &json!("ACTIVE"), &json!("hr"))
    );
}

#[tokio::test]
async fn the_list_leaves_as_csv_and_as_a_workbook_with_the_same_rows() {
    let (app, _) = two_people().await;
    let text = app.get("/v1/exports/applications?format=csv").send().await;
    assert_eq!((text.status, text.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert_eq!(text.header("content-disposition"), "attachment; filename*=UTF-8''pelamar.csv");
    let plain = text.bytes.strip_prefix(b"\xEF\xBB\xBF").expect("a byte-order mark for Excel");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(plain);
    let from_csv: Vec<Vec<String>> = reader
        .records()
        .map(|row| row.unwrap().iter().map(|cell| cell.trim_start_matches('\'').to_owned()).collect())
        .collect();

    let book = app.get("/v1/exports/applications").send().await;
    assert_eq!(book.header("content-disposition"), "attachment; filename*=UTF-8''pelamar.xlsx");
    let named = app.get("/v1/exports/applications?format=csv&name=applicants%20of%2FMay").send().await;
    assert_eq!(named.header("content-disposition"), "attachment; filename*=UTF-8''applicants%20ofMay.csv");
    let mut book = Xlsx::new(Cursor::new(book.bytes.to_vec())).expect("a workbook");
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("readable");
    let from_xlsx: Vec<Vec<String>> = sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();

    assert_eq!(from_csv.len(), 3);
    for (text, cells) in from_csv.iter().zip(&from_xlsx) {
        let width = text.len().min(cells.len());
        assert_eq!(text[..width], cells[..width]);
    }
    assert_eq!(from_csv.len(), from_xlsx.len());
    assert_eq!(from_csv[2][1..4], ["Siti Aminah", "+6281234567801", "siti@example.com"]);

    let one = app.get("/v1/exports/applications?format=csv&q=dewi").send().await;
    assert_eq!(one.text().lines().count(), 2, "an export is filtered like the list: {}", one.text());
}
