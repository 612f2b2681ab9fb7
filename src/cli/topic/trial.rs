//! `siftd topic try PROFILE PATH...`: what a profile says of documents.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use crate::{
    cli::{
        Context, Error, Exit, output,
        read::{self, Content},
        walk::{Input, Walk},
    },
    engine::{
        text::Document,
        topics::{Account, Part, Profile},
    },
    report::escaped_path,
    service::{
        config::TopicSource,
        library::{self, Folders},
    },
    spool::Ignore,
};

/// Terms that are shown for and against.
const SHOWN: usize = 6;

/// What a term must add or take away to be shown: half of the last digit.
const SHOWN_FROM: f64 = 0.00005;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Profile: a topic file, or the id of a shipped topic
    #[arg(value_name = "PROFILE")]
    profile: PathBuf,
    /// Files or folders to score
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Score from which a document counts as on the topic [default: the profile's `at_least`]
    #[arg(long, value_name = "SCORE")]
    at_least: Option<f64>,
}

/// Scores documents and prints what carried each score.
///
/// # Errors
/// When the profile has errors, or a document cannot be read; the others were scored and printed.
pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    // As in siftd.yaml: an id has neither folder nor ending.
    let is_file = args.profile.components().count() > 1 || args.profile.extension().is_some();
    let source = if is_file {
        TopicSource::File(args.profile.clone())
    } else {
        TopicSource::Shipped(args.profile.to_string_lossy().into_owned())
    };
    let mut folders = Folders::new(false);
    folders.add_topic(&source).map_err(|error| Error::from_chain(&error))?;
    let rules = context.without_errors(library::compile(&folders, &context.config().settings))?;
    let Some(profile) = rules.topics().first() else {
        return Err(Error::new(format_args!("use the profile {}: it holds no topic", escaped_path(&args.profile))));
    };
    let limit = args.at_least.or(profile.at_least);
    let ignore = Ignore::new(&context.config().intake.ignore).map_err(|error| Error::because("list files", &error))?;
    let mut scores = Vec::new();
    let mut failed = false;
    for input in Walk::new(&args.paths, &ignore) {
        match input.and_then(|input| scored(&input, profile, context)) {
            Ok((name, account)) => {
                output::print(&page(&name, account.as_ref(), limit))?;
                scores.extend(account.map(|account| (account.score, name)));
            }
            Err(why) => {
                failed = true;
                // When standard error is closed, there is nobody to tell.
                let _ = writeln!(io::stderr(), "siftd: failed to {why}");
            }
        }
    }
    output::print(&summary(scores, limit, &profile.id))?;
    if failed { Err(Error::told()) } else { Ok(Exit::Fine) }
}

fn scored(input: &Input, profile: &Profile, context: &Context) -> Result<(String, Option<Account>), String> {
    let limit = context.config().intake.bytes_at_most;
    let (name, content) = match input {
        Input::Standard => ("-".to_owned(), read::stream(io::stdin().lock(), 0, limit)),
        Input::File(path) => (escaped_path(path).into_owned(), read::file(path, limit)),
    };
    match content.map_err(|error| format!("read {name}: {error}"))? {
        Content::TooLarge(_) => Err(format!("score {name}: it is larger than intake.bytes_at_most")),
        Content::Whole(bytes) => {
            let document = Document::decode(bytes).map_err(|_| format!("score {name}: it holds no text"))?;
            Ok((name, profile.account(&document)))
        }
    }
}

/// One document: its score, and the terms for and against.
fn page(name: &str, account: Option<&Account>, limit: Option<f64>) -> String {
    let Some(account) = account else { return format!("{name}: too few words to tell\n") };
    let place = match limit {
        None => String::new(),
        Some(limit) if account.score >= limit => format!("  on the topic (at_least {limit})"),
        Some(limit) => format!("  off the topic (at_least {limit})"),
    };
    let related = match account.related() * 100.0 {
        share if share >= 0.5 => format!("  ({share:.0} % by related meaning)"),
        _ => String::new(),
    };
    let mut page = format!("{name}: {:.4}{place}{related}\n", account.score);
    let show = |part: &Part| {
        let related = if part.related > part.says / 2.0 { " (related)" } else { "" };
        format!("{} {:+.4}{related}", part.term, part.says)
    };
    let carried: Vec<String> =
        account.terms.iter().filter(|part| part.says >= SHOWN_FROM).take(SHOWN).map(show).collect();
    let against: Vec<String> =
        account.terms.iter().rev().filter(|part| part.says <= -SHOWN_FROM).take(SHOWN).map(show).collect();
    for (what, terms) in [("carried by", carried), ("against", against), ("lacks", account.missing.clone())] {
        if !terms.is_empty() {
            page += &format!("  {what:<11} {}\n", terms.join(", "));
        }
    }
    page
}

/// Where the threshold falls among the scores.
fn summary(mut scores: Vec<(f64, String)>, limit: Option<f64>, id: &str) -> String {
    scores.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    let (Some((lowest, _)), Some((highest, _))) = (scores.first(), scores.last()) else {
        return "nothing was scored\n".to_owned();
    };
    let mut text = format!("\n{id}: {} scored, {lowest:.4} to {highest:.4}", scores.len());
    let Some(limit) = limit else {
        text += "; it has no at_least, so no document is on or off it\n";
        return text;
    };
    let below = scores.partition_point(|(score, _)| *score < limit);
    text += &format!("; {} reach at_least {limit}\n", scores.len() - below);
    let nearest = [("just below", below.checked_sub(1)), ("just above", Some(below))];
    for (what, place) in nearest {
        if let Some((score, name)) = place.and_then(|place| scores.get(place)) {
            text += &format!("  {what}  {score:.4}  {name}\n");
        }
    }
    text
}
