//! `siftd verify`: what was changed since it was published.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{
    Context, Error, Exit,
    arguments::{Format, Printing},
    custody, output,
};
use crate::{
    report::human::count_of,
    spool::{Difference, Tally, Verified, shown, verify},
};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 all is as the journal says; 1 something is not; 2 it could not be told.")]
pub struct Args {
    #[command(flatten)]
    printing: Printing,
}

/// Hashes every file of `curated/` and `originals/` and holds it to the journal: findings when one was changed, is missing,
/// is not known or cannot be read. Who did it cannot be known. Nothing is changed.
///
/// # Errors
/// When the journal or one of the folders cannot be read.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    custody::find(context, "verify")?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut written = Ok(());
    let tally = verify(&context.config().layout, &mut |verified| {
        if written.is_ok() {
            written = match args.printing.format() {
                Format::Human => writeln!(out, "{}", line(&verified)),
                Format::Json => writeln!(out, "{}", json(&verified)),
            };
        }
    })
    .map_err(|error| Error::from_chain(&error))?;
    written
        .and_then(|()| match args.printing.format() {
            Format::Human => writeln!(out, "{}", sum(&tally)),
            Format::Json => writeln!(out, "{}", sums(&tally)),
        })
        .and_then(|()| out.flush())
        .map_err(|error| Error::output(&error))?;
    Ok(Exit::with_findings(tally.has_findings()))
}

fn line(verified: &Verified) -> String {
    let published = verified.published.map_or_else(String::new, |time| format!("published {time:.0}"));
    let modified = verified.modified.map_or_else(String::new, |time| format!("last written {time:.0}"));
    let text = match &verified.difference {
        Difference::Changed { size, .. } => format!("{published}, {modified}, now {size} bytes"),
        Difference::Missing { .. } => published,
        Difference::Unknown { bytes_of: None } => modified,
        Difference::Unknown { bytes_of: Some(path) } => format!("{modified}, with the bytes of {}", shown(path)),
        Difference::Unhashed => "the journal has no hash of it".to_owned(),
        Difference::Unreadable(why) => why.clone(),
    };
    format!("{:<10}  {}/{}  ({text})", word(&verified.difference), verified.place.as_str(), shown(&verified.path))
}

fn word(difference: &Difference) -> &'static str {
    match difference {
        Difference::Changed { .. } => "changed",
        Difference::Missing { .. } => "missing",
        Difference::Unknown { .. } => "unknown",
        Difference::Unhashed => "unhashed",
        Difference::Unreadable(_) => "unreadable",
    }
}

fn sum(tally: &Tally) -> String {
    let mut text = format!("{} as the journal says", count_of(tally.intact, "file"));
    for (count, word) in [
        (tally.changed, "changed since"),
        (tally.missing, "missing"),
        (tally.unknown, "that no entry knows"),
        (tally.unhashed, "without a hash to hold it to"),
        (tally.unreadable, "that cannot be read"),
    ] {
        if count > 0 {
            text += &format!(", {count} {word}");
        }
    }
    if tally.changed + tally.missing + tally.unknown > 0 {
        text += "; siftd itself changes nothing that it has published, and cannot know who did";
    }
    text
}

fn json(verified: &Verified) -> Value {
    let (mut expected, mut found, mut size, mut bytes_of, mut why) = (None, None, None, None, None);
    match &verified.difference {
        Difference::Changed { expected: then, found: now, size: bytes } => {
            (expected, found, size) = (then.as_ref(), now.as_ref(), Some(*bytes));
        }
        Difference::Missing { expected: then } => expected = then.as_ref(),
        Difference::Unknown { bytes_of: path } => bytes_of = path.as_deref(),
        Difference::Unhashed => {}
        Difference::Unreadable(text) => why = Some(text),
    }
    let mut row = json!({
        "state": word(&verified.difference),
        "place": verified.place.as_str(),
        "published": verified.published.map(|time| time.to_string()),
        "modified": verified.modified.map(|time| time.to_string()),
        "expected_blake3": expected,
        "blake3": found,
        "bytes": size,
        "why": why,
    });
    output::set_path(&mut row, "path", Some(&verified.path));
    output::set_path(&mut row, "bytes_of", bytes_of);
    row
}

fn sums(tally: &Tally) -> Value {
    json!({
        "state": "sums",
        "intact": tally.intact,
        "changed": tally.changed,
        "missing": tally.missing,
        "unknown": tally.unknown,
        "unhashed": tally.unhashed,
        "unreadable": tally.unreadable,
        "bytes": tally.bytes,
    })
}
