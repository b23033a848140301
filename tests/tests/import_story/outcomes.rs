//! What a row can be.

use super::*;

#[tokio::test]
async fn nobody_like_her_is_new_and_begins_at_screening() {
    let desk = desk().await;
    let batch = desk.import("glints", &[siti(), dewi()]).await;
    assert_eq!(desk.outcomes(&batch).await, ["new", "new"]);
    let her = desk.named("Siti Aminah").await;
    assert_eq!((her.stage, her.sub_state), (Stage::Screening, SubState::Active));
    assert_eq!(
        (her.fields.phone.as_deref(), her.fields.email.as_deref()),
        (Some("+6281234567801"), Some("siti@example.com"))
    );
    assert_eq!(her.sources.iter().map(|one| (one.portal.as_str(), one.row)).collect::<Vec<_>>(), [("glints", Some(2))]);
    let records = history(desk.store(), her.id).await.unwrap();
    assert_eq!(
        records.iter().map(|one| (one.seq, one.stage.as_str(), one.actor.as_str())).collect::<Vec<_>>(),
        [(1, "SCREENING", "hr")]
    );
    desk.finish().await;
}

/// Rows of one person that stand far apart in a file are planned alike, whether the file is looked at first or imported in one go: a plan goes by
/// the store as it was before the file.
#[tokio::test]
async fn an_import_does_what_its_preview_says_however_far_apart_the_rows_are() {
    let desk = desk().await;
    desk.import("glints", &[siti(), dewi()]).await;
    let filler = |from: u32| (from..from + 1500).map(|n| applicant(&format!("Orang {n}"), &format!("0813{n:08}"), ""));
    let bringing = |phone: &str, email: &str| applicant("Siti Aminah", phone, email);
    let mut file = vec![siti(), bringing("081234567801", "siti.baru@example.com")];
    file.extend(filler(1));
    file.extend([siti(), bringing("", "siti.baru@example.com"), bringing("081234567899", "siti.baru@example.com")]);
    file.extend(filler(5000));
    file.extend([bringing("081234567899", ""), dewi()]);

    let previewed = desk.draft("jobstreet", &file).await;
    import::discard(desk.store(), previewed.id).await.unwrap();
    let imported = desk.import_in_one_go("jobstreet", &file).await;
    assert_eq!(imported.counts, previewed.counts);
    let expected = import::Counts { new: 3000, duplicate: 3, matched: 4, ..import::Counts::default() };
    assert_eq!(imported.counts, expected);
    let her = desk.named("Siti Aminah").await;
    assert_eq!(her.sources.len(), 6);
    desk.finish().await;
}

/// What an import has written of its own file by then, doubtful rows too, changes nothing for the rows that follow.
#[rstest]
#[case::into_an_empty_database(&[])]
#[case::beside_others(&[dewi()])]
#[tokio::test]
async fn doubts_far_apart_in_a_file_are_the_same_in_one_go(#[case] there: &[Applicant]) {
    let desk = desk().await;
    if !there.is_empty() {
        desk.import("glints", there).await;
    }
    let filler = |from: u32| (from..from + 1500).map(|n| applicant(&format!("Orang {n}"), &format!("0813{n:08}"), ""));
    let namesake = applicant("Siti Aminah", "081234567811", "").born("1998-04-12");
    let mut file = vec![siti(), rina(), namesake.clone()];
    file.extend(filler(1));
    file.extend([rina(), siti(), namesake]);
    file.extend(filler(5000));
    file.extend([rina(), applicant("Siti Aminah", "081234567812", "").born("1998-04-12")]);

    let previewed = desk.draft("jobstreet", &file).await;
    let expected = desk.outcomes(&previewed).await;
    import::discard(desk.store(), previewed.id).await.unwrap();
    let imported = desk.import_in_one_go("jobstreet", &file).await;
    assert_eq!(desk.outcomes(&imported).await, expected);
    let doubtful = |outcomes: &[String], at: usize| outcomes[at].starts_with("review");
    assert!(
        doubtful(&expected, 1) && doubtful(&expected, 2) && doubtful(&expected, file.len() - 1),
        "{:?}",
        &expected[..3]
    );
    desk.finish().await;
}

#[tokio::test]
async fn the_same_file_again_is_all_repeat_and_changes_nothing() {
    let desk = desk().await;
    let people = [siti(), dewi().reference("GL-7"), applicant("", "081234567803", ""), rina()];
    let first = desk.import("glints", &people).await;
    assert_eq!(desk.outcomes(&first).await, ["new", "new", "rejected no_name", "review shared_phone"]);
    let before = desk.all_is_well().await;
    for _ in 0..2 {
        let again = desk.import("glints", &people).await;
        assert_eq!(desk.outcomes(&again).await, ["repeat", "repeat", "rejected no_name", "repeat"]);
        assert_eq!(desk.all_is_well().await, before);
    }
    desk.finish().await;
}

#[tokio::test]
async fn the_same_export_a_month_later_in_another_form_is_repeat() {
    let desk = desk().await;
    desk.import("glints", &[siti(), dewi().reference("GL-7")]).await;
    let other_form = [
        applicant("SITI AMINAH", "+62 812-3456-7801", "Siti@Example.com").born("1998-04-12"),
        applicant("Dewi Lestari", "081299999999", "").reference("GL-7"),
    ];
    let again = desk.import("glints", &other_form).await;
    assert_eq!(desk.outcomes(&again).await, ["repeat", "repeat"], "by what the row means, and by the portal's id");
    assert_eq!(desk.people().await.len(), 2);
    desk.finish().await;
}

#[tokio::test]
async fn the_same_person_twice_in_a_file_is_one_application_with_two_doors() {
    let desk = desk().await;
    let again = applicant("Siti Aminah", "0812-3456-7801", "aminah@example.com").reference("GL-2");
    let batch = desk.import("glints", &[siti().reference("GL-1"), again, dewi()]).await;
    assert_eq!(desk.outcomes(&batch).await, ["new", "duplicate", "new"]);
    let her = desk.named("Siti Aminah").await;
    assert_eq!(her.sources.len(), 2);
    assert_eq!(her.identifiers.len(), 3, "the second row's address is hers too: {:?}", her.identifiers);
    assert!(her.identifiers.iter().all(|one| one.state == IdentifierState::Key));
    desk.finish().await;
}

#[tokio::test]
async fn the_same_people_from_other_portals_are_matches_and_no_new_applications() {
    let desk = desk().await;
    desk.import("glints", &[siti(), dewi()]).await;
    let by_phone = applicant("Hj. SITI AMINAH, S.Pd.", "+62 812 3456 7801", "siti.lain@example.id");
    let by_email = applicant("Lestari Dewi", "", "DEWI@example.com");
    let second = desk.import("jobstreet", &[by_phone, by_email]).await;
    assert_eq!(desk.outcomes(&second).await, ["match", "match"]);
    let third = desk.import("indeed", &[applicant("Siti Aminah", "'+62 812-3456-7801", "s_9x@indeedemail.com")]).await;
    assert_eq!(desk.outcomes(&third).await, ["match"]);
    assert_eq!(desk.people().await.len(), 2);
    assert_eq!(desk.named("Siti Aminah").await.portals(), ["glints", "indeed", "jobstreet"]);
    assert_eq!(desk.named("Dewi Lestari").await.portals(), ["glints", "jobstreet"]);
    let relay =
        desk.named("Siti Aminah").await.identifiers.into_iter().find(|one| one.value.ends_with("indeedemail.com"));
    assert_eq!(relay.map(|one| one.state), Some(IdentifierState::Contact), "a relay address keys nobody");
    desk.finish().await;
}

#[rstest]
#[case::phone_of_another_name(rina(), "review shared_phone")]
#[case::email_of_another_name(applicant("Rina Wulandari", "081234567809", "siti@example.com"), "review shared_email")]
#[case::phone_of_one_and_email_of_another(
    applicant("Siti Aminah", "081234567801", "dewi@example.com"),
    "review conflict"
)]
#[case::name_and_birth_date_only(applicant("Siti Aminah", "081234567809", "").born("1998-04-12"), "review possible")]
#[case::name_only(applicant("Siti Aminah", "081234567809", ""), "new")]
#[case::name_and_another_birth_date(applicant("Siti Aminah", "081234567809", "").born("1998-12-04"), "new")]
#[tokio::test]
async fn whatever_is_doubtful_waits_and_creates_nothing(#[case] row: Applicant, #[case] outcome: &str) {
    let desk = desk().await;
    desk.import("glints", &[siti(), dewi()]).await;
    let batch = desk.import("jobstreet", std::slice::from_ref(&row)).await;
    assert_eq!(desk.outcomes(&batch).await, [outcome]);
    let waits = outcome != "new";
    assert_eq!(desk.waiting().await, u64::from(waits));
    assert_eq!(desk.people().await.len(), if waits { 2 } else { 3 });
    let view = desk.rows(&batch).await.remove(0);
    assert_eq!(view.matches.is_empty(), !waits, "HR sees whom it may be");
    assert!(view.matches.iter().all(|one| one.application.is_some() && !one.evidence.is_empty()));
    assert_eq!(view.matches.len() > 1, outcome == "review conflict");
    desk.finish().await;
}

#[rstest]
#[case::rejected(Stage::Screening, SubState::Rejected, "review closed_application")]
#[case::resigned(Stage::Psikotest, SubState::Resigned, "review closed_application")]
#[case::resigned_as_an_employee(Stage::OnboardedRegular, SubState::Resigned, "review closed_application")]
#[case::regular(Stage::OnboardedRegular, SubState::Active, "review employee")]
#[case::on_demand(Stage::OnboardedOnDemand, SubState::Active, "review employee")]
#[case::in_the_running(Stage::InterviewHr, SubState::Active, "match")]
#[tokio::test]
async fn who_was_turned_down_or_works_here_is_a_question(
    #[case] stage: Stage,
    #[case] sub_state: SubState,
    #[case] outcome: &str,
) {
    let desk = desk().await;
    desk.import("glints", &[siti()]).await;
    let her = desk.named("Siti Aminah").await;
    stands(desk.store(), her.id, STANDING(stage, sub_state), "hr").await.unwrap();
    let batch = desk.import("jobstreet", &[siti()]).await;
    assert_eq!(desk.outcomes(&batch).await, [outcome]);
    assert_eq!(desk.people().await.len(), 1);
    desk.finish().await;
}

#[tokio::test]
async fn a_row_without_a_name_or_a_way_to_reach_her_or_data_is_rejected_with_its_reason() {
    let desk = desk().await;
    let people = [
        applicant("-", "081234567801", ""),
        applicant("Siti Aminah", "", ""),
        applicant("Siti Aminah", "+62****", "****@****"),
        applicant("Siti Aminah", "8.12346E+11", "tidak ada"),
        Applicant {
            reference: "ID Lamaran".into(),
            ..applicant("Nama Lengkap", "Nomor Telepon", "Email").born("Tanggal Lahir")
        },
        applicant("Dewi Lestari", "1500888", ""),
    ];
    let batch = desk.import("glints", &people).await;
    let no_contact = "rejected no_contact";
    assert_eq!(
        desk.outcomes(&batch).await,
        ["rejected no_name", no_contact, no_contact, no_contact, "rejected not_data", "new"],
        "a number that is no mobile reaches her, though it keys nobody"
    );
    let her = desk.named("Dewi Lestari").await;
    assert_eq!(her.identifiers.iter().map(|one| one.state).collect::<Vec<_>>(), [IdentifierState::Contact]);
    desk.finish().await;
}

#[tokio::test]
async fn a_row_in_which_the_download_broke_off_keys_nobody_and_is_new_when_the_whole_file_comes() {
    let desk = desk().await;
    let people = [siti().reference("GL-1"), dewi().reference("GL-2")];
    let whole = table("glints", &people);
    // A mobile number with its last digits gone is one all the same.
    let cut = whole.split_at(whole.find("7802").unwrap()).0;
    let (draft, description) = desk.drop_text(cut, &Wish::default()).await.unwrap();
    assert_eq!(desk.outcomes(&draft).await, ["new", "rejected cut_off"]);
    let renamed = ["Dewi Lestari, S.Pd.", "08123456"].map(str::to_owned).to_vec();
    import::edit(desk.store(), draft.id, 3, |_, _| {
        Ok::<_, ImportError>(desk.intake().clean(&description, 3, renamed.clone()))
    })
    .await
    .unwrap();
    assert_eq!(desk.outcomes(&draft).await, ["new", "rejected cut_off"], "her number is no more whole than it was");
    desk.commit(&draft).await;
    let again = desk.import("glints", &people).await;
    assert_eq!(desk.outcomes(&again).await, ["repeat", "new"]);
    let her = desk.named("Dewi Lestari").await;
    let phones: Vec<&str> = her.identifiers.iter().map(|one| one.value.as_str()).collect();
    assert_eq!(phones, ["+6281234567802", "dewi@example.com"]);
    desk.finish().await;
}
