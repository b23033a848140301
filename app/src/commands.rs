//! What the page may ask of the desktop. Each command is listed in `build.rs` and permitted in `capabilities/main.json`.
//!
//! Files are opened here: the page handles names, never contents. A path comes from a drop or a dialog, both acts of the
//! user; it is read only to be parsed as a spreadsheet under the API's limits.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use futures_util::StreamExt;
use http_body_util::BodyExt;
use satu_backend::problem::Problem;
use serde::Serialize;
use serde_json::Value;
use tauri::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use tauri::http::{Method, Request, Response};
use tauri::{AppHandle, Manager, Url};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tauri_plugin_opener::OpenerExt;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::sync::oneshot;
use tokio_util::io::ReaderStream;

use crate::bridge::Api;
use crate::problem::{self, file_name};
use crate::team::Address;

/// What a spreadsheet from a portal is called. The content decides what it is, not the name: "all files" is offered too.
const SPREADSHEETS: [&str; 26] = [
    "xlsx", "xlsm", "xlsb", "xls", "ods", "fods", "csv", "tsv", "tab", "txt", "xml", "html", "zip", //
    "XLSX", "XLSM", "XLSB", "XLS", "ODS", "FODS", "CSV", "TSV", "TAB", "TXT", "XML", "HTML", "ZIP",
];

/// Files that were saved since the start: the only ones that [`reveal`] shows.
#[derive(Default)]
pub struct Saved(Mutex<HashSet<PathBuf>>);

/// The API's answer, as the page would have got it from `fetch`.
#[derive(Debug, Serialize)]
pub struct Answer {
    status: u16,
    body: Value,
}

/// Uploads the file at `path`: `POST /v1/imports?name=…` with `params` (portal, sheet, header_row) added to the query and
/// `key` as its `Idempotency-Key`. A file that cannot be opened is answered like one that the API refuses.
#[tauri::command]
pub async fn import_path(
    app: AppHandle,
    path: PathBuf,
    params: Option<BTreeMap<String, Value>>,
    key: String,
) -> Result<Answer, Problem> {
    let request = match upload(&path, params.unwrap_or_default(), &key).await {
        Ok(request) => request,
        Err(why) => {
            let body = serde_json::to_value(&why).map_err(problem::system)?;
            return Ok(Answer { status: why.status, body });
        }
    };
    let response = app.state::<Api>().ask(request).await;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.map_err(problem::system)?.to_bytes();
    Ok(Answer { status, body: serde_json::from_slice(&body).map_err(problem::system)? })
}

/// Asks where to save, then writes there what `GET url` answers. Gives the path; nothing when the user changed her mind.
/// The file appears whole or not at all.
#[tauri::command]
pub async fn save_response(app: AppHandle, url: String, suggested_name: String) -> Result<Option<PathBuf>, Problem> {
    let request = download(&url)?;
    let Some(target) = ask_where(&app, &suggested_name).await? else { return Ok(None) };
    let response = app.state::<Api>().ask(request).await;
    if !response.status().is_success() {
        return Err(problem::file(&target, format!("the API answered {}", response.status())));
    }
    write_whole(&target, response).await.map_err(|cause| problem::file(&target, cause))?;
    app.state::<Saved>().0.lock().unwrap_or_else(PoisonError::into_inner).insert(target.clone());
    Ok(Some(target))
}

/// The open dialog: the paths of the chosen files, none when the user changed her mind.
#[tauri::command]
pub async fn pick_files(app: AppHandle) -> Result<Vec<PathBuf>, Problem> {
    let (tell, told) = oneshot::channel();
    app.dialog().file().add_filter("Excel, CSV", &SPREADSHEETS).add_filter("*.*", &["*"]).pick_files(move |files| {
        // The page may be gone by now; then nobody needs the answer.
        let _ = tell.send(files);
    });
    let files = told.await.map_err(problem::system)?.unwrap_or_default();
    files.into_iter().map(as_path).collect()
}

/// Shows a file that [`save_response`] wrote in the system's file browser.
#[tauri::command]
pub async fn reveal(app: AppHandle, path: PathBuf) -> Result<(), Problem> {
    if !app.state::<Saved>().0.lock().unwrap_or_else(PoisonError::into_inner).contains(&path) {
        return Err(problem::refused(format!("{} was not saved by Satu", path.display())));
    }
    app.opener().reveal_item_in_dir(&path).map_err(problem::system)
}

/// Opens a web address (a candidate's CV, say) in the user's own browser. Addresses come from files that strangers wrote:
/// whatever is not `http` or `https` could start a program and is refused.
#[tauri::command]
pub async fn open_external(app: AppHandle, url: String) -> Result<(), Problem> {
    let url = web_address(&url)?;
    app.opener().open_url(url, None::<&str>).map_err(problem::system)
}

/// The address of the team's server that is shown; none: this machine's own database.
#[tauri::command]
pub fn team(app: AppHandle) -> Option<String> {
    app.state::<Api>().team().map(String::from)
}

/// Shows a team's server from now on, or this machine's own database again. The page is to be loaded anew then.
#[tauri::command]
pub async fn use_team(app: AppHandle, address: Option<String>) -> Result<(), Problem> {
    let address = address.map(|text| text.parse::<Address>()).transpose()?;
    app.state::<Api>().go(address).await
}

/// Keeps the token of whoever has just signed in, in the system's keyring; none: she has signed out.
#[tauri::command]
pub async fn keep_token(app: AppHandle, token: Option<String>) -> Result<(), Problem> {
    app.state::<Api>().keep_token(token).await;
    Ok(())
}

fn web_address(text: &str) -> Result<Url, Problem> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        _ => Err(problem::refused(format!("{text} is not a web address"))),
    }
}

/// The upload of `path`, its body read as it is sent.
async fn upload(path: &Path, params: BTreeMap<String, Value>, key: &str) -> Result<Request<Body>, Problem> {
    let unreadable = |cause: std::io::Error| problem::file(path, cause);
    // Asked before opening: opening a pipe would wait for its writer.
    let metadata = tokio::fs::metadata(path).await.map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(problem::file(path, "it is not a file"));
    }
    let file = File::open(path).await.map_err(unreadable)?;
    Request::builder()
        .method(Method::POST)
        .uri(imports_url(&file_name(path), params)?)
        .header(HOST, "localhost")
        .header(CONTENT_TYPE, "application/octet-stream")
        .header(CONTENT_LENGTH, metadata.len())
        .header("idempotency-key", key)
        .body(Body::from_stream(ReaderStream::with_capacity(file, 256 * 1024)))
        .map_err(problem::system)
}

/// `/v1/imports?name=…&…`; parameters without a value are left out.
fn imports_url(name: &str, params: BTreeMap<String, Value>) -> Result<String, Problem> {
    let mut url = api_url("/v1/imports")?;
    url.query_pairs_mut().append_pair("name", name);
    for (key, value) in params {
        let text = match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Null => continue,
            other => return Err(problem::refused(format!("import parameter {key}={other}"))),
        };
        url.query_pairs_mut().append_pair(&key, &text);
    }
    Ok(path_and_query(&url))
}

/// `GET url`, which must lead to the API.
fn download(url: &str) -> Result<Request<Body>, Problem> {
    let url = api_url(url)?;
    Request::builder().uri(path_and_query(&url)).header(HOST, "localhost").body(Body::empty()).map_err(problem::system)
}

/// `text`, absolute or relative to the API's root, if it stays under `/v1/` of the API.
fn api_url(text: &str) -> Result<Url, Problem> {
    let refused = || problem::refused(format!("{text} is not an address of the API"));
    let url = Url::parse("satu://localhost/").and_then(|root| root.join(text)).map_err(|_| refused())?;
    let is_api =
        matches!((url.scheme(), url.host_str()), ("satu", Some("localhost")) | ("http", Some("satu.localhost")));
    if is_api && url.path().starts_with("/v1/") { Ok(url) } else { Err(refused()) }
}

fn path_and_query(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

/// The save dialog, opened with `name`; none when the user changed her mind.
async fn ask_where(app: &AppHandle, name: &str) -> Result<Option<PathBuf>, Problem> {
    let (tell, told) = oneshot::channel();
    let name = file_name(Path::new(name));
    let mut dialog = app.dialog().file().set_file_name(&name);
    if let Some(extension) = Path::new(&name).extension().and_then(|extension| extension.to_str()) {
        dialog = dialog.add_filter(extension.to_uppercase(), &[extension]);
    }
    dialog.save_file(move |place| {
        let _ = tell.send(place);
    });
    told.await.map_err(problem::system)?.map(as_path).transpose()
}

fn as_path(place: FilePath) -> Result<PathBuf, Problem> {
    place.into_path().map_err(problem::system)
}

/// Writes the body beside `target` first, and moves it there when it is complete.
async fn write_whole(target: &Path, response: Response<Body>) -> std::io::Result<()> {
    let mut beside = target.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let written = async {
        let mut file = File::create(&beside).await?;
        let mut chunks = response.into_body().into_data_stream();
        while let Some(chunk) = chunks.next().await {
            file.write_all(&chunk.map_err(std::io::Error::other)?).await?;
        }
        file.sync_all().await?;
        tokio::fs::rename(&beside, target).await
    }
    .await;
    if written.is_err() {
        // What is half written is of no use; that it could not be removed changes nothing.
        let _ = tokio::fs::remove_file(&beside).await;
    }
    written
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_upload_names_the_file_and_what_the_user_chose() {
        let params = BTreeMap::from([
            ("portal".to_owned(), json!("glints")),
            ("header_row".to_owned(), json!(3)),
            ("sheet".to_owned(), Value::Null),
        ]);
        let url = imports_url("Pelamar Mei & Juni.xlsx", params).unwrap();
        assert_eq!(url, "/v1/imports?name=Pelamar+Mei+%26+Juni.xlsx&header_row=3&portal=glints");
    }

    #[test]
    fn only_addresses_of_the_api_are_saved() {
        let cases = [
            ("/v1/exports/applications?format=xlsx", Some("/v1/exports/applications?format=xlsx")),
            ("satu://localhost/v1/imports/7/rejected", Some("/v1/imports/7/rejected")),
            ("http://satu.localhost/v1/imports/7/rejected", Some("/v1/imports/7/rejected")),
            ("https://example.com/v1/x", None),
            ("//example.com/v1/x", None),
            ("file:///v1/x", None),
            ("/index.html", None),
            ("/v1/../metrics", None),
        ];
        for (url, expected) in cases {
            let found = download(url).ok().map(|request| request.uri().to_string());
            assert_eq!(found.as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn only_web_addresses_leave_the_window() {
        let cases = [
            ("https://example.com/cv.pdf", true),
            ("http://example.com", true),
            ("file:///etc/passwd", false),
            ("javascript:alert(1)", false),
            ("smb://example.com/share", false),
            ("cv.pdf", false),
        ];
        for (url, opens) in cases {
            assert_eq!(web_address(url).is_ok(), opens, "{url}");
        }
    }

    #[tokio::test]
    async fn what_is_no_file_is_refused_by_name() {
        let folder = std::env::temp_dir();
        for path in [folder.as_path(), &folder.join("tidak-ada.csv")] {
            let problem = serde_json::to_value(upload(path, BTreeMap::new(), "a").await.unwrap_err()).unwrap();
            assert_eq!(problem["code"], "file.io", "{}", path.display());
            assert_eq!(problem["params"]["file"], file_name(path));
        }
    }

    #[tokio::test]
    async fn a_saved_file_is_whole_or_absent() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("hasil.csv");
        let broken =
            Body::from_stream(futures_util::stream::iter([Ok("sebagian"), Err(std::io::Error::other("putus"))]));
        assert!(write_whole(&target, Response::new(broken)).await.is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing half written is left");

        write_whole(&target, Response::new(Body::from("lengkap"))).await.unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "lengkap");
    }
}
