//! `/v1/funnel` and `/v1/exports/funnel`.

use std::io::Cursor;

use calamine::{DataType, Reader, Xlsx};
use serde_json::{Value, json};

use crate::{
    app::App,
    imports::{dewi, siti},
};

/// Siti and Dewi come; Siti is invited and turned down.
async fn told() -> App {
    let app = App::open().await;
    app.import("glints", &[siti(), dewi()]).await;
    let page = app.get("/v1/applications?q=siti").send().await.json(200);
    let at = format!("/v1/applications/{}/transitions", page["items"][0]["id"].as_str().unwrap());
    app.post(&at).json(&json!({"act": "advance"})).send().await.json(200);
    app.post(&at).json(&json!({"act": "reject", "reasons": ["failed_interview_hr"]})).send().await.json(200);
    app
}

#[tokio::test]
async fn the_funnel_tells_who_stands_where_who_went_on_and_why_somebody_was_lost() {
    let app = told().await;
    let funnel = app.get("/v1/funnel").send().await.json(200);
    let numbers = |stage: &Value| ["active", "rejected", "entered", "advanced", "lost"].map(|name| stage[name].clone());
    assert_eq!(numbers(&funnel["stages"][0]), [1, 0, 2, 1, 0].map(Value::from));
    assert_eq!(numbers(&funnel["stages"][1]), [0, 1, 1, 0, 1].map(Value::from));
    assert_eq!((&funnel["total"], &funnel["since"], &funnel["portal"]), (&json!(2), &Value::Null, &Value::Null));
    let loss = json!({"stage": "INTERVIEW_HR", "sub_state": "REJECTED", "reason": "failed_interview_hr", "count": 1});
    assert_eq!(funnel["losses"], json!([loss]));
    assert_eq!(funnel["portals"][0]["portal"], "glints");

    let before = app.get("/v1/funnel?as_of=2020-01-31").send().await.json(200);
    assert_eq!((&before["total"], &before["as_of"]), (&json!(0), &json!("2020-01-31T17:00:00Z")));
    let elsewhere = app.get("/v1/funnel?portal=indeed").send().await.json(200);
    assert_eq!((&elsewhere["total"], &elsewhere["portal"]), (&json!(0), &json!("indeed")));
    let soon = app.get("/v1/funnel?since=2999-01-01").send().await.json(200);
    assert_eq!(
        (&soon["total"], &soon["stages"][0]["entered"]),
        (&json!(2), &json!(0)),
        "moves since then, people of now"
    );
}

#[tokio::test]
async fn times_that_are_none_or_not_in_order_are_refused() {
    let app = App::open().await;
    for query in ["as_of=kemarin", "since=2026-13-01", "since=2026-05-02&as_of=2026-05-01"] {
        for path in ["/v1/funnel", "/v1/exports/funnel"] {
            let asked = app.get(format!("{path}?{query}")).send().await;
            assert_eq!(asked.refusal(), "400 request.invalid", "{path}?{query}");
        }
    }
}

#[tokio::test]
async fn it_leaves_as_a_workbook_of_numbers() {
    let app = told().await;
    let answer = app.get("/v1/exports/funnel?as_of=2999-12-31").send().await;
    assert_eq!(
        (answer.status, answer.header("content-disposition")),
        (200, "attachment; filename*=UTF-8''corong.xlsx")
    );
    let mut book = Xlsx::new(Cursor::new(answer.bytes.to_vec())).expect("a workbook");
    let mut rows = |name: &str| {
        let sheet = book.worksheet_range(name).expect("the sheet");
        sheet.rows().map(<[_]>::to_vec).collect::<Vec<_>>()
    };
    let texts = |row: &[calamine::Data]| row.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(texts(&rows("Corong")[1]), ["as_of", "2999-12-31T17:00:00Z"]);
    let stages = rows("Tahap");
    assert_eq!(stages.len(), 10, "a header and nine stages");
    assert_eq!(stages[1][1].get_float(), Some(1.0), "a number, not a text");
    assert_eq!(texts(&rows("Portal")[2]), ["glints", "INTERVIEW_HR", "2", "1", "0", "1", "0"]);
    assert_eq!(texts(&rows("Kehilangan")[1]), ["INTERVIEW_HR", "REJECTED", "failed_interview_hr", "1"]);
}
