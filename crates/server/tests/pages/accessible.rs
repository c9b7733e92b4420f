//! Pages by the rules of WCAG 2.2 AA, as far as axe-core can tell.

use crate::browser::{Browser, DESK, PHONE};
use crate::session;
use crate::site::{Site, another};

/// `axe.min.js` of axe-core is no part of this repository.
fn axe() -> String {
    let file = std::env::var_os("STEPREEL_AXE").expect("STEPREEL_AXE names axe.min.js");
    std::fs::read_to_string(file).unwrap()
}

const RUN: &str = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then((found) =>
    found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`)))";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs STEPREEL_AXE, the axe.min.js of axe-core from npm"]
async fn in_chromium_axe_finds_nothing_by_hand() {
    let axe = axe();
    let site = Site::with_sessions().await;
    let (own, failed) = (session::completed().session.id, another(session::failed(), 2, "").session.id);
    let working = another(session::failed(), 4, "").session.id;
    let mut browser = Browser::logged_in(&site);
    let mut found = Vec::new();
    for (size, scheme) in [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")] {
        browser.size(size);
        browser.colours(scheme);
        for page in [
            "/sessions".to_owned(),
            "/sessions?q=nothing".to_owned(),
            format!("/sessions/{own}"),
            format!("/sessions/{own}/procedures/2"),
            format!("/sessions/{failed}"),
            format!("/sessions/{working}"),
            "/upload".to_owned(),
            "/nowhere".to_owned(),
            "/login?refused=credentials".to_owned(),
        ] {
            browser.go(&page);
            browser.run("document.querySelectorAll('details').forEach((part) => { part.open = true; })");
            browser.run(&format!("void (() => {{ {axe} }})()"));
            let told = browser.run(RUN);
            let told = told.as_array().unwrap_or_else(|| panic!("axe did not run on {page}"));
            found.extend(told.iter().map(|what| format!("{page} {size:?} {scheme} {what}")));
        }
    }
    println!("axe-core: {} violations on 9 pages, wide and narrow, light and dark", found.len());
    assert!(found.is_empty(), "{}", found.join("\n"));
}
