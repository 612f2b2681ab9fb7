//! `siftd doctor`: everything that siftd needs here, looked at one by one, and what to do about what is missing. It moves
//! nothing, and what it makes to try things out is gone again.

mod clock;
mod daemon;
mod finding;
mod folders;
mod inbox;
mod journal;
mod rules;
mod unit;
mod user;
mod watches;

use serde_json::{Value, json};

use super::{
    Context, Error, Exit,
    arguments::{Format, Printing},
    output,
};
use crate::{report::escaped_path, spool::shown};
use finding::{Findings, Level};
use user::User;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 all is well; 1 something could be better; 2 siftd cannot do its work here.")]
pub struct Args {
    #[command(flatten)]
    printing: Printing,
}

/// Looks at everything: 0 when all is well, 1 when something could be better, 2 when siftd cannot do its work as things are.
///
/// # Errors
/// When there is a problem, which was printed; when standard output cannot be written.
pub fn run(args: &Args, context: Result<Context, Error>) -> Result<Exit, Error> {
    let mut findings = Findings::default();
    match &context {
        Err(error) => findings.problem("configuration", error, "mend it; `siftd config` tries it again"),
        Ok(context) => {
            match &context.effective.file {
                Some(file) => findings.ok("configuration", format_args!("{} has no mistake", escaped_path(file))),
                None => findings.ok(
                    "configuration",
                    format_args!(
                        "there is none; the defaults are used, with the spool at {}",
                        shown(&context.effective.spool)
                    ),
                ),
            }
            let status = daemon::status(context);
            let user = User::of_daemon(status.as_ref());
            folders::look(context, &user, &mut findings);
            watches::look(context, &mut findings);
            inbox::look(context, &mut findings);
            rules::look(context, status.as_ref(), &mut findings);
            journal::look(context, status.is_some(), &mut findings);
            clock::look(context, &mut findings);
            daemon::look(context, status.as_ref(), &mut findings);
            unit::look(context, &mut findings);
        }
    }
    output::print(&match args.printing.format() {
        Format::Human => findings.to_string(),
        Format::Json => format!("{}\n", json(&findings)),
    })?;
    match findings.worst() {
        Level::Ok => Ok(Exit::Fine),
        Level::Warning => Ok(Exit::Findings),
        Level::Problem => Err(Error::told()),
    }
}

fn json(findings: &Findings) -> Value {
    let checks: Vec<Value> = findings
        .all()
        .iter()
        .map(|finding| {
            json!({
                "subject": finding.subject,
                "level": finding.level.as_str(),
                "text": finding.text,
                "advice": finding.advice,
            })
        })
        .collect();
    json!({"level": findings.worst().as_str(), "checks": checks})
}
