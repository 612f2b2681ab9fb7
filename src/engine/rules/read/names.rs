//! Words that the engine knows: languages, scripts, metrics; and names that people choose.

use crate::engine::{
    diagnostic::{Diagnostic, codes},
    language::{Code, Tag},
    metrics::Metric,
    rules::{
        decode::{Item, Problems, name_fault, nearest},
        yaml::Key,
    },
    text::Script,
};

/// What people write for a language, and its code.
const OTHER_CODES: [(&str, &str); 52] = [
    ("cn", "zh"),
    ("chi", "zh"),
    ("zho", "zh"),
    ("chinese", "zh"),
    ("jp", "ja"),
    ("jpn", "ja"),
    ("japanese", "ja"),
    ("kr", "ko"),
    ("kor", "ko"),
    ("korean", "ko"),
    ("eng", "en"),
    ("english", "en"),
    ("gr", "el"),
    ("greek", "el"),
    ("ua", "uk"),
    ("ukrainian", "uk"),
    ("cz", "cs"),
    ("czech", "cs"),
    ("dk", "da"),
    ("danish", "da"),
    ("se", "sv"),
    ("swedish", "sv"),
    ("no", "nb"),
    ("norwegian", "nb"),
    ("iw", "he"),
    ("in", "id"),
    ("vn", "vi"),
    ("german", "de"),
    ("french", "fr"),
    ("spanish", "es"),
    ("russian", "ru"),
    ("arabic", "ar"),
    ("portuguese", "pt"),
    ("italian", "it"),
    // ISO 639-2/B, where the code of libraries is not that of ISO 639-3, and the commonest of the latter.
    ("alb", "sq"),
    ("arm", "hy"),
    ("baq", "eu"),
    ("cze", "cs"),
    ("dut", "nl"),
    ("fre", "fr"),
    ("geo", "ka"),
    ("ger", "de"),
    ("gre", "el"),
    ("ice", "is"),
    ("mac", "mk"),
    ("may", "ms"),
    ("per", "fa"),
    ("rum", "ro"),
    ("slo", "sk"),
    ("deu", "de"),
    ("fra", "fr"),
    ("spa", "es"),
];

/// A language code.
pub(super) fn language(item: &Item<'_>) -> Option<Code> {
    let word = item.word()?;
    Code::named(word.value).or_else(|| {
        item.fail(codes::LANGUAGE, format!("unknown language `{}`", word.value), Some(language_help(word.value)));
        None
    })
}

/// The language that a key names.
pub(super) fn language_of_key(key: &Key, problems: &Problems) -> Option<Code> {
    Code::named(&key.text).or_else(|| {
        let error = Diagnostic::error(codes::LANGUAGE, key.place, format!("unknown language `{}`", key.text));
        problems.push(error.help(language_help(&key.text)));
        None
    })
}

fn language_help(word: &str) -> String {
    let lower = word.to_lowercase();
    let primary = lower.split(['-', '_']).next().unwrap_or_default();
    let known = OTHER_CODES.iter().find(|(other, _)| *other == primary).map(|(_, code)| *code);
    let known = known.and_then(Code::named).or_else(|| Code::named(primary)).map(Code::as_str);
    // Two letters are too few for a guess: `xx` is as near to every code.
    let near = || if primary.len() > 2 { nearest(&lower, Code::all().iter().map(|code| code.as_str())) } else { None };
    match known.or_else(near) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let all: Vec<&str> = Code::all().iter().map(|code| code.as_str()).collect();
            format!("the languages that can be told apart are {}", all.join(" "))
        }
    }
}

/// A language code, or for Chinese a tag that says how it is written.
fn tag(item: &Item<'_>) -> Option<Tag> {
    let word = item.word()?;
    Tag::named(word.value).or_else(|| {
        let lower = word.value.to_lowercase();
        let variant = match lower.replace('_', "-").as_str() {
            "zh-hans" | "zh-cn" | "zh-sg" => Some("zh-Hans"),
            "zh-hant" | "zh-tw" | "zh-hk" | "zh-mo" => Some("zh-Hant"),
            _ => None,
        };
        let help = variant.map_or_else(|| language_help(word.value), |variant| format!("did you mean `{variant}`?"));
        item.fail(codes::LANGUAGE, format!("unknown language `{}`", word.value), Some(help));
        None
    })
}

/// Language tags, at least one.
pub(super) fn tags(item: &Item<'_>) -> Option<Vec<Tag>> {
    let items = item.filled_list()?;
    let count = items.len();
    let sound: Vec<Tag> = items.iter().filter_map(tag).collect();
    (sound.len() == count).then_some(sound)
}

/// Language codes, at least one.
pub(super) fn languages(item: &Item<'_>) -> Option<Vec<Code>> {
    let items = item.filled_list()?;
    let count = items.len();
    let sound: Vec<Code> = items.iter().filter_map(language).collect();
    (sound.len() == count).then_some(sound)
}

/// Names of scripts that are common enough to be suggested.
pub(crate) const SCRIPTS: [&str; 26] = [
    "Latin",
    "Han",
    "Cyrillic",
    "Arabic",
    "Hangul",
    "Hiragana",
    "Katakana",
    "Greek",
    "Hebrew",
    "Thai",
    "Devanagari",
    "Bengali",
    "Tamil",
    "Telugu",
    "Kannada",
    "Malayalam",
    "Gujarati",
    "Gurmukhi",
    "Sinhala",
    "Burmese",
    "Khmer",
    "Lao",
    "Georgian",
    "Armenian",
    "Ethiopic",
    "Tibetan",
];

/// A script by its Unicode name.
pub(super) fn script(item: &Item<'_>) -> Option<Script> {
    let word = item.word()?;
    Script::named(word.value).or_else(|| {
        let known = SCRIPTS.into_iter().filter(|name| Script::named(name).is_some());
        let near = match word.value.to_lowercase().as_str() {
            "chinese" | "hanzi" | "kanji" | "cjk" | "zh" => Some("Han"),
            "kana" | "japanese" => Some("Hiragana"),
            "korean" => Some("Hangul"),
            "roman" => Some("Latin"),
            "russian" => Some("Cyrillic"),
            _ => nearest(word.value, known),
        };
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "scripts have their Unicode names, such as `Latin`, `Han` or `Cyrillic`".to_owned(),
        };
        item.fail(codes::SCRIPT, format!("unknown script `{}`", word.value), help);
        None
    })
}

/// Scripts, at least one.
pub(super) fn scripts(item: &Item<'_>) -> Option<Vec<Script>> {
    let items = item.filled_list()?;
    let count = items.len();
    let sound: Vec<Script> = items.iter().filter_map(script).collect();
    (sound.len() == count).then_some(sound)
}

/// A metric by its name.
pub(super) fn metric(item: &Item<'_>) -> Option<Metric> {
    let word = item.word()?;
    Metric::named(word.value).or_else(|| {
        let known = || Metric::all().iter().map(|metric| metric.as_str());
        let all = "one of those that `siftd explain FILE` prints under `metrics`";
        item.unknown(codes::METRIC, "unknown metric", word.value, known(), all);
        None
    })
}

/// Reports a key that is no well-formed name.
pub(super) fn check_key(key: &Key, what: &str, problems: &Problems) {
    if let Some(better) = name_fault(&key.text) {
        let error = Diagnostic::error(codes::NAME, key.place, format!("{what} cannot be called `{}`", key.text));
        problems.push(error.help(if better.is_empty() {
            "names are made of the letters a to z, digits and hyphens".to_owned()
        } else {
            format!("write `{better}`")
        }));
    }
}
