//! What the program tells about itself.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod command;

use std::fs;

use command::{run, text};

#[test]
fn every_command_has_a_manual_page_with_its_options() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["man", "pages/man1"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let check = |page: &str, word: &str| {
        let page = fs::read_to_string(folder.path().join("pages/man1").join(page)).unwrap();
        assert!(page.contains(word), "{word}: {page}");
    };
    check("stepreel.1", "stepreel\\-process");
    check("stepreel-process.1", "\\-\\-captions");
    check("stepreel-report.1", "\\-\\-form");
    check("stepreel-policy-try.1", "\\-\\-threshold");
    check("stepreel-config-show.1", "\\-\\-config");
}
