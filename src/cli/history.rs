//! `siftd history`: what was judged, and what came of it.

use std::{fmt::Write as _, path::PathBuf};

use serde_json::{Value, json};

use super::{
    Context, Error, Exit,
    arguments::{Format, Printing},
    custody, output,
};
use crate::spool::{
    Place,
    journal::{Entry, JournalError, Kind, Reader, Stage},
    shown, sought, unshown,
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What was done with this file: its path in the inbox or where it lies now, or its name
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// How many entries, newest first
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    limit: u64,
    #[command(flatten)]
    printing: Printing,
}

/// Prints the newest entries of the journal.
///
/// # Errors
/// When the journal cannot be read.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    custody::find(context, "show what was judged")?;
    let failed = |error| Error::because("read the journal", &error);
    let reader = Reader::open(&context.config().layout.state).map_err(failed)?;
    let entries = reader.map_or(Ok(Vec::new()), |reader| entries(args, context, &reader)).map_err(failed)?;
    let format = args.printing.format();
    let mut text = String::new();
    for entry in &entries {
        // Writing to a string cannot fail.
        let _ = match format {
            Format::Human => writeln!(text, "{}", line(entry)),
            Format::Json => writeln!(text, "{}", json(entry)),
        };
    }
    if entries.is_empty() && format == Format::Human {
        text = match &args.name {
            None if args.limit == 0 => String::new(),
            None => "nothing was judged yet\n".to_owned(),
            Some(name) => format!("the journal says nothing of {}\n", shown(name)),
        };
    }
    output::print(&text)?;
    Ok(Exit::Fine)
}

/// The entries that are asked for. Ways to understand a name are tried one after another, the plainest first.
fn entries(args: &Args, context: &Context, reader: &Reader) -> Result<Vec<Entry>, JournalError> {
    let paths = meant(args.name.as_ref(), context);
    for path in &paths {
        let found = reader.history(args.limit, path.as_deref())?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    for path in paths.iter().flatten() {
        let found = reader.history_of_name(args.limit, path)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// The paths that a name may mean, the likeliest first: what is reached by it from here, itself, and what follows after the name of
/// one of the folders. `None` means all.
fn meant(name: Option<&String>, context: &Context) -> Vec<Option<PathBuf>> {
    let Some(name) = name else { return vec![None] };
    let typed = PathBuf::from(unshown(name));
    let layout = &context.config().layout;
    let folders = || std::iter::once(layout.inbox.as_path()).chain(Place::ALL.map(|place| layout.place(place)));
    let reached = folders().filter_map(|folder| sought::below(folder, &typed));
    let after = folders().filter_map(|folder| sought::named(folder, &typed));
    reached.chain([sought::plain(&typed)]).chain(after).map(Some).collect()
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
    let mut row = json!({
        "id": entry.id,
        "kind": entry.kind.as_str(),
        "done": entry.stage == Stage::Done,
        "time": entry.time.to_string(),
        "bytes": entry.size,
        "blake3": entry.hash,
        "copy_blake3": entry.copy_hash,
        "verdict": entry.verdict,
        "rules": entry.rules,
        "ruleset": entry.ruleset,
        "settled": entry.settled,
        "tries": entry.tries,
        "who": entry.who,
        "why": entry.why,
        "report": serde_json::from_str::<Value>(&entry.report).ok(),
    });
    let paths = [
        ("path", Some(&entry.path)),
        ("curated", entry.curated.as_ref()),
        ("original", entry.original.as_ref()),
        ("aside", entry.aside.as_ref()),
    ];
    for (key, path) in paths {
        output::set_path(&mut row, key, path.map(PathBuf::as_path));
    }
    row
}
