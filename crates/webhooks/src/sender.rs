//! Sending a message.

use std::error::Error;
use std::time::Duration;

use ureq::Agent;
use ureq::http::header::CONTENT_TYPE;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::DefaultConnector;

use crate::resolver::{Checked, Refused};
use crate::{Destination, Reach, Secret};

/// Sends messages.
#[derive(Debug)]
pub struct Sender {
    agent: Agent,
}

/// What is sent.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The same each time that it is sent: by it the other side knows what it has seen.
    pub id: &'a str,
    /// When it is sent, in seconds since 1970.
    pub seconds: i64,
    /// JSON.
    pub body: &'a [u8],
}

/// Why a message did not arrive.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotDelivered {
    /// The other side wants no more of them.
    #[error("the server answered 410: it wants no more")]
    Gone,
    /// The other side did not take it. A redirect is no taking.
    #[error("the server answered {0}")]
    Status(u16),
    /// Nothing may be sent to where its name leads.
    #[error("{Refused}")]
    Private,
    /// No answer came.
    #[error("no answer came")]
    Silence(#[source] Box<dyn Error + Send + Sync>),
}

impl Sender {
    /// Sends to those servers, and waits so long for each.
    pub fn new(reach: Reach, patience: Duration) -> Self {
        let config = Agent::config_builder()
            .user_agent(concat!("stepreel/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            // Where a server sends on, nobody has looked.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A proxy would resolve names itself.
            .proxy(None)
            .max_idle_connections(0)
            .timeout_global(Some(patience))
            .build();
        let resolver = Checked { reach, asks: DefaultResolver::default() };
        Self { agent: Agent::with_parts(config, DefaultConnector::new(), resolver) }
    }

    /// Sends the message and waits for the answer; says which it was. It blocks, for as long as the sender's patience.
    ///
    /// # Errors
    /// [`NotDelivered`].
    pub fn send(&self, to: &Destination, secret: &Secret, message: Message<'_>) -> Result<u16, NotDelivered> {
        let Message { id, seconds, body } = message;
        let post = self
            .agent
            .post(to.as_str())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", secret.sign(id, seconds, body));
        match post.send(body).map(|answer| answer.status().as_u16()) {
            Ok(taken @ 200..=299) => Ok(taken),
            Ok(410) => Err(NotDelivered::Gone),
            Ok(status) => Err(NotDelivered::Status(status)),
            Err(cause) if Refused::is(&cause) => Err(NotDelivered::Private),
            Err(cause) => Err(NotDelivered::Silence(cause.into())),
        }
    }
}
