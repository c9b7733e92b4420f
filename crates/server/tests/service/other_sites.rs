//! Pages of other sites, and programs that walk lists.

use crate::host::{Host, recording};
use crate::wire::{Answer, Request};

async fn host() -> Host {
    Host::with(|settings| settings.origins = vec!["https://portal.example".to_owned()]).await
}

fn preflight(path: &str, origin: &str) -> Request {
    let request = Request::new("OPTIONS", path).header("Origin", origin);
    request.header("Access-Control-Request-Method", "PATCH").header("Access-Control-Request-Headers", "authorization")
}

fn allowed(answer: &Answer) -> Option<&str> {
    assert_eq!(answer.header("access-control-allow-credentials"), None, "cookies are nobody else's");
    answer.header("access-control-allow-origin")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_named_site_may_use_the_interface_with_a_token_and_no_other_may() {
    let host = host().await;
    for path in ["/api/v1/sessions", "/api/v1/uploads", "/api/v1/uploads/0123"] {
        let good = preflight(path, "https://portal.example").send(host.address).await;
        assert_eq!((good.status, allowed(&good)), (204, Some("https://portal.example")), "{path}");
        assert!(good.header("access-control-allow-headers").unwrap().contains("Upload-Offset"));
        for other in ["https://evil.example", "https://portal.example.evil.example", "http://portal.example", "null"] {
            let bad = preflight(path, other).send(host.address).await;
            assert_eq!((allowed(&bad), bad.header("access-control-allow-methods")), (None, None), "{path} {other}");
            assert_eq!(bad.header("vary"), Some("origin"));
        }
    }
    let asked = host.request("GET", "/api/v1/sessions").header("Origin", "https://portal.example");
    let asked = asked.send(host.address).await;
    assert_eq!((asked.status, allowed(&asked)), (200, Some("https://portal.example")));
    assert!(asked.header("access-control-expose-headers").unwrap().contains("ETag"));
    for path in ["/sessions", "/login", "/metrics"] {
        let page = Request::new("GET", path).header("Origin", "https://portal.example").send(host.address).await;
        assert_eq!(allowed(&page), None, "{path}");
    }
    let closed = Host::start().await;
    let closed = preflight("/api/v1/sessions", "https://portal.example").send(closed.address).await;
    assert_eq!(allowed(&closed), None, "nobody is, unless named");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_walked_by_cursors_while_others_arrive() {
    let host = Host::start().await;
    for seed in 0..5 {
        host.upload(&recording(600, 50 + seed)).await;
    }
    let (mut next, mut seen) = (String::new(), Vec::new());
    loop {
        let page = host.request("GET", &format!("/api/v1/sessions?limit=2{next}")).send(host.address).await.json();
        seen.extend(page["sessions"].as_array().unwrap().iter().map(|session| session["id"].to_string()));
        let Some(cursor) = page["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
        // It comes first, and moves nothing.
        host.upload(&recording(600, 70 + seen.len() as u64)).await;
    }
    assert_eq!(seen.len(), 5, "{seen:?}");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 5, "none comes twice");
    let wrong = host.request("GET", "/api/v1/sessions?cursor=2").send(host.address).await;
    assert_eq!((wrong.status, wrong.json()["field"].as_str()), (400, Some("query")));
}
