//! Asking the provider.

use std::error::Error;
use std::time::{Duration, Instant};

use openidconnect::{HttpRequest, HttpResponse};
use ureq::Agent;
use ureq::http::Method;
use ureq::tls::{RootCerts, TlsConfig};

/// More than any document of a provider takes, in bytes.
const LONGEST: u64 = 1 << 20;

/// Some questions to the provider, that all have to be answered until then.
pub(crate) struct Conversation<'a> {
    agent: &'a Agent,
    end: Instant,
    /// Whether the provider is on this machine and may be asked in the clear.
    plain: bool,
}

/// There was no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    #[error("it took too long")]
    TooLong,
    #[error("it answered {0}")]
    Status(u16),
    #[error("it wants to be asked by plain http")]
    Plain,
    #[error("the connection failed")]
    Connection(#[source] Box<dyn Error + Send + Sync>),
}

/// No redirect is followed: what a provider publishes is where it says, and a code goes nowhere else.
pub(crate) fn agent(roots: RootCerts) -> Agent {
    let config = Agent::config_builder()
        .user_agent(concat!("stepreel/", env!("CARGO_PKG_VERSION")))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_connections(0)
        .tls_config(TlsConfig::builder().root_certs(roots).build());
    config.build().new_agent()
}

impl<'a> Conversation<'a> {
    pub(crate) fn new(agent: &'a Agent, patience: Duration, plain: bool) -> Self {
        Self { agent, end: Instant::now() + patience, plain }
    }

    pub(crate) fn ask(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        if request.uri().scheme_str() != Some("https") && !self.plain {
            return Err(NoAnswer::Plain);
        }
        let left = self.end.checked_duration_since(Instant::now()).ok_or(NoAnswer::TooLong)?;
        let answered = if request.method() == Method::GET {
            self.agent.run(self.agent.configure_request(request.map(drop)).timeout_global(Some(left)).build())
        } else {
            self.agent.run(self.agent.configure_request(request).timeout_global(Some(left)).build())
        };
        let (head, mut body) = answered?.into_parts();
        if head.status.is_server_error() {
            return Err(NoAnswer::Status(head.status.as_u16()));
        }
        let body = body.with_config().limit(LONGEST).read_to_vec()?;
        Ok(HttpResponse::from_parts(head, body))
    }
}

impl From<ureq::Error> for NoAnswer {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::Timeout(_) => Self::TooLong,
            other => Self::Connection(other.into()),
        }
    }
}
