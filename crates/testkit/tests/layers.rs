//! The layers of the workspace, as its manifests and sources have them: dependencies point down only, stages never see each
//! other, and each foreign dependency has one home.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// The workspace's own crates, the lowest layer first. (`stepreel-server` is the crate; the binary of that name is of the package
/// `stepreel-server-bin`.) Crates of one layer never see each other.
const LAYERS: &[&[&str]] = &[
    &["stepreel-core", "stepreel-prescan"],
    &[
        "stepreel-models",
        "stepreel-media",
        "stepreel-inference",
        "stepreel-report",
        "stepreel-retrieval",
        "stepreel-webhooks",
        "stepreel-openid",
    ],
    &[
        "stepreel-documents",
        "stepreel-embedding",
        "stepreel-segmentation",
        "stepreel-transcription",
        "stepreel-naming",
        "stepreel-clipping",
        "stepreel-scoring",
        "stepreel-storage",
    ],
    &["stepreel-pipeline", "stepreel-grouping"],
    // The service shows what is stored, and knows nothing that processes.
    &["stepreel-worker", "stepreel-server"],
    &["stepreel", "stepreel-eval", "stepreel-server-bin"],
];

/// Beside the layers: tests may use it, and so may the evaluation, whose business its truth is.
const TESTKIT: &str = "stepreel-testkit";

/// What a test, an example or a bench may use besides what its crate uses.
const FOR_TESTS: &[&str] = &[TESTKIT, "stepreel-media", "stepreel-models"];

/// What a measure may use that its crate must not: how well what is named is found hangs on the names, and on what vectors are made of.
const FOR_MEASURES: &[(&str, &str)] =
    &[("stepreel-retrieval", "stepreel-naming"), ("stepreel-retrieval", "stepreel-embedding")];

/// The homes of foreign dependencies.
const HOMES: &[(&str, &[&str])] = &[
    ("ort", &["stepreel-inference"]),
    ("half", &["stepreel-inference"]),
    ("ureq", &["stepreel-models", "stepreel-naming", "stepreel-webhooks", "stepreel-openid", "stepreel-server-bin"]),
    ("openidconnect", &["stepreel-openid"]),
    ("async-openai", &["stepreel-naming"]),
    ("etcetera", &["stepreel-models"]),
    ("whisper-rs", &["stepreel-transcription"]),
    ("earshot", &["stepreel-transcription"]),
    ("sqlx", &["stepreel-storage"]),
    ("object_store", &["stepreel-storage"]),
    ("symphonia", &["stepreel-media"]),
    ("rubato", &["stepreel-media"]),
    ("landlock", &["stepreel-media"]),
    ("seccompiler", &["stepreel-media"]),
    ("shiguredo_mp4", &["stepreel-media"]),
    ("krilla", &["stepreel-documents"]),
    ("rustybuzz", &["stepreel-documents"]),
    ("zip", &["stepreel-documents"]),
    ("axum", &["stepreel-server"]),
    ("hyper", &["stepreel-server"]),
    ("hyper-util", &["stepreel-server"]),
    ("flate2", &["stepreel-server"]),
    ("argon2", &["stepreel-server"]),
    ("hmac", &["stepreel-server", "stepreel-webhooks"]),
    ("governor", &["stepreel-server"]),
    ("utoipa", &["stepreel-server"]),
    ("rmcp", &["stepreel-server"]),
    ("strsim", &["stepreel-retrieval"]),
    ("tokenizers", &["stepreel-embedding"]),
    ("opentelemetry", &["stepreel-server-bin"]),
    ("opentelemetry-http", &["stepreel-server-bin"]),
    ("opentelemetry-otlp", &["stepreel-server-bin"]),
    ("opentelemetry-proto", &["stepreel-server-bin"]),
    ("opentelemetry_sdk", &["stepreel-server-bin"]),
    ("tracing-opentelemetry", &["stepreel-server-bin"]),
    ("clap", &["stepreel", "stepreel-eval", "stepreel-server-bin"]),
    ("anyhow", &["stepreel", "stepreel-eval", "stepreel-server-bin"]),
    (
        "tokio",
        &[
            "stepreel-storage",
            "stepreel-pipeline",
            "stepreel-worker",
            "stepreel-server",
            "stepreel",
            "stepreel-eval",
            "stepreel-server-bin",
        ],
    ),
];

/// Who may start child processes, in a module `child`: decoders, and runs over a session.
const STARTERS: &[&str] = &["stepreel-media", "stepreel-worker"];

#[test]
fn dependencies_point_down_and_never_sideways() {
    let wrong: Vec<String> =
        crates().iter().flat_map(|krate| krate.edges("dependencies")).filter_map(forbidden).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn tests_use_the_testkit_media_and_models_besides() {
    let sideways = |(from, to): (String, String)| {
        let measures = FOR_MEASURES.contains(&(from.as_str(), to.as_str()));
        let may = FOR_TESTS.contains(&to.as_str()) || layer(&to) < layer(&from) || measures;
        (!may).then(|| format!("the tests of {from} must not depend on {to}"))
    };
    let wrong: Vec<String> =
        crates().iter().flat_map(|krate| krate.edges("dev-dependencies")).filter_map(sideways).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_crate_has_a_layer() {
    let placed: BTreeSet<&str> = LAYERS.concat().into_iter().chain([TESTKIT]).collect();
    for krate in crates() {
        assert!(placed.contains(krate.name.as_str()), "{} has no layer: give it one in {}", krate.name, file!());
    }
}

#[test]
fn each_foreign_dependency_has_one_home() {
    for krate in crates() {
        for (foreign, homes) in HOMES {
            let uses = krate.dependencies("dependencies").contains(*foreign);
            assert!(!uses || homes.contains(&krate.name.as_str()), "{} must not depend on {foreign}", krate.name);
        }
    }
}

#[test]
fn only_media_and_the_worker_start_child_processes() {
    for krate in crates().iter().filter(|krate| krate.name != TESTKIT) {
        for source in krate.sources() {
            let starts = fs::read_to_string(&source).unwrap().contains("Command::new");
            let home =
                STARTERS.contains(&krate.name.as_str()) && source.components().any(|part| child(part.as_os_str()));
            assert!(
                !starts || home,
                "{} starts a child process: that is for the child modules of media and the worker",
                source.display()
            );
        }
    }
}

fn child(part: &std::ffi::OsStr) -> bool {
    part == "child" || part == "child.rs"
}

/// Says what is wrong with a dependency from one crate of the workspace on another.
fn forbidden((from, to): (String, String)) -> Option<String> {
    let allowed = match (from.as_str(), to.as_str()) {
        (TESTKIT, to) => to == "stepreel-core",
        (from, TESTKIT) => from == "stepreel-eval",
        ("stepreel-report" | "stepreel-grouping", to) => to == "stepreel-core",
        ("stepreel-documents", to) => ["stepreel-core", "stepreel-report"].contains(&to),
        (from, to) => layer(to) < layer(from),
    };
    (!allowed).then(|| format!("{from} must not depend on {to}"))
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&name))
}

/// One crate of the workspace.
struct Crate {
    name: String,
    folder: PathBuf,
    manifest: Table,
}

impl Crate {
    fn open(folder: PathBuf) -> Self {
        let manifest: Table = fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap();
        let name = manifest["package"]["name"].as_str().unwrap().to_owned();
        Self { name, folder, manifest }
    }

    /// What it depends on, for every target, by the package's name.
    fn dependencies(&self, kind: &str) -> BTreeSet<String> {
        let targets = self.manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
        let tables = std::iter::once(Some(&self.manifest)).chain(targets.map(Value::as_table)).flatten();
        let listed = tables.filter_map(|table| table.get(kind)?.as_table()).flatten();
        listed.map(|(name, value)| value.get("package").and_then(Value::as_str).unwrap_or(name).to_owned()).collect()
    }

    /// From this crate to others of the workspace.
    fn edges(&self, kind: &str) -> Vec<(String, String)> {
        let own = self.dependencies(kind).into_iter().filter(|name| name.starts_with("stepreel"));
        own.map(|name| (self.name.clone(), name)).collect()
    }

    /// Its library's sources; a binary's are its own affair.
    fn sources(&self) -> Vec<PathBuf> {
        let mut sources = Vec::new();
        let mut folders = if self.folder.join("src/lib.rs").exists() { vec![self.folder.join("src")] } else { vec![] };
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    sources.push(path);
                }
            }
        }
        sources
    }
}

fn crates() -> Vec<Crate> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = ["crates", "bins"].into_iter().flat_map(|group| fs::read_dir(root.join(group)).unwrap());
    let folders = folders.map(|entry| entry.unwrap().path()).filter(|folder| folder.join("Cargo.toml").exists());
    let crates: Vec<Crate> = folders.map(Crate::open).collect();
    assert!(crates.len() >= 13, "only {} crates found under {}", crates.len(), root.display());
    crates
}
