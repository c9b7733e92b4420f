//! From a name to the addresses that may be connected to.

use std::error::Error;
use std::io;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use crate::{Reach, is_public};

/// Asks as any client does, and lets through only what may be reached. What it lets through is what is connected to, so that a
/// name can't lead somewhere else between the check and the connection.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) reach: Reach,
    pub(crate) asks: DefaultResolver,
}

impl Resolver for Checked {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.asks.resolve(uri, config, timeout)?;
        // One private address among public ones is somebody's trick.
        let good = self.reach == Reach::Anywhere || found.iter().all(|address| is_public(address.ip()));
        if good { Ok(found) } else { Err(ureq::Error::Io(io::Error::other(Refused))) }
    }
}

/// A name leads to where nothing may be sent.
#[derive(Debug, thiserror::Error)]
#[error("its name leads to an address that is not public")]
pub(crate) struct Refused;

impl Refused {
    /// Whether that is why something failed.
    pub(crate) fn is(error: &ureq::Error) -> bool {
        matches!(error, ureq::Error::Io(cause) if cause.get_ref().is_some_and(<dyn Error + Send + Sync>::is::<Self>))
    }
}
