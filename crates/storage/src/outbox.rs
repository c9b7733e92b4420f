//! What other programs are told: events, and the webhooks that wait for them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stepreel_core::{Procedure, SessionId, TenantId};
use uuid::Uuid;

use crate::{Listed, StoreError};

/// Keeps what happened, for those who are to be told.
///
/// # Contract
/// 1. An event is written in the transaction that makes it so: there is none of what didn't happen, and what happened has one. What is
///    written twice happened once.
/// 2. Only what happens to sessions of a tenant with an account is an event.
/// 3. A webhook is told what happens while it is there, of its own tenant, of the kinds that it asked for.
/// 4. Of one session, a webhook is told in the order in which things happened: what waits holds up what came after, until it is
///    delivered or given up.
/// 5. With a session go its events.
/// 6. No tenant sees another's events or webhooks.
///
/// # For implementations
/// What is due is judged by the store's own clock. A write is durable when its method returns.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Adds a webhook; says no when there is no such tenant, or a webhook of that id.
    async fn add_webhook(&self, webhook: &Webhook) -> Result<bool, StoreError>;

    /// The webhooks of a tenant, oldest first.
    async fn webhooks(&self, tenant: &TenantId) -> Result<Vec<Webhook>, StoreError>;

    /// The webhook of a tenant with that id.
    async fn webhook(&self, tenant: &TenantId, id: Uuid) -> Result<Option<Webhook>, StoreError>;

    /// Takes a webhook away, with what was to be told; says whether there was one.
    async fn remove_webhook(&self, tenant: &TenantId, id: Uuid) -> Result<bool, StoreError>;

    /// Sends nothing more there, for that reason, until it is replayed.
    async fn disable_webhook(&self, id: Uuid, why: &str) -> Result<(), StoreError>;

    /// Tells a webhook again all that happened since then and that it asked for, from the first attempt; says how much that is. One that
    /// was disabled is told things again.
    async fn replay(&self, tenant: &TenantId, id: Uuid, since: DateTime<Utc>) -> Result<Option<u64>, StoreError>;

    /// What a webhook was told last and is to be told, newest first.
    async fn deliveries(&self, tenant: &TenantId, id: Uuid, most: u32) -> Result<Vec<Delivery>, StoreError>;

    /// The webhooks of all tenants for whom something is due.
    async fn due_webhooks(&self) -> Result<Vec<Webhook>, StoreError>;

    /// What a webhook is to be told, of each session the next.
    async fn due(&self, webhook: Uuid, most: u32) -> Result<Vec<Due>, StoreError>;

    /// The webhook has taken the event.
    async fn delivered(&self, webhook: Uuid, event: u64, answer: &str) -> Result<(), StoreError>;

    /// The webhook has not: it is told again after that time, or never.
    async fn undelivered(
        &self,
        webhook: Uuid,
        event: u64,
        answer: &str,
        again: Option<Duration>,
    ) -> Result<(), StoreError>;

    /// What happened to a tenant's sessions after the event of that number, oldest first; everything after 0.
    async fn events(&self, tenant: &TenantId, after: u64, most: u32) -> Result<Vec<Event>, StoreError>;

    /// Forgets events that are older and that nobody waits for; says how many.
    async fn forget_events(&self, older: Duration) -> Result<u64, StoreError>;
}

/// Somebody else's server that is told what happens.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: Uuid,
    /// Whose sessions it is told of.
    pub tenant: TenantId,
    /// Where it is.
    pub url: String,
    /// What it is told; everything when there is nothing.
    pub kinds: Vec<EventKind>,
    /// What its messages are signed with.
    pub secret: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// Why nothing more is sent there.
    pub disabled: Option<String>,
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EventKind {
    /// A recording has arrived, and waits to be processed.
    #[serde(rename = "session.uploaded")]
    SessionUploaded,
    /// A session is processed; the events of its procedures came before.
    #[serde(rename = "session.completed")]
    SessionCompleted,
    /// Nothing came of a session.
    #[serde(rename = "session.failed")]
    SessionFailed,
    /// A procedure is there, and approved.
    #[serde(rename = "procedure.ready")]
    ProcedureReady,
    /// A procedure is there, and its quality does not suffice.
    #[serde(rename = "procedure.excluded")]
    ProcedureExcluded,
}

/// What was given is no kind of event.
#[derive(Debug, thiserror::Error)]
#[error(
    "\"{0}\" is no event: use session.uploaded, session.completed, session.failed, procedure.ready or procedure.excluded"
)]
pub struct EventKindError(String);

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its place among all of the store.
    pub sequence: u64,
    /// Its place among those of its tenant.
    pub number: u64,
    /// Its id, the same however often it is told.
    pub id: String,
    /// Whose session it is of.
    pub tenant: TenantId,
    /// The session.
    pub session: SessionId,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub happened_at: DateTime<Utc>,
    /// To what, as it was then.
    pub told: Told,
}

/// What an event is about, as it was when it happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", content = "is", rename_all = "snake_case")]
pub enum Told {
    /// A session.
    Session(Box<Listed>),
    /// A procedure.
    Procedure(Box<Procedure>),
}

/// An event that a webhook is to be told.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// What happened.
    pub event: Event,
    /// How often it was told in vain.
    pub attempts: u32,
}

/// How far the telling of an event is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The event's id.
    pub event: String,
    /// What happened.
    pub kind: EventKind,
    /// To which session.
    pub session: SessionId,
    /// Whether it was told.
    pub state: DeliveryState,
    /// How often that was tried.
    pub attempts: u32,
    /// What the other side answered last, or why it didn't.
    pub answer: Option<String>,
    /// When it happened.
    pub happened_at: DateTime<Utc>,
}

/// Whether an event was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It will be.
    Waiting,
    /// It was.
    Delivered,
    /// It was tried too often.
    GivenUp,
}

impl EventKind {
    /// Each of them.
    pub const ALL: [Self; 5] = [
        Self::SessionUploaded,
        Self::SessionCompleted,
        Self::SessionFailed,
        Self::ProcedureReady,
        Self::ProcedureExcluded,
    ];

    /// As a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionUploaded => "session.uploaded",
            Self::SessionCompleted => "session.completed",
            Self::SessionFailed => "session.failed",
            Self::ProcedureReady => "procedure.ready",
            Self::ProcedureExcluded => "procedure.excluded",
        }
    }
}

impl DeliveryState {
    /// As a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for EventKind {
    type Err = EventKindError;

    fn from_str(text: &str) -> Result<Self, EventKindError> {
        let known = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        known.ok_or_else(|| EventKindError(text.escape_default().to_string()))
    }
}

impl fmt::Debug for Webhook {
    /// Without the secret, and without a URL that may hold another: what is printed ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Webhook({} of {})", self.id, self.tenant)
    }
}
