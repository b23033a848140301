//! Cursor pages: `items`, and the cursor that the next page begins after.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// How much of a list is asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Items in the page, 1 to 500; 50 if absent.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u64>,
}

impl PageQuery {
    /// Items in the page.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.limit.unwrap_or(50).clamp(1, 500)
    }

    /// The cursor, read.
    ///
    /// # Errors
    /// It is no cursor of this list.
    pub fn cursor<T: FromStr<Err: std::fmt::Display>>(&self) -> Result<Option<T>, Problem> {
        parse("cursor", self.cursor.as_deref())
    }
}

/// A query parameter, read; none if it is absent or empty.
///
/// # Errors
/// It cannot be read.
pub fn parse<T: FromStr<Err: std::fmt::Display>>(name: &str, text: Option<&str>) -> Result<Option<T>, Problem> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|error: T::Err| Problem::invalid(name, error)),
    }
}

/// A text that may be left out; none if it is blank, too.
#[must_use]
pub fn text(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.trim().is_empty())
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor of the next page; none on the last one.
    pub next: Option<String>,
    /// How many the filter leaves in all, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

impl<T> Page<T> {
    /// A whole list.
    #[must_use]
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None, total: None }
    }

    /// A page that was asked for with one item more than `limit`: if that came, there is a next page.
    #[must_use]
    pub fn of(mut items: Vec<T>, limit: u64, cursor: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let next = if items.len() > limit {
            items.truncate(limit);
            items.last().map(cursor)
        } else {
            None
        };
        Self { items, next, total: None }
    }
}
