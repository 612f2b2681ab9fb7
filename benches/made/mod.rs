//! Text and rules to measure on, the same at every run and made up here.

/// A small generator of numbers (SplitMix64), so that every run measures the same text.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// One of several, the first ones far more often, as words are.
    fn pick<'t>(&mut self, items: &[&'t str]) -> &'t str {
        let share = self.below(1_000) as f64 / 1_000.0;
        items[((share * share * share) * items.len() as f64) as usize]
    }
}

const WORDS: &[&str] = &[
    "the",
    "of",
    "and",
    "a",
    "to",
    "in",
    "is",
    "that",
    "it",
    "was",
    "for",
    "with",
    "as",
    "on",
    "be",
    "at",
    "by",
    "from",
    "ship",
    "harbour",
    "which",
    "this",
    "are",
    "have",
    "not",
    "or",
    "had",
    "but",
    "one",
    "were",
    "they",
    "their",
    "all",
    "office",
    "morning",
    "water",
    "each",
    "keeper",
    "log",
    "crew",
    "between",
    "island",
    "engine",
    "cargo",
    "weather",
    "captain",
    "northern",
    "record",
    "station",
    "evening",
    "several",
    "mountains",
    "repaired",
    "season",
    "village",
    "don't",
    "1987",
    "3.5",
    "storage",
    "carefully",
    "instruments",
    "observed",
    "although",
    "warehouse",
    "expedition",
];

const EASTERN: &[&str] = &[
    "港", "的", "船", "在", "是", "了", "每天", "记录", "天气", "海湾", "我们", "这", "个", "工作", "和", "人", "有",
    "风", "大", "来", "到", "上", "时", "说", "修理", "仓库", "北方", "早晨", "水", "货物",
];

const FURNITURE: &[&str] = &[
    "Home > Harbour > Log > Today",
    "Share this page",
    "Read more: The keeper of the northern light",
    "Related articles",
    "We use cookies to make this site better.",
    "Copyright 2021 The Harbour Office. All rights reserved.",
    "Subscribe to our newsletter",
    "Photo: A. Keeper",
    "Next page »",
];

/// A page of English text of about so many bytes, with some site furniture at both ends.
pub(crate) fn english(bytes: usize) -> String {
    let mut numbers = Numbers(7);
    let mut text = String::with_capacity(bytes + 200);
    let furniture = |numbers: &mut Numbers, text: &mut String| {
        for _ in 0..4 {
            text.push_str(FURNITURE[numbers.below(FURNITURE.len())]);
            text.push('\n');
        }
    };
    furniture(&mut numbers, &mut text);
    while text.len() < bytes {
        for _ in 0..1 + numbers.below(6) {
            let start = text.len();
            for place in 0..6 + numbers.below(18) {
                if place > 0 {
                    text.push(' ');
                }
                text.push_str(numbers.pick(WORDS));
                if numbers.below(11) == 0 {
                    text.push(',');
                }
            }
            text[start..=start].make_ascii_uppercase();
            text.push_str(". ");
        }
        text.push_str("\n\n");
    }
    furniture(&mut numbers, &mut text);
    text
}

/// The same in Chinese.
pub(crate) fn chinese(bytes: usize) -> String {
    let mut numbers = Numbers(11);
    let mut text = String::with_capacity(bytes + 200);
    while text.len() < bytes {
        for _ in 0..2 + numbers.below(4) {
            for _ in 0..4 + numbers.below(12) {
                text.push_str(numbers.pick(EASTERN));
            }
            text.push_str(if numbers.below(3) == 0 { "。" } else { "，" });
        }
        text.push('\n');
    }
    text
}

/// A pack of `count` line rules, each with one pattern of the kind that people write: word boundaries, counted gaps,
/// alternatives.
pub(crate) fn patterns(count: usize) -> String {
    let mut numbers = Numbers(13);
    let rules = (0..count).map(|index| {
        let mut word = || numbers.pick(WORDS).replace(['\'', '.'], "");
        let (a, b, c) = (word(), word(), word());
        let pattern = match index % 4 {
            0 => format!(r"(?i)\b{a}x{index}\b.{{0,40}}\b{b}\b"),
            1 => format!(r"^{a}{index} (?:{b}|{c})\s*[:>»]"),
            2 => format!(r"(?i)\b(?:{a}|{b}) q{index}\w* {c}"),
            _ => format!(r"\d{{1,3}} {b}z{index}s?\b"),
        };
        rule(index, &format!("{{regex: {{any: ['{pattern}']}}}}"))
    });
    pack(rules)
}

/// A pack of one rule of words.
pub(crate) fn words() -> String {
    let items: Vec<String> = (0..400).map(|index| format!("'{} {index}'", WORDS[index % 40])).collect();
    let rule = rule(0, "{words: {lists: [things], at_least: 2}}");
    format!(
        "schema: rules/1\npack: made\nlists:\n  things: {{items: [harbour office, 港, {}]}}\nrules:\n{rule}",
        items.join(", ")
    )
}

/// A pack of one section rule.
pub(crate) fn sections() -> String {
    let short = "{shape: {words_at_most: 6, sentence_end: false}}";
    let section = format!("{{starts: {short}, continues: {short}, lines_at_least: 3}}");
    pack(std::iter::once(format!(
        "  - id: menu\n    title: Short lines\n    why: To be measured.\n    unit: section\n    action: annotate\n    match: {{section: {section}}}\n"
    )))
}

/// A topic of given terms.
pub(crate) fn topic() -> String {
    "schema: topic/1\nid: harbours\nstrong_terms: [harbour, keeper, ship, cargo]\nweak_terms: [crew, engine, log]\n"
        .to_owned()
}

fn pack(rules: impl Iterator<Item = String>) -> String {
    format!("schema: rules/1\npack: made\nrules:\n{}", rules.collect::<String>())
}

fn rule(index: usize, condition: &str) -> String {
    format!(
        "  - id: rule-{index}\n    title: Rule {index}\n    why: To be measured.\n    unit: line\n    action: annotate\n    match: {condition}\n    {EXAMPLES}\n"
    )
}

/// Rules without examples are warned of, and of a thousand warnings one is an error. Nobody runs these.
const EXAMPLES: &str = "examples: [{text: Loud, flags: [1]}, {text: Quiet, flags: []}]";
