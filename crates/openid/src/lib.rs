//! Who somebody is, by the word of an [OpenID Connect](https://openid.net/specs/openid-connect-core-1_0.html) provider: the
//! authorization code flow with PKCE ([RFC 7636](https://www.rfc-editor.org/rfc/rfc7636)), and what has to be checked of the answer.
//!
//! It knows no users, cookies or pages: whose browser it is, and who may come in, is for whoever calls. Everything here blocks, for
//! as long as the [`Registration`]'s patience at most.

mod registration;

mod attempt;
mod provider;

mod conversation;
mod problem;

pub use attempt::Attempt;
pub use problem::OpenIdError;
pub use provider::{Person, Provider};
pub use registration::{ClientSecret, Registration, RegistrationError};
