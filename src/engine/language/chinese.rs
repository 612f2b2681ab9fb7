//! Chinese and Japanese, and the two ways to write Chinese, told apart by characters.

use std::sync::LazyLock;

use super::{Code, Doubt, Guess};
use crate::engine::text::{Script, ScriptCounts};

/// How Chinese is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChineseVariant {
    /// Simplified characters.
    Hans,
    /// Traditional characters.
    Hant,
}

impl ChineseVariant {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Hans, Self::Hant];

    /// The script subtag of BCP 47.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hans => "Hans",
            Self::Hant => "Hant",
        }
    }
}

/// Whether Chinese text is written in simplified or in traditional characters; `None` when it has too few characters that
/// differ, or both kinds. Four of one kind for each of the other are wanted, since texts quote names as they are written
/// elsewhere.
pub fn chinese_variant(text: &str) -> Option<ChineseVariant> {
    let (mut hans, mut hant) = (0_usize, 0_usize);
    for table in text.chars().filter_map(table_of) {
        hans += usize::from(matches!(table, Table::Simplified | Table::SimplifiedAndJapanese));
        hant += usize::from(matches!(table, Table::Traditional | Table::TraditionalAndJapanese));
    }
    match (hans, hant) {
        (0, 0) => None,
        _ if hans >= 4 * hant => Some(ChineseVariant::Hans),
        _ if hant >= 4 * hans => Some(ChineseVariant::Hant),
        _ => None,
    }
}

/// Ideographs that a text without kana and without telling characters needs to be called Chinese: Japanese titles and
/// names of fewer are written with ideographs alone.
const ENOUGH: usize = 12;

/// Kana that make a text Japanese: no other language is written with them, but one の decorates Chinese names.
const ENOUGH_KANA: usize = 2;

/// The language of a text whose dominant script is Han or kana.
pub(super) fn guess(text: &str, scripts: &ScriptCounts) -> Guess {
    let (han, kana) = (scripts.count(Script::HAN), scripts.count(Script::JAPANESE));
    let (zh, ja) = (Code::known("zh"), Code::known("ja"));
    if scripts.dominant() == Some(Script::JAPANESE) {
        return if quotes_japanese(text) {
            Guess::Known { code: zh, confidence: 0.95 }
        } else if kana >= ENOUGH_KANA {
            Guess::Known { code: ja, confidence: 0.99 }
        } else {
            let why = Doubt::TooShort { letters: han + kana, needed: ENOUGH_KANA };
            Guess::Unsure { best: Some((ja, 0.8)), why }
        };
    }
    let (mut chinese, mut japanese) = (0_usize, 0_usize);
    for table in text.chars().filter_map(table_of) {
        chinese += usize::from(matches!(table, Table::Simplified | Table::Traditional));
        japanese += usize::from(table == Table::Japanese);
    }
    if japanese > chinese {
        Guess::Unsure { best: Some((ja, 0.8)), why: Doubt::Ambiguous }
    } else if chinese > 4 * japanese {
        Guess::Known { code: zh, confidence: 0.99 }
    } else if chinese == 0 && han >= ENOUGH {
        Guess::Known { code: zh, confidence: 0.95 }
    } else if chinese == 0 {
        Guess::Unsure { best: Some((zh, 0.6)), why: Doubt::TooShort { letters: han, needed: ENOUGH } }
    } else {
        Guess::Unsure { best: Some((zh, 0.6)), why: Doubt::Ambiguous }
    }
}

/// Whether Chinese text has some lines of Japanese in it: two thirds of its ideographs are in lines that have characters of
/// Chinese alone and no kana. A line of Chinese is seldom without the former, one of Japanese hardly ever without the latter.
fn quotes_japanese(text: &str) -> bool {
    let (mut chinese, mut all) = (0, 0);
    for line in text.lines() {
        let scripts = ScriptCounts::of(line);
        let han = scripts.count(Script::HAN);
        all += han;
        if scripts.count(Script::JAPANESE) == 0 && tells(line) {
            chinese += han;
        }
    }
    all > 0 && 3 * chinese >= 2 * all
}

/// Whether a text has a character that only Chinese writes.
pub(super) fn tells(text: &str) -> bool {
    text.chars().any(|c| matches!(table_of(c), Some(Table::Simplified | Table::Traditional)))
}

/// Whose character it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Simplified,
    Traditional,
    SimplifiedAndJapanese,
    TraditionalAndJapanese,
    Japanese,
}

/// The table that has a character.
fn table_of(c: char) -> Option<Table> {
    static TABLES: LazyLock<Box<[Option<Table>]>> = LazyLock::new(|| {
        let mut tables = vec![None; LAST as usize - FIRST as usize + 1];
        for (characters, table) in [
            (SIMPLIFIED, Table::Simplified),
            (TRADITIONAL, Table::Traditional),
            (SIMPLIFIED_AND_JAPANESE, Table::SimplifiedAndJapanese),
            (TRADITIONAL_AND_JAPANESE, Table::TraditionalAndJapanese),
            (JAPANESE, Table::Japanese),
        ] {
            for c in characters.chars() {
                tables[c as usize - FIRST as usize] = Some(table);
            }
        }
        tables.into()
    });
    if (FIRST..=LAST).contains(&c) { TABLES[c as usize - FIRST as usize] } else { None }
}

/// The unified ideographs, among which all the characters of the tables are.
const FIRST: char = '\u{4E00}';
const LAST: char = '\u{9FFF}';

/// Frequent simplified characters that neither traditional Chinese nor Japanese has.
const SIMPLIFIED: &str = "们这说为对时个发经现实开关问题没过还动进长门见车东书业产从认让该头级线给张习电话语请间资讯网页设计\
    选择务员报续录显态击输键错误据环获联约终结节观规视觉议讲许论证识词译试调谁负责质费达运边连远适邮钟银链锁闭闻际\
    陆难预领频颜飞馆马验鱼鸟龙样无处总华组织记访档码创丰义务众优";
/// Frequent traditional characters that neither simplified Chinese nor Japanese has.
const TRADITIONAL: &str = "們這說對發經實會國來學體聲點號當醫數寫區應關變轉傳單戰廣氣圖讀賣價檢鐵錄續濟齡營團歸擇兩兒總獨覺驗險\
    劑從處邊樣覽觀帶圍壓鹽繪澤擴樂歲嗎麼沒與舉萬黨爲臺灣裡還讓聽靈屬廳稱證譯雙響勞榮";
/// Characters of simplified Chinese and of Japanese that traditional Chinese does not have.
const SIMPLIFIED_AND_JAPANESE: &str = "国来会学体声点号当医数写区万与党台";
/// Characters of traditional Chinese and of Japanese that simplified Chinese does not have.
const TRADITIONAL_AND_JAPANESE: &str = "時個現問題間電話語請資網頁設計務員報選記訪碼門見車東書業產長開動進過線級給張習";
/// Frequent characters that only Japanese writes so.
const JAPANESE: &str = "気広駅図読売価検変戻込働枠発権鉄録様続経済齢営団帰択応両児総単戦対実覚験険剤転伝仮従処辺桜覧観帯渋囲圧塩\
    絵沢拡楽歳剰縄県払届畑峠辻匂歩毎";

#[cfg(test)]
mod tests {
    use super::*;

    fn guess_of(text: &str) -> Guess {
        guess(text, &ScriptCounts::of(text))
    }

    fn known(text: &str) -> Option<&'static str> {
        match guess_of(text) {
            Guess::Known { code, .. } => Some(code.as_str()),
            Guess::Unsure { .. } => None,
        }
    }

    #[test]
    fn kana_make_japanese() {
        assert_eq!(known("港の役所は毎日、船を記録している。"), Some("ja"));
        assert_eq!(known("カジノ"), Some("ja"));
        assert_eq!(known("港务局每天记录进出海湾的船只。"), Some("zh"));
        assert_eq!(known("港務局每天記錄進出海灣的船隻。"), Some("zh"));
        assert_eq!(known("鮮の味是一家位于台北的餐厅，我们每个月都去那里吃饭。"), Some("zh"));
    }

    #[test]
    fn a_few_japanese_lines_do_not_make_chinese_japanese() {
        let chinese = "港务局每天记录进出海湾的船只，以及它们的货物和目的地。\n";
        let japanese = "港の役所は毎日、湾に出入りする船とその積み荷を記録している。\n";
        assert_eq!(known(&format!("{0}{japanese}{0}{0}", chinese.repeat(2))), Some("zh"));
        assert_eq!(known(&format!("{0}{chinese}{0}{0}", japanese.repeat(2))), Some("ja"));
        assert_eq!(known(&format!("{japanese}東京都港区芝公園\n国際連合広報\n")), Some("ja"));
    }

    #[test]
    fn ideographs_alone_may_be_either() {
        assert_eq!(known("東京都"), None);
        assert_eq!(known("確認"), None);
        assert_eq!(known("検索設定"), None);
        assert_eq!(known("设置"), Some("zh"));
    }

    #[test]
    fn the_ways_to_write_chinese() {
        assert_eq!(chinese_variant("港务局每天记录进出海湾的船只。"), Some(ChineseVariant::Hans));
        assert_eq!(chinese_variant("港務局每天記錄進出海灣的船隻。"), Some(ChineseVariant::Hant));
        assert_eq!(chinese_variant("中文"), None);
        assert_eq!(chinese_variant("国國这這"), None);
    }

    #[test]
    fn no_character_stands_on_both_sides() {
        let tables = [SIMPLIFIED, TRADITIONAL, JAPANESE];
        for (at, table) in tables.iter().enumerate() {
            for other in &tables[at + 1..] {
                assert_eq!(table.chars().find(|&c| other.contains(c)), None);
            }
        }
        for (both, not) in [
            (SIMPLIFIED_AND_JAPANESE, [SIMPLIFIED, TRADITIONAL, TRADITIONAL_AND_JAPANESE]),
            (TRADITIONAL_AND_JAPANESE, [SIMPLIFIED, TRADITIONAL, SIMPLIFIED_AND_JAPANESE]),
        ] {
            for other in not {
                assert_eq!(both.chars().find(|&c| other.contains(c)), None);
            }
        }
    }
}
