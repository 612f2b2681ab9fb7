//! What bytes were decoded from, and why some cannot be.

/// Name of the encoding a document arrived in, as the report shows it (WHATWG label in lower case,
/// such as `utf-8`, `utf-16le`, `gbk`, `shift_jis`, `windows-1252`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding {
    /// WHATWG name in lower case.
    pub name: &'static str,
    /// Whether a byte order mark stood in front.
    pub bom: bool,
    /// Whether the encoding was guessed (no BOM and not valid UTF-8).
    pub guessed: bool,
}

impl Encoding {
    /// UTF-8, told from its bytes.
    pub(super) fn utf8(bom: bool) -> Self {
        Self { name: "utf-8", bom, guessed: false }
    }

    /// A guess.
    pub(super) fn guessed(encoding: &'static encoding_rs::Encoding) -> Self {
        Self { name: lower_case_name(encoding), bom: false, guessed: true }
    }
}

/// Why bytes are not a text that could be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// No bytes at all.
    Empty,
    /// Nothing but white space (and invisible characters).
    Blank,
    /// Nothing but NUL bytes.
    Nuls,
    /// Not text: control bytes or a binary format's signature.
    Binary,
    /// Looks like text, but in no encoding that decodes it without more than stray losses; or too long
    /// to be addressed (over 1 GiB; whoever reads files has a far lower limit).
    Undecodable,
}

/// The WHATWG name in lower case, for every encoding that a guess can name.
fn lower_case_name(encoding: &'static encoding_rs::Encoding) -> &'static str {
    match encoding.name() {
        "UTF-8" => "utf-8",
        "UTF-16LE" => "utf-16le",
        "UTF-16BE" => "utf-16be",
        "GBK" => "gbk",
        "Big5" => "big5",
        "EUC-JP" => "euc-jp",
        "EUC-KR" => "euc-kr",
        "Shift_JIS" => "shift_jis",
        "ISO-2022-JP" => "iso-2022-jp",
        "IBM866" => "ibm866",
        "KOI8-R" => "koi8-r",
        "KOI8-U" => "koi8-u",
        "ISO-8859-2" => "iso-8859-2",
        "ISO-8859-3" => "iso-8859-3",
        "ISO-8859-4" => "iso-8859-4",
        "ISO-8859-5" => "iso-8859-5",
        "ISO-8859-6" => "iso-8859-6",
        "ISO-8859-7" => "iso-8859-7",
        "ISO-8859-8" => "iso-8859-8",
        "ISO-8859-8-I" => "iso-8859-8-i",
        "ISO-8859-10" => "iso-8859-10",
        "ISO-8859-13" => "iso-8859-13",
        "ISO-8859-14" => "iso-8859-14",
        "ISO-8859-15" => "iso-8859-15",
        "ISO-8859-16" => "iso-8859-16",
        "macintosh" => "macintosh",
        "x-mac-cyrillic" => "x-mac-cyrillic",
        // The rest (gb18030, windows-125x, windows-874, …) are in lower case already.
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_in_lower_case() {
        use encoding_rs::*;
        for encoding in [
            UTF_8,
            UTF_16LE,
            UTF_16BE,
            GBK,
            GB18030,
            BIG5,
            EUC_JP,
            EUC_KR,
            SHIFT_JIS,
            ISO_2022_JP,
            IBM866,
            KOI8_R,
            KOI8_U,
            ISO_8859_2,
            ISO_8859_3,
            ISO_8859_4,
            ISO_8859_5,
            ISO_8859_6,
            ISO_8859_7,
            ISO_8859_8,
            ISO_8859_8_I,
            ISO_8859_10,
            ISO_8859_13,
            ISO_8859_14,
            ISO_8859_15,
            ISO_8859_16,
            MACINTOSH,
            X_MAC_CYRILLIC,
            WINDOWS_874,
            WINDOWS_1250,
            WINDOWS_1251,
            WINDOWS_1252,
            WINDOWS_1253,
            WINDOWS_1254,
            WINDOWS_1255,
            WINDOWS_1256,
            WINDOWS_1257,
            WINDOWS_1258,
        ] {
            assert_eq!(lower_case_name(encoding), encoding.name().to_lowercase());
        }
    }
}
