//! Templates: named texts, each in two languages, whose every version stays.

use serde::{Deserialize, Serialize};

use super::{Done, Length, Outreach, OutreachError, Text, Variable};
use crate::{
    id::TemplateId,
    store::{self, StoreError, templates::TemplateRow, whole::whole},
    time::rfc3339,
    words::words,
};

/// The most characters of a name.
const MOST_NAMED: usize = 64;
/// The most characters of the name and of the language code under which WhatsApp approved a template.
const MOST_APPROVED: (usize, usize) = (255, 16);

/// Who wrote what is shipped.
const SHIPPED_BY: &str = "satu";

/// What is shipped: names, languages and texts.
const SHIPPED: [(&str, Language, &str); 4] = [
    (
        "undangan",
        Language::Indonesian,
        "Halo {nama}, terima kasih sudah melamar sebagai {posisi} di {perusahaan}. Silakan selesaikan pendaftaran Anda lewat tautan ini: {tautan}\n\
         Tautan ini khusus untuk Anda dan hanya bisa dipakai sekali. Balas STOP untuk berhenti menerima pesan.",
    ),
    (
        "undangan",
        Language::English,
        "Hello {nama}, thank you for applying as {posisi} at {perusahaan}. Please finish your registration here: {tautan}\n\
         This link is yours alone and works once. Reply STOP to get no more messages.",
    ),
    (
        "pengingat",
        Language::Indonesian,
        "Halo {nama}, pendaftaran Anda sebagai {posisi} di {perusahaan} belum selesai. Lanjutkan di sini: {tautan}\n\
         Abaikan pesan ini jika Anda sudah mendaftar. Balas STOP untuk berhenti menerima pesan.",
    ),
    (
        "pengingat",
        Language::English,
        "Hello {nama}, your registration as {posisi} at {perusahaan} is not finished yet. Go on here: {tautan}\n\
         If you have registered, you can ignore this message. Reply STOP to get no more messages.",
    ),
];

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
        let mut rows = self.rows().await?;
        // The newest of each stands first.
        rows.dedup_by(|next, kept| (&next.name, &next.language) == (&kept.name, &kept.language));
        rows.into_iter().map(|row| Ok(template(row)?)).collect()
    }

    /// Every version of a template, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn versions(&self, name: &str) -> Done<Vec<Template>> {
        let rows = self.rows().await?;
        rows.into_iter().filter(|row| row.name == name).map(|row| Ok(template(row)?)).collect()
    }

    /// Keeps another version of a template. What is the newest one word for word already is not kept twice.
    ///
    /// # Errors
    /// [`OutreachError::Text`], [`OutreachError::Name`], [`OutreachError::Approved`]; the store fails.
    pub async fn put_template(&self, new: NewTemplate, by: &str) -> Done<Template> {
        Text::inviting(&new.body)?;
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > MOST_NAMED {
            return Err(OutreachError::Name { most: MOST_NAMED });
        }
        let (approved_name, approved_language) = (given(new.approved_name), given(new.approved_language));
        let (most, most_language) = MOST_APPROVED;
        let fits = |text: &Option<String>, most| text.as_ref().is_none_or(|text| text.chars().count() <= most);
        if !fits(&approved_name, most) || !fits(&approved_language, most_language) {
            return Err(OutreachError::Approved { name: most, language: most_language });
        }
        let row = TemplateRow {
            id: TemplateId::mint().0,
            name: name.to_owned(),
            language: new.language.to_string(),
            version: 0,
            body: new.body.clone(),
            approved_name,
            approved_language,
            made_by: by.to_owned(),
            made_at: self.store.clock().micros(),
        };
        let kept = whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            let newest = store::templates::newest(connection, &row.name, &row.language).await?;
            let says = |row: &TemplateRow| (row.body.clone(), row.approved_name.clone(), row.approved_language.clone());
            if let Some(newest) = newest.as_ref().filter(|newest| says(newest) == says(&row)) {
                return Ok(newest.clone());
            }
            let version = newest.map_or(1, |newest| newest.version + 1);
            let row = TemplateRow { version, ..row.clone() };
            store::templates::insert(connection, &row).await?;
            tx.commit().await?;
            Ok::<_, OutreachError>(row)
        });
        Ok(template(kept.await?)?)
    }

    /// Every version of every template; what is shipped is kept first, where it is not there yet.
    async fn rows(&self) -> Done<Vec<TemplateRow>> {
        let rows = store::templates::all(&mut self.store.read().await?.connection()).await?;
        if missing(&rows).is_empty() {
            return Ok(rows);
        }
        self.ship().await?;
        Ok(store::templates::all(&mut self.store.read().await?.connection()).await?)
    }

    /// Keeps what is shipped; of two who do it at once one does.
    async fn ship(&self) -> Done<()> {
        let now = self.store.clock().micros();
        let shipped = whole(|| async {
            let mut tx = self.store.write().await?;
            let connection = &mut tx.connection();
            for (name, language, body) in missing(&store::templates::all(connection).await?) {
                let row = TemplateRow {
                    id: TemplateId::mint().0,
                    name: name.to_owned(),
                    language: language.to_string(),
                    version: 1,
                    body: body.to_owned(),
                    approved_name: None,
                    approved_language: None,
                    made_by: SHIPPED_BY.to_owned(),
                    made_at: now,
                };
                store::templates::insert(connection, &row).await?;
            }
            tx.commit().await
        });
        match shipped.await {
            Err(StoreError::Conflict(_)) => Ok(()),
            done => Ok(done?),
        }
    }
}

/// What is shipped and not there.
fn missing(rows: &[TemplateRow]) -> Vec<(&'static str, Language, &'static str)> {
    let there = |name: &str, language: Language| {
        rows.iter().any(|row| (row.name.as_str(), row.language.as_str()) == (name, language.as_str()))
    };
    SHIPPED.into_iter().filter(|(name, language, _)| !there(name, *language)).collect()
}

fn given(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The language of a stored template.
pub(super) fn language(row: &TemplateRow) -> Result<Language, StoreError> {
    Language::from_word(&row.language)
        .ok_or_else(|| StoreError::corrupt(format!("the language of template {}", row.id), &row.language))
}

/// The text of a stored template.
pub(super) fn text(row: &TemplateRow) -> Result<Text, StoreError> {
    Text::read(&row.body).map_err(|fault| StoreError::corrupt(format!("template {}", row.id), fault))
}

fn template(row: TemplateRow) -> Result<Template, StoreError> {
    Ok(Template {
        id: TemplateId(row.id),
        language: language(&row)?,
        version: u32::try_from(row.version).unwrap_or_default(),
        variables: text(&row)?.variables().collect(),
        length: Length::of(&row.body),
        made_at: rfc3339(row.made_at),
        name: row.name,
        body: row.body,
        approved_name: row.approved_name,
        approved_language: row.approved_language,
        made_by: row.made_by,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_can_be_sent_and_is_no_unicode() {
        for (name, language, body) in SHIPPED {
            assert!(Text::inviting(body).is_ok(), "{name} {language}");
            assert!(!Length::of(body).unicode, "{name} {language}");
            assert!(body.contains("STOP"), "{name} {language}");
        }
    }
}
