//! What a cue is worth from somebody who uses it all the time.

/// No cue is worth more than so many times its odds, however rare it is in a session.
const MOST: f64 = 1.3;
/// Utterances that every session is taken to have besides its own, one of them with the cue: a rate of few is not yet known.
const KNOWN: f64 = 10.0;

/// The factor on a cue's log-odds when `with` of a session's `all` utterances have it, where `usual` is the rate at which the
/// odds hold: the logarithms' ratio, so 1 at the usual rate and less for a habit. *We'll* announces little from somebody who
/// begins every sentence with it.
pub(crate) fn worth(with: usize, all: usize, usual: f64) -> f64 {
    let rate = (with as f64 + 1.0) / (all as f64 + KNOWN);
    (rate.ln() / usual.ln()).clamp(0.0, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_habit_is_worth_less_than_an_exception() {
        assert!((worth(4, 90, 0.05) - 1.0).abs() < 1e-9);
        assert!(worth(60, 90, 0.05) < 0.2);
        assert!(worth(0, 500, 0.05) > worth(5, 90, 0.05));
    }
}
