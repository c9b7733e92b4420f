//! Webhooks of a tenant: who is told what.
#![allow(unused_qualifications, reason = "the macro of a path with parameters writes them")]

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stepreel_core::TenantId;
use stepreel_storage::{Delivery, EventKind, Outbox as _, Scope, Webhook};
use stepreel_webhooks::{Destination, DestinationError, Reach, Secret};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Idempotency, random_id, taken};
use crate::{App, Caller, Problem};

/// Webhooks of a tenant.
const MOST: usize = 20;

/// Deliveries in one answer.
const SHOWN: u32 = 100;

/// Why there can be no such webhook.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// Nothing can be sent there.
    #[error("nothing can be sent there")]
    Destination(#[from] DestinationError),
    /// There are no random numbers for its secret.
    #[error("a secret takes random numbers, and the system gives none")]
    Secret(#[from] std::io::Error),
}

/// A webhook of a tenant with a secret of its own.
///
/// # Errors
/// [`WebhookError`].
pub fn new_webhook(tenant: &TenantId, url: &str, kinds: Vec<EventKind>, reach: Reach) -> Result<Webhook, WebhookError> {
    let url = Destination::read(url, reach)?.as_str().to_owned();
    let secret = Secret::random()?.reveal();
    let (id, tenant, created_at) = (random_id(), tenant.clone(), Utc::now());
    Ok(Webhook { id, tenant, url, kinds, secret, created_at, disabled: None })
}

/// A webhook, without its secret.
#[derive(Serialize, ToSchema)]
pub(super) struct WebhookInList {
    id: Uuid,
    url: String,
    /// What it is told; everything when there is nothing.
    events: Vec<&'static str>,
    created_at: DateTime<Utc>,
    /// Why nothing more is sent there.
    disabled: Option<String>,
}

/// A webhook that was just made.
#[derive(Serialize, ToSchema)]
pub(super) struct NewWebhook {
    #[serde(flatten)]
    webhook: WebhookInList,
    /// What its messages are signed with, by Standard Webhooks. It is shown this once.
    secret: String,
}

/// Who is to be told.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookWanted {
    /// Where messages go: `https://` and a public address.
    #[schema(pattern = "^https?://.+")]
    url: String,
    /// Of `session.uploaded`, `session.completed`, `session.failed`, `procedure.ready` and `procedure.excluded`; all without it.
    #[serde(default)]
    events: Vec<String>,
}

/// What is to be told again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Again {
    /// All that happened since then.
    since: DateTime<Utc>,
}

/// How much is told again.
#[derive(Serialize, ToSchema)]
pub(super) struct Replayed {
    /// Events.
    events: u64,
}

/// How far the telling of an event is.
#[derive(Serialize, ToSchema)]
pub(super) struct DeliveryInList {
    /// The event's id, which is the message's.
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    session_id: Uuid,
    /// `waiting`, `delivered` or `given_up`.
    state: &'static str,
    /// How often it was sent.
    attempts: u32,
    /// What the other side answered last, or why it didn't.
    answer: Option<String>,
    /// When it happened.
    timestamp: DateTime<Utc>,
}

/// All webhooks, oldest first.
#[utoipa::path(
    get, path = "/api/v1/webhooks", operation_id = "list_webhooks", tag = "webhooks",
    responses((status = 200, body = Vec<WebhookInList>), (status = 401, body = Problem), (status = 403, body = Problem))
)]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Vec<WebhookInList>>, Problem> {
    caller.may(Scope::Manage)?;
    let webhooks = app.store().webhooks(caller.tenant()).await?;
    Ok(Json(webhooks.into_iter().map(WebhookInList::from).collect()))
}

/// Adds a server that is told what happens from now on.
#[utoipa::path(
    post, path = "/api/v1/webhooks", operation_id = "create_webhook", tag = "webhooks", request_body = WebhookWanted,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255,
        description = "The client's name for the webhook: asked for again under it, the same one is answered, with its secret")),
    responses(
        (status = 201, body = NewWebhook), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem, description = "There are 20, or the key is another webhook's"),
    )
)]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller,
    idempotency: Idempotency,
    wanted: Result<Json<WebhookWanted>, JsonRejection>,
) -> Result<(StatusCode, Json<NewWebhook>), Problem> {
    caller.may(Scope::Manage)?;
    let key = idempotency.key(caller.tenant(), "webhook")?;
    let Json(wanted) = wanted.map_err(|wrong| Problem::invalid("body", wrong.body_text()))?;
    let kinds = wanted.events.iter().map(|word| word.parse()).collect::<Result<Vec<EventKind>, _>>();
    let kinds = kinds.map_err(|wrong| Problem::invalid("events", wrong.to_string()))?;
    let new = new_webhook(caller.tenant(), &wanted.url, kinds, app.settings().webhooks.reach);
    let webhook = new.map_err(|wrong| match wrong {
        WebhookError::Destination(wrong) => Problem::invalid("url", wrong.to_string()),
        WebhookError::Secret(_) => Problem::internal(),
    })?;
    let webhook = match &key {
        Some(key) => Webhook { id: key.id(app.key()), ..webhook },
        None => webhook,
    };
    if let Some(known) = app.store().webhook(caller.tenant(), webhook.id).await? {
        return again(known, &webhook);
    }
    if app.store().webhooks(caller.tenant()).await?.len() >= MOST {
        return Err(Problem::new(StatusCode::CONFLICT, "too_many_webhooks", "there are as many webhooks as may be")
            .remedy("delete one first"));
    }
    if app.store().add_webhook(&webhook).await? {
        return Ok(made(webhook));
    }
    let known = app.store().webhook(caller.tenant(), webhook.id).await?;
    again(known.ok_or_else(Problem::unauthenticated)?, &webhook)
}

/// The webhook that was made under the same key before, if it was to be the same and is still told things.
fn again(known: Webhook, wanted: &Webhook) -> Result<(StatusCode, Json<NewWebhook>), Problem> {
    let same = (&known.url, &known.kinds, &known.disabled) == (&wanted.url, &wanted.kinds, &wanted.disabled);
    if same { Ok(made(known)) } else { Err(taken()) }
}

fn made(webhook: Webhook) -> (StatusCode, Json<NewWebhook>) {
    let secret = webhook.secret.clone();
    (StatusCode::CREATED, Json(NewWebhook { webhook: webhook.into(), secret }))
}

/// Takes a webhook away, with what was to be told.
#[utoipa::path(
    delete, path = "/api/v1/webhooks/{id}", operation_id = "delete_webhook", tag = "webhooks",
    params(("id" = String, Path, description = "The webhook")),
    responses(
        (status = 204, description = "It is gone"), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    )
)]
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.may(Scope::Manage)?;
    let removed = app.store().remove_webhook(caller.tenant(), webhook_id(&id)?).await?;
    if removed { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}

/// The last 100 events that a webhook was told or is to be told, newest first.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}/deliveries", operation_id = "list_deliveries", tag = "webhooks",
    params(("id" = String, Path, description = "The webhook")),
    responses(
        (status = 200, body = Vec<DeliveryInList>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
    )
)]
pub(super) async fn deliveries(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Vec<DeliveryInList>>, Problem> {
    caller.may(Scope::Manage)?;
    let id = webhook_id(&id)?;
    app.store().webhook(caller.tenant(), id).await?.ok_or_else(Problem::not_found)?;
    let deliveries = app.store().deliveries(caller.tenant(), id, SHOWN).await?;
    Ok(Json(deliveries.into_iter().map(DeliveryInList::from).collect()))
}

/// Tells a webhook again what happened since then, under the same ids. One that answered 410 is told things again.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/replay", operation_id = "replay_webhook", tag = "webhooks",
    params(("id" = String, Path, description = "The webhook")), request_body = Again,
    responses(
        (status = 202, body = Replayed), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
    )
)]
pub(super) async fn replay(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    again: Result<Json<Again>, JsonRejection>,
) -> Result<(StatusCode, Json<Replayed>), Problem> {
    caller.may(Scope::Manage)?;
    let id = webhook_id(&id)?;
    app.store().webhook(caller.tenant(), id).await?.ok_or_else(Problem::not_found)?;
    let Json(again) = again.map_err(|wrong| Problem::invalid("body", wrong.body_text()))?;
    let events = app.store().replay(caller.tenant(), id, again.since).await?.ok_or_else(Problem::not_found)?;
    Ok((StatusCode::ACCEPTED, Json(Replayed { events })))
}

fn webhook_id(text: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

impl From<Webhook> for WebhookInList {
    fn from(webhook: Webhook) -> Self {
        let Webhook { id, url, kinds, created_at, disabled, .. } = webhook;
        Self { id, url, events: kinds.into_iter().map(EventKind::as_str).collect(), created_at, disabled }
    }
}

impl From<Delivery> for DeliveryInList {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.event,
            kind: delivery.kind.as_str(),
            session_id: delivery.session.0,
            state: delivery.state.as_str(),
            attempts: delivery.attempts,
            answer: delivery.answer,
            timestamp: delivery.happened_at,
        }
    }
}
