//! The service as a new user meets it: an account, an upload, and what came of it.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod crashes;
mod installation;
mod load;
mod points;
mod serving;

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};
use tempfile::TempDir;

use serving::{Client, Server, program, said};

#[test]
fn what_is_uploaded_becomes_procedures_whose_clips_play() {
    let folder = TempDir::new().unwrap();
    said(folder.path(), &["tenant", "set", "acme", "--name", "Acme Heating"], "");
    said(folder.path(), &["user", "set", "--tenant", "acme", "ada@acme.example"], "correct horse battery\n");
    let token = ["token", "new", "--tenant", "acme", "--label", "glasses", "--scope", "upload,read"];
    let token = format!("Bearer {}", said(folder.path(), &token, "").trim());
    let server = Server::start(folder.path());
    let client = Client { server: &server, token };
    client.upload(&fs::read(installation::recording()).unwrap());
    let session = client.ended();
    assert_eq!(session["title"], "A short job");
    assert_eq!(session["status"], "completed", "{session}");
    let procedures = session["procedures"].as_array().unwrap();
    assert!(!procedures.is_empty(), "{session}");
    client.plays(procedures);
    let figures = ureq::get(format!("{}/metrics", server.url)).call().unwrap().into_body().read_to_string().unwrap();
    for expected in ["stepreel_runs_total 1\n", "stepreel_jobs{state=\"waiting\"} 0\n"] {
        assert!(figures.contains(expected), "{expected}: {figures}");
    }
    // While it runs, all is well, and a copy is made that one can start with.
    let audit: Value = serde_json::from_str(&said(folder.path(), &["audit", "--json", "--grace", "0"], "")).unwrap();
    assert_eq!((&audit["violations"], &audit["counts"]["sessions"]), (&json!([]), &json!(1)));
    let copy = folder.path().join("copy");
    said(folder.path(), &["backup", "--to", copy.join("data").to_str().unwrap()], "");
    let token = client.token.clone();
    let spoken = procedures[0]["procedure_name"].as_str().unwrap();
    for private in ["A short job", "Acme Heating", "ada@acme.example", spoken, &token] {
        assert_eq!(server.logged(private), 0, "{private} is nobody's business who reads the log");
    }
    assert_eq!(server.stop(), Some(0));
    let restored = Server::start(&copy);
    let client = Client { server: &restored, token };
    let again = client.ended();
    assert_eq!(again["procedures"].as_array().unwrap().len(), procedures.len());
    client.plays(again["procedures"].as_array().unwrap());
    assert_eq!(restored.stop(), Some(0));
    // What is damaged is told, by the exit status, too.
    let clip = procedures[0]["video_url"].as_str().unwrap().split('?').next().unwrap().replace("/media/", "blobs/");
    fs::write(copy.join("data").join(clip), "not a clip").unwrap();
    let damaged = program(&copy).arg("audit").output().unwrap();
    assert_eq!(damaged.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&damaged.stdout).contains("I4 "), "{damaged:?}");
}

#[test]
fn what_is_wrong_with_a_command_is_said() {
    let folder = TempDir::new().unwrap();
    let check = |arguments: &[&str], input: &str, expected: &str| {
        let mut command = program(folder.path());
        let mut child = command.args(arguments).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that needs no input may have ended.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(expected), "{arguments:?}: {said}");
    };
    check(&["user", "list", "--tenant", "acme"], "", "check --data");
    said(folder.path(), &["tenant", "set", "acme"], "");
    check(&["user", "set", "--tenant", "rival", "a@b.example"], "long enough to be one\n", "there is no tenant rival");
    check(&["user", "set", "--tenant", "acme", "a@b.example"], "short\n", "at least 10 characters");
    check(&["tenant", "set", "../x"], "", "../x");
    check(&["token", "new", "--tenant", "acme", "--label", "x", "--scope", "everything"], "", "upload, read or manage");
    check(&["serve", "--listen", "nowhere"], "", "--listen");
    check(&["serve", "--cors", "portal.example"], "", "https://host");
    check(&["user", "set", "--tenant", "acme", "--openid-subject", "7", "a@b.example"], "", "--openid");
    let openid = ["serve", "--no-worker", "--openid-issuer", "https://id.example", "--openid-client", "stepreel"];
    check(&openid, "", "--openid-address");
    let here = ["--openid-address", "https://stepreel.example"];
    check(&[&openid[..], &here].concat(), "", "give --openid-secret-file or STEPREEL_OPENID_SECRET");
    let missing = ["--openid-secret-file", "/nowhere/secret"];
    check(&[&openid[..], &here, &missing].concat(), "", "cannot read /nowhere/secret");
    let empty = ["--openid-secret-file", "/dev/null"];
    check(&[&openid[..], &here, &empty].concat(), "", "the client's secret is empty");
    check(&[&openid[..], &here, &empty, &["--openid-ca", "/dev/null"]].concat(), "", "secret is empty");
    check(&["webhook", "new", "--tenant", "acme", "http://hooks.example/"], "", "https://");
    check(&["webhook", "new", "--tenant", "acme", "https://10.0.0.1/"], "", "no public address");
    check(&["webhook", "new", "--tenant", "acme", "--events", "x", "https://hooks.example/"], "", "session.uploaded");
    check(&["backup", "--to", folder.path().to_str().unwrap()], "", "is there already");
}

#[test]
fn people_sign_in_with_a_provider_whose_secret_nobody_sees() {
    let folder = TempDir::new().unwrap();
    said(folder.path(), &["tenant", "set", "acme"], "");
    let set = |more: &[&str], input: &str| {
        said(folder.path(), &[&["user", "set", "--tenant", "acme"], more].concat(), input);
    };
    set(&["--openid", "ada@acme.example"], "");
    let issuer = ["--openid-issuer", "https://id.example/realms/acme"];
    set(&[&issuer[..], &["--openid", "--openid-subject", "s-7", "bo@acme.example"]].concat(), "");
    set(&["--openid", "--password", "--role", "manager", "cy@acme.example"], "correct horse battery\n");
    set(&["dee@acme.example"], "correct horse battery\n");
    assert_eq!(
        said(folder.path(), &["user", "list", "--tenant", "acme"], ""),
        "ada@acme.example\tviewer\topenid by this address\n\
         bo@acme.example\tviewer\topenid as s-7 of https://id.example/realms/acme\n\
         cy@acme.example\tmanager\tpassword, openid by this address\n\
         dee@acme.example\tviewer\tpassword\n"
    );
    let file = folder.path().join("openid-secret");
    fs::write(&file, "canary\n").unwrap();
    let agreed = ["--openid-client", "stepreel", "--openid-address", "https://stepreel.example", "--no-worker"];
    let secret = ["--openid-secret-file", file.to_str().unwrap()];
    let server = Server::start_with(folder.path(), &[&issuer[..], &agreed, &secret].concat());
    let page = ureq::get(format!("{}/login", server.url)).call().unwrap().body_mut().read_to_string().unwrap();
    assert!(page.contains("Sign in with id.example"), "{page}");
    for place in ["cmdline", "environ"] {
        let seen = fs::read(format!("/proc/{}/{place}", server.process.id())).unwrap();
        assert!(!String::from_utf8_lossy(&seen).contains("canary"), "{place}");
    }
}

#[test]
fn webhooks_are_made_listed_and_taken_away() {
    let folder = TempDir::new().unwrap();
    said(folder.path(), &["tenant", "set", "acme", "--retention-days", "30"], "");
    assert!(said(folder.path(), &["tenant", "list"], "").contains("30 days"));
    let events = "session.completed,session.failed";
    let new = ["webhook", "new", "--tenant", "acme", "--events", events, "https://hooks.example/a"];
    assert!(said(folder.path(), &new, "").starts_with("whsec_"));
    let list = ["webhook", "list", "--tenant", "acme"];
    let listed = said(folder.path(), &list, "");
    assert!(listed.contains(events) && listed.contains("https://hooks.example/a") && !listed.contains("whsec_"));
    let id = listed.split('\t').next().unwrap();
    assert_eq!(said(folder.path(), &["webhook", "replay", "--tenant", "acme", id], ""), "0 events are told again\n");
    said(folder.path(), &["webhook", "remove", "--tenant", "acme", id], "");
    assert_eq!(said(folder.path(), &list, ""), "");
}

#[cfg(not(feature = "otlp"))]
#[test]
fn who_wants_traces_is_told_that_this_build_sends_none() {
    let folder = TempDir::new().unwrap();
    let server =
        Server::start_in(folder.path(), &["--no-worker"], &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://[::1]:9")]);
    assert_eq!(server.logged("--features otlp"), 1);
    assert_eq!(server.stop(), Some(0));
    let server = Server::start_with(folder.path(), &["--no-worker"]);
    assert_eq!(server.logged("traces"), 0);
}
