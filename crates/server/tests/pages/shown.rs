//! What pages show, and what they never do.

use stepreel_core::{SessionRecord, SessionStatus};
use stepreel_storage::{ListQuery, Listing as _};
use stepreel_testkit::{big_list_of_naughty_strings, naughty_strings};

use crate::session;
use crate::site::{Site, another};

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_shown_the_way_and_comes_back() {
    let site = Site::open().await;
    let answer = site.get("/sessions?q=a%26b", "").await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location"), Some("/login?next=%2Fsessions%3Fq%3Da%2526b"));
    let form = site.get(answer.header("location").unwrap(), "").await;
    assert!(form.body.contains("name=\"next\" value=\"/sessions?q=a%26b\""), "{}", form.body);
}

/// The sessions of [`Site::with_sessions`].
const TITLES: [&str; 4] = ["Attic fan", "Boiler service, cellar", "Boiler service, unit 4", "Pump room"];

#[tokio::test(flavor = "multi_thread")]
async fn the_list_filters_and_searches() {
    let site = Site::with_sessions().await;
    let visit = site.visit().await;
    for (query, shown) in [
        ("", &TITLES[..]),
        ("?status=failed", &TITLES[1..2]),
        ("?status=queued", &TITLES[3..]),
        ("?q=ELECTRODE", &TITLES[2..3]),
        ("?q=boiler&status=completed", &TITLES[2..3]),
        ("?role=trainee", &[]),
        ("?page=9", &[]),
        ("?status=nonsense&page=-1&sort=x", &TITLES),
    ] {
        let page = site.get(&format!("/sessions{query}"), &visit).await;
        let found: Vec<&str> =
            TITLES.into_iter().filter(|title| page.body.contains(&format!(">{title}</a>"))).collect();
        assert_eq!((page.status, &found[..]), (200, shown), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_finds_a_clip_that_plays_in_place() {
    let site = Site::with_sessions().await;
    let visit = site.visit().await;
    let page = site.get("/search?q=um+how+do+i+replace+the+electrode", &visit).await.body;
    for text in ["<video id=\"clip-1\"", "electrode", "data-clip=\"1\"", "<mark>"] {
        assert!(page.contains(text), "{text} in {page}");
    }
    let nothing = site.get("/search?q=who+won+the+%3Cb%3Ematch", &visit).await.body;
    assert!(
        nothing.contains("Nothing found") && nothing.contains("value=\"who won the &#60;b&#62;match\""),
        "{nothing}"
    );
    let foreign = site.post("/login", "email=bo%40globex.example&password=correct+horse+battery").await;
    let foreign = foreign.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    assert!(site.get("/search?q=replace+the+electrode", &foreign).await.body.contains("Nothing found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_sorts_by_itself_and_back() {
    let site = Site::with_sessions().await;
    let visit = site.visit().await;
    for (query, first, sorted) in [("name", "Attic fan", "ascending"), ("name-down", "Pump room", "descending")] {
        let page = site.get(&format!("/sessions?sort={query}"), &visit).await.body;
        let order: Vec<usize> = TITLES.iter().filter_map(|title| page.find(&format!(">{title}</a>"))).collect();
        let leading = page.find(&format!(">{first}</a>"));
        assert_eq!(order.iter().min(), leading.as_ref(), "{query}");
        assert!(page.contains(&format!("aria-sort=\"{sorted}\"")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_session_says_why_and_where() {
    let site = Site::with_sessions().await;
    let failed = another(session::failed(), 2, "").session.id;
    let page = site.get(&format!("/sessions/{failed}"), &site.visit().await).await.body;
    for text in ["No procedures extracted for this session", "CAMERA_OCCLUDED", "0:12–19:50"] {
        assert!(page.contains(text), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_whose_job_was_stopped_says_why() {
    use stepreel_storage::{Fault, Queue as _, Retry};
    let site = Site::open().await;
    let session = session::failed().session;
    site.store.submit(&session).await.unwrap();
    let claim = site.store.claim(std::time::Duration::from_mins(1)).await.unwrap().unwrap().claim;
    let message = "the recording ends too early <b>".to_owned();
    let fault = Fault { code: "media_truncated".to_owned(), stage: None, message, signal: None };
    site.store.fail(&claim, &fault, Retry::Never).await.unwrap();
    let page = site.get(&format!("/sessions/{}", session.id), &site.visit().await).await.body;
    for text in ["No procedures extracted for this session", "media_truncated", "ends too early &#60;b&#62;"] {
        assert!(page.contains(text), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_anothers_is_what_does_not_exist() {
    let site = Site::with_sessions().await;
    let visit = site.visit().await;
    let own = session::completed().session.id;
    let foreign = site.post("/login", "email=bo%40globex.example&password=correct+horse+battery").await;
    let foreign = foreign.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let unknown = another(session::failed(), 99, "").session.id;
    for (own, unknown) in [
        (format!("/sessions/{own}"), format!("/sessions/{unknown}")),
        (format!("/sessions/{own}/procedures/1"), format!("/sessions/{unknown}/procedures/1")),
        (format!("/sessions/{own}/chapters.vtt"), format!("/sessions/{unknown}/chapters.vtt")),
        (format!("/sessions/{own}/session.json"), format!("/sessions/{unknown}/session.json")),
    ] {
        assert_eq!(site.get(&own, &visit).await.status, 200, "{own}");
        let (foreign, unknown) = (site.get(&own, &foreign).await, site.get(&unknown, &visit).await);
        assert_eq!((foreign.status, unknown.status), (404, 404), "{own}");
        assert_eq!(foreign.body, unknown.body);
        assert!(foreign.body.contains("<h1>Not here</h1>"));
    }
    for malformed in ["/sessions/x", "/sessions/%00", &format!("/sessions/{own}/procedures/0"), "/nowhere"] {
        assert_eq!(site.get(malformed, &visit).await.status, 404, "{malformed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_have_a_strict_policy_and_nothing_inline() {
    let site = Site::with_sessions().await;
    let visit = site.visit().await;
    let id = session::completed().session.id;
    for path in [
        "/login",
        "/sessions",
        "/upload",
        "/nowhere",
        &format!("/sessions/{id}"),
        &format!("/sessions/{id}/procedures/2"),
    ] {
        let page = site.get(path, &visit).await;
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        for inline in [" style=", "<style", "<script>", " onclick", "javascript:", "http://", "https://", "data:"] {
            assert!(!page.body.contains(inline), "{path}: {inline}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_of_strangers_is_only_text() {
    is_only_text(&naughty_strings()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs STEPREEL_DATA"]
async fn the_big_list_of_naughty_strings_is_only_text() {
    is_only_text(&big_list_of_naughty_strings().expect("the list is there")).await;
}

async fn is_only_text(texts: &[String]) {
    let site = Site::open().await;
    let visit = site.visit().await;
    let id = session::completed().session.id;
    let mut harmless = None;
    for text in std::iter::once("harmless".to_owned()).chain(texts.iter().map(|text| format!("x{text}"))) {
        let record = with_every_text(session::completed(), &text);
        let epoch = stepreel_storage::Store::begin(&*site.store, &record.session).await.unwrap();
        stepreel_storage::Store::finish(&*site.store, &record, epoch).await.unwrap();
        let mut markup = Vec::new();
        for path in ["/sessions".to_owned(), format!("/sessions/{id}"), format!("/sessions/{id}/procedures/2")] {
            let page = site.get(&path, &visit).await;
            assert_eq!(page.status, 200, "{path} {text:?}");
            markup.push(page.body.matches(['<', '>', '"']).count());
        }
        assert_eq!(markup, *harmless.get_or_insert_with(|| markup.clone()), "{text:?}");
    }
}

/// The record with all text that comes from strangers replaced.
fn with_every_text(mut record: SessionRecord, text: &str) -> SessionRecord {
    let put = |place: &mut String| text.clone_into(place);
    put(&mut record.session.title);
    put(&mut record.session.summary);
    record.session.engineer = Some(text.to_owned());
    record.transcript.utterances.iter_mut().for_each(|line| put(&mut line.text));
    for procedure in &mut record.procedures {
        put(&mut procedure.procedure_name);
        put(&mut procedure.description);
        procedure.name.description.iter_mut().for_each(|line| put(&mut line.text));
        procedure.score.reasons.iter_mut().for_each(|reason| put(&mut reason.message));
    }
    record
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_searched_for_is_only_text() {
    let site = Site::open().await;
    let visit = site.visit().await;
    let asked = |text: &str| format!("/sessions?q={}", percent_encoded(text));
    let harmless = site.get(&asked("harmless"), &visit).await.body;
    let markup = |page: &str| page.matches(['<', '>', '"']).count();
    for text in naughty_strings().iter().filter(|text| !text.trim().is_empty()) {
        let page = site.get(&asked(text), &visit).await;
        assert_eq!((page.status, markup(&page.body)), (200, markup(&harmless)), "{text:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_many_sessions_is_a_small_page() {
    let site = Site::open().await;
    for n in 0..60 {
        let record = another(session::completed(), n, &format!("Session {n}"));
        let epoch = stepreel_storage::Store::begin(&*site.store, &record.session).await.unwrap();
        stepreel_storage::Store::finish(&*site.store, &record, epoch).await.unwrap();
    }
    let page = site.get("/sessions", &site.visit().await).await.body;
    assert!(page.contains("1–25 of 60 sessions") && page.contains("href=\"/sessions?page=2\""));
    assert!(page.len() < 60_000, "{} bytes before compression", page.len());
    let all = site.store.page(&"acme".parse().unwrap(), &ListQuery::default()).await.unwrap();
    assert!(all.sessions.iter().all(|session| session.status == SessionStatus::Completed));
}

fn percent_encoded(text: &str) -> String {
    let digits =
        |byte: u8| [b'%', b"0123456789abcdef"[usize::from(byte >> 4)], b"0123456789abcdef"[usize::from(byte & 15)]];
    text.bytes().flat_map(digits).map(char::from).collect()
}
