//! Who asks.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use stepreel_core::TenantId;
use stepreel_storage::{Accounts as _, Scope, Scopes, Token, User, UserRole};
use uuid::Uuid;

use super::limits::Peer;
use super::{Secret, login};
use crate::{App, Problem};

/// Who asks: a person who has logged in, or a program with a token. Only the check of what they show makes one, as an
/// extractor: `Caller` answers strangers with 401, `Option<Caller>` lets a handler greet them.
#[derive(Clone, Debug)]
pub struct Caller {
    tenant: TenantId,
    who: Who,
    scopes: Scopes,
}

/// A person or a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A person, by the cookie of their visit.
    User {
        /// How they log in.
        email: String,
        /// What they are.
        role: UserRole,
    },
    /// A program, by its token.
    Token {
        /// The token's id, which is no secret.
        id: Uuid,
        /// What the token is for.
        label: String,
    },
}

impl Caller {
    /// Whose data they see.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Who they are.
    pub fn who(&self) -> &Who {
        &self.who
    }

    /// What they may do.
    pub fn scopes(&self) -> Scopes {
        self.scopes
    }

    /// Goes on only for who may do that.
    ///
    /// # Errors
    /// 403, which names the scope that is missing.
    pub fn may(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.contains(scope) { Ok(()) } else { Err(Problem::forbidden(scope)) }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        identify(parts, app).await?.ok_or_else(Problem::unauthenticated)
    }
}

impl OptionalFromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Problem> {
        identify(parts, app).await
    }
}

async fn identify(parts: &mut Parts, app: &App) -> Result<Option<Caller>, Problem> {
    if let Some(shown) = parts.headers.get(AUTHORIZATION) {
        let secret = shown.to_str().ok().and_then(|shown| shown.strip_prefix("Bearer ")).map(Secret::shown);
        let Some(secret) = secret else { return Err(Problem::unauthenticated()) };
        return match app.store().token(secret.digest()).await? {
            Some(token) => Ok(Some(token.into())),
            None => Err(app.limits().wrong_token(peer(parts, app).await)),
        };
    }
    let Some(secret) = login::shown(app, &parts.headers) else { return Ok(None) };
    Ok(app.store().visitor(secret.digest()).await?.map(Caller::from))
}

async fn peer(parts: &mut Parts, app: &App) -> Peer {
    let Ok(peer) = Peer::from_request_parts(parts, app).await;
    peer
}

impl From<Token> for Caller {
    fn from(token: Token) -> Self {
        Self { tenant: token.tenant, who: Who::Token { id: token.id, label: token.label }, scopes: token.scopes }
    }
}

impl From<User> for Caller {
    fn from(user: User) -> Self {
        Self { tenant: user.tenant, who: Who::User { email: user.email, role: user.role }, scopes: user.role.scopes() }
    }
}
