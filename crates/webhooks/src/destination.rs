//! Where messages go.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::{Reach, is_public};

/// The address of a server, as far as it can be judged before it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination(Url);

/// Nothing can be sent there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DestinationError {
    /// It is no URL.
    #[error("it is no URL: it reads https://host/path")]
    NoUrl,
    /// Not by that scheme.
    #[error("it begins with https://; plain http takes a service that may send to private addresses")]
    Scheme,
    /// It holds a name or password.
    #[error("it holds a name or a password: the signature tells who sends")]
    Credentials,
    /// It is longer than any.
    #[error("it has at most {} bytes", Destination::LONGEST)]
    TooLong,
    /// It is not a public address.
    #[error("it is no public address, and this service sends to no other")]
    Private,
}

impl Destination {
    /// Bytes of the longest.
    pub const LONGEST: usize = 2_000;

    /// Reads a URL.
    ///
    /// # Errors
    /// [`DestinationError`]. A name that leads to a private address is found out only when it is asked.
    pub fn read(text: &str, reach: Reach) -> Result<Self, DestinationError> {
        if text.len() > Self::LONGEST {
            return Err(DestinationError::TooLong);
        }
        let url = Url::parse(text).map_err(|_| DestinationError::NoUrl)?;
        let scheme = match reach {
            Reach::Public => url.scheme() == "https",
            Reach::Anywhere => matches!(url.scheme(), "http" | "https"),
        };
        if !scheme {
            return Err(DestinationError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(DestinationError::Credentials);
        }
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(DestinationError::NoUrl),
        };
        if reach == Reach::Public && address.is_some_and(|address| !is_public(address)) {
            return Err(DestinationError::Private);
        }
        Ok(Self(url))
    }

    /// As text, without a fragment.
    pub fn as_str(&self) -> &str {
        self.0.as_str().split('#').next().unwrap_or_default()
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_judged_before_it_is_asked_is() {
        use DestinationError as Error;
        let check = |text: &str, expected: Result<&str, Error>| {
            let read = Destination::read(text, Reach::Public);
            assert_eq!(read.as_ref().map(Destination::as_str).map_err(|&error| error), expected, "{text}");
        };
        check("https://hooks.example/a?b=c#d", Ok("https://hooks.example/a?b=c"));
        check("https://8.8.8.8/", Ok("https://8.8.8.8/"));
        check("hooks.example", Err(Error::NoUrl));
        check("http://hooks.example/", Err(Error::Scheme));
        check("file:///etc/passwd", Err(Error::Scheme));
        check("https://a:b@hooks.example/", Err(Error::Credentials));
        // However an address is written.
        for private in ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:10.0.0.1]", "169.254.169.254", "0"] {
            check(&format!("https://{private}/"), Err(Error::Private));
        }
        check(&format!("https://hooks.example/{}", "a".repeat(2_000)), Err(Error::TooLong));
        assert!(Destination::read("http://127.0.0.1:8000/", Reach::Anywhere).is_ok());
    }
}
