use encoding_rs::{BIG5, EUC_JP, EUC_KR, GBK, ISO_2022_JP, KOI8_R, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};
use proptest::prelude::*;

use super::{Document, Unreadable, fold};

fn decode(bytes: &[u8]) -> Document {
    Document::decode(bytes.to_vec()).unwrap_or_else(|why| panic!("{why:?}: {bytes:?}"))
}

fn texts(document: &Document) -> Vec<&str> {
    document.lines().map(|line| line.text).collect()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

/// What holds of every document, whatever it was decoded from.
fn check(document: &Document) {
    let raw = document.raw();
    let lines: Vec<_> = document.lines().collect();
    // Lines and terminators cover the bytes behind the mark, in order.
    let mut at = match raw {
        _ if !document.encoding().bom => 0,
        [0xEF, ..] => 3,
        _ => 2,
    };
    let mut text = String::new();
    let mut folded = String::new();
    for (index, line) in lines.iter().enumerate() {
        assert_eq!(line.number, index + 1);
        assert_eq!(line.bytes.start, at);
        assert!(line.bytes.end >= line.bytes.start);
        at = lines.get(index + 1).map_or(raw.len(), |next| next.bytes.start);
        assert!(at >= line.bytes.end);
        assert!(at > line.bytes.end || index + 1 == lines.len());
        assert!(at > line.bytes.start, "a line has a byte, if only its terminator's");

        assert_eq!(line.text, document.line_text(index));
        text.push_str(line.text);
        assert!(document.text()[text.len()..].starts_with(['\n', '\r', '\x0c', '\u{85}']) || index + 1 == lines.len());
        while text.len() < document.text().len()
            && lines
                .get(index + 1)
                .is_none_or(|next| !std::ptr::eq(&document.text()[text.len()..][..0], &next.text[..0]))
        {
            let terminator = document.text()[text.len()..].chars().next().unwrap();
            text.push(terminator);
        }

        let start = folded.len();
        fold(line.text, &mut folded);
        assert_eq!(&folded[start..], line.folded);
        folded.push('\n');
        for offset in [start, (start + folded.len()) / 2, folded.len() - 1] {
            assert_eq!(document.line_at_folded(offset), index);
        }
    }
    assert_eq!(text, document.text());
    assert_eq!(folded, document.folded());
    assert_eq!(document.folded().matches('\n').count(), document.line_count());
}

/// The kept lines' original bytes, terminators included, with the byte order mark in front.
fn kept(document: &Document, removed: &[usize]) -> Vec<u8> {
    let lines: Vec<_> = document.lines().collect();
    let raw = document.raw();
    let mut out = raw[..lines.first().map_or(0, |line| line.bytes.start)].to_vec();
    for (index, line) in lines.iter().enumerate() {
        if !removed.contains(&index) {
            let end = lines.get(index + 1).map_or(raw.len(), |next| next.bytes.start);
            out.extend_from_slice(&raw[line.bytes.start..end]);
        }
    }
    out
}

#[test]
fn a_million_line_ends_of_one_kind_are_each_found_once() {
    // Looking for the other kind from each of them would read a thousand billion bytes.
    for end in ["\u{85}", "\n", "\r", "\r\n"] {
        let document = decode(format!("a{end}").repeat(1_000_000).as_bytes());
        assert_eq!((document.line_count(), document.line_text(999_999)), (1_000_000, "a"));
    }
    let mixed = decode("a\u{85}b\r\nc\n\u{85}d\r\u{85}e".as_bytes());
    assert_eq!(texts(&mixed), ["a", "b", "c", "", "d", "", "e"]);
}

/// Text with every kind of line end.
fn lined() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z ]{0,8}",
        "[а-яё漢字かなカ한éü😀\u{85}\u{2028}\u{b}]{0,6}",
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\r".to_owned()),
        Just("\x0c".to_owned()),
    ];
    proptest::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

/// The encodings that texts come in.
fn encoded() -> impl Strategy<Value = Vec<u8>> {
    (lined(), 0..11_usize).prop_map(|(text, encoding)| match encoding {
        0 => text.into_bytes(),
        1 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        2 => [vec![0xFF, 0xFE], utf16(&text, u16::to_le_bytes)].concat(),
        3 => [vec![0xFE, 0xFF], utf16(&text, u16::to_be_bytes)].concat(),
        4 => utf16(&text, u16::to_le_bytes),
        5 => utf16(&text, u16::to_be_bytes),
        6 => GBK.encode(&text).0.into_owned(),
        7 => BIG5.encode(&text).0.into_owned(),
        8 => SHIFT_JIS.encode(&text).0.into_owned(),
        9 => WINDOWS_1251.encode(&text).0.into_owned(),
        _ => EUC_KR.encode(&text).0.into_owned(),
    })
}

proptest! {
    #[test]
    fn any_bytes_decode_or_say_why(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(document) = Document::decode(bytes.clone()) {
            prop_assert_eq!(document.raw(), &bytes[..]);
            check(&document);
        }
    }

    #[test]
    fn lines_cover_the_bytes(bytes in encoded()) {
        if let Ok(document) = Document::decode(bytes.clone()) {
            prop_assert_eq!(document.raw(), &bytes[..]);
            check(&document);
        }
    }

    #[test]
    fn stripping_keeps_the_bytes_of_the_other_lines(bytes in encoded(), picks in any::<u32>()) {
        if let Ok(document) = Document::decode(bytes.clone()) {
            let removed: Vec<usize> = (0..document.line_count()).filter(|&line| picks >> (line % 32) & 1 == 1).collect();
            prop_assert_eq!(document.without_lines(&removed), kept(&document, &removed));
            prop_assert_eq!(document.without_lines(&[]), bytes);
        }
    }
}

#[test]
fn every_line_end_ends_a_line() {
    let document = decode("a\nb\r\nc\rd\x0ce\u{85}f\u{2028}g\x0bh".as_bytes());
    assert_eq!(texts(&document), ["a", "b", "c", "d", "e", "f\u{2028}g\x0bh"]);
    assert_eq!(texts(&decode(b"\r\r\n\n\rx")), ["", "", "", "", "x"]);
    assert_eq!(texts(&decode(b"a\n")), ["a"]);
    assert_eq!(texts(&decode(b"a\n\n")), ["a", ""]);
}

#[test]
fn byte_order_marks_stay_in_front() {
    let document = decode(b"\xEF\xBB\xBFone\ntwo");
    assert!(document.encoding().bom && !document.encoding().guessed);
    assert_eq!(document.text(), "one\ntwo");
    assert_eq!(document.line(0).bytes, 3..6);
    assert_eq!(document.without_lines(&[0]), b"\xEF\xBB\xBFtwo");
    let bytes = [vec![0xFF, 0xFE], utf16("é\r\n😀x", u16::to_le_bytes)].concat();
    let document = decode(&bytes);
    assert_eq!(document.encoding().name, "utf-16le");
    assert_eq!(texts(&document), ["é", "😀x"]);
    assert_eq!(document.line(1).bytes, 8..14);
    assert_eq!(document.without_lines(&[1]), &bytes[..8]);
}

#[test]
fn stripping_an_unterminated_last_line_keeps_the_terminator_before_it() {
    assert_eq!(decode(b"a\nb").without_lines(&[1]), b"a\n");
    assert_eq!(decode(b"a\nb").without_lines(&[0]), b"b");
    assert_eq!(decode(b"a\nb").without_lines(&[0, 1]), b"");
}

#[test]
fn legacy_encodings_are_guessed_and_named() {
    let chinese = "港务局每天记录进出海湾的船只。\r\n每条记录写明船名、出发港口、货物以及到达的时间。\n";
    let traditional = "港務局每天記錄進出海灣的船隻。\n每條記錄寫明船名、出發港口、貨物以及到達的時間。\n";
    let japanese = "港の役所は毎日、湾に出入りする船を記録している。\nそれぞれの記録には船の名前が書いてあります。\n";
    let korean = "항만 사무소는 매일 만을 드나드는 배를 기록한다.\n각 기록에는 배의 이름이 적혀 있다.\n";
    let russian = "Портовая контора каждый день записывает суда.\nКаждая запись называет судно и груз.\n";
    let french = "Le bureau du port tient à jour la liste des navires.\nLes plus âgés se souviennent de l'été.\n";
    for (text, encoding) in [
        (chinese, GBK),
        (traditional, BIG5),
        (japanese, SHIFT_JIS),
        (japanese, EUC_JP),
        (japanese, ISO_2022_JP),
        (korean, EUC_KR),
        (russian, WINDOWS_1251),
        (russian, KOI8_R),
        (french, WINDOWS_1252),
    ] {
        let bytes = encoding.encode(text).0;
        let document = decode(&bytes);
        // The Ukrainian KOI8 has all Russian letters too, at the same places.
        assert_eq!(document.encoding().name, encoding.name().to_lowercase().replace("koi8-r", "koi8-u"));
        assert!(document.encoding().guessed);
        assert_eq!(document.text(), text);
        check(&document);
        let second = bytes.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        assert_eq!(document.without_lines(&[0]), &bytes[second..]);
    }
}

#[test]
fn utf16_without_a_mark_is_told_by_its_nuls() {
    for text in ["plain text\nof two lines\n", "多数是中文 with 一些英文\n第二行，也是如此。\n", "Ünïcödé 😀\r\nx"]
    {
        let document = decode(&utf16(text, u16::to_le_bytes));
        assert_eq!((document.encoding().name, document.text()), ("utf-16le", text));
        let document = decode(&utf16(text, u16::to_be_bytes));
        assert_eq!((document.encoding().name, document.text()), ("utf-16be", text));
        assert!(document.encoding().guessed);
    }
}

#[test]
fn utf16_without_a_mark_may_look_like_other_bytes() {
    let english =
        "A paragraph of plain prose about the harbour, with a sign in it: ! And on it goes for a while.\n".repeat(4);
    for text in [
        // All of its bytes are ASCII.
        "Кожне судно має свою назву і один рядок у книзі порту.\n".repeat(3),
        // The low byte of 一 is a NUL.
        "一个人一天走一里路，一年也能走到海边。\n每一艘船都有一个名字，一本账。\n".repeat(5),
        english.replace('!', "\u{F015}"),
        english.replacen('!', "\u{1}", 1),
        "東京の港では、船の名前と荷物が一つ一つ帳面に書かれる。テストの文。\n".repeat(5),
        "Кожне судно має свою назву і один рядок у книзі порту.\n".replacen('а', "\u{2}", 1),
        // Nine in ten of its bytes are printable ASCII.
        "ふねのなまえとにもつが、ひとつずつちょうめんにかかれる。\n".repeat(5),
        "부두의 배에는 저마다 이름이 있고, 장부에는 한 줄씩 적힌다.\n".repeat(2),
        "第3艘船「一帆」：货物12箱，水手5人。".to_owned(),
        "他说“船来了”——“帆”“桅”“舵”…\n".to_owned(),
    ] {
        for (name, unit) in [("utf-16le", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("utf-16be", u16::to_be_bytes)] {
            let document = decode(&utf16(&text, unit));
            assert_eq!((document.encoding().name, document.text()), (name, &*text));
            assert!(document.encoding().guessed);
            check(&document);
        }
    }
}

#[test]
fn ascii_with_nuls_is_no_utf16() {
    let text = "many words in a row\n\0".repeat(20);
    assert_eq!(Document::decode(text.into_bytes()).map(|document| document.encoding().name), Err(Unreadable::Binary));
}

#[test]
fn text_and_numbers_with_nuls_are_no_utf16() {
    let encoded =
        |label: &[u8], text: &str| encoding_rs::Encoding::for_label(label).unwrap().encode(text).0.into_owned();
    let read = |bytes: Vec<u8>| Document::decode(bytes).map(|document| document.encoding().name);
    // Records of even length that end in a NUL each.
    let record = |label, text| {
        let line = encoded(label, text);
        let pad = if line.len() % 2 == 0 { "" } else { "." };
        [&line, pad.as_bytes(), b"\n\0"].concat().repeat(200)
    };
    for (label, text) in [
        (
            &b"windows-1252"[..],
            "Chaque b\u{e2}teau a son nom et sa ligne dans le livre du port, m\u{ea}me l'\u{e9}t\u{e9}",
        ),
        (b"windows-1252", "Jedes Schiff hat einen Namen und eine Zeile im gro\u{df}en Buch"),
        (b"windows-1251", "У каждого судна есть имя и строка в книге порта"),
        (b"koi8-r", "У каждого судна есть имя и строка в книге порта"),
        (b"windows-1252", "10101010"),
        (b"windows-1252", "4711;1066;1492"),
        (b"windows-1252", "00000000"),
    ] {
        assert!(!read(record(label, text)).is_ok_and(|name| name.starts_with("utf-16")), "{text}");
    }
    // One stray NUL in a short text, wherever it is but before the line end: in Big5 and Shift JIS that may be either.
    for (label, text, name) in [
        (
            &b"windows-1252"[..],
            "Chaque bateau a son nom, m\u{ea}me l'\u{e9}t\u{e9}, et sa ligne dans le livre.\n",
            "windows-1252",
        ),
        (b"windows-1251", "У каждого судна есть имя и строка в книге порта.\n", "windows-1251"),
        (b"koi8-u", "У каждого судна есть имя и строка в книге порта.\n", "koi8-u"),
        (b"gbk", "每艘船都有名字，账本里也有一行字，记着货物和日子。\n", "gbk"),
        (b"big5", "每艘船都有名字，帳本裡也有一行字，記著貨物和日子。\n", "big5"),
        (b"shift_jis", "船にはそれぞれ名前があり、帳面には荷物と日付が書かれている。\n", "shift_jis"),
        (b"euc-kr", "배마다 이름이 있고 장부에는 짐과 날짜를 적은 줄이 있다.\n", "euc-kr"),
    ] {
        let bytes = encoded(label, text);
        let starts = text.trim_end().char_indices().map(|(at, _)| encoded(label, &text[..at]).len());
        for at in starts.chain([bytes.len()]) {
            let (before, after) = bytes.split_at(at);
            assert_eq!(read([before, &b"\0"[..], after].concat()), Ok(name), "{at}");
        }
    }
}

#[test]
fn private_use_is_no_damage() {
    let text = "\u{F015} \u{F016}\u{F017} Home\n".repeat(3);
    let marked = [vec![0xFF, 0xFE], utf16(&text, u16::to_le_bytes)].concat();
    assert_eq!(decode(&marked).text(), text);
    assert_eq!(decode(text.as_bytes()).text(), text);
}

#[test]
fn numbers_of_two_bytes_are_no_utf16() {
    // Of all values, of small ones, and of ideographs in lines that end.
    let noise = |at: u32| (at.wrapping_mul(2_654_435_761) >> 11) as u16;
    let kinds: [fn(u32, u16) -> u16; 3] =
        [|_, noise| noise, |_, noise| noise % 0x300, |at, noise| if at % 8 == 0 { 0xA } else { noise }];
    for kind in kinds {
        let bytes: Vec<u8> = (0..4_000).flat_map(|at| kind(at, noise(at)).to_le_bytes()).collect();
        let read = Document::decode(bytes).map(|document| document.encoding().name);
        assert!(!read.is_ok_and(|name| name.starts_with("utf-16")));
    }
}

#[test]
fn damaged_utf8_stays_utf8() {
    let mut bytes = "船名、出发港口、货物以及到达的时间。\n".repeat(3).into_bytes();
    bytes.truncate(bytes.len() - 3);
    let document = decode(&bytes);
    assert_eq!(document.encoding().name, "utf-8");
    assert!(document.encoding().guessed);
    assert_eq!(document.text().matches('\u{FFFD}').count(), 1);
    assert_eq!(document.without_lines(&[]), bytes);
    check(&document);
}

#[test]
fn a_few_nuls_leave_a_text() {
    let text = "a line of text as people write it\n".repeat(4) + "\0";
    assert_eq!(decode(text.as_bytes()).text(), text);
    assert_eq!(decode(text.as_bytes()).encoding().name, "utf-8");
}

#[test]
fn what_is_no_text_says_why() {
    let why = |bytes: &[u8]| Document::decode(bytes.to_vec()).map(|document| document.text().to_owned()).unwrap_err();
    assert_eq!(why(b""), Unreadable::Empty);
    assert_eq!(why(&[0; 4096]), Unreadable::Nuls);
    for blank in ["\n", " \t\r\n", "\u{FEFF}", "\u{200B}\u{3000}\n\u{AD}\u{2800}", "\u{FEFF}\u{200D} \n"] {
        assert_eq!(why(blank.as_bytes()), Unreadable::Blank, "{blank:?}");
    }
    assert_eq!(why(b"\xFF\xFE"), Unreadable::Blank);
    assert_eq!(why(&utf16("\u{FEFF} \n", u16::to_le_bytes)), Unreadable::Blank);
    let binary: &[&[u8]] = &[
        b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n1 0 obj",
        b"PK\x03\x04\x14\0\0\0",
        b"\x89PNG\r\n\x1A\n",
        b"\x1F\x8B\x08\0",
        b"\x7FELF\x02\x01\x01",
        b"GIF89a\x01\x02",
        b"RIFF\x24\x08\0\0WAVEfmt ",
        b"\0\0\0\x20ftypisom",
        b"\x01\x02\x03\x04 some text after all",
        &[0x00, 0x01, 0x02, 0x80, 0x81, 0xFE, 0x13, 0x07],
    ];
    for bytes in binary {
        assert_eq!(why(bytes), Unreadable::Binary, "{bytes:?}");
    }
    let noise: Vec<u8> = (0..4096_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    assert_eq!(why(&noise), Unreadable::Binary);
    assert_eq!(why(b"\xFF\xFE\0\0a\0\0\0"), Unreadable::Undecodable);
    assert_eq!(why(b"\xFF\xFEa\xD8a\xD8a\xD8a\xD8"), Unreadable::Undecodable);
    assert_eq!(why(b"\xEF\xBB\xBFab\xFFcd\xFFef\xFF"), Unreadable::Undecodable);
}

#[test]
fn overstruck_and_coloured_text_is_text() {
    decode(b"N\x08NA\x08AM\x08ME\x08E\n     ls - list\n");
    decode(b"\x1B[1mbold\x1B[0m\n\x1A");
}

#[test]
fn long_and_many_lines() {
    let long = "word ".repeat(5_000);
    let document = decode(long.as_bytes());
    assert_eq!(document.line_count(), 1);
    check(&document);
    let many = "a b\r\n".repeat(1_000_000);
    let document = decode(many.as_bytes());
    assert_eq!(document.line_count(), 1_000_000);
    assert_eq!(document.line(999_999).bytes, many.len() - 5..many.len() - 2);
    assert_eq!(document.line_at_folded(document.folded().len() - 1), 999_999);
}
