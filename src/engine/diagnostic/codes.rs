//! The table of codes. A code never changes its meaning and is never used again for something else.

/// What a code means, for `siftd explain` and the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// Such as `R003`; `W…` for warnings.
    pub code: &'static str,
    /// One line.
    pub title: &'static str,
    /// One paragraph.
    pub text: &'static str,
    /// What brings it about.
    pub wrong: &'static str,
    /// The same, put right.
    pub right: &'static str,
}

/// The explanation of a code, in any case (`r003`).
pub fn explanation(code: &str) -> Option<&'static Explanation> {
    ALL.iter().find(|explanation| explanation.code.eq_ignore_ascii_case(code))
}

/// Every code, in order.
pub fn all() -> &'static [Explanation] {
    ALL
}

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal, $text:literal, $wrong:literal, $right:literal;)*) => {
        $(#[doc = $title] pub const $name: &str = $code;)*
        const ALL: &[Explanation] = &[
            $(Explanation { code: $code, title: $title, text: $text, wrong: $wrong, right: $right }),*
        ];
    };
}

codes! {
    SYNTAX = "R001", "The file is not valid YAML",
        "The file could not be read at all, so nothing in it is in force and nothing more is said about it. The place is \
         where reading stopped; the cause often stands on the line above: a quote or bracket that is not closed, a tab, \
         text that holds a colon and a space, or a line that is indented otherwise than its neighbours.",
        "- id: header\n  title: Header: the top of the page\n",
        "- id: header\n  title: 'Header: the top of the page'\n";
    ENCODING = "R002", "The file is not plain UTF-8 text",
        "Rule files are UTF-8, with or without a byte order mark. Invisible control characters are refused because two \
         readers may take them differently; inside double quotes they can be written as escapes.",
        "(a file saved as UTF-16 or GBK)\n",
        "(the same file saved as UTF-8)\n";
    REGEX = "R003", "A regular expression is invalid",
        "The pattern is not one that the regex engine takes. Look-around and back-references do not exist, because they \
         make the time for a match unbounded; use `unless`, `all` and `not` instead. Write patterns between single quotes, \
         where a backslash stands for itself.",
        "match: {regex: {any: ['(Home|Start']}}\n",
        "match: {regex: {any: ['(Home|Start)']}}\n";
    TOO_LARGE = "R004", "The file is too large",
        "A rule file has at most 1 MiB, so that a mistake (a log file in the rules folder) costs nothing. Long lists of \
         words go into files of their own.",
        "lists:\n  places:\n    items: [(a hundred thousand names)]\n",
        "lists:\n  places: {file: lists/places.txt}\n";
    TOO_DEEP = "R005", "Lists and maps are nested too deeply",
        "Nests deeper than 64 levels are refused. Give inner conditions a name under `macros` and refer to them with `use`.",
        "match: {not: {not: {not: {not: (and so on) }}}}\n",
        "match: {use: plain-name}\n";
    UNSUPPORTED = "R006", "A YAML feature that is not supported",
        "Anchors, aliases, tags, merge keys, several documents in one file and keys that are no words are refused: they hide \
         what a rule says and can make a small file enormous. Use lists and macros to write a thing once.",
        "match: &breadcrumb {regex: {any: ['^Home >']}}\n",
        "macros:\n  breadcrumb: {match: {regex: {any: ['^Home >']}}}\n";
    DUPLICATE_KEY = "R007", "A key stands twice in one map",
        "Of two equal keys one would be silently lost.",
        "action: strip\naction: reject\n",
        "action: strip\n";
    DISAGREEMENT = "R008", "A value that can be read in two ways",
        "Two independent YAML readers look at every file, and they took this value differently. Quotes settle it.",
        "(rare: a file that is one text, and the text begins with a #)\n",
        "title: 'the text, on one line'\n";
    EMPTY = "R009", "The file is empty",
        "An empty file is more often half-saved than meant. It never counts as a pack without rules.",
        "# nothing but comments\n",
        "schema: rules/1\npack: mine\nrules: []\n";
    SCHEMA = "R010", "The schema is missing or unknown",
        "The first key of a rule file says what the file is: `schema: rules/1` (a pack of rules), `schema: topic/1` (a topic \
         profile) or `schema: overrides/1` (changes to rules of other packs).",
        "pack: mine\nrules: []\n",
        "schema: rules/1\npack: mine\nrules: []\n";
    UNKNOWN_KEY = "R011", "An unknown key",
        "Unknown keys are errors, since a key that is misspelt and passed over would switch off what it was meant to do.",
        "acton: strip\n",
        "action: strip\n";
    MISSING_KEY = "R012", "A key is missing",
        "Something that has no sensible default was left out.",
        "rules:\n  - match: {regex: {any: ['^Home >']}}\n    action: strip\n",
        "rules:\n  - id: breadcrumb\n    match: {regex: {any: ['^Home >']}}\n    action: strip\n";
    WRONG_TYPE = "R013", "A value of the wrong type",
        "Each key takes one form of value: never text or a list as one likes.",
        "tags: spam\n",
        "tags: [spam]\n";
    AMBIGUOUS = "R014", "Unquoted text that tools read in different ways",
        "YAML tools take unquoted `no`, `yes`, `on`, `off`, `y`, `n`, `true`, `null` and some numbers for something else than \
         text, each in its own way. Where text is wanted, put quotes round it; where true or false is wanted, write `true` or \
         `false`.",
        "items: [yes, no]\n",
        "items: ['yes', 'no']\n";
    RANGE = "R015", "A number out of range",
        "Shares and confidences go from 0 to 1; counts are whole numbers and mostly at least 1.",
        "where: {region: head, share: 50}\n",
        "where: {region: head, share: 0.5}\n";
    CHOICE = "R016", "Not one of the allowed words",
        "The key takes one of a few words, and this is none of them.",
        "action: delete\n",
        "action: strip\n";
    NAME = "R017", "A name that is not well formed",
        "Names of packs, rules, lists, macros, topics and exceptions are made of the lower-case letters a to z, digits and \
         single hyphens, so that they can be typed anywhere.",
        "id: Foreign_Header\n",
        "id: foreign-header\n";
    NOTHING = "R018", "Something is empty that must not be",
        "An empty list of patterns, words or conditions has no sensible meaning: it would always or never hold.",
        "match: {any: []}\n",
        "match: {any: [{repeated: {times_at_least: 3}}]}\n";
    TOO_MANY = "R019", "More mistakes than are shown",
        "Of one file 200 mistakes are shown. Mostly one slip near the top brings about many of those below.",
        "(a file of another program)\n",
        "(a rule file)\n";
    DUPLICATE_ID = "R020", "A name is taken twice",
        "Names of packs and topics, ids of rules and names of exceptions are each used once, since reports, overrides and \
         other rules refer to them.",
        "- {id: menu, match: {repeated: {times_at_least: 9}}, action: strip}\n- {id: menu, match: {repeated: {times_at_least: 5}}, action: annotate}\n",
        "- {id: menu, match: {repeated: {times_at_least: 9}}, action: strip}\n- {id: menu-small, match: {repeated: {times_at_least: 5}}, action: annotate}\n";
    UNKNOWN_LIST = "R021", "An unknown list",
        "`words` names lists of the same pack, or of another one as `pack/list`. No such list exists.",
        "words: {lists: [no-such-list]}\n",
        "lists:\n  promises: {items: [best price]}\nrules:\n  - id: promise\n    match: {words: {lists: [promises]}}\n    action: strip\n";
    UNKNOWN_MACRO = "R022", "An unknown macro",
        "`use` names a macro of the same pack. No such macro exists.",
        "match: {use: sentense}\n",
        "macros:\n  sentence: {match: {shape: {sentence_end: true}}}\nrules:\n  - id: prose\n    match: {use: sentence}\n    action: annotate\n";
    MACROS = "R023", "Macros that use themselves or grow too large",
        "A macro that uses itself, even by way of others, never ends; macros are also refused more than 16 deep, and rules \
         that would hold more than 10,000 tests once all macros are written out.",
        "macros:\n  a: {match: {use: b}}\n  b: {match: {use: a}}\n",
        "macros:\n  a: {match: {use: b}}\n  b: {match: {shape: {letters_at_most: 20}}}\n";
    CONDITION = "R024", "A condition that is not well formed",
        "A condition is a map with exactly one key: `all`, `any`, `not`, `use`, or a test of the rule's unit. Two keys in one \
         map would leave open whether both must hold or one.",
        "match: {regex: {any: ['^Home']}, shape: {letters_at_most: 30}}\n",
        "match:\n  all:\n    - regex: {any: ['^Home']}\n    - shape: {letters_at_most: 30}\n";
    UNIT = "R025", "A condition of another unit",
        "Conditions are typed by the rule's unit: rules on lines and sections ask about lines, rules on documents about the \
         whole document. `when` asks about the document in any rule.",
        "unit: line\nmatch: {metric: {name: word_length_mean, at_least: 10}}\n",
        "unit: document\nmatch: {metric: {name: word_length_mean, at_least: 10}}\n";
    MATCHER = "R026", "Neither `match` nor `require`, or both",
        "A rule fires where its `match` holds, or where its `require` does not. It has exactly one of the two.",
        "- id: header\n  action: strip\n",
        "- id: header\n  match: {regex: {any: ['^Menu$']}}\n  action: strip\n";
    EFFECT = "R027", "A rule that does nothing",
        "A rule needs an `action` (annotate, strip, quarantine or reject), a `score`, or both; and a rule on the whole \
         document has no lines to strip.",
        "- id: header\n  match: {regex: {any: ['^Menu$']}}\n",
        "- id: header\n  match: {regex: {any: ['^Menu$']}}\n  action: strip\n";
    BOUNDS = "R028", "Limits that are missing or contradict each other",
        "A measure needs `at_least`, `at_most` or both, and the lower one must not lie above the upper one.",
        "shape: {letters_at_least: 80, letters_at_most: 20}\n",
        "shape: {letters_at_least: 20, letters_at_most: 80}\n";
    LANGUAGE = "R030", "An unknown language",
        "Languages are written as BCP 47 codes (`en`, `zh`, `pt`), and only those that can be told apart are known.",
        "language: {in: [cn]}\n",
        "language: {in: [zh]}\n";
    SCRIPT = "R031", "An unknown script",
        "Scripts have their Unicode names: `Latin`, `Han`, `Cyrillic`, `Arabic`, `Hangul`, `Hiragana` (all kana), and so on.",
        "script: {is: [Chinese]}\n",
        "script: {is: [Han]}\n";
    METRIC = "R032", "An unknown metric",
        "The metrics are listed in the rule reference with their meaning and source.",
        "metric: {name: mean_word_length, at_most: 10}\n",
        "metric: {name: word_length_mean, at_most: 10}\n";
    PLACEHOLDER = "R033", "A placeholder that cannot be filled",
        "Messages hold placeholders in braces, and which ones exist hangs on the rule's unit. A brace that stands for itself is \
         written twice.",
        "message: 'an advert in {script}'\n",
        "message: 'an advert in {line.script}'\n";
    EXAMPLE = "R034", "An example that does not say what must happen",
        "Examples of rules on lines and sections list the lines that must be flagged (`flags: []` for none); examples of \
         rules on documents say `fires: true` or `fires: false`.",
        "examples:\n  - text: Menu\n    fires: true\n",
        "examples:\n  - text: Menu\n    flags: [1]\n";
    FLAGGED_LINE = "R035", "A flagged line that is not in the text",
        "Lines count from 1, and blank lines count.",
        "examples:\n  - text: Menu\n    flags: [2]\n",
        "examples:\n  - text: Menu\n    flags: [1]\n";
    LIST = "R036", "A list without items, or with two sources of them",
        "A list has exactly one of `items`, `by_language` and `file`.",
        "lists:\n  promises: {about: what adverts promise}\n",
        "lists:\n  promises: {about: what adverts promise, items: [best price]}\n";
    LIST_FILE = "R037", "A list file that cannot be read",
        "The path is relative to the folder of the file that names it, and does not leave the rules folder.",
        "lists:\n  places: {file: no-such-file.txt}\n",
        "lists:\n  places: {file: lists/places.txt}\n";
    TOPIC_FILES = "R038", "Example documents of a topic that cannot be read",
        "A pattern that matches nothing is an error, so that a renamed folder does not quietly empty a topic.",
        "examples: [no-such-folder/*.txt]\n",
        "examples: [gardening/*.txt]\n";
    WHERE = "R039", "A region that selects nothing or everything",
        "`where` selects lines at the head or tail, so it needs a limit, and it has no meaning for rules on documents.",
        "where: {region: head}\n",
        "where: {region: head, lines: 15, share: 0.5}\n";
    COSTLY = "R040", "A pattern that is too large",
        "Patterns are compiled within a fixed size, each, and all of a pack together. Large counts of classes with many letters (`\\w{1,500}`) exceed it.",
        "regex: {any: ['\\w{1,2000}']}\n",
        "regex: {any: ['[a-z]{1,200}']}\n";
    NEVER = "R041", "A condition that can never hold",
        "More items are wanted than the lists hold, or items of a foreign language from lists that name no language.",
        "words: {lists: [promises], foreign: true}   # promises: {items: [best price]}\n",
        "words: {lists: [promises], foreign: true}   # promises: {by_language: {en: [best price]}}\n";
    OVERRIDE_TARGET = "R050", "An override of something that does not exist",
        "An override names a rule (`pack/id`), a tag or a list (`pack/name`). What it names is in none of the packs in use, \
         so it would silently change nothing.",
        "- {rule: mine/menuu, why: our titles look alike, set: {status: off}}\n",
        "- {rule: mine/menu, why: our titles look alike, set: {status: off}}\n";
    OVERRIDE_IDLE = "R051", "An override without effect",
        "It removes what is not there, adds what is there already, or sets what is so anyway. Either it is misspelt, or the \
         pack has come to agree with it and it can go.",
        "- {rule: mine/menu, why: watch it first, set: {status: stable}}   # it is stable already\n",
        "- {rule: mine/menu, why: watch it first, set: {status: trial}}\n";
    OVERRIDE_CONFLICT = "R052", "Two overrides of one thing",
        "Which of the two holds must not hang on the order of files, so neither does.",
        "- {rule: mine/menu, why: watch it first, set: {status: trial}}\n- {rules_tagged: menu, why: not needed here, set: {status: off}}\n",
        "- {rules_tagged: menu, why: not needed here, set: {status: off}}\n";
    OVERRIDE_FORM = "R053", "An override that does not say what it changes",
        "An override names exactly one of `rule`, `rules_tagged` and `list`, and at least one change: `set`, `add_unless`, \
         `remove_unless` or `add_examples` for rules, `add`, `add_by_language` or `remove` for lists.",
        "- {rule: mine/menu, why: watch it first}\n",
        "- {rule: mine/menu, why: watch it first, set: {status: trial}}\n";
    DATE = "R054", "Not a date",
        "Dates are written as year, month and day: `2027-03-31`.",
        "until: 31.3.2027\n",
        "until: 2027-03-31\n";
    NO_EXAMPLE = "W001", "A rule without examples for and against",
        "Examples keep a rule from changing unnoticed: one at least that it catches, and one that looks alike and that it must \
         leave alone.",
        "- id: menu\n  match: {regex: {any: ['^Menu$']}}\n  action: strip\n",
        "- id: menu\n  match: {regex: {any: ['^Menu$']}}\n  action: strip\n  examples:\n    - {text: Menu, flags: [1]}\n    - {text: The menu was short., flags: []}\n";
    MATCHES_EMPTY = "W002", "A pattern that matches the empty text",
        "Such a pattern matches every line, wherever it is not anchored; mostly a `*` was meant to be a `+`.",
        "regex: {any: ['(Home\\s*>)*']}\n",
        "regex: {any: ['(Home\\s*>)+']}\n";
    UNUSED_LIST = "W003", "A list that no rule uses",
        "It may be misspelt where it is meant to be used, or left over.",
        "lists:\n  promises: {items: [best price]}\nrules: []\n",
        "rules: []\n";
    UNUSED_MACRO = "W004", "A macro that nothing uses",
        "It may be misspelt where it is meant to be used, or left over.",
        "macros:\n  short: {match: {shape: {letters_at_most: 9}}}\nrules: []\n",
        "rules: []\n";
    REPEATED_ITEM = "W005", "An item that stands twice in a list",
        "Upper and lower case make no difference. The second one adds nothing.",
        "items: [best price, Best Price]\n",
        "items: [best price]\n";
    NEVER_MATCHES = "W006", "A pattern that can never match",
        "Patterns look at one line at a time, without its line end, so a pattern that asks for a line feed, for something \
         before the start (`a^b`) or for something after the end (`$b`) matches nothing. A sign that stands for itself is \
         written with a backslash; blocks of lines are found with `unit: section`.",
        "regex: {any: ['costs $5']}\n",
        "regex: {any: ['costs \\$5']}\n";
    UNEXERCISED = "W007", "A pattern, condition, exception or list that no example shows",
        "An alternative that holds in no example can break, or never have worked, without anybody noticing. Each pattern and \
         condition must hold in an example of a rule that uses it, each exception on a line that would be flagged without it; \
         `when` must keep an example out; and of a list, whoever uses it, one item must be found: items are data, and need no \
         example each. Rules without any example are told of by W001 alone. `siftd test --coverage` lists everything that is \
         missing.",
        "- id: menu\n  match: {regex: {any: ['^Menu$', '^Sitemap$']}}\n  action: strip\n  examples:\n    - {text: Menu, flags: [1]}\n",
        "- id: menu\n  match: {regex: {any: ['^Menu$', '^Sitemap$']}}\n  action: strip\n  examples:\n    - {text: \"Menu\\nSitemap\", flags: [1, 2]}\n";
    EVERY_LINE = "W008", "A pattern that is tried on every line",
        "Most patterns insist on some text, and are tried only on lines that hold it. This one insists on none, so it costs time on \
         every line of its region. That is often right. This is advice: it fails `check --strict` only with `--deny W008`.",
        "regex: {any: ['^\\w+(?:, \\w+)+$']}\n",
        "where: {region: head, lines: 10, share: 0.5}\nmatch: {regex: {any: ['^\\w+(?:, \\w+)+$']}}\n";
    COSTLY_ON_HOSTILE = "W009", "A pattern that is costly on hostile text",
        "No pattern can take forever, but some must be followed in many ways at once: counted gaps, alternatives that begin \
         alike, and `\\b` beside text outside ASCII. siftd makes texts out of the pattern (what almost matches it, its own \
         characters in disorder) and counts the steps for each byte; 1 is as little as can be, and from 25 it warns. What is \
         counted is the same on every machine. `siftd check --cost` lists all patterns, with the time on this one.",
        "regex: {any: ['[a-z].{0,100}[A-Z].{0,100}[0-9]']}\n",
        "regex: {any: ['[a-z].*[A-Z].*[0-9]']}\n";
    UNKNOWN_TOPIC = "W010", "A topic that is not configured",
        "The rule asks how near a document is to a topic that `topics:` of the configuration does not name, so it can never tell \
         and stays silent.",
        "require: {topic: {profile: gardenning, at_least: 0.1}}   # topics: [gardening.yaml]\n",
        "require: {topic: {profile: gardening, at_least: 0.1}}\n";
    FOREIGN_MARKS = "W011", "A pattern with marks that do not belong to it",
        "A pattern is what stands there and nothing else: curly quotes are no quotes to YAML, and slashes are no ends of a pattern, so \
         that they are looked for in the line. Flags stand at the beginning: `(?i)` takes capitals for small letters. A pattern that \
         means curly quotes is put into straight ones. Nobody sees the backspace that `\\b` is between double quotes, or the characters \
         without a width that come along with copied text.",
        "regex: {any: ['/^buy now/i']}\n",
        "regex: {any: ['(?i)^buy now']}\n";
    UNKNOWN_TAG = "W012", "A tag that no rule has",
        "`flagged_share` counts the letters on lines that rules strip (or put aside for), and with `tags` only those of rules with one \
         of these. No such rule has this tag, so that nothing is ever counted for it: it is misspelt, or only on rules that \
         annotate, score or look at whole documents.",
        "match: {flagged_share: {at_least: 0.5, tags: [adverts]}}   # the rules are tagged `advert`\n",
        "match: {flagged_share: {at_least: 0.5, tags: [advert]}}\n";
    OVERRIDE_EXPIRED = "W020", "An override that was to end",
        "Its `until` has passed. It is in force all the same, until somebody takes it out.",
        "until: 2020-12-31\n",
        "until: 2099-12-31\n";
    OVERRIDE_DRIFTED = "W021", "An override of a rule that has changed since",
        "The rule has another version than the one that the override was written for, so the override may no longer be needed, \
         or no longer be right.",
        "written_for: 3   # the rule is at version 4\n",
        "written_for: 4\n";
}
