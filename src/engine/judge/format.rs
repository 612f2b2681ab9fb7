//! What a file is that is no text, by its first bytes, and how text is had from it.

/// First bytes that are looked at.
pub(super) const HEAD: usize = 264;

/// A format that people drop among texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Format {
    /// As it stands behind "not plain text but".
    pub(super) name: &'static str,
    /// What makes text of it.
    pub(super) way_out: &'static str,
}

const PANDOC: &str = "convert it first, `pandoc --to plain` for example";
const OFFICE: &str = "convert it first, `libreoffice --headless --convert-to txt` for example";
const UNPACK: &str = "unpack it and drop the texts";
const PICTURE: &str = "of a scanned page text recognition makes text, `tesseract` for example";
const SOUND: &str = "there is nothing to read in it";
const TABLE: &str = "export the texts in it";

/// Bytes at a place that only this format has there.
struct Signature {
    at: usize,
    bytes: &'static [u8],
    name: &'static str,
    way_out: &'static str,
}

const fn signature(at: usize, bytes: &'static [u8], name: &'static str, way_out: &'static str) -> Signature {
    Signature { at, bytes, name, way_out }
}

/// Each with what says so. A more exact one stands before what it is one of.
const SIGNATURES: &[Signature] = &[
    // ISO 32000-1, 7.5.2.
    signature(0, b"%PDF-", "a PDF document", "convert it first, `pdftotext` for example"),
    // OCF 3.3, 4.3, and ODF 1.2 part 3, 3.3: the first entry is `mimetype`, without compression.
    signature(30, b"mimetypeapplication/epub+zip", "an EPUB book", PANDOC),
    signature(30, b"mimetypeapplication/vnd.oasis.opendocument", "an OpenDocument file (odt, ods, odp)", OFFICE),
    // ECMA-376 part 2, 7.2.3.2, and part 1, 11 to 13: what every package has, or the folders that writers use; any may come first.
    signature(30, b"[Content_Types].xml", "an Office document (docx, xlsx, pptx)", OFFICE),
    signature(30, b"_rels/.rels", "an Office document (docx, xlsx, pptx)", OFFICE),
    signature(30, b"docProps/", "an Office document (docx, xlsx, pptx)", OFFICE),
    signature(30, b"word/", "an Office document (docx)", OFFICE),
    signature(30, b"xl/", "an Office document (xlsx)", OFFICE),
    signature(30, b"ppt/", "an Office document (pptx)", OFFICE),
    // APPNOTE.TXT 6.3, 4.3.7 and 4.3.16.
    signature(0, b"PK\x03\x04", "a ZIP archive", UNPACK),
    signature(0, b"PK\x05\x06", "an empty ZIP archive", UNPACK),
    // [MS-CFB], 2.2.
    signature(0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an older Office document (doc, xls, ppt, msg)", OFFICE),
    // RFC 1952, 2.3.1; RFC 8878, 3.1.1; The .xz File Format, 2.1.1.1; the beginning of a block of bzip2 is pi.
    signature(0, b"\x1F\x8B", "compressed by gzip", "unpack it first, `gunzip` does"),
    signature(0, b"\x28\xB5\x2F\xFD", "compressed by Zstandard", "unpack it first, `unzstd` does"),
    signature(0, b"\xFD7zXZ\0", "compressed by xz", "unpack it first, `unxz` does"),
    signature(0, b"BZh91AY&SY", "compressed by bzip2", "unpack it first, `bunzip2` does"),
    // 7zFormat.txt; RAR 5.0 archive format; POSIX.1-2017, pax, ustar.
    signature(0, b"7z\xBC\xAF\x27\x1C", "a 7z archive", UNPACK),
    signature(0, b"Rar!\x1A\x07", "a RAR archive", UNPACK),
    signature(257, b"ustar", "a tar archive", UNPACK),
    // ISO 15948, 5.2; GIF89a, 17; ITU-T T.81, B.1.1.3; TIFF 6.0, 2; RFC 9649, 2.
    signature(0, b"\x89PNG\r\n\x1A\n", "a PNG image", PICTURE),
    signature(0, b"GIF8", "a GIF image", PICTURE),
    signature(0, b"\xFF\xD8\xFF", "a JPEG image", PICTURE),
    signature(0, b"II*\0", "a TIFF image", PICTURE),
    signature(0, b"MM\0*", "a TIFF image", PICTURE),
    signature(8, b"WEBPVP8", "a WebP image", PICTURE),
    // ISO 23008-12, 10 and annex B; AV1 Image File Format, 6.
    signature(4, b"ftypheic", "a HEIF image", PICTURE),
    signature(4, b"ftypheix", "a HEIF image", PICTURE),
    signature(4, b"ftypmif1", "a HEIF image", PICTURE),
    signature(4, b"ftypavif", "an AVIF image", PICTURE),
    // RIFF 1.0; RFC 3533, 6; RFC 9639, 6; ID3v2.4.0, 3.1; ISO 14496-12, 4.3; RFC 8794, 11.2.1.
    signature(8, b"WAVE", "a WAVE recording", SOUND),
    signature(0, b"OggS\0", "an Ogg recording", SOUND),
    signature(0, b"fLaC\0", "a FLAC recording", SOUND),
    signature(0, b"ID3", "an MP3 recording", SOUND),
    signature(4, b"ftyp", "a film or a recording (mp4, m4a, mov)", SOUND),
    signature(0, b"\x1A\x45\xDF\xA3", "a film (mkv, webm)", SOUND),
    // Database File Format of SQLite, 1.3.1; Apache Parquet, file format.
    signature(0, b"SQLite format 3\0", "an SQLite database", TABLE),
    signature(0, b"PAR1", "a Parquet table", TABLE),
    // System V ABI, 4.1.
    signature(0, b"\x7FELF", "a program", "drop texts only"),
    // Unicode 15.0, 23.8: two more NUL bytes than the mark of UTF-16.
    signature(0, b"\xFF\xFE\0\0", "in UTF-32", "write it as UTF-8, `iconv -f UTF-32 -t UTF-8` does"),
    signature(0, b"\0\0\xFE\xFF", "in UTF-32", "write it as UTF-8, `iconv -f UTF-32 -t UTF-8` does"),
];

/// The format of a file that is no text and begins with `head`.
pub(super) fn of(head: &[u8]) -> Option<Format> {
    let fits = |signature: &&Signature| head.get(signature.at..).is_some_and(|rest| rest.starts_with(signature.bytes));
    SIGNATURES.iter().find(fits).map(|&Signature { name, way_out, .. }| Format { name, way_out })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{
        judge::Verdict,
        rules::{RuleSet, Settings, Snapshot, load},
    };

    fn rules() -> RuleSet {
        load(&Snapshot::default(), &Settings::default()).rules.unwrap()
    }

    /// What the engine says of bytes, and the rule and verdict.
    fn told(rules: &RuleSet, raw: Vec<u8>) -> (String, String, Verdict) {
        let judgement = rules.judge_bytes(raw).0;
        let finding = &judgement.findings[0];
        (finding.message.to_string(), finding.rule.to_string(), judgement.verdict)
    }

    #[test]
    fn each_format_is_named_where_it_is_no_text() {
        let rules = rules();
        for signature in SIGNATURES {
            let mut raw = vec![0; HEAD + 9];
            let begin: &[u8] = match signature.at {
                30 => b"PK\x03\x04\x14\0",
                8 => b"RIFF",
                _ => b"",
            };
            raw[..begin.len()].copy_from_slice(begin);
            raw[signature.at..signature.at + signature.bytes.len()].copy_from_slice(signature.bytes);
            let (message, rule, verdict) = told(&rules, raw);
            let wanted = format!("not plain text but {}: {}", signature.name, signature.way_out);
            assert_eq!(message, wanted, "{:?}", signature.bytes);
            assert!(matches!(verdict, Verdict::Reject | Verdict::Quarantine) && rule.starts_with("siftd/"), "{rule}");
        }
    }

    #[test]
    fn what_is_not_known_is_told_as_before_and_a_text_is_a_text() {
        let rules = rules();
        let noise = (0..400_u32).map(|at| (at * 7 % 31) as u8).collect();
        assert_eq!(told(&rules, noise).0, "not text: control bytes or a binary format");
        for text in ["ID3 tags name a song.\n", "PAR1 is a word.\n", "GIF8 and GIF9.\n", "%PDF- is how a PDF begins.\n"]
        {
            let (judgement, document) = rules.judge_bytes(text.as_bytes().to_vec());
            assert!(document.is_some() && judgement.findings.is_empty(), "{text}: {:?}", judgement.findings);
        }
        assert_eq!(of(b"PK\x03"), None);
        assert_eq!(of(b""), None);
    }
}
