//! How many letters of each writing system a text has.

use super::{
    ascii::{ascii_run, count_bytes},
    letter::{self, Letter},
    script::{Script, class},
};

/// Scripts that are counted apart; of a text with more, the least used are counted together.
const KEPT: usize = 8;

/// In Japanese text kana make up half and more, in Chinese text none but a name now and then: from one kana in this
/// many kana and ideographs on, a text is Japanese.
const KANA_ONE_IN: usize = 8;

/// Letters counted by script. Small enough to be made for every line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScriptCounts {
    /// Most letters first (of equals, the one met first); the first `len` are used.
    kept: [Option<(Script, u32)>; KEPT],
    /// Letters of further scripts and of none.
    others: u32,
}

impl ScriptCounts {
    /// Counts the letters of `text`.
    pub fn of(text: &str) -> Self {
        let mut counts = Self::default();
        // Letters next to one another are mostly of one script.
        let (mut script, mut run) = (None, 0);
        let bytes = text.as_bytes();
        let mut at = ascii_run(bytes);
        while at < bytes.len() {
            let (of, is_letter, length) = match Letter::at(bytes, at) {
                Some(Letter::Ideograph) => (Some(Script::HAN), true, letter::BYTES),
                Some(Letter::Hiragana | Letter::Katakana) => (Some(Script::JAPANESE), true, letter::BYTES),
                None => {
                    let Some(c) = text[at..].chars().next() else { break };
                    let class = class(c);
                    (class.script, class.letter, c.len_utf8())
                }
            };
            if of != script && is_letter {
                if !counts.add(script, run) {
                    return Self::of_many_scripts(text);
                }
                (script, run) = (of, 0);
            }
            run += u32::from(is_letter);
            at += length;
            if bytes.get(at).is_some_and(u8::is_ascii) {
                at += ascii_run(&bytes[at..]);
            }
        }
        let ascii = count_bytes(text.as_bytes(), |byte| (byte | 0x20).wrapping_sub(b'a') < 26);
        let ascii = u32::try_from(ascii).unwrap_or(u32::MAX);
        if !counts.add(script, run) || !counts.add(Some(Script::LATIN), ascii) {
            return Self::of_many_scripts(text);
        }
        counts.sort();
        counts
    }

    /// All letters, each with the weight of its script: as many letters of an alphabet say as much. See [`Script::weight`].
    pub fn weighed_letters(&self) -> usize {
        self.kept.iter().flatten().map(|&(script, letters)| letters as usize * script.weight()).sum::<usize>()
            + self.others as usize
    }

    /// All letters of any script.
    pub fn letters(&self) -> usize {
        self.kept.iter().flatten().map(|&(_, letters)| letters as usize).sum::<usize>() + self.others as usize
    }

    /// Letters of one script.
    pub fn count(&self, script: Script) -> usize {
        self.iter().find(|&(kept, _)| kept == script).map_or(0, |(_, letters)| letters)
    }

    /// The script that most of the text is written in. An ideograph, a kana or a Hangul syllable weighs as much as
    /// three letters of an alphabet (a word of Chinese has two characters, a word of English five letters).
    /// Han text with enough kana is Japanese. `None` without letters of any script.
    pub fn dominant(&self) -> Option<Script> {
        if self.kept[1].is_none() {
            return self.kept[0].map(|(script, _)| script);
        }
        let (han, kana) = (self.count(Script::HAN), self.count(Script::JAPANESE));
        let is_japanese = kana * KANA_ONE_IN >= han + kana;
        let weigh = |(script, letters): (Script, usize)| {
            let joined = match script {
                Script::JAPANESE if is_japanese => han + kana,
                Script::HAN if is_japanese => 0,
                _ => letters,
            };
            (script, joined * script.weight())
        };
        // The first of equals, which `max_by_key` would not give.
        let mut best: Option<(Script, usize)> = None;
        for candidate in self.iter().map(weigh) {
            if best.is_none_or(|(_, weight)| candidate.1 > weight) {
                best = Some(candidate);
            }
        }
        best.map(|(script, _)| script)
    }

    /// These letters less those of a part of the same text.
    pub fn without(&self, part: &Self) -> Self {
        let mut rest = self.clone();
        for (script, letters) in rest.kept.iter_mut().flatten() {
            let gone = part.count(*script);
            *letters = letters.saturating_sub(u32::try_from(gone).unwrap_or(u32::MAX));
        }
        rest.others = rest.others.saturating_sub(part.others);
        rest.sort();
        for kept in &mut rest.kept {
            *kept = kept.filter(|&(_, letters)| letters > 0);
        }
        rest
    }

    /// Scripts by letters, most first.
    pub fn iter(&self) -> impl Iterator<Item = (Script, usize)> + '_ {
        self.kept.iter().flatten().map(|&(script, letters)| (script, letters as usize))
    }

    /// Adds letters; false when there is no room for their script.
    fn add(&mut self, script: Option<Script>, letters: u32) -> bool {
        let Some(script) = script.filter(|_| letters > 0) else {
            self.others += letters;
            return true;
        };
        for kept in &mut self.kept {
            match kept {
                Some((same, sum)) if *same == script => *sum += letters,
                Some(_) => continue,
                None => *kept = Some((script, letters)),
            }
            return true;
        }
        false
    }

    fn sort(&mut self) {
        // Most texts have one script.
        if self.kept[1].is_some() {
            self.kept.sort_by_key(|kept| std::cmp::Reverse(kept.map_or(0, |(_, letters)| letters)));
        }
    }

    /// The same with a place for every script; rare, so it may cost.
    #[cold]
    fn of_many_scripts(text: &str) -> Self {
        let mut table: Vec<Option<(Script, u32)>> = vec![None; usize::from(u8::MAX) + 1];
        let mut counts = Self::default();
        for c in text.chars() {
            let class = class(c);
            match class.script {
                Some(script) => table[usize::from(script.index())].get_or_insert((script, 0)).1 += 1,
                None => counts.others += u32::from(class.letter),
            }
        }
        let mut found: Vec<(Script, u32)> = table.into_iter().flatten().collect();
        found.sort_by_key(|&(_, letters)| std::cmp::Reverse(letters));
        for (at, entry) in found.into_iter().enumerate() {
            match counts.kept.get_mut(at) {
                Some(kept) => *kept = Some(entry),
                None => counts.others += entry.1,
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slowly(text: &str) -> (usize, Vec<(Script, usize)>) {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let mut scripts: Vec<(Script, usize)> = Vec::new();
        for script in text.chars().filter_map(Script::of) {
            match scripts.iter_mut().find(|(same, _)| *same == script) {
                Some((_, sum)) => *sum += 1,
                None => scripts.push((script, 1)),
            }
        }
        (letters, scripts)
    }

    proptest! {
        #[test]
        fn counts_are_the_sums_over_characters(text in "[a-zA-Z0-9 é-ÿа-я漢字かなカ한ㄱא-ת\u{e01}-\u{e30}.]{0,60}|\\PC{0,40}") {
            let counts = ScriptCounts::of(&text);
            let (letters, scripts) = slowly(&text);
            prop_assert_eq!(counts.letters(), letters);
            if scripts.len() <= KEPT {
                for (script, sum) in scripts {
                    prop_assert_eq!(counts.count(script), sum);
                }
            }
            let order: Vec<usize> = counts.iter().map(|(_, letters)| letters).collect();
            prop_assert!(order.is_sorted_by(|a, b| a >= b));
        }
    }

    #[test]
    fn the_most_used_of_many_scripts_are_kept() {
        let text = "aаαաאاक কਕકତகతకമกລ ກ漢字漢字漢字";
        let counts = ScriptCounts::of(text);
        assert_eq!(counts.iter().next(), Some((Script::HAN, 6)));
        assert_eq!(counts.letters(), text.chars().filter(|c| c.is_alphabetic()).count());
        assert_eq!(counts.dominant(), Some(Script::HAN));
    }

    #[test]
    fn ideographs_outweigh_letters() {
        let dominant = |text| ScriptCounts::of(text).dominant();
        assert_eq!(dominant("quota 命令开启文件系统 systems"), Some(Script::HAN));
        assert_eq!(dominant("an English sentence about 漢字"), Some(Script::LATIN));
        assert_eq!(dominant("ファイルの一覧を表示する"), Some(Script::JAPANESE));
        assert_eq!(dominant("東京都は日本の首都である"), Some(Script::JAPANESE));
        assert_eq!(dominant("他在东京看了一场名为のだ的演出，非常喜欢这次旅行"), Some(Script::HAN));
        assert_eq!(dominant("대한민국 서울特別市"), Some(Script::HANGUL));
        assert_eq!(dominant("12 % – …"), None);
    }
}
