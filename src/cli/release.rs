//! `siftd release`: a person decides that a quarantined file is good.

use serde_json::Value;

use super::{Context, Error, Exit, custody, output::Telling, who};
use crate::{
    engine::text::{Document, Unreadable},
    spool::{Place, Strip, find, shown},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Quarantined files: path, name, or an unmistakable beginning
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    /// Leave out the lines that were flagged; the original goes to the originals
    #[arg(long)]
    strip: bool,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

/// Sends quarantined files on to the curated folder.
///
/// # Errors
/// When one cannot be found or moved; it lies where it lay then, and so do those named after it.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    custody::check(context, "release")?;
    let bench = context.bench()?;
    let mut telling = Telling::default();
    for name in &args.names {
        let aside = find(&bench.destinations, &[Place::Quarantine], name).map_err(|error| Error::from_chain(&error))?;
        let strip = args.strip.then_some(&stripped as &Strip);
        let outcome = bench
            .release(&aside, strip, who::by(args.why.as_ref()))
            .map_err(|error| Error::new(format_args!("release: {error}")))?;
        let to = outcome.published.curated.unwrap_or_default();
        telling.print(&format!("{} -> curated: {}\n", shown(&aside.path), shown(&to)));
    }
    telling.end(Exit::Fine)
}

/// The bytes without the lines that the findings of the report flag: what the person saw is what goes.
fn stripped(bytes: Vec<u8>, report: &str) -> Result<Vec<u8>, &'static str> {
    let report: Value = serde_json::from_str(report).map_err(|_| "its report is missing or broken; use retry first")?;
    if report["bytes"].as_u64() != Some(bytes.len() as u64) {
        return Err("it was changed since it was judged; use retry first");
    }
    let document = Document::decode(bytes).map_err(|_| "it is no text")?;
    let mut lines: Vec<usize> = Vec::new();
    for finding in report["findings"].as_array().into_iter().flatten() {
        let line = |key: &str| finding[key].as_u64().and_then(|line| usize::try_from(line).ok());
        if let (true, Some(first), Some(last)) =
            (finding["action"].as_str() != Some("annotate"), line("first_line"), line("last_line"))
        {
            lines.extend(first.max(1) - 1..last.min(document.line_count()));
        }
    }
    lines.sort_unstable();
    lines.dedup();
    if lines.is_empty() {
        return Err("no line of it is flagged; release it without --strip");
    }
    let left = document.without_lines(&lines);
    // What siftd itself would reject is nothing to send on.
    match Document::decode(left.clone()) {
        Err(Unreadable::Empty | Unreadable::Blank) => {
            Err("nothing of it would be left; release it whole, without --strip, or leave it where it lies")
        }
        _ => Ok(left),
    }
}
