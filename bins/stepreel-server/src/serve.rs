//! The service, with a worker beside it.

use std::net::IpAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use stepreel_core::{Span, Still};
use stepreel_pipeline::{Config, illustrate};
use stepreel_server::{App, IllustrationError, Illustrator, Parts, Reach, Settings, Webhooks};
use stepreel_storage::{Accounts as _, Blobs};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::args::Serve;
use crate::{data, openid, telemetry, work};

pub(crate) fn run(arguments: &Serve) -> Result<ExitCode> {
    if !arguments.no_worker {
        work::check(&arguments.work)?;
    }
    let runtime = Runtime::new().context("could not start")?;
    let (app, socket) = runtime.block_on(open(arguments))?;
    let stop = runtime.block_on(async { work::stop_signal() })?;
    let worker = if arguments.no_worker { None } else { Some(runtime.block_on(work::start(&arguments.work))?) };
    tracing::info!("listening on http://{}", socket.local_addr()?);
    runtime.block_on(app.serve(socket, stop));
    tracing::info!("stopping: sessions at work go back to the queue");
    if let Some(worker) = worker {
        worker.stop();
        worker.join();
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(arguments: &Serve) -> Result<(App, TcpListener)> {
    let folder = &arguments.work.installation.data;
    let store = data::store(folder).await?;
    if store.tenants().await?.is_empty() {
        tracing::warn!(
            "there is no tenant yet: `stepreel-server tenant set NAME` makes one, `user set` somebody who may sign in"
        );
    }
    let config = arguments.work.installation.config()?;
    let meaning = arguments.meaning.reader()?;
    let app = App::new(Parts {
        store,
        blobs: Blobs::open(&folder.join("blobs").to_string_lossy())?,
        recordings: Blobs::open(&folder.join("recordings").to_string_lossy())?,
        uploads: data::uploads(folder)?,
        meaning,
        illustrator: Arc::new(Decoding(config.clone())),
        key: data::signing_key(folder)?,
        settings: Settings {
            https: arguments.https,
            proxies: arguments.proxy.iter().map(IpAddr::to_canonical).collect(),
            origins: arguments.cors.clone(),
            webhooks: Webhooks {
                reach: if arguments.private_webhooks { Reach::Anywhere } else { Reach::Public },
                ..Webhooks::default()
            },
            upload_lifetime: Duration::from_hours(24 * arguments.upload_days),
            policy: config.policy.clone(),
            openid: openid::agreed(&arguments.openid)?,
            take_up: telemetry::TAKE_UP,
            ..Settings::default()
        },
    });
    let listen = arguments.listen;
    let socket = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    Ok((app, socket))
}

/// Takes pictures of documents as the configuration says that clips are decoded.
struct Decoding(Config);

impl Illustrator for Decoding {
    fn illustrate(&self, clip: &Path, scenes: &[Span]) -> Result<Vec<Option<Still>>, IllustrationError> {
        Ok(illustrate(&self.0, clip, scenes)?)
    }
}
