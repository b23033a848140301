//! `satu funnel`.

use calamine::{Reader, Xlsx};
use satu_tests::program::User;

use crate::sisters;

#[test]
fn the_funnel_is_a_table_json_or_a_workbook_and_as_of_any_day() {
    let user = User::fresh();
    assert_eq!(user.run(&["import", &sisters(&user)]).code, 0); // Her sister waits in the queue.
    let now = user.json(&["funnel"]);
    assert_eq!((now["total"].as_i64(), now["stages"][0]["active"].as_i64()), (Some(1), Some(1)), "{now}");
    let told = user.run(&["funnel"]);
    assert_eq!(told.code, 0, "{}", told.error);
    assert!(told.text.contains("1 applicants") && told.text.contains("SCREENING"), "{}", told.text);
    assert_eq!(user.json(&["funnel", "--as-of", "2020-01-31"])["total"], 0, "nobody had come by then");
    assert_eq!(user.json(&["funnel", "--portal", "indeed"])["total"], 0);

    let path = user.folder().join("corong.xlsx");
    let written = user.run(&["funnel", "--output", &path.display().to_string()]);
    assert_eq!(written.code, 0, "{}", written.error);
    let mut book: Xlsx<_> = calamine::open_workbook(&path).expect("a workbook");
    assert_eq!(book.sheet_names(), ["Corong", "Tahap", "Portal", "Kehilangan"]);
    let stages = book.worksheet_range("Tahap").expect("the stages");
    assert_eq!(stages.get_value((1, 0)).map(ToString::to_string).as_deref(), Some("SCREENING"));
    assert_eq!(stages.get_value((1, 1)).and_then(calamine::DataType::get_float), Some(1.0), "a number");
}

#[test]
fn a_time_that_is_none_is_refused_with_what_would_be_one() {
    let user = User::fresh();
    let wrong = user.run(&["funnel", "--as-of", "kemarin"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.error.contains("2026-05-01"), "{}", wrong.error);
    let turned = user.run(&["funnel", "--since", "2026-05-02", "--as-of", "2026-05-01"]);
    assert_eq!(turned.code, 2);
    assert!(turned.error.contains("--since"), "{}", turned.error);
}
