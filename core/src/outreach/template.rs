//! Templates: named texts, each in two languages, whose every version stays.

use serde::{Deserialize, Serialize};

use super::{Done, Length, Outreach, Variable};
use crate::{id::TemplateId, words::words};

words! {
    /// The language of a template.
    Language {
        /// Bahasa Indonesia.
        Indonesian = "id",
        /// English.
        English = "en",
    }
}

/// A version of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Template {
    /// Its id: a campaign names the version that it sends.
    pub id: TemplateId,
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: Language,
    /// Its version, from 1. The newest of a name and a language counts.
    pub version: u32,
    /// The text, with variables in braces.
    pub body: String,
    /// The name under which WhatsApp approved it; none: it cannot be sent by the Cloud API.
    pub approved_name: Option<String>,
    /// The language code under which it was approved, where that is not the template's.
    pub approved_language: Option<String>,
    /// Its variables, in the order in which they stand.
    pub variables: Vec<Variable>,
    /// How long it is with the variables as they stand: what they become is longer or shorter, which a preview tells.
    pub length: Length,
    /// Who wrote it.
    pub made_by: String,
    /// When, RFC 3339 in UTC.
    pub made_at: String,
}

/// A version of a template, about to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewTemplate {
    /// Its name: one that is there gets another version.
    pub name: String,
    /// Its language.
    pub language: Language,
    /// The text, with variables in braces: `{nama}`, `{nama_lengkap}`, `{posisi}`, `{tautan}`, `{perusahaan}`.
    pub body: String,
    /// The name under which WhatsApp approved it.
    #[serde(default)]
    pub approved_name: Option<String>,
    /// The language code under which it was approved, where that is not the template's.
    #[serde(default)]
    pub approved_language: Option<String>,
}

impl Outreach {
    /// The newest version of every template, by name and language. Those that are shipped are there from the first time on.
    ///
    /// # Errors
    /// The store fails.
    pub async fn templates(&self) -> Done<Vec<Template>> {
        todo!()
    }

    /// Every version of a template, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn versions(&self, name: &str) -> Done<Vec<Template>> {
        todo!()
    }

    /// Keeps another version of a template. What is the newest one word for word already is not kept twice.
    ///
    /// # Errors
    /// [`OutreachError::Text`](super::OutreachError::Text), [`OutreachError::Name`](super::OutreachError::Name); the store fails.
    pub async fn put_template(&self, new: NewTemplate, by: &str) -> Done<Template> {
        todo!()
    }
}
