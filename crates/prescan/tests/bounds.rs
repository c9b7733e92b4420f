//! What is promised for any file: no panic, little memory, little time.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::io::Cursor;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use stepreel_prescan::{Limits, prescan};
use stepreel_testkit::{OddFile, accepted_recordings, mutated, mutations, odd_files};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Memory that a scan may take, in KiB.
const MEMORY_CAP: f32 = 512.0;

/// Scans the file and says how long that took, and how many KiB.
fn measured(bytes: &[u8]) -> (Duration, f32) {
    let before = MEMORY.current_usage_as_kb();
    MEMORY.reset_peak_usage();
    let started = Instant::now();
    let _ = prescan(&mut Cursor::new(bytes), &Limits::default());
    (started.elapsed(), MEMORY.peak_usage_as_kb() - before)
}

// One test, as the memory of others would be counted with it.
#[test]
#[ignore = "needs STEPREEL_DATA"]
fn no_file_takes_much_memory_or_time() {
    let accepted = accepted_recordings().unwrap();
    let odd = odd_files().unwrap().into_iter().filter(OddFile::is_recording);
    let odd = odd.map(|odd| (odd.name, std::fs::read(odd.path).unwrap()));
    let mutated = (0..mutations(200) * 10).map(|number| mutated(&accepted, number));
    let (mut longest, mut most, mut files) = (Duration::ZERO, 0_f32, 0);
    for (name, bytes) in odd.chain(mutated) {
        let (time, memory) = measured(&bytes);
        assert!(memory < MEMORY_CAP, "{name}: {memory} KiB");
        assert!(time < Duration::from_secs(5), "{name}: {time:?}");
        (longest, most, files) = (longest.max(time), most.max(memory), files + 1);
    }
    println!("{files} files, at most {most:.0} KiB and {} ms each", longest.as_millis());
}
