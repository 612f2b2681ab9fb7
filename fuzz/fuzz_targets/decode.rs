//! Any bytes as a document: decoding never panics, lines know their original bytes, and folding goes line by line.

#![no_main]

use libfuzzer_sys::fuzz_target;
use siftd::engine::text::{Document, fold, words};

fuzz_target!(|raw: &[u8]| {
    let Ok(document) = Document::decode(raw.to_vec()) else { return };
    assert_eq!(document.raw(), raw);
    let lines: Vec<_> = document.lines().collect();
    assert!(!lines.is_empty(), "what is not blank has a line");

    // Lines and their ends cover all bytes behind the byte order mark, in order.
    let mut at = lines[0].bytes.start;
    assert!(at == if !document.encoding().bom { 0 } else if raw[0] == 0xEF { 3 } else { 2 });
    let mut folded = String::new();
    let mut text_from = 0;
    for (index, line) in lines.iter().enumerate() {
        assert_eq!(line.number, index + 1);
        assert_eq!(line.bytes.start, at);
        assert!(line.bytes.end >= line.bytes.start);
        at = lines.get(index + 1).map_or(raw.len(), |next| next.bytes.start);
        assert!(at > line.bytes.start && at >= line.bytes.end);
        assert!(at > line.bytes.end || index + 1 == lines.len());
        if document.encoding().name == "utf-8" && std::str::from_utf8(raw).is_ok() {
            assert_eq!(line.text.as_bytes(), &raw[line.bytes.clone()]);
        }

        // The decoded text holds the lines in the same order.
        let place = line.text.as_ptr() as usize - document.text().as_ptr() as usize;
        assert!(place >= text_from && document.text()[place..].starts_with(line.text));
        text_from = place + line.text.len();

        // Folding goes line by line.
        let start = folded.len();
        fold(line.text, &mut folded);
        assert_eq!(&folded[start..], line.folded);
        assert!(!line.folded.contains('\n'));
        assert_eq!(document.line_at_folded(start), index);
        folded.push('\n');

        // Words are parts of the line, in order, that do not overlap.
        let mut reached = line.text.as_ptr() as usize;
        for word in words(line.text) {
            assert!(!word.is_empty() && word.as_ptr() as usize >= reached);
            reached = word.as_ptr() as usize + word.len();
        }
        assert!(reached <= line.text.as_ptr() as usize + line.text.len());
    }
    assert_eq!(at, raw.len());
    assert_eq!(folded, document.folded());

    // Taking lines out and keeping them are two halves of the whole.
    assert_eq!(document.without_lines(&[]), raw);
    let all: Vec<usize> = (0..lines.len()).collect();
    assert_eq!(document.without_lines(&all), raw[..lines[0].bytes.start]);
    let odd: Vec<usize> = all.iter().copied().filter(|index| index % 2 == 1).collect();
    let even: Vec<usize> = all.iter().copied().filter(|index| index % 2 == 0).collect();
    let (odd, even) = (document.without_lines(&even), document.without_lines(&odd));
    assert_eq!(odd.len() + even.len(), raw.len() + lines[0].bytes.start);
});
