//! One document on its way through all rules.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::BTreeMap,
    sync::Arc,
};

use super::{
    Finding, Judgement, decide,
    facts::Facts,
    line::View,
    meter::{Probe, Stage},
    region::{Extent, Search},
    roster::Roster,
    scan::Scan,
    section::Walks,
    shape::Counted,
    words::Tally,
    work::{Stop, Work},
};
use crate::engine::{
    rules::{
        RuleSet,
        model::{self, Given, Status},
        set::{Lease, Matcher, Prefilter, RuleId, Scratch, WordsTest},
    },
    text::Document,
};

/// Findings that act or score from which a document is quarantined without looking further: each costs memory. Those
/// that do neither never end the search; the report lists the first ones, and counts the rest.
const FINDINGS_AT_MOST: usize = 10_000;

/// Which rules are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Selection {
    /// Stable and trial ones.
    Evaluated,
    /// These, and one whatever its status.
    With(RuleId),
    /// One alone, whatever its status.
    Only(RuleId),
}

/// One document, the rules, and what has been found out so far.
#[derive(Debug)]
pub(super) struct Run<'d> {
    pub(super) rules: &'d RuleSet,
    pub(super) document: &'d Document,
    pub(super) given: &'d Given,
    pub(super) facts: Facts<'d>,
    pub(super) scan: Scan,
    pub(super) work: Work<'d>,
    pub(super) scratch: RefCell<Lease<'d>>,
    pub(super) probe: Probe<'d>,
    /// By region.
    pub(super) extents: Vec<OnceCell<Extent>>,
    /// What is known of lines that end regions.
    pub(super) searches: RefCell<Vec<Search>>,
    /// By rule: how many findings it has made.
    pub(super) fired: Vec<Cell<u32>>,
    /// How many findings on lines act or score, and how many listed ones beyond a rule's own do neither.
    pub(super) acting: Cell<usize>,
    pub(super) idle: Cell<usize>,
    /// By rule: how many of its findings are counted alone.
    pub(super) unlisted: Vec<Cell<u32>>,
    /// By rule: whether its gate lets the document through.
    gates: Vec<OnceCell<bool>>,
    /// By test that asks for it: whether few lines have an item of its lists.
    pub(super) lines_with_words: RefCell<Vec<(*const WordsTest, bool)>>,
    /// Listed words on the line that was looked at last, for its memory.
    pub(super) tally: RefCell<Tally<'d>>,
    /// What was counted on lines.
    pub(super) counted: Counted,
    selection: Selection,
    /// Every rule is asked on every line of its region, without regard to its literals.
    pub(super) plain: bool,
    findings: Vec<Finding>,
}

impl<'d> Run<'d> {
    /// Ready to judge.
    pub(super) fn of(rules: &'d RuleSet, document: &'d Document, given: &'d Given, selection: Selection) -> Self {
        Self::with(rules, document, given, selection, Stop::never(), Scan::of)
    }

    /// Ready to judge by the rules that are evaluated, until it is told to stop, telling `probe` where it is.
    pub(super) fn until(
        rules: &'d RuleSet,
        document: &'d Document,
        given: &'d Given,
        stop: Stop<'d>,
        probe: Probe<'d>,
    ) -> Self {
        let scan = |document: &Document, prefilter: &Prefilter, work: &Work<'_>, scratch: &mut Scratch| {
            probe.stage(Stage::Fold, || document.folded());
            probe.stage(Stage::Literals, || Scan::of(document, prefilter, work, scratch))
        };
        let mut run = Self::with(rules, document, given, Selection::Evaluated, stop, scan);
        run.probe = probe;
        run.facts.probe = probe;
        run
    }

    /// Ready to judge slowly and plainly: no automaton, no literals, every rule on every line. The other way is held
    /// to this one.
    #[cfg(any(test, fuzzing))]
    pub(super) fn plainly(rules: &'d RuleSet, document: &'d Document, given: &'d Given, selection: Selection) -> Self {
        let scan = |document: &Document, prefilter: &Prefilter, _: &Work<'_>, _: &mut Scratch| {
            Scan::plainly(document, prefilter)
        };
        Self { plain: true, ..Self::with(rules, document, given, selection, Stop::never(), scan) }
    }

    fn with(
        rules: &'d RuleSet,
        document: &'d Document,
        given: &'d Given,
        selection: Selection,
        stop: Stop<'d>,
        scan: impl FnOnce(&Document, &Prefilter, &Work<'_>, &mut Scratch) -> Scan,
    ) -> Self {
        let work = Work::up_to(rules.settings().limits.work, stop);
        // Decoding was not counted.
        work.ask();
        let mut scratch = rules.lease();
        Self {
            rules,
            document,
            given,
            facts: Facts::of(document, given, rules),
            scan: scan(document, rules.prefilter(), &work, &mut scratch),
            work,
            scratch: RefCell::new(scratch),
            probe: Probe::default(),
            extents: vec![OnceCell::new(); rules.regions().len()],
            searches: RefCell::default(),
            fired: vec![Cell::new(0); rules.rules().len()],
            acting: Cell::new(0),
            idle: Cell::new(0),
            unlisted: vec![Cell::new(0); rules.rules().len()],
            gates: vec![OnceCell::new(); rules.rules().len()],
            lines_with_words: RefCell::default(),
            tally: RefCell::default(),
            counted: Counted::nothing(document.line_count()),
            selection,
            plain: false,
            findings: Vec::new(),
        }
    }

    /// Asks every rule, then decides.
    pub(super) fn judge(mut self) -> Judgement {
        self.find_on_lines();
        let order = self.rules.order();
        for rules in [&order.documents, &order.last] {
            let more = self.findings_on_document(rules);
            self.findings.extend(more);
        }
        let mut findings = std::mem::take(&mut self.findings);
        findings.sort_by(|a, b| {
            let first = |finding: &Finding| finding.lines.map_or((u32::MAX, 0), |(first, last)| (first, last));
            first(a).cmp(&first(b)).then_with(|| a.rule.cmp(&b.rule))
        });
        findings.extend(self.cut_short());
        let decision = decide::decide(self.document, &self.rules.settings().policy, &findings);
        findings.extend(decision.findings);
        Judgement {
            verdict: decision.verdict,
            language: Some(self.facts.language()),
            chinese: self.facts.chinese(),
            foreign: self.facts.foreign().to_vec(),
            script: self.facts.script(),
            encoding: Some(self.document.encoding()),
            lines: Some(self.document.line_count()),
            bytes: self.document.raw().len() as u64,
            score: decision.score,
            topics: self
                .facts
                .topics()
                .map(|(profile, nearness)| (profile.id.clone(), nearness.map(|nearness| nearness.score)))
                .collect::<BTreeMap<_, _>>(),
            ruleset: self.rules.fingerprint(),
            findings,
            unlisted: self.unlisted(),
        }
    }

    /// The finding that there was more to do than may be done.
    pub(super) fn cut_short(&self) -> Option<Finding> {
        if self.work.is_stopped() {
            Some(decide::out_of_time())
        } else if self.work.is_spent() {
            Some(decide::over_limit("work", self.work.limit()))
        } else {
            let is_over = self.acting.get() > FINDINGS_AT_MOST;
            is_over.then(|| decide::over_limit("findings", FINDINGS_AT_MOST as u64))
        }
    }

    /// What was found on lines.
    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Rules with findings that are not listed, and how many these are.
    fn unlisted(&self) -> Vec<(Arc<str>, u32)> {
        let counts = self.rules.ids().zip(&self.unlisted).filter(|(_, count)| count.get() > 0);
        counts.map(|(id, count)| (Arc::clone(&self.rules.written(id).id.value), count.get())).collect()
    }

    /// Asks the rules of lines and sections.
    pub(super) fn find_on_lines(&mut self) {
        self.findings = self.findings_on_lines();
    }

    /// First and last line (from 0) of the findings of one rule so far.
    pub(super) fn findings_of(&self, id: RuleId) -> impl Iterator<Item = (usize, usize)> {
        let rule = &self.rules.written(id).id.value;
        let own = self.findings.iter().filter(move |finding| finding.rule == *rule);
        own.filter_map(|finding| finding.lines).map(|(first, last)| (first as usize - 1, last as usize - 1))
    }

    /// Share of the letters in lines that rules with strip or more have flagged, of rules with one of the tags.
    pub(super) fn flagged_share(&self, tags: &[Arc<str>]) -> f64 {
        let counted = |finding: &&Finding| {
            finding.action >= model::Action::Strip
                && (tags.is_empty() || finding.tags.iter().any(|tag| tags.contains(tag)))
        };
        decide::share_of_letters(self.document, self.findings.iter().filter(counted))
    }

    /// Whether a rule is looked at for its own sake, so that all it finds is listed.
    pub(super) fn is_looked_at(&self, id: RuleId) -> bool {
        matches!(self.selection, Selection::With(one) | Selection::Only(one) if one == id)
    }

    /// Whether the rule is asked and lets the document in.
    pub(super) fn admits(&self, id: RuleId) -> bool {
        let evaluated = || self.rules.written(id).status != Status::Off;
        let selected = match self.selection {
            Selection::Evaluated => evaluated(),
            Selection::With(one) => one == id || evaluated(),
            Selection::Only(one) => one == id,
        };
        selected && *self.gates[id.0 as usize].get_or_init(|| self.gate(&self.rules.written(id).when, None))
    }

    fn findings_on_lines(&self) -> Vec<Finding> {
        let mut roster = Roster::of(self);
        let mut walks = Walks::default();
        let mut findings = Vec::new();
        for (rank, &index) in self.scan.lines().iter().enumerate() {
            let view = View::of(self, index as usize);
            if !roster.call(self, rank, &view) {
                continue;
            }
            for id in roster.called() {
                if !roster.asks(self, id, rank) {
                    continue;
                }
                let unlisted = &self.unlisted[id.0 as usize];
                let before = (findings.len(), unlisted.get());
                self.probe.rule(id.0, || self.rule_on_line(id, &view, rank, &mut walks, &mut findings));
                // What was decided while the budget ran out was not decided: a test that was not done says no.
                if self.work.is_spent() {
                    findings.truncate(before.0);
                    unlisted.set(before.1);
                    return findings;
                }
                if self.acting.get() > FINDINGS_AT_MOST {
                    return findings;
                }
            }
        }
        findings
    }

    fn rule_on_line(&self, id: RuleId, view: &View<'d>, rank: usize, walks: &mut Walks, findings: &mut Vec<Finding>) {
        match &self.rules.rule(id).matcher {
            Matcher::Line(polarity, logic) => self.line_rule(id, *polarity, logic, view, findings),
            Matcher::Section(section) => self.section_rule(id, section, view, rank, walks.of(id), findings),
            Matcher::Document(..) => {}
        }
    }

    fn findings_on_document(&self, rules: &[RuleId]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for &id in rules {
            if self.work.is_spent() {
                break;
            }
            if let Matcher::Document(polarity, logic) = &self.rules.rule(id).matcher
                && self.admits(id)
            {
                let found = self.probe.rule(id.0, || self.document_rule(id, *polarity, logic));
                if !self.work.is_spent() {
                    findings.extend(found);
                }
            }
        }
        findings
    }
}
