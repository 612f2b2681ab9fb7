//! `siftd new rule`: a rule with a line as its first example and the lines around it as silent ones.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use super::{draft::Draft, edit};
use crate::{
    cli::{
        Context, Error, Exit, output,
        read::{self, Content},
        rewrite::rewrite,
    },
    engine::{
        diagnostic::{Severity, render},
        judge::{Outcome, run_examples},
        rules::{self, Library, Snapshot},
        text::{Document, is_blank},
    },
    report::{escaped_path, human::count_of},
    service::{
        config,
        library::{self, Folders},
    },
};

/// The pack of a rule that is printed.
const PACK: &str = "my-rules";

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Document with a line to flag
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Which line, from 1, blank ones counted
    #[arg(long, value_name = "N")]
    line: usize,
    /// Pack file to add the rule to; made if it is not there [default: print a pack with it]
    #[arg(long, value_name = "FILE")]
    pack: Option<PathBuf>,
    /// What to call the rule [default: made from the line's words]
    #[arg(long, value_name = "ID")]
    id: Option<String>,
}

/// Writes a rule that holds: it has passed `siftd check` and `siftd test`.
///
/// # Errors
/// When the line is not there, or the pack cannot take a rule at its end; then it is as it was.
pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    let mut draft = draft(args, context)?;
    let flagged = flagged(args, context);
    let Some(path) = &args.pack else {
        let text = edit::new_pack(PACK, &draft.text("  "));
        let name = format!("{PACK}.yaml");
        verify(&Snapshot::of_pack(&name, &text), &format!("{PACK}/{}", draft.id), context)?;
        output::print(&text)?;
        return Ok(Exit::Fine);
    };
    let shown = escaped_path(path);
    let doing = || format!("add a rule to {shown}");
    let id = if path.is_file() {
        let (folders, name) = folders_of(path, context)?;
        let before = context.without_errors(library::compile(&folders, &context.config().settings))?;
        let old = fs::read_to_string(path).map_err(|error| Error::because(doing(), &error))?;
        let old = old.strip_prefix('\u{FEFF}').unwrap_or(&old);
        let pack = edit::pack_name(old).ok_or_else(|| {
            Error::new(format_args!("{}: it has no `pack:` line; without --pack the rule is printed", doing()))
        })?;
        if args.id.is_none() {
            draft.rename_unlike(|id| before.rules().iter().any(|rule| *rule.id.value == *format!("{pack}/{id}")));
        }
        let text = edit::with_rule(old, |indent| draft.text(indent)).ok_or_else(|| {
            Error::new(format_args!(
                "{}: its rules are not written as a list with one `- ` a rule; without --pack the rule is printed",
                doing()
            ))
        })?;
        let id = format!("{pack}/{}", draft.id);
        verify(&edit::Edited::new(&folders, &name, &text), &id, context)?;
        rewrite(path, old, &text).map_err(|error| Error::because(doing(), &error))?;
        id
    } else {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or(PACK);
        let text = edit::new_pack(stem, &draft.text("  "));
        let id = format!("{stem}/{}", draft.id);
        verify(&Snapshot::of_pack(&shown, &text), &id, context)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .map_err(|error| Error::because(format_args!("make the folder {}", escaped_path(folder)), &error))?;
        }
        let made = fs::File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
        made.map_err(|error| Error::because(doing(), &error))?;
        id
    };
    output::print(&format!(
        "added {id} to {shown}\nIts pattern takes that line and little else: make it wider there, then run `siftd test {shown}`.\n{}{flagged}",
        unused(path, context).unwrap_or_default()
    ))?;
    Ok(Exit::Fine)
}

fn draft(args: &Args, context: &Context) -> Result<Draft, Error> {
    let shown = escaped_path(&args.from);
    let content = read::file(&args.from, context.config().intake.bytes_at_most)
        .map_err(|error| Error::because(format_args!("read {shown}"), &error))?;
    let Content::Whole(bytes) = content else {
        return Err(Error::new(format_args!("read {shown}: it is larger than intake.bytes_at_most")));
    };
    let document =
        Document::decode(bytes).map_err(|_| Error::new(format_args!("make a rule from {shown}: it is no text")))?;
    let lines: Vec<&str> = (0..document.line_count()).map(|index| document.line(index).text).collect();
    let take = || format!("make a rule from line {} of {shown}", args.line);
    match args.line.checked_sub(1).and_then(|index| lines.get(index)) {
        None if args.line == 0 => Err(Error::new(format_args!("{}: lines count from 1", take()))),
        None => Err(Error::new(format_args!("{}: it has {}", take(), count_of(lines.len(), "line")))),
        Some(line) if is_blank(line) => Err(Error::new(format_args!("{}: the line is blank", take()))),
        Some(_) => Ok(Draft::new(&lines, args.line, &shown, args.id.as_deref())),
    }
}

/// The rules among which a pack stands, and its name there: the configured ones if it is one of them, otherwise it alone.
fn folders_of(path: &Path, context: &Context) -> Result<(Folders, String), Error> {
    let real =
        fs::canonicalize(path).map_err(|error| Error::because(format_args!("find {}", escaped_path(path)), &error))?;
    let is_it = |pack: &rules::File| fs::canonicalize(&pack.name).is_ok_and(|found| found == real);
    if let Ok(folders) = library::snapshot(context.config())
        && let Some(pack) = folders.packs().into_iter().find(is_it)
    {
        return Ok((folders, pack.name));
    }
    let mut folders = Folders::new(false);
    folders.add_packs(path).map_err(|error| Error::from_chain(&error))?;
    let name = folders.packs().into_iter().next().map(|pack| pack.name).unwrap_or_default();
    Ok((folders, name))
}

/// Which rules flag the line without the new one; nothing where that cannot be told.
fn flagged(args: &Args, context: &Context) -> String {
    let Ok(rules) = context.load_rules() else { return String::new() };
    let Ok(Content::Whole(bytes)) = read::file(&args.from, context.config().intake.bytes_at_most) else {
        return String::new();
    };
    let (judgement, _) = rules.judge_bytes(bytes);
    let is_on_it = |(first, last): (u32, u32)| (first as usize..=last as usize).contains(&args.line);
    let findings = judgement.findings.iter().filter(|finding| finding.counts() && finding.lines.is_some_and(is_on_it));
    let mut flagging: Vec<&str> = findings.map(|finding| &*finding.rule).collect();
    flagging.dedup();
    match flagging.is_empty() {
        true => String::new(),
        false => format!("That line is flagged already, by {}; `siftd explain` shows it.\n", flagging.join(", ")),
    }
}

/// That no daemon and no scan uses the pack as things are, and the way out.
fn unused(path: &Path, context: &Context) -> Option<String> {
    let real = fs::canonicalize(path).ok()?;
    let is_under = |folder: &PathBuf| fs::canonicalize(folder).is_ok_and(|folder| real.starts_with(folder));
    if context.config().rules.folders.iter().any(is_under) {
        return None;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = context.effective.file.as_deref().unwrap_or(Path::new(config::FILE_NAME));
    Some(format!("It is not in use yet: add {} to `rules.folders` in {}.\n", escaped_path(folder), escaped_path(file)))
}

/// Checks the pack and runs the new rule's examples.
fn verify(library: &dyn Library, id: &str, context: &Context) -> Result<(), Error> {
    let loaded = rules::load(library, &context.config().settings);
    let Some(rules) = loaded.rules else {
        let mut diagnostics = loaded.diagnostics;
        diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
        let drawn = render(&diagnostics, &loaded.sources, context.color_diagnostics);
        return Err(Error::drawn(drawn, format!("write the rule {id}; nothing was changed")));
    };
    let results = run_examples(&rules, &library::hands(), |rule| *rule.id.value == *id);
    if results.is_empty() || results.iter().any(|result| result.outcome != Outcome::Passed) {
        return Err(Error::new(format_args!("write the rule {id}: its examples do not hold; nothing was changed")));
    }
    Ok(())
}
