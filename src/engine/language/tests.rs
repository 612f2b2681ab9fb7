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
