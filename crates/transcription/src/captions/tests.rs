use proptest::prelude::*;

use super::*;

fn said(text: &str) -> Vec<(f64, f64, String)> {
    let utterances = captions(text).unwrap().utterances;
    utterances.into_iter().map(|u| (u.span.start().seconds(), u.span.end().seconds(), u.text)).collect()
}

fn check(text: &str, expected: &[(f64, f64, &str)]) {
    let expected: Vec<_> = expected.iter().map(|&(start, end, text)| (start, end, text.to_owned())).collect();
    assert_eq!(said(text), expected, "{text}");
}

#[test]
fn both_formats_are_read() {
    check("WEBVTT\n\n00:01.000 --> 00:02.500\nHello.\n", &[(1.0, 2.5, "Hello.")]);
    check("1\n01:00:01,000 --> 01:00:02,500\nHello.\n", &[(3601.0, 3602.5, "Hello.")]);
}

#[test]
fn marks_and_line_ends_of_windows_are_no_trouble() {
    check("\u{feff}WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\nOne\r\ntwo.\r\n", &[(1.0, 2.0, "One two.")]);
    check("\u{feff}1\r00:00:01,0 --> 00:00:02\rOne.\r", &[(1.0, 2.0, "One.")]);
}

#[test]
fn settings_identifiers_notes_and_styles_are_passed_over() {
    let text = "WEBVTT - a title\nKind: captions\nLanguage: de-AT\n\nNOTE nothing\nto see\n\nSTYLE\n::cue { color: red }\n\n\
                intro\n00:01.000 --> 00:02.000 align:start position:0%\nGuten Tag.\n";
    check(text, &[(1.0, 2.0, "Guten Tag.")]);
    assert_eq!(captions(text).unwrap().language.as_deref(), Some("de"));
}

#[test]
fn tags_and_entities_are_resolved() {
    for (body, expected) in [
        ("<v Ann>Close</v> the <i>gas</i> valve.", "Close the gas valve."),
        ("<c.yellow>Hot</c>&nbsp;&amp; cold.", "Hot & cold."),
        ("{\\an8}<font color=\"#fff\">Up there.</font>", "Up there."),
        ("un<b>screw</b>ed it.", "unscrewed it."),
        ("5 < 6 and I <3 it.", "5 < 6 and I <3 it."),
        ("&#72;&#x49; &bogus; &#0;", "HI &bogus; &#0;"),
        ("- First.\n- Second.", "First. Second."),
        (">> Hello.", "Hello."),
        ("{not a tag} here.", "{not a tag} here."),
    ] {
        check(&format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{body}\n"), &[(1.0, 2.0, expected)]);
    }
}

#[test]
fn sounds_are_not_words() {
    check("WEBVTT\n\n00:01.000 --> 00:02.000\n[Music]\nGo.\n\n00:03.000 --> 00:04.000\n♪ la ♪\n", &[(1.0, 2.0, "Go.")]);
}

#[test]
fn inline_times_become_words() {
    let text = "WEBVTT\n\n00:01.000 --> 00:03.000\nturn<00:01.500><c> it</c><00:02.000><c> off</c>\n";
    let utterances = captions(text).unwrap().utterances;
    let words = utterances[0].words.iter().map(|w| (w.text.as_str(), w.span.start().seconds(), w.span.end().seconds()));
    assert_eq!(words.collect::<Vec<_>>(), [("turn", 1.0, 1.5), ("it", 1.5, 2.0), ("off", 2.0, 3.0)]);
}

#[test]
fn broken_captions_are_skipped_and_counted() {
    let text = "WEBVTT\n\n00:02.000 --> 00:01.000\nbackwards\n\n00:xx --> 00:04.000\nnonsense\n\n00:05.000 --> 00:06.000\nGood.\n";
    let read = Captions::parse(text, CaptionFormat::WebVtt).unwrap();
    assert_eq!((read.skipped, read.transcript.utterances.len()), (2, 1));
}

#[test]
fn a_missing_empty_line_does_not_swallow_the_next_caption() {
    check(
        "WEBVTT\n\n00:01.000 --> 00:02.000\nOne.\n00:03.000 --> 00:04.000\nTwo.\n",
        &[(1.0, 2.0, "One."), (3.0, 4.0, "Two.")],
    );
    check(
        "1\n00:00:01,000 --> 00:00:02,000\nOne.\n\nStill one.\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo.\n\n",
        &[(1.0, 2.0, "One. Still one."), (3.0, 4.0, "Two.")],
    );
}

#[test]
fn a_number_can_be_what_was_said() {
    check("1\n00:00:01,000 --> 00:00:02,000\n42\n", &[(1.0, 2.0, "42")]);
}

#[test]
fn rolling_lines_are_taken_once() {
    let text = "WEBVTT\n\n00:00:00.160 --> 00:00:02.389 align:start\n \nwelcome<00:00:00.480><c> to</c><00:00:00.640><c> the</c>\n\n\
                00:00:02.389 --> 00:00:02.399\nwelcome to the\n \n\n\
                00:00:02.399 --> 00:00:04.230\nwelcome to the\nworkshop<00:00:02.700><c> today</c>\n\n\
                00:00:04.230 --> 00:00:04.240\nworkshop today\n \n\n";
    check(text, &[(0.16, 2.389, "welcome to the"), (2.399, 4.23, "workshop today")]);
}

#[test]
fn what_is_said_twice_in_captions_that_do_not_roll_stays() {
    let cue = |second: u32, text: &str| format!("00:0{second}.000 --> 00:0{}.000\n{text}\n\n", second + 1);
    let text =
        ["One.", "Yes.", "Yes.", "Two.", "Three."].iter().zip(1..).map(|(text, at)| cue(at, text)).collect::<String>();
    assert_eq!(said(&format!("WEBVTT\n\n{text}")).len(), 5);
}

#[test]
fn a_sentence_over_two_captions_is_one_utterance() {
    check(
        "WEBVTT\n\n00:01.000 --> 00:02.000\nNow I close\n\n00:02.100 --> 00:03.000\nthe valve.\n\n00:03.000 --> 00:04.000\nDone.\n",
        &[(1.0, 3.0, "Now I close the valve."), (3.0, 4.0, "Done.")],
    );
    check(
        "WEBVTT\n\n00:01.000 --> 00:02.000\nNow I close.\n\n00:05.000 --> 00:06.000\nthe valve\n",
        &[(1.0, 2.0, "Now I close."), (5.0, 6.0, "the valve")],
    );
}

#[test]
fn captions_without_punctuation_stay_apart() {
    let cue = |second: u32| format!("00:0{second}.000 --> 00:0{}.000\nsome words {second}\n\n", second + 1);
    assert_eq!(said(&format!("WEBVTT\n\n{}", (1..7).map(cue).collect::<String>())).len(), 6);
}

#[test]
fn overlapping_captions_come_in_order_of_start() {
    check(
        "WEBVTT\n\n00:05.000 --> 00:09.000\nLater.\n\n00:01.000 --> 00:06.000\nFirst.\n",
        &[(1.0, 6.0, "First."), (5.0, 9.0, "Later.")],
    );
}

#[test]
fn what_is_no_caption_file_is_an_error_and_an_empty_one_is_not() {
    for text in ["", "Dear diary", "{\"a\": 1}", "\0\0\0", "1 --> 2"] {
        assert!(matches!(captions(text), Err(CaptionError::Nothing { .. })), "{text:?}");
    }
    assert!(captions("WEBVTT\n").unwrap().utterances.is_empty());
}

#[test]
fn latin_and_wide_files_are_read() {
    for (bytes, expected) in [
        (&b"d\xe9j\xe0 vu \x85"[..], "déjà vu …"),
        ("déjà".as_bytes(), "déjà"),
        (b"\xff\xfeh\0i\0", "hi"),
        (b"\xfe\xff\0h\0i", "hi"),
    ] {
        assert_eq!(caption_text(bytes), expected);
    }
}

#[test]
fn the_caption_file_with_the_recordings_name_is_found() {
    let check = |files: &[&str], expected: Option<&str>| {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            std::fs::write(folder.path().join(file), "").unwrap();
        }
        assert_eq!(beside(&folder.path().join("job.mp4")), expected.map(|name| folder.path().join(name)), "{files:?}");
    };
    check(&["job.mp4", "other.vtt"], None);
    check(&["job.srt", "job.vtt", "job.en.vtt"], Some("job.vtt"));
    check(&["job.de.vtt", "job.en-GB.srt"], Some("job.en-GB.srt"));
    check(&["job.de.vtt", "job.fr.vtt"], Some("job.de.vtt"));
    check(&["job.SRT"], Some("job.SRT"));
    check(&["job-2.vtt", "jobs.vtt", "job.part1.vtt"], None);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_without_harm(text in "(WEBVTT\n\n)?([0-9:., <>&;{}\\\\a-z-]{0,12}|-->|\n|00:0[0-9].[0-9]{3}|<v A>|&amp;){0,40}") {
        if let Ok(transcript) = captions(&text) {
            let starts: Vec<_> = transcript.utterances.iter().map(|utterance| utterance.span.start()).collect();
            prop_assert!(starts.is_sorted());
            for utterance in &transcript.utterances {
                prop_assert!(!utterance.text.trim().is_empty());
                for word in &utterance.words {
                    prop_assert_eq!(word.span.intersection(utterance.span), Some(word.span));
                }
            }
        }
    }
}
