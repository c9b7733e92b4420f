//! Each limit, on files of some hundred bytes that ask for more.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::io::Cursor;
use std::time::Duration;

use stepreel_prescan::{Container, Layout, Limit, Limits, Refusal, TrackKind, prescan};

fn scan(bytes: &[u8]) -> Result<Layout, Refusal> {
    prescan(&mut Cursor::new(bytes), &Limits::default())
}

fn boxed(name: &[u8], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes(), name, body].concat()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// A film of one track whose parts a test changes.
struct Film {
    size: (u16, u16),
    /// How many samples last how many thousandths of a second.
    times: (u32, u32),
    /// Samples, their size, samples a chunk, and where chunks start.
    samples: (u32, u32, u32, Vec<u32>),
    edits: Vec<u8>,
    reference: Vec<u8>,
    media: usize,
}

impl Default for Film {
    fn default() -> Self {
        Self {
            size: (640, 480),
            times: (100, 40),
            samples: (100, 10, 100, vec![24]),
            edits: Vec::new(),
            reference: boxed(b"url ", &words(&[1])),
            media: 1_000,
        }
    }
}

impl Film {
    fn tables(&self) -> Vec<u8> {
        let (width, height) = self.size;
        let side = |side: u16| side.to_be_bytes().to_vec();
        let entry = boxed(b"avc1", &[vec![0; 24], side(width), side(height), vec![0; 50]].concat());
        let (count, size, a_chunk, chunks) = &self.samples;
        let parts = [
            boxed(b"stsd", &[words(&[0, 1]), entry].concat()),
            boxed(b"stts", &words(&[0, 1, self.times.0, self.times.1])),
            boxed(b"stsc", &words(&[0, 1, 1, *a_chunk, 1])),
            boxed(b"stsz", &words(&[0, *size, *count])),
            boxed(b"stco", &[words(&[0, chunks.len() as u32]), words(chunks)].concat()),
        ];
        boxed(b"stbl", &parts.concat())
    }

    fn track(&self) -> Vec<u8> {
        let references = boxed(b"dref", &[words(&[0, 1]), self.reference.clone()].concat());
        let handler = boxed(b"hdlr", &[words(&[0, 0]), b"vide".to_vec(), vec![0; 12]].concat());
        let media = [
            boxed(b"mdhd", &words(&[0, 0, 0, 1_000, 4_000, 0])),
            handler,
            boxed(b"minf", &[boxed(b"dinf", &references), self.tables()].concat()),
        ];
        let edits = boxed(b"edts", &boxed(b"elst", &self.edits));
        let edits = if self.edits.is_empty() { Vec::new() } else { edits };
        boxed(b"trak", &[boxed(b"tkhd", &words(&[0, 0, 0, 1])), edits, boxed(b"mdia", &media.concat())].concat())
    }

    fn file(&self) -> Vec<u8> {
        let head = boxed(b"mvhd", &words(&[0, 0, 0, 1_000, 4_000]));
        let start = boxed(b"ftyp", b"isom\0\0\0\0");
        let media = boxed(b"mdat", &vec![0; self.media]);
        [start, media, boxed(b"moov", &[head, self.track()].concat())].concat()
    }
}

fn check(film: &Film, beyond: Limit) {
    let refusal = scan(&film.file()).unwrap_err();
    assert!(matches!(refusal, Refusal::Beyond { limit, .. } if limit == beyond), "{refusal}");
    assert_eq!(refusal.code(), "media_too_large");
}

#[test]
fn a_film_within_all_limits_has_a_layout() {
    let layout = scan(&Film::default().file()).unwrap();
    assert_eq!((layout.container, layout.count(TrackKind::Video)), (Container::Mp4, 1));
    assert_eq!((layout.duration, layout.declared), (Some(Duration::from_secs(4)), Some(Duration::from_secs(4))));
    let track = &layout.tracks[0];
    assert_eq!((track.codec.as_str(), track.samples, track.size.unwrap().width), ("avc1", 100, 640));
}

#[test]
fn pictures_have_at_most_40_million_pixels() {
    check(&Film { size: (10_000, 4_001), ..Film::default() }, Limit::Pixels);
    assert!(scan(&Film { size: (10_000, 4_000), ..Film::default() }.file()).is_ok());
}

#[test]
fn a_film_lasts_at_most_six_hours_whatever_its_header_says() {
    check(&Film { times: (100, 216_010), ..Film::default() }, Limit::Duration);
    assert!(scan(&Film { times: (100, 216_000), ..Film::default() }.file()).is_ok());
}

#[test]
fn a_film_shows_at_most_300_pictures_a_second_on_average() {
    check(&Film { times: (100, 0), samples: (1_000, 1, 1_000, vec![24]), ..Film::default() }, Limit::FrameRate);
}

#[test]
fn a_film_has_at_most_five_million_samples() {
    check(&Film { samples: (5_000_001, 1, 1, vec![]), ..Film::default() }, Limit::Samples);
}

#[test]
fn no_sample_is_listed_again_and_again() {
    let chunks = vec![24; 100];
    check(&Film { samples: (100, 1_000, 1, chunks), ..Film::default() }, Limit::Reuse);
}

#[test]
fn samples_that_are_lost_with_the_tail_are_no_reuse() {
    let chunks = (0..100).map(|number| 24 + number * 1_000).collect();
    assert!(scan(&Film { samples: (100, 1_000, 1, chunks), ..Film::default() }.file()).is_ok());
}

#[test]
fn an_edit_list_has_at_most_a_thousand_entries() {
    let edits = |count: u32| [words(&[0, count]), words(&[4, 0, 0x0001_0000]).repeat(count as usize)].concat();
    check(&Film { edits: edits(1_001), ..Film::default() }, Limit::Edits);
    assert!(scan(&Film { edits: edits(1_000), ..Film::default() }.file()).is_ok());
}

#[test]
fn an_edit_list_repeats_no_more_than_a_film_may_last() {
    let edits = [words(&[0, 100]), words(&[4_000_000, 0, 0x0001_0000]).repeat(100)].concat();
    check(&Film { times: (100, 40_000), edits, ..Film::default() }, Limit::Duration);
}

#[test]
fn data_in_another_file_is_refused() {
    let reference = |flags, place: &[u8]| boxed(b"url ", &[words(&[flags]), place.to_vec()].concat());
    let elsewhere = Film { reference: reference(0, b"/etc/passwd\0"), ..Film::default() };
    assert!(matches!(scan(&elsewhere.file()), Err(Refusal::Elsewhere)));
    // Some writers name no place, and forget to say that there is none.
    assert!(scan(&Film { reference: reference(0, b""), ..Film::default() }.file()).is_ok());
    assert!(scan(&Film { reference: reference(1, b"x"), ..Film::default() }.file()).is_ok());
}

#[test]
fn a_table_that_claims_more_than_it_has_is_damage() {
    let chunks = boxed(b"stco", &words(&[0, u32::MAX]));
    let file = [boxed(b"ftyp", b"isom\0\0\0\0"), boxed(b"moov", &boxed(b"trak", &chunks))].concat();
    assert!(matches!(scan(&file), Err(Refusal::Damaged { .. })));
}

#[test]
fn a_compressed_header_is_refused() {
    let file = [boxed(b"ftyp", b"qt  \0\0\0\0"), boxed(b"moov", &boxed(b"cmov", &[0; 100]))].concat();
    assert!(matches!(scan(&file), Err(Refusal::Compressed { .. })));
}

#[test]
fn boxes_inside_each_other_end_somewhere() {
    let nested = (0..40).fold(Vec::new(), |inner, _| boxed(b"udta", &inner));
    let file = [boxed(b"ftyp", b"isom\0\0\0\0"), nested].concat();
    assert!(matches!(scan(&file), Err(Refusal::Beyond { limit: Limit::Depth, .. })));
}

#[test]
fn a_film_has_at_most_16_tracks() {
    let tracks = boxed(b"trak", &[]).repeat(17);
    let file = [boxed(b"ftyp", b"isom\0\0\0\0"), boxed(b"moov", &tracks)].concat();
    assert!(matches!(scan(&file), Err(Refusal::Beyond { limit: Limit::Streams, .. })));
}

#[test]
fn looking_ends_when_the_work_is_done() {
    let file = [boxed(b"ftyp", b"isom\0\0\0\0"), boxed(b"free", &[]).repeat(1_000)].concat();
    let limits = Limits { work: 500, ..Limits::default() };
    let refused = prescan(&mut Cursor::new(file), &limits);
    assert!(matches!(refused, Err(Refusal::Beyond { limit: Limit::Work, .. })));
}

/// An EBML element with a length of four bytes.
fn element(id: &[u8], body: &[u8]) -> Vec<u8> {
    [id, &(0x1000_0000 | body.len() as u32).to_be_bytes(), body].concat()
}

fn matroska(track: &[u8], cluster: &[u8]) -> Vec<u8> {
    let head = element(b"\x1a\x45\xdf\xa3", &element(b"\x42\x82", b"webm"));
    let entry = [element(b"\xd7", &[1]), element(b"\x83", &[1]), element(b"\x86", b"V_VP8"), track.to_vec()].concat();
    let tracks = element(b"\x16\x54\xae\x6b", &element(b"\xae", &entry));
    let cluster = element(b"\x1f\x43\xb6\x75", cluster);
    [head, element(b"\x18\x53\x80\x67", &[tracks, cluster].concat())].concat()
}

#[test]
fn blocks_tell_how_long_matroska_lasts() {
    let cluster = |time: u32| [element(b"\xe7", &time.to_be_bytes()), element(b"\xa3", &[0x81, 0, 0, 0])].concat();
    let clusters = |last: u32| [cluster(0), cluster(last)].concat();
    let layout = scan(&matroska(&[], &clusters(2_000))).unwrap();
    assert_eq!((layout.duration, layout.tracks[0].samples), (Some(Duration::from_secs(2)), 2));
    let long = scan(&matroska(&[], &clusters(21_601_000)));
    assert!(matches!(long, Err(Refusal::Beyond { limit: Limit::Duration, .. })), "{long:?}");
}

#[test]
fn the_size_in_a_key_frame_counts_as_well() {
    let frame = [0x81, 0, 0, 0, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0xff, 0x3f, 0xff, 0x3f];
    let refused = scan(&matroska(&[], &element(b"\xa3", &frame)));
    assert!(matches!(refused, Err(Refusal::Beyond { limit: Limit::Pixels, .. })), "{refused:?}");
}

#[test]
fn streams_of_matroska_that_unpack_to_anything_are_refused() {
    let compressed = |algorithm: &[u8]| {
        let compression = element(b"\x50\x34", &element(b"\x42\x54", algorithm));
        matroska(&element(b"\x6d\x80", &element(b"\x62\x40", &compression)), &[])
    };
    assert!(matches!(scan(&compressed(&[0])), Err(Refusal::Compressed { .. })));
    // Bytes that all packets start with may be left out of them.
    assert!(scan(&compressed(&[3])).is_ok());
}

#[test]
fn what_is_no_container_is_unknown() {
    for head in [b"".as_slice(), b"#EXTM3U\n", b"ffconcat version 1.0\n", b"\x89PNG\r\n", b"GIF89a", b"<MPD>"] {
        assert!(matches!(scan(head), Err(Refusal::Unknown)), "{head:?}");
    }
}
