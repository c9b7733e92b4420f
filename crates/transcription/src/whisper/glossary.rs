//! Words of the trade as a prompt.

use whisper_rs::WhisperContext;

/// The prompt of a glossary as the model's tokens; as many of its words as fit into the half of the context that is for what was
/// said before. Later words are left out with a warning.
pub(super) fn tokens(context: &WhisperContext, glossary: &[String]) -> Vec<i32> {
    let room = usize::try_from(context.n_text_ctx() / 2 - 1).unwrap_or(0);
    let fits = |words: &[String]| tokenised(context, words).filter(|tokens| tokens.len() <= room);
    let longest = (1..=glossary.len()).rev().find_map(|count| Some((count, fits(&glossary[..count])?)));
    let (count, tokens) = longest.unwrap_or_default();
    if count < glossary.len() {
        tracing::warn!(
            "the glossary is too long for the model: only its first {count} of {} words are used",
            glossary.len()
        );
    }
    tokens
}

/// Whisper continues in the style of its prompt, so it is a sentence and no bare list.
fn tokenised(context: &WhisperContext, words: &[String]) -> Option<Vec<i32>> {
    let text = format!(" Glossary: {}.", words.join(", ").replace('\0', ""));
    // No token is shorter than a byte.
    context.tokenize(&text, text.len()).ok()
}
