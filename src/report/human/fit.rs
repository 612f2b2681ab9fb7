//! One line of text on one line of a terminal.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::report::escaped;

/// A cluster may carry any number of marks; more bytes than this are noise on a terminal.
const CLUSTER_BYTES_AT_MOST: usize = 64;

/// `text`, escaped and cut to `columns` between grapheme clusters, with `…` where something was cut off; and the columns
/// it takes.
pub fn fitted(text: &str, columns: usize) -> (String, usize) {
    let mut out = String::new();
    let mut width = 0;
    // The width at which an ellipsis would still fit, in case the next cluster does not.
    let mut room_for_ellipsis = (0, 0);
    let window = floor(text, columns.saturating_add(1).saturating_mul(CLUSTER_BYTES_AT_MOST));
    for cluster in window.graphemes(true) {
        let cluster = escaped(floor(cluster, CLUSTER_BYTES_AT_MOST));
        let wide = cluster.width();
        if width + wide > columns {
            out.truncate(room_for_ellipsis.0);
            out.push('…');
            return (out, room_for_ellipsis.1 + 1);
        }
        out.push_str(&cluster);
        width += wide;
        if width < columns {
            room_for_ellipsis = (out.len(), width);
        }
    }
    (out, width)
}

/// The longest prefix of at most `bytes` bytes that ends between characters.
fn floor(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn short_text_stays() {
        assert_eq!(fitted("four", 4), ("four".into(), 4));
        assert_eq!(fitted("", 4), (String::new(), 0));
    }

    #[test]
    fn wide_characters_and_clusters_stay_whole() {
        assert_eq!(fitted("新葡京娱乐", 6), ("新葡…".into(), 5));
        assert_eq!(fitted("ab👩‍🌾cd", 4), ("ab…".into(), 3));
        assert_eq!(fitted("e\u{301}e\u{301}e\u{301}", 2), ("e\u{301}…".into(), 2));
    }

    #[test]
    fn a_million_marks_are_cut() {
        let text = format!("a{}b", "\u{301}".repeat(1_000_000));
        let (shown, columns) = fitted(&text, 20);
        assert!(shown.len() < 2000 && columns <= 20, "{} bytes, {columns} columns", shown.len());
    }

    proptest! {
        #[test]
        fn never_wider_than_asked(text in "\\PC{0,40}|[a\u{301}新\u{200d}👩\u{1b}]{0,40}", columns in 1usize..30) {
            let (shown, width) = fitted(&text, columns);
            prop_assert!(width <= columns);
            prop_assert!(shown.chars().all(|c| !c.is_control()));
        }
    }
}
