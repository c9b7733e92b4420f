//! `stepreel-server mcp`: what is stored, for an assistant that starts this program and talks to it over its pipes.

use std::process::ExitCode;

use anyhow::{Context, Result};
use stepreel_server::{Assistant, ClipPlace};
use tokio::io::{stdin, stdout};
use tokio::runtime::Runtime;

use crate::args::Mcp;
use crate::{accounts, data};

pub(crate) fn run(arguments: &Mcp) -> Result<ExitCode> {
    let runtime = Runtime::new().context("could not start")?;
    let ended = runtime.block_on(converse(arguments));
    // Nobody waits for a line of standard input that never comes.
    runtime.shutdown_background();
    ended.map(|()| ExitCode::SUCCESS)
}

async fn converse(arguments: &Mcp) -> Result<()> {
    let folder = &arguments.data.data;
    let store = data::existing_store(folder).await?;
    accounts::known(&*store, &arguments.tenant).await?;
    let clips = match &arguments.server {
        Some(address) => ClipPlace::Server(address.clone(), data::signing_key(folder)?),
        None => ClipPlace::Files(std::path::absolute(folder.join("blobs"))?),
    };
    let assistant = Assistant::of_tenant(store, arguments.tenant.clone(), clips);
    let assistant = match arguments.meaning.reader()? {
        Some(reader) => assistant.with_meaning(reader),
        None => assistant,
    };
    assistant.converse(stdin(), stdout()).await.context("the conversation ended early")
}
