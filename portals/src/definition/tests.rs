//! Definitions that load, and those that are refused with file, line and key.

use rstest::rstest;

use super::*;
use crate::header::header_key;

const OTHER: (&str, &str) = ("other.toml", "id = \"other\"\nname = \"Other\"\n");

#[test]
fn the_built_in_definitions_load() {
    let registry = Registry::builtin().unwrap();
    let ids: Vec<&str> = registry.iter().map(|definition| definition.id.as_str()).collect();
    assert_eq!(ids, ["frappe", "glints", "google_form", "indeed", "jobstreet", "kalibrr", "linkedin", "other"]);
}

#[rstest]
#[case::not_toml("id = \"x\"\nname = X\n", Some(2), "")]
#[case::unknown_field(
    "id = \"x\"\nname = \"X\"\n[[column]]\nfield = \"fax\"\naliases = []\n",
    Some(4),
    "unknown variant `fax`"
)]
#[case::unknown_key("id = \"x\"\nname = \"X\"\ncolour = 1\n", Some(3), "unknown field `colour`")]
#[case::bad_id("name = \"X\"\nid = \"Glints!\"\n", Some(2), "“Glints!” may hold a-z, 0-9 and _ only")]
#[case::missing_name("id = \"x\"\n", None, "missing field `name`")]
#[case::claimed_twice(
    "id = \"x\"\nname = \"X\"\n[[column]]\nfield = \"phone\"\naliases = [\"HP\"]\n[[column]]\nfield = \"email\"\naliases = [\n\"surel\",\n\"h.p.\"]\n",
    Some(10),
    "“h.p.” is claimed by two columns"
)]
#[case::empty_alias(
    "id = \"x\"\nname = \"X\"\n[[column]]\nfield = \"phone\"\naliases = [\"--\"]\n",
    Some(5),
    "“--” holds no letter"
)]
#[case::weight("id = \"x\"\nname = \"X\"\n[recognise.headers]\n\"HP\" = 1.5\n", Some(4), "“HP” must weigh more than 0")]
#[case::weight_of_a_header_that_means_nothing(
    "id = \"x\"\nname = \"X\"\n[recognise.headers]\n\"Kode\" = 0.5\n",
    Some(4),
    "“Kode” weighs something and is no alias"
)]
#[case::field_twice(
    "id = \"x\"\nname = \"X\"\n[[column]]\nfield = \"phone\"\naliases = [\"HP\"]\n[[column]]\nfield = \"phone\"\naliases = [\"WA\"]\n",
    Some(7),
    "“phone” stands there twice"
)]
#[case::zone_of_a_name(
    "id = \"x\"\nname = \"X\"\n[[column]]\nfield = \"full_name\"\naliases = [\"N\"]\ntime_zone = \"utc\"\n",
    Some(6),
    "time_zone: it fits applied_at only"
)]
#[case::order_of_a_phone(
    "id = \"x\"\nname = \"X\"\n[[column]]\nfield = \"phone\"\naliases = [\"N\"]\ndate_order = \"day_first\"\n",
    Some(6),
    "date_order: it fits"
)]
#[case::order_that_is_none(
    "id = \"x\"\nname = \"X\"\n[[column]]\nfield = \"applied_at\"\naliases = [\"N\"]\ndate_order = \"undecided\"\n",
    Some(6),
    "day_first or month_first"
)]
#[case::separator_inside_a_number(
    "id = \"x\"\nname = \"X\"\n[[column]]\nfield = \"phone\"\naliases = [\"N\"]\nseparator = \"-\"\n",
    Some(6),
    "stands inside contacts too"
)]
#[case::status_of_no_meaning(
    "id = \"x\"\nname = \"X\"\n[status]\n\"Baru\" = \"new\"\n",
    Some(4),
    "unknown variant `new`"
)]
#[case::status_twice(
    "id = \"x\"\nname = \"X\"\n[status]\n\"Baru\" = \"screening\"\n\"baru!\" = \"hired\"\n",
    Some(5),
    "“baru!” stands there twice"
)]
#[case::layout_twice(
    "id = \"x\"\nname = \"X\"\n[[layout]]\nversion = \"1\"\nheaders = [\"a\", \"b\"]\n[[layout]]\nversion = \"1\"\nheaders = [\"a\", \"c\"]\n",
    Some(7),
    "version “1” stands there twice"
)]
#[case::layout_of_one_header(
    "id = \"x\"\nname = \"X\"\n[[layout]]\nversion = \"1\"\nheaders = [\"a\"]\n",
    Some(4),
    "needs two headers"
)]
fn a_wrong_definition_is_named_with_file_line_and_key(
    #[case] text: &str,
    #[case] line: Option<usize>,
    #[case] message: &str,
) {
    let error = Registry::load([("x.toml", text), OTHER]).unwrap_err();
    assert_eq!(error.file, "x.toml");
    assert!(error.message.contains(message), "{error}");
    if line.is_some() {
        assert_eq!(error.line, line, "{error}");
    }
}

#[test]
fn two_definitions_with_one_id_and_none_for_the_rest_are_refused() {
    let again = Registry::load([OTHER, ("copy.toml", OTHER.1)]).unwrap_err();
    assert_eq!(again.to_string(), "copy.toml, line 1: id: another definition is already called “other”");
    assert!(
        Registry::load([("x.toml", "id = \"x\"\nname = \"X\"\n")])
            .unwrap_err()
            .to_string()
            .starts_with("other.toml: there must be")
    );
}

#[test]
fn a_numbered_header_gives_its_number() {
    let registry = Registry::builtin().unwrap();
    let indeed = registry.entry("indeed").unwrap();
    let find = |header: &str| indeed.find(&header_key(header)).map(|alias| (alias.field, alias.group));
    assert_eq!(find("Qualification 3 Answer"), Some((Field::Answer, Some(3))));
    assert_eq!(find("qualification 12"), Some((Field::Question, Some(12))));
    assert_eq!(find("qualification 3 match"), Some((Field::AnswerMatch, Some(3))));
    assert_eq!(find("qualification"), None);
    assert_eq!(find("qualification three"), None);
}

#[test]
fn a_users_definition_stands_beside_the_built_in_ones() {
    let text = "id = \"contoh\"\nname = \"Contoh\"\n[[column]]\nfield = \"source_ref\"\naliases = [\"Kode Contoh\"]\n";
    let registry = Registry::builtin().unwrap().with("contoh.toml", text).unwrap();
    assert!(registry.is_builtin("glints") && !registry.is_builtin("contoh"));
    assert_eq!(
        registry.iter().last().map(|one| one.id.as_str()),
        Some("other"),
        "which fits any file, and is asked last"
    );
    let taken = registry.with("lain.toml", &text.replace("contoh", "glints")).unwrap_err();
    assert_eq!(taken.to_string(), "lain.toml, line 1: id: another definition is already called “glints”");
    assert!(registry.without("contoh").get("contoh").is_none());
    assert!(registry.without("other").get("other").is_some());
}

#[test]
fn a_definition_is_written_as_it_is_read() {
    for definition in Registry::builtin().unwrap().iter() {
        let text = definition.to_toml().unwrap();
        assert_eq!(Definition::parse("again.toml", &text).as_ref(), Ok(definition), "{text}");
    }
}

#[test]
fn checking_a_definition_tells_who_else_would_claim_its_examples() {
    let registry = Registry::builtin().unwrap();
    for definition in registry.iter() {
        let text = definition.to_toml().unwrap();
        let found = check::check(&registry, "x.toml", &text).unwrap();
        assert_eq!(found.findings, [""; 0], "{}", definition.id);
    }
    let copy = "id = \"salinan\"\nname = \"Salinan\"\n[recognise]\nexamples = [\"Nama Lengkap,Email,Nomor Telepon,Tanggal Melamar,Gaji yang Diharapkan\"]\n[recognise.headers]\n\"Tanggal Melamar\" = 0.3\n";
    let found = check::check(&registry, "salinan.toml", copy).unwrap();
    assert_eq!((found.examples[0].portal.as_str(), found.examples[0].others[0].portal.as_str()), ("glints", "glints"));
    assert!(found.findings[0].contains("glints claims it with"), "{:?}", found.findings);
    let alone = check::check(&registry, "sepi.toml", "id = \"sepi\"\nname = \"Sepi\"\n").unwrap();
    assert!(alone.findings[0].contains("no example"));
}

#[test]
fn a_mapping_makes_a_definition_that_recognises_its_own_headers_and_no_others() {
    use crate::detect::recognise;
    use satu_core::import::mapping::{ColumnMapping, How};
    let registry = Registry::builtin().unwrap();
    let line = ["No", "Kode Daftar", "Nama Calon", "Nomor, HP", "Kota", "Kota"];
    let fields = [Field::Ignore, Field::SourceRef, Field::FullName, Field::Phone, Field::Location, Field::Extras];
    let columns = line.iter().zip(fields).zip(1_u32..).map(|((header, field), column)| ColumnMapping {
        column,
        header: (*header).to_owned(),
        field,
        how: How::Manual,
        score: 1.0,
        group: None,
        date_order: None,
    });
    let layout = crate::Layout {
        portal: "other".into(),
        sheet: None,
        header_row: 1,
        last_row: None,
        from_1904: false,
        columns: columns.collect(),
    };
    let made = Definition::of_layout(&registry, "bursa", "Bursa Kerja", &layout, "2026-08-17").unwrap();
    let text = made.to_toml().unwrap();
    let with = registry.with("bursa.toml", &text).unwrap();
    assert_eq!(check::check(&with, "bursa.toml", &text).unwrap().findings, [""; 0], "{text}");
    let headers = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(recognise(&with, &headers("Kode Daftar,Nama Calon,Nomor HP,Kota")).portal, "bursa");
    assert_eq!(recognise(&with, &headers("Nama,HP,Surel,Kota")).portal, "other");
    for definition in registry.iter() {
        for line in definition.header_lines() {
            assert_eq!(recognise(&with, &line).portal, definition.id, "{line:?}");
        }
    }
    let nameless = crate::Layout { columns: layout.columns[3..].to_vec(), ..layout };
    assert_eq!(Definition::of_layout(&registry, "x", "X", &nameless, "1"), Err(Unfit::NoName));
}

#[rstest]
#[case::of_shape_and_of_sense(
    "id = \"Bad Id\"\nname = 3\n[recognise.headers]\n\"X\" = 2\n[[column]]\nfield = \"nope\"\naliases = [\"a\"]\n",
    &["1 id: “Bad Id” may hold", "2 name: invalid type: integer", "4 recognise: “X” must weigh", "6 column.field: unknown variant `nope`"]
)]
#[case::of_several_columns(
    "id = \"x\"\nname = \"X\"\n[[column]]\nfield = \"phone\"\naliases = [\"A\", \"A\"]\n[[column]]\nfield = \"email\"\naliases = [\n\"B\",\n\"--\"]\n[status]\n\"Baru\" = \"entah\"\n",
    &["5 aliases: “A” stands there twice", "10 aliases: “--” holds no letter", "12 status.Baru: unknown variant `entah`"]
)]
#[case::of_a_list("id = \"x\"\nname = \"X\"\ndecoys = [\"ibu\", 3]\n", &["3 decoys: invalid type: integer"])]
#[case::of_writing("id = x\nname = \"X\"\ndecoys = [ibu]\n", &["1 ", "3 "])]
fn checking_tells_every_mistake_with_its_line_and_its_key(#[case] text: &str, #[case] expected: &[&str]) {
    let wrong = check::check(&Registry::builtin().unwrap(), "x.toml", text).unwrap_err();
    let told: Vec<String> =
        wrong.iter().map(|error| format!("{} {}", error.line.unwrap_or_default(), error.message)).collect();
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected), "{told}, not {expected}");
    }
}

#[rstest]
#[case::of_her_mother("full_name", "Nama Ibu", Some("“ibu” makes a header somebody else's"))]
#[case::of_an_office("phone", "No Kantor", Some("“kantor”"))]
#[case::that_is_known("full_name", "Nama Sesuai KTP", None)]
#[case::that_is_kept("extras", "Nama Ibu", None)]
#[case::of_a_position("position", "Lowongan Kerja", None)]
fn a_header_of_somebody_elses_among_hers_is_a_warning(
    #[case] field: &str,
    #[case] alias: &str,
    #[case] warned: Option<&str>,
) {
    let text = format!("id = \"bursa\"\nname = \"Bursa\"\n[[column]]\nfield = \"{field}\"\naliases = [\"{alias}\"]\n");
    let warnings = check::check(&Registry::builtin().unwrap(), "bursa.toml", &text).unwrap().warnings;
    assert_eq!(warnings.len(), usize::from(warned.is_some()), "{warnings:?}");
    assert!(warned.is_none_or(|part| warnings[0].contains(part)), "{warnings:?}");
}

#[test]
fn the_id_of_a_built_in_portal_is_a_warning() {
    let text = "id = \"glints\"\nname = \"Glints\"\n";
    let registry = Registry::builtin().unwrap();
    assert!(check::check(&registry, "glints.toml", text).unwrap().warnings[0].contains("“glints” is built in"));
    let own = registry.with("bursa.toml", &text.replace("glints", "bursa")).unwrap();
    let again = check::check(&own, "bursa.toml", &text.replace("glints", "bursa")).unwrap();
    assert_eq!(again.warnings, [""; 0], "it is the file that is being worked on");
}
