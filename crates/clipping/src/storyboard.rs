//! The small pictures of a clip that a player shows while somebody looks for a place in it.

use std::fmt::Write;
use std::time::Duration;

use image::codecs::jpeg::JpegEncoder;
use image::imageops;
use image::{ExtendedColorType, ImageEncoder, ImageFormat, RgbImage};
use serde::{Deserialize, Serialize};
use stepreel_core::{Frame, Span, Time};

use crate::captions::Timestamp;
use crate::filmstrip::small;

/// The most pictures that are kept of a recording: every third second of an hour and a half.
const MOST_KEPT: usize = 2000;

/// The most pictures of one storyboard.
const MOST_SHOWN: usize = 100;

const COLUMNS: usize = 10;

/// Two pictures closer than this show the same.
const NEAREST: Duration = Duration::from_secs(2);

const QUALITY: u8 = 75;

/// Small pictures of a recording, from which the storyboards of its clips are made. They are 96 pixels high.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SmallPictures {
    kept: Vec<Small>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Small {
    time: Time,
    jpeg: Vec<u8>,
}

/// A clip's storyboard: one sheet with all its pictures, and which of them is shown when.
#[derive(Clone, Debug, PartialEq)]
pub struct Storyboard {
    /// The sheet as a JPEG: ten pictures in a row.
    pub sheet: Vec<u8>,
    /// Each picture's time on the clip's timeline, in order.
    cells: Vec<Span>,
    /// Width and height of a picture in pixels.
    cell: (u32, u32),
}

impl SmallPictures {
    /// Takes a frame of a recording of that length in; frames come in order, and those too near to the last one are passed over.
    pub fn add(&mut self, frame: &Frame, length: Duration) {
        let apart = NEAREST.max(length.div_f64(MOST_KEPT as f64));
        if self.kept.last().is_none_or(|last| frame.time.since(last.time) >= apart) {
            self.kept.push(Small { time: frame.time, jpeg: jpeg(&small(&frame.picture)) });
        }
    }

    /// The storyboard of the clip that holds `span` of the recording; nothing without a picture in it.
    pub fn storyboard(&self, span: Span) -> Option<Storyboard> {
        let inside: Vec<&Small> = self.kept.iter().filter(|small| span.contains(small.time)).collect();
        let each = inside.len().div_ceil(MOST_SHOWN).max(1);
        let shown: Vec<&Small> = inside.into_iter().step_by(each).collect();
        let pictures: Vec<RgbImage> = shown.iter().filter_map(|small| decoded(&small.jpeg)).collect();
        let cell = pictures.first()?.dimensions();
        let starts = shown.iter().skip(1).map(|small| small.time);
        let bounds: Vec<Time> = [span.start()].into_iter().chain(starts).chain([span.end()]).collect();
        let cells = bounds.windows(2).filter_map(|pair| Some(Span::new(pair[0], pair[1])?.relative_to(span.start())));
        Some(Storyboard { sheet: jpeg(&sheet(&pictures, cell)), cells: cells.collect(), cell })
    }
}

impl Storyboard {
    /// Which picture is shown when, as WebVTT whose cues name a piece of the sheet (a media fragment `#xywh=`), which lies beside
    /// it under `name`.
    pub fn web_vtt(&self, name: &str) -> String {
        let mut text = "WEBVTT\n".to_owned();
        let (width, height) = self.cell;
        for (at, cell) in self.cells.iter().enumerate() {
            let (x, y) = (at % COLUMNS * width as usize, at / COLUMNS * height as usize);
            let (from, until) = (Timestamp::from(cell.start()), Timestamp::from(cell.end()));
            write!(text, "\n{from} --> {until}\n{name}#xywh={x},{y},{width},{height}\n")
                .expect("a string takes all that is written");
        }
        text
    }
}

fn sheet(pictures: &[RgbImage], (width, height): (u32, u32)) -> RgbImage {
    let (columns, rows) = (pictures.len().min(COLUMNS), pictures.len().div_ceil(COLUMNS));
    let mut sheet = RgbImage::new(width * columns as u32, height * rows as u32);
    for (at, picture) in pictures.iter().enumerate() {
        let (x, y) = (at % COLUMNS * width as usize, at / COLUMNS * height as usize);
        imageops::replace(&mut sheet, picture, x as i64, y as i64);
    }
    sheet
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let written = JpegEncoder::new_with_quality(&mut jpeg, QUALITY).write_image(
        picture,
        picture.width(),
        picture.height(),
        ExtendedColorType::Rgb8,
    );
    written.expect("a sheet of small pictures is a JPEG, and memory takes all that is written");
    jpeg
}

fn decoded(jpeg: &[u8]) -> Option<RgbImage> {
    Some(image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).ok()?.to_rgb8())
}

#[cfg(test)]
mod tests {
    use stepreel_core::Picture;

    use super::*;

    fn span(start: f64, end: f64) -> Span {
        Span::from_seconds(start, end).unwrap()
    }

    /// A recording of that many seconds with a frame each second, as light as its number.
    fn pictures(seconds: u32) -> SmallPictures {
        let mut pictures = SmallPictures::default();
        for second in 0..seconds {
            let picture = Picture::from_rgb(64, 48, &vec![(second % 250) as u8; 64 * 48 * 3]).unwrap();
            let frame = Frame { time: Time::from_seconds(f64::from(second)), picture };
            pictures.add(&frame, Duration::from_secs(u64::from(seconds)));
        }
        pictures
    }

    #[test]
    fn cues_cover_the_clip_and_name_their_piece_of_the_sheet() {
        let board = pictures(60).storyboard(span(9.5, 15.0)).unwrap();
        let expected = "WEBVTT\n\n\
            00:00:00.000 --> 00:00:02.500\nsheet.jpg#xywh=0,0,128,96\n\n\
            00:00:02.500 --> 00:00:04.500\nsheet.jpg#xywh=128,0,128,96\n\n\
            00:00:04.500 --> 00:00:05.500\nsheet.jpg#xywh=256,0,128,96\n";
        assert_eq!(board.web_vtt("sheet.jpg"), expected);
    }

    #[test]
    fn the_sheet_shows_each_picture_in_its_place() {
        let board = pictures(200).storyboard(span(100.0, 130.0)).unwrap();
        let sheet = decoded(&board.sheet).unwrap();
        assert_eq!(sheet.dimensions(), (1280, 192));
        for (at, light) in (100..130).step_by(2).enumerate() {
            let (x, y) = (at as u32 % 10 * 128 + 64, at as u32 / 10 * 96 + 48);
            assert!(i32::from(sheet.get_pixel(x, y)[0]).abs_diff(light) < 6, "picture {at}");
        }
    }

    #[test]
    fn a_long_clip_has_a_hundred_pictures_at_most() {
        let board = pictures(3600).storyboard(span(0.0, 3600.0)).unwrap();
        assert!((50..=100).contains(&board.cells.len()), "{}", board.cells.len());
        assert_eq!(board.cells.last().unwrap().end(), Time::from_seconds(3600.0));
    }

    #[test]
    fn no_picture_makes_no_storyboard() {
        assert_eq!(pictures(10).storyboard(span(20.0, 30.0)), None);
        assert_eq!(pictures(10).storyboard(span(4.5, 5.5)), None);
    }
}
