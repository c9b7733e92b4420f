//! Words of an utterance, and which of them carry content.

/// The words of `text` in lower case, with apostrophes inside them kept (`don't`).
pub(crate) fn tokens(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('\u{2019}', "'");
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'');
    words.map(|word| word.trim_matches('\'')).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether a word belongs to an open class (nouns, verbs, adjectives), by not being one of the closed ones.
pub(crate) fn is_content(word: &str) -> bool {
    word.chars().count() > 1 && !word.contains('\'') && CLOSED.binary_search(&word).is_err()
}

/// English words of the closed classes, with fillers and the commonest light adverbs, sorted.
#[rustfmt::skip]
const CLOSED: [&str; 239] = [
    "a", "about", "above", "across", "actually", "after", "again", "ahead", "all", "almost", "alright", "also",
    "always", "am", "an", "and", "another", "any", "anybody", "anyone", "anything", "are", "around", "as", "at",
    "away", "back", "be", "because", "been", "before", "behind", "being", "below", "beside", "between", "both", "but",
    "by", "can", "cannot", "cool", "could", "did", "do", "does", "doing", "done", "down", "each", "eight", "either",
    "else", "er", "even", "every", "everybody", "everyone", "everything", "few", "first", "five", "for", "four",
    "from", "get", "gets", "getting", "go", "goes", "going", "gonna", "good", "got", "gotta", "great", "had", "has",
    "have", "having", "he", "hello", "her", "here", "hers", "hey", "hi", "him", "his", "hmm", "how", "however", "i",
    "if", "in", "inside", "into", "is", "it", "its", "itself", "just", "kind", "last", "least", "let", "like",
    "little", "lot", "many", "may", "maybe", "me", "might", "mine", "mm", "more", "most", "much", "must", "my",
    "myself", "need", "needs", "next", "nice", "nine", "no", "nobody", "none", "nope", "nor", "not", "nothing", "now",
    "of", "off", "oh", "ok", "okay", "on", "once", "one", "ones", "only", "onto", "or", "other", "our", "ours", "out",
    "over", "perfect", "please", "quite", "rather", "really", "right", "second", "seven", "shall", "she", "should",
    "since", "six", "so", "some", "somebody", "someone", "something", "sorry", "still", "such", "sure", "ten", "than",
    "thank", "thanks", "that", "the", "their", "them", "then", "there", "these", "they", "third", "this", "those",
    "though", "three", "through", "till", "to", "today", "together", "too", "toward", "towards", "two", "uh", "uhm",
    "um", "under", "until", "up", "upon", "us", "very", "wanna", "want", "wants", "was", "we", "well", "were", "what",
    "when", "where", "whether", "which", "while", "who", "whom", "whose", "why", "will", "with", "within", "without",
    "would", "yeah", "yep", "yes", "yet", "you", "your", "yours", "yourself",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_apostrophes() {
        assert_eq!(tokens("Don\u{2019}t pull the 'red' SD-card."), ["don't", "pull", "the", "red", "sd", "card"]);
        assert!(tokens(" ... ").is_empty());
    }

    #[test]
    fn closed_classes_carry_no_content() {
        assert!(CLOSED.is_sorted());
        for (word, content) in [("the", false), ("i'm", false), ("screw", true), ("a", false), ("7", false)] {
            assert_eq!(is_content(word), content, "{word}");
        }
    }
}
