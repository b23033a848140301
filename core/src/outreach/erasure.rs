//! What campaigns say of somebody who is erased: the words that somebody searched for to choose whom to invite may be her name or her number.

use uuid::Uuid;

use super::{Audience, campaign::audience};
use crate::{
    application::Filter,
    id::{ApplicationId, CampaignId},
    store::{self, StoreError, connection::Connection},
};

/// The fewest letters or digits that may be somebody's: fewer are anybody's.
const FEWEST: usize = 3;
/// People who are read together.
const PAGE: u64 = 1_000;

/// What somebody is searched for by.
#[derive(Debug, Default)]
pub(crate) struct Traces {
    /// The words of her names, in small letters.
    pub(crate) words: Vec<String>,
    /// Her addresses, and her ids at portals, in small letters.
    pub(crate) values: Vec<String>,
    /// Her numbers, digits alone.
    pub(crate) numbers: Vec<String>,
}

impl Traces {
    /// Whether a search may have been for her: it has a word of her name, or is a part of what is hers, or has it in it.
    fn shows_in(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        let meet = |hers: &str, said: &str| said.len() >= FEWEST && (hers.contains(said) || said.contains(hers));
        let words = || text.split(|sign: char| !sign.is_alphanumeric());
        let named = words().any(|said| self.words.iter().any(|hers| hers.len() >= FEWEST && meet(hers, said)));
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let digits = digits.strip_prefix("62").or(digits.strip_prefix('0')).unwrap_or(&digits);
        named || self.values.iter().any(|hers| meet(hers, &text)) || self.numbers.iter().any(|hers| meet(hers, digits))
    }
}

/// Takes the words that may be hers out of the audiences of campaigns: each means by their ids whom it meant by them, without her. She is blank by now.
pub(crate) async fn forget(connection: &mut Connection<'_>, traces: &Traces) -> store::Result<()> {
    for row in store::campaigns::by_filter(connection).await? {
        let Audience::Filter(filter) = audience(&row)? else { continue };
        if !filter.text.as_deref().is_some_and(|text| traces.shows_in(text)) {
            continue;
        }
        // Held: whoever fills it meanwhile waits.
        let Some(held) = store::campaigns::held(connection, CampaignId(row.id)).await? else { continue };
        let meant = match held.filled_at {
            Some(_) => store::campaigns::written_to(connection, row.id).await?,
            None => shown_by(connection, &filter).await?,
        };
        let meant = Audience::Applications(meant.into_iter().map(ApplicationId).collect());
        let text = serde_json::to_string(&meant)
            .map_err(|error| StoreError::corrupt(format!("the audience of campaign {}", row.id), error))?;
        store::campaigns::set_audience(connection, row.id, &text).await?;
    }
    Ok(())
}

/// Whom a filter shows.
async fn shown_by(connection: &mut Connection<'_>, filter: &Filter) -> store::Result<Vec<Uuid>> {
    let mut all: Vec<Uuid> = Vec::new();
    loop {
        let page = store::recipients::page(connection, filter, all.last().copied(), PAGE).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page.into_iter().map(|row| row.id));
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::her_name("Siti Zubaidah", true)]
    #[case::a_word_of_it("ZUBAIDAH", true)]
    #[case::a_part_of_one("zubai", true)]
    #[case::among_others("Zubaidah, Tegal", true)]
    #[case::her_number("0812-3450-9876", true)]
    #[case::the_end_of_it("9876", true)]
    #[case::in_international_form("+62 812 3450 9876", true)]
    #[case::her_address("siti.z@example.com", true)]
    #[case::her_id_at_a_portal("gl-77001", true)]
    #[case::somebody_else("Dewi", false)]
    #[case::another_number("081234567802", false)]
    #[case::two_letters("si", false)]
    #[case::nothing(" ", false)]
    fn a_search_may_have_been_for_her(#[case] text: &str, #[case] may: bool) {
        let traces = Traces {
            words: ["siti", "zubaidah"].map(str::to_owned).to_vec(),
            values: ["siti.z@example.com", "gl-77001"].map(str::to_owned).to_vec(),
            numbers: vec!["81234509876".to_owned()],
        };
        assert_eq!(traces.shows_in(text), may);
        assert!(!Traces::default().shows_in(text));
    }
}
