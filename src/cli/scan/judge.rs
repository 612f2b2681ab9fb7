//! One document: read, judged and written down, on a worker thread.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    time::Instant,
};

use super::{
    super::{
        memory::Memory,
        read::{self, Content},
        walk::Input,
    },
    Format,
    profile::{Profile, Stopwatch},
};
use crate::{
    engine::{
        judge::{Judgement, Stop, judge_too_large},
        rules::{Policy, RuleSet},
        text::Document,
    },
    report::{
        Record, escaped_path,
        human::{self, Look},
        sarif,
    },
};

/// Bytes of output space that are kept for the next document.
const TEXT_KEPT: usize = 64 << 10;

/// What the workers share.
#[derive(Debug)]
pub(super) struct Judge<'r> {
    pub(super) rules: &'r RuleSet,
    /// Given where every figure of a document is wanted.
    pub(super) policy: Option<&'r Policy>,
    pub(super) bytes_at_most: u64,
    /// `None`: nothing is to be printed.
    pub(super) format: Option<Format>,
    pub(super) look: Look,
    /// Where time is written down, when somebody wants to know where it goes.
    pub(super) profile: Option<Profile>,
    pub(super) memory: Memory,
}

/// What becomes of one document; used again for the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// What to print.
    pub(super) text: Vec<u8>,
    /// The judgement, unless it could not be read.
    pub(super) judgement: Option<Judgement>,
    /// What could not be done.
    pub(super) failure: Option<String>,
}

impl Judge<'_> {
    /// Judges one input.
    pub(super) fn run(&self, input: Result<Input, String>, scratch: &mut Scratch) {
        scratch.text.clear();
        scratch.text.shrink_to(TEXT_KEPT);
        scratch.judgement = None;
        scratch.failure = None;
        // One document that the judge cannot bear must not hide the others.
        match catch_unwind(AssertUnwindSafe(|| self.judge(&input?, &mut scratch.text))) {
            Ok(Ok(judgement)) => scratch.judgement = Some(judgement),
            Ok(Err(failure)) => scratch.failure = Some(failure),
            Err(_) => {
                scratch.failure = Some("judge a document: this is a bug in siftd; see the message above".to_owned())
            }
        }
    }

    fn judge(&self, input: &Input, text: &mut Vec<u8>) -> Result<Judgement, String> {
        let _taken = match input {
            Input::Standard => self.memory.wait_for(0),
            Input::File(path) => self.memory.wait_for_file(path, self.bytes_at_most),
        };
        let begun = Instant::now();
        let (path, content) = match input {
            Input::Standard => (Path::new("-"), read::stream(io::stdin().lock(), 0, self.bytes_at_most)),
            Input::File(path) => (path.as_path(), read::file(path, self.bytes_at_most)),
        };
        let (judgement, document) = match content {
            Ok(Content::Whole(bytes)) => match &self.profile {
                None => self.rules.judge_bytes(bytes),
                Some(profile) => return Ok(self.judge_timed(profile, begun, path, bytes, text)),
            },
            Ok(Content::TooLarge(size)) => (judge_too_large(self.rules, size, self.bytes_at_most), None),
            Err(error) => return Err(format!("read {}: {error}", escaped_path(path))),
        };
        self.write(path, &judgement, document.as_ref(), text);
        Ok(judgement)
    }

    /// Judges with a stopwatch.
    fn judge_timed(
        &self,
        profile: &Profile,
        begun: Instant,
        path: &Path,
        bytes: Vec<u8>,
        text: &mut Vec<u8>,
    ) -> Judgement {
        let (size, read) = (bytes.len() as u64, begun.elapsed());
        let watch = Stopwatch::start();
        let (judgement, document) = self.rules.judge_bytes_metered(bytes, Stop::never(), &watch);
        let begun = Instant::now();
        self.write(path, &judgement, document.as_ref(), text);
        profile.add(watch, size, read, begun.elapsed());
        judgement
    }

    fn write(&self, path: &Path, judgement: &Judgement, document: Option<&Document>, text: &mut Vec<u8>) {
        match self.format {
            None => {}
            Some(Format::Human) => {
                // Writing to memory cannot fail.
                let _ = human::write_document(text, path, judgement, document, &self.look);
            }
            Some(Format::Jsonl) => {
                let record = Record::of(path, judgement);
                match self.policy {
                    Some(policy) => record.with_facts(judgement, document, policy).write_line(text),
                    None => record.write_line(text),
                }
            }
            Some(Format::Sarif) => sarif::write_results(text, path, judgement),
        }
    }
}
