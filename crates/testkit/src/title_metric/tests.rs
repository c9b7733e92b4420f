use super::*;

/// Invented titles, with the values that another implementation of the same measure gives them, to four digits.
const SCORED: &[(&str, Reference<'_>, TitleScore)] = &[
    (
        "Replace the front brakes",
        Reference {
            title: "Front Brakes Replacement",
            imperative: Some("Replace the front brakes"),
            device: None,
            transcript: "loosen the front brakes",
        },
        TitleScore {
            content_f1: 1.0,
            object_f1: 1.0,
            verb_ok: Some(true),
            rouge1: 1.0,
            rouge_l: 1.0,
            exact: true,
            grounded: 1.0,
            length_ok: true,
        },
    ),
    (
        "Swap out the pump",
        Reference {
            title: "Acme P-20 Pump Replacement",
            imperative: Some("Replace the pump"),
            device: Some("Acme P-20"),
            transcript: "the pump is old",
        },
        TitleScore {
            content_f1: 1.0,
            object_f1: 1.0,
            verb_ok: Some(true),
            rouge1: 0.5714,
            rouge_l: 0.5714,
            exact: true,
            grounded: 1.0,
            length_ok: true,
        },
    ),
    (
        "Replace the Acme P-20 pump",
        Reference {
            title: "Acme P-20 Pump Replacement",
            imperative: Some("Replace the pump"),
            device: Some("Acme P-20"),
            transcript: "the pump is old",
        },
        TitleScore {
            content_f1: 1.0,
            object_f1: 1.0,
            verb_ok: Some(true),
            rouge1: 1.0,
            rouge_l: 1.0,
            exact: true,
            grounded: 1.0,
            length_ok: true,
        },
    ),
    (
        "Remove the pump",
        Reference {
            title: "Acme P-20 Pump Replacement",
            imperative: Some("Replace the pump"),
            device: Some("Acme P-20"),
            transcript: "pull it off",
        },
        TitleScore {
            content_f1: 0.5,
            object_f1: 1.0,
            verb_ok: Some(false),
            rouge1: 0.6667,
            rouge_l: 0.6667,
            exact: false,
            grounded: 0.0,
            length_ok: true,
        },
    ),
    (
        "Change the oil",
        Reference {
            title: "2011 Orion Van Oil Change",
            imperative: Some("Change the oil"),
            device: Some("Orion Van"),
            transcript: "drain the oil and refill",
        },
        TitleScore {
            content_f1: 1.0,
            object_f1: 1.0,
            verb_ok: Some(true),
            rouge1: 1.0,
            rouge_l: 1.0,
            exact: true,
            grounded: 1.0,
            length_ok: true,
        },
    ),
    (
        "How to set the idle",
        Reference {
            title: "Setting the Idle on a Mower",
            imperative: Some("Set the idle on a mower"),
            device: None,
            transcript: "mower idle",
        },
        TitleScore {
            content_f1: 0.8,
            object_f1: 0.6667,
            verb_ok: Some(true),
            rouge1: 0.6667,
            rouge_l: 0.6667,
            exact: false,
            grounded: 1.0,
            length_ok: true,
        },
    ),
    (
        "Clean",
        Reference {
            title: "How to Clean the Filter1",
            imperative: Some("Clean the filter"),
            device: None,
            transcript: "dirty filter",
        },
        TitleScore {
            content_f1: 0.6667,
            object_f1: 0.0,
            verb_ok: Some(true),
            rouge1: 0.5,
            rouge_l: 0.5,
            exact: false,
            grounded: 1.0,
            length_ok: false,
        },
    ),
    (
        "",
        Reference {
            title: "Fan Disassembly",
            imperative: Some("Disassemble the fan"),
            device: None,
            transcript: "fan",
        },
        TitleScore {
            content_f1: 0.0,
            object_f1: 0.0,
            verb_ok: Some(false),
            rouge1: 0.0,
            rouge_l: 0.0,
            exact: false,
            grounded: 1.0,
            length_ok: false,
        },
    ),
    (
        "Test the 9 V cell",
        Reference { title: "How to Test a 9V Cell", imperative: None, device: None, transcript: "the 9v cell" },
        TitleScore {
            content_f1: 0.5714,
            object_f1: 0.4,
            verb_ok: Some(true),
            rouge1: 0.4444,
            rouge_l: 0.4444,
            exact: false,
            grounded: 0.3333,
            length_ok: true,
        },
    ),
    (
        "Glue the cracked lens cap back on very slowly today",
        Reference {
            title: "Repairing a Lens Cap",
            imperative: Some("Repair the lens cap"),
            device: Some("Lens"),
            transcript: "lens caps crack",
        },
        TitleScore {
            content_f1: 0.25,
            object_f1: 0.2857,
            verb_ok: Some(false),
            rouge1: 0.3077,
            rouge_l: 0.3077,
            exact: false,
            grounded: 0.3333,
            length_ok: false,
        },
    ),
    (
        "Clean the café’s grinder",
        Reference {
            title: "How to clean the Café's grinder",
            imperative: Some("Clean the cafés grinder"),
            device: None,
            transcript: "grinders",
        },
        TitleScore {
            content_f1: 1.0,
            object_f1: 1.0,
            verb_ok: Some(true),
            rouge1: 0.8889,
            rouge_l: 0.8889,
            exact: true,
            grounded: 0.5,
            length_ok: true,
        },
    ),
    (
        "Tie the knot",
        Reference { title: "Orion Van", imperative: None, device: Some("Orion Van"), transcript: "van" },
        TitleScore {
            content_f1: 0.0,
            object_f1: 0.0,
            verb_ok: None,
            rouge1: 0.0,
            rouge_l: 0.0,
            exact: false,
            grounded: 0.0,
            length_ok: true,
        },
    ),
];

#[test]
fn scores_are_those_of_another_implementation() {
    let four_digits = |value: f64| (value * 1e4).round() / 1e4;
    for (hypothesis, reference, expected) in SCORED {
        let score = score_title(hypothesis, reference);
        let rounded = TitleScore {
            content_f1: four_digits(score.content_f1),
            object_f1: four_digits(score.object_f1),
            rouge1: four_digits(score.rouge1),
            rouge_l: four_digits(score.rouge_l),
            grounded: four_digits(score.grounded),
            ..score
        };
        assert_eq!(rounded, *expected, "{hypothesis}");
    }
}
