//! What a campaign would do, before it does it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Audience, CampaignState, Channel, Done, Excluded, Length, Outreach, OutreachError, Text, Values, Ways,
    audience::{Meant, Person},
    fill::PEOPLE,
    policy::DAY,
    template,
};
use crate::{
    account::TOKEN_LENGTH,
    id::{ApplicationId, TemplateId},
    store::{self, connection::Connection},
};

/// Examples of each kind.
const EXAMPLES: usize = 5;

/// What a campaign would do now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preview {
    /// How many are meant.
    pub total: u64,
    /// How many are messaged.
    pub will: u64,
    /// How many are not, by why.
    pub excluded: BTreeMap<Excluded, u64>,
    /// The first of those who are messaged and of those who are not, a few for each reason.
    pub examples: Vec<Example>,
    /// What the first of them will read; none where nobody is messaged.
    pub sample: Option<Sample>,
    /// Segments of all messages together, if they were SMS.
    pub segments: u64,
    /// How many are beyond what the channel may send in the next 24 hours, with what other campaigns have queued: they are messaged on a later day.
    pub beyond_budget: u64,
    /// Over how many days the messages are spread by the channel's daily budget; 1 where it has none.
    pub days: u32,
    /// How many would be beyond what the fallback may send in the next 24 hours, if the first way failed for all of them; 0 where there is no fallback.
    pub fallback_beyond_budget: u64,
    /// Over how many days the fallback's daily budget would spread them then; 1 where it has none, or there is no fallback.
    pub fallback_days: u32,
}

/// Somebody who is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Example {
    /// Her application.
    pub application: ApplicationId,
    /// Her name.
    pub full_name: String,
    /// Her number, as it stands.
    pub phone: Option<String>,
    /// Why she is not messaged; none: she is.
    pub reason: Option<Excluded>,
}

/// What one of them will read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MessageSample))]
pub struct Sample {
    /// Her application.
    pub application: ApplicationId,
    /// The text. Its link leads nowhere: hers is made when the message leaves.
    pub text: String,
    /// How long it is.
    pub length: Length,
}

impl Outreach {
    /// What a campaign would do now. Nobody is messaged by it.
    ///
    /// # Errors
    /// [`OutreachError::UnknownTemplate`](super::OutreachError::UnknownTemplate); the store fails.
    pub async fn preview(&self, audience: &Audience, ways: impl Into<Ways>, template: TemplateId) -> Done<Preview> {
        let (ways, meant) = (ways.into(), Meant::of(audience));
        let now = self.store.clock().micros();
        let mut reader = self.store.read().await?;
        let connection = &mut reader.connection();
        let row = store::templates::get(connection, template).await?;
        let text = template::text(&row.ok_or(OutreachError::UnknownTemplate(template))?)?;
        let mut preview = Preview {
            total: 0,
            will: 0,
            excluded: BTreeMap::new(),
            examples: Vec::new(),
            sample: None,
            segments: 0,
            beyond_budget: 0,
            days: 1,
            fallback_beyond_budget: 0,
            fallback_days: 1,
        };
        let mut after = None;
        loop {
            let people = self.look(connection, ways, &meant, after, PEOPLE).await?;
            let Some(last) = people.last() else { break };
            after = Some(last.id);
            for person in people {
                self.count(&mut preview, person, &text);
            }
        }
        (preview.beyond_budget, preview.days) = self.spread(connection, ways.channel, preview.will, now).await?;
        if let Some(fallback) = ways.fallback {
            (preview.fallback_beyond_budget, preview.fallback_days) =
                self.spread(connection, fallback, preview.will, now).await?;
        }
        Ok(preview)
    }
}

/// Some of those who are meant, and after whom to go on; none: those were all.
type Found = (Vec<Example>, Option<ApplicationId>);

/// The most that are looked at for one page of people: whoever asks for few among many goes on.
const MOST_LOOKED_AT: usize = 20 * PEOPLE;

impl Outreach {
    /// Who would be messaged now (none), or who would not for one of these reasons: newest first, up to so many, beginning after one. There may be none among those
    /// that were looked at and more to look at.
    ///
    /// # Errors
    /// The store fails.
    pub async fn people(
        &self,
        audience: &Audience,
        ways: impl Into<Ways>,
        which: &[Option<Excluded>],
        after: Option<ApplicationId>,
        limit: usize,
    ) -> Done<Found> {
        let (ways, meant) = (ways.into(), Meant::of(audience));
        let mut reader = self.store.read().await?;
        let connection = &mut reader.connection();
        let (mut found, mut after, mut looked_at) = (Vec::new(), after.map(|id| id.0), 0);
        while looked_at < MOST_LOOKED_AT {
            let people = self.look(connection, ways, &meant, after, PEOPLE).await?;
            if people.is_empty() {
                return Ok((found, None));
            }
            looked_at += people.len();
            for person in people {
                after = Some(person.id);
                if which.contains(&person.excluded) {
                    found.push(person.into());
                }
                if found.len() >= limit {
                    return Ok((found, after.map(ApplicationId)));
                }
            }
        }
        Ok((found, after.map(ApplicationId)))
    }
}

impl From<Person> for Example {
    fn from(Person { id, full_name, phone, excluded, .. }: Person) -> Self {
        Self { application: ApplicationId(id), full_name, phone, reason: excluded }
    }
}

/// Of so many messages, behind so many others, how many are beyond a day's budget, and over how many days all of them are spread.
fn spread(messages: u64, ahead: u64, budget: u64) -> (u64, u32) {
    let beyond = messages.saturating_add(ahead).saturating_sub(budget);
    let later = if messages == 0 { 0 } else { beyond.div_ceil(budget.max(1)) };
    (beyond.min(messages), u32::try_from(later).unwrap_or(u32::MAX).saturating_add(1))
}

impl Outreach {
    /// How many of so many messages are beyond what a channel may send in the next 24 hours, and over how many days its budget spreads them.
    async fn spread(
        &self,
        connection: &mut Connection<'_>,
        channel: Channel,
        messages: u64,
        now: i64,
    ) -> Done<(u64, u32)> {
        let Some(budget) = self.policy.limits(channel).a_day else { return Ok((0, 1)) };
        let (mut ahead, _) = store::outbox::taken_around(connection, channel, now, DAY).await?;
        for state in [CampaignState::Filling, CampaignState::Running, CampaignState::Paused] {
            for campaign in store::campaigns::in_state(connection, state).await? {
                ahead += store::outbox::waiting_on(connection, campaign.id, channel).await?;
            }
        }
        Ok(spread(messages, u64::try_from(ahead).unwrap_or_default(), u64::from(budget)))
    }

    /// A link as long as hers will be, which leads nowhere; none where none is set.
    #[must_use]
    pub fn sample_link(&self) -> Option<String> {
        self.policy.link(&"x".repeat(TOKEN_LENGTH))
    }

    /// Counts somebody who was looked at.
    fn count(&self, preview: &mut Preview, person: Person, text: &Text) {
        preview.total += 1;
        let application = ApplicationId(person.id);
        match person.excluded {
            Some(why) => *preview.excluded.entry(why).or_default() += 1,
            None => {
                preview.will += 1;
                let link = self.sample_link().unwrap_or_default();
                let (full_name, company) = (person.full_name.clone(), self.policy.company.clone());
                let text = text.fill(&Values { full_name, position: person.position.clone(), link, company });
                let length = Length::of(&text);
                preview.segments += u64::from(length.segments);
                preview.sample.get_or_insert(Sample { application, text, length });
            }
        }
        if preview.examples.iter().filter(|example| example.reason == person.excluded).count() < EXAMPLES {
            preview.examples.push(person.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::within(100, 0, 250, (0, 1))]
    #[case::just_within(100, 150, 250, (0, 1))]
    #[case::beyond(300, 0, 250, (50, 2))]
    #[case::others_were_there_before(100, 200, 250, (50, 2))]
    #[case::wholly_behind_others(100, 700, 250, (100, 4))]
    #[case::nobody(0, 700, 250, (0, 1))]
    #[case::no_budget_at_all(3, 0, 0, (3, 4))]
    fn messages_are_spread_over_days(
        #[case] messages: u64,
        #[case] ahead: u64,
        #[case] budget: u64,
        #[case] expected: (u64, u32),
    ) {
        assert_eq!(spread(messages, ahead, budget), expected);
    }
}
