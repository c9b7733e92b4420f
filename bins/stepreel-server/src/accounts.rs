//! Tenants, users, tokens and webhooks, from the command line of whoever runs the service.

use std::io::{self, BufRead, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use chrono::{TimeDelta, Utc};
use stepreel_core::{TenantId, plain};
use stepreel_server::{Reach, new_token, new_webhook, password_hash};
use stepreel_storage::{
    Accounts, Federation, Glossary, Identity, Outbox as _, Search as _, Sqlite, Token, User, UserRole,
};
use tokio::runtime::Runtime;

use crate::args;
use crate::data;

pub(crate) fn tenant(command: &args::Tenant) -> Result<ExitCode> {
    block_on(async {
        match command {
            args::Tenant::Set { id, name, quota, retention_days, data } => {
                let store = data::store(&data.data).await?;
                let name = name.clone().unwrap_or_else(|| id.to_string());
                let (id, quota) = (id.clone(), quota * 1_000_000_000);
                let tenant = stepreel_storage::Tenant { id, name, quota, retention_days: *retention_days };
                store.put_tenant(&tenant).await?;
            }
            args::Tenant::Glossary { id, file, data } => {
                let store = data::existing_store(&data.data).await?;
                known(&*store, id).await?;
                if let Some(path) = file {
                    set_glossary(&store, id, path).await?;
                } else {
                    let lines: Vec<_> = store.glossary(id).await?.lines().map(plain).collect();
                    line(lines.join("\n").trim_end())?;
                }
            }
            args::Tenant::List(data) => {
                for tenant in data::existing_store(&data.data).await?.tenants().await? {
                    let kept = tenant.retention_days.map_or("for good".to_owned(), |days| format!("{days} days"));
                    let quota = tenant.quota / 1_000_000_000;
                    line(&format!("{}\t{}\t{quota} GB\t{kept}", tenant.id, plain(&tenant.name)))?;
                }
            }
        }
        Ok(())
    })
}

async fn set_glossary(store: &Sqlite, tenant: &TenantId, path: &Path) -> Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Glossary::own(&text).with_context(|| format!("cannot use {}", path.display()))?;
    Ok(store.set_glossary(tenant, &text).await?)
}

pub(crate) fn user(command: &args::User) -> Result<ExitCode> {
    block_on(async {
        match command {
            args::User::Set { tenant, email, role, way, data } => {
                let store = data::existing_store(&data.data).await?;
                known(&*store, tenant).await?;
                let password_hash = if way.has_password() { Some(password_hash(&password()?)?) } else { None };
                let (tenant, role, federation) = (tenant.clone(), UserRole::from(*role), way.federation());
                let user = User { email: email.clone(), tenant, role, password_hash, federation };
                if !store.put_user(&user).await? {
                    let email = plain(email);
                    bail!("{email} is a user of another tenant, or another user is that subject of the provider");
                }
            }
            args::User::Remove { tenant, email, data } => {
                if !data::existing_store(&data.data).await?.remove_user(tenant, email).await? {
                    bail!("{tenant} has no user {}", plain(email));
                }
            }
            args::User::List { tenant, data } => {
                for user in data::existing_store(&data.data).await?.users(tenant).await? {
                    line(&format!("{}\t{}\t{}", plain(&user.email), role(user.role), ways(&user)))?;
                }
            }
        }
        Ok(())
    })
}

pub(crate) fn token(command: &args::Token) -> Result<ExitCode> {
    block_on(async {
        match command {
            args::Token::New { tenant, label, scope, days, data } => {
                let store = data::existing_store(&data.data).await?;
                known(&*store, tenant).await?;
                let expires_at = days.map(|days| Utc::now() + TimeDelta::days(days.into()));
                let (token, secret) = new_token(tenant, label.clone(), *scope, expires_at);
                store.add_token(&token, secret.digest()).await?;
                line(secret.reveal())?;
            }
            args::Token::Revoke { tenant, id, data } => {
                if !data::existing_store(&data.data).await?.revoke_token(tenant, *id).await? {
                    bail!("{tenant} has no token {id} that could be ended");
                }
            }
            args::Token::List { tenant, data } => {
                for token in data::existing_store(&data.data).await?.tokens(tenant).await? {
                    line(&format!("{}\t{}\t{}\t{}", token.id, plain(&token.label), token.scopes, state(&token)))?;
                }
            }
        }
        Ok(())
    })
}

pub(crate) fn webhook(command: &args::Webhook) -> Result<ExitCode> {
    block_on(async {
        match command {
            args::Webhook::New { tenant, events, private, url, data } => {
                let store = data::existing_store(&data.data).await?;
                known(&*store, tenant).await?;
                let reach = if *private { Reach::Anywhere } else { Reach::Public };
                let webhook = new_webhook(tenant, url, events.clone(), reach)?;
                store.add_webhook(&webhook).await?;
                line(&webhook.secret)?;
            }
            args::Webhook::Remove { tenant, id, data } => {
                if !data::existing_store(&data.data).await?.remove_webhook(tenant, *id).await? {
                    bail!("{tenant} has no webhook {id}");
                }
            }
            args::Webhook::Replay { tenant, id, days, data } => {
                let since = Utc::now() - TimeDelta::days((*days).into());
                let Some(events) = data::existing_store(&data.data).await?.replay(tenant, *id, since).await? else {
                    bail!("{tenant} has no webhook {id}");
                };
                line(&format!("{events} events are told again"))?;
            }
            args::Webhook::List { tenant, data } => {
                for webhook in data::existing_store(&data.data).await?.webhooks(tenant).await? {
                    let events = webhook.kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(",");
                    let events = if events.is_empty() { "everything" } else { events.as_str() };
                    let state = webhook.disabled.as_deref().unwrap_or("good");
                    line(&format!("{}\t{}\t{events}\t{}", webhook.id, plain(&webhook.url), plain(state)))?;
                }
            }
        }
        Ok(())
    })
}

fn block_on(work: impl Future<Output = Result<()>>) -> Result<ExitCode> {
    Runtime::new().context("could not start")?.block_on(work)?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn known(store: &dyn Accounts, tenant: &TenantId) -> Result<()> {
    if store.tenants().await?.iter().any(|known| known.id == *tenant) {
        return Ok(());
    }
    bail!("there is no tenant {tenant}: `stepreel-server tenant set {tenant}` makes it")
}

/// A password is never an argument: those are seen by everybody on the machine.
fn password() -> Result<String> {
    let mut password = String::new();
    io::stdin().lock().read_line(&mut password).context("cannot read the password from standard input")?;
    Ok(password.trim_end_matches(['\r', '\n']).to_owned())
}

fn role(role: UserRole) -> &'static str {
    match role {
        UserRole::Viewer => "viewer",
        UserRole::Manager => "manager",
    }
}

/// How a user signs in.
fn ways(user: &User) -> String {
    let openid = match &user.federation {
        Federation::Never => None,
        Federation::ByEmail => Some("openid by this address".to_owned()),
        Federation::Bound(Identity { issuer, subject }) => {
            Some(format!("openid as {} of {}", plain(subject), plain(issuer)))
        }
    };
    let password = user.password_hash.as_ref().map(|_| "password".to_owned());
    password.into_iter().chain(openid).collect::<Vec<_>>().join(", ")
}

fn state(token: &Token) -> String {
    match (token.revoked_at, token.expires_at) {
        (Some(at), _) => format!("revoked {}", at.format("%F")),
        (None, Some(at)) if at <= Utc::now() => format!("expired {}", at.format("%F")),
        (None, Some(at)) => format!("until {}", at.format("%F")),
        (None, None) => "good".to_owned(),
    }
}

fn line(text: &str) -> Result<()> {
    Ok(writeln!(io::stdout(), "{text}")?)
}
