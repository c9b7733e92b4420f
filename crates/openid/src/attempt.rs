//! One attempt to sign in.

use std::fmt;

/// What ties the answer to the browser that asked. Each is hard to guess, 43 to 128 letters, digits, `-` and `_`, and used once.
#[derive(Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Comes back with the browser.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// Whoever shows it made the attempt (PKCE): the browser never sees it.
    pub verifier: String,
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attempt")
    }
}
