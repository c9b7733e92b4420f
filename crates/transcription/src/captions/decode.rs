//! From the bytes of a caption file to its text.

use std::borrow::Cow;

/// The text of a caption file: UTF-8, UTF-16 with a byte order mark, or else Latin-1 (as Windows writes it, code page 1252),
/// in which every file can be read.
pub fn caption_text(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)),
        _ => std::str::from_utf8(bytes)
            .map_or_else(|_| Cow::Owned(bytes.iter().map(|&byte| latin(byte)).collect()), Cow::Borrowed),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|&pair| unit(pair));
    char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Code page 1252 differs from Latin-1 in this row only, where Latin-1 has control characters.
fn latin(byte: u8) -> char {
    const ROW: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    byte.checked_sub(0x80).and_then(|at| ROW.get(usize::from(at)).copied()).unwrap_or(char::from(byte))
}
