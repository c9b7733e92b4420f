//! Models by the program: what a user types, and what comes of it.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod command;
#[path = "../../../crates/models/tests/server/mod.rs"]
mod server;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

use command::{stepreel, text};
use server::{Reply, Server};

/// The program, with a folder of models of its own.
fn at(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = stepreel(folder, arguments);
    command.env("STEPREEL_MODELS", home(folder));
    for proxy in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
        command.env_remove(proxy).env_remove(proxy.to_lowercase());
    }
    command
}

fn home(folder: &Path) -> PathBuf {
    folder.join("models")
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    at(folder, arguments).output().unwrap()
}

/// What it prints, when all goes well.
fn good(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// The last line of what it says when it can't.
fn bad(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    text(&output.stderr).lines().last().unwrap_or_default().to_owned()
}

/// A list of one model of one's own, at that address.
fn list_one(folder: &Path, url: &str) {
    fs::create_dir_all(home(folder)).unwrap();
    let entry = "role = \"speech\"\nsummary = \"ours\"\nlicence = \"MIT\"\nsource = \"here\"\nfile = \"ours.bin\"\n";
    fs::write(home(folder).join("added.toml"), format!("[ours]\n{entry}urls = [\"{url}\"]\n")).unwrap();
}

fn content() -> Vec<u8> {
    (0..500_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect()
}

#[test]
fn the_list_says_what_is_here() {
    let folder = tempfile::tempdir().unwrap();
    let all = good(folder.path(), &["models", "list"]);
    for word in ["mobilenet-v1", "yes", "dinov2-small", "large-v3-turbo-q5_0", "silero-vad", "Apache-2.0"] {
        assert!(all.contains(word), "{word} is not in: {all}");
    }
    let encoders = good(folder.path(), &["models", "list", "--role", "encoder", "--here"]);
    assert!(encoders.contains("mobilenet-v1") && !encoders.contains("dinov2") && !encoders.contains("tiny"));
}

#[test]
fn a_pull_that_is_interrupted_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let content = content();
    let server = Server::start({
        let content = content.clone();
        move |nth, request| {
            let reply = Reply::asked(&content, request).with("ETag", "\"one\"");
            if nth == 0 { Reply { silent_after: Some(1_200_000), ..reply } } else { reply }
        }
    });
    list_one(folder.path(), &server.url("ours.bin"));
    let partial = home(folder.path()).join("ours.bin.part");
    let mut pull = at(folder.path(), &["models", "pull", "ours"]).spawn().unwrap();
    while fs::metadata(&partial).map_or(0, |found| found.len()) < 1_200_000 {
        thread::sleep(Duration::from_millis(20));
    }
    // As Ctrl-C does.
    assert!(Command::new("kill").args(["-INT", &pull.id().to_string()]).status().unwrap().success());
    assert!(!pull.wait().unwrap().success());

    let output = run(folder.path(), &["models", "pull", "ours"]);
    assert_eq!(server.requests()[1].from, Some(1_200_000));
    assert!(text(&output.stderr).contains("1.2 MB of it here already"), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("nobody had written down what this file holds"), "{}", text(&output.stdout));
    assert_eq!(fs::read(home(folder.path()).join("ours.bin")).unwrap(), content);
    assert!(good(folder.path(), &["models", "pull", "ours"]).contains("was here already"));
}

#[test]
fn a_file_becomes_a_model_with_a_path_and_is_verified() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("own.bin"), b"weights").unwrap();
    good(folder.path(), &["models", "add", "ours", "own.bin", "--role", "speech", "--licence", "MIT"]);
    let path = good(folder.path(), &["models", "path", "ours"]);
    assert_eq!(fs::read(path.trim()).unwrap(), b"weights");
    assert!(good(folder.path(), &["models", "verify"]).contains("ours: good"));
    fs::write(path.trim(), b"weighty").unwrap();
    assert!(bad(&run(folder.path(), &["models", "verify", "ours"])).contains("ours"));

    let encoder = ["models", "add", "eye", "own.bin", "--role", "encoder"];
    assert!(bad(&run(folder.path(), &encoder)).contains("--size"));
    let input = ["--size", "32x24", "--mean", "0,0,0", "--deviation", "255,255,255", "--dimensions", "8"];
    good(folder.path(), &[&encoder[..], &input[..]].concat());
    let list = fs::read_to_string(home(folder.path()).join("added.toml")).unwrap();
    assert!(list.contains("[eye.input]") && list.contains("width = 32"), "{list}");
}

#[test]
fn processing_never_downloads_and_says_how_to() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|_, _| Reply::status(500));
    fs::write(folder.path().join("c.toml"), format!("[models]\nmirror = \"{}\"\n", server.url(""))).unwrap();
    let said = bad(&run(folder.path(), &["process", "x.mp4", "--preset", "fast"]));
    assert!(said.contains("`stepreel models pull tiny.en-q8_0`"), "{said}");
    list_one(folder.path(), &server.url("ours.bin"));
    fs::write(folder.path().join("c.toml"), "[transcriber]\nkind = \"whisper\"\nmodel = \"ours\"\n").unwrap();
    let said = bad(&run(folder.path(), &["process", "x.mp4", "--config", "c.toml"]));
    assert!(said.contains("`stepreel models pull ours`"), "{said}");
    assert!(server.requests().is_empty());
}

#[test]
fn configuration_and_environment_say_how_to_download() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|_, _| Reply::status(404));
    fs::write(folder.path().join("c.toml"), format!("[models]\nmirror = \"{}\"\n", server.url("hub"))).unwrap();
    let said = bad(&run(folder.path(), &["models", "pull", "tiny.en", "--config", "c.toml"]));
    assert!(said.contains("404") && said.contains("mirror"), "{said}");
    assert!(server.requests()[0].path.starts_with("/hub/ggerganov/whisper.cpp/resolve/"));

    for offline in [&["--offline"][..], &["--preset", "offline"][..]] {
        let said = bad(&run(folder.path(), &[&["models", "pull", "tiny.en"], offline].concat()));
        assert!(said.contains("offline") && said.contains("https://huggingface.co/"), "{said}");
    }
    let output = at(folder.path(), &["models", "pull", "tiny.en"]).env("STEPREEL_OFFLINE", "1").output().unwrap();
    assert!(bad(&output).contains("offline"));
}

#[test]
fn the_proxy_of_the_environment_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let proxy = Server::start(|_, _| Reply::status(403));
    list_one(folder.path(), "https://hub.invalid/ours.bin");
    let mut pull = at(folder.path(), &["models", "pull", "ours"]);
    let said = bad(&pull.env("HTTPS_PROXY", proxy.url("")).output().unwrap());
    assert_eq!(proxy.requests()[0].path, "hub.invalid:443");
    assert!(said.contains("https://hub.invalid/ours.bin") && said.contains("HTTPS_PROXY"), "{said}");
}

#[test]
fn an_unknown_name_hears_what_is_known() {
    let folder = tempfile::tempdir().unwrap();
    for command in [["models", "pull", "tinny"], ["models", "path", "tinny"], ["models", "verify", "tinny"]] {
        let said = bad(&run(folder.path(), &command));
        assert!(said.contains("tinny") && said.contains("tiny.en"), "{said}");
    }
}
