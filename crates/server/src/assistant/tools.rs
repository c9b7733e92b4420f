//! The tools by name.

use rmcp::ErrorData;
use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Resource, Tool, ToolAnnotations};
use rmcp::schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answers::{FoundProcedures, ListedSessions, OneProcedure, SaidInSession};
use super::look::{Look, Refusal, SearchFor, WhichProcedure, WhichSessions, WhichWords};

const SEARCH: &str = "search_procedures";
const PROCEDURE: &str = "get_procedure";
const TRANSCRIPT: &str = "get_transcript";
const SESSIONS: &str = "list_sessions";

/// All tools, always in this order.
pub(super) fn all() -> Vec<Tool> {
    vec![
        tool::<SearchFor, FoundProcedures>(
            SEARCH,
            "Search procedures",
            "Finds recorded procedures that answer a question about work, best first, each with its clip, the second from which to play it, \
             and the sentence that fits. Finds nothing rather than something weak.",
        ),
        tool::<WhichProcedure, OneProcedure>(
            PROCEDURE,
            "Get a procedure",
            "One procedure with its steps, each with the second of the clip at which it begins.",
        ),
        tool::<WhichWords, SaidInSession>(
            TRANSCRIPT,
            "Get a transcript",
            "What was said in a session, or in a part of it, with times in seconds of the recording.",
        ),
        tool::<WhichSessions, ListedSessions>(SESSIONS, "List sessions", "Recorded sessions, newest first."),
    ]
}

fn tool<I: JsonSchema + 'static, O: JsonSchema + 'static>(
    name: &'static str,
    title: &str,
    description: &'static str,
) -> Tool {
    let reads =
        ToolAnnotations::with_title(title).read_only(true).destructive(false).idempotent(true).open_world(false);
    Tool::new(name, description, JsonObject::new())
        .with_title(title)
        .with_input_schema::<I>()
        .with_output_schema::<O>()
        .with_annotations(reads)
}

/// Calls a tool. What the caller can help is an answer that says how; only a tool that there isn't is an error of the protocol.
pub(super) async fn call(look: &Look, name: &str, arguments: JsonObject) -> Result<CallToolResult, ErrorData> {
    let called = match name {
        SEARCH => search(look, arguments).await,
        PROCEDURE => procedure(look, arguments).await,
        TRANSCRIPT => transcript(look, arguments).await,
        SESSIONS => sessions(look, arguments).await,
        _ => {
            return Err(ErrorData::invalid_params(
                format!("there is no tool {name:?}: tools/list tells which there are"),
                None,
            ));
        }
    };
    Ok(called.unwrap_or_else(|Refusal(why)| CallToolResult::error(vec![ContentBlock::text(why)])))
}

async fn search(look: &Look, arguments: JsonObject) -> Result<CallToolResult, Refusal> {
    let found = look.search(read(arguments)?).await?;
    Ok(answer(&found, found.clips()))
}

async fn procedure(look: &Look, arguments: JsonObject) -> Result<CallToolResult, Refusal> {
    let found = look.procedure(&read(arguments)?).await?;
    Ok(answer(&found, found.clips()))
}

async fn transcript(look: &Look, arguments: JsonObject) -> Result<CallToolResult, Refusal> {
    Ok(answer(&look.transcript(&read(arguments)?).await?, Vec::new()))
}

async fn sessions(look: &Look, arguments: JsonObject) -> Result<CallToolResult, Refusal> {
    Ok(answer(&look.sessions(read(arguments)?).await?, Vec::new()))
}

fn read<T: DeserializeOwned>(arguments: JsonObject) -> Result<T, Refusal> {
    let wrong = |error| {
        Refusal(format!("The arguments can't be understood: {error}. The tool's input schema tells what it takes."))
    };
    serde_json::from_value(arguments.into()).map_err(wrong)
}

/// The value, the same as text for clients that know no structured content, and a link to each clip.
fn answer(value: &impl Serialize, clips: Vec<(String, String)>) -> CallToolResult {
    let mut result = CallToolResult::structured(serde_json::to_value(value).unwrap_or_default());
    let link = |(url, title): (String, String)| {
        ContentBlock::resource_link(Resource::new(url, title).with_mime_type("video/mp4"))
    };
    result.content.extend(clips.into_iter().map(link));
    result
}
