//! Asking a server that speaks the chat protocol.

use std::env;
use std::error::Error;
use std::net::IpAddr;
use std::time::Duration;

use async_openai::types::chat::{CreateChatCompletionRequest, CreateChatCompletionResponse};
use ureq::http::Uri;
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE};
use ureq::{Agent, Proxy};

use crate::NameError;
use crate::config::LanguageModelConfig;

/// An answer is a title and some lines: more is no answer.
const LONGEST_REPLY: u64 = 1024 * 1024;

/// Where a model is asked.
pub(super) struct Endpoint {
    agent: Agent,
    address: String,
    key: Option<String>,
}

/// Nothing came back that could be an answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoReply {
    #[error("could not ask {address}")]
    Silence {
        address: String,
        #[source]
        cause: Box<dyn Error + Send + Sync>,
    },
    #[error("{address} answered {status}: {start}")]
    Status { address: String, status: u16, start: String },
    #[error("{address} did not answer as a chat does")]
    Foreign {
        address: String,
        #[source]
        cause: serde_json::Error,
    },
    #[error("{address} answered without a word")]
    Empty { address: String },
}

impl Endpoint {
    pub(super) fn new(config: &LanguageModelConfig) -> Result<Self, NameError> {
        let address = format!("{}/chat/completions", config.address.trim_end_matches('/'));
        let uri: Option<Uri> = address.parse().ok();
        let uri = uri.filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
        let Some(host) = uri.as_ref().and_then(Uri::host) else {
            return Err(NameError::Address { address: config.address.clone() });
        };
        let agent = Agent::config_builder()
            .user_agent(concat!("stepreel/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            // What was said goes to the named server and to no other.
            .max_redirects(0)
            .proxy(if is_here(host) { None } else { Proxy::try_from_env() })
            .timeout_global(Some(Duration::from_secs(config.timeout_seconds)))
            .build()
            .new_agent();
        Ok(Self { agent, address, key: key(config)? })
    }

    /// What the model says to that.
    pub(super) fn ask(&self, request: &CreateChatCompletionRequest) -> Result<String, NoReply> {
        let address = || self.address.clone();
        let body = serde_json::to_vec(request).expect("a request has a text form");
        let silence = |cause: ureq::Error| NoReply::Silence { address: address(), cause: cause.into() };
        let mut post = self.agent.post(&self.address).header(CONTENT_TYPE, "application/json");
        if let Some(key) = &self.key {
            post = post.header(AUTHORIZATION, format!("Bearer {key}"));
        }
        let mut response = post.send(body).map_err(silence)?;
        let text = response.body_mut().with_config().limit(LONGEST_REPLY).read_to_string().map_err(silence)?;
        let status = response.status().as_u16();
        if status != 200 {
            let start = text.chars().filter(|c| !c.is_control()).take(200).collect();
            return Err(NoReply::Status { address: address(), status, start });
        }
        let reply: CreateChatCompletionResponse =
            serde_json::from_str(&text).map_err(|cause| NoReply::Foreign { address: address(), cause })?;
        let said = reply.choices.into_iter().next().and_then(|choice| choice.message.content);
        said.filter(|text| !text.trim().is_empty()).ok_or_else(|| NoReply::Empty { address: address() })
    }
}

/// Whether a host is this machine, which is reached without a proxy.
fn is_here(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn key(config: &LanguageModelConfig) -> Result<Option<String>, NameError> {
    let Some(variable) = &config.key_variable else { return Ok(None) };
    let key = env::var(variable).ok().filter(|key| !key.is_empty());
    key.map(Some).ok_or_else(|| NameError::NoKey { variable: variable.clone() })
}

impl std::fmt::Debug for Endpoint {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint").field("address", &self.address).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_here() {
        for (host, here) in [
            ("localhost", true),
            ("127.0.0.1", true),
            ("[::1]", true),
            ("10.0.0.7", false),
            ("localhost.example", false),
        ] {
            assert_eq!(is_here(host), here, "{host}");
        }
    }
}
