//! Tokens of programs.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stepreel_storage::{Accounts as _, Scope, Scopes, Token};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Idempotency, new_token, taken, token_under};
use crate::{App, Caller, Problem};

/// Letters of a label.
const LONGEST: usize = 100;

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
pub(super) struct TokenInList {
    id: Uuid,
    label: String,
    /// Of `upload`, `read` and `manage`.
    scopes: Vec<&'static str>,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

/// A token that was just made.
#[derive(Serialize, ToSchema)]
pub(super) struct NewToken {
    #[serde(flatten)]
    token: TokenInList,
    /// What a program sends as `Authorization: Bearer`. It is shown this once.
    secret: String,
}

/// What a token may do: send recordings; see sessions and media; cancel, delete, extract again, and make tokens and webhooks.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "it only names what a scope may be, for the document")]
enum ScopeName {
    Upload,
    Read,
    Manage,
}

/// What a token is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenWanted {
    /// What it is for.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    label: String,
    /// What it may do; nothing that the caller may not.
    #[schema(value_type = Vec<ScopeName>, min_items = 1)]
    scopes: Vec<String>,
    /// When it ends by itself; never without it.
    expires_at: Option<DateTime<Utc>>,
}

/// All tokens, good or not, newest first.
#[utoipa::path(
    get, path = "/api/v1/tokens", operation_id = "list_tokens", tag = "tokens",
    responses((status = 200, body = Vec<TokenInList>), (status = 401, body = Problem), (status = 403, body = Problem))
)]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Vec<TokenInList>>, Problem> {
    caller.may(Scope::Manage)?;
    let tokens = app.store().tokens(caller.tenant()).await?;
    Ok(Json(tokens.into_iter().map(TokenInList::from).collect()))
}

/// Makes a token that may do no more than whoever makes it.
#[utoipa::path(
    post, path = "/api/v1/tokens", operation_id = "create_token", tag = "tokens", request_body = TokenWanted,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255,
        description = "The client's name for the token: asked for again under it, the same one is answered, with its secret")),
    responses(
        (status = 201, body = NewToken), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem, description = "The key is another token's"),
    )
)]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller,
    idempotency: Idempotency,
    wanted: Result<Json<TokenWanted>, JsonRejection>,
) -> Result<(StatusCode, Json<NewToken>), Problem> {
    caller.may(Scope::Manage)?;
    let key = idempotency.key(caller.tenant(), "token")?;
    let Json(wanted) = wanted.map_err(|wrong| Problem::invalid("body", wrong.body_text()))?;
    let scopes = scopes(&wanted.scopes)?;
    if let Some(beyond) = scopes.iter().find(|&scope| !caller.scopes().contains(scope)) {
        return Err(Problem::forbidden(beyond));
    }
    let label = stepreel_core::plain(wanted.label.trim());
    if label.is_empty() || label.chars().count() > LONGEST {
        return Err(Problem::invalid("label", format!("it has 1 to {LONGEST} letters")));
    }
    if wanted.expires_at.is_some_and(|expires_at| expires_at <= Utc::now()) {
        return Err(Problem::invalid("expires_at", "it lies in the future"));
    }
    let (token, secret) = new_token(caller.tenant(), label, scopes, wanted.expires_at);
    let (token, secret) = match &key {
        Some(key) => token_under(key, app.key(), token),
        None => (token, secret),
    };
    let added = app.store().add_token(&token, secret.digest()).await?;
    let token = if added { token } else { known(&app, &token).await? };
    Ok((StatusCode::CREATED, Json(NewToken { token: token.into(), secret: secret.reveal().to_owned() })))
}

/// The token that was made under the same key before, if it was to be the same and is still good.
async fn known(app: &App, wanted: &Token) -> Result<Token, Problem> {
    let tokens = app.store().tokens(&wanted.tenant).await?;
    let known = tokens.into_iter().find(|token| token.id == wanted.id).ok_or_else(Problem::unauthenticated)?;
    let told = |token: &Token| (token.label.clone(), token.scopes, token.expires_at, token.revoked_at);
    if told(&known) == told(wanted) { Ok(known) } else { Err(taken()) }
}

/// Ends a token, at once.
#[utoipa::path(
    delete, path = "/api/v1/tokens/{id}", operation_id = "revoke_token", tag = "tokens",
    params(("id" = String, Path, description = "The token's id, which is no secret")),
    responses(
        (status = 204, description = "It is no longer good"), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
    )
)]
pub(super) async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.may(Scope::Manage)?;
    let id: Uuid = id.parse().map_err(|_| Problem::not_found())?;
    let revoked = app.store().revoke_token(caller.tenant(), id).await?;
    if revoked { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}

fn scopes(words: &[String]) -> Result<Scopes, Problem> {
    let scopes = words.iter().map(|word| word.parse::<Scope>()).collect::<Result<Vec<_>, _>>();
    match scopes {
        Ok(scopes) if !scopes.is_empty() => Ok(Scopes::of(scopes)),
        Ok(_) => Err(Problem::invalid("scopes", "a token may do something: upload, read or manage")),
        Err(wrong) => Err(Problem::invalid("scopes", wrong.to_string())),
    }
}

impl From<Token> for TokenInList {
    fn from(token: Token) -> Self {
        Self {
            id: token.id,
            label: token.label,
            scopes: token.scopes.iter().map(Scope::as_str).collect(),
            created_at: token.created_at,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
        }
    }
}
