//! `siftd history`: what was judged, and what came of it.

use std::{fmt::Write as _, path::PathBuf};

use serde_json::{Value, json};

use super::{Context, Error, Exit, output};
use crate::spool::{
    journal::{Entry, Kind, Reader, Stage},
    shown, unshown,
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Path in the inbox (or in quarantine): only what was done with it
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// How many entries, newest first
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    limit: u64,
    /// Print one JSON object a line, with the report in it
    #[arg(long)]
    json: bool,
}

/// Prints the newest entries of the journal.
///
/// # Errors
/// When the journal cannot be read.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    let failed = |error| Error::because("read the journal", &error);
    let path = args.name.as_ref().map(|name| PathBuf::from(unshown(name)));
    let entries = match Reader::open(&context.config.layout.state).map_err(failed)? {
        None => Vec::new(),
        Some(reader) => reader.history(args.limit, path.as_deref()).map_err(failed)?,
    };
    let mut text = String::new();
    for entry in &entries {
        // Writing to a string cannot fail.
        let _ = if args.json { writeln!(text, "{}", json(entry)) } else { writeln!(text, "{}", line(entry)) };
    }
    if entries.is_empty() && !args.json {
        text = match &args.name {
            None => "nothing was judged yet\n".to_owned(),
            Some(name) => {
                format!("the journal says nothing of {}; it wants the whole path in the inbox\n", shown(name))
            }
        };
    }
    output::print(&text)?;
    Ok(Exit::Fine)
}

fn line(entry: &Entry) -> String {
    let mut line = format!("{:.0}  {:<10}  {}", entry.time, entry.verdict, shown(&entry.path));
    match (entry.kind, &entry.who) {
        (Kind::Judged, _) => {}
        (kind, None) => line += &format!("  [{}]", kind.as_str()),
        (kind, Some(who)) => line += &format!("  [{} by {}]", kind.as_str(), shown(who)),
    }
    let to = [("curated", &entry.curated), ("originals", &entry.original), ("aside", &entry.aside)];
    for (place, to) in to.into_iter().filter_map(|(place, to)| Some((place, to.as_ref()?))) {
        if *to != entry.path {
            line += &format!("  -> {place}: {}", shown(to));
        }
    }
    if !entry.rules.is_empty() {
        line += &format!("  {}", entry.rules.join(", "));
    }
    if let Some(why) = &entry.why {
        line += &format!("  ({})", shown(why));
    }
    if entry.stage == Stage::Moving {
        line += "  (not finished)";
    }
    line
}

fn json(entry: &Entry) -> Value {
    let path = |path: &Option<PathBuf>| path.as_ref().map(shown);
    json!({
        "id": entry.id,
        "kind": entry.kind.as_str(),
        "done": entry.stage == Stage::Done,
        "time": entry.time.to_string(),
        "path": shown(&entry.path),
        "bytes": entry.size,
        "blake3": entry.hash,
        "copy_blake3": entry.copy_hash,
        "verdict": entry.verdict,
        "rules": entry.rules,
        "ruleset": entry.ruleset,
        "curated": path(&entry.curated),
        "original": path(&entry.original),
        "aside": path(&entry.aside),
        "settled": entry.settled,
        "tries": entry.tries,
        "who": entry.who,
        "why": entry.why,
        "report": serde_json::from_str::<Value>(&entry.report).ok(),
    })
}
