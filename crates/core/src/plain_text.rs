//! Text of strangers in one line.

/// Whether a character has no place in a line of text: it controls a terminal, ends the line, or reorders or hides what stands
/// around it (Unicode's bidirectional controls, invisible operators and tags; Trojan Source, CVE-2021-42574).
///
/// Joiners stay: Persian, Indian scripts and emoji are written with them.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// The text as a terminal or a list may show it: a space in place of each character that [is hidden](is_hidden).
pub fn plain(text: &str) -> String {
    text.chars().map(|character| if is_hidden(character) { ' ' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_controls_a_terminal_or_reorders_text_becomes_a_space() {
        for (text, shown) in [
            ("Close the valve", "Close the valve"),
            ("a\u{1b}[31mb\u{7}\r\n", "a [31mb   "),
            ("\u{9b}2J", " 2J"),
            ("x\u{202e}4pm.", "x 4pm."),
            ("a\u{2028}b\u{2066}c\u{feff}", "a b c "),
            ("می\u{200c}خواهم 👩\u{200d}🔧", "می\u{200c}خواهم 👩\u{200d}🔧"),
        ] {
            assert_eq!(plain(text), shown);
        }
    }
}
