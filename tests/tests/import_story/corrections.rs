//! What HR corrects before the commit.

use super::*;

#[tokio::test]
async fn a_draft_whose_planning_is_broken_off_is_as_it_was() {
    let desk = desk().await;
    let people: Vec<Applicant> =
        (0..2100).map(|number| applicant("Siti Aminah", &format!("0812{number:08}"), "")).collect();
    let draft = desk.draft("glints", &people).await;
    let progress = Progress::default();
    let seen = progress.clone();
    watch::watch(desk.store(), move |_| {
        if seen.done() > 0 {
            seen.cancel();
        }
        false
    });
    let planned = import::plan_again(desk.store(), draft.id, &progress).await;
    assert!(matches!(planned, Err(ImportError::Cancelled)), "{planned:?}");
    let left = import::batch(desk.store(), draft.id).await.unwrap();
    assert_eq!((left.counts, left.minted), (draft.counts, draft.minted));
    desk.commit(&draft).await;
    desk.finish().await;
}

#[tokio::test]
async fn an_edited_cell_makes_a_rejected_row_new_and_plans_its_neighbours_anew() {
    let desk = desk().await;
    let people = [applicant("Siti Aminah", "8.12346E+11", ""), applicant("Siti Aminah", "081234567801", ""), dewi()];
    let (draft, description) = desk.drop_text(&table("glints", &people), &Wish::default()).await.unwrap();
    assert_eq!(desk.outcomes(&draft).await, ["rejected no_contact", "new", "new"]);
    let mut cells = desk.rows(&draft).await[0].cells.clone();
    cells[1] = "081234567801".into();
    let mend = async |cells: Vec<String>| {
        import::edit(desk.store(), draft.id, 2, |_, _| {
            Ok::<_, ImportError>(desk.intake().clean(&description, 2, cells.clone()))
        })
        .await
    };
    mend(cells.clone()).await.unwrap();
    assert_eq!(desk.outcomes(&draft).await, ["new", "duplicate", "new"]);
    cells[1] = "081234567802".into();
    mend(cells).await.unwrap();
    assert_eq!(desk.outcomes(&draft).await, ["new", "new", "review shared_phone"], "now it is Dewi who comes second");
    assert!(desk.rows(&draft).await[0].edited);
    desk.commit(&import::batch(desk.store(), draft.id).await.unwrap()).await;
    let late = mend(vec![]).await;
    assert!(matches!(late, Err(ImportError::State { state: BatchState::Committed, .. })), "{late:?}");
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

#[tokio::test]
async fn a_mapping_that_hr_confirmed_is_remembered_for_those_headers() {
    let desk = desk().await;
    let text = "Sebutan,Kontak Aktif,Catatan\nSiti Aminah,081234567801,rajin\nDewi Lestari,081234567802,sabar\n";
    let (draft, description) = desk.drop_text(text, &Wish::default()).await.unwrap();
    assert!(description.needs_mapping, "nobody knows these headers");
    import::discard(desk.store(), draft.id).await.unwrap();

    let columns = vec![(1, Field::FullName, None), (2, Field::Phone, None)];
    let (draft, description) = desk.drop_text(text, &Wish { columns, ..Wish::default() }).await.unwrap();
    assert!(!description.needs_mapping);
    import::remember(desk.store(), &description.fingerprint, &memory(&description), "hr").await.unwrap();
    let batch = desk.commit(&draft).await;
    assert_eq!(batch.counts.new, 2);

    let next = "Sebutan,Kontak Aktif,Catatan\nTuti Alawiyah,081234567803,teliti\nDewi Lestari,081234567802,sabar\n";
    let (draft, description) = desk.drop_text(next, &Wish::default()).await.unwrap();
    assert!(!description.needs_mapping);
    let batch = desk.commit(&draft).await;
    assert_eq!(desk.outcomes(&batch).await, ["new", "repeat"]);
    let tuti = desk.named("Tuti Alawiyah").await;
    assert_eq!(tuti.fields.extras.get("Catatan").map(String::as_str), Some("teliti"), "nothing is thrown away");
    desk.finish().await;
}
