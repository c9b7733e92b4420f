//! What a work instruction says in each of its forms, and what it never says.

#[path = "../../report/tests/session/mod.rs"]
mod session;

use std::io::{Cursor, Read};

use image::{ExtendedColorType, ImageEncoder, codecs::jpeg::JpegEncoder};
use roxmltree::{Document as Xml, Node};
use stepreel_core::{Line, Procedure, SessionRecord, Span, Still, Time, Utterance};
use stepreel_documents::{Document, Fonts, Instruction, Links, NoLinks, Take, docx, html, markdown, pdf};
use stepreel_testkit::{big_list_of_naughty_strings, naughty_strings};

/// Clips lie beside the document.
struct Beside;

impl Links for Beside {
    fn clip(&self, procedure: &Procedure) -> Option<String> {
        Some(format!("clips/{}.mp4?a=1&b=2", procedure.ordinal))
    }

    fn clip_from(&self, procedure: &Procedure, from: Time) -> Option<String> {
        Some(format!("clips/{}.mp4#t={:.1}", procedure.ordinal, from.seconds()))
    }
}

fn said(start: f64, text: &str) -> Utterance {
    Utterance {
        span: Span::from_seconds(start, start + 3.0).expect("a span"),
        text: text.to_owned(),
        words: Vec::new(),
        log_probability: None,
        no_speech: None,
        reliable: true,
    }
}

/// The second procedure of the session, during which tools and a warning were spoken of.
fn record() -> SessionRecord {
    let mut record = session::completed();
    record.transcript.utterances = vec![
        said(100.0, "Hand me the hammer, that was for the other job."),
        said(211.0, "Take the flat screwdriver and take the cover off."),
        said(250.0, "Whatever you do, never touch the electrode with bare fingers."),
        said(320.0, "Now the screwdriver again, and a feeler gauge."),
        Utterance { reliable: false, ..said(330.0, "Make sure you subscribe to the channel with pliers.") },
    ];
    let lines = &mut record.procedures[1].name.description;
    lines.insert(
        1,
        Line {
            text: "Do not bend the clip.".to_owned(),
            span: Span::from_seconds(225.0, 228.0).expect("a span"),
            evidence: vec![1],
        },
    );
    record
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let pixels = vec![90; (width * height * 3) as usize];
    JpegEncoder::new(&mut jpeg).write_image(&pixels, width, height, ExtendedColorType::Rgb8).expect("a picture");
    jpeg
}

fn illustrated(record: &SessionRecord, links: &dyn Links) -> Document {
    let instruction = Instruction::new(record, &record.procedures[1], links);
    let picture = |scene: &Span| Some(Still { time: scene.middle(), jpeg: jpeg(160, 90) });
    let stills = instruction.scenes().iter().map(picture).collect();
    Document::of_instruction(instruction.illustrated(stills))
}

#[test]
fn an_instruction_says_what_was_said_and_when() {
    let record = record();
    let instruction = Instruction::new(&record, &record.procedures[1], &NoLinks);
    let tools: Vec<_> = instruction.tools.iter().map(|tool| tool.text.as_str()).collect();
    assert_eq!(tools, ["flat screwdriver", "feeler gauge"]);
    let warnings: Vec<_> = instruction.warnings.iter().map(|heard| heard.text.as_str()).collect();
    assert_eq!(warnings, ["Do not bend the clip.", "“Whatever you do, never touch the electrode with bare fingers.”"]);
    let steps: Vec<_> = instruction.steps.iter().map(|step| (step.text.as_str(), step.warns)).collect();
    assert_eq!(steps[..2], [("Take the front cover off", false), ("Do not bend the clip.", true)]);
    // The clip starts at 203.467 s of the recording.
    assert!((instruction.steps[0].at.seconds() - 6.533).abs() < 0.001, "{}", instruction.steps[0].at);
}

#[test]
fn a_step_is_looked_for_until_the_next_is_told() {
    let record = record();
    let instruction = Instruction::new(&record, &record.procedures[1], &NoLinks);
    let lengths: Vec<f64> = instruction.scenes().iter().map(|scene| scene.seconds()).collect();
    // Told from 210 s until 225, 225 until 241, 241 until 262; and never longer than 20 s after it was told.
    assert_eq!(lengths[..3], [15.0, 16.0, 21.0]);
    assert!(lengths.iter().all(|&long| long <= 24.0), "{lengths:?}");
}

#[test]
fn a_session_is_its_approved_procedures() {
    let record = session::completed();
    let document = Document::of_session(&record, &NoLinks);
    assert_eq!(document.instructions.len(), 5);
    let page = html(&document);
    assert!(!page.contains("Top up the system pressure"), "an excluded procedure is handed out");
    for text in ["Boiler service, unit 4", "Zoë Okafor (trainer)", "22 November 2026", "Score", "88 of 100"] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn markdown_names_its_pictures_and_clips() {
    let record = record();
    let document = illustrated(&record, &Beside);
    let written = markdown(&document, Some("pictures"));
    assert_eq!(written.pictures.len(), 6);
    for text in [
        "# Replace the ignition electrode\n",
        "- Clip (its place in the recording): [3:23–6:38 (3 min 14 s)](<clips/2.mp4?a=1&b=2>)\n",
        "- flat screwdriver (0:07)\n",
        "2. **Take care:** Do not bend the clip. ([0:21](<clips/2.mp4#t=21.5>))\n",
        "![Frame at 0:29: Do not bend the clip.](pictures/1-2.jpg)",
    ] {
        assert!(written.text.contains(text), "{text} is not in\n{}", written.text);
    }
    assert!(!markdown(&document, None).text.contains("!["));
}

#[test]
fn a_page_needs_nothing_else_and_runs_nothing() {
    let record = record();
    let page = html(&illustrated(&record, &Beside));
    assert_eq!(page.matches("src=\"data:image/jpeg;base64,").count(), 6);
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"));
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_pdf_is_made_of_text_and_pictures() {
    let record = record();
    let made = pdf(&illustrated(&record, &Beside), &Fonts::default()).expect("a PDF");
    assert!(made.bytes.starts_with(b"%PDF-1.") && made.missing.is_empty());
    let has = |what: &[u8]| made.bytes.windows(what.len()).any(|window| window == what);
    for what in [&b"/DCTDecode"[..], b"/StructTreeRoot", b"LiberationSans", b"/URI"] {
        assert!(has(what), "{}", String::from_utf8_lossy(what));
    }
    // Only what is used of two fonts of 400 kB each.
    assert!(made.bytes.len() < 120_000, "{}", made.bytes.len());
}

#[test]
fn letters_that_no_font_has_are_told() {
    let mut record = record();
    record.procedures[1].procedure_name = "更换 the valve".to_owned();
    let made = pdf(&illustrated(&record, &NoLinks), &Fonts::default()).expect("a PDF");
    assert_eq!(made.missing.into_iter().collect::<String>(), "换更");
}

/// The parts of a DOCX.
fn parts(docx: Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).expect("an archive");
    let part = |at| {
        let mut file = archive.by_index(at).expect("a part");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("its content");
        (file.name().to_owned(), content)
    };
    (0..8 + 5).map(part).collect()
}

fn named<'a>(parts: &'a [(String, Vec<u8>)], name: &str) -> &'a str {
    let (_, content) = parts.iter().find(|(part, _)| part == name).expect("it is one of the parts");
    std::str::from_utf8(content).expect("text")
}

#[test]
fn a_docx_holds_together() {
    let record = record();
    let parts = parts(docx(&illustrated(&record, &Beside)).expect("a DOCX"));
    // What comes first tells what the file is.
    assert_eq!(parts[0].0, "[Content_Types].xml");
    let types = Xml::parse(named(&parts, "[Content_Types].xml")).expect("XML");
    let typed: Vec<_> = types.descendants().filter_map(|node| node.attribute("PartName")).collect();
    assert!(typed.iter().all(|part| parts.iter().any(|(name, _)| format!("/{name}") == **part)), "{typed:?}");
    let relations = Xml::parse(named(&parts, "word/_rels/document.xml.rels")).expect("XML");
    let inside = |node: &Node<'_, '_>| node.attribute("Target").is_some() && node.attribute("TargetMode").is_none();
    for relation in relations.descendants().filter(inside) {
        let target = format!("word/{}", relation.attribute("Target").unwrap_or_default());
        assert!(parts.iter().any(|(name, _)| *name == target), "{target} is missing");
    }
    let ids: Vec<_> = relations.descendants().filter_map(|node| node.attribute("Id")).collect();
    let text = Xml::parse(named(&parts, "word/document.xml")).expect("XML");
    let used = text.descendants().flat_map(|node| node.attributes().collect::<Vec<_>>());
    let used: Vec<_> =
        used.filter(|a| matches!(a.name(), "embed") || (a.name() == "id" && a.namespace().is_some())).collect();
    assert!(used.len() > 10 && used.iter().all(|a| ids.contains(&a.value())), "{used:?}");
    assert_eq!(
        text.descendants()
            .filter(|node| node.has_tag_name(("http://schemas.openxmlformats.org/drawingml/2006/main", "blip")))
            .count(),
        6
    );
}

#[test]
fn the_same_document_is_the_same_file() {
    let record = record();
    let document = illustrated(&record, &Beside);
    assert_eq!(docx(&document).expect("a DOCX"), docx(&document).expect("a DOCX"));
    let fonts = Fonts::default();
    assert!(pdf(&document, &fonts).expect("a PDF") == pdf(&document, &fonts).expect("a PDF"));
}

#[test]
fn a_group_tells_how_its_takes_differ() {
    let record = record();
    let mut document = illustrated(&record, &NoLinks);
    let instruction = Instruction::new(&record, &record.procedures[0], &Beside);
    document.takes = vec![Take { instruction, differences: vec!["Step 2 comes before step 1.".to_owned()] }];
    for text in [html(&document), markdown(&document, None).text] {
        assert!(
            text.contains("Other recordings of this job") && text.contains("Step 2 comes before step 1."),
            "{text}"
        );
    }
}

/// Makes every form of a document in which a stranger's text stands wherever one can.
fn stands_everywhere(text: &str) {
    let mut record = record();
    text.clone_into(&mut record.session.title);
    record.session.engineer = Some(text.to_owned());
    text.clone_into(&mut record.session.summary);
    record.procedures.truncate(2);
    record.transcript.utterances.push(said(260.0, &format!("never do {text} with pliers")));
    text.clone_into(&mut record.procedures[1].procedure_name);
    text.clone_into(&mut record.procedures[1].name.description[0].text);
    let document = Document::of_session(&record, &Beside);
    let page = html(&document);
    assert!(!page.contains("<script") && !page.contains("<img src=x"), "{text:?}");
    assert!(!markdown(&document, None).text.contains('\u{202e}'), "{text:?}");
    let archive = docx(&document).expect("a DOCX");
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).expect("an archive");
    let mut body = String::new();
    archive.by_name("word/document.xml").expect("a part").read_to_string(&mut body).expect("text");
    Xml::parse(&body).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    assert!(pdf(&document, &Fonts::default()).is_ok(), "{text:?}");
}

#[test]
fn no_text_breaks_a_document() {
    naughty_strings().iter().for_each(|text| stands_everywhere(text));
    stands_everywhere(&"word ".repeat(3000));
    stands_everywhere("a\u{0}b\u{fffe}c\u{ffff}d\u{1b}[31m]]>");
}

#[test]
#[ignore = "needs STEPREEL_DATA"]
fn no_text_of_the_big_list_breaks_a_document() {
    // Each takes a moment: a fifth of them do.
    big_list_of_naughty_strings().expect("the list").iter().step_by(5).for_each(|text| stands_everywhere(text));
}
