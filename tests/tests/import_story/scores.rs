//! How likely a row is the likeliest of those whom it may be, and what a queue is narrowed to by that.

use satu_core::linking::Score;

use super::*;

/// What was planned of the only row of an import.
async fn score(desk: &Desk, batch: &import::Batch) -> Score {
    desk.rows(batch).await[0].score.expect("it names somebody")
}

#[rstest]
#[case::a_draft(false)]
#[case::in_one_go(true)]
#[tokio::test]
async fn rows_in_review_are_narrowed_to_the_likeliest(#[case] in_one_go: bool) {
    let desk = desk().await;
    let ayu = |phone| applicant("Ayu Kartika", phone, "").born("1995-06-17");
    desk.import("glints", &[siti(), dewi(), ayu("081234567803")]).await;
    let rows = [
        applicant("Melati Puspita", "081234567802", ""),
        ayu("081377778888"),
        applicant("Siti Aminnah", "081234567801", ""),
        applicant("Ketut Wirawan", "081355556666", ""),
    ];
    let batch =
        if in_one_go { desk.import_in_one_go("jobstreet", &rows).await } else { desk.import("jobstreet", &rows).await };
    assert_eq!(
        desk.outcomes(&batch).await,
        ["review shared_phone", "review possible", "review possible", "new"],
        "a family's number, a namesake of one day, a slip of the finger"
    );
    let least = |score: &str| Some(score.parse::<Score>().unwrap());
    for (min, left) in [
        (None, vec![2, 3, 4]),
        (least("0"), vec![2, 3, 4]),
        (least("0.5"), vec![3, 4]),
        (least("0.95"), vec![4]),
        (least("1"), vec![]),
    ] {
        let many = left.len() as u64;
        let filter = import::ReviewFilter { min, ..import::ReviewFilter::default() };
        let (page, total) = import::review_page(desk.store(), &filter, None, 10).await.unwrap();
        let queue: Vec<u32> = page.iter().map(|one| one.row.row).collect();
        assert_eq!((&queue, total), (&left, many), "the queue, {min:?}");
        let filter = import::RowFilter { outcome: Some(Outcome::Review), min, ..import::RowFilter::default() };
        let (page, total) = import::rows(desk.store(), batch.id, &filter, 0, 10).await.unwrap();
        let rows: Vec<u32> = page.iter().map(|one| one.row).collect();
        assert_eq!((&rows, total), (&left, many), "the import's rows, {min:?}");
    }
    assert_eq!(desk.rows(&batch).await[3].score, None, "who is new is nobody else");
    desk.finish().await;
}

#[tokio::test]
async fn a_score_is_of_the_row_as_it_was_planned_last_and_stays_with_it_in_the_queue() {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let slip = applicant("Siti Aminnah", "081234567801", "");
    let (draft, description) = desk.drop_text(&table("jobstreet", &[slip]), &Wish::default()).await.unwrap();
    let before = score(&desk, &draft).await;
    import::edit(desk.store(), draft.id, 2, |_, mut cells| {
        cells[3] = "1971-01-30".into();
        Ok::<_, ImportError>(desk.intake().clean(&description, 2, cells))
    })
    .await
    .unwrap();
    assert_eq!(desk.outcomes(&draft).await, ["review possible"]);
    let after = score(&desk, &draft).await;
    assert!(after < before, "of two ages they are less likely one: {after} and {before}");

    import::plan_again(desk.store(), draft.id, &Progress::default()).await.unwrap();
    assert_eq!(score(&desk, &draft).await, after, "nothing has changed");
    let batch = desk.commit(&draft).await;
    for action in [Action::Discard, Action::Later] {
        desk.settle(&batch, 2, action).await.unwrap();
        assert_eq!(score(&desk, &batch).await, after, "{action}");
    }
    desk.finish().await;
}

#[tokio::test]
async fn the_likeliest_of_several_counts_also_where_it_is_an_earlier_row() {
    let desk = desk().await;
    desk.import("glints", &[rina()]).await;
    let again = applicant("Siti Aminah", "081234567801", "").born("1998-04-12");
    let batch = desk.import("jobstreet", &[siti(), again]).await;
    let rows = desk.rows(&batch).await;
    assert_eq!(desk.outcomes(&batch).await, ["review shared_phone", "review conflict"]);
    let [sister, herself] = [&rows[0], &rows[1]].map(|row| f64::from(row.score.expect("they name somebody")));
    assert!(sister < 0.1 && herself > 0.99, "{sister} {herself}");
    desk.finish().await;
}
