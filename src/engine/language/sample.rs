//! The part of a document that its language is guessed from.

use crate::engine::text::{Document, Script, ScriptCounts};

/// Bytes of text that a guess looks at: some three hundred words, of which a hundred are function words.
pub(super) const BUDGET: usize = 2048;

/// Lines looked at; of a document with more, every n-th.
const LINES: usize = 256;

/// Fewest letters of a line that is taken, while there are longer ones.
const RUNNING_TEXT: usize = 40;

/// The longest of the lines that are mostly in `script`, cut so that no line fills the sample, in the document's order.
/// Menus, code and links are short or not in the script; the text is long.
pub(super) fn sample(document: &Document, script: Script) -> String {
    // Short lines have no running text, and are looked at where that of the others is not enough.
    let mut lines = lines_of(document, script, RUNNING_TEXT);
    if lines.iter().map(|(letters, _)| letters).sum::<usize>() < BUDGET / 4 {
        lines = lines_of(document, script, 1);
    }
    lines.sort_unstable_by_key(|&(letters, index)| (std::cmp::Reverse(letters), index));

    // Shares out the budget from the shortest line up, so that what a short line leaves goes to the longer ones.
    let mut taken = Vec::new();
    let mut left = BUDGET;
    lines.truncate(BUDGET / RUNNING_TEXT);
    for (done, &(_, index)) in lines.iter().rev().enumerate() {
        let share = left / (lines.len() - done);
        let piece = cut(document.line_text(index), share);
        left -= piece.len().min(left);
        taken.push((index, piece));
    }
    taken.sort_unstable_by_key(|&(index, _)| index);
    let mut sample = String::with_capacity(BUDGET + taken.len());
    for (_, piece) in taken {
        sample.push_str(piece);
        sample.push('\n');
    }
    sample
}

/// The letters and indices of the lines that are mostly in `script` and have enough letters.
fn lines_of(document: &Document, script: Script, letters_at_least: usize) -> Vec<(usize, usize)> {
    let count = document.line_count();
    let step = count.div_ceil(LINES).max(1);
    let mut lines = Vec::new();
    for index in (0..count).step_by(step) {
        let text = document.line_text(index);
        let head = &text[..boundary(text, BUDGET)];
        // No character has more letters than bytes.
        if head.len() < letters_at_least {
            continue;
        }
        let counts = ScriptCounts::of(head);
        let letters = counts.letters();
        if letters >= letters_at_least && counts.dominant().is_some_and(|of_line| script.includes(of_line)) {
            lines.push((letters, index));
        }
    }
    lines
}

/// At most `bytes` of a line, from its middle when it is longer, whole words where there are spaces.
fn cut(line: &str, bytes: usize) -> &str {
    if line.len() <= bytes {
        return line;
    }
    let start = boundary(line, (line.len() - bytes) / 2);
    let rest = &line[start..];
    let piece = &rest[..boundary(rest, bytes)];
    let from = if start == 0 { 0 } else { piece.find(' ').unwrap_or(0) };
    let to = piece.rfind(' ').filter(|&to| to > from).unwrap_or(piece.len());
    &piece[from..to]
}

/// The last character boundary at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample_of(text: &str, script: Script) -> String {
        sample(&Document::decode(text.as_bytes().to_vec()).unwrap(), script)
    }

    #[test]
    fn long_lines_of_the_script_are_taken() {
        let line = "The harbour office keeps a daily log of the ships that enter and leave the bay.\n";
        let text = format!(
            "Home > Log\nlet x = 1;\n{}这一行是中文，不属于样本，虽然它也很长很长很长很长很长很长。\n",
            line.repeat(20)
        );
        let sample = sample_of(&text, Script::LATIN);
        assert!(sample.starts_with("The harbour"), "{sample}");
        assert!(!sample.contains("Home") && !sample.contains('这'));
    }

    #[test]
    fn a_sample_is_bounded_and_spread() {
        for text in ["word ".repeat(20_000), "word word word word word\n".repeat(5_000), "长".repeat(9_000)] {
            let script = if text.starts_with('长') { Script::HAN } else { Script::LATIN };
            let sample = sample_of(&text, script);
            assert!(sample.len() <= BUDGET + 64, "{}", sample.len());
            assert!(sample.len() > BUDGET / 2, "{}", sample.len());
        }
    }

    #[test]
    fn one_long_line_leaves_room_for_the_others() {
        let text = format!(
            "{}\n{}",
            "alpha ".repeat(2_000),
            "a line of beta words that is of quite ordinary length\n".repeat(10)
        );
        let sample = sample_of(&text, Script::LATIN);
        assert!(sample.matches("beta").count() == 10);
        assert!(sample.contains("alpha"));
    }

    #[test]
    fn short_lines_must_do_where_there_are_no_others() {
        assert_eq!(sample_of("Lamp\n\nTisch\n", Script::LATIN), "Lamp\nTisch\n");
    }
}
