//! Where the eyes leave one piece of work for another.

use crate::bins::Bins;
use crate::scatter::Track;

/// How long a look away at least lasts, and how long the view before and after it is compared, in seconds.
const GLANCE: f64 = 4.0;
const WORK: f64 = 10.0;
/// The distance, in units of the pictures' noise, from which a view counts as wholly another.
const OTHER: f64 = 2.0;
/// What an edge is worth at which the view just goes on: work seldom changes before eyes that stay where they are.
const SAME: f64 = -0.3;

/// How much the view at an edge speaks for a change of work there, from -0.3 where it stays the same to 0.7 where it is another
/// than shortly before and after. Zero where nothing is seen.
///
/// Between two jobs people look up, walk, or fetch something, also when both jobs are done at one bench.
pub(crate) fn interlude(pictures: &Track, bins: Bins, edge: usize) -> f64 {
    let (glance, work) = (bins.length(GLANCE), bins.length(WORK));
    let before = edge.saturating_sub(glance + work)..edge.saturating_sub(glance);
    let after = edge + glance..edge + glance + work;
    let away = |start: usize| {
        let view = start..start + glance;
        let from = pictures.distance(view.clone(), before.clone())?;
        Some(from.min(pictures.distance(view, after.clone())?))
    };
    let views = [edge.saturating_sub(glance), edge.saturating_sub(glance / 2), edge];
    let furthest = views.into_iter().filter_map(away).reduce(f64::max);
    furthest.map_or(0.0, |distance| (distance / OTHER).min(1.0) + SAME)
}

#[cfg(test)]
mod tests {
    use stepreel_core::Span;

    use super::*;
    use crate::scatter::Noise;

    /// Bins of 2 s, each letter another view; what the edge in the middle is worth.
    fn check(views: &str, expected: f64) {
        let bins = Bins::new(Span::from_seconds(0.0, 2.0 * views.len() as f64).unwrap(), 2.0);
        let vector = |view: char| ['a', 'b', 'c'].map(|other| if view == other { 3.0 } else { 0.0 }).to_vec();
        let seen = views.chars().enumerate().filter(|(_, view)| *view != '.').map(|(bin, view)| (bin, vector(view)));
        let pictures = Track::new(seen, views.len(), Noise { lags: [100, 100], floor: 1.0 });
        assert!((interlude(&pictures, bins, views.len() / 2) - expected).abs() < 1e-9, "{views}");
    }

    #[test]
    fn a_look_away_speaks_for_a_change_also_within_one_place() {
        check("aaaaaaaaaabbaaaaaaaaaa", 0.7);
        check("aaaaaaaaaabbcccccccccc", 0.7);
        check("aaaaaaaaaaaaaaaaaaaaaa", -0.3);
    }

    #[test]
    fn nothing_seen_says_nothing() {
        check("......................", 0.0);
        check("aaaaaaaaaaaa..........", 0.0);
    }
}
