//! Asking a server for a file, or for the rest of one: the only home of the HTTP client.

use std::env;
use std::error::Error;
use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ureq::http::header::{
    ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, IF_RANGE, LAST_MODIFIED, LOCATION,
    RANGE,
};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, Proxy};

use crate::{Address, ModelError, Settings};

/// Certificates to trust instead of those that are built in: a proxy that looks into connections has its own.
const CERTIFICATES: &str = "SSL_CERT_FILE";

/// A hub sends to its store, and a store to a copy of it: more is a ring.
const MOST_REDIRECTS: usize = 5;

/// How long to wait for a server.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a connection.
    pub connect: Duration,
    /// For the next bytes on a connection.
    pub silence: Duration,
    /// How often in a row to try without a single byte.
    pub attempts: u32,
    /// Between the first two attempts; doubled each time.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            silence: Duration::from_mins(1),
            attempts: 4,
            pause: Duration::from_secs(1),
        }
    }
}

/// A way to servers: by the proxy of the environment, and without one to this machine.
#[derive(Debug)]
pub(crate) struct Web {
    abroad: Agent,
    here: Agent,
}

/// The part of a file that is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rest<'a> {
    /// Bytes that are here already.
    pub(crate) from: u64,
    /// What the server called the content that they come from.
    pub(crate) validator: Option<&'a str>,
}

/// What a server answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// What it calls this content, if that can be asked for again.
    pub(crate) validator: Option<String>,
    /// The first byte that it sends, and how long the whole is.
    pub(crate) range: Option<(u64, Option<u64>)>,
    /// How much it says that it sends.
    pub(crate) length: Option<u64>,
    /// Whether it is a page for people.
    pub(crate) is_page: bool,
    pub(crate) body: Box<dyn Read>,
}

/// No answer: either none came, or none will ever be taken.
pub(crate) enum NoAnswer {
    /// Another attempt may do better.
    Silence(Box<dyn Error + Send + Sync>),
    /// It will not.
    Never(ModelError),
}

impl Web {
    pub(crate) fn new(patience: &Patience) -> Result<Self, ModelError> {
        let roots = roots()?;
        let agent = |proxy: Option<Proxy>| {
            let config = Agent::config_builder()
                .user_agent(concat!("stepreel/", env!("CARGO_PKG_VERSION")))
                .http_status_as_error(false)
                // Each address that is sent to is checked before it is asked.
                .max_redirects(0)
                .timeout_connect(Some(patience.connect))
                .timeout_recv_response(Some(patience.silence))
                .timeout_per_read(Some(patience.silence))
                .proxy(proxy)
                .tls_config(TlsConfig::builder().root_certs(roots.clone()).build());
            config.build().new_agent()
        };
        Ok(Self { abroad: agent(Proxy::try_from_env()), here: agent(None) })
    }

    /// Asks for a file, and follows where the server sends.
    pub(crate) fn get(&self, address: &Address, rest: Rest<'_>, settings: &Settings) -> Result<Answer, NoAnswer> {
        let mut at = address.clone();
        for _ in 0..=MOST_REDIRECTS {
            let response = self.ask(&at, rest).map_err(|error| NoAnswer::Silence(error.into()))?;
            let sends_on = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
            match header(&response, &LOCATION).filter(|_| sends_on) {
                Some(location) => at = at.redirected(location, settings).map_err(NoAnswer::Never)?,
                None => return Ok(answer(response)),
            }
        }
        let why = format!("that would be more than {MOST_REDIRECTS} in a row");
        let (address, location) = (address.to_string(), at.to_string());
        Err(NoAnswer::Never(ModelError::Redirect { address, location, why }))
    }

    fn ask(&self, address: &Address, rest: Rest<'_>) -> Result<ureq::http::Response<Body>, ureq::Error> {
        let agent = if address.is_here() { &self.here } else { &self.abroad };
        // What is counted and hashed is the file itself, not a packed form of it.
        let mut request = agent.get(address.as_str()).header(ACCEPT_ENCODING, "identity");
        if rest.from > 0 {
            request = request.header(RANGE, format!("bytes={}-", rest.from));
            if let Some(validator) = rest.validator {
                request = request.header(IF_RANGE, validator);
            }
        }
        request.call()
    }
}

fn answer(response: ureq::http::Response<Body>) -> Answer {
    let text = |name| header(&response, name).map(str::to_owned);
    // A weak tag names contents that are alike, not the same, so no rest may be asked for by it.
    let strong = text(&ETAG).filter(|tag| !tag.starts_with("W/"));
    Answer {
        status: response.status().as_u16(),
        validator: strong.or_else(|| text(&LAST_MODIFIED)),
        range: header(&response, &CONTENT_RANGE).and_then(range),
        length: header(&response, &CONTENT_LENGTH).and_then(|length| length.trim().parse().ok()),
        is_page: header(&response, &CONTENT_TYPE).is_some_and(|kind| kind.trim_start().starts_with("text/html")),
        body: Box::new(response.into_body().into_reader()),
    }
}

fn header<'a>(response: &'a ureq::http::Response<Body>, name: &HeaderName) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// `bytes 100-199/200`, or with `*` for an unknown length.
fn range(text: &str) -> Option<(u64, Option<u64>)> {
    let (span, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, _) = span.split_once('-')?;
    Some((first.trim().parse().ok()?, total.trim().parse().ok()))
}

fn roots() -> Result<RootCerts, ModelError> {
    let Some(path) = env::var_os(CERTIFICATES).filter(|path| !path.is_empty()).map(PathBuf::from) else {
        return Ok(RootCerts::WebPki);
    };
    let text = fs::read(&path).map_err(|cause| ModelError::unreadable(&path, cause))?;
    let certificates = parse_pem(&text).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    let certificates: Vec<Certificate<'static>> = certificates.collect();
    if certificates.is_empty() {
        let what = format!("{CERTIFICATES} names it, and it holds no certificate");
        return Err(ModelError::Manifest { path, what });
    }
    Ok(RootCerts::Specific(Arc::new(certificates)))
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn ranges_are_read() {
        assert_eq!(range("bytes 100-199/200"), Some((100, Some(200))));
        assert_eq!(range("bytes 100-199/*"), Some((100, None)));
        for wrong in ["bytes */200", "items 1-2/3", "bytes 1", ""] {
            assert_eq!(range(wrong), None, "{wrong}");
        }
    }
}
