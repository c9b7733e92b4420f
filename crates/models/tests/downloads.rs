//! Models come over a real connection from a server that breaks off, lies, and sends something else.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod server;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use stepreel_models::{
    Addition, Before, ImageInput, Layout, Library, Manifest, ModelError, Patience, Pooling, Presence, Pulled, Puller,
    Role, Settings, Step, Trust, digest_of,
};
use tempfile::TempDir;

use server::{Reply, Request, Server};

/// More than any buffer holds, and different everywhere.
fn content() -> Vec<u8> {
    (0..400_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect()
}

fn sha256(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bytes");
    fs::write(&path, bytes).unwrap();
    digest_of(&path).unwrap().to_string()
}

/// A speech model "m" of one file, with what a manifest may know of it.
struct Known {
    bytes: Option<usize>,
    sha256: Option<String>,
    urls: Vec<String>,
}

impl Known {
    /// Everything.
    fn all(content: &[u8], url: String) -> Self {
        Self { bytes: Some(content.len()), sha256: Some(sha256(content)), urls: vec![url] }
    }

    /// Only where it is.
    fn nothing(url: String) -> Self {
        Self { bytes: None, sha256: None, urls: vec![url] }
    }

    fn manifest(&self) -> Manifest {
        let bytes = self.bytes.map_or(String::new(), |bytes| format!("bytes = {bytes}\n"));
        let sha256 = self.sha256.as_ref().map_or(String::new(), |hash| format!("sha256 = \"{hash}\"\n"));
        let text = format!(
            "[m]\nrole = \"speech\"\nsummary = \"s\"\nlicence = \"MIT\"\nsource = \"here\"\nfile = \"m/m.bin\"\n\
             {bytes}{sha256}urls = {:?}\n",
            self.urls
        );
        Manifest::parse(&text).unwrap()
    }
}

/// A machine with an empty folder of models.
struct Machine {
    folder: TempDir,
    settings: Settings,
}

impl Machine {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), settings: Settings::default() }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn library(&self, known: &Known) -> Library {
        Library::new(known.manifest(), Vec::new()).with_home(self.folder.path().to_owned()).unwrap()
    }

    fn pull(&self, known: &Known) -> Result<Pulled, ModelError> {
        self.watched_pull(known, &mut |_| {})
    }

    fn watched_pull(&self, known: &Known, watch: &mut dyn FnMut(Step)) -> Result<Pulled, ModelError> {
        let library = self.library(known);
        let pulled = Puller::with_patience(&library, &self.settings, patience()).unwrap().pull("m", watch)?;
        library.locate(Role::Speech, "m").unwrap();
        Ok(pulled.into_iter().next().unwrap())
    }

    /// Nothing that could be taken for the model lies there.
    fn has_no_model(&self) {
        assert!(!self.path("m/m.bin").exists());
    }
}

fn patience() -> Patience {
    Patience {
        connect: Duration::from_secs(5),
        silence: Duration::from_millis(400),
        attempts: 3,
        pause: Duration::from_millis(1),
    }
}

fn froms(server: &Server) -> Vec<Option<usize>> {
    server.requests().iter().map(|request| request.from).collect()
}

/// Pulling ends with an error that says all of `words`, and leaves no model.
fn fails(machine: &Machine, known: &Known, words: &[&str]) -> ModelError {
    let error = machine.pull(known).unwrap_err();
    let text = std::iter::successors(Some(&error as &dyn std::error::Error), |&error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ");
    for word in words {
        assert!(text.contains(word), "\"{word}\" is not in: {text}");
    }
    machine.has_no_model();
    error
}

#[test]
fn a_model_comes_whole_and_is_found() {
    let content = content();
    let server = Server::start({
        let content = content.clone();
        move |_, _| Reply::whole(&content)
    });
    let (machine, known) = (Machine::new(), Known::all(&content, server.url("m.bin")));
    let mut last = 0;
    let pulled = machine
        .watched_pull(&known, &mut |step| {
            if let Step::Advanced { bytes } = step {
                assert!(bytes > last, "progress goes up");
                last = bytes;
            }
        })
        .unwrap();
    assert_eq!((last as usize, pulled.trust), (content.len(), Trust::Known));
    assert_eq!(fs::read(pulled.path).unwrap(), content);
    assert!(!machine.path("m/m.bin.part").exists() && !machine.path("m/m.bin.part.toml").exists());
    assert_eq!(machine.pull(&known).unwrap().trust, Trust::WasHere);
    assert_eq!(server.requests().len(), 1, "what is here is not downloaded again");
}

#[test]
fn a_broken_connection_goes_on_where_it_broke() {
    let content = content();
    let server = Server::start({
        let content = content.clone();
        move |nth, request| {
            let reply = Reply::asked(&content, request).with("ETag", "\"one\"");
            if nth < 3 { reply.broken_after(300_000) } else { reply }
        }
    });
    let (machine, known) = (Machine::new(), Known::all(&content, server.url("m.bin")));
    let mut troubles = 0;
    machine.watched_pull(&known, &mut |step| troubles += u32::from(matches!(step, Step::Trouble { .. }))).unwrap();
    assert_eq!(froms(&server), [None, Some(300_000), Some(600_000), Some(900_000)]);
    assert!(server.requests()[1..].iter().all(|request| request.if_range.as_deref() == Some("\"one\"")));
    assert_eq!(troubles, 3);
}

#[test]
fn what_an_earlier_run_left_is_gone_on_from() {
    let content = content();
    let server = Server::start({
        let content = content.clone();
        move |nth, request| {
            let reply = Reply::asked(&content, request).with("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT");
            if nth == 0 {
                reply.broken_after(500_000)
            } else if nth < 3 {
                Reply::status(503)
            } else {
                reply
            }
        }
    });
    let (machine, known) = (Machine::new(), Known::nothing(server.url("m.bin")));
    let error = fails(&machine, &known, &["503", "try again later"]);
    assert!(matches!(error, ModelError::Refused { .. }), "{error}");
    assert_eq!(fs::metadata(machine.path("m/m.bin.part")).unwrap().len(), 500_000);
    machine.pull(&known).unwrap();
    assert_eq!(froms(&server), [None, Some(500_000), Some(500_000), Some(500_000)]);
    assert_eq!(fs::read(machine.path("m/m.bin")).unwrap(), content);
}

#[test]
fn a_server_without_ranges_sends_everything_again() {
    let content = content();
    let server = Server::start({
        let content = content.clone();
        move |nth, _| {
            let reply = Reply::whole(&content).with("ETag", "\"one\"");
            if nth == 0 { reply.broken_after(700_000) } else { reply }
        }
    });
    let (machine, known) = (Machine::new(), Known::all(&content, server.url("m.bin")));
    machine.pull(&known).unwrap();
    assert_eq!(froms(&server), [None, Some(700_000)]);
}

#[test]
fn a_file_that_changes_between_two_attempts_is_begun_anew() {
    let (old, new) = (content(), content().into_iter().rev().collect::<Vec<u8>>());
    let server = Server::start({
        let new = new.clone();
        move |nth, request| match nth {
            0 => Reply::whole(&old).with("ETag", "\"old\"").broken_after(100_000),
            // As the standard has it: another content than the one that is named is sent as a whole.
            _ if request.if_range.as_deref() == Some("\"new\"") => Reply::asked(&new, request).with("ETag", "\"new\""),
            _ => Reply::whole(&new).with("ETag", "\"new\""),
        }
    });
    let (machine, known) = (Machine::new(), Known::nothing(server.url("m.bin")));
    machine.pull(&known).unwrap();
    assert_eq!(fs::read(machine.path("m/m.bin")).unwrap(), new);
}

#[test]
fn halves_of_two_versions_are_never_joined() {
    // This server pays no attention to what the rest should be of.
    let (old, new) = (content(), content().into_iter().rev().collect::<Vec<u8>>());
    for tags in [Some(("\"old\"", "\"new\"")), None] {
        let (old, served) = (old.clone(), new.clone());
        let server = Server::start(move |nth, request| {
            let reply =
                if nth == 0 { Reply::whole(&old).broken_after(100_000) } else { Reply::asked(&served, request) };
            match tags {
                Some((first, later)) => reply.with("ETag", if nth == 0 { first } else { later }),
                None => reply,
            }
        });
        let (machine, known) = (Machine::new(), Known::all(&new, server.url("m.bin")));
        machine.pull(&known).unwrap();
        assert_eq!(fs::read(machine.path("m/m.bin")).unwrap(), new);
    }
}

#[test]
fn a_length_that_is_not_the_models_is_refused_before_anything_is_written() {
    let content = content();
    for announced in [content.len() - 10, content.len() + 10, 1 << 40] {
        let served = content.clone();
        let server = Server::start(move |_, _| Reply { announced: Some(announced), ..Reply::whole(&served) });
        let (machine, known) = (Machine::new(), Known::all(&content, server.url("m.bin")));
        fails(&machine, &known, &[&format!("{announced} bytes instead of {}", content.len())]);
        assert_eq!(server.requests().len(), 1);
        assert_eq!(fs::metadata(machine.path("m/m.bin.part")).unwrap().len(), 0);
    }
}

#[test]
fn more_than_was_announced_is_cut_off_and_less_is_noticed() {
    let content = content();
    let short = Server::start({
        let content = content.clone();
        move |_, request| Reply { announced: Some(1000), ..Reply::asked(&content, request) }
    });
    let machine = Machine::new();
    machine.pull(&Known { bytes: None, sha256: Some(sha256(&content)), urls: vec![short.url("m")] }).unwrap_err();
    machine.has_no_model();
    assert!(fs::read_dir(machine.path("m")).unwrap().count() == 0, "what turned out wrong is not kept");

    let long = Server::start({
        let content = content.clone();
        move |_, request| {
            let reply = Reply::asked(&content, request).with("ETag", "\"one\"");
            Reply { announced: reply.announced.map(|length| length + 1000), ..reply }
        }
    });
    fails(&Machine::new(), &Known::nothing(long.url("m")), &["the same command goes on"]);
}

#[test]
fn a_body_without_end_is_stopped_at_the_models_size() {
    let content = content();
    let server = Server::start({
        let body: Vec<u8> = content.iter().chain(&content).copied().collect();
        move |_, _| Reply { announced: None, ..Reply::whole(&body) }
    });
    let (machine, known) = (Machine::new(), Known::all(&content, server.url("m.bin")));
    fails(&machine, &known, &[&format!("more than {} bytes came", content.len())]);
}

#[test]
fn a_body_that_ends_with_its_connection_is_taken() {
    let content = content();
    let server = Server::start({
        let content = content.clone();
        move |_, _| Reply { announced: None, ..Reply::whole(&content) }
    });
    Machine::new().pull(&Known::all(&content, server.url("m.bin"))).unwrap();
}

#[test]
fn wrong_bytes_are_refused_and_not_kept() {
    let content = content();
    let server = Server::start({
        let mut wrong = content.clone();
        wrong[7] ^= 1;
        move |_, _| Reply::whole(&wrong)
    });
    let (machine, known) = (Machine::new(), Known::all(&content, server.url("m.bin")));
    let error = fails(&machine, &known, &["\"m\"", "127.0.0.1", "sha256", "instead of", "nothing was kept"]);
    assert!(matches!(error, ModelError::Foreign { .. }));
    assert_eq!(fs::read_dir(machine.path("m")).unwrap().count(), 0);
    assert_eq!(server.requests().len(), 1, "the same wrong bytes are not asked for again");
}

#[test]
fn a_web_page_is_no_model() {
    let server = Server::start(|_, _| Reply::whole(b"<html>log in").with("Content-Type", "text/html; charset=utf-8"));
    fails(&Machine::new(), &Known::nothing(server.url("m.bin")), &["web page"]);
}

#[test]
fn refusals_say_what_to_do() {
    for (status, attempts, word) in [(404, 1, "mirror"), (403, 1, "yourself"), (500, 3, "later"), (429, 3, "later")] {
        let server = Server::start(move |_, _| Reply::status(status));
        fails(&Machine::new(), &Known::nothing(server.url("m.bin")), &[&status.to_string(), "/m.bin", word]);
        assert_eq!(server.requests().len(), attempts, "{status}");
    }
}

#[test]
fn a_server_that_recovers_is_not_given_up() {
    let content = content();
    let server = Server::start({
        let content = content.clone();
        move |nth, _| if nth < 2 { Reply::status(500) } else { Reply::whole(&content) }
    });
    Machine::new().pull(&Known::all(&content, server.url("m.bin"))).unwrap();
}

#[test]
fn another_address_is_asked_when_one_has_nothing() {
    let content = content();
    let server = Server::start({
        let content = content.clone();
        move |_, request| if request.path == "/good" { Reply::whole(&content) } else { Reply::status(404) }
    });
    let known = Known { urls: vec![server.url("gone"), server.url("good")], ..Known::all(&content, String::new()) };
    Machine::new().pull(&known).unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn redirects_are_followed_with_the_range_but_not_in_a_ring() {
    let content = content();
    let server = Server::start({
        let content = content.clone();
        move |nth, request| match request.path.as_str() {
            "/m.bin" => Reply::status(302).with("Location", "/store/m.bin?signature=1"),
            _ if nth == 1 => Reply::asked(&content, request).with("ETag", "\"one\"").broken_after(200_000),
            _ => Reply::asked(&content, request).with("ETag", "\"one\""),
        }
    });
    Machine::new().pull(&Known::all(&content, server.url("m.bin"))).unwrap();
    assert_eq!(froms(&server), [None, None, Some(200_000), Some(200_000)]);

    let ring = Server::start(|_, _| Reply::status(302).with("Location", "/m.bin"));
    fails(&Machine::new(), &Known::nothing(ring.url("m.bin")), &["not followed", "in a row"]);
    assert!(ring.requests().len() <= 7);

    let away = Server::start(|_, _| Reply::status(307).with("Location", "http://plain.example/m.bin"));
    fails(&Machine::new(), &Known::nothing(away.url("m.bin")), &["plain.example", "not encrypted"]);
}

#[test]
fn a_silent_server_is_left() {
    let content = content();
    let server = Server::start({
        let content = content.clone();
        move |nth, request| {
            let reply = Reply::asked(&content, request).with("ETag", "\"one\"");
            if nth == 0 { Reply { silent_after: Some(250_000), ..reply } } else { reply }
        }
    });
    let began = std::time::Instant::now();
    Machine::new().pull(&Known::all(&content, server.url("m.bin"))).unwrap();
    assert_eq!(froms(&server), [None, Some(250_000)]);
    assert!(began.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_model_without_a_known_hash_is_pinned_at_first_use() {
    let (first, second) = (content(), content().into_iter().rev().collect::<Vec<u8>>());
    let server = Server::start({
        let first = first.clone();
        move |nth, _| if nth == 0 { Reply::whole(&first) } else { Reply::whole(&second) }
    });
    let (machine, known) = (Machine::new(), Known::nothing(server.url("m.bin")));
    assert_eq!(machine.pull(&known).unwrap().trust, Trust::FirstUse);
    let pin = fs::read_to_string(machine.path("m/m.bin.sha256")).unwrap();
    assert_eq!(pin, format!("{}  m.bin\n", sha256(&first)));

    fs::write(machine.path("m/m.bin"), b"something else").unwrap();
    let error = machine.library(&known).locate(Role::Speech, "m").unwrap_err().to_string();
    assert!(error.contains("m.bin.sha256"), "{error}");
    fs::remove_file(machine.path("m/m.bin")).unwrap();
    fails(&machine, &known, &["changed since it was first downloaded", ".sha256"]);
    fs::remove_file(machine.path("m/m.bin.sha256")).unwrap();
    assert_eq!(machine.pull(&known).unwrap().trust, Trust::FirstUse);
}

#[test]
fn a_damaged_file_is_replaced() {
    let content = content();
    let server = Server::start({
        let content = content.clone();
        move |_, _| Reply::whole(&content)
    });
    let (machine, known) = (Machine::new(), Known::all(&content, server.url("m.bin")));
    fs::create_dir(machine.path("m")).unwrap();
    fs::write(machine.path("m/m.bin"), b"half").unwrap();
    assert_eq!(machine.library(&known).presence(known.manifest().named("m").unwrap()), Presence::Damaged);
    machine.pull(&known).unwrap();
}

#[test]
fn offline_asks_nobody() {
    let server = Server::start(|_, _| Reply::status(500));
    let mut machine = Machine::new();
    machine.settings.offline = true;
    fails(&machine, &Known::nothing(server.url("m.bin")), &["offline", &server.url("m.bin"), "m/m.bin"]);
    assert!(server.requests().is_empty());
}

#[test]
fn a_mirror_is_asked_instead() {
    let content = content();
    let server = Server::start({
        let content = content.clone();
        move |_, _| Reply::whole(&content)
    });
    let mut machine = Machine::new();
    machine.settings.mirror = Some(server.url("hub"));
    machine.pull(&Known::all(&content, "https://hub.invalid/org/m.bin".to_owned())).unwrap();
    assert_eq!(server.requests()[0].path, "/hub/org/m.bin");
}

#[test]
fn two_pulls_of_one_model_download_it_once() {
    let content = content();
    let server = Server::start({
        let content = content.clone();
        move |_, _| {
            thread::sleep(Duration::from_millis(200));
            Reply::whole(&content)
        }
    });
    let (machine, known) = (Machine::new(), Known::all(&content, server.url("m.bin")));
    let (tell, hear) = channel();
    thread::scope(|scope| {
        for _ in 0..2 {
            let tell = tell.clone();
            let (machine, known) = (&machine, &known);
            scope.spawn(move || {
                let mut waited = false;
                let pulled = machine.watched_pull(known, &mut |step| waited |= matches!(step, Step::Waiting)).unwrap();
                tell.send((waited, pulled.trust == Trust::WasHere)).unwrap();
            });
        }
    });
    drop(tell);
    let mut told: Vec<(bool, bool)> = hear.iter().collect();
    told.sort_unstable();
    assert_eq!(told, [(false, false), (true, true)]);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let content = content();
    let server = Server::start({
        let content = content.clone();
        move |_, _| Reply::whole(&content)
    });
    let machine = Machine::new();
    fs::write(machine.path("m"), b"no folder").unwrap();
    let error = machine.pull(&Known::all(&content, server.url("m.bin"))).unwrap_err();
    assert!(matches!(&error, ModelError::Unwritable { path, .. } if path.ends_with("m/m.bin")), "{error}");
}

fn encoder(origin: &Path) -> Addition {
    Addition {
        name: "ours".to_owned(),
        origin: origin.to_string_lossy().into_owned(),
        role: Role::Encoder,
        input: Some(ImageInput {
            width: 32,
            height: 24,
            layout: Layout::Nchw,
            mean: [0.0; 3],
            deviation: [255.0; 3],
            output: None,
            pooling: Pooling::Whole,
            dimensions: 8,
        }),
        sha256: None,
        licence: None,
        summary: None,
        before: Before::Kept,
    }
}

fn add(machine: &Machine, addition: &Addition) -> Result<Pulled, ModelError> {
    let library = machine.library(&Known::nothing("https://hub.invalid/m".to_owned()));
    Puller::with_patience(&library, &machine.settings, patience())?.add(addition, &mut |_| {})
}

#[test]
fn a_file_of_the_users_own_becomes_a_model() {
    let machine = Machine::new();
    let file = machine.path("own.onnx");
    fs::write(&file, b"weights").unwrap();
    add(&machine, &encoder(&file)).unwrap();
    fs::remove_file(&file).unwrap();
    let library = machine.library(&Known::nothing("https://hub.invalid/m".to_owned()));
    let located = library.locate(Role::Encoder, "ours").unwrap();
    assert_eq!(located.path, machine.path("added/ours/own.onnx"));
    assert_eq!(located.entry.unwrap().input, encoder(&file).input);
    assert!(library.locate(Role::Speech, "ours").is_err());

    fs::write(&located.path, b"weighty").unwrap();
    assert!(matches!(library.locate(Role::Encoder, "ours"), Err(ModelError::Different { .. })));
}

#[test]
fn a_model_at_a_private_address_is_added_and_can_be_pulled_again() {
    let content = content();
    let server = Server::start({
        let content = content.clone();
        move |_, _| Reply::whole(&content)
    });
    let machine = Machine::new();
    let addition = Addition { origin: server.url("private/own.onnx?token=1"), ..encoder(Path::new("")) };
    assert_eq!(add(&machine, &addition).unwrap().trust, Trust::FirstUse);
    fs::remove_file(machine.path("added/ours/own.onnx")).unwrap();
    let library = machine.library(&Known::nothing("https://hub.invalid/m".to_owned()));
    assert!(library.locate(Role::Encoder, "ours").unwrap_err().to_string().contains("models pull ours"));
    let puller = Puller::with_patience(&library, &machine.settings, patience()).unwrap();
    assert_eq!(puller.pull("ours", &mut |_| {}).unwrap()[0].trust, Trust::Known);
}

#[test]
fn additions_that_cannot_be_are_refused() {
    let machine = Machine::new();
    let file = machine.path("own.onnx");
    fs::write(&file, b"weights").unwrap();
    let good = encoder(&file);
    let refused = |addition: Addition, word: &str| {
        let error = add(&machine, &addition).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    };
    refused(Addition { name: "m".to_owned(), ..good.clone() }, "knows a model of that name");
    refused(Addition { name: "../m".to_owned(), ..good.clone() }, "letters, digits");
    refused(Addition { input: None, ..good.clone() }, "--size");
    refused(Addition { role: Role::Speech, ..good.clone() }, "takes no pictures");
    refused(Addition { origin: "ftp://hub.example/m".to_owned(), ..good.clone() }, "only https");
    refused(Addition { origin: "nowhere.onnx".to_owned(), ..good.clone() }, "nowhere.onnx");
    refused(Addition { sha256: Some(sha256(b"other").parse().unwrap()), ..good.clone() }, "instead of");
    assert!(!machine.path("added.toml").exists());

    add(&machine, &good).unwrap();
    refused(good.clone(), "--replace");
    fs::write(&file, b"better weights").unwrap();
    add(&machine, &Addition { before: Before::Replaced, ..good }).unwrap();
}

#[test]
fn a_broken_list_of_added_models_is_named_and_not_passed_over() {
    let machine = Machine::new();
    let known = Known::nothing("https://hub.invalid/m".to_owned());
    let open = || Library::new(known.manifest(), Vec::new()).with_home(machine.folder.path().to_owned());
    fs::write(machine.path("added.toml"), "[ours]\nrole = \"speech\"\nfile = 3\n").unwrap();
    let error = open().unwrap_err().to_string();
    assert!(error.contains("added.toml") && error.contains("line 3"), "{error}");
    fs::write(machine.path("added.toml"), known.manifest_text()).unwrap();
    assert!(open().unwrap_err().to_string().contains("another name"));
}

impl Known {
    fn manifest_text(&self) -> String {
        format!(
            "[m]\nrole = \"speech\"\nsummary = \"s\"\nlicence = \"MIT\"\nsource = \"here\"\nfile = \"m\"\nurls = {:?}\n",
            self.urls
        )
    }
}

#[test]
fn requests_are_what_the_server_takes_down() {
    let request = Request::default();
    assert_eq!(Reply::asked(b"abc", &request).status, 200);
    assert_eq!(Reply::asked(b"abc", &Request { from: Some(1), ..request.clone() }).body, b"bc");
    assert_eq!(Reply::asked(b"abc", &Request { from: Some(3), ..request }).status, 416);
}
