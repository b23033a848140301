//! A stand-in with the shape of `satu_backend`, until that one is here.
#![allow(missing_docs)]

use std::path::{Path, PathBuf};

use axum::body::Bytes;
use axum::extract::Query;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

pub struct Config(PathBuf);
impl Config {
    pub fn desktop() -> Self {
        Self(std::env::var_os("SATU_DATA_DIR").map_or_else(|| std::env::temp_dir().join("satu"), PathBuf::from))
    }
}
pub struct Backend(PathBuf);
impl Backend {
    #[allow(clippy::unused_async)]
    pub async fn open(config: Config) -> std::io::Result<Self> {
        std::fs::create_dir_all(&config.0)?;
        Ok(Self(config.0))
    }
    pub fn data_dir(&self) -> &Path {
        &self.0
    }
    pub fn router(&self) -> Router {
        Router::new().route("/v1/meta", get(|| async { Json(json!({"shell": "desktop"})) })).route(
            "/v1/imports",
            post(|Query(query): Query<Value>, body: Bytes| async move {
                Json(json!({"file": query["name"], "bytes": body.len(), "query": query}))
            }),
        )
    }
}
