//! Everything that can be measured of a procedure.

mod picture;
mod sound;
mod structure;
mod words;

pub(crate) use picture::UNSEEN;
pub(crate) use sound::UNHEARD;

use crate::measurement::Measurement;
use crate::worked::Worked;
use crate::{Profile, Subject};

/// What was measured of a procedure, in the order of every card; what could not be measured is left out.
pub(crate) fn measurements(subject: &Subject<'_>, profile: &Profile) -> Vec<Measurement> {
    let worked = Worked::new(subject);
    let groups = [
        picture::measurements(&worked, profile),
        sound::measurements(&worked, profile),
        words::measurements(&worked, profile),
        structure::measurements(subject),
    ];
    groups.into_iter().flatten().collect()
}
