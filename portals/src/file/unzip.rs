//! A zip archive that holds one table: some portals and mail programs pack what they send.

use std::io::{Read, Write};

use encoding_rs::IBM866;
use tempfile::NamedTempFile;

use super::package::{Unpacked, archive, zip_failure};
use super::{Context, Depth, DialectChoice, Looked, Note, Opened};
use crate::{ReadError, ReadErrorCode};

/// Unpacks the only file of an archive and opens it.
pub(super) fn open(looked: &Looked, context: &Context<'_>, choice: &DialectChoice) -> Result<Opened, ReadError> {
    let mut zip = archive(looked, context)?;
    let mut files = Vec::new();
    for at in 0..zip.len() {
        let part = zip.by_index_raw(at).map_err(|error| zip_failure(context, &error))?;
        let name = readable(part.name_raw());
        if part.is_file() && !is_clutter(&name) {
            files.push((at, name));
        }
    }
    let [(at, name)] = files.as_slice() else { return Err(several(context, &files)) };
    let mut part = zip.by_index(*at).map_err(|error| zip_failure(context, &error))?;
    let unpacked = Unpacked::new(looked, context);
    let mut target = NamedTempFile::new().map_err(|error| context.io(&error))?;
    let mut chunk = vec![0; 64 << 10];
    loop {
        let count = part.read(&mut chunk).map_err(|_| context.damaged(format!("{name} in it cannot be unpacked")))?;
        let bytes = chunk.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        unpacked.add(bytes.len() as u64)?;
        target.write_all(bytes).map_err(|error| context.io(&error))?;
    }
    let target = target.into_temp_path();
    let inner = Looked::at(&target, context)?;
    let mut opened = super::open(inner, context, choice, Depth::InArchive).map_err(|error| match error.code {
        // Of what is no table at all, the archive's contents say more.
        ReadErrorCode::NotATable => several(context, &files),
        _ => error,
    })?;
    opened.notes.insert(0, Note::Unzipped);
    opened.unpacked = Some(target);
    Ok(opened)
}

fn several(context: &Context<'_>, files: &[(usize, String)]) -> ReadError {
    let names = files.iter().map(|(_, name)| name.as_str()).take(20).collect::<Vec<_>>().join(", ");
    let names = if names.is_empty() { "no file at all".to_owned() } else { names };
    context.error(ReadErrorCode::Archive).value(names)
}

/// Names before UTF-8 are in some code page; their ASCII letters are right in any.
fn readable(name: &[u8]) -> String {
    match std::str::from_utf8(name) {
        Ok(name) => name.to_owned(),
        Err(_) => IBM866.decode_without_bom_handling(name).0.into_owned(),
    }
}

/// What systems add to archives by themselves.
fn is_clutter(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.starts_with("__MACOSX/") || last.starts_with('.') || matches!(last, "Thumbs.db" | "desktop.ini")
}

#[cfg(test)]
mod tests;
