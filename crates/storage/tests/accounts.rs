//! Accounts and uploads in one `SQLite` file.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use stepreel_core::{Digest, TenantId};
use stepreel_storage::{
    Accounts as _, Begun, Federation, Identity, NewUpload, Scope, Scopes, Sqlite, Tenant, Token, UploadId, UploadState,
    Uploads as _, User, UserRole,
};
use tempfile::TempDir;
use uuid::Uuid;

async fn store() -> (TempDir, Sqlite) {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&folder.path().join("stepreel.db")).await.unwrap();
    for id in ["acme", "rival"] {
        store
            .put_tenant(&Tenant { id: tenant(id), name: id.to_owned(), quota: 1_000, retention_days: None })
            .await
            .unwrap();
    }
    (folder, store)
}

fn tenant(id: &str) -> TenantId {
    id.parse().unwrap()
}

fn user(tenant_id: &str, email: &str) -> User {
    User {
        email: email.to_owned(),
        tenant: tenant(tenant_id),
        role: UserRole::Viewer,
        password_hash: Some("$hash".to_owned()),
        federation: Federation::Never,
    }
}

fn token(id: u128, expires_at: Option<TimeDelta>) -> Token {
    let (now, scopes) = (Utc::now(), Scopes::of([Scope::Read]));
    let (label, expires_at) = ("test".to_owned(), expires_at.map(|after| now + after));
    Token {
        id: Uuid::from_u128(id),
        tenant: tenant("acme"),
        label,
        scopes,
        created_at: now,
        expires_at,
        revoked_at: None,
    }
}

fn upload(id: u128, key: Option<&str>, length: u64) -> NewUpload {
    let (key, metadata) = (key.map(str::to_owned), String::new());
    let lifetime = Duration::from_mins(1);
    NewUpload {
        id: UploadId(Uuid::from_u128(id)),
        tenant: tenant("acme"),
        key,
        length,
        metadata,
        created_at: Utc::now(),
        lifetime,
    }
}

#[tokio::test]
async fn a_token_is_found_while_it_is_good() {
    let (_folder, store) = store().await;
    for (id, expires, good) in [(1, None, true), (2, Some(60), true), (3, Some(-1), false)] {
        let secret = Digest::new([id as u8; 32]);
        assert!(store.add_token(&token(id, expires.map(TimeDelta::seconds)), secret).await.unwrap());
        assert_eq!(store.token(secret).await.unwrap().is_some(), good, "{expires:?}");
    }
    assert!(!store.revoke_token(&tenant("rival"), Uuid::from_u128(1)).await.unwrap(), "another's is not there");
    assert!(store.revoke_token(&tenant("acme"), Uuid::from_u128(1)).await.unwrap());
    assert!(!store.revoke_token(&tenant("acme"), Uuid::from_u128(1)).await.unwrap());
    assert_eq!(store.token(Digest::new([1; 32])).await.unwrap(), None);
    assert_eq!(store.tokens(&tenant("acme")).await.unwrap().len(), 3);
    assert_eq!(store.tokens(&tenant("rival")).await.unwrap().len(), 0);
}

#[tokio::test]
async fn an_address_is_one_user_of_one_tenant() {
    let (_folder, store) = store().await;
    assert!(store.put_user(&user("acme", "ada@example.org")).await.unwrap());
    assert!(!store.put_user(&user("rival", "ADA@example.org")).await.unwrap());
    assert!(!store.put_user(&user("nobody", "eve@example.org")).await.unwrap());
    assert_eq!(store.user("Ada@Example.org").await.unwrap().unwrap().tenant, tenant("acme"));
    let visit = Digest::new([9; 32]);
    store.open_visit("ada@example.org", visit, Utc::now() + TimeDelta::minutes(1)).await.unwrap();
    assert!(store.visitor(visit).await.unwrap().is_some());
    assert!(store.put_user(&user("acme", "ada@example.org")).await.unwrap());
    assert!(store.visitor(visit).await.unwrap().is_none(), "a password that is changed ends visits");
    store.open_visit("ada@example.org", visit, Utc::now() - TimeDelta::seconds(1)).await.unwrap();
    assert!(store.visitor(visit).await.unwrap().is_none());
    assert!(!store.remove_user(&tenant("rival"), "ada@example.org").await.unwrap());
    assert!(store.remove_user(&tenant("acme"), "ada@example.org").await.unwrap());
}

fn federated(tenant_id: &str, email: &str, federation: Federation) -> User {
    User { password_hash: None, federation, ..user(tenant_id, email) }
}

fn identity(subject: &str) -> Identity {
    Identity { issuer: "https://id.example".to_owned(), subject: subject.to_owned() }
}

#[tokio::test]
async fn an_address_is_bound_to_the_first_who_has_verified_it() {
    let (_folder, store) = store().await;
    let ada = federated("acme", "ada@example.org", Federation::ByEmail);
    assert!(store.put_user(&ada).await.unwrap());
    assert_eq!(store.recognise(&identity("1"), None).await.unwrap(), None, "nothing was verified");
    let found = store.recognise(&identity("1"), Some("Ada@example.org")).await.unwrap().unwrap();
    assert_eq!((found.email.as_str(), &found.federation), ("ada@example.org", &Federation::Bound(identity("1"))));
    assert_eq!(store.recognise(&identity("2"), Some("ada@example.org")).await.unwrap(), None, "it is taken");
    let renamed = store.recognise(&identity("1"), Some("lovelace@example.org")).await.unwrap();
    assert_eq!(renamed, Some(found), "who is bound is found whatever their address is");
    assert!(store.put_user(&User { role: UserRole::Manager, ..ada.clone() }).await.unwrap());
    let demoted = store.recognise(&identity("1"), None).await.unwrap().unwrap();
    assert_eq!(demoted.role, UserRole::Manager, "who is changed stays bound");
    assert!(store.remove_user(&tenant("acme"), "ada@example.org").await.unwrap());
    assert_eq!(store.recognise(&identity("1"), Some("ada@example.org")).await.unwrap(), None);
    assert!(store.put_user(&ada).await.unwrap());
    assert!(store.recognise(&identity("2"), Some("ada@example.org")).await.unwrap().is_some(), "a user made anew");
}

#[tokio::test]
async fn only_who_was_meant_to_signs_in_by_a_provider() {
    let (_folder, store) = store().await;
    assert!(store.put_user(&user("acme", "ada@example.org")).await.unwrap());
    assert_eq!(store.recognise(&identity("1"), Some("ada@example.org")).await.unwrap(), None, "a password only");
    let bound = Federation::Bound(identity("1"));
    assert!(store.put_user(&federated("acme", "ada@example.org", bound.clone())).await.unwrap());
    assert!(store.recognise(&identity("1"), None).await.unwrap().is_some());
    let elsewhere = Identity { issuer: "https://other.example".to_owned(), ..identity("1") };
    assert_eq!(store.recognise(&elsewhere, None).await.unwrap(), None, "another provider's subject is another");
    for tenant in ["acme", "rival"] {
        assert!(!store.put_user(&federated(tenant, "bo@example.org", bound.clone())).await.unwrap(), "it is Ada's");
    }
    assert!(store.put_user(&federated("acme", "Ada@example.org", bound)).await.unwrap());
    assert!(store.put_user(&user("acme", "ada@example.org")).await.unwrap());
    assert_eq!(store.recognise(&identity("1"), None).await.unwrap(), None, "and not any more");
}

/// How the tables of users and visits were before anybody signed in by a provider.
const BEFORE: &str = "
    DROP TABLE visits;
    DROP TABLE users;
    CREATE TABLE users (
        email         TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
        tenant_id     TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
        role          TEXT NOT NULL CHECK (role IN ('viewer', 'manager')),
        password_hash TEXT NOT NULL
    ) STRICT;
    CREATE TABLE visits (
        secret_sha256 TEXT NOT NULL PRIMARY KEY,
        email         TEXT NOT NULL COLLATE NOCASE REFERENCES users (email) ON DELETE CASCADE,
        expires_at    TEXT NOT NULL
    ) STRICT;
    CREATE INDEX visits_by_user ON visits (email);
    INSERT INTO users VALUES ('ada@example.org', 'acme', 'viewer', '$hash');
    DELETE FROM _sqlx_migrations WHERE version = 14;
";

#[tokio::test]
async fn users_and_visits_of_an_earlier_version_stay() {
    let (folder, store) = store().await;
    drop(store);
    let path = folder.path().join("stepreel.db");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    sqlx::raw_sql(BEFORE).execute(&pool).await.unwrap();
    let visit = Digest::new([9; 32]);
    let kept = sqlx::query("INSERT INTO visits VALUES (?, 'Ada@example.org', ?)").bind(visit.to_string());
    kept.bind(Utc::now() + TimeDelta::minutes(1)).execute(&pool).await.unwrap();
    pool.close().await;
    let store = Sqlite::open(&path).await.unwrap();
    assert_eq!(store.visitor(visit).await.unwrap(), Some(user("acme", "ada@example.org")));
    assert!(store.remove_user(&tenant("acme"), "ada@example.org").await.unwrap());
    assert!(store.visitor(visit).await.unwrap().is_none());
}

#[tokio::test]
async fn uploads_take_no_more_than_the_quota() {
    let (_folder, store) = store().await;
    assert!(matches!(store.begin_upload(&upload(1, None, 600)).await.unwrap(), Begun::New(_)));
    assert_eq!(store.begin_upload(&upload(2, None, 401)).await.unwrap(), Begun::OverQuota { left: 400 });
    assert!(matches!(store.begin_upload(&upload(3, None, 400)).await.unwrap(), Begun::New(_)));
    store.refuse_upload(UploadId(Uuid::from_u128(3)), "no recording").await.unwrap();
    assert!(matches!(store.begin_upload(&upload(4, None, 400)).await.unwrap(), Begun::New(_)));
    assert!(store.forget_upload(UploadId(Uuid::from_u128(1))).await.unwrap());
    assert_eq!(store.begin_upload(&upload(5, None, 601)).await.unwrap(), Begun::OverQuota { left: 600 });
}

#[tokio::test]
async fn a_key_is_one_upload_until_that_is_over() {
    let (_folder, store) = store().await;
    let first = UploadId(Uuid::from_u128(1));
    assert!(matches!(store.begin_upload(&upload(1, Some("k"), 100)).await.unwrap(), Begun::New(_)));
    store.receive(first, 40, Duration::from_mins(1)).await.unwrap();
    store.receive(first, 30, Duration::from_mins(1)).await.unwrap();
    let Begun::Known(known) = store.begin_upload(&upload(2, Some("k"), 100)).await.unwrap() else {
        panic!("it is there")
    };
    assert_eq!((known.id, known.received), (first, 40), "what was received never becomes less");
    assert_eq!(store.upload(&tenant("rival"), first).await.unwrap(), None);
    store.receive(first, 40, Duration::ZERO).await.unwrap();
    let expired = store.upload(&tenant("acme"), first).await.unwrap().unwrap();
    assert_eq!(expired.state, UploadState::Expired);
    assert_eq!(store.expired_uploads().await.unwrap().len(), 1);
    assert!(matches!(store.begin_upload(&upload(2, Some("k"), 100)).await.unwrap(), Begun::New(_)));
}
