//! Jobs that undo each other have nearly the same words.

const OPPOSITES: &[(&str, &str)] = &[
    ("assemble", "disassemble"),
    ("attach", "detach"),
    ("close", "open"),
    ("connect", "disconnect"),
    ("drain", "fill"),
    ("fit", "remove"),
    ("install", "remove"),
    ("install", "uninstall"),
    ("lock", "unlock"),
    ("loosen", "tighten"),
    ("lower", "raise"),
    ("mount", "dismount"),
    ("mount", "remove"),
    ("plug", "unplug"),
    ("screw", "unscrew"),
    ("start", "stop"),
];

/// Whether the first words of two titles undo each other.
pub(crate) fn opposed(one: &str, other: &str) -> bool {
    let (one, other) = (verb(one), verb(other));
    OPPOSITES.iter().any(|&(a, b)| (one == a && other == b) || (one == b && other == a))
}

fn verb(title: &str) -> String {
    title.split_whitespace().next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undoing_is_another_job() {
        assert!(opposed("Install the pump", "Remove the pump"));
        assert!(opposed("Disassemble the stool", "assemble the stool"));
        assert!(!opposed("Remove the pump", "Remove the pump"));
        assert!(!opposed("", ""));
    }
}
