//! Languages as rules ask for them.

use std::fmt;

use super::{ChineseVariant, Code};

/// A BCP 47 tag as rules write it: a language, and for Chinese perhaps how it is written (`zh-Hans`, `zh-Hant`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tag {
    code: Code,
    variant: Option<ChineseVariant>,
}

impl Tag {
    /// By its name, such as `en` or `zh-Hant`. `None` for what cannot be told apart.
    pub fn named(tag: &str) -> Option<Self> {
        let (code, subtag) = tag.split_once('-').map_or((tag, None), |(code, subtag)| (code, Some(subtag)));
        let code = Code::named(code)?;
        let variant = match subtag {
            None => None,
            Some(subtag) if code.as_str() == "zh" => {
                Some(ChineseVariant::ALL.into_iter().find(|variant| variant.as_str() == subtag)?)
            }
            Some(_) => return None,
        };
        Some(Self { code, variant })
    }

    /// Every tag, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        let variants = |code: &Code| if code.as_str() == "zh" { &ChineseVariant::ALL[..] } else { &[] };
        Code::all().iter().flat_map(move |&code| {
            let whole = Self { code, variant: None };
            [whole].into_iter().chain(variants(&code).iter().map(move |&variant| Self { code, variant: Some(variant) }))
        })
    }

    /// Whether text in a language, for Chinese perhaps known to be written in one way, is what the tag asks for; `None`
    /// where it asks how Chinese is written and that is not known.
    pub fn covers(self, code: Code, variant: Option<ChineseVariant>) -> Option<bool> {
        match self.variant {
            _ if self.code != code => Some(false),
            None => Some(true),
            Some(asked) => variant.map(|variant| variant == asked),
        }
    }

    /// Whether it asks how Chinese is written.
    pub fn asks_variant(self) -> bool {
        self.variant.is_some()
    }
}

impl From<Code> for Tag {
    fn from(code: Code) -> Self {
        Self { code, variant: None }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        self.variant.map_or(Ok(()), |variant| write!(f, "-{}", variant.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_named_as_they_are_shown() {
        for tag in Tag::all() {
            assert_eq!(Tag::named(&tag.to_string()), Some(tag));
        }
        assert_eq!(Tag::all().filter(|tag| tag.asks_variant()).count(), 2);
        for wrong in ["zh-TW", "zh-hant", "en-Hant", "zh-", "cmn-Hans", ""] {
            assert_eq!(Tag::named(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_variant_that_is_not_known_is_neither() {
        let (zh, en) = (Code::known("zh"), Code::known("en"));
        let tag = |name| Tag::named(name).unwrap();
        let hant = Some(ChineseVariant::Hant);
        assert_eq!(tag("zh").covers(zh, None), Some(true));
        assert_eq!(tag("zh-Hant").covers(zh, hant), Some(true));
        assert_eq!(tag("zh-Hans").covers(zh, hant), Some(false));
        assert_eq!(tag("zh-Hans").covers(zh, None), None);
        assert_eq!(tag("zh-Hans").covers(en, None), Some(false));
    }
}
