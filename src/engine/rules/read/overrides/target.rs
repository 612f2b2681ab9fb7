//! What an override aims at.

use std::collections::BTreeSet;

use super::record::Record;
use crate::engine::{
    diagnostic::{Diagnostic, codes},
    rules::{decode::nearest, model::At, read::lists::Lists},
};

/// Which kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One rule, by `pack/id`.
    Rule,
    /// All rules with a tag.
    Tagged,
    /// One list, by `pack/name`.
    List,
}

/// What an override aims at.
#[derive(Debug, Clone)]
pub(super) struct Target<'n> {
    /// Which kind.
    pub(super) kind: Kind,
    /// As written.
    pub(super) name: At<&'n str>,
}

impl Target<'_> {
    /// Whether it aims at this rule.
    pub(super) fn is_rule(&self, id: &str, tags: &[&str]) -> bool {
        match self.kind {
            Kind::Rule => id == self.name.value,
            Kind::Tagged => tags.contains(&self.name.value),
            Kind::List => false,
        }
    }

    /// The report that there is no such thing.
    pub(super) fn missed(&self, record: &Record, lists: &Lists) -> Diagnostic {
        let (ids, tags) = (record.ids(), record.tags());
        let (what, known): (_, Vec<&str>) = match self.kind {
            Kind::Rule => ("no rule is called", ids.iter().map(String::as_str).collect()),
            Kind::Tagged => ("no rule is tagged", tags.iter().map(String::as_str).collect()),
            Kind::List => ("no list is called", lists.names().collect()),
        };
        let word = self.name.value;
        let same_end = |name: &&str| self.kind != Kind::Tagged && name.rsplit('/').next() == word.rsplit('/').next();
        let begins = |name: &&str| word.len() > 3 && name.starts_with(word);
        let near = known.iter().copied().find(same_end);
        let near = near.or_else(|| nearest(word, known.iter().copied())).or_else(|| known.iter().copied().find(begins));
        let help = near.map_or_else(|| self.choices(&known), |near| format!("did you mean `{near}`?"));
        Diagnostic::error(codes::OVERRIDE_TARGET, self.name.place, format!("{what} `{word}`")).help(help)
    }

    /// What there is, where nothing is near: tags, names of the same pack, or packs.
    fn choices(&self, known: &[&str]) -> String {
        if self.kind == Kind::Tagged {
            return format!("the tags in use are {}", known.join(", "));
        }
        let split = |name| str::split_once(name, '/').unwrap_or((name, ""));
        let (pack, _) = split(self.name.value);
        let of_pack: Vec<&str> =
            known.iter().map(|name| split(name)).filter(|(of, _)| *of == pack).map(|of| of.1).collect();
        if !of_pack.is_empty() {
            return format!("the pack `{pack}` has {}", of_pack.join(", "));
        }
        let packs: BTreeSet<&str> = known.iter().map(|name| split(name).0).collect();
        let packs: Vec<&str> = packs.into_iter().collect();
        format!("write it as `pack/name`; the packs in use are {}", packs.join(", "))
    }
}
