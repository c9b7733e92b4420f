//! Names under which browsers save things.

use std::fmt::Write as _;

use axum::http::Uri;
use stepreel_core::plain;

use super::signing::parameter;

/// Letters of a name.
const LONGEST: usize = 100;

/// The name in `?download=name`, percent-encoded; nothing where nobody asks to save.
pub(super) fn wanted(uri: &Uri) -> Option<String> {
    let name = parameter(uri, "download")?;
    let good = name.bytes().all(|byte| byte == b'%' || is_plain(byte));
    (good && !name.is_empty() && name.len() <= 12 * LONGEST).then(|| name.to_owned())
}

/// A name that is made of anybody's text, percent-encoded (RFC 8187): nothing in it is a path, or breaks a header.
pub(super) fn encoded(name: &str) -> String {
    let harmless = |letter: char| if "/\\:*?\"<>|".contains(letter) { '-' } else { letter };
    let name: String = plain(name).trim().trim_start_matches('.').chars().take(LONGEST).map(harmless).collect();
    name.bytes().fold(String::new(), |mut encoded, byte| {
        if is_plain(byte) {
            encoded.push(byte.into());
        } else {
            // Writing to a string can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

/// `Content-Disposition` for an encoded name (RFC 6266).
pub(super) fn attachment(encoded: &str) -> String {
    format!("attachment; filename*=UTF-8''{encoded}")
}

/// The same for a name that is made of anybody's text. However long that is, the name's ending stays.
pub(crate) fn attachment_named(name: &str) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let stem: String = plain(stem).trim().chars().take(LONGEST - 20).collect();
    attachment(&encoded(&format!("{stem}.{ending}")))
}

/// What RFC 8187 lets stand as it is, and every URL as well.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_data() {
        for (name, expected) in [
            ("Filter tauschen.mp4", "Filter%20tauschen.mp4"),
            ("../../etc/passwd", "-..-etc-passwd"),
            ("a\"; filename=\"b.exe", "a-%3B%20filename%3D-b.exe"),
            ("a\r\nSet-Cookie: x", "a%20%20Set-Cookie-%20x"),
            ("é", "%C3%A9"),
        ] {
            assert_eq!(encoded(name), expected, "{name:?}");
        }
    }
}
