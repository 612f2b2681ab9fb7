//! Where the time of a scan went: by stage, and by rule.

use std::{
    cell::RefCell,
    io::{self, Write},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    cli::arguments::Format,
    engine::{
        judge::{Meter, Stage},
        rules::model::Rule,
    },
    report::human::count_of,
};

/// Rules that people are shown.
const SHOWN: usize = 15;

/// What all workers spent together.
#[derive(Debug)]
pub(super) struct Profile {
    begun: Instant,
    sum: Mutex<Sum>,
}

#[derive(Debug, Default, Clone)]
struct Sum {
    documents: u64,
    bytes: u64,
    read: Duration,
    report: Duration,
    stages: [Duration; Stage::ALL.len()],
    /// By rule of the set.
    rules: Vec<Spent>,
}

/// What one rule took.
#[derive(Debug, Default, Clone, Copy)]
struct Spent {
    time: Duration,
    /// Lines or documents it was asked about.
    asked: u64,
}

impl Profile {
    /// Nothing spent yet.
    pub(super) fn new() -> Self {
        Self { begun: Instant::now(), sum: Mutex::default() }
    }

    /// Takes in one document: what its judging took, and what reading it and writing its record down took besides.
    pub(super) fn add(&self, stopwatch: Stopwatch, bytes: u64, read: Duration, report: Duration) {
        let watch = stopwatch.0.into_inner();
        let mut sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
        sum.documents += 1;
        sum.bytes += bytes;
        sum.read += read;
        sum.report += report;
        for (all, more) in sum.stages.iter_mut().zip(watch.stages) {
            *all += more;
        }
        for (rule, more) in watch.rules {
            if sum.rules.len() <= rule {
                sum.rules.resize(rule + 1, Spent::default());
            }
            sum.rules[rule].time += more;
            sum.rules[rule].asked += 1;
        }
    }

    /// Prints it. `rules` are those of the set, in its order.
    pub(super) fn write(&self, out: &mut impl Write, shape: Format, rules: &[Rule], workers: usize) -> io::Result<()> {
        let sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let elapsed = self.begun.elapsed();
        match shape {
            Format::Human => sum.write_table(out, rules, elapsed, workers),
            Format::Json => sum.write_json(out, rules, elapsed, workers),
        }
    }
}

impl Sum {
    /// Every stage with its time, those outside the judge at their places.
    fn rows(&self) -> Vec<(&'static str, Duration)> {
        let judged = Stage::ALL.iter().zip(self.stages).map(|(stage, time)| (stage.as_str(), time));
        std::iter::once(("read", self.read)).chain(judged).chain([("report", self.report)]).collect()
    }

    fn dearest<'r>(&self, rules: &'r [Rule]) -> Vec<(&'r str, Spent)> {
        let ids = rules.iter().map(|rule| &*rule.id.value);
        let mut asked: Vec<_> = ids.zip(self.rules.iter().copied()).filter(|(_, spent)| spent.asked > 0).collect();
        asked.sort_by_key(|(_, spent)| std::cmp::Reverse(spent.time));
        asked
    }

    fn write_table(&self, out: &mut impl Write, rules: &[Rule], elapsed: Duration, workers: usize) -> io::Result<()> {
        let rows = self.rows();
        let all: Duration = rows.iter().map(|(_, time)| *time).sum();
        let share = |time: Duration| if all.is_zero() { 0.0 } else { 100.0 * time.as_secs_f64() / all.as_secs_f64() };
        let each = |time: Duration| time.as_secs_f64() * 1e6 / self.documents.max(1) as f64;
        writeln!(
            out,
            "{}, {:.1} MB, {:.2} s with {}; the clock itself takes a part of each stage",
            count_of(self.documents, "document"),
            self.bytes as f64 / 1e6,
            elapsed.as_secs_f64(),
            count_of(workers, "worker")
        )?;
        writeln!(out, "\n{:<28} {:>9} {:>7} {:>14}", "stage", "seconds", "share", "µs a document")?;
        for (name, time) in rows {
            writeln!(out, "{name:<28} {:>9.3} {:>5.1} % {:>14.1}", time.as_secs_f64(), share(time), each(time))?;
        }
        writeln!(out, "\n{:<48} {:>9} {:>7} {:>9}", "rule", "seconds", "share", "asked")?;
        for (id, spent) in self.dearest(rules).into_iter().take(SHOWN) {
            let (seconds, asked) = (spent.time.as_secs_f64(), spent.asked);
            writeln!(out, "{id:<48} {seconds:>9.3} {:>5.1} % {asked:>9}", share(spent.time))?;
        }
        Ok(())
    }

    fn write_json(&self, out: &mut impl Write, rules: &[Rule], elapsed: Duration, workers: usize) -> io::Result<()> {
        let stages: Vec<_> = self
            .rows()
            .into_iter()
            .map(|(stage, time)| json!({"stage": stage, "seconds": time.as_secs_f64()}))
            .collect();
        let rules: Vec<_> = self
            .dearest(rules)
            .into_iter()
            .map(|(id, spent)| json!({"rule": id, "seconds": spent.time.as_secs_f64(), "asked": spent.asked}))
            .collect();
        let object = json!({
            "documents": self.documents,
            "bytes": self.bytes,
            "seconds": elapsed.as_secs_f64(),
            "workers": workers,
            "stages": stages,
            "rules": rules,
        });
        writeln!(out, "{object}")
    }
}

/// Times the judging of one document.
#[derive(Debug)]
pub(super) struct Stopwatch(RefCell<Watch>);

#[derive(Debug)]
struct Watch {
    last: Instant,
    /// What has begun and not ended, the innermost last.
    begun: Vec<Stage>,
    /// How many of those find out what all rules share.
    shared: usize,
    rule: Option<(usize, Duration)>,
    stages: [Duration; Stage::ALL.len()],
    /// Each rule that was asked, as often as it was.
    rules: Vec<(usize, Duration)>,
}

impl Stopwatch {
    /// Running.
    pub(super) fn start() -> Self {
        Self(RefCell::new(Watch {
            last: Instant::now(),
            begun: Vec::new(),
            shared: 0,
            rule: None,
            stages: <[Duration; Stage::ALL.len()]>::default(),
            rules: Vec::new(),
        }))
    }
}

impl Watch {
    /// Gives the time since the last event to whatever was going on.
    fn tick(&mut self) {
        let now = Instant::now();
        let past = now - self.last;
        self.last = now;
        if let Some(stage) = self.begun.last() {
            self.stages[*stage as usize] += past;
        }
        if let Some((_, time)) = &mut self.rule
            && self.shared == 0
        {
            *time += past;
        }
    }
}

impl Meter for Stopwatch {
    fn begin(&self, stage: Stage) {
        let mut watch = self.0.borrow_mut();
        watch.tick();
        watch.begun.push(stage);
        watch.shared += usize::from(stage.is_shared());
    }

    fn end(&self) {
        let mut watch = self.0.borrow_mut();
        watch.tick();
        if let Some(stage) = watch.begun.pop() {
            watch.shared -= usize::from(stage.is_shared());
        }
    }

    fn rule(&self, rule: Option<usize>) {
        let mut watch = self.0.borrow_mut();
        watch.tick();
        let before = watch.rule.take();
        watch.rules.extend(before);
        watch.rule = rule.map(|rule| (rule, Duration::ZERO));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{
        judge::Stop,
        rules::{Embedded, Settings, load},
    };

    #[test]
    fn every_stage_has_its_own_place() {
        for (place, stage) in Stage::ALL.into_iter().enumerate() {
            assert_eq!(stage as usize, place);
        }
    }

    #[test]
    fn stages_and_rules_are_told_apart() {
        let rules = load(&Embedded, &Settings::default()).rules.unwrap();
        let text = "Home > News > Today\n\nThe harbour office keeps a log of the ships that enter the bay each day.\n";
        let profile = Profile::new();
        let watch = Stopwatch::start();
        let (metered, _) = rules.judge_bytes_metered(text.as_bytes().to_vec(), Stop::never(), &watch);
        assert_eq!(metered, rules.judge_bytes(text.as_bytes().to_vec()).0);
        assert!(watch.0.borrow().begun.is_empty() && watch.0.borrow().shared == 0);
        profile.add(watch, text.len() as u64, Duration::ZERO, Duration::ZERO);

        let mut out = Vec::new();
        profile.write(&mut out, Format::Json, rules.rules(), 1).unwrap();
        let object: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(object["documents"], 1);
        let spent = |name: &str| {
            let stages = object["stages"].as_array().unwrap();
            stages.iter().find(|stage| stage["stage"] == name).unwrap()["seconds"].as_f64().unwrap()
        };
        for stage in ["decode", "literals", "language", "metrics", "rules"] {
            assert!(spent(stage) > 0.0, "{stage}");
        }
        assert!(object["rules"].as_array().unwrap().iter().all(|rule| rule["asked"].as_u64().unwrap() > 0));

        let mut out = Vec::new();
        profile.write(&mut out, Format::Human, rules.rules(), 1).unwrap();
        let table = String::from_utf8(out).unwrap();
        assert!(table.contains("\nlanguage ") && table.contains("rule "), "{table}");
    }
}
