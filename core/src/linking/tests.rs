//! The parts together: from people to suspicions and questions.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};

use rstest::rstest;

use super::{
    Bounds, Comparator, Gathering, Model, People, Scheme, Stopped, Suspicion,
    blocking::{Each, visit},
    questions,
    scheme::{By, Field, Part, Pass},
    suspicions, train,
};

/// Name, birth date, phone, email, city, education, gender: as the shipped model has them.
type Row<'a> = [&'a str; 7];

const GO_ON: super::Tick<'static> = &|_| true;

/// A thousand others, so that a name is as common as in life: one in ten is called Siti, one in fifty Siti Aminah.
fn among_others(rows: &[Row<'_>]) -> (People, Model) {
    const FIRST: [&str; 10] = ["Siti", "Dewi", "Rina", "Rini", "Putri", "Yuni", "Maria", "Ratna", "Wulan", "Indah"];
    const SECOND: [&str; 5] = ["Aminah", "Lestari", "Rahayu", "Handayani", "Wahyuni"];
    const CITIES: [&str; 4] = ["Depok", "Bandung", "Surabaya", "Medan"];
    let model = Model::shipped().expect("the shipped model");
    let mut gathering = Gathering::new(model.scheme.clone()).expect("its scheme");
    let mut push = |row: Row<'_>| {
        gathering.push(&row.into_iter().enumerate().collect::<Vec<_>>());
    };
    rows.iter().for_each(|row| push(*row));
    for at in 0..1000_usize {
        let name = format!("{} {}", FIRST[at % 10], SECOND[at / 10 % 5]);
        let born = format!("{}-{:02}-{:02}", 1970 + at * 7 % 35, 1 + at * 5 % 12, 1 + at * 11 % 28);
        let phone = format!("+62812{:08}", 10_000_000 + at * 7919 % 89_999_999);
        push([&name, &born, &phone, &format!("orang{at}@example.com"), CITIES[at % 4], "sma", "female"]);
    }
    (gathering.done(), model)
}

#[rstest]
#[case::a_common_name_proves_little(["Siti Aminah", "", "+628765432101", "", "Depok", "", ""], ["Siti Aminah", "", "+628765432777", "", "Depok", "", ""], 0.0, 0.05)]
#[case::a_rare_name_proves_much(
    ["Zubaidah Kartonoatmodjo", "", "+628765432101", "", "Depok", "", ""], ["Zubaidah Kartonoatmodjo", "", "+628765432777", "", "Depok", "", ""], 0.9, 1.0)]
#[case::a_common_name_with_the_birth_date_is_worth_a_look(
    ["Siti Aminah", "1994-03-07", "+628765432101", "", "Depok", "", ""], ["Siti Aminah", "1994-03-07", "+628765432777", "", "Depok", "", ""], 0.05, 0.9)]
#[case::one_phone_and_one_name(["Siti Aminah", "", "+628765432101", "", "", "", ""], ["Siti Aminah", "", "+628765432101", "", "", "", ""], 0.9, 1.0)]
#[case::one_phone_and_two_names_are_a_family(["Siti Aminah", "", "+628765432101", "", "Depok", "", ""], ["Budi Santoso", "", "+628765432101", "", "Depok", "", ""], 0.0, 0.1)]
#[case::twins(["Rina Lestari", "1994-03-07", "+628765432101", "", "Depok", "", "female"], ["Rini Lestari", "1994-03-07", "+628765432101", "", "Depok", "", "female"], 0.0, 0.97)]
#[case::mistyped_phone_and_swapped_date(
    ["Dewi Rahayu", "1994-03-07", "+628765432101", "", "", "", ""], ["Dewi Rahayu", "1994-07-03", "+628765432110", "", "", "", ""], 0.95, 1.0)]
#[case::nothing_in_common(["Dewi Rahayu", "1994-03-07", "+628765432101", "", "", "", ""], ["Budi Santoso", "1988-11-21", "+628712312312", "", "", "", ""], 0.0, 0.001)]
fn the_shipped_model_thinks_as_a_recruiter_does(
    #[case] a: Row<'_>,
    #[case] b: Row<'_>,
    #[case] least: f64,
    #[case] most: f64,
) {
    let (people, model) = among_others(&[a, b]);
    let score = model.score(&people, 0, 1);
    assert!((least..=most).contains(&score), "{score}: {:#?}", model.explain(&people, 0, 1));
    assert!((score - model.score(&people, 1, 0)).abs() < 1e-12, "it does not matter who is asked about whom");
}

#[test]
fn the_steps_of_an_explanation_add_up_to_the_score() {
    let (people, model) = among_others(&[
        ["Rina Lestari", "1994-03-07", "+628765432101", "rina@example.com", "Depok", "sma", "female"],
        ["Rini Lestari", "1994-03-07", "+628765432101", "", "Kota Depok", "d3", "female"],
    ]);
    let steps = model.explain(&people, 0, 1);
    let (bits, score) = (steps.iter().map(|step| step.weight).sum::<f64>(), model.score(&people, 0, 1));
    assert!((bits - (score / (1.0 - score)).log2()).abs() < 0.1, "{bits} bits for {score}: {steps:#?}");
    let told: Vec<&str> = steps.iter().map(|step| step.sentence.as_str()).collect();
    let expected = [
        "prior",
        "name.rhyme",
        "date.equal",
        "phone.equal",
        "text.shorter",
        "category.different",
        "category.equal",
        "family",
    ];
    assert_eq!(told, expected, "an email that one of them has not is not told");
}

#[test]
fn three_people_in_a_chain_are_one_question() {
    let (people, model) = among_others(&[
        ["Zulaikha Marbun", "1994-03-07", "+628765432101", "", "", "", ""],
        ["Zulaikha Marbun", "1994-03-07", "+628765432999", "zulaikha.m@example.com", "", "", ""],
        ["Zulaikha M.", "", "+628711111111", "zulaikha.m@example.com", "", "", ""],
    ]);
    let search = suspicions(&people, &model, 0.5, Bounds::default(), GO_ON).unwrap();
    let asked = questions(&search.found);
    assert_eq!(asked.iter().map(|one| one.people.clone()).collect::<Vec<_>>(), [vec![0, 1, 2]], "{:?}", search.found);
}

/// Words in one field, brought together by each of some passes.
fn words(rows: &[&str], passes: &[By]) -> People {
    let field = Field { name: "it".into(), comparator: Comparator::Text, columns: Vec::new(), household: false };
    let pass = |by: &By| Pass(vec![Part { field: "it".into(), by: *by }]);
    let scheme = Scheme { fields: vec![field], passes: passes.iter().map(pass).collect() };
    let mut gathering = Gathering::new(scheme).unwrap();
    for row in rows {
        gathering.push(&[(0, row)]);
    }
    gathering.done()
}

fn visited(people: &People, bounds: Bounds, each: Each) -> (Vec<(u32, u32)>, Vec<super::PassReport>) {
    let (states, reports) =
        visit(people, bounds, each, GO_ON, Vec::new, |seen: &mut Vec<(u32, u32)>, _, a, b| seen.push((a, b))).unwrap();
    let mut seen: Vec<(u32, u32)> = states.into_iter().flatten().collect();
    seen.sort_unstable();
    (seen, reports)
}

#[test]
fn a_pair_of_several_passes_is_visited_once() {
    let people = words(&["depok", "depok", "depot", "medan", "", "depok"], &[By::Value, By::Core, By::Start]);
    let (seen, reports) = visited(&people, Bounds::default(), Each::Pair);
    assert_eq!(seen, [(0, 1), (0, 2), (0, 5), (1, 2), (1, 5), (2, 5)]);
    assert_eq!(reports.iter().map(|one| one.pairs).collect::<Vec<_>>(), [3, 0, 3]);
    let (seen, _) = visited(&people, Bounds::default(), Each::PairOfEachPass);
    assert_eq!(seen.len(), 3 + 3 + 6);
}

#[test]
fn a_block_that_is_too_large_is_cut_and_told() {
    let many = vec!["siti"; 30];
    let people = words(&many, &[By::Value]);
    let (seen, reports) = visited(&people, Bounds { block: 20, window: 3, threads: 2 }, Each::Pair);
    assert_eq!(seen.len(), 27 * 3 + 2 + 1, "each with the next three");
    assert_eq!((reports[0].cut, reports[0].left_out), (1, 30 * 29 / 2 - 84));
    assert_eq!((reports[0].largest[0].of.as_str(), reports[0].largest[0].people), ("siti", 30));
    let found: HashSet<(u32, u32)> = seen.iter().copied().collect();
    assert_eq!(found.len(), seen.len(), "each once");
}

#[test]
fn a_pair_of_a_cut_block_is_found_by_a_later_pass() {
    let mut rows = vec!["siti"; 30];
    rows.push("siti x");
    rows.push("siti x");
    let people = words(&rows, &[By::Start, By::Value]);
    let (seen, _) = visited(&people, Bounds { block: 20, window: 1, threads: 1 }, Each::Pair);
    assert!(seen.contains(&(30, 31)));
}

#[test]
fn a_search_can_be_stopped() {
    let (people, model) = among_others(&[]);
    let told = AtomicU64::new(0);
    let stop: super::Tick<'_> = &|done| told.fetch_add(done, Ordering::Relaxed) > 500;
    let stop: super::Tick<'_> = &|done| !stop(done);
    assert_eq!(suspicions(&people, &model, 0.5, Bounds::default(), stop).unwrap_err(), Stopped);
}

#[test]
fn the_weights_are_learned_without_labels() {
    // Every third person stands twice, the second time with another phone or a mistyped name.
    let names = ["Zulaikha", "Rukmini", "Halimah", "Khadijah", "Maryam", "Salsabila", "Uswatun", "Juwariyah"];
    let ends = ["Kusumo", "Wardana", "Sasmita", "Prawira", "Taruna", "Subrata", "Winata"];
    let model = Model::beginning(Model::shipped().unwrap().scheme).unwrap();
    let mut gathering = Gathering::new(model.scheme.clone()).unwrap();
    let mut truth = HashSet::new();
    let cities = ["Depok", "Bandung", "Surabaya", "Medan", "Malang", "Padang", "Serang"];
    let mut push = |at: usize, name: &str, born: &str, phone: &str| {
        let email = format!("orang{}@example.com", at * 7919);
        gathering.push(&[(0, name), (1, born), (2, phone), (3, &email), (4, cities[at % 7])])
    };
    for at in 0..300_usize {
        let name = format!("{} {}", names[at % 8], ends[at / 8 % 7]);
        let born = format!("{}-{:02}-{:02}", 1970 + at * 13 % 35, 1 + at * 5 % 12, 1 + at * 11 % 28);
        let phone = format!("+62812{:08}", 10_000_000 + at * 791_993 % 89_999_999);
        let first = push(at, &name, &born, &phone);
        if at % 3 == 0 {
            let again = match at % 2 {
                0 => push(at, &name, &born, &format!("+62857{:08}", 20_000_000 + at * 391_993 % 79_999_999)),
                _ => push(at, &name.replace("us", "usu").replace("ar", "ra"), &born, &phone),
            };
            truth.insert((first, again));
        }
    }
    let people = gathering.done();
    let training = train(&people, &model, Bounds::default(), GO_ON).unwrap();
    let learned = &training.model;
    let chances = |field: usize, at: usize| learned.levels[field][at];
    assert!((0.35..0.65).contains(&chances(2, 0).one_person), "half kept their number: {:?}", chances(2, 0));
    assert!(chances(1, 0).one_person > 0.85, "all kept their birth date: {:?}", chances(1, 0));
    assert!(chances(1, 0).strangers < 0.02, "few strangers have one: {:?}", chances(1, 0));
    let (found, expected) = (learned.matches_per_person * f64::from(people.count()), truth.len() as f64);
    assert!((found / expected - 1.0).abs() < 0.25, "{found} pairs expected, {expected} there are");
    let search = suspicions(&people, learned, 0.5, Bounds::default(), GO_ON).unwrap();
    let pairs: HashSet<(u32, u32)> = search.found.iter().map(|Suspicion { a, b, .. }| (*a, *b)).collect();
    let right = pairs.intersection(&truth).count() as f64;
    let f1 = 2.0 * right / (pairs.len() + truth.len()) as f64;
    assert!(f1 > 0.95, "F1 {f1}");
    let again = train(&people, &model, Bounds { threads: 1, ..Bounds::default() }, GO_ON).unwrap();
    assert!((again.model.levels[2][0].one_person - chances(2, 0).one_person).abs() < 1e-9, "training is repeatable");
}

#[test]
fn a_model_that_does_not_fit_its_scheme_is_refused() {
    let shipped = Model::shipped().unwrap();
    let refused = |change: fn(&mut Model)| {
        let mut model = shipped.clone();
        change(&mut model);
        Model::read(&serde_json::to_string(&model).unwrap()).unwrap_err().to_string()
    };
    assert!(refused(|model| model.levels.truncate(6)).starts_with("the levels of the field “gender”"));
    assert!(refused(|model| model.levels[1].truncate(3)).starts_with("the levels of the field “birth_date”"));
    assert_eq!(
        refused(|model| model.levels[2][0].strangers = 1.5),
        "a chance of the field “phone” is not between 0 and 1"
    );
    assert!(Model::read("[]").unwrap_err().to_string().starts_with("the model cannot be read"));
}
