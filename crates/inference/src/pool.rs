//! Some sessions of one model, lent to one caller each.

use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How much of the machine a model may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolSize {
    /// Callers that are served at once, at least 1. Each costs the memory of one copy of the model.
    pub sessions: usize,
    /// Threads that work on one call, at least 1.
    pub threads: usize,
}

/// One caller at a time, on one thread.
impl Default for PoolSize {
    fn default() -> Self {
        Self { sessions: 1, threads: 1 }
    }
}

/// Things of which each is used by one caller at a time.
#[derive(Debug)]
pub(crate) struct Pool<T> {
    idle: Mutex<Vec<T>>,
    returned: Condvar,
}

impl<T> Pool<T> {
    pub(crate) fn new(items: Vec<T>) -> Self {
        Self { idle: Mutex::new(items), returned: Condvar::new() }
    }

    /// Waits for a free one.
    pub(crate) fn lend(&self) -> Lent<'_, T> {
        let mut idle = self.lock();
        loop {
            if let Some(item) = idle.pop() {
                return Lent { pool: self, item: Some(item) };
            }
            idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A caller's panic leaves the list whole, as nothing is done under the lock but taking and giving back.
    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of a pool's things; goes back when dropped.
pub(crate) struct Lent<'a, T> {
    pool: &'a Pool<T>,
    item: Option<T>,
}

const PRESENT: &str = "only drop takes it out";

impl<T> Deref for Lent<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.item.as_ref().expect(PRESENT)
    }
}

impl<T> DerefMut for Lent<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.item.as_mut().expect(PRESENT)
    }
}

impl<T> Drop for Lent<'_, T> {
    fn drop(&mut self) {
        self.pool.lock().extend(self.item.take());
        self.pool.returned.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn no_more_are_lent_than_there_are() {
        let pool = Pool::new(vec![(), ()]);
        let (out, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    let _lent = pool.lend();
                    most.fetch_max(out.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::yield_now();
                    out.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        assert!(most.into_inner() <= 2);
        assert_eq!(pool.lock().len(), 2);
    }

    #[test]
    fn a_caller_that_panics_gives_its_own_back() {
        let pool = Pool::new(vec![1]);
        let _ = thread::scope(|scope| scope.spawn(|| std::panic::resume_unwind(Box::new(*pool.lend()))).join());
        assert_eq!(*pool.lend(), 1);
    }
}
