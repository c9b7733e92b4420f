//! Addresses that may be downloaded from.

use std::fmt;

use url::{Host, Url};

use crate::{ModelError, Settings};

/// An address on the web: `https`, or `http` to this machine or to a host that the settings allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// When it is none, or not one that may be downloaded from.
    pub fn parse(text: &str, settings: &Settings) -> Result<Self, ModelError> {
        let refused = |why: &str| ModelError::Address { address: text.to_owned(), why: why.to_owned() };
        let url = Url::parse(text).map_err(|error| refused(&error.to_string()))?;
        Self::checked(url, settings).map_err(|why| refused(&why))
    }

    /// Whether somebody means an address rather than a file.
    pub fn looks_like_one(text: &str) -> bool {
        text.contains("://")
    }

    /// The same path at the mirror that the settings name, if they name one.
    pub(crate) fn mirrored(&self, settings: &Settings) -> Result<Self, ModelError> {
        let Some(mirror) = &settings.mirror else { return Ok(self.clone()) };
        let mut url = Self::parse(mirror, settings)?.0;
        url.set_path(&format!("{}{}", url.path().trim_end_matches('/'), self.0.path()));
        url.set_query(self.0.query());
        Ok(Self(url))
    }

    /// Where this address sends to; never from an encrypted one to an open one.
    pub(crate) fn redirected(&self, location: &str, settings: &Settings) -> Result<Self, ModelError> {
        let refused =
            |why: String| ModelError::Redirect { address: self.to_string(), location: location.to_owned(), why };
        let url = self.0.join(location).map_err(|error| refused(error.to_string()))?;
        if self.0.scheme() == "https" && url.scheme() != "https" {
            return Err(refused("that is not encrypted".to_owned()));
        }
        Self::checked(url, settings).map_err(refused)
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The last part of its path.
    pub(crate) fn file_name(&self) -> Option<&str> {
        self.0.path_segments()?.next_back().filter(|name| !name.is_empty())
    }

    /// Whether it is on this machine, where no proxy is asked.
    pub(crate) fn is_here(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    fn checked(url: Url, settings: &Settings) -> Result<Self, String> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err("an address with a password in it would end up in records and logs".to_owned());
        }
        let address = Self(url);
        match address.0.scheme() {
            "https" if address.0.has_host() => Ok(address),
            "http" if address.is_here() || address.is_allowed(settings) => Ok(address),
            "http" => Err(format!(
                "it is not encrypted: use https, or add its host to `allow_http` in the table [models]{}",
                address.0.host_str().map(|host| format!(" (\"{host}\")")).unwrap_or_default()
            )),
            scheme => Err(format!("only https is downloaded from, not {scheme}")),
        }
    }

    fn is_allowed(&self, settings: &Settings) -> bool {
        self.0.host_str().is_some_and(|host| settings.allow_http.iter().any(|allowed| allowed == host))
    }
}

/// Without its query: addresses that a host sends to often carry a signature there.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut url = self.0.clone();
        url.set_query(None);
        f.pad(url.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(mirror: Option<&str>, allow_http: &[&str]) -> Settings {
        let allow_http = allow_http.iter().map(|&host| host.to_owned()).collect();
        Settings { mirror: mirror.map(str::to_owned), allow_http, ..Settings::default() }
    }

    fn check(text: &str, allowed: &[&str], good: bool) {
        assert_eq!(Address::parse(text, &settings(None, allowed)).is_ok(), good, "{text}");
    }

    #[test]
    fn only_encrypted_addresses_and_this_machine_are_asked() {
        check("https://hub.example/a/b.onnx", &[], true);
        check("http://localhost:8000/b.onnx", &[], true);
        check("http://127.0.0.1/b.onnx", &[], true);
        check("http://[::1]:1/b.onnx", &[], true);
        check("http://hub.example/b.onnx", &[], false);
        check("http://hub.example/b.onnx", &["hub.example"], true);
        check("http://localhost.example/b.onnx", &["hub.example"], false);
        check("ftp://hub.example/b.onnx", &["hub.example"], false);
        check("file:///etc/passwd", &[], false);
        check("https://user:secret@hub.example/b", &[], false);
        check("hub.example/b.onnx", &[], false);
    }

    #[test]
    fn a_mirror_stands_for_scheme_and_host() {
        let address = Address::parse("https://hub.example/org/m/resolve/main/a.bin?x=1", &settings(None, &[])).unwrap();
        let mirrored = |mirror| address.mirrored(&settings(Some(mirror), &[])).unwrap().as_str().to_owned();
        assert_eq!(mirrored("https://mirror.example"), "https://mirror.example/org/m/resolve/main/a.bin?x=1");
        assert_eq!(mirrored("https://mirror.example/hub/"), "https://mirror.example/hub/org/m/resolve/main/a.bin?x=1");
        assert!(address.mirrored(&settings(Some("http://mirror.example"), &[])).is_err());
    }

    #[test]
    fn a_redirect_never_leaves_encryption() {
        let open = settings(None, &["cdn.example"]);
        let address = Address::parse("https://hub.example/a/b.bin", &open).unwrap();
        let to = |location: &str| address.redirected(location, &open);
        assert_eq!(to("/c.bin").unwrap().as_str(), "https://hub.example/c.bin");
        assert_eq!(to("https://cdn.example/c?sig=1").unwrap().to_string(), "https://cdn.example/c");
        assert!(to("http://cdn.example/c").is_err());
        assert!(to("http://127.0.0.1/c").is_err());
        assert!(to("file:///c").is_err());
    }
}
