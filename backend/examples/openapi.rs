//! Prints the OpenAPI document of the API: `make gen` keeps it as `docs/openapi.json`.
#![allow(clippy::print_stdout, reason = "printing is all that it does")]

fn main() -> Result<(), serde_json::Error> {
    println!("{}", satu_backend::api::document().to_pretty_json()?);
    Ok(())
}
