//! How far a cut is.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Hears how far a cut is, as a share from 0 to 1 that never goes back; called from the thread that cuts.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<dyn Fn(f64) + Send + Sync>>);

impl Progress {
    /// Tells `hear`.
    pub fn to(hear: impl Fn(f64) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hear)))
    }

    /// For a part of the work: what is 0 to 1 of the part is `range` of the whole.
    #[must_use]
    pub fn part(&self, range: Range<f64>) -> Self {
        let whole = self.clone();
        Self::to(move |share| whole.tell(range.start * (1.0 - share) + range.end * share))
    }

    /// For work that may have to begin anew: it is told only when it is further than it was.
    #[must_use]
    pub fn onward(&self) -> Self {
        let (whole, furthest) = (self.clone(), Mutex::new(0.0));
        Self::to(move |share| {
            let mut furthest = furthest.lock().unwrap_or_else(PoisonError::into_inner);
            if share > *furthest {
                *furthest = share;
                whole.tell(share);
            }
        })
    }

    /// Says how far it is.
    pub fn tell(&self, share: f64) {
        if let Some(hear) = &self.0 {
            hear(share.clamp(0.0, 1.0));
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Progress(heard)" } else { "Progress(unheard)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_anew_is_told_when_it_is_further() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&heard);
        let onward = Progress::to(move |share| told.lock().unwrap().push(share)).onward();
        for share in [0.2, 0.6, 0.1, 0.5, 0.7] {
            onward.tell(share);
        }
        assert_eq!(*heard.lock().unwrap(), [0.2, 0.6, 0.7]);
    }

    #[test]
    fn a_part_is_told_as_a_part_of_the_whole() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&heard);
        let whole = Progress::to(move |share| told.lock().unwrap().push(share));
        whole.part(0.5..0.75).part(0.0..0.5).tell(1.0);
        whole.tell(3.0);
        Progress::default().tell(0.5);
        assert_eq!(*heard.lock().unwrap(), [0.625, 1.0]);
    }
}
