use super::*;

fn guess_of(text: &str) -> Guess {
    guess(&Document::decode(text.as_bytes().to_vec()).unwrap(), &Candidates::default())
}

fn known(text: &str) -> Option<&'static str> {
    match guess_of(text) {
        Guess::Known { code, .. } => Some(code.as_str()),
        Guess::Unsure { .. } => None,
    }
}

fn doubt(text: &str) -> Doubt {
    match guess_text(text, &ScriptCounts::of(text), &Candidates::default()) {
        Guess::Known { .. } => panic!("{text:?} is known"),
        Guess::Unsure { why, .. } => why,
    }
}

#[test]
fn sentences_are_known() {
    for (text, code) in [
        ("The harbour office keeps a daily log of the ships that enter and leave the bay.", "en"),
        ("Das Hafenamt führt täglich Buch über die Schiffe, die in die Bucht ein- und auslaufen.", "de"),
        ("Le bureau du port tient chaque jour le registre des navires qui entrent dans la baie.", "fr"),
        ("La oficina del puerto lleva un registro diario de los barcos que entran en la bahía.", "es"),
        ("A capitania do porto mantém um registo diário dos navios que entram e saem da baía.", "pt"),
        ("Портовая контора каждый день записывает суда, которые входят в бухту и выходят из неё.", "ru"),
        ("Портова контора щодня записує судна, які заходять до бухти та виходять з неї.", "uk"),
        ("يحتفظ مكتب الميناء بسجل يومي للسفن التي تدخل إلى الخليج وتخرج منه.", "ar"),
        ("دفتر بندر هر روز کشتی‌هایی را که به خلیج وارد می شوند ثبت می کند.", "fa"),
        ("Văn phòng cảng ghi lại hằng ngày các con tàu ra vào vịnh và tên của chúng.", "vi"),
        (
            "Kantor pelabuhan mencatat setiap hari kapal yang masuk dan keluar dari teluk karena itu adalah tugasnya.",
            "id",
        ),
        ("Το λιμεναρχείο καταγράφει κάθε μέρα τα πλοία.", "el"),
        ("สำนักงานท่าเรือบันทึกเรือทุกวัน", "th"),
        ("항만 사무소는 매일 배를 기록한다.", "ko"),
    ] {
        assert_eq!(known(text), Some(code), "{text}");
    }
}

#[test]
fn chinese_full_of_english_stays_chinese() {
    let page = "quotaon 命令开启文件系统的磁盘配额 (disk quota).\n-a --all turn on all automatic file systems\n\
        -v --verbose 显示详细信息 print a message for each file system\n被指定的文件系统必须已经装载。\n";
    assert_eq!(known(page), Some("zh"));
}

#[test]
fn lines_in_another_script_do_not_decide() {
    let text = "Портовая контора каждый день записывает суда, которые входят в бухту.\n\
        The name of the ship is in the book that the clerk has on his desk.\n\
        Каждая запись называет судно и груз, а также час, когда оно пришло.\n";
    assert_eq!(known(text), Some("ru"));
}

#[test]
fn what_cannot_be_known_is_not() {
    assert_eq!(doubt("42 – 17"), Doubt::NoLetters);
    assert!(matches!(doubt("Martin"), Doubt::TooShort { letters: 6, .. }));
    assert!(matches!(doubt("π"), Doubt::TooShort { .. }));
    assert_eq!(doubt("ᐊᐃᓐᓇᖅ ᐃᓄᒃ ᐅᓪᓗᒥ"), Doubt::UnknownScript);
    let code = "fn parse_line(input: &str) -> Option<Vec<u8>> { let mut bytes = Vec::with_capacity(input.len()); \
        bytes.extend_from_slice(input.as_bytes()); parse_bytes(&mut bytes).ok()?; Some(bytes) } ";
    assert_eq!(doubt(&code.repeat(3)), Doubt::NotProse);
}

#[test]
fn romanised_text_is_not_forced_into_a_language() {
    for text in [
        // Pinyin
        "Wǒmen míngtiān zǎoshang qù gōngyuán kàn huā, nǐ yào bu yào yìqǐ lái?",
        "Zhe ge wenti hen nan huida, dan shi women hui xiang banfa jiejue de.",
        "nihao, jintian tianqi hen hao, women qu chifan ba",
        // Japanese
        "Kyō wa tenki ga ii node, kōen ni sanpo ni ikimashō.",
        "Watashi no namae wa Tanaka desu. Minato no yakusho de hataraite imasu.",
        // Hindi
        "Kya kar rahe ho yaar, kal office aana hai ya nahi?",
        "Aaj mausam bahut accha hai isliye hum sab bahar ghumne ja rahe hain.",
        "bhai ye phone ka battery backup kaisa hai, kitne ghante chalta hai",
        // Greek
        "Kalimera se olous, ti kanete simera? Egw eimai poly kala.",
        "To limeniko grafeio katagrafei kathe mera ta ploia pou mpainoun ston kolpo.",
        // Russian
        "Portovaya kontora kazhdyy den zapisyvaet suda, kotorye vkhodyat v bukhtu.",
        "Ya ne znayu chto delat s etoy problemoy, pomogite pozhaluysta.",
        // Arabic
        "ana raye7 3al be7er bokra, btiji ma3i walla la2?",
        "sabah el kheir ya gama3a, 3amlin eh el naharda?",
        // Korean
        "Annyeonghaseyo, oneul nalssiga joayo. Gachi bap meogeureo gayo.",
    ] {
        assert_eq!(known(text), None, "{text}");
    }
}

#[test]
fn code_and_tables_are_not_forced_into_a_language() {
    for text in [
        "fn main() {\n    let args: Vec<String> = std::env::args().collect();\n    for arg in &args {\n        println!(\"{}\", arg);\n    }\n}\n",
        "def read(path):\n    with open(path) as f:\n        return [line.strip() for line in f if line]\n\nclass Reader:\n    def __init__(self, path):\n        self.path = path\n",
        "{\"id\": 17, \"name\": \"harbour\", \"tags\": [\"port\", \"ship\"], \"open\": true, \"next\": null}\n",
        "2026-03-01T10:00:00Z INFO server started port=8080\n2026-03-01T10:00:03Z WARN slow query ms=912 table=ships\n",
        "const app = express();\napp.get('/', (req, res) => { res.send('ok'); });\napp.listen(3000, () => console.log('up'));\n",
        "0.12 0.48 0.77\n1.20 3.40 9.10\n2.22 8.81 4.04\n",
        "id\tname\tx\ty\n1\tA17\t0.12\t3.4\n2\tB22\t0.48\t9.1\n",
        "usr/bin/env usr/lib/python3 etc/passwd var/log/syslog home/user/.config/nvim/init.lua tmp/build/out.o",
    ] {
        assert_eq!(known(text), None, "{text}");
    }
}

#[test]
fn an_expected_language_is_preferred_in_doubt_only() {
    let with = |text: &str, code: &str| {
        let candidates = Candidates { codes: vec![Code::named(code).unwrap()] };
        guess_text(text, &ScriptCounts::of(text), &candidates)
    };
    let english = "The harbour office keeps a log of the ships that enter and leave the bay.";
    for code in ["en", "de", "id"] {
        assert!(matches!(with(english, code), Guess::Known { code, .. } if code.as_str() == "en"));
    }
    let confidence = |guess| match guess {
        Guess::Known { confidence, .. } | Guess::Unsure { best: Some((_, confidence)), .. } => confidence,
        Guess::Unsure { best: None, .. } => 0.0,
    };
    let short = "Save the file";
    assert!(confidence(with(short, "en")) > confidence(with(short, "de")));
}
