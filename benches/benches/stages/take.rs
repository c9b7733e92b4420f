//! Half a minute of recording, and what stages make of it.

use std::path::Path;
use std::time::Duration;

use stepreel_core::{Picture, Sample, SoundBlock};
use stepreel_media::{FramePlan, Recording, Sampling};
use stepreel_models::Library;
use stepreel_segmentation::{EncoderConfig, FrameEncoder};
use stepreel_testkit::{Length, Rate, Scenario, Truth, own_scripts};

pub(crate) struct Take {
    pub(crate) recording: Recording,
    pub(crate) plan: FramePlan,
    pub(crate) samples: Vec<Sample>,
    pub(crate) sound: Vec<SoundBlock>,
    pub(crate) truth: Truth,
    pub(crate) models: Library,
    pub(crate) encoder: Box<dyn FrameEncoder>,
}

impl Take {
    /// Filmed once; later it is taken as it lies there.
    pub(crate) fn record() -> Self {
        let script = own_scripts().into_iter().find(|script| script.id == "short-job").expect("there is such a script");
        let mut scenario = Scenario::new(script, 1).lasting(Length::StopsAt(Duration::from_secs(30)));
        (scenario.format.width, scenario.format.height, scenario.format.rate) = (1280, 720, Rate::Constant(30));
        let take = scenario.record(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("stages")).expect("it can be recorded");
        let recording = Recording::open(&take.recording).expect("it can be read");
        let plan = recording.plan(&Sampling::default()).expect("it has pictures");
        let samples = recording.frames(&plan).expect("ffmpeg is there").collect::<Result<_, _>>().expect("they decode");
        let sound = recording.sound().expect("it can be read").expect("it has sound");
        let sound = sound.collect::<Result<_, _>>().expect("it decodes");
        let models = Library::discover().expect("the models that ship are here");
        let encoder = EncoderConfig::default().build(&models).expect("ONNX Runtime is here: ./x setup");
        Self { recording, plan, samples, sound, truth: take.truth, models, encoder }
    }

    pub(crate) fn pictures(&self) -> Vec<&Picture> {
        self.samples.iter().map(|sample| &sample.frame.picture).collect()
    }
}
