//! One file from an address to its place: what broke off goes on, what is wrong never gets there.

use std::io::Read;
use std::path::Path;
use std::thread;

use stepreel_core::Digest;

use crate::error::contents_differ;
use crate::partial::{Origin, Partial};
use crate::web::{Answer, NoAnswer, Rest, Web};
use crate::{Address, ModelError, Patience, Settings, Step, digest_of};

/// No model that anybody runs here is larger; a server that sends without end is stopped.
const MOST_BYTES: u64 = 32 << 30;

/// How the servers are asked.
#[derive(Debug)]
pub(crate) struct Asking<'a> {
    pub(crate) web: Web,
    pub(crate) patience: Patience,
    pub(crate) settings: &'a Settings,
}

/// A file that is to be downloaded.
#[derive(Debug)]
pub(crate) struct Download<'a> {
    /// The model that it belongs to.
    pub(crate) name: &'a str,
    /// Where it comes from.
    pub(crate) address: Address,
    /// Where it goes.
    pub(crate) target: &'a Path,
    /// Its size, if that is known.
    pub(crate) bytes: Option<u64>,
    /// Its content, if that is known.
    pub(crate) sha256: Option<Digest>,
    /// What to do when its content is another.
    pub(crate) remedy: &'static str,
}

/// Why an attempt ended early.
enum Ended {
    /// Another attempt may go on.
    Passing(ModelError),
    /// No attempt will do better.
    For(ModelError),
}

impl Download<'_> {
    /// Downloads the file, and calls `keep` with its hash just before it is put in its place. Gives the hash.
    pub(crate) fn run(
        &self,
        asking: &Asking<'_>,
        watch: &mut dyn FnMut(Step),
        keep: &dyn Fn(Digest) -> Result<(), ModelError>,
    ) -> Result<Digest, ModelError> {
        let mut partial = Partial::open(self.target).map_err(|cause| self.unwritable(cause))?;
        let mut resumed = self.persist(asking, &mut partial, watch)?;
        loop {
            watch(Step::Checking);
            let sha256 = digest_of(&partial.path()).map_err(|cause| ModelError::unreadable(&partial.path(), cause))?;
            match self.sha256.filter(|&expected| expected != sha256) {
                None => {
                    keep(sha256)?;
                    partial.place().map_err(|cause| self.unwritable(cause))?;
                    return Ok(sha256);
                }
                // The halves may be of two versions of a file whose server doesn't say so: one more try, from the start.
                Some(_) if resumed => {
                    partial.restart(Origin::default()).map_err(|cause| self.unwritable(cause))?;
                    self.persist(asking, &mut partial, watch)?;
                    resumed = false;
                }
                Some(expected) => {
                    partial.discard();
                    return Err(self.foreign(contents_differ(sha256, expected)));
                }
            }
        }
    }

    /// Attempts until the file is whole or no attempt brings anything; says whether some of it was here before.
    fn persist(
        &self,
        asking: &Asking<'_>,
        partial: &mut Partial,
        watch: &mut dyn FnMut(Step),
    ) -> Result<bool, ModelError> {
        let (mut left, mut pause, mut resumed) = (asking.patience.attempts.max(1), asking.patience.pause, false);
        let mut farthest = partial.length();
        loop {
            let error = match self.attempt(asking, partial, watch, &mut resumed) {
                Ok(()) => return Ok(resumed),
                Err(Ended::For(error)) => return Err(error),
                Err(Ended::Passing(error)) => error,
            };
            // Only what goes farther than ever counts: a server that makes us begin anew each time is left at last.
            if partial.length() > farthest {
                (left, pause) = (asking.patience.attempts.max(1), asking.patience.pause);
                farthest = partial.length();
            }
            left -= 1;
            if left == 0 {
                return Err(error);
            }
            watch(Step::Trouble { error, pause });
            thread::sleep(pause);
            pause *= 2;
        }
    }

    fn attempt(
        &self,
        asking: &Asking<'_>,
        partial: &mut Partial,
        watch: &mut dyn FnMut(Step),
        resumed: &mut bool,
    ) -> Result<(), Ended> {
        let from = self.usable(partial);
        if from > 0 && Some(from) == self.bytes {
            *resumed = true;
            return Ok(());
        }
        let validator = partial.origin().and_then(|origin| origin.validator.clone());
        let rest = Rest { from, validator: validator.as_deref() };
        let answer = asking.web.get(&self.address, rest, asking.settings).map_err(|none| match none {
            NoAnswer::Silence(cause) => Ended::Passing(self.unreachable(partial, cause)),
            NoAnswer::Never(error) => Ended::For(error),
        })?;
        let total = self.total(&answer, from, partial)?;
        if goes_on(&answer, from, partial) {
            *resumed = true;
        } else if answer.status == 206 {
            // A rest of something else: what is here is of no use.
            self.restart(partial, Origin::default())?;
            return Err(Ended::Passing(self.foreign("the rest is of another file".to_owned())));
        } else {
            let address = self.address.as_str().to_owned();
            self.restart(partial, Origin { address, validator: answer.validator.clone(), total })?;
            *resumed = false;
        }
        watch(Step::Began { from: partial.length(), total });
        self.copy(answer, total, partial, watch)
    }

    /// How many of the bytes that are here can be gone on from.
    fn usable(&self, partial: &Partial) -> u64 {
        let same = |origin: &&Origin| origin.address == self.address.as_str();
        let known = |origin: &Origin| origin.validator.is_some() || self.sha256.is_some();
        let fits = self.bytes.is_none_or(|bytes| partial.length() <= bytes);
        if fits && partial.origin().filter(same).is_some_and(known) { partial.length() } else { 0 }
    }

    /// How long the file is, as the server says; an answer without a file in it is an end.
    fn total(&self, answer: &Answer, from: u64, partial: &mut Partial) -> Result<Option<u64>, Ended> {
        match answer.status {
            200 | 206 if answer.is_page => {
                Err(Ended::For(self.foreign("the server sent a web page, perhaps to log in".to_owned())))
            }
            200 => self.fitting(answer.length),
            206 if from > 0 => self.fitting(answer.range.and_then(|(_, total)| total)),
            // There is no rest, so what is here is not the beginning of it.
            416 if from > 0 => {
                self.restart(partial, Origin::default())?;
                Err(Ended::Passing(self.foreign(format!("it has no more than {from} bytes"))))
            }
            status @ (408 | 429 | 500 | 502..=504) => {
                Err(Ended::Passing(self.refused(status, "the server has trouble: try again later")))
            }
            status @ (401 | 403) => {
                Err(Ended::For(self.refused(status, "it is not given to everybody: get the file yourself, and `stepreel models add` it")))
            }
            status => Err(Ended::For(self.refused(
                status,
                "is the address still right? A mirror may not have it; `stepreel models add` takes a file or another address",
            ))),
        }
    }

    fn fitting(&self, announced: Option<u64>) -> Result<Option<u64>, Ended> {
        match (announced, self.bytes) {
            (Some(announced), Some(bytes)) if announced != bytes => {
                Err(Ended::For(self.foreign(format!("it has {announced} bytes instead of {bytes}"))))
            }
            (Some(announced), _) if announced > MOST_BYTES => Err(Ended::For(
                self.foreign(format!("it has {announced} bytes, and no model has more than {MOST_BYTES}")),
            )),
            _ => Ok(announced.or(self.bytes)),
        }
    }

    fn copy(
        &self,
        answer: Answer,
        total: Option<u64>,
        partial: &mut Partial,
        watch: &mut dyn FnMut(Step),
    ) -> Result<(), Ended> {
        let most = self.bytes.or(total).unwrap_or(MOST_BYTES);
        let (mut body, mut piece) = (answer.body, vec![0; 64 << 10]);
        loop {
            let read = match body.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => read,
                Err(cause) => return Err(Ended::Passing(self.unreachable(partial, cause.into()))),
            };
            if partial.length() + read as u64 > most {
                self.restart(partial, Origin::default())?;
                return Err(Ended::For(self.foreign(format!("more than {most} bytes came"))));
            }
            partial.append(&piece[..read]).map_err(|cause| Ended::For(self.unwritable(cause)))?;
            watch(Step::Advanced { bytes: partial.length() });
        }
        match total.filter(|&total| total != partial.length()) {
            Some(total) => {
                let cause = format!("the connection ended after {} of {total} bytes", partial.length());
                Err(Ended::Passing(self.unreachable(partial, cause.into())))
            }
            None => Ok(()),
        }
    }

    fn restart(&self, partial: &mut Partial, origin: Origin) -> Result<(), Ended> {
        partial.restart(origin).map_err(|cause| Ended::For(self.unwritable(cause)))
    }

    fn unwritable(&self, cause: std::io::Error) -> ModelError {
        ModelError::unwritable(self.target, cause)
    }

    fn unreachable(&self, partial: &Partial, cause: Box<dyn std::error::Error + Send + Sync>) -> ModelError {
        ModelError::Unreachable { address: self.address.to_string(), kept: partial.length(), cause }
    }

    fn refused(&self, status: u16, remedy: &'static str) -> ModelError {
        ModelError::Refused { address: self.address.to_string(), status, remedy }
    }

    fn foreign(&self, what: String) -> ModelError {
        let (name, address) = (self.name.to_owned(), self.address.to_string());
        ModelError::Foreign { name, address, what, remedy: self.remedy }
    }
}

/// Whether the answer is the rest of what is here.
fn goes_on(answer: &Answer, from: u64, partial: &Partial) -> bool {
    let named = partial.origin().and_then(|origin| origin.validator.as_ref());
    // Not every server that gives ranges looks at what they should be of.
    let same = named.is_none() || answer.validator.is_none() || named == answer.validator.as_ref();
    let first = answer.range.map(|(first, _)| first);
    answer.status == 206 && from > 0 && first == Some(from) && same
}
