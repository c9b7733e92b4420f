//! What the user may say of models.

use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};
use stepreel_core::Digest;
use stepreel_models::Role;

use crate::args::Settings;

#[derive(Debug, Subcommand)]
pub(crate) enum Models {
    /// List the models known by name, and which are here
    List {
        /// Only models for this
        #[arg(long, value_parser = role())]
        role: Option<Role>,
        /// Only models that are here
        #[arg(long)]
        here: bool,
    },
    /// Download models; what breaks off goes on with the same command
    Pull {
        /// Names of models
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
        #[command(flatten)]
        web: Web,
    },
    /// Check size and content of the models that are here
    Verify {
        /// Only these, which all have to be here
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
    /// Print where a model's file is
    Path {
        /// Name of the model
        name: String,
    },
    /// Make a file, or what is at an address, a model with a name
    Add(Box<Add>),
}

/// How models may be downloaded.
#[derive(Args, Debug)]
pub(crate) struct Web {
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// Download nothing
    #[arg(long, env = "STEPREEL_OFFLINE", value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) offline: bool,
    /// Ask there instead of the scheme and host that a model's address has
    #[arg(long, value_name = "URL", env = "STEPREEL_MIRROR")]
    pub(crate) mirror: Option<String>,
    /// A host that may be asked without encryption; may be given several times
    #[arg(long, value_name = "HOST")]
    pub(crate) allow_http: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Add {
    /// How the model is called in a configuration
    pub(crate) name: String,
    /// Its file, which is copied, or its address
    #[arg(value_name = "FILE|URL")]
    pub(crate) origin: String,
    /// What it is for
    #[arg(long, value_parser = role())]
    pub(crate) role: Role,
    /// SHA-256 that it has to have
    #[arg(long, value_name = "HEX")]
    pub(crate) sha256: Option<Digest>,
    /// SPDX name of its licence
    #[arg(long)]
    pub(crate) licence: Option<String>,
    /// What it is, in a sentence
    #[arg(long)]
    pub(crate) summary: Option<String>,
    /// Take the place of a model of that name that was added before
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) pictures: Pictures,
    #[command(flatten)]
    pub(crate) web: Web,
}

/// The pictures that an encoder takes, and what it gives.
#[derive(Args, Debug)]
#[command(next_help_heading = "For a frame encoder")]
pub(crate) struct Pictures {
    /// Width and height of its pictures, such as 224x224
    #[arg(long, value_name = "WxH", requires_all = ["mean", "deviation", "dimensions"])]
    pub(crate) size: Option<Size>,
    /// Order of its axes
    #[arg(long, value_enum, default_value_t = Order::Nchw)]
    pub(crate) layout: Order,
    /// What is taken off red, green and blue, which are 0-255
    #[arg(long, value_name = "R,G,B", requires = "size", allow_hyphen_values = true)]
    pub(crate) mean: Option<Channels>,
    /// What each channel is then divided by
    #[arg(long, value_name = "R,G,B", requires = "size")]
    pub(crate) deviation: Option<Channels>,
    /// Values of the vector that it gives
    #[arg(long, value_name = "NUMBER", requires = "size")]
    pub(crate) dimensions: Option<usize>,
    /// Name of the output that is the vector [default: the first]
    #[arg(long, value_name = "OUTPUT", requires = "size")]
    pub(crate) output: Option<String>,
    /// The vector is the first of the tokens in that output
    #[arg(long, requires = "size")]
    pub(crate) first_token: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Order {
    /// Batch, channel, row, column
    Nchw,
    /// Batch, row, column, channel
    Nhwc,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl FromStr for Size {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (width, height) = text.split_once('x').ok_or(SIZE_RULE)?;
        Ok(Self { width: width.parse().map_err(|_| SIZE_RULE)?, height: height.parse().map_err(|_| SIZE_RULE)? })
    }
}

const SIZE_RULE: &str = "a size is a width and a height, such as 224x224";

#[derive(Clone, Copy, Debug)]
pub(crate) struct Channels(pub(crate) [f32; 3]);

impl FromStr for Channels {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const RULE: &str = "three numbers, such as 123.675,116.28,103.53";
        let numbers: Result<Vec<f32>, _> = text.split(',').map(|number| number.trim().parse()).collect();
        numbers.ok().and_then(|numbers| numbers.try_into().ok()).map(Self).ok_or(RULE)
    }
}

fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::name)).try_map(|name| name.parse::<Role>())
}
