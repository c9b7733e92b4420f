//! The measures give what was published, where what they were computed from was published too.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod mat;

use std::path::{Path, PathBuf};

use stepreel_testkit::metrics::{Labelling, edit_score, frame_accuracy, segment_f1};

fn data() -> PathBuf {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("STEPREEL_DATA").map_or_else(beside, PathBuf::from)
}

/// A video as a model labelled it, and as a person did.
struct Video {
    predicted: Labelling,
    truth: Labelling,
}

/// The videos of all splits of 50 Salads at its middle granularity, as a model of C. Lea et al. (CVPR 2017) labelled them.
fn fifty_salads(model: &str) -> Vec<Video> {
    let folder = data().join("metrics/tcn_predictions/predictions/50Salads/mid").join(model);
    let mut files: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().flat_map(|file| videos(file)).collect()
}

/// The videos of one file: predictions and truth are two rows of cells, each with the labels of a video's frames.
fn videos(file: &Path) -> Vec<Video> {
    let labellings = |variable: &str| mat::cells(file, variable).into_iter().map(labelling);
    labellings("P").zip(labellings("Y")).map(|(predicted, truth)| Video { predicted, truth }).collect()
}

fn labelling(frames: Vec<i64>) -> Labelling {
    let labels: Vec<usize> = frames.into_iter().map(|label| label as usize).collect();
    Labelling::of_frames(&labels)
}

/// Percent with one digit, as tables print it: the mean over videos.
fn mean(videos: &[Video], measure: impl Fn(&Labelling, &Labelling) -> f64) -> String {
    let sum: f64 = videos.iter().map(|video| measure(&video.predicted, &video.truth)).sum();
    format!("{:.1}", 100.0 * sum / videos.len() as f64)
}

fn segment_f1s(videos: &[Video]) -> [String; 3] {
    [0.10, 0.25, 0.50].map(|least| mean(videos, |predicted, truth| segment_f1(predicted, truth, least)))
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn the_row_of_ed_tcn_comes_out_to_the_digit() {
    let videos = fifty_salads("mid_video_ED-TCN_L2_C15");
    assert_eq!(videos.len(), 50);
    assert_eq!([mean(&videos, frame_accuracy), mean(&videos, edit_score)], ["64.7", "59.8"]);
    assert_eq!(segment_f1s(&videos), ["68.0", "63.9", "52.6"]);
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn the_row_of_dilated_tcn_comes_out_to_the_digit() {
    let videos = fifty_salads("mid_video_DilatedTCN_B3_L5");
    assert_eq!(videos.len(), 50);
    assert_eq!([mean(&videos, frame_accuracy), mean(&videos, edit_score)], ["59.3", "43.1"]);
    assert_eq!(segment_f1s(&videos), ["52.2", "47.6", "37.4"]);
}
