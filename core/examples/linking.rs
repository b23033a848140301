//! Looks for people who stand twice in any CSV file, by a scheme that describes its columns: training, and scored pairs.
//!
//! ```text
//! linking train SCHEME.json PEOPLE.csv MODEL.json     learns a model from a file of which nobody has said who is who
//! linking pairs MODEL.json PEOPLE.csv PAIRS.csv LEAST writes `a,b,score` for every pair that reaches LEAST, 0 to 1
//! linking explain MODEL.json PEOPLE.csv A B           the way to one pair's score
//! linking sure PEOPLE.csv PAIRS.csv                   the pairs of applicants that need no question, whatever their score
//! ```
//! The file has a column `id`. Without a model, `-` stands for the product's own. The accuracy script and the bench run it.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs,
    io::{self, Write},
    process::ExitCode,
    time::Instant,
};

use satu_core::{
    identity::PersonName,
    linking::{Bounds, Gathering, Known, Model, People, Scheme, are_surely_one, suspicions, train},
};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["train", scheme, file, to] => training(scheme, file, to),
        ["pairs", model, file, to, least] => pairs(model, file, to, least),
        ["explain", model, file, a, b] => explain(model, file, a, b),
        ["sure", file, to] => sure(file, to),
        _ => {
            Err("train SCHEME FILE MODEL | pairs MODEL FILE PAIRS LEAST | explain MODEL FILE A B | sure FILE PAIRS"
                .into())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("linking: {error}");
            ExitCode::FAILURE
        }
    }
}

fn training(scheme: &str, file: &str, to: &str) -> Outcome {
    let beginning = match scheme {
        "-" => Model::shipped()?,
        path => Model::beginning(serde_json::from_str::<Scheme>(&fs::read_to_string(path)?)?)?,
    };
    let (people, _) = read(beginning.scheme.clone(), file)?;
    let started = Instant::now();
    let training = train(&people, &beginning, Bounds::default(), &|_| true).map_err(|_| "stopped")?;
    eprintln!("trained in {} rounds, {:.2} s", training.rounds, started.elapsed().as_secs_f64());
    Ok(fs::write(to, serde_json::to_string_pretty(&training.model)?)?)
}

fn pairs(model: &str, file: &str, to: &str, least: &str) -> Outcome {
    let model = named(model)?;
    let started = Instant::now();
    let (people, ids) = read(model.scheme.clone(), file)?;
    let read = started.elapsed().as_secs_f64();
    let search = suspicions(&people, &model, least.parse()?, Bounds::default(), &|_| true).map_err(|_| "stopped")?;
    let seconds = started.elapsed().as_secs_f64() - read;
    let mut out = csv::Writer::from_path(to)?;
    out.write_record(["a", "b", "score"])?;
    for one in &search.found {
        let id = |person: u32| ids.get(person as usize).map_or("", String::as_str);
        out.write_record([id(one.a), id(one.b), &format!("{:.12}", one.score)])?;
    }
    out.flush()?;
    let told = serde_json::json!({ "people": people.count(), "pairs": search.compared(), "found": search.found.len(),
        "read_seconds": read, "seconds": seconds, "passes": search.passes });
    Ok(writeln!(io::stdout(), "{told}")?)
}

fn explain(model: &str, file: &str, a: &str, b: &str) -> Outcome {
    let model = named(model)?;
    let (people, ids) = read(model.scheme.clone(), file)?;
    let place = |id: &str| ids.iter().position(|one| one == id).and_then(|at| u32::try_from(at).ok());
    let (a, b) = (place(a).ok_or("A is not in the file")?, place(b).ok_or("B is not in the file")?);
    for step in model.explain(&people, a, b) {
        writeln!(io::stdout(), "{:>7.2}  {:<22} {} | {}", step.weight, step.sentence, step.a, step.b)?;
    }
    Ok(writeln!(io::stdout(), "score {:.9}", model.score(&people, a, b))?)
}

fn sure(file: &str, to: &str) -> Outcome {
    let mut reader = csv::Reader::from_path(file)?;
    let headers = reader.headers()?.clone();
    let place = |name: &str| {
        headers.iter().position(|header| header == name).ok_or_else(|| format!("{file} has no column “{name}”"))
    };
    let [id, name, born, phone, email] =
        [place("id")?, place("full_name")?, place("birth_date")?, place("phone")?, place("email")?];
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>()?;
    let mut by_key: BTreeMap<&str, Vec<&csv::StringRecord>> = BTreeMap::new();
    for row in &rows {
        for key in [&row[phone], &row[email]].into_iter().filter(|key| !key.is_empty()) {
            by_key.entry(key).or_default().push(row);
        }
    }
    let mut found = BTreeSet::new();
    for rows in by_key.values() {
        for (at, one) in rows.iter().enumerate() {
            for other in &rows[at + 1..] {
                let (Some(a), Some(b)) = (PersonName::parse(&one[name]), PersonName::parse(&other[name])) else {
                    continue;
                };
                let cells = [one, other]
                    .map(|row| [phone, email, born].map(|column| Some(&row[column]).filter(|cell| !cell.is_empty())));
                let [one_known, other_known] =
                    [(&a, &cells[0]), (&b, &cells[1])].map(|(name, [phone, email, born])| Known {
                        name,
                        birth_date: *born,
                        phones: phone.as_slice(),
                        emails: email.as_slice(),
                    });
                if are_surely_one(one_known, other_known) {
                    found.insert((&one[id], &other[id]));
                }
            }
        }
    }
    let mut out = csv::Writer::from_path(to)?;
    out.write_record(["a", "b", "score"])?;
    found.iter().try_for_each(|(a, b)| out.write_record([a, b, "1"]))?;
    Ok(out.flush()?)
}

fn named(model: &str) -> Outcome<Model> {
    Ok(if model == "-" { Model::shipped()? } else { Model::read(&fs::read_to_string(model)?)? })
}

/// Reads a file's people, and their ids.
fn read(scheme: Scheme, file: &str) -> Outcome<(People, Vec<String>)> {
    let mut reader = csv::Reader::from_path(file)?;
    let headers = reader.headers()?.clone();
    let place = |name: &str| {
        headers.iter().position(|header| header == name).ok_or_else(|| format!("{file} has no column “{name}”"))
    };
    let id = place("id")?;
    let mut columns = Vec::new();
    for (field, told) in scheme.fields.iter().enumerate() {
        for column in told.columns() {
            columns.push((field, place(column)?));
        }
    }
    let mut gathering = Gathering::new(scheme)?;
    let mut ids = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        let cell = |column: usize| record.get(column).unwrap_or_default();
        let cells: Vec<(usize, &str)> = columns.iter().map(|(field, column)| (*field, cell(*column))).collect();
        gathering.push(&cells);
        ids.push(cell(id).to_owned());
    }
    Ok((gathering.done(), ids))
}
