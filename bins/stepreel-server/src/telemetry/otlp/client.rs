//! How a collector is spoken to: with the client of HTTP that is here already, from a thread that may wait.

use std::fmt::Display;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use ureq::Agent;

/// A collector that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest answer that is read.
const LONGEST: u64 = 1 << 20;

#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
    fails: AtomicBool,
}

impl Client {
    pub(super) fn new() -> Self {
        let config = Agent::config_builder()
            .user_agent(concat!("stepreel/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            // Headers that let us in are for the named server and no other.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(PATIENCE));
        Self { agent: config.build().new_agent(), fails: AtomicBool::new(false) }
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ureq::Error> {
        let is_here = request.uri().host().is_some_and(is_here);
        let request = self.agent.configure_request(request.map(Vec::from));
        let request = if is_here { request.proxy(None).build() } else { request.build() };
        let (head, mut body) = self.agent.run(request)?.into_parts();
        Ok(Response::from_parts(head, body.with_config().limit(LONGEST).read_to_vec()?.into()))
    }

    /// A collector that is away for a day is a line in the log, and not one for each batch.
    fn failed(&self, why: impl Display) {
        if !self.fails.swap(true, Ordering::Relaxed) {
            tracing::warn!("the collector takes no traces, which are lost until it does: {why}");
        }
    }

    fn succeeded(&self) {
        if self.fails.swap(false, Ordering::Relaxed) {
            tracing::info!("the collector takes traces again");
        }
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let response = self.send(request).inspect_err(|error| self.failed(error))?;
        match response.status() {
            status if status.is_success() => self.succeeded(),
            status => self.failed(status),
        }
        Ok(response)
    }
}

/// Whether a host is this machine, which is reached without a proxy.
fn is_here(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
