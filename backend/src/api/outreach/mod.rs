//! `/v1/outreach`: texts, campaigns and their messages; `/v1/applications/{id}/messages`: what was said to one candidate and by her; `/webhooks`: what providers tell.

pub mod campaigns;
pub mod messages;
pub mod webhooks;

use axum::{extract::State, http::StatusCode};
use satu_core::{
    id::TemplateId,
    outreach::{Audience, Channel, Example, Excluded, NewTemplate, Preview, Standing, Template, Ways},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    extract::{Json, Query},
    page::{Page, PageQuery, text},
};
use crate::{Backend, access::Who, problem::Problem};

type Answer<T> = Result<T, Problem>;

/// Applications that are chosen one by one at most: whoever means more of them filters.
const MOST_CHOSEN: usize = 10_000;

/// Which templates.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TemplateQuery {
    /// Every version of this template, newest first; if absent, the newest of every one.
    name: Option<String>,
}

/// A channel, and what it may still send.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelView {
    channel: Channel,
    /// Whether it can be used.
    configured: bool,
    /// Whether HR sends by hand: she opens each chat.
    by_hand: bool,
    /// Messages in any 24 hours; none: as many as there are.
    daily_budget: Option<u32>,
    /// How many of them were used in the last 24 hours.
    used: u32,
    /// How many are left; none: as many as there are.
    left: Option<u32>,
    /// The provider is out of order or too fast: nothing leaves before, RFC 3339 in UTC.
    closed_until: Option<String>,
}

/// The channels, and how messages leave.
#[derive(Debug, Serialize, ToSchema)]
pub struct Channels {
    items: Vec<ChannelView>,
    /// The channel that is offered first.
    usual: Channel,
    /// The channel that is offered for after a final failure.
    fallback: Option<Channel>,
    /// Whether it is set where a candidate registers: without, nobody can be invited.
    link: bool,
    /// A link as long as hers will be, so that a text is counted as it will leave; none where no link is set.
    sample_link: Option<String>,
    /// Who writes, as the texts have it.
    company: String,
    /// When nobody is written to, in Jakarta: from, `20:00`.
    quiet_from: String,
    /// When nobody is written to, in Jakarta: until, `08:00`.
    quiet_until: String,
}

/// What a preview is asked of.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PreviewRequest {
    audience: Audience,
    channel: Channel,
    /// The channel after a final failure; none: there is none.
    #[serde(default)]
    fallback: Option<Channel>,
    /// The template's version.
    template: TemplateId,
}

/// Of whom names are asked.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PeopleRequest {
    audience: Audience,
    channel: Channel,
    /// The channel after a final failure; none: there is none.
    #[serde(default)]
    fallback: Option<Channel>,
    /// Why they are not messaged; none: those who are.
    #[serde(default)]
    reason: Option<Excluded>,
}

/// The templates, newest versions.
#[utoipa::path(get, path = "/v1/outreach/templates", tag = "outreach", params(TemplateQuery),
    responses((status = 200, body = Page<Template>), (status = 400, body = Problem)))]
pub async fn templates(
    State(backend): State<Backend>,
    Query(TemplateQuery { name }): Query<TemplateQuery>,
) -> Answer<Json<Page<Template>>> {
    let found = match text(name) {
        Some(name) => backend.outreach().versions(&name).await?,
        None => backend.outreach().templates().await?,
    };
    Ok(Json(Page::whole(found)))
}

/// Keeps another version of a template, or the first of a new one. Campaigns go on with the version that they were started with.
#[utoipa::path(post, path = "/v1/outreach/templates", tag = "outreach", request_body = NewTemplate,
    responses((status = 201, body = Template), (status = 422, body = Problem)))]
pub async fn put_template(
    State(backend): State<Backend>,
    who: Who,
    Json(new): Json<NewTemplate>,
) -> Answer<(StatusCode, Json<Template>)> {
    Ok((StatusCode::CREATED, Json(backend.outreach().put_template(new, &who.name).await?)))
}

/// The channels: which can be used, and how much each may still send.
#[utoipa::path(get, path = "/v1/outreach/channels", tag = "outreach", responses((status = 200, body = Channels)))]
pub async fn channels(State(backend): State<Backend>) -> Answer<Json<Channels>> {
    let settings = &backend.config().outreach;
    let mut items = Vec::new();
    for channel in Channel::ALL.iter().copied() {
        let Standing { daily_budget, used, left, closed_until, .. } = backend.outreach().standing(channel).await?;
        let (configured, by_hand) = (settings.is_configured(channel), channel.is_by_hand());
        items.push(ChannelView { channel, configured, by_hand, daily_budget, used, left, closed_until });
    }
    let clock = |time: jiff::civil::Time| time.strftime("%H:%M").to_string();
    Ok(Json(Channels {
        items,
        usual: settings.channel,
        fallback: settings.fallback,
        link: settings.link.is_some(),
        sample_link: backend.outreach().sample_link(),
        company: settings.company(),
        quiet_from: clock(settings.quiet.from),
        quiet_until: clock(settings.quiet.until),
    }))
}

/// Says who would be messaged, who not and why, and what the first of them would read. Nothing is sent, and nothing is kept.
#[utoipa::path(post, path = "/v1/outreach/preview", tag = "outreach", request_body = PreviewRequest,
    responses((status = 200, body = Preview), (status = 404, body = Problem)))]
pub async fn preview(
    State(backend): State<Backend>,
    Json(PreviewRequest { audience, channel, fallback, template }): Json<PreviewRequest>,
) -> Answer<Json<Preview>> {
    checked(&audience)?;
    Ok(Json(backend.outreach().preview(&audience, Ways { channel, fallback }, template).await?))
}

/// Tells by name who would be messaged, or who would not and why: `reason` absent, or one of those that the preview counts. A page may be empty and have a next one.
#[utoipa::path(post, path = "/v1/outreach/preview/people", tag = "outreach", request_body = PeopleRequest, params(PageQuery),
    responses((status = 200, body = Page<Example>), (status = 400, body = Problem)))]
pub async fn people(
    State(backend): State<Backend>,
    Query(page): Query<PageQuery>,
    Json(PeopleRequest { audience, channel, fallback, reason }): Json<PeopleRequest>,
) -> Answer<Json<Page<Example>>> {
    checked(&audience)?;
    let limit = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    let ways = Ways { channel, fallback };
    let (items, next) = backend.outreach().people(&audience, ways, &[reason], page.cursor()?, limit).await?;
    Ok(Json(Page { items, next: next.map(|id| id.to_string()), total: None }))
}

/// An audience that the store can look for.
fn checked(audience: &Audience) -> Answer<()> {
    match audience {
        Audience::Batch(_) | Audience::Filter(_) => Ok(()),
        Audience::Applications(chosen) if (1..=MOST_CHOSEN).contains(&chosen.len()) => Ok(()),
        Audience::Applications(_) => Err(Problem::invalid("audience", format!("name 1 to {MOST_CHOSEN} applications"))),
    }
}
