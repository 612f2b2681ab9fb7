//! From nodes back to YAML: short maps and lists on one line, the others in blocks, notes as comments above what they note.

use super::{Key, Meaning, Node, Scalar, Style, Value, is_seen, quoted};
use crate::engine::diagnostic::Place;

/// Columns that a map or list on one line may take.
const COLUMNS: usize = 110;

/// What is to be said of a place.
type Note<'a> = &'a dyn Fn(Place) -> Option<String>;

/// Writes a map as a block; above each key and each item of a list at whose place `note` has something to say, a comment.
pub(crate) fn write(node: &Node, note: Note<'_>) -> String {
    let mut writer = Writer { out: String::new(), note };
    writer.block(node, 0);
    writer.out
}

struct Writer<'a> {
    out: String,
    note: Note<'a>,
}

impl Writer<'_> {
    fn block(&mut self, node: &Node, indent: usize) {
        match &node.value {
            Value::Map(entries) => entries.iter().for_each(|(key, value)| self.entry(key, value, indent)),
            Value::List(items) => items.iter().for_each(|item| self.item(item, indent)),
            Value::Scalar(scalar) => self.out.push_str(&one_scalar(scalar, false)),
        }
    }

    fn entry(&mut self, key: &Key, value: &Node, indent: usize) {
        self.comment(key.place, indent);
        let key = one_key(key);
        self.pad(indent);
        self.out.push_str(&key);
        self.out.push(':');
        self.value(value, indent, indent + key.len() + 2);
    }

    /// What stands after `key:`, its line ended.
    fn value(&mut self, value: &Node, indent: usize, column: usize) {
        match &value.value {
            Value::Scalar(scalar) if in_block(scalar) => self.literal(&scalar.text, indent + 2),
            Value::Scalar(scalar) => {
                self.out.push(' ');
                self.out.push_str(&one_scalar(scalar, false));
                self.out.push('\n');
            }
            _ => match self.one_line(value, column) {
                Some(line) => {
                    self.out.push(' ');
                    self.out.push_str(&line);
                    self.out.push('\n');
                }
                None => {
                    self.out.push('\n');
                    self.block(value, indent + 2);
                }
            },
        }
    }

    fn item(&mut self, item: &Node, indent: usize) {
        self.comment(item.place, indent);
        self.pad(indent);
        self.out.push('-');
        match &item.value {
            Value::Map(_) | Value::List(_) if self.one_line(item, indent + 2).is_none() => {
                let mut inner = Writer { out: String::new(), note: self.note };
                inner.block(item, indent + 2);
                self.out.push(' ');
                self.out.push_str(inner.out.trim_start());
            }
            _ => self.value(item, indent, indent + 2),
        }
    }

    /// `| …`, with an indicator where the text itself begins with white space.
    fn literal(&mut self, text: &str, indent: usize) {
        self.out.push_str(" |");
        if text.starts_with([' ', '\n']) {
            self.out.push('2');
        }
        if !text.ends_with('\n') {
            self.out.push('-');
        } else if text.ends_with("\n\n") || text == "\n" {
            self.out.push('+');
        }
        self.out.push('\n');
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                self.pad(indent);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    /// The node on one line, when it fits there and nothing in it is noted.
    fn one_line(&self, node: &Node, column: usize) -> Option<String> {
        let mut line = String::new();
        self.flow(node, &mut line)?;
        (column + line.chars().count() <= COLUMNS).then_some(line)
    }

    fn flow(&self, node: &Node, line: &mut String) -> Option<()> {
        match &node.value {
            Value::Scalar(scalar) if scalar.text.contains('\n') => return None,
            Value::Scalar(scalar) => line.push_str(&one_scalar(scalar, true)),
            Value::List(items) => {
                line.push('[');
                for (index, item) in items.iter().enumerate() {
                    line.push_str(if index > 0 { ", " } else { "" });
                    self.unnoted(item.place)?;
                    self.flow(item, line)?;
                }
                line.push(']');
            }
            Value::Map(entries) => {
                line.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    line.push_str(if index > 0 { ", " } else { "" });
                    self.unnoted(key.place)?;
                    line.push_str(&one_key(key));
                    line.push_str(": ");
                    self.flow(value, line)?;
                }
                line.push('}');
            }
        }
        Some(())
    }

    fn unnoted(&self, place: Place) -> Option<()> {
        (self.note)(place).is_none().then_some(())
    }

    fn comment(&mut self, place: Place, indent: usize) {
        for line in (self.note)(place).iter().flat_map(|note| note.lines()) {
            self.pad(indent);
            self.out.push_str("# ");
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    fn pad(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }
}

fn one_key(key: &Key) -> String {
    let simple = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let plain = key.text.starts_with(|first: char| first.is_ascii_alphabetic()) && key.text.bytes().all(simple);
    if plain { key.text.clone() } else { quoted(&key.text) }
}

/// Lines of text are best seen as lines, where they hold nothing that a block cannot say.
fn in_block(scalar: &Scalar) -> bool {
    let text = &scalar.text;
    text.contains('\n') && !text.trim().is_empty() && text.chars().all(|found| found == '\n' || is_seen(found))
}

fn one_scalar(scalar: &Scalar, in_flow: bool) -> String {
    let text = &scalar.text;
    let plain = scalar.style == Style::Plain && !text.is_empty() && !text.contains(['\n', '\r']);
    let stays_plain =
        plain && !(in_flow && scalar.meaning == Meaning::Text && text.contains([',', '[', ']', '{', '}']));
    if stays_plain { text.clone() } else { quoted(text) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::rules::yaml::read;

    const NOWHERE: Place = Place { source: 0, start: 0, end: 0 };

    fn node(value: Value) -> Node {
        Node { place: NOWHERE, value }
    }

    fn scalar(text: &str, style: Style) -> Node {
        node(Value::Scalar(Scalar { text: text.to_owned(), style, meaning: Meaning::Text }))
    }

    fn map(entries: Vec<(String, Node)>) -> Node {
        node(Value::Map(entries.into_iter().map(|(text, node)| (Key { place: NOWHERE, text }, node)).collect()))
    }

    /// A tree of quoted texts of all kinds, long and short, with and without lines.
    fn tree() -> impl Strategy<Value = Node> {
        let text = prop_oneof![
            "[ -~]{0,60}",
            "[a-z \n'\"#:\\[\\]{},\\\\]{0,40}",
            "\\PC{0,20}",
            "[\\x00-\\x1f\u{80}-\u{9f}\u{2028}\u{feff}x ]{1,9}"
        ];
        let leaf = (text, prop_oneof![Just(Style::Single), Just(Style::Double), Just(Style::Block)])
            .prop_map(|(text, style)| scalar(&text, style));
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(|items| node(Value::List(items))),
                prop::collection::btree_map("[a-z_]{1,6}|[ -~]{1,6}", inner, 0..4)
                    .prop_map(|entries| map(entries.into_iter().filter(|(key, _)| key != "<<").collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_as_the_same(inner in tree(), noted in any::<bool>()) {
            let whole = map(vec![("key".to_owned(), inner)]);
            let text = write(&whole, &|_| noted.then(|| "a note".to_owned()));
            let again = read(&text, 0);
            prop_assert!(again.as_ref().is_ok_and(|again| again.says_the_same(&whole)), "{}\n{:?}", text, again);
        }
    }
}
