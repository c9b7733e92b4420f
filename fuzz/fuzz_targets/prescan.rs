//! Containers, as they come from strangers.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use stepreel_prescan::{Limits, prescan};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    if let Ok(layout) = prescan(&mut Cursor::new(bytes), &limits) {
        assert!(layout.tracks.len() as u64 <= limits.streams);
        assert!(layout.tracks.iter().all(|track| track.length <= limits.duration));
    }
});
