//! What both sides have agreed on.

use std::fmt;
use std::time::Duration;

use openidconnect::{ClientId, IssuerUrl, RedirectUrl};
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};
use url::{Host, Url};

/// What the provider and whoever runs the service have agreed on.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The provider's address, letter by letter as its discovery document says it.
    pub issuer: String,
    /// By what name the provider knows the service.
    pub client: String,
    /// What only the two know.
    pub secret: ClientSecret,
    /// Where the provider sends browsers back to.
    pub return_to: String,
    /// Certificates in PEM that alone vouch for the provider; those that browsers know when there is nothing.
    pub authorities: Option<Vec<u8>>,
    /// How long one waits for the provider, altogether, for each step of a sign-in.
    pub patience: Duration,
}

/// What only the service and its provider know. It is never printed.
#[derive(Clone)]
pub struct ClientSecret(String);

/// Nobody could sign in like that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistrationError {
    /// The issuer is no address of a provider.
    #[error("the issuer reads https://host/path, without a query, and plain http is for this machine only")]
    Issuer,
    /// The service has no such address.
    #[error("the service's own address reads https://host, and plain http is for this machine only")]
    Return,
    /// It has no name.
    #[error("the client's id is empty")]
    Client,
    /// It has no secret.
    #[error("the client's secret is empty")]
    Secret,
    /// Nothing could be trusted.
    #[error("the authorities are no certificates in PEM")]
    Authorities,
}

impl ClientSecret {
    /// From its text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret")
    }
}

/// The same, once it was found to hold together.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) issuer: IssuerUrl,
    pub(crate) id: ClientId,
    pub(crate) secret: ClientSecret,
    pub(crate) return_to: RedirectUrl,
    pub(crate) roots: RootCerts,
}

impl Client {
    pub(crate) fn of(registration: Registration) -> Result<Self, RegistrationError> {
        use RegistrationError as Error;
        let Registration { issuer, client, secret, return_to, authorities, .. } = registration;
        if client.is_empty() {
            return Err(Error::Client);
        }
        if secret.0.is_empty() {
            return Err(Error::Secret);
        }
        let issuer = safe(&issuer).then(|| IssuerUrl::new(issuer).ok()).flatten();
        let return_to = safe(&return_to).then(|| RedirectUrl::new(return_to).ok()).flatten();
        Ok(Self {
            issuer: issuer.ok_or(Error::Issuer)?,
            id: ClientId::new(client),
            secret,
            return_to: return_to.ok_or(Error::Return)?,
            roots: authorities.map_or(Ok(RootCerts::WebPki), |pem| roots(&pem))?,
        })
    }
}

/// Secrets and codes go there: by https, or no farther than this machine.
fn safe(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => return false,
    };
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    plain && url.password().is_none() && (url.scheme() == "https" || url.scheme() == "http" && here)
}

fn roots(pem: &[u8]) -> Result<RootCerts, RegistrationError> {
    let items = parse_pem(pem).collect::<Result<Vec<_>, _>>().map_err(|_| RegistrationError::Authorities)?;
    let certificates: Vec<Certificate<'static>> = items.into_iter().filter_map(certificate).collect();
    if certificates.is_empty() { Err(RegistrationError::Authorities) } else { Ok(RootCerts::from(certificates)) }
}

fn certificate(item: PemItem<'static>) -> Option<Certificate<'static>> {
    match item {
        PemItem::Certificate(certificate) => Some(certificate),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registration() -> Registration {
        Registration {
            issuer: "https://id.example/realms/acme".to_owned(),
            client: "stepreel".to_owned(),
            secret: ClientSecret::new("canary"),
            return_to: "https://stepreel.example/login/openid/return".to_owned(),
            authorities: None,
            patience: Duration::from_secs(1),
        }
    }

    fn wrong(change: impl FnOnce(&mut Registration)) -> Option<RegistrationError> {
        let mut registration = registration();
        change(&mut registration);
        Client::of(registration).err()
    }

    #[test]
    fn secrets_go_nowhere_in_the_clear() {
        assert_eq!(wrong(|_| ()), None);
        for here in ["http://127.0.0.1:8000", "http://localhost/realms/a", "http://[::1]:80/"] {
            assert_eq!(wrong(|registration| here.clone_into(&mut registration.issuer)), None, "{here}");
        }
        for elsewhere in
            ["http://id.example", "http://10.0.0.1", "ftp://id.example", "id.example", "https://a:b@c", "https://a/?b"]
        {
            let issuer = wrong(|registration| elsewhere.clone_into(&mut registration.issuer));
            assert_eq!(issuer, Some(RegistrationError::Issuer), "{elsewhere}");
            let back = wrong(|registration| elsewhere.clone_into(&mut registration.return_to));
            assert_eq!(back, Some(RegistrationError::Return), "{elsewhere}");
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        assert_eq!(wrong(|it| it.client.clear()), Some(RegistrationError::Client));
        assert_eq!(wrong(|it| it.secret = ClientSecret::new("")), Some(RegistrationError::Secret));
        for pem in ["", "nothing", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
            assert_eq!(wrong(|it| it.authorities = Some(pem.into())), Some(RegistrationError::Authorities), "{pem}");
        }
    }

    #[test]
    fn the_secret_is_never_printed() {
        assert!(!format!("{:?}", registration()).contains("canary"));
        assert!(!format!("{:?}", Client::of(registration())).contains("canary"));
    }
}
