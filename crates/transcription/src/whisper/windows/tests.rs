use proptest::prelude::*;

use super::*;
use crate::conformance::sound;

const SECOND: usize = SAMPLE_RATE as usize;

fn spans(seconds: &[(f64, f64)]) -> SpanSet {
    seconds.iter().filter_map(|&(start, end)| Span::from_seconds(start, end)).collect()
}

/// The windows over sound whose samples tell where they come from.
fn windows(samples: &[f32], block: usize, speech: &SpanSet) -> Vec<Window> {
    Windows::new(ReadAhead::new(sound(samples, block)), speech).map(Result::unwrap).collect()
}

/// Each sample is its own second.
fn numbered(seconds: usize) -> Vec<f32> {
    (0..seconds * SECOND).map(|n| (n / SECOND + 1) as f32 / 1000.0).collect()
}

fn lengths(seconds: usize, speech: &[(f64, f64)]) -> Vec<usize> {
    windows(&numbered(seconds), 4096, &spans(speech)).iter().map(|window| window.pieces.len()).collect()
}

#[test]
fn short_spans_share_a_window() {
    assert_eq!(lengths(60, &[(1.0, 9.0), (20.0, 28.0), (40.0, 48.0)]), [3]);
    assert_eq!(lengths(60, &[(1.0, 11.0), (20.0, 30.0), (40.0, 50.0)]), [2, 1]);
    assert_eq!(lengths(60, &[]), [0; 0]);
}

#[test]
fn pieces_hold_the_samples_of_their_span() {
    for window in windows(&numbered(40), 777, &spans(&[(3.0, 4.0), (10.0, 12.0), (20.0, 39.0)])) {
        for piece in &window.pieces {
            let second = piece.span.start().seconds() as usize + 1;
            assert!((window.samples[piece.samples.start] - second as f32 / 1000.0).abs() < 1e-6, "{}", piece.span);
            assert_eq!(piece.samples.len(), (piece.span.seconds() * SECOND as f64).round() as usize);
        }
    }
}

#[test]
fn pieces_are_kept_apart_by_silence() {
    let window = &windows(&numbered(20), 4096, &spans(&[(1.0, 2.0), (3.0, 4.0)]))[0];
    let gap = &window.samples[window.pieces[0].samples.end..window.pieces[1].samples.start];
    assert!(gap.len() == GAP && gap.iter().all(|&sample| sample == 0.0));
}

#[test]
fn a_long_span_is_split_where_it_is_quietest() {
    let mut samples = vec![0.5; 50 * SECOND];
    samples[20 * SECOND..20 * SECOND + QUIET].fill(0.01);
    let windows = windows(&samples, 4096, &spans(&[(0.0, 50.0)]));
    let ends: Vec<f64> = windows.iter().map(|window| window.pieces[0].span.end().seconds()).collect();
    assert!((ends[0] - 20.1).abs() < 0.06, "{ends:?}");
    assert_eq!(windows[1].pieces[0].span.start(), windows[0].pieces[0].span.end());
    assert_eq!(ends.last(), Some(&50.0));
}

#[test]
fn sound_that_ends_early_leaves_what_there_was() {
    let windows = windows(&numbered(5), 4096, &spans(&[(4.0, 8.0), (9.0, 10.0)]));
    assert_eq!(windows[0].pieces, [Piece { samples: 0..SECOND, span: Span::from_seconds(4.0, 5.0).unwrap() }]);
}

#[test]
fn sound_after_the_last_span_is_not_read() {
    let samples = numbered(10);
    let mut read = 0;
    let source = sound(&samples, SECOND).inspect(|_| read += 1);
    let speech = spans(&[(1.0, 2.0)]);
    assert_eq!(Windows::new(ReadAhead::new(Box::new(source)), &speech).count(), 1);
    assert_eq!(read, 3);
}

#[test]
fn an_error_of_the_source_comes_once_and_then_nothing() {
    let samples = numbered(3);
    let source = sound(&samples, SECOND).chain([Err(SourceError::Cancelled)]);
    let mut windows = Windows::new(ReadAhead::new(Box::new(source)), &spans(&[(0.0, 10.0)]));
    assert!(matches!(windows.next(), Some(Err(SourceError::Cancelled))));
    assert!(windows.next().is_none());
}

#[test]
fn what_is_read_ahead_is_not_lost() {
    let samples = numbered(8);
    let speech = spans(&[(1.0, 7.0)]);
    let mut ahead = Windows::new(ReadAhead::new(sound(&samples, 1000)), &speech);
    for _ in 0..50 {
        ahead.look_ahead().unwrap();
    }
    assert_eq!(ahead.next().unwrap().unwrap().samples, windows(&samples, 4096, &speech)[0].samples);
}

#[test]
fn a_stretch_belongs_to_the_piece_that_it_overlaps_most_or_is_nearest_to() {
    let window = &windows(&numbered(60), 4096, &spans(&[(10.0, 12.0), (40.0, 43.0)]))[0];
    let check = |(from, to): (f64, f64), piece: usize, span: (f64, f64)| {
        let located = window.locate(&(Duration::from_secs_f64(from)..Duration::from_secs_f64(to)));
        assert_eq!(located, Some((piece, Span::from_seconds(span.0, span.1).unwrap())), "{from}-{to}");
    };
    check((0.5, 1.0), 0, (10.5, 11.0));
    check((1.5, 2.3), 0, (11.5, 12.0));
    check((1.9, 3.5), 1, (40.0, 41.0));
    check((2.05, 2.1), 0, (11.98, 12.0));
    check((2.4, 2.45), 1, (40.0, 40.02));
    check((29.0, 30.0), 1, (42.98, 43.0));
}

fn speech() -> impl Strategy<Value = SpanSet> {
    prop::collection::vec((0u32..90_000, 1u32..40_000), 0..12).prop_map(|spans| {
        let span = |(start, length): (u32, u32)| Span::from_seconds(start.into(), f64::from(start) + f64::from(length));
        let millis = |span: Span| Span::from_seconds(span.start().seconds() / 1e3, span.end().seconds() / 1e3);
        spans.into_iter().filter_map(span).filter_map(millis).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn windows_hold_all_speech_once_and_nothing_else(speech in speech(), block in 1usize..100_000) {
        let samples = numbered(100);
        let end = Time::from_seconds(100.0);
        let windows = windows(&samples, block.max(100), &speech);
        let mut after = Time::ZERO;
        let mut held = Duration::ZERO;
        for window in &windows {
            prop_assert!(window.samples.len() <= WINDOW);
            for piece in &window.pieces {
                prop_assert!(piece.span.start() >= after, "pieces out of order");
                after = piece.span.end();
                held += piece.span.duration();
                prop_assert!(speech.spans().iter().any(|span| span.intersection(piece.span) == Some(piece.span)));
            }
        }
        let expected = Span::new(Time::ZERO, end).map(|all| speech.within(all).duration()).unwrap_or_default();
        // Up to a sample is lost at either end of a span.
        let lost = expected.abs_diff(held);
        prop_assert!(lost <= 2 * speech.spans().len() as u32 * Duration::from_micros(63), "{lost:?} lost");
    }

    #[test]
    fn every_stretch_lands_inside_a_piece_and_in_order(
        speech in speech(), mut times in prop::collection::vec(0u64..31_000, 2..40),
    ) {
        times.sort_unstable();
        for window in windows(&numbered(100), 16_000, &speech) {
            let mut before = Time::ZERO;
            for pair in times.windows(2) {
                let located = window.locate(&(Duration::from_millis(pair[0])..Duration::from_millis(pair[1])));
                let (piece, span) = located.unwrap();
                prop_assert_eq!(span.intersection(window.pieces[piece].span), Some(span));
                prop_assert!(span.start() >= before);
                before = span.start();
            }
        }
    }
}

#[test]
fn listening_goes_on_at_the_next_piece_unless_this_one_goes_on_for_long() {
    let windows = windows(&numbered(40), 4096, &spans(&[(3.0, 5.0), (10.0, 20.0), (30.0, 31.0)]));
    let starts: Vec<Duration> = windows[0].pieces.iter().map(|piece| piece.times().start).collect();
    let after = |seconds| windows[0].resumed(Duration::from_secs(seconds));
    assert_eq!(after(1), starts[1]);
    assert_eq!(after(4), Duration::from_secs(4));
    assert_eq!(after(11), starts[2]);
}
