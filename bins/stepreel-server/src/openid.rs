//! The provider with which people sign in, as it was agreed.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use stepreel_server::{ClientSecret, OpenId, Registration};

use crate::args;

/// Somebody who signs in waits so long for the provider.
const PATIENCE: Duration = Duration::from_secs(10);

/// The provider, if there is one.
pub(crate) fn agreed(said: &args::OpenId) -> Result<Option<OpenId>> {
    let Some(issuer) = said.issuer.clone() else { return Ok(None) };
    let address = said.address.clone().unwrap_or_default();
    let registration = Registration {
        client: said.client.clone().unwrap_or_default(),
        secret: secret(said.secret_file.as_deref())?,
        return_to: format!("{}{}", address.trim_end_matches('/'), OpenId::RETURN),
        authorities: said.authorities.as_deref().map(read).transpose()?,
        patience: PATIENCE,
        issuer,
    };
    let name = said.name.clone().unwrap_or_else(|| host(&registration.issuer).to_owned());
    Ok(Some(OpenId::new(name, registration).context("nobody could sign in with the OpenID provider")?))
}

/// The variable that may hold the client's secret.
pub(crate) const SECRET: &str = "STEPREEL_OPENID_SECRET";

/// From its file, where only a last line break is not part of it, or from the environment.
fn secret(file: Option<&Path>) -> Result<ClientSecret> {
    let text = match file {
        Some(file) => String::from_utf8(read(file)?).with_context(|| format!("no text is in {}", file.display()))?,
        None => match std::env::var(SECRET) {
            Ok(text) => text,
            Err(_) => {
                bail!("the OpenID client's secret is missing: give --openid-secret-file or {SECRET}")
            }
        },
    };
    Ok(ClientSecret::new(text.trim_end_matches(['\r', '\n'])))
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Of an address.
fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or(rest)
}
