//! Pieces of work that need nothing of each other, a few at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The most pieces at once: each holds decoders and encoders of its own.
const MOST: usize = 4;

/// What `make` makes of each number below `count`, in their order; as many at once as there are processors, four at most. After an
/// error no piece is begun any more.
pub(crate) fn side_by_side<T: Send, E: Send>(
    count: usize,
    make: impl Fn(usize) -> Result<T, E> + Sync,
) -> Vec<Result<T, E>> {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(MOST).min(count);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut made = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return made;
            }
            let piece = make(at);
            if piece.is_err() {
                next.store(count, Ordering::Relaxed);
            }
            made.push((at, piece));
        }
    };
    let mut made: Vec<(usize, Result<T, E>)> = thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let ended = running.into_iter().map(thread::ScopedJoinHandle::join);
        ended.flat_map(|made| made.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    made.sort_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, piece)| piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_in_their_order() {
        let made = side_by_side(100, |at| Ok::<_, ()>(at * 2));
        assert_eq!(made, (0..100).map(|at| Ok(at * 2)).collect::<Vec<_>>());
        assert!(side_by_side(0, |_| Ok::<u8, ()>(1)).is_empty());
    }

    #[test]
    fn after_an_error_nothing_is_begun() {
        let made = side_by_side(100_000, |at| if at == 3 { Err(at) } else { Ok(()) });
        assert_eq!(made[3], Err(3));
        assert!(made.len() < 100_000);
    }
}
