//! The dashboard in `chromium`, which `./x test` leaves out where there is none.

use std::path::PathBuf;

use serde_json::json;

use crate::browser::{Browser, DESK, PHONE};
use crate::session;
use crate::site::{EMAIL, Site, another};

fn path() -> String {
    format!("/sessions/{}", session::completed().session.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_finds_a_session_and_plays_a_clip_in_place() {
    let site = Site::with_sessions().await;
    let mut browser = Browser::logged_in(&site);
    browser.leaving("document.querySelector('[name=status]').value = 'completed', document.querySelector('.filters').requestSubmit()");
    assert_eq!(browser.run("document.querySelectorAll('tbody tr').length"), 1);
    browser.leaving("document.querySelector('td.name a').click()");
    assert_eq!(browser.run("location.pathname"), path());
    let clip = "document.getElementById('clip-2')";
    assert_eq!(browser.run(&format!("{clip}.readyState")), 0, "nothing is loaded before it is asked for");
    browser.run(&format!("void ({clip}.muted = true, {clip}.play())"));
    browser.until(&format!("{clip}.currentTime > 0.5 && {clip}.textTracks[0].cues.length > 0"));
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_transcript_and_timeline_seek() {
    let site = Site::with_sessions().await;
    let mut browser = Browser::logged_in(&site);
    browser.go(&path());
    browser.run("document.querySelectorAll('video').forEach((video) => { video.muted = true; })");
    browser.run("document.querySelector('#procedure-2 .quotes button').click()");
    browser.until("document.getElementById('clip-2').currentTime >= 0 && !document.getElementById('clip-2').paused");
    browser.run("document.querySelectorAll('.follow button.time')[5].click()");
    browser.until("Math.abs(document.getElementById('clip-recording').currentTime - document.querySelectorAll('.follow li')[5].dataset.at) < 2");
    browser.until("document.querySelector('.follow li[aria-current]') === document.querySelectorAll('.follow li')[5]");
    assert_eq!(browser.run("document.getElementById('clip-2').paused"), true, "one speaks at a time");
    browser.run("document.querySelector('.bars a[href=\"#procedure-3\"]').dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))");
    browser.until("Math.abs(document.getElementById('clip-recording').currentTime - 421) < 3");
    browser.run("document.querySelector('.lane.warning .track').dispatchEvent(new MouseEvent('click', {bubbles: true, clientX: document.querySelector('.lane.warning .track').getBoundingClientRect().right - 1}))");
    browser.until("document.getElementById('clip-recording').currentTime > 1200");
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_in_with_a_provider_on_another_site() {
    let (site, provider) = Site::with_provider().await;
    let mut browser = Browser::open(&site);
    browser.go("/search?q=electrode");
    browser.leaving("document.querySelector('.elsewhere a').click()");
    assert_eq!(browser.run("location.origin"), json!(provider.issuer));
    browser.leaving("document.forms[0].requestSubmit()");
    assert_eq!(browser.run("location.pathname + location.search"), "/search?q=electrode");
    assert_eq!(browser.run("document.querySelector('.person').textContent"), EMAIL);
    assert_eq!(browser.run("document.cookie"), "", "scripts see no cookie");
    browser.leaving("document.querySelector('.leave').requestSubmit()");
    browser.go("/sessions");
    assert_eq!(browser.run("location.pathname"), "/login");
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_procedure_can_be_shared() {
    let site = Site::with_sessions().await;
    let mut browser = Browser::logged_in(&site);
    browser.go(&path());
    let link = browser.run("document.querySelector('#procedure-2 [data-copy]').dataset.copy");
    browser.go(link.as_str().unwrap());
    assert_eq!(browser.run("document.querySelector('h1').textContent"), "Replace the ignition electrode");
    assert_eq!(browser.run("document.querySelectorAll('video').length"), 1);
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_interface_can_be_tried() {
    let site = Site::with_sessions().await;
    let mut browser = Browser::logged_in(&site);
    browser.go("/interface");
    browser.until("document.querySelectorAll('.operation').length > 15");
    let operation = |path: &str| {
        format!(
            "[...document.querySelectorAll('.operation')].find((part) => part.querySelector('summary').textContent.trim().startsWith('{path}'))"
        )
    };
    let list = operation("GET /api/v1/sessions ");
    browser.run(&format!(
        "({list}).querySelector('[name=\"query:limit\"]').value = '1', ({list}).querySelector('form').requestSubmit()"
    ));
    browser.until(&format!("({list}).querySelector('.answer').textContent.startsWith('200')"));
    browser.until(&format!("({list}).querySelector('.answer').textContent.includes('\"total\": 4')"));
    // What is wrong with a request is shown, too.
    let token = operation("POST /api/v1/tokens");
    browser.run(&format!("({token}).querySelector('form').requestSubmit()"));
    browser.until(&format!("({token}).querySelector('.answer').textContent.includes('1 to 100 letters') || ({token}).querySelector('.answer').textContent.includes('a token may do something')"));
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_and_arrivals_show_by_themselves() {
    let site = Site::with_sessions().await;
    let mut browser = Browser::logged_in(&site);
    browser.until("document.querySelector('[data-status=in_progress] .stage').textContent.startsWith('Words · 42%')");
    let running = another(session::failed(), 4, "Attic fan").session;
    let epoch = stepreel_storage::Store::begin(&*site.store, &running).await.unwrap();
    let record = another(session::failed(), 4, "Attic fan");
    stepreel_storage::Store::finish(&*site.store, &record, epoch).await.unwrap();
    browser.until("!document.querySelector('[data-status=in_progress]')");
    site.keep(&another(session::completed(), 9, "Came later")).await;
    browser.until("document.body.textContent.includes('Came later')");
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_needs_a_mouse_or_a_wide_screen() {
    let site = Site::with_sessions().await;
    let mut browser = Browser::logged_in(&site);
    browser.press("Tab");
    assert_eq!(browser.run("document.activeElement.textContent"), "Skip to the content");
    browser.size(PHONE);
    for page in ["/sessions", "/upload", &path(), &format!("{}/procedures/2", path()), "/nowhere"] {
        browser.go(page);
        assert_eq!(browser.run("document.documentElement.scrollWidth"), json!(PHONE.0), "{page} scrolls sideways");
    }
}

/// Chooses the recording of the session that is there, under another name.
const CHOOSE: &str = "fetch(RECORDING).then((answer) => answer.blob()).then((blob) => {
    const chosen = new DataTransfer();
    // With a byte more it is another recording.
    chosen.items.add(new File([blob, new Uint8Array(1)], 'Loft boiler.mp4', {lastModified: 1}));
    document.getElementById('files').files = chosen.files;
    document.getElementById('files').dispatchEvent(new Event('change'));
})";

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_goes_on_after_a_reload_and_becomes_a_session() {
    let site = Site::with_sessions().await;
    let mut browser = Browser::logged_in(&site);
    browser.go(&path());
    let recording = browser.run("document.getElementById('clip-recording').src").to_string();
    let choose = CHOOSE.replace("RECORDING", &recording);
    browser.go("/upload");
    browser.send_at(200_000);
    browser.run(&choose);
    browser.until("document.querySelector('.uploads progress')?.value > 5");
    browser.go("/sessions");
    assert_eq!(browser.run("document.querySelector('.arriving .name').textContent"), "Loft boiler");
    browser.until("document.querySelector('.arriving progress').value > 0");
    browser.go("/upload");
    browser
        .until("document.querySelector('.uploads .state')?.textContent.startsWith('Stopped: choose Loft boiler.mp4')");
    browser.send_at(-1);
    browser.run(&choose);
    browser.until("document.querySelector('.uploads .state')?.textContent.startsWith('Arrived')");
    browser.go("/sessions");
    browser.until("!document.querySelector('.arriving') && document.body.textContent.includes('Loft boiler')");
    assert_eq!(browser.run("document.querySelectorAll('[data-status=queued]').length"), 2);
}

/// Begins to upload with Uppy.
const UPPY: &str = "(async () => {
    // With a byte more it is another recording.
    const recording = new Blob([await (await fetch(RECORDING)).blob(), new Uint8Array(1)]);
    window.uppy = new Uppy.Uppy().use(Uppy.Tus, { endpoint: '/api/v1/uploads', chunkSize: 100000, retryDelays: [100, 200, 400] });
    uppy.addFile({ name: 'boiler.mp4', type: 'video/mp4', data: recording, meta: { title: 'By Uppy' } });
    uppy.on('upload-progress', (file, progress) => { window.sent = progress.bytesUploaded; });
    uppy.upload().then((result) => { window.result = [result.successful.length, result.failed.length]; });
})";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes UPPY, the file dist/uppy.min.js of the npm package uppy"]
async fn uppy_is_cut_off_and_goes_on_by_hand() {
    let uppy = std::fs::read_to_string(std::env::var("UPPY").unwrap()).unwrap();
    let site = Site::with_sessions().await;
    let mut browser = Browser::logged_in(&site);
    browser.go(&path());
    let recording = browser.run("document.getElementById('clip-recording').src").to_string();
    browser.run(&format!("{uppy};'loaded'"));
    browser.send_at(200_000);
    browser.run(&format!("void {}()", UPPY.replace("RECORDING", &recording)));
    browser.until("window.sent > 0");
    browser.run("void uppy.pauseAll()");
    let held = |browser: &mut Browser| browser.run("window.sent").as_f64().unwrap();
    let before = held(&mut browser);
    std::thread::sleep(std::time::Duration::from_secs(1));
    browser.send_at(-1);
    browser.run("window.lowest = Infinity, uppy.on('upload-progress', (file, progress) => { window.lowest = Math.min(window.lowest, progress.bytesUploaded); }), void uppy.resumeAll()");
    browser.until("window.result !== undefined");
    assert_eq!(browser.run("window.result"), json!([1, 0]));
    let lowest = browser.run("window.lowest").as_f64().unwrap();
    assert!(lowest + 200_000.0 > before, "it went on from {lowest} of {before}");
    browser.go("/sessions");
    browser.until("document.body.textContent.includes('By Uppy')");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures on a quiet machine: prints how soon a list of 10,000 sessions is painted"]
async fn a_list_of_ten_thousand_sessions_is_painted_soon_by_hand() {
    let site = Site::open().await;
    for n in 0..10_000 {
        let record = numbered(n);
        let epoch = stepreel_storage::Store::begin(&*site.store, &record.session).await.unwrap();
        stepreel_storage::Store::finish(&*site.store, &record, epoch).await.unwrap();
    }
    let mut browser = Browser::logged_in(&site);
    let mut paints = Vec::new();
    for _ in 0..9 {
        browser.go("/sessions");
        browser.until("performance.getEntriesByName('first-contentful-paint').length > 0");
        paints
            .push(browser.run("performance.getEntriesByName('first-contentful-paint')[0].startTime").as_f64().unwrap());
    }
    paints.sort_by(f64::total_cmp);
    let bytes = browser.run("performance.getEntriesByType('navigation')[0].decodedBodySize");
    println!("first paint: median {:.0} ms, slowest {:.0} ms; {bytes} bytes of HTML", paints[4], paints[8]);
}

/// One of many, without its transcript.
fn numbered(n: u32) -> stepreel_core::SessionRecord {
    let mut record = another(session::completed(), (n % 250) as u8, &format!("Session {n}"));
    let mut content = [1; 32];
    content[..4].copy_from_slice(&n.to_be_bytes());
    let digest = stepreel_core::Digest::new(content);
    record.session.id = stepreel_core::SessionId::of(&record.session.tenant_id, digest);
    record.transcript.utterances.clear();
    for procedure in &mut record.procedures {
        procedure.session_id = record.session.id;
        procedure.id = record.session.id.procedure(procedure.ordinal);
        procedure.name.evidence.clear();
    }
    record
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "keeps pictures in the folder STEPREEL_PICTURES, to be looked at"]
async fn pictures_of_every_page_by_hand() {
    let folder = PathBuf::from(std::env::var_os("STEPREEL_PICTURES").expect("STEPREEL_PICTURES names a folder"));
    let (site, empty) = (Site::with_sessions().await, Site::open().await);
    let failed = format!("/sessions/{}", another(session::failed(), 2, "").session.id);
    let working = format!("/sessions/{}", another(session::failed(), 4, "").session.id);
    let pages = [
        ("list", "/sessions".to_owned()),
        ("session", path()),
        ("procedure", format!("{}/procedures/2", path())),
        ("failed", failed),
        ("working", working),
        ("search", "/search?q=how+do+I+replace+the+electrode&excluded=1".to_owned()),
        ("search-nothing", "/search?q=who+won+the+match".to_owned()),
        ("upload", "/upload".to_owned()),
        ("missing", "/nowhere".to_owned()),
        ("none-found", "/sessions?q=nothing".to_owned()),
        ("login", "/login?refused=credentials".to_owned()),
    ];
    let (with_provider, _provider) = Site::with_provider().await;
    let mut shared = Browser::open(&with_provider);
    let (mut full, mut bare) = (Browser::logged_in(&site), Browser::logged_in(&empty));
    for (size, width) in [(DESK, "desk"), (PHONE, "phone")] {
        for scheme in ["light", "dark"] {
            for browser in [&mut full, &mut bare] {
                browser.size(size);
                browser.colours(scheme);
            }
            let file = |name: &str| folder.join(format!("{name}-{width}-{scheme}.png"));
            for (name, page) in &pages {
                full.go(page);
                full.picture(&file(name));
            }
            bare.go("/sessions");
            bare.picture(&file("empty"));
            shared.size(size);
            shared.colours(scheme);
            shared.go("/login?refused=silence");
            shared.picture(&file("login-provider"));
        }
    }
}
