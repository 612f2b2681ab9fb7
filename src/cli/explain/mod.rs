//! `siftd explain FILE`: why it was flagged and why not; `siftd explain R003`: what a diagnostic code means.

mod arithmetic;
mod code;
mod document;

use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
};

use super::{
    Context, Error, Exit,
    arguments::{Format, Printing},
    output,
    read::{self, Content},
};
use crate::{
    engine::{
        diagnostic::codes,
        judge::{Explainer, Judgement, judge_too_large},
        rules::{RuleSet, model::Given},
        text::Document,
    },
    report::{
        Record, escaped, escaped_path,
        human::{Look, count_of, write_explanation, write_purpose},
    },
};

/// Lines that one rule is explained on without being asked for one; those that it flags come before others.
const LINES_AT_MOST: usize = 1000;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file, or a diagnostic code such as R003
    #[arg(value_name = "FILE|CODE")]
    subject: PathBuf,
    /// Explain this rule, with every condition
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
    /// Explain this line, counted from 1
    #[arg(long, value_name = "N")]
    line: Option<usize>,
    #[command(flatten)]
    printing: Printing,
}

/// Explains a code, or a document: as a whole, or one rule, or one line, or one rule on one line.
///
/// # Errors
/// When there is no such code, file, rule or line, or standard output cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    if let Some(page) = args.subject.to_str().and_then(codes::explanation) {
        output::print(&match args.printing.format() {
            Format::Human => code::show(page),
            Format::Json => format!("{}\n", code::json(page)),
        })?;
        return Ok(Exit::Fine);
    }
    let is_json = args.printing.format() == Format::Json;
    if is_json && (args.rule.is_some() || args.line.is_some()) {
        return Err(Error::new(
            "explain one rule or line as JSON: the object is of the whole document; leave out --rule and --line",
        ));
    }
    let doing = || format!("explain {}", escaped_path(&args.subject));
    let bytes_at_most = context.config().intake.bytes_at_most;
    let content = read::file(&args.subject, bytes_at_most).map_err(|error| match looks_like_a_code(&args.subject) {
        true => Error::new(format_args!("{}: there is no such code, and no such file ({error})", doing())),
        false => Error::because(doing(), &error),
    })?;
    let rules = context.load_rules()?;
    let (judgement, document) = match content {
        Content::Whole(bytes) => rules.judge_bytes(bytes),
        Content::TooLarge(size) => (judge_too_large(&rules, size, bytes_at_most), None),
    };
    let look = context.look(true);
    let mut out = Vec::new();
    if is_json {
        let policy = &context.config().settings.policy;
        Record::of(&args.subject, &judgement).with_facts(&judgement, document.as_ref(), policy).write_line(&mut out);
        output::print(&String::from_utf8_lossy(&out))?;
        return Ok(Exit::Fine);
    }
    let Some(document) = document else {
        document::write(&mut out, &args.subject, &judgement, None, &context.config().settings, &look)
            .map_err(|error| Error::output(&error))?;
        output::print(&String::from_utf8_lossy(&out))?;
        return Ok(Exit::Fine);
    };
    if let Some(line) = args.line
        && !(1..=document.line_count()).contains(&line)
    {
        let lines = document.line_count();
        return Err(Error::new(format_args!("{}, line {line}: it has the lines 1 to {lines}", doing())));
    }
    let given = Given::default();
    match (&args.rule, args.line) {
        (None, None) => {
            document::write(&mut out, &args.subject, &judgement, Some(&document), &context.config().settings, &look)
        }
        (Some(rule), line) => {
            let explainer = Explainer::of(&rules, &document, &given, rule);
            let written = rules.rules().iter().find(|written| *written.id.value == **rule);
            let (Some(explainer), Some(written)) = (explainer, written) else {
                return Err(Error::new(format_args!("{}: there is no rule `{}`", doing(), rule.escape_debug())));
            };
            write_rule(&mut out, explainer.judged(&judgement), &document, rule, line, &look)
                .and_then(|()| write_purpose(&mut out, written))
        }
        (None, Some(line)) => write_line(&mut out, &rules, &document, &judgement, line, &look),
    }
    .map_err(|error| Error::output(&error))?;
    output::print(&String::from_utf8_lossy(&out))?;
    Ok(Exit::Fine)
}

/// A letter and digits, as codes are.
fn looks_like_a_code(subject: &Path) -> bool {
    let mut letters = subject.to_str().unwrap_or_default().chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.clone().next().is_some()
        && letters.all(|digit| digit.is_ascii_digit())
}

/// One rule: in full on one line or on the document; else in full where it fires and in a word on every other line.
fn write_rule(
    out: &mut Vec<u8>,
    mut explainer: Explainer<'_>,
    document: &Document,
    rule: &str,
    line: Option<usize>,
    look: &Look,
) -> std::io::Result<()> {
    // A rule on whole documents takes no line and gives the same whatever line is named.
    if let Some(explanation) = explainer.on(line) {
        return write_explanation(out, &explanation, look);
    }
    let found = explainer.found();
    let flagged: BTreeSet<usize> = found.iter().flat_map(|&(first, last)| first as usize..=last as usize).collect();
    let is_blank = |number: usize| document.line(number - 1).text.trim().is_empty();
    let others = (1..=document.line_count()).filter(|number| !flagged.contains(number) && !is_blank(*number));
    let all: Vec<usize> = flagged.iter().copied().chain(others).collect();
    let (told, left) = all.split_at(all.len().min(LINES_AT_MOST));
    for number in BTreeSet::from_iter(told) {
        let Some(explanation) = explainer.on(Some(*number)) else { continue };
        if explanation.fires {
            write_explanation(out, &explanation, look)?;
        } else {
            writeln!(out, "{rule}, line {number}: {}", escaped(&explanation.conclusion))?;
        }
    }
    if let more @ 1.. = left.len() {
        let fires = flagged.len().saturating_sub(told.len());
        let fires = if fires > 0 { format!(", {fires} of them flagged") } else { String::new() };
        writeln!(out, "and {}{fires}; --line N explains one", count_of(more, "more line"))?;
    }
    Ok(())
}

/// Every rule on one line: in full where it fires, in a word where it does not.
fn write_line(
    out: &mut Vec<u8>,
    rules: &RuleSet,
    document: &Document,
    judgement: &Judgement,
    line: usize,
    look: &Look,
) -> std::io::Result<()> {
    let mut silent = Vec::new();
    let given = Given::default();
    for rule in rules.rules() {
        let explainer = Explainer::of(rules, document, &given, &rule.id.value);
        let Some(explanation) = explainer.and_then(|explainer| explainer.judged(judgement).on(Some(line))) else {
            continue;
        };
        match (explanation.line.is_some(), explanation.fires) {
            (true, true) => {
                write_explanation(out, &explanation, look)?;
                write_purpose(out, rule)?;
            }
            (true, false) => silent.push(explanation),
            (false, _) => {}
        }
    }
    for explanation in silent {
        writeln!(out, "{}: {}", explanation.rule, escaped(&explanation.conclusion))?;
    }
    Ok(())
}
