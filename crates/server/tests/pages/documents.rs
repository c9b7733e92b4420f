//! Work instructions and exports of a session, as whoever has logged in gets them.

use stepreel_core::{Procedure, ProcedureStatus};

use crate::session;
use crate::site::Site;

/// The session of [`Site::with_sessions`] that is completed.
fn completed() -> String {
    format!("/api/v1/sessions/{}", session::completed().session.id)
}

fn of_status(status: ProcedureStatus) -> Procedure {
    let procedures = session::completed().procedures;
    procedures.into_iter().find(|procedure| procedure.status == status).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_handed_out_with_pictures_and_links() {
    let site = Site::with_sessions().await;
    let visit = site.visit().await;
    let (approved, excluded) = (of_status(ProcedureStatus::Approved), of_status(ProcedureStatus::Excluded));
    let path = format!("{}/document", completed());
    let page = site.get(&path, &visit).await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let saved = page.header("content-disposition").unwrap();
    assert_eq!(saved, "attachment; filename*=UTF-8''Boiler%20service%2C%20unit%204.html");
    let clip = format!("http://{}/sessions/{}/procedures/{}", site.address, approved.session_id, approved.ordinal);
    for text in [&approved.procedure_name, "data:image/jpeg", &clip] {
        assert!(page.body.contains(text), "{text}");
    }
    assert!(!page.body.contains(&excluded.procedure_name), "only what is approved");
    let bare = site.get(&format!("{path}?pictures=false"), &visit).await;
    assert!(bare.status == 200 && !bare.body.contains("data:image/jpeg"));
    let text = site.get(&format!("{path}?form=md"), &visit).await;
    assert!(text.body.starts_with("# Boiler service, unit 4"), "{}", text.body);
    assert!(text.body.contains(&format!("(<{clip}>)")), "{}", text.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_procedure_is_handed_out_also_when_it_is_excluded() {
    let site = Site::with_sessions().await;
    let visit = site.visit().await;
    let excluded = of_status(ProcedureStatus::Excluded);
    let path = format!("{}/document?form=md&procedure={}", completed(), excluded.ordinal);
    let one = site.get(&path, &visit).await.body;
    assert!(one.contains(&excluded.procedure_name), "{one}");
    assert!(!one.contains(&of_status(ProcedureStatus::Approved).procedure_name), "{one}");
    for (query, status) in [("procedure=99", 404), ("procedure=one", 400), ("form=exe", 400)] {
        let answer = site.get(&format!("{}/document?{query}", completed()), &visit).await;
        assert_eq!(answer.status, status, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_for_print_and_for_word_processors_are_what_they_say() {
    let site = Site::with_sessions().await;
    let visit = site.visit().await;
    for (form, kind, magic) in [
        ("pdf", "application/pdf", "%PDF-"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK"),
    ] {
        let answer = site.get(&format!("{}/document?form={form}", completed()), &visit).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)));
        assert!(answer.body.starts_with(magic), "{form}");
        assert!(answer.header("content-disposition").unwrap().ends_with(&format!(".{form}")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_are_of_the_session_or_of_one_procedure() {
    let site = Site::with_sessions().await;
    let visit = site.visit().await;
    let media = format!("http://{}/media/acme/", site.address);
    for (form, kind, text) in [
        ("edl", "text/plain; charset=utf-8", "TITLE: Boiler service, unit 4"),
        ("csv", "text/csv; charset=utf-8", "approved"),
        ("label-studio", "application/json", &media),
        ("elan", "application/xml", &media),
    ] {
        let answer = site.get(&format!("{}/export?form={form}", completed()), &visit).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{form}");
        assert!(answer.body.contains(text), "{form}: {}", answer.body);
    }
    let excluded = of_status(ProcedureStatus::Excluded);
    let path = format!("{}/export?form=csv&procedure={}", completed(), excluded.ordinal);
    let one = site.get(&path, &visit).await.body;
    assert!(one.contains(&excluded.procedure_name), "{one}");
    assert!(!one.contains(&of_status(ProcedureStatus::Approved).procedure_name), "{one}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_not_made_again_and_what_is_foreign_is_unknown() {
    let site = Site::with_sessions().await;
    let visit = site.visit().await;
    let foreign = site.post("/login", "email=bo%40globex.example&password=correct+horse+battery").await;
    let foreign = foreign.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    for what in ["document?form=pdf", "export?form=elan"] {
        let path = format!("{}/{what}", completed());
        let first = site.get(&path, &visit).await;
        let tag = first.header("etag").unwrap().to_owned();
        let again = site.get(&path, &format!("{visit}\r\nIf-None-Match: {tag}")).await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{what}");
        let other = site.get(&format!("{path}&procedure=1"), &format!("{visit}\r\nIf-None-Match: {tag}")).await;
        assert_eq!(other.status, 200, "another document has another tag: {what}");
        assert_eq!(site.get(&path, &foreign).await.status, 404, "{what}");
        assert_eq!(site.get(&path, "").await.status, 401, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_lead_to_documents() {
    let site = Site::with_sessions().await;
    let visit = site.visit().await;
    let id = session::completed().session.id;
    let session = site.get(&format!("/sessions/{id}"), &visit).await.body;
    let procedure = site.get(&format!("/sessions/{id}/procedures/2"), &visit).await.body;
    for form in ["html", "pdf", "docx", "md"] {
        let link = format!("href=\"/api/v1/sessions/{id}/document?form={form}");
        assert!(session.contains(&format!("{link}\"")), "{link} in {session}");
        assert!(procedure.contains(&format!("{link}&#38;procedure=2\"")), "{link} in {procedure}");
    }
    for form in ["edl", "csv", "label-studio", "elan"] {
        let link = format!("href=\"/api/v1/sessions/{id}/export?form={form}\"");
        assert!(session.contains(&link), "{link} in {session}");
    }
}
