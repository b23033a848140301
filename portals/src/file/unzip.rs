//! A zip archive that holds one table, perhaps beside what is none: some portals and mail programs pack what they send, with the
//! résumés and a word on what to do.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Write};

use encoding_rs::IBM866;
use tempfile::{NamedTempFile, TempPath};
use zip::ZipArchive;

use super::package::{Unpacked, archive, zip_failure};
use super::sniff::{self, Kind};
use super::{Container, Context, Depth, DialectChoice, HEAD, Looked, Note, Opened};
use crate::{ReadError, ReadErrorCode};

/// What a file of an archive is.
enum Found {
    /// A table, or what would be one could it be read.
    Table(Result<Opened, ReadError>),
    /// Text without columns: a word on what to do, or a list of one column.
    Text(Opened),
    Other,
}

/// Unpacks the only table of an archive and opens it. Its files are looked at one after the other, and none of them once a second table
/// was met.
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
    let unpacked = Unpacked::new(looked, context);
    let (mut table, mut texts) = (None, Vec::new());
    for (at, name) in &files {
        let Some(target) = unpack(&mut zip, *at, name, &unpacked)? else { continue };
        match look(target, &files, context, choice)? {
            Found::Table(_) if table.is_some() => return Err(several(context, &files)),
            Found::Table(one) => table = Some(one),
            // The second one is enough to know that nothing tells them apart.
            Found::Text(one) if texts.len() < 2 => texts.push(one),
            Found::Text(_) | Found::Other => {}
        }
    }
    let only_text = if texts.len() == 1 { texts.pop() } else { None };
    let mut opened = match table {
        Some(table) => table?,
        None => only_text.ok_or_else(|| several(context, &files))?,
    };
    opened.notes.insert(0, Note::Unzipped);
    Ok(opened)
}

/// Unpacks a file; none where its first bytes say that it is no table.
fn unpack(
    zip: &mut ZipArchive<BufReader<File>>,
    at: usize,
    name: &str,
    unpacked: &Unpacked<'_>,
) -> Result<Option<TempPath>, ReadError> {
    let context = unpacked.context;
    let mut part = zip.by_index(at).map_err(|error| zip_failure(context, &error))?;
    let broken = || context.damaged(format!("{name} in it cannot be unpacked"));
    let mut chunk = Vec::with_capacity(HEAD);
    (&mut part).take(HEAD as u64).read_to_end(&mut chunk).map_err(|_| broken())?;
    if is_foreign(&chunk) {
        unpacked.add(chunk.len() as u64)?;
        return Ok(None);
    }
    let mut target = NamedTempFile::new().map_err(|error| context.io(&error))?;
    while !chunk.is_empty() {
        unpacked.add(chunk.len() as u64)?;
        target.write_all(&chunk).map_err(|error| context.io(&error))?;
        chunk.clear();
        (&mut part).take(HEAD as u64).read_to_end(&mut chunk).map_err(|_| broken())?;
    }
    Ok(Some(target.into_temp_path()))
}

/// What the first bytes show to be no table. Of an old Office file they do not tell enough.
fn is_foreign(head: &[u8]) -> bool {
    const OLE: [u8; 2] = [0xD0, 0xCF];
    let kind = sniff::kind(head, &mut Cursor::new(head));
    !head.starts_with(&OLE) && kind.is_ok_and(|kind| matches!(kind, Kind::Foreign(what) if !is_archive(what)))
}

fn is_archive(what: &str) -> bool {
    what.starts_with("a compressed file")
}

fn look(
    target: TempPath,
    files: &[(usize, String)],
    context: &Context<'_>,
    choice: &DialectChoice,
) -> Result<Found, ReadError> {
    let inner = Looked::at(&target, context)?;
    let mut opened = match super::open(inner, context, choice, Depth::InArchive) {
        Ok(opened) => opened,
        // Nobody knows what lies in an archive inside the archive: it may be the table.
        Err(error) if error.code == ReadErrorCode::NotATable && error.value.as_deref().is_some_and(is_archive) => {
            return Ok(Found::Table(Err(several(context, files))));
        }
        Err(error) if error.code == ReadErrorCode::NotATable => return Ok(Found::Other),
        // An empty file beside others is none of them; alone it is what was sent.
        Err(error) if error.code == ReadErrorCode::Empty && files.len() > 1 => return Ok(Found::Other),
        Err(error) => return Ok(Found::Table(Err(error))),
    };
    let in_columns = opened.container != Container::Csv || has_columns(&mut opened, context);
    opened.unpacked = Some(target);
    Ok(if in_columns { Found::Table(Ok(opened)) } else { Found::Text(opened) })
}

/// Whether most of the first lines of a text have several cells. Of what cannot be read that far nobody says that it has none.
fn has_columns(opened: &mut Opened, context: &Context<'_>) -> bool {
    const ROWS: usize = 50;
    let Ok(mut rows) = opened.book.rows(*context) else { return true };
    let (mut filled, mut wide) = (0, 0);
    for _ in 0..ROWS {
        match rows.next_row() {
            Ok(Some(row)) => {
                let cells = row.cells.iter().filter(|cell| !cell.trim().is_empty()).count();
                filled += usize::from(cells > 0);
                wide += usize::from(cells > 1);
            }
            Ok(None) => break,
            Err(_) => return true,
        }
    }
    wide >= 2 && wide * 2 >= filled
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
