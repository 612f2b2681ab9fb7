//! Files of every kind and encoding under the shipped rules: each ends in a stated place for a stated reason.

use std::{
    fs::{self, File},
    path::Path,
};

use encoding_rs::Encoding;
use siftd::spool::journal::{Entry, Reader};

use crate::rig::{Rig, Setup};

const ENGLISH: &str = "Pruning old apple trees in the dry weeks of late winter keeps them open to the light.\n\
                       The cuts heal before the sap rises, and the wood stays sound for years.\n";
const RUSSIAN: &str = "Обрезка старых яблонь в сухие недели конца зимы открывает крону свету.\n\
                       Срезы заживают до начала сокодвижения, и древесина остаётся здоровой.\n";
const UKRAINIAN: &str = "Обрізування старих яблунь наприкінці зими відкриває крону для світла, і їжакам теж добре.\n";
const CHINESE: &str =
    "冬末天气干燥的时候修剪老苹果树，可以让树冠透光。\n伤口在树液流动之前就会愈合，木质能多年保持完好。\n";
const TRADITIONAL: &str =
    "冬末天氣乾燥的時候修剪老蘋果樹，可以讓樹冠透光。\n傷口在樹液流動之前就會癒合，木質能多年保持完好。\n";
const JAPANESE: &str = "冬の終わりの乾いた時期に古いりんごの木を剪定すると、枝によく光が入ります。\n\
                        切り口は樹液が上がる前にふさがり、木は何年も丈夫なままです。\n";
const KOREAN: &str = "겨울이 끝날 무렵 건조한 때에 오래된 사과나무를 다듬으면 가지에 빛이 잘 듭니다.\n\
                      잘린 자리는 수액이 오르기 전에 아물고 나무는 여러 해 튼튼합니다.\n";
const FRENCH: &str = "La taille des vieux pommiers à la fin de l'hiver laisse entrer la lumière jusqu'au cœur de l'arbre.\n\
                      Les plaies se referment avant la montée de la sève, et le bois reste sain très longtemps.\n";
const POLISH: &str = "Przycinanie starych jabłoni pod koniec zimy otwiera koronę na światło i ułatwia zbiór owoców.\n\
                      Rany goją się, zanim ruszą soki, a drewno pozostaje zdrowe przez długie lata.\n";
const GREEK: &str = "Το κλάδεμα των παλιών μηλιών στο τέλος του χειμώνα ανοίγει την κόμη στο φως.\n";
const TURKISH: &str =
    "Kışın sonunda yaşlı elma ağaçlarını budamak, ışığın dalların arasına girmesini sağlar; çiçekler güçlü açar.\n";
const HEBREW: &str = "גיזום עצי תפוח ותיקים בסוף החורף פותח את הצמרת לאור, והעץ נשאר בריא שנים רבות.\n";
const ARABIC: &str = "تقليم أشجار التفاح القديمة في نهاية الشتاء يفتح قلب الشجرة للضوء ويبقي الخشب سليما سنوات.\n";
const THAI: &str = "การตัดแต่งต้นแอปเปิลเก่าในช่วงปลายฤดูหนาวช่วยให้แสงส่องถึงกลางทรงพุ่ม และเนื้อไม้แข็งแรงไปอีกหลายปี\n";
/// As its code page has it: some tones are characters of their own.
const VIETNAMESE: &str = "Ti\u{309}a cành như\u{303}ng cây táo già vào cuô\u{301}i mùa đông giúp ánh sáng lo\u{323}t vào giư\u{303}a tán cây.\n";
const LITHUANIAN: &str =
    "Senų obelų genėjimas žiemos pabaigoje įleidžia šviesos į vainiką, ir mediena ilgai išlieka sveika.\n";

/// A file, the folder it ends in, and the reason: the rule that put it aside or, of one that passes, the encoding it
/// was read in.
struct Row(String, Vec<u8>, &'static str, &'static str);

fn row(name: &str, bytes: impl Into<Vec<u8>>, place: &'static str, reason: &'static str) -> Row {
    Row(format!("{name}.txt"), bytes.into(), place, reason)
}

/// A text in an encoding of the standard, and the one it is taken for.
fn encoded(label: &str, text: &str, taken_for: &'static str) -> Row {
    let encoding = Encoding::for_label(label.as_bytes()).unwrap();
    let (bytes, _, lossy) = encoding.encode(text);
    assert!(!lossy, "{label} has every letter of the text");
    row(label, bytes, "curated", taken_for)
}

fn utf16(text: &str, mark: &[u8], unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    mark.iter().copied().chain(text.encode_utf16().flat_map(unit)).collect()
}

fn utf32(text: &str, mark: &[u8]) -> Vec<u8> {
    mark.iter().copied().chain(text.chars().flat_map(|letter| u32::from(letter).to_le_bytes())).collect()
}

/// Drops all rows, drains the inbox, and holds each file to its row.
fn check(rows: &[Row], setup: &Setup) {
    let rig = Rig::new();
    for Row(name, bytes, ..) in rows {
        rig.drop_in(name, bytes);
    }
    rig.once(setup);
    let journal = Reader::open(&rig.path("state")).unwrap().unwrap();
    let mut wrong = Vec::new();
    for Row(name, bytes, place, reason) in rows {
        let entry = journal.history(2, Some(Path::new(name))).unwrap().remove(0);
        let lies = fs::read(rig.path(place).join(name)).is_ok_and(|found| found == *bytes);
        if !lies || reason_of(&entry) != *reason {
            wrong.push(format!("{name}: {} for {:?}, not {place} for {reason:?}", entry.verdict, reason_of(&entry)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn reason_of(entry: &Entry) -> String {
    let report: serde_json::Value = serde_json::from_str(&entry.report).unwrap();
    match entry.verdict.as_str() {
        "pass" => report["encoding"].as_str().unwrap_or_default().to_owned(),
        _ => entry.rules.join(","),
    }
}

fn real() -> Setup {
    Setup { real: true, ..Setup::default() }
}

#[test]
fn every_kind_of_bytes_has_its_place() {
    let control: Vec<u8> = (0..2_000_u32).map(|at| (at * 7 % 31) as u8).collect();
    let noise: Vec<u8> = (0..4_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let rows = [
        row("empty", "", "rejected", "siftd/empty"),
        row("blank", " \t\r\n\n  \n", "rejected", "siftd/blank"),
        row("only-marks-that-do-not-show", "\u{feff}\u{200b}\u{2060}\u{ad}\u{3000}\n", "rejected", "siftd/blank"),
        row("nuls", vec![0; 5_000], "rejected", "siftd/nuls"),
        row("pdf", b"%PDF-1.7\n1 0 obj\n".to_vec(), "rejected", "siftd/binary"),
        row("zip", b"PK\x03\x04\x14\0\0\0\x08\0".to_vec(), "rejected", "siftd/binary"),
        row("elf", b"\x7fELF\x02\x01\x01\0".to_vec(), "rejected", "siftd/binary"),
        row("control-bytes", control, "rejected", "siftd/binary"),
        row("noise", noise, "rejected", "siftd/binary"),
        // A text whose writer crashed, with a few NULs: still a text.
        row("text-and-a-nul", format!("{ENGLISH}\0"), "curated", "utf-8"),
        row("text-half-nuls", format!("{ENGLISH}{}", "\0".repeat(4_000)), "rejected", "siftd/binary"),
        row("too-large", "x".repeat((1 << 20) + 1), "quarantine", "siftd/too-large"),
        row("just-not-too-large", format!("{ENGLISH}{}", "\n".repeat((1 << 20) - ENGLISH.len())), "curated", "utf-8"),
        row("utf-8", ENGLISH, "curated", "utf-8"),
        row("utf-8-mark", format!("\u{feff}{ENGLISH}"), "curated", "utf-8"),
        row("utf-16le-mark", utf16(ENGLISH, b"\xff\xfe", u16::to_le_bytes), "curated", "utf-16le"),
        row("utf-16be-mark", utf16(ENGLISH, b"\xfe\xff", u16::to_be_bytes), "curated", "utf-16be"),
        row("utf-16le", utf16(ENGLISH, b"", u16::to_le_bytes), "curated", "utf-16le"),
        row("utf-16be", utf16(ENGLISH, b"", u16::to_be_bytes), "curated", "utf-16be"),
        row("utf-16le-chinese", utf16(CHINESE, b"\xff\xfe", u16::to_le_bytes), "curated", "utf-16le"),
        row("utf-16le-chinese-unmarked", utf16(CHINESE, b"", u16::to_le_bytes), "curated", "utf-16le"),
        row("utf-16be-chinese-unmarked", utf16(CHINESE, b"", u16::to_be_bytes), "curated", "utf-16be"),
        row("utf-32le-mark", utf32(ENGLISH, b"\xff\xfe\0\0"), "quarantine", "siftd/undecodable"),
        row("utf-32le", utf32(ENGLISH, b""), "rejected", "siftd/binary"),
        row(
            "ascii-in-one-line",
            (0..100_000).map(|number| format!("word{number} ")).collect::<String>(),
            "curated",
            "utf-8",
        ),
    ];
    check(&rows, &real());
}

#[test]
fn every_legacy_encoding_is_read() {
    let rows = [
        encoded("gbk", CHINESE, "gbk"),
        encoded("gb18030", &format!("{CHINESE}𠮷野家\n"), "gbk"),
        encoded("big5", TRADITIONAL, "big5"),
        encoded("shift_jis", JAPANESE, "shift_jis"),
        encoded("euc-jp", JAPANESE, "euc-jp"),
        encoded("iso-2022-jp", JAPANESE, "iso-2022-jp"),
        encoded("euc-kr", KOREAN, "euc-kr"),
        encoded("koi8-r", RUSSIAN, "koi8-u"),
        encoded("koi8-u", UKRAINIAN, "koi8-u"),
        encoded("ibm866", RUSSIAN, "ibm866"),
        encoded("windows-1250", POLISH, "windows-1250"),
        encoded("windows-1251", RUSSIAN, "windows-1251"),
        encoded("windows-1252", FRENCH, "windows-1252"),
        encoded("windows-1253", GREEK, "windows-1253"),
        encoded("windows-1254", TURKISH, "windows-1254"),
        encoded("windows-1255", HEBREW, "windows-1255"),
        encoded("windows-1256", ARABIC, "windows-1256"),
        encoded("windows-1257", LITHUANIAN, "windows-1257"),
        encoded("windows-1258", VIETNAMESE, "windows-1258"),
        encoded("windows-874", THAI, "windows-874"),
        encoded("iso-8859-2", POLISH, "iso-8859-2"),
        encoded("iso-8859-5", RUSSIAN, "iso-8859-5"),
        encoded("iso-8859-7", GREEK, "windows-1253"),
        encoded("iso-8859-8", HEBREW, "windows-1255"),
        encoded("iso-8859-13", LITHUANIAN, "windows-1257"),
    ];
    check(&rows, &real());
}

#[test]
fn an_encoding_that_is_never_guessed_is_damaged_text_and_not_lost() {
    // Nobody can tell it from others; what comes of it is stated so that a change is seen.
    let (mac, ..) = Encoding::for_label(b"macintosh").unwrap().encode(FRENCH);
    let (cyrillic, ..) = Encoding::for_label(b"x-mac-cyrillic").unwrap().encode(RUSSIAN);
    let rows = [
        row("macintosh", mac, "quarantine", "siftd/undecodable"),
        row("x-mac-cyrillic", cyrillic, "curated", "windows-1251"),
    ];
    check(&rows, &real());
}

#[test]
fn a_file_of_holes_is_read_by_its_size() {
    let rig = Rig::new();
    // A gigabyte that takes no room; and one that is small enough to be read.
    for (name, size) in [("huge.txt", 1 << 30), ("small.txt", 1 << 16)] {
        let file = File::create(rig.path(format!("inbox/{name}"))).unwrap();
        file.set_len(size).unwrap();
    }
    rig.once(&real());
    assert_eq!(fs::metadata(rig.path("quarantine/huge.txt")).unwrap().len(), 1 << 30);
    assert_eq!(fs::metadata(rig.path("rejected/small.txt")).unwrap().len(), 1 << 16);
    let journal = Reader::open(&rig.path("state")).unwrap().unwrap();
    for (name, reason) in [("huge.txt", "siftd/too-large"), ("small.txt", "siftd/nuls")] {
        assert_eq!(journal.history(1, Some(Path::new(name))).unwrap()[0].rules, [reason]);
    }
}
