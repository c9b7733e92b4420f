use std::time::Duration;

use stepreel_core::FindingCode;

use crate::{AudioCodec, Container, Extent, Fault, Format, Length, Rate, Scenario, Script, TrueVerdict, own_scripts};

/// One scenario for each way in which a session can go wrong, and for what looks wrong and is not; each with its verdict.
///
/// They last two to three minutes, but for one of at least seven minutes and one of six seconds; [`Scenario::lasting`] shortens
/// them, the planted stretches with them.
pub fn planted() -> Vec<Scenario> {
    [completed(), failed(), unremarkable()].concat()
}

/// Partial faults: the rest of the session still yields its procedures.
fn completed() -> Vec<Scenario> {
    vec![
        job("clean"),
        job("dropout").with(Fault::Dropout(Extent::Around(0.45, 14.0))),
        job("cover").with(Fault::Covered(Extent::Around(0.4, 14.0))),
        job("black").with(Fault::Black(Extent::Around(0.6, 10.0))),
        job("frozen").with(Fault::Frozen(Extent::Around(0.3, 12.0))),
        job("defocused").with(Fault::Defocused(Extent::Around(0.5, 20.0))),
        job("pictures-stop").with(Fault::PicturesStop(Extent::Around(0.7, 6.0))),
        job("truncated").with(Fault::Truncated(0.7)),
    ]
}

/// Sessions that fail, with the reason.
fn failed() -> Vec<Scenario> {
    vec![
        job("dropout-most").with(Fault::Dropout(Extent::Shares(0.2, 0.85))).failing(FindingCode::AudioDropout),
        job("muted").with(Fault::Dropout(Extent::Whole)).failing(FindingCode::AudioDropout),
        job("silent").with(Fault::Hushed).failing(FindingCode::AudioSilent),
        job("no-audio-track").with(Fault::NoAudioTrack).failing(FindingCode::AudioStreamMissing),
        job("wordless").wordless().failing(FindingCode::NoSpeech),
        job("covered-most").with(Fault::Covered(Extent::Shares(0.15, 0.85))).failing(FindingCode::CameraOccluded),
        own("talk-only"),
        own("idle-only"),
        job("short").lasting(Length::StopsAt(Duration::from_secs(6))).failing(FindingCode::SessionTooShort),
    ]
}

/// What looks wrong and is not.
fn unremarkable() -> Vec<Scenario> {
    let lossless = Format { audio: AudioCodec::Flac, container: Container::Mkv, ..small() };
    vec![
        job("dark-but-fine").with(Fault::Dark),
        job("long-quiet-work").lasting(Length::AtLeast(Duration::from_mins(7))),
        job("wall-in-view").with(Fault::WallInView(Extent::Around(0.55, 20.0))),
        job("noise-gate").with(Fault::Gated).format(lossless),
    ]
}

impl Scenario {
    fn failing(self, code: FindingCode) -> Self {
        self.expecting(TrueVerdict::Failed(code))
    }
}

fn job(name: &str) -> Scenario {
    own("short-job").named(name)
}

fn own(id: &str) -> Scenario {
    Scenario::new(own_script(id), 1).format(small())
}

fn small() -> Format {
    Format { rate: Rate::Constant(15), ..Format::default() }
}

fn own_script(id: &str) -> Script {
    own_scripts().into_iter().find(|script| script.id == id).expect("it is one of the crate's own")
}
