//! Passwords.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};

use super::secret::random;

/// Why a password isn't taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// It can be guessed.
    #[error("a password has at least 10 characters")]
    Short,
    /// It is no password.
    #[error("a password has at most 1,000 bytes")]
    Long,
}

/// A password as it is stored: argon2id with the parameters that OWASP and the crate advise, as a PHC string.
///
/// # Errors
/// When it is too short or too long.
pub fn password_hash(password: &str) -> Result<String, PasswordError> {
    match password {
        short if short.chars().count() < 10 => Err(PasswordError::Short),
        long if long.len() > LONGEST => Err(PasswordError::Long),
        password => Ok(hash(password)),
    }
}

const LONGEST: usize = 1_000;

/// Whether that is the password; without a hash, of nobody, it takes the same time to say no.
pub(super) fn is_right(password: &str, stored: Option<&str>) -> bool {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hash("nobody has this password"));
    let known = stored.is_some();
    let Ok(hash) = PasswordHash::new(stored.unwrap_or(&NOBODY)) else { return false };
    let right = password.len() <= LONGEST && Argon2::default().verify_password(password.as_bytes(), &hash).is_ok();
    right && known
}

fn hash(password: &str) -> String {
    let salt = SaltString::encode_b64(&random::<16>()).expect("16 bytes are a salt");
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    hash.expect("the default parameters are good for any password").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_is_right() {
        let hash = password_hash("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(is_right("correct horse", Some(&hash)));
        assert!(!is_right("Correct horse", Some(&hash)));
        assert!(!is_right("correct horse", None));
        assert!(!is_right("nobody has this password", None));
    }

    #[test]
    fn a_short_password_is_none() {
        assert!(matches!(password_hash("123456789"), Err(PasswordError::Short)));
        assert!(matches!(password_hash(&"x".repeat(1_001)), Err(PasswordError::Long)));
    }
}
