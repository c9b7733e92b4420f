//! What a decoder may touch and use up: layers of the kernel around each child process, and lists of what it may open.
//!
//! A decoder reads bytes that a stranger chose. Each layer alone is to keep a recording from reading other files, reaching the
//! network, or using up the machine; together they also hold where one has a hole. All that needs memory or a lock is prepared
//! before the child is forked; between fork and exec only system calls are made, so that nothing depends on what the other
//! threads of this process were doing, and no program has to do anything at the start of its `main`.

use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod cell;
#[cfg(not(target_os = "linux"))]
#[path = "confinement/elsewhere.rs"]
mod cell;
#[cfg(target_os = "linux")]
mod files;
mod limits;

pub(crate) use cell::Cell;
pub(crate) use limits::Limits;

/// One layer of the confinement of a decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Layer {
    /// Lists of protocols, containers and decoders, with the container named by this crate and not by ffmpeg's guess.
    Formats,
    /// No new privileges, an empty environment, no open file but its pipes, and no life after its parent.
    Privileges,
    /// Its own users, network (without any device) and shared memory.
    Namespaces,
    /// Address space, processor time, length of files, number of files, no core dump.
    Limits,
    /// Landlock: the system's libraries and the inputs can be read, the output written, and nothing else; no connections.
    Files,
    /// seccomp: a list of system calls without sockets and without new processes.
    SystemCalls,
}

impl Layer {
    /// All of them, the outermost first.
    pub const ALL: [Self; 6] =
        [Self::Formats, Self::Privileges, Self::Namespaces, Self::Limits, Self::Files, Self::SystemCalls];

    /// What it is, in a few words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Formats => "lists of formats",
            Self::Privileges => "privileges",
            Self::Namespaces => "namespaces",
            Self::Limits => "resource limits",
            Self::Files => "files (Landlock)",
            Self::SystemCalls => "system calls (seccomp)",
        }
    }

    /// Whether decoding is refused without it by default. Namespaces are left out: many systems forbid them to ordinary users, and
    /// what they keep away is also kept away by [`Layer::Files`] and [`Layer::SystemCalls`].
    pub const fn is_required(self) -> bool {
        !matches!(self, Self::Namespaces)
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How decoders are confined: in a configuration `"required"` (the default), `"available"` or `"none"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Demand", into = "Demand")]
pub struct Confinement {
    demand: Demand,
    off: Option<Layer>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Demand {
    #[default]
    Required,
    Available,
    None,
}

impl Confinement {
    /// All layers that there are; nothing is decoded where a required one is absent.
    pub const REQUIRED: Self = Self { demand: Demand::Required, off: None };
    /// All layers that there are, however many that is.
    pub const AVAILABLE: Self = Self { demand: Demand::Available, off: None };
    /// No layer of the kernel; formats are still listed, and a child still has a deadline and dies with its parent.
    pub const NONE: Self = Self { demand: Demand::None, off: None };

    /// The same without one layer, to see that the others hold alone.
    #[must_use]
    pub const fn without(self, layer: Layer) -> Self {
        Self { off: Some(layer), ..self }
    }

    /// Whether that layer is to be there if it can.
    pub fn wants(self, layer: Layer) -> bool {
        let wanted = layer == Layer::Formats || self.demand != Demand::None;
        wanted && self.off != Some(layer)
    }

    /// Whether nothing is decoded without that layer.
    pub fn demands(self, layer: Layer) -> bool {
        self.wants(layer) && self.demand == Demand::Required && layer.is_required()
    }

    /// What this confinement leaves open on this machine though it goes on, a sentence each; nothing where it is as it should be.
    pub fn gaps(self) -> Vec<String> {
        if self.demand == Demand::None {
            return vec!["decoders are not confined, as the configuration says".to_owned()];
        }
        let gap = |LayerState { layer, absent }: LayerState| {
            let open = self.wants(layer) && layer.is_required() && !self.demands(layer);
            absent.filter(|_| open).map(|why| format!("decoders run without a confinement of their {layer}: {why}"))
        };
        // Where all is demanded, a gap is an error at the first recording.
        let states = if self.demand == Demand::Required { Vec::new() } else { layer_states() };
        states.into_iter().filter_map(gap).collect()
    }
}

impl From<Demand> for Confinement {
    fn from(demand: Demand) -> Self {
        Self { demand, off: None }
    }
}

impl From<Confinement> for Demand {
    fn from(confinement: Confinement) -> Self {
        confinement.demand
    }
}

/// As in a configuration.
impl fmt::Display for Confinement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.demand {
            Demand::Required => "required",
            Demand::Available => "available",
            Demand::None => "none",
        })
    }
}

/// A required layer can't be had on this machine.
#[derive(Debug)]
pub(crate) struct Absent {
    pub(crate) layer: Layer,
    pub(crate) why: io::Error,
}

/// Whether a layer is enforced on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LayerState {
    /// Which.
    pub layer: Layer,
    /// Why it is absent; nothing where it is enforced.
    pub absent: Option<String>,
}

/// Tries each layer on a child process of its own.
pub fn layer_states() -> Vec<LayerState> {
    Layer::ALL.into_iter().map(|layer| LayerState { layer, absent: cell::missing(layer) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, Serialize)]
    struct Table {
        confinement: Confinement,
    }

    #[test]
    fn it_is_one_word_in_a_configuration() {
        for (word, confinement) in
            [("required", Confinement::REQUIRED), ("available", Confinement::AVAILABLE), ("none", Confinement::NONE)]
        {
            let text = format!(r#"{{"confinement":"{word}"}}"#);
            let table: Table = serde_json::from_str(&text).unwrap();
            assert_eq!(table.confinement, confinement);
            assert_eq!(serde_json::to_string(&table).unwrap(), text);
        }
        let error = serde_json::from_str::<Table>(r#"{"confinement":"some"}"#).unwrap_err().to_string();
        assert!(error.contains("some") && error.contains("`required`"), "{error}");
    }

    #[test]
    fn only_what_is_required_is_demanded() {
        assert!(Confinement::REQUIRED.demands(Layer::Files));
        assert!(Confinement::REQUIRED.wants(Layer::Namespaces) && !Confinement::REQUIRED.demands(Layer::Namespaces));
        assert!(Confinement::AVAILABLE.wants(Layer::Files) && !Confinement::AVAILABLE.demands(Layer::Files));
        assert!(Confinement::NONE.wants(Layer::Formats) && !Confinement::NONE.wants(Layer::Limits));
        assert!(!Confinement::REQUIRED.without(Layer::Files).wants(Layer::Files));
    }
}
