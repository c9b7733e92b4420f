//! Caption files, WebVTT and SubRip.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stepreel_transcription::{CaptionFormat, Captions, caption_text};

fuzz_target!(|bytes: &[u8]| {
    let text = caption_text(bytes);
    for format in [CaptionFormat::WebVtt, CaptionFormat::SubRip] {
        let Ok(captions) = Captions::parse(&text, format) else { continue };
        for said in &captions.transcript.utterances {
            assert!(said.words.iter().all(|word| said.span.hull(word.span) == said.span), "words lie in what was said");
        }
    }
});
