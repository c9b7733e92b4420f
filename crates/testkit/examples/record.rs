//! Records a sample session: `cargo run -p stepreel-testkit --example record -- DIR [--script NAME] [--minutes N] [--seed N]
//! [--narrations FILE --id ID] [--footage FOLDER]`.
#![allow(clippy::print_stdout, reason = "it tells what it has recorded")]

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::time::Duration;

use stepreel_testkit::{Format, Length, Rate, Scenario, Script, narrations, own_scripts};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("name a folder")?;
    let options: HashMap<String, String> = std::iter::from_fn(|| arguments.next().zip(arguments.next())).collect();
    let take = scenario(&options)?.record(Path::new(&folder))?;
    println!("{} ({}), {}", take.recording.display(), take.truth.duration, take.captions.display());
    for procedure in &take.truth.procedures {
        println!("  {}  {}", procedure.span, procedure.title);
    }
    Ok(())
}

fn scenario(options: &HashMap<String, String>) -> Result<Scenario, Box<dyn Error>> {
    let seed = options.get("--seed").map_or(Ok(DEMO_SEED), |seed| seed.parse())?;
    let glasses = Format { width: 854, height: 480, rate: Rate::Constant(15), ..Format::default() };
    let mut scenario = Scenario::new(script(options)?, seed).format(glasses);
    if let Some(minutes) = options.get("--minutes") {
        scenario = scenario.lasting(Length::AtLeast(Duration::from_secs_f64(minutes.parse::<f64>()? * 60.0)));
    }
    Ok(match options.get("--footage") {
        Some(folder) => scenario.filmed_from(folder),
        None => scenario,
    })
}

fn script(options: &HashMap<String, String>) -> Result<Script, Box<dyn Error>> {
    let (scripts, name) = match (options.get("--narrations"), options.get("--id")) {
        (Some(file), Some(id)) => (narrations(Path::new(file))?, id.as_str()),
        _ => (own_scripts(), options.get("--script").map_or("pump-room", String::as_str)),
    };
    scripts.into_iter().find(|script| script.id == name).ok_or_else(|| format!("there is no script {name}").into())
}

const DEMO_SEED: u64 = 4;
