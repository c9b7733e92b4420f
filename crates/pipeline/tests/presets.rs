//! The configurations that ship: each can be read, and built as far as its models are at hand.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::path::{Path, PathBuf};

use stepreel_models::{Library, Manifest};
use stepreel_pipeline::{Config, EncoderConfig, Preset, Stages, TranscriberConfig};

/// Only what ships: whatever was pulled on this machine is not looked at.
fn shipped() -> Library {
    Library::new(Manifest::known(), vec![models()])
}

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models")
}

/// The models that a configuration names.
fn named(config: &Config) -> Vec<String> {
    let encoder = match &config.encoder {
        EncoderConfig::Onnx { model } => Some(model.clone()),
        EncoderConfig::Histogram => None,
    };
    let speech = match &config.transcriber {
        TranscriberConfig::Whisper { model, .. } => Some(model.clone()),
        TranscriberConfig::Auto { model, .. } => model.clone(),
        _ => None,
    };
    encoder.into_iter().chain(speech).collect()
}

#[test]
fn every_file_is_a_preset_and_every_preset_a_file() {
    let files = std::fs::read_dir(models().join("presets")).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<String> = files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    files.sort();
    let mut names = Preset::ALL.map(Preset::name);
    names.sort_unstable();
    assert_eq!(files, names);
    for preset in Preset::ALL {
        let path = models().join("presets").join(format!("{preset}.toml"));
        assert_eq!(preset.config(), Config::read(&path).unwrap(), "{preset}");
        assert_eq!(preset.name().parse(), Ok(preset));
    }
}

#[test]
fn the_offline_preset_builds_with_what_ships() {
    let config = Preset::Offline.config();
    assert!(config.models.offline);
    Stages::build(&config, &shipped()).unwrap();
}

#[test]
fn every_model_of_a_preset_ships_or_can_be_pulled() {
    let library = shipped();
    for preset in Preset::ALL {
        for name in named(&preset.config()) {
            let entry = library.entry(&name).unwrap();
            assert!(entry.can_be_pulled() || library.locate(entry.role, &name).is_ok(), "{preset}: {name}");
        }
    }
}

#[test]
fn a_preset_whose_model_is_not_here_says_how_to_pull_it() {
    let library = shipped();
    for preset in [Preset::Fast, Preset::Balanced, Preset::Best] {
        let missing = named(&preset.config()).into_iter().find(|name| {
            let entry = library.entry(name).unwrap();
            library.locate(entry.role, name).is_err()
        });
        let error = Stages::build(&preset.config(), &library).err().unwrap();
        let said = std::iter::successors(Some(&error as &dyn std::error::Error), |&error| error.source());
        let said = said.map(ToString::to_string).collect::<Vec<_>>().join(": ");
        assert!(said.contains(&format!("`stepreel models pull {}`", missing.unwrap())), "{preset}: {said}");
    }
}
