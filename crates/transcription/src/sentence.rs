//! Where sentences end.

/// Whether a sentence ends between `word` and the word `next` that follows.
///
/// A full stop ends it unless it belongs to an abbreviation or an initial, or goes on in lower case. Marks of scripts
/// without capitals always end it.
pub(crate) fn ends_sentence(word: &str, next: &str) -> bool {
    let word = word.trim_end_matches(['"', '\'', ')', ']', '”', '’', '»']);
    match word.chars().next_back() {
        Some('。' | '！' | '？' | '।' | '؟' | '…' | '!' | '?') => true,
        Some('.') => !abbreviated(word, next) && !next.starts_with(char::is_lowercase),
        _ => false,
    }
}

/// Whether a text ends as a sentence does, whatever follows.
pub(crate) fn is_complete(text: &str) -> bool {
    text.split_whitespace().next_back().is_some_and(|word| ends_sentence(word, ""))
}

fn abbreviated(word: &str, next: &str) -> bool {
    let stem = word.trim_start_matches(|c: char| !c.is_alphanumeric()).trim_end_matches('.');
    let initial = stem.chars().count() == 1 && stem.chars().all(|c| c.is_alphabetic() && c != 'I');
    let lower = stem.to_lowercase();
    let number = next.starts_with(char::is_numeric) && REFERENCES.contains(&lower.as_str());
    initial || stem.contains('.') || number || TITLES.contains(&lower.as_str())
}

/// Abbreviations before a name.
const TITLES: [&str; 7] = ["mr", "mrs", "ms", "dr", "prof", "st", "vs"];

/// Abbreviations before a number.
const REFERENCES: [&str; 6] = ["no", "nr", "fig", "vol", "approx", "ca"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_stop_before_a_capital_ends_a_sentence() {
        for (word, next) in
            [("done.", "Now"), ("done.\"", "Now"), ("really?", "yes"), ("好。", "我"), ("valve.", "3"), ("I.", "Then")]
        {
            assert!(ends_sentence(word, next), "{word} {next}");
        }
    }

    #[test]
    fn abbreviations_initials_and_lower_case_go_on() {
        for (word, next) in
            [("Mr.", "Quilter"), ("e.g.", "Valves"), ("J.", "Smith"), ("No.", "7"), ("done.", "and"), ("done", "Now")]
        {
            assert!(!ends_sentence(word, next), "{word} {next}");
        }
    }
}
