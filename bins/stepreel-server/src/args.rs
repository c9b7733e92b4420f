//! What the user may say.

use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use stepreel_core::TenantId;
use stepreel_embedding::SentenceEncoder;
use stepreel_models::Library;
use stepreel_pipeline::{Config, ConfigError, Preset};
use stepreel_storage::{EventKind, Federation, Identity, MeaningReader, Scopes, UserRole};
use stepreel_worker::Settings;
use uuid::Uuid;

/// Turns uploaded recordings into procedures, on one machine and from one folder.
#[derive(Debug, Parser)]
#[command(name = "stepreel-server", version, max_term_width = 110)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve, and process what comes in
    Serve(Box<Serve>),
    /// Only process what comes in, beside a server on the same machine
    Worker(Work),
    /// Tenants: whose data nobody else sees
    #[command(subcommand)]
    Tenant(Tenant),
    /// People who sign in to the dashboard
    #[command(subcommand)]
    User(User),
    /// Tokens of devices and programs
    #[command(subcommand)]
    Token(Token),
    /// Servers of others that are told what happens
    #[command(subcommand)]
    Webhook(Webhook),
    /// Check that records and files hold together, also while it runs; changes nothing
    Audit(Audit),
    /// Copy everything into a new folder, also while it runs; starting with that folder restores it
    Backup(Backup),
    /// Answer an assistant that starts this program, over the Model Context Protocol on standard input and output
    Mcp(Mcp),
    /// Process one session; a worker starts this
    #[command(hide = true)]
    Errand(Installation),
}

/// Where everything lies, and how sessions are processed.
#[derive(Args, Clone, Debug)]
pub(crate) struct Installation {
    /// Folder of everything: records, clips, recordings, and results kept between runs
    #[arg(long, value_name = "DIR", env = "STEPREEL_SERVER_DATA", default_value = "stepreel-data")]
    pub(crate) data: PathBuf,
    /// Configuration of the stages (TOML); `stepreel config show` prints the default
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Configuration that ships, by name
    #[arg(long, conflicts_with = "config", value_parser = preset())]
    preset: Option<Preset>,
}

fn preset() -> impl TypedValueParser<Value = Preset> {
    PossibleValuesParser::new(Preset::ALL.map(Preset::name)).try_map(|name| name.parse::<Preset>())
}

impl Installation {
    /// The configuration of that file or name, or the default.
    pub(crate) fn config(&self) -> Result<Config, ConfigError> {
        match (&self.config, self.preset) {
            (Some(path), _) => Config::read(path),
            (None, Some(preset)) => Ok(preset.config()),
            (None, None) => Ok(Config::default()),
        }
    }

    /// The same, as arguments of another process.
    pub(crate) fn arguments(&self) -> Vec<OsString> {
        let data = [OsString::from("--data"), self.data.clone().into()];
        let config = self.config.iter().flat_map(|path| [OsString::from("--config"), path.clone().into()]);
        let preset = self.preset.iter().flat_map(|preset| [OsString::from("--preset"), preset.name().into()]);
        data.into_iter().chain(config).chain(preset).collect()
    }
}

/// Where everything lies, for commands that process nothing.
#[derive(Args, Clone, Debug)]
pub(crate) struct Data {
    /// Folder of everything
    #[arg(long, value_name = "DIR", env = "STEPREEL_SERVER_DATA", default_value = "stepreel-data")]
    pub(crate) data: PathBuf,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Audit {
    #[command(flatten)]
    pub(crate) data: Data,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Don't read the files to hold their content against their names
    #[arg(long)]
    pub(crate) quick: bool,
    /// What nobody refers to may be so young
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    pub(crate) grace: u64,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Backup {
    #[command(flatten)]
    pub(crate) data: Data,
    /// The folder to make; nothing is there yet
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) work: Work,
    /// Where to listen. Only this machine can reach the default; put a proxy that speaks https before any other
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Browsers reach it by https, through a proxy: cookies are then never sent over plain http
    #[arg(long)]
    pub(crate) https: bool,
    /// A proxy's address that is believed when it says in Forwarded or X-Forwarded-For whom it speaks for; may be given again
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) proxy: Vec<IpAddr>,
    /// A site whose pages may use the interface with a token, such as `https://portal.example`; may be given again
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    pub(crate) cors: Vec<String>,
    /// Process nothing here; `stepreel-server worker` does
    #[arg(long)]
    pub(crate) no_worker: bool,
    #[command(flatten)]
    pub(crate) meaning: Meaning,
    /// Let webhooks go to private addresses and by plain http: to this machine, and to networks that only it can reach
    #[arg(long)]
    pub(crate) private_webhooks: bool,
    /// For how many days an upload that receives nothing is kept
    #[arg(long, value_name = "DAYS", default_value_t = 14, value_parser = clap::value_parser!(u64).range(1..=365))]
    pub(crate) upload_days: u64,
    #[command(flatten)]
    pub(crate) openid: OpenId,
}

/// A provider by whose word people may sign in. The client's secret is no option: those are seen by everybody on the machine.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "OpenID Connect")]
pub(crate) struct OpenId {
    /// Provider with which people may sign in, too: the issuer, letter by letter as its discovery document says it
    #[arg(long = "openid-issuer", value_name = "URL", env = "STEPREEL_OPENID_ISSUER", requires_all = ["client", "address"])]
    pub(crate) issuer: Option<String>,
    /// The client's id, by which the provider knows this service
    #[arg(long = "openid-client", value_name = "ID", env = "STEPREEL_OPENID_CLIENT")]
    pub(crate) client: Option<String>,
    /// Address at which browsers reach this service, such as `https://stepreel.example`. The provider has to allow
    /// `/login/openid/return` there as an address to send browsers back to
    #[arg(long = "openid-address", value_name = "URL", env = "STEPREEL_OPENID_ADDRESS")]
    pub(crate) address: Option<String>,
    /// File that holds the client's secret [default: the environment variable `STEPREEL_OPENID_SECRET`]
    #[arg(long = "openid-secret-file", value_name = "FILE", env = "STEPREEL_OPENID_SECRET_FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// What people call the provider: "Sign in with NAME" [default: its host]
    #[arg(long = "openid-name", value_name = "NAME", env = "STEPREEL_OPENID_NAME")]
    pub(crate) name: Option<String>,
    /// File of the certificates (PEM) that vouch for the provider [default: those that browsers know]
    #[arg(long = "openid-ca", value_name = "FILE", env = "STEPREEL_OPENID_CA")]
    pub(crate) authorities: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Mcp {
    /// Whose procedures
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: TenantId,
    /// The address at which a server on this data is reached, such as `https://stepreel.example`: clips are linked to there
    /// [default: to their files]
    #[arg(long, value_name = "URL")]
    pub(crate) server: Option<String>,
    #[command(flatten)]
    pub(crate) meaning: Meaning,
    #[command(flatten)]
    pub(crate) data: Data,
}

/// Whether meaning counts in searching.
#[derive(Args, Clone, Debug)]
pub(crate) struct Meaning {
    /// A text encoder by whose opinion of what is meant procedures are found, too, such as `all-minilm-l6-v2`; `stepreel models pull`
    /// brings it [default: words alone]
    #[arg(long, value_name = "MODEL")]
    encoder: Option<String>,
}

impl Meaning {
    /// Reads with the encoder of that name, if there is one.
    pub(crate) fn reader(&self) -> Result<Option<MeaningReader>, anyhow::Error> {
        let Some(name) = &self.encoder else { return Ok(None) };
        let encoder = SentenceEncoder::find(&Library::discover()?, name)?;
        Ok(Some(MeaningReader::new(Arc::new(encoder))))
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Tenant {
    /// Add a tenant, or change its name, its quota and how long its sessions are kept
    Set {
        /// In lower-case letters, digits and `-`
        id: TenantId,
        /// What it is called [default: the id]
        #[arg(long)]
        name: Option<String>,
        /// What its recordings may take, in GB
        #[arg(long, value_name = "GB", default_value_t = 500)]
        quota: u64,
        /// After how many days its sessions are erased [default: never]
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
        retention_days: Option<u32>,
        #[command(flatten)]
        data: Data,
    },
    /// Show or set the words that mean the same to a tenant, for search
    Glossary {
        /// The tenant
        id: TenantId,
        /// The words to set: one group of the same meaning a line, with commas; without it, they are shown
        file: Option<PathBuf>,
        #[command(flatten)]
        data: Data,
    },
    /// List tenants
    List(Data),
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Add a user, or change their role and how they sign in; a password is a line on standard input
    Set {
        /// Whose data they see
        #[arg(long)]
        tenant: TenantId,
        /// How they sign in
        email: String,
        /// What they may do
        #[arg(long, value_enum, default_value_t = Role::Viewer)]
        role: Role,
        #[command(flatten)]
        way: Way,
        #[command(flatten)]
        data: Data,
    },
    /// Take a user away
    Remove {
        #[arg(long)]
        tenant: TenantId,
        email: String,
        #[command(flatten)]
        data: Data,
    },
    /// List the users of a tenant
    List {
        #[arg(long)]
        tenant: TenantId,
        #[command(flatten)]
        data: Data,
    },
}

/// How a user signs in; with a password unless something is said.
#[derive(Args, Clone, Debug)]
pub(crate) struct Way {
    /// With the provider that `serve` is told of, and no password: as the first who has verified this address there, and then only as that one.
    /// Who is known already stays the same; to let another be known by the address, remove the user and add them again
    #[arg(long)]
    pub(crate) openid: bool,
    /// The provider's name for them, if it verifies no addresses; the log tells it of somebody who has tried to sign in
    #[arg(long, value_name = "SUBJECT", value_parser = NonEmptyStringValueParser::new(), requires_all = ["openid", "openid_issuer"])]
    pub(crate) openid_subject: Option<String>,
    /// The provider that calls them so, as `serve` has it
    #[arg(long, value_name = "URL", env = "STEPREEL_OPENID_ISSUER")]
    pub(crate) openid_issuer: Option<String>,
    /// With a password, too
    #[arg(long, requires = "openid")]
    pub(crate) password: bool,
}

impl Way {
    /// Whether a password has to be told.
    pub(crate) fn has_password(&self) -> bool {
        self.password || !self.openid
    }

    /// Whether, and as whom, they may sign in with the provider.
    pub(crate) fn federation(&self) -> Federation {
        match (&self.openid_subject, &self.openid_issuer) {
            _ if !self.openid => Federation::Never,
            (Some(subject), Some(issuer)) => {
                Federation::Bound(Identity { issuer: issuer.clone(), subject: subject.clone() })
            }
            _ => Federation::ByEmail,
        }
    }
}

/// What a user may do.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Role {
    /// Look
    Viewer,
    /// Look, upload, cancel, delete, give tokens
    Manager,
}

impl From<Role> for UserRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Viewer => Self::Viewer,
            Role::Manager => Self::Manager,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token and show it, this once
    New {
        /// Whose data it sees
        #[arg(long)]
        tenant: TenantId,
        /// What it is for
        #[arg(long)]
        label: String,
        /// What it may do: upload, read, manage; several with commas
        #[arg(long, default_value = "upload")]
        scope: Scopes,
        /// For how many days it is good [default: until it is revoked]
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
        days: Option<u32>,
        #[command(flatten)]
        data: Data,
    },
    /// End a token
    Revoke {
        #[arg(long)]
        tenant: TenantId,
        /// As `list` shows it
        id: Uuid,
        #[command(flatten)]
        data: Data,
    },
    /// List the tokens of a tenant
    List {
        #[arg(long)]
        tenant: TenantId,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Webhook {
    /// Add a server and show the secret of its messages, this once
    New {
        /// Of whose sessions it is told
        #[arg(long)]
        tenant: TenantId,
        /// What it is told; several with commas [default: everything]
        #[arg(long, value_name = "EVENT", value_delimiter = ',')]
        events: Vec<EventKind>,
        /// Plain http and private addresses are fine; `serve` has to allow them, too
        #[arg(long)]
        private: bool,
        /// Where messages go
        url: String,
        #[command(flatten)]
        data: Data,
    },
    /// Take a server away
    Remove {
        #[arg(long)]
        tenant: TenantId,
        /// As `list` shows it
        id: Uuid,
        #[command(flatten)]
        data: Data,
    },
    /// Tell a server again what happened in the last days
    Replay {
        #[arg(long)]
        tenant: TenantId,
        /// As `list` shows it
        id: Uuid,
        /// For how many days; events are kept for 30
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=30))]
        days: u32,
        #[command(flatten)]
        data: Data,
    },
    /// List the servers of a tenant
    List {
        #[arg(long)]
        tenant: TenantId,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Work {
    #[command(flatten)]
    pub(crate) installation: Installation,
    /// How many sessions are processed at a time
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// For how many seconds a session is claimed: so long after the death of a worker another goes on
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0, value_parser = seconds)]
    lease: f64,
    /// After how many seconds without a step a session's process is killed
    #[arg(long, value_name = "SECONDS", default_value_t = 900.0, value_parser = seconds)]
    silence: f64,
    /// For how many seconds a session waits after its first fault; longer after each one more
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, value_parser = seconds)]
    pause: f64,
}

impl Work {
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            jobs: self.jobs,
            lease: Duration::from_secs_f64(self.lease),
            silence: Duration::from_secs_f64(self.silence),
            pause: Duration::from_secs_f64(self.pause),
            ..Settings::default()
        }
    }
}

/// As browsers write it.
fn origin(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | ':' | '[' | ']');
    let good = !host.is_empty() && host.chars().all(plain);
    if good { Ok(text.to_owned()) } else { Err("give https://host or https://host:port, in lower case".to_owned()) }
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.5..=86_400.0).contains(seconds));
    seconds.ok_or_else(|| "give seconds, from 0.5 to a day".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn an_errand_gets_what_its_worker_got() {
        let given = ["stepreel-server", "worker", "--data", "/srv/stepreel", "--preset", "fast"];
        let Command::Worker(work) = Arguments::parse_from(given).command else { panic!("a worker") };
        assert_eq!(work.installation.arguments(), ["--data", "/srv/stepreel", "--preset", "fast"]);
    }
}
