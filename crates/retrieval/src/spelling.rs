//! Words that are written nearly alike.

use strsim::osa_distance;

/// Whether two different stems are so alike that one may be a slip of the other: one letter added, left out, changed or two
/// changed over, two of them in long words. Short words are all alike, and numbers are never slips.
pub(crate) fn is_like(one: &str, other: &str) -> bool {
    let slips = match one.len() {
        0..=3 => return false,
        4..=7 => 1,
        _ => 2,
    };
    let near_length = one.len().abs_diff(other.len()) <= slips;
    // Most slips spare the first letter, and most words are told apart by it.
    near_length
        && one.as_bytes()[0] == other.as_bytes().first().copied().unwrap_or_default()
        && !one.bytes().any(|letter| letter.is_ascii_digit())
        && one != other
        && osa_distance(one, other) <= slips
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_like_the_word() {
        for (one, other) in
            [("batery", "battery"), ("radiater", "radiator"), ("vlave", "valve"), ("thermastatt", "thermostat")]
        {
            assert!(is_like(one, other), "{one} {other}");
        }
        for (one, other) in [("oil", "oils"), ("2010", "2011"), ("valve", "value1"), ("pump", "dump"), ("", "")] {
            assert!(!is_like(one, other), "{one} {other}");
        }
    }
}
