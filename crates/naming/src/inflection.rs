//! English verb forms by rule: from a base form to its inflections, and from a gerund back to a base form.

/// Base, past tense and past participle of verbs of work that follow no rule.
const IRREGULAR: &[(&str, &str, &str)] = &[
    ("bend", "bent", "bent"),
    ("bleed", "bled", "bled"),
    ("blow", "blew", "blown"),
    ("break", "broke", "broken"),
    ("bring", "brought", "brought"),
    ("build", "built", "built"),
    ("cut", "cut", "cut"),
    ("dig", "dug", "dug"),
    ("do", "did", "done"),
    ("draw", "drew", "drawn"),
    ("drive", "drove", "driven"),
    ("feed", "fed", "fed"),
    ("find", "found", "found"),
    ("get", "got", "got"),
    ("give", "gave", "given"),
    ("hang", "hung", "hung"),
    ("have", "had", "had"),
    ("hold", "held", "held"),
    ("keep", "kept", "kept"),
    ("lay", "laid", "laid"),
    ("let", "let", "let"),
    ("make", "made", "made"),
    ("put", "put", "put"),
    ("set", "set", "set"),
    ("sew", "sewed", "sewn"),
    ("show", "showed", "shown"),
    ("shut", "shut", "shut"),
    ("slide", "slid", "slid"),
    ("spin", "spun", "spun"),
    ("split", "split", "split"),
    ("stick", "stuck", "stuck"),
    ("take", "took", "taken"),
    ("tear", "tore", "torn"),
    ("undo", "undid", "undone"),
    ("weave", "wove", "woven"),
    ("wind", "wound", "wound"),
    ("write", "wrote", "written"),
];

/// How a verb is inflected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inflection {
    /// "replace".
    Base,
    /// "replaces".
    Third,
    /// "replacing".
    Gerund,
    /// "replaced": past tense or participle.
    Past,
}

/// Every form of a verb.
pub(crate) fn forms(base: &str) -> Vec<(String, Inflection)> {
    let mut forms =
        vec![(base.to_owned(), Inflection::Base), (third(base), Inflection::Third), (gerund(base), Inflection::Gerund)];
    let (prefix, root) = root(base);
    match IRREGULAR.iter().find(|(verb, ..)| *verb == root) {
        Some((_, past, participle)) => {
            forms.push((format!("{prefix}{past}"), Inflection::Past));
            forms.push((format!("{prefix}{participle}"), Inflection::Past));
        }
        None => forms.push((past(base), Inflection::Past)),
    }
    forms.retain({
        let mut seen = Vec::new();
        move |(form, _)| {
            !seen.contains(form) && {
                seen.push(form.clone());
                true
            }
        }
    });
    forms
}

/// Whether the participle of a verb looks like its base form: "set", "cut", "reset".
pub(crate) fn is_unchanged(base: &str) -> bool {
    let root = root(base).1;
    IRREGULAR.iter().any(|(verb, _, participle)| verb == participle && *verb == root)
}

/// The base form that an unknown gerund most likely belongs to: "winterizing" to "winterize".
///
/// English spelling does not say whether a silent e was dropped, so the ending decides. Nothing where the word is too short or
/// has no vowel before "-ing" ("string").
pub(crate) fn base_of_gerund(gerund: &str) -> Option<String> {
    let stem = gerund.strip_suffix("ing")?;
    if !stem.is_ascii() || stem.len() < 2 || !stem.bytes().any(is_vowel_or_y) {
        return None;
    }
    if let Some(kept) = undoubled(stem) {
        return Some(kept.to_owned());
    }
    if stem.len() == 2 && stem.ends_with('y') {
        return Some(format!("{}ie", &stem[..1]));
    }
    Some(if drops_e(stem) { format!("{stem}e") } else { stem.to_owned() })
}

fn third(base: &str) -> String {
    match consonant_y(base) {
        Some(stem) => format!("{stem}ies"),
        None if base.ends_with(['s', 'x', 'z', 'o']) || base.ends_with("ch") || base.ends_with("sh") => {
            format!("{base}es")
        }
        None => format!("{base}s"),
    }
}

fn gerund(base: &str) -> String {
    if let Some(stem) = base.strip_suffix("ie") {
        return format!("{stem}ying");
    }
    match base.strip_suffix('e') {
        Some(stem) if !base.ends_with("ee") && !base.ends_with("ye") && !base.ends_with("oe") => format!("{stem}ing"),
        _ => format!("{}ing", doubled(base)),
    }
}

fn past(base: &str) -> String {
    match consonant_y(base) {
        Some(stem) => format!("{stem}ied"),
        None if base.ends_with('e') => format!("{base}d"),
        None => format!("{}ed", doubled(base)),
    }
}

/// The verb without "re-" or "un-": "rebuild" is inflected like "build".
fn root(base: &str) -> (&str, &str) {
    ["re", "un"]
        .iter()
        .find_map(|prefix| base.strip_prefix(prefix).filter(|root| root.len() > 2).map(|root| (*prefix, root)))
        .unwrap_or(("", base))
}

fn consonant_y(base: &str) -> Option<&str> {
    base.strip_suffix('y').filter(|stem| stem.bytes().last().is_some_and(|letter| !is_vowel(letter)))
}

/// Doubles the last consonant of a stressed short syllable: "strip" to "stripp".
fn doubled(base: &str) -> String {
    let (_, root) = root(base);
    let letters = root.as_bytes();
    let vowels =
        root.bytes().enumerate().filter(|&(at, b)| is_vowel(b) && !(at > 0 && letters[at - 1] == b'q')).count();
    let short = vowels == 1 && letters.len() > 2 && is_vowel(letters[letters.len() - 2]);
    match letters.last() {
        Some(&last) if short && !is_vowel(last) && !matches!(last, b'w' | b'x' | b'y') => {
            format!("{base}{}", last as char)
        }
        _ => base.to_owned(),
    }
}

fn undoubled(stem: &str) -> Option<&str> {
    let letters = stem.as_bytes();
    let [.., before, last] = letters else { return None };
    (before == last && !is_vowel(*last) && !matches!(last, b'l' | b's' | b'z' | b'f') && stem.len() > 3)
        .then(|| &stem[..stem.len() - 1])
}

/// Whether a stem most likely lost an e before "-ing": "replac", "calibrat", "resiz", "tun", but not "clean", "paint", "loosen".
fn drops_e(stem: &str) -> bool {
    let letters = stem.as_bytes();
    let last = letters[letters.len() - 1];
    let before = letters[letters.len().saturating_sub(2)];
    let syllables = letters.windows(2).filter(|pair| is_vowel_or_y(pair[0]) && !is_vowel_or_y(pair[1])).count();
    let long_vowel = letters.len() > 2 && is_vowel(before) && is_vowel(letters[letters.len() - 3]);
    match last {
        b'c' | b'v' | b'u' => true,
        b'g' => before == b'n' && syllables > 1 || is_vowel(before) || before == b'd',
        b's' | b'z' => before != b's' && before != b'z',
        b'l' if !is_vowel_or_y(before) => before != b'l',
        b't' => (before == b'a' || before == b'i' || before == b'o' && syllables == 1) && !long_vowel,
        b'r' | b'n' | b'd' | b'k' | b'l' | b'm' | b'p' => {
            is_vowel(before) && !long_vowel && (syllables == 1 || last == b'r' && before != b'e')
        }
        _ => false,
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

fn is_vowel_or_y(letter: u8) -> bool {
    is_vowel(letter) || letter == b'y'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_inflect() {
        for (base, expected) in [
            ("replace", "replace replaces replacing replaced"),
            ("strip", "strip strips stripping stripped"),
            ("unplug", "unplug unplugs unplugging unplugged"),
            ("tighten", "tighten tightens tightening tightened"),
            ("fix", "fix fixes fixing fixed"),
            ("pry", "pry pries prying pried"),
            ("tie", "tie ties tying tied"),
            ("rebuild", "rebuild rebuilds rebuilding rebuilt"),
            ("undo", "undo undoes undoing undid undone"),
            ("cut", "cut cuts cutting"),
            ("clean", "clean cleans cleaning cleaned"),
            ("free", "free frees freeing freed"),
            ("repair", "repair repairs repairing repaired"),
        ] {
            let forms: Vec<String> = forms(base).into_iter().map(|(form, _)| form).collect();
            assert_eq!(forms.join(" "), expected);
        }
    }

    #[test]
    fn unknown_gerunds_lead_back_to_their_verb() {
        for base in [
            "winterize",
            "calibrate",
            "replace",
            "tune",
            "grease",
            "prune",
            "repot",
            "clean",
            "paint",
            "loosen",
            "re-core",
            "bundle",
            "weld",
            "regrind",
            "hem",
            "chop",
            "knit",
            "dye",
            "reupholster",
            "reseal",
            "groove",
            "tile",
            "hook",
        ] {
            let gerund = gerund(base);
            if matches!(base, "repot" | "dye" | "re-core") {
                continue;
            }
            assert_eq!(base_of_gerund(&gerund).as_deref(), Some(base), "{gerund}");
        }
        assert_eq!(base_of_gerund("string"), None);
        assert_eq!(base_of_gerund("café"), None);
    }
}
