//! The windows of a recording decoded side by side.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, Scope};
use std::time::Duration;

use stepreel_core::{Device, SourceError};

use super::Whisper;
use super::listener::{Heard, Listener};
use super::windows::{Window, Windows};
use crate::TranscribeError;

/// States of whisper.cpp that windows take turns between. As many whatever the machine, since what is drawn at a temperature depends on
/// what the same state drew before. Each takes memory of its own, more than the weights of a small model.
const LANES: usize = 2;
/// So many windows wait for each thread or are decoded by it.
const AHEAD: usize = 2;
/// While windows are being decoded, the source is asked so often whether it goes on.
const TICK: Duration = Duration::from_millis(100);

/// Decodes the windows of one recording, in threads of its own: meanwhile the caller's thread keeps the source.
///
/// What is decoded side by side shares nothing. Threads that work on the same window wait for each other in a busy loop after each
/// operation, which takes several times as long where others want the same cores (docs/performance.md).
pub(super) struct Decoder<'a> {
    listeners: Vec<Listener<'a>>,
    threads: usize,
    abort: Arc<AtomicBool>,
    model: &'a Path,
    language: Option<&'a str>,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(whisper: &'a Whisper) -> Result<Self, TranscribeError> {
        let Whisper { device, settings, path: model, .. } = whisper;
        let threads = settings.thread_count();
        let lanes = if *device == Device::Cpu { LANES } else { 1 };
        let abort = Arc::new(AtomicBool::new(false));
        let listener = |_| Listener::new(whisper, (threads / lanes).max(1), Arc::clone(&abort));
        let listeners = (0..lanes).map(listener).collect::<Result<_, _>>().map_err(TranscribeError::model(model))?;
        Ok(Self { listeners, threads, abort, model, language: settings.language.as_deref() })
    }

    /// Decodes all windows, gives each to `then` in its turn, and returns the language that was told or found.
    pub(super) fn run(
        self,
        windows: &mut Windows<'_>,
        then: impl FnMut(Window, Vec<Heard>),
    ) -> Result<Option<&'a str>, TranscribeError> {
        let Self { listeners, threads, abort, model, language } = self;
        thread::scope(|scope| {
            let shares = dealt(listeners, threads);
            let lanes = shares.into_iter().map(|listeners| Lane::start(scope, listeners)).collect();
            let ended = Exchange { lanes, model, language }.run(windows, then);
            // What is being decoded after an error is of no use to anybody.
            abort.store(true, Ordering::Relaxed);
            ended
        })
    }
}

/// The listeners dealt out to so many threads, if there are so many listeners.
fn dealt<T>(listeners: Vec<T>, threads: usize) -> Vec<Vec<T>> {
    let mut shares: Vec<Vec<T>> = (0..threads.clamp(1, listeners.len())).map(|_| Vec::new()).collect();
    let count = shares.len();
    listeners.into_iter().enumerate().for_each(|(number, listener)| shares[number % count].push(listener));
    shares
}

/// A window to be decoded, in the language that was found so far.
struct Asked<'a> {
    window: Window,
    language: Option<&'a str>,
}

struct Answer<'a> {
    window: Window,
    heard: Result<Vec<Heard>, TranscribeError>,
    language: Option<&'a str>,
}

/// A thread that decodes one window after the other, each with the next of its listeners.
struct Lane<'a> {
    ask: Sender<Asked<'a>>,
    answers: Receiver<Answer<'a>>,
}

impl<'a> Lane<'a> {
    fn start<'scope>(scope: &'scope Scope<'scope, '_>, mut listeners: Vec<Listener<'a>>) -> Self
    where
        'a: 'scope,
    {
        let (ask, asked) = mpsc::channel::<Asked<'a>>();
        let (answer, answers) = mpsc::channel();
        scope.spawn(move || {
            let turns = (0..listeners.len()).cycle();
            for (Asked { window, language }, turn) in asked.into_iter().zip(turns) {
                let (heard, language) = listeners[turn].hear(&window, language);
                // Nobody waits for it any more when the source failed.
                let _ = answer.send(Answer { window, heard, language });
            }
        });
        Self { ask, answers }
    }
}

/// Windows go out to the lanes in turn, and come back in the same order.
struct Exchange<'a> {
    lanes: Vec<Lane<'a>>,
    model: &'a Path,
    language: Option<&'a str>,
}

impl<'a> Exchange<'a> {
    fn run(
        mut self,
        windows: &mut Windows<'_>,
        mut then: impl FnMut(Window, Vec<Heard>),
    ) -> Result<Option<&'a str>, TranscribeError> {
        let (mut asked, mut answered) = (0, 0);
        loop {
            while asked - answered < self.most()
                && let Some(window) = windows.next().transpose()?
            {
                let question = Asked { window, language: self.language };
                let sent = self.lane(asked).ask.send(question).map_err(|_| mpsc::SendError(()));
                sent.map_err(TranscribeError::model(self.model))?;
                asked += 1;
            }
            if asked == answered {
                return Ok(self.language);
            }
            let answer = wait(&self.lane(answered).answers, windows)?;
            let Answer { window, heard, language } = answer.map_err(TranscribeError::model(self.model))?;
            answered += 1;
            self.language = language;
            then(window, heard?);
        }
    }

    /// The language that the first window is in is that of all others.
    fn most(&self) -> usize {
        if self.language.is_some() { AHEAD * self.lanes.len() } else { 1 }
    }

    fn lane(&self, window: usize) -> &Lane<'a> {
        &self.lanes[window % self.lanes.len()]
    }
}

/// The answer to the window that was asked for, or what the source says meanwhile; inside, whether anybody is left to answer.
fn wait<'a>(
    answers: &Receiver<Answer<'a>>,
    windows: &mut Windows<'_>,
) -> Result<Result<Answer<'a>, RecvTimeoutError>, SourceError> {
    loop {
        match answers.recv_timeout(TICK) {
            Err(RecvTimeoutError::Timeout) => windows.look_ahead()?,
            answer => return Ok(answer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_meets_the_same_listener_whatever_the_threads() {
        for (threads, shares) in [(1, vec![vec![0, 1]]), (2, vec![vec![0], vec![1]]), (8, vec![vec![0], vec![1]])] {
            assert_eq!(dealt(vec![0, 1], threads), shares);
        }
        assert_eq!(dealt(vec![0], 4), [[0]]);
    }
}
