//! What ffprobe answers about a file that was made to make it answer anything: its report, a line of zeros, its list of packets.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let at = bytes.windows(2).position(|window| window == [0, 0]).unwrap_or(bytes.len());
    let (report, listing) = bytes.split_at(at);
    let _ = stepreel_media::concluded(report, listing.get(2..).unwrap_or_default());
});
