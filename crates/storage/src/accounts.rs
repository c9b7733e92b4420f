//! Tenants, users, tokens and visits.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stepreel_core::{Digest, TenantId};
use uuid::Uuid;

use crate::StoreError;

/// Keeps who may do what.
///
/// # Contract
/// 1. Of a secret (a token, a visit's cookie) only its digest is kept, and only the digest finds it again.
/// 2. A token or visit that has expired, was revoked, or whose user or tenant is gone, is not found.
/// 3. No tenant sees or revokes a token of another's.
/// 4. An email address is one user, of one tenant; its case doesn't matter.
/// 5. An identity is one user at most. Who is bound to one is found by it alone, whatever address comes with it, and stays bound
///    until they are removed or may no longer sign in that way.
///
/// # For implementations
/// What has expired is judged by the store's own clock. A write is durable when its method returns.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Adds the tenant, or changes its name, its quota and how long its sessions are kept.
    async fn put_tenant(&self, tenant: &Tenant) -> Result<(), StoreError>;

    /// All tenants, by id.
    async fn tenants(&self) -> Result<Vec<Tenant>, StoreError>;

    /// Adds the user, or changes what they may do and how they log in; says no, and changes nothing, when the address is
    /// another tenant's, the identity is another user's, or there is no such tenant. Visits of a user who is changed end.
    /// One who is bound to an identity and put as [`Federation::ByEmail`] stays bound.
    async fn put_user(&self, user: &User) -> Result<bool, StoreError>;

    /// The user with that address.
    async fn user(&self, email: &str) -> Result<Option<User>, StoreError>;

    /// The user who may sign in as that identity, whose provider has verified that address, or none. Who was to be found by it is
    /// bound to the identity from then on.
    async fn recognise(&self, identity: &Identity, verified: Option<&str>) -> Result<Option<User>, StoreError>;

    /// The users of a tenant, by address.
    async fn users(&self, tenant: &TenantId) -> Result<Vec<User>, StoreError>;

    /// Takes the user of a tenant away, with their visits; says whether there was one.
    async fn remove_user(&self, tenant: &TenantId, email: &str) -> Result<bool, StoreError>;

    /// Adds a token that is found by the digest of its secret; says no when there is no such tenant, or a token of that id.
    async fn add_token(&self, token: &Token, secret: Digest) -> Result<bool, StoreError>;

    /// The token with that secret, if it is good.
    async fn token(&self, secret: Digest) -> Result<Option<Token>, StoreError>;

    /// All tokens of a tenant, good or not, newest first.
    async fn tokens(&self, tenant: &TenantId) -> Result<Vec<Token>, StoreError>;

    /// Ends a token; says whether there was one that could be ended.
    async fn revoke_token(&self, tenant: &TenantId, id: Uuid) -> Result<bool, StoreError>;

    /// Remembers that this user has logged in, until then.
    async fn open_visit(&self, email: &str, secret: Digest, expires_at: DateTime<Utc>) -> Result<(), StoreError>;

    /// The user whose visit that is, if it is good.
    async fn visitor(&self, secret: Digest) -> Result<Option<User>, StoreError>;

    /// Ends a visit.
    async fn close_visit(&self, secret: Digest) -> Result<(), StoreError>;
}

/// A customer, whose data nobody else sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// What it is called.
    pub name: String,
    /// Bytes that its recordings and uploads may take together.
    pub quota: u64,
    /// For how many days a session is kept after it arrived; for good when there is nothing.
    pub retention_days: Option<u32>,
}

/// A person.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// How they log in.
    pub email: String,
    /// Whose data they see.
    pub tenant: TenantId,
    /// What they may do.
    pub role: UserRole,
    /// Their password as a PHC string, never the password; none for who can't log in with one.
    pub password_hash: Option<String>,
    /// Whether they may sign in by the word of a provider.
    pub federation: Federation,
}

/// Whether somebody may sign in by the word of an `OpenID` Connect provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Federation {
    /// No.
    #[default]
    Never,
    /// As the first who has verified the user's address with the provider, and then only as that one.
    ByEmail,
    /// As that one.
    Bound(Identity),
}

/// Somebody as a provider knows them, for good: addresses change hands, subjects don't.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// Who, among those whom it knows.
    pub subject: String,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserRole {
    /// Look.
    Viewer,
    /// Everything.
    Manager,
}

/// What a program may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its id, which is no secret.
    pub id: Uuid,
    /// Whose data it sees.
    pub tenant: TenantId,
    /// What it is for.
    pub label: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// When somebody ended it.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// One thing that one may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Send recordings.
    Upload = 1,
    /// See sessions and media.
    Read = 2,
    /// Cancel, delete, process again, give tokens.
    Manage = 4,
}

/// What one may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u8);

/// What was given is no list of scopes.
#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is no scope: use upload, read or manage")]
pub struct ScopeError(String);

impl UserRole {
    /// What somebody of that role may do.
    pub fn scopes(self) -> Scopes {
        match self {
            Self::Viewer => Scopes::of([Scope::Read]),
            Self::Manager => Scopes::of(Scope::ALL),
        }
    }
}

impl Scope {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Upload, Self::Read, Self::Manage];

    /// As a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Read => "read",
            Self::Manage => "manage",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let known = Self::ALL.into_iter().find(|scope| scope.as_str() == text);
        known.ok_or_else(|| ScopeError(text.escape_default().to_string()))
    }
}

impl Scopes {
    /// Those.
    pub fn of(scopes: impl IntoIterator<Item = Scope>) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope as u8))
    }

    /// Whether that is among them.
    pub fn contains(self, scope: Scope) -> bool {
        self.0 & scope as u8 != 0
    }

    /// Whether none goes beyond the others.
    pub fn is_within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }

    /// One after the other.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |&scope| self.contains(scope))
    }
}

impl fmt::Display for Scopes {
    /// As `read,upload` reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.iter().map(Scope::as_str).collect();
        f.write_str(&words.join(","))
    }
}

impl FromStr for Scopes {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        text.split(',').filter(|word| !word.is_empty()).map(str::parse).collect::<Result<Vec<_>, _>>().map(Self::of)
    }
}

impl fmt::Debug for User {
    /// Without the hash: what is printed ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { email, tenant, role, .. } = self;
        write!(f, "User({email}, {role:?} of {tenant})")
    }
}
