//! Language codes.

use std::{fmt, sync::LazyLock};

use super::{by_script, profiles::PROFILES};

/// A BCP 47 language code as siftd uses them: two letters where there are two, else three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(&'static str);

impl Code {
    /// By its code (`en`, `zh`, `pt`; three letters only where two do not exist). `None` for a language that cannot be detected.
    pub fn named(code: &str) -> Option<Self> {
        Self::all().binary_search_by(|known| known.0.cmp(code)).ok().map(|at| Self::all()[at])
    }

    /// The code.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Every language that can be detected, in order of code.
    pub fn all() -> &'static [Code] {
        static ALL: LazyLock<Vec<Code>> = LazyLock::new(|| {
            let mut all: Vec<Code> = PROFILES
                .iter()
                .map(|profile| profile.code)
                .chain(by_script::codes())
                .chain(whatlang::Lang::all().iter().filter_map(|&lang| from_whatlang(lang)).map(Code::as_str))
                .map(Code)
                .collect();
            all.sort_unstable();
            all.dedup();
            all
        });
        &ALL
    }

    /// For codes written in this module's tables.
    pub(super) const fn known(code: &'static str) -> Self {
        Self(code)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The code of one of whatlang's languages.
pub(super) fn from_whatlang(lang: whatlang::Lang) -> Option<Code> {
    LANGS.iter().find(|(known, _)| *known == lang).map(|&(_, code)| Code(code))
}

/// All languages of whatlang 0.18. Its Norwegian is Bokmål, which is what `no` text nearly always is.
#[rustfmt::skip]
const LANGS: &[(whatlang::Lang, &str)] = {
    use whatlang::Lang::*;
    &[
        (Afr, "af"), (Aka, "ak"), (Amh, "am"), (Ara, "ar"), (Aze, "az"), (Bel, "be"), (Ben, "bn"), (Bul, "bg"),
        (Cat, "ca"), (Ces, "cs"), (Cmn, "zh"), (Cym, "cy"), (Dan, "da"), (Deu, "de"), (Ell, "el"), (Eng, "en"),
        (Epo, "eo"), (Est, "et"), (Fin, "fi"), (Fra, "fr"), (Guj, "gu"), (Heb, "he"), (Hin, "hi"), (Hrv, "hr"),
        (Hun, "hu"), (Hye, "hy"), (Ind, "id"), (Ita, "it"), (Jav, "jv"), (Jpn, "ja"), (Kan, "kn"), (Kat, "ka"),
        (Khm, "km"), (Kor, "ko"), (Lat, "la"), (Lav, "lv"), (Lit, "lt"), (Mal, "ml"), (Mar, "mr"), (Mkd, "mk"),
        (Mya, "my"), (Nep, "ne"), (Nld, "nl"), (Nob, "no"), (Ori, "or"), (Pan, "pa"), (Pes, "fa"), (Pol, "pl"),
        (Por, "pt"), (Ron, "ro"), (Rus, "ru"), (Sin, "si"), (Slk, "sk"), (Slv, "sl"), (Sna, "sn"), (Spa, "es"),
        (Srp, "sr"), (Swe, "sv"), (Tam, "ta"), (Tel, "te"), (Tgl, "tl"), (Tha, "th"), (Tuk, "tk"), (Tur, "tr"),
        (Ukr, "uk"), (Urd, "ur"), (Uzb, "uz"), (Vie, "vi"), (Yid, "yi"), (Zul, "zu"),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_the_detector_has_one_code() {
        for &lang in whatlang::Lang::all() {
            let code = from_whatlang(lang).unwrap_or_else(|| panic!("{lang:?} has no code"));
            assert_eq!(Code::named(code.as_str()), Some(code));
            assert_eq!(LANGS.iter().filter(|(_, other)| *other == code.as_str()).count(), 1);
        }
        assert_eq!(LANGS.len(), whatlang::Lang::all().len());
    }

    #[test]
    fn codes_are_named_and_in_order() {
        assert_eq!(Code::named("zh").map(Code::as_str), Some("zh"));
        assert_eq!(Code::named("lo").map(Code::as_str), Some("lo"));
        assert_eq!(Code::named("cmn"), None);
        assert_eq!(Code::named("EN"), None);
        assert!(Code::all().is_sorted());
    }
}
