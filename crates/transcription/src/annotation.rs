//! Texts that describe sound instead of quoting speech.

/// Whether `text` says nothing: no letter or digit, or all of it in brackets, between asterisks or notes, such as `[music]`,
/// `(wind)`, `*sighs*` and `♪ la la ♪`. By its form, not by a list of phrases: every language has its own.
pub(crate) fn is_annotation(text: &str) -> bool {
    let text = text.trim().trim_end_matches(['.', '!', '?']);
    let wordless = !text.chars().any(char::is_alphanumeric);
    wordless
        || [('[', ']'), ('(', ')'), ('*', '*'), ('♪', '♪'), ('♫', '♫'), ('【', '】')]
            .iter()
            .any(|&marks| enclosed(text, marks))
}

fn enclosed(text: &str, (open, close): (char, char)) -> bool {
    let inner = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    inner.is_some_and(|inner| !inner.contains(open) && !inner.contains(close))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_of_sound_are_no_speech() {
        for text in ["[Music]", "(wind blowing)", "*sighs*", "♪ la la ♪", "...", " - ", "", "[noise]."] {
            assert!(is_annotation(text), "{text}");
        }
    }

    #[test]
    fn speech_is_speech_with_or_without_brackets() {
        for text in ["Close the valve (slowly).", "[a] or [b]", "(one) and (two)", "23", "好"] {
            assert!(!is_annotation(text), "{text}");
        }
    }
}
