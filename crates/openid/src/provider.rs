//! The provider, and what it says.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, ClientSecret, CsrfToken, EndUserEmail, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, Scope,
    SignatureVerificationError, TokenResponse as _,
};
use ureq::Agent;

use crate::conversation::{Conversation, agent};
use crate::registration::Client;
use crate::{Attempt, OpenIdError, Registration, RegistrationError};

/// What a provider publishes is asked for again after so long.
const FRESH: Duration = Duration::from_hours(1);

/// How an ID token may be signed: with a key whose public half the provider publishes. So neither `none` nor with the client's
/// secret (HMAC), which more than the provider know.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// A provider that vouches for people. It is asked for nothing before somebody signs in; what it publishes is kept for an hour, or
/// until it signs with a key that isn't known.
pub struct Provider {
    client: Client,
    agent: Agent,
    patience: Duration,
    published: Mutex<Option<Published>>,
}

/// Somebody as the provider knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The provider.
    pub issuer: String,
    /// Who, among those whom it knows; never given to another.
    pub subject: String,
    /// Their address, if the provider has verified that it is theirs.
    pub verified_email: Option<String>,
}

/// The provider's discovery document and its keys.
struct Published {
    metadata: Arc<CoreProviderMetadata>,
    at: Instant,
}

type Ready =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

impl Provider {
    /// The provider with which that was agreed.
    ///
    /// # Errors
    /// When nobody could sign in like that. Whether the provider is there turns out later.
    pub fn new(registration: Registration) -> Result<Self, RegistrationError> {
        let patience = registration.patience;
        let client = Client::of(registration)?;
        let agent = agent(client.roots.clone());
        Ok(Self { client, agent, patience, published: Mutex::new(None) })
    }

    /// Its own address, by which it is told from others.
    pub fn issuer(&self) -> &str {
        self.client.issuer.as_str()
    }

    /// Where the browser of somebody who wants to sign in has to go.
    ///
    /// # Errors
    /// When the provider doesn't say where that is.
    pub fn address(&self, attempt: &Attempt) -> Result<String, OpenIdError> {
        let client = self.ready(&*self.published(&self.conversation())?);
        if client.auth_uri().url().scheme() != "https" && !self.is_plain() {
            return Err(OpenIdError::Answer("people would sign in by plain http".to_owned()));
        }
        let (state, nonce) = (attempt.state.clone(), attempt.nonce.clone());
        let verifier = PkceCodeVerifier::new(attempt.verifier.clone());
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (address, ..) = client
            .authorize_url(flow, || CsrfToken::new(state), || Nonce::new(nonce))
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(address.into())
    }

    /// Who it is that came back from the provider with that code.
    ///
    /// # Errors
    /// [`OpenIdError`].
    pub fn person(&self, attempt: &Attempt, code: &str) -> Result<Person, OpenIdError> {
        let conversation = self.conversation();
        let client = self.ready(&*self.published(&conversation)?);
        let given = exchange(&client, attempt, code, &conversation)?;
        let token = given.id_token().ok_or_else(|| OpenIdError::Answer("there is no ID token".to_owned()))?;
        let claims = self.checked(&client, token, &Nonce::new(attempt.nonce.clone()), &conversation)?;
        let verified_email = match claims.email() {
            Some(email) => verified(Some(email), claims.email_verified()),
            None => told_apart(&client, &given, &claims, &conversation)?,
        };
        Ok(Person { issuer: self.issuer().to_owned(), subject: claims.subject().to_string(), verified_email })
    }

    /// What the token says, if it is the provider's. It may have changed its keys since it was asked for them.
    fn checked(
        &self,
        client: &Ready,
        token: &CoreIdToken,
        nonce: &Nonce,
        conversation: &Conversation<'_>,
    ) -> Result<CoreIdTokenClaims, OpenIdError> {
        use SignatureVerificationError::{CryptoError, NoMatchingKey};
        match claims(client, token, nonce) {
            Err(ClaimsVerificationError::SignatureVerification(NoMatchingKey | CryptoError(_))) => {
                Ok(claims(&self.ready(&*self.learn(conversation)?), token, nonce)?)
            }
            checked => Ok(checked?),
        }
    }

    fn conversation(&self) -> Conversation<'_> {
        Conversation::new(&self.agent, self.patience, self.is_plain())
    }

    fn is_plain(&self) -> bool {
        self.client.issuer.url().scheme() == "http"
    }

    /// What the provider publishes, as it was known lately. Nobody holds the lock while the provider is asked.
    fn published(&self, conversation: &Conversation<'_>) -> Result<Arc<CoreProviderMetadata>, OpenIdError> {
        let known = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some(known) if known.at.elapsed() < FRESH => Ok(Arc::clone(&known.metadata)),
            _ => {
                drop(known);
                self.learn(conversation)
            }
        }
    }

    fn learn(&self, conversation: &Conversation<'_>) -> Result<Arc<CoreProviderMetadata>, OpenIdError> {
        let metadata = CoreProviderMetadata::discover(&self.client.issuer, &|request| conversation.ask(request))?;
        let metadata = Arc::new(metadata);
        let published = Published { metadata: Arc::clone(&metadata), at: Instant::now() };
        *self.published.lock().unwrap_or_else(PoisonError::into_inner) = Some(published);
        Ok(metadata)
    }

    fn ready(&self, metadata: &CoreProviderMetadata) -> Ready {
        let secret = ClientSecret::new(self.client.secret.reveal().to_owned());
        CoreClient::from_provider_metadata(metadata.clone(), self.client.id.clone(), Some(secret))
            .set_redirect_uri(self.client.return_to.clone())
            .set_auth_type(way_to_show_the_secret(metadata))
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Provider({})", self.issuer())
    }
}

/// In a header, as every provider has to allow, unless it says that it doesn't.
fn way_to_show_the_secret(metadata: &CoreProviderMetadata) -> AuthType {
    let ways = metadata.token_endpoint_auth_methods_supported();
    let only_in_the_body = ways.is_some_and(|ways| {
        ways.contains(&CoreClientAuthMethod::ClientSecretPost)
            && !ways.contains(&CoreClientAuthMethod::ClientSecretBasic)
    });
    if only_in_the_body { AuthType::RequestBody } else { AuthType::BasicAuth }
}

/// Gives the code for tokens.
fn exchange(
    client: &Ready,
    attempt: &Attempt,
    code: &str,
    conversation: &Conversation<'_>,
) -> Result<CoreTokenResponse, OpenIdError> {
    let question = client.exchange_code(AuthorizationCode::new(code.to_owned()));
    let question = question.map_err(|_| OpenIdError::Answer("it has no place for codes".to_owned()))?;
    let verifier = PkceCodeVerifier::new(attempt.verifier.clone());
    Ok(question.set_pkce_verifier(verifier).request(&|request| conversation.ask(request))?)
}

/// What the token says, once its signature, issuer, audience, expiry and nonce are found to be right.
fn claims(client: &Ready, token: &CoreIdToken, nonce: &Nonce) -> Result<CoreIdTokenClaims, ClaimsVerificationError> {
    token.claims(&client.id_token_verifier().set_allowed_algs(ALGORITHMS), nonce).cloned()
}

/// The address of the person, for providers that keep the ID token small and tell it when they are asked.
fn told_apart(
    client: &Ready,
    given: &CoreTokenResponse,
    claims: &CoreIdTokenClaims,
    conversation: &Conversation<'_>,
) -> Result<Option<String>, OpenIdError> {
    let subject = Some(claims.subject().clone());
    let Ok(question) = client.user_info(given.access_token().clone(), subject) else { return Ok(None) };
    let told: CoreUserInfoClaims = question.request(&|request| conversation.ask(request))?;
    Ok(verified(told.email(), told.email_verified()))
}

fn verified(email: Option<&EndUserEmail>, verified: Option<bool>) -> Option<String> {
    email.filter(|_| verified == Some(true)).map(|email| email.as_str().to_owned())
}
