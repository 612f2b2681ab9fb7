//! The command line: one file a verb. A verb takes its own arguments and the [`Context`], and comes to an [`Exit`] or an
//! [`Error`]. Results go to standard output, everything about the run itself to standard error.

mod arguments;
mod context;
mod custody;
mod daemon;
mod error;
mod exit;
mod log;
mod memory;
mod output;
mod passed;
mod pool;
mod read;
mod rewrite;
mod rules;
mod walk;
mod who;

pub mod check;
pub mod completions;
pub mod config;
pub mod confirm;
pub mod diff;
pub mod doctor;
pub mod evaluate;
pub mod expire;
pub mod explain;
pub mod history;
pub mod init;
pub mod man;
pub mod new;
pub mod once;
pub mod release;
pub mod reload;
pub mod retry;
pub mod run;
pub mod scan;
pub mod schema;
pub mod show;
pub mod status;
pub mod test;
pub mod topic;
pub mod verify;

use std::{ffi::OsString, process::ExitCode};

use clap::Parser;

pub use context::Context;
pub use error::Error;
pub use exit::Exit;

use arguments::{Arguments, Verb};
use exit::FAILED;

/// Runs siftd with the arguments of a process, its own name first.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match Arguments::try_parse_from(arguments) {
        Ok(arguments) => exit::code(dispatch(&arguments)),
        Err(error) => {
            // When help or a usage error cannot be printed, there is nobody to tell.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(FAILED))
        }
    }
}

fn dispatch(arguments: &Arguments) -> Result<Exit, Error> {
    // These work without a configuration, and so with a broken one.
    match &arguments.verb {
        Verb::Init(args) => return init::run(args),
        Verb::Completions(args) => return completions::run(args),
        Verb::Man(args) => return man::run(args),
        Verb::Schema(args) => return schema::run(args),
        Verb::Doctor(args) => return doctor::run(args, Context::new(&arguments.globals)),
        _ => {}
    }
    let context = Context::new(&arguments.globals)?;
    match &arguments.verb {
        Verb::Run(args) => run::run(args, &context),
        Verb::Once(args) => once::run(args, &context),
        Verb::Scan(args) => scan::run(args, &context),
        Verb::Explain(args) => explain::run(args, &context),
        Verb::Check(args) => check::run(args, &context),
        Verb::Test(args) => test::run(args, &context),
        Verb::Diff(args) => diff::run(args, &context),
        Verb::Evaluate(args) => evaluate::run(args, &context),
        Verb::Show(args) => show::run(args, &context),
        Verb::Status(args) => status::run(args, &context),
        Verb::History(args) => history::run(args, &context),
        Verb::Verify(args) => verify::run(args, &context),
        Verb::Release(args) => release::run(args, &context),
        Verb::Confirm(args) => confirm::run(args, &context),
        Verb::Retry(args) => retry::run(args, &context),
        Verb::Expire(args) => expire::run(args, &context),
        Verb::Reload(args) => reload::run(args, &context),
        Verb::Topic(args) => topic::run(args, &context),
        Verb::New(args) => new::run(args, &context),
        Verb::Config(args) => config::run(args, &context),
        Verb::Doctor(_) | Verb::Init(_) | Verb::Completions(_) | Verb::Man(_) | Verb::Schema(_) => Ok(Exit::Fine),
    }
}
