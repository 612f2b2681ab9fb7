//! The reader that gives structure and places. The only file that knows `saphyr_parser`.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};

use super::{Key, Meaning, Node, Scalar, Style, Value, bytes::offset, syntax};
use crate::engine::diagnostic::{Diagnostic, Place, codes};

/// Deeper nests are refused; a rule with macros needs about twenty.
const DEPTH_AT_MOST: usize = 64;

/// Keys of a map that are looked through one by one; most maps have no more.
const FEW_KEYS: usize = 16;

/// Of keys that stand twice no more are told.
const REPEATS_AT_MOST: usize = 50;

/// Reads structure and places; every scalar's meaning is still [`Meaning::Text`].
pub(super) fn read(text: &str, source: u32) -> Result<Node, Vec<Diagnostic>> {
    let mut builder =
        Builder { text, source, offsets: offsets(text), open: Vec::new(), root: None, problems: Vec::new() };
    let mut parser = Parser::new_from_str(text);
    match builder.run(&mut parser) {
        Err(problem) => builder.problems.push(problem),
        Ok(()) if builder.root.is_none() && builder.problems.is_empty() => {
            builder.problems.push(empty(source));
        }
        Ok(()) => {}
    }
    match builder.root {
        Some(root) if builder.problems.is_empty() => Ok(root),
        _ => Err(builder.problems),
    }
}

fn empty(source: u32) -> Diagnostic {
    Diagnostic::error(codes::EMPTY, Place::top(source), "file is empty")
        .help("write `schema: rules/1` and a pack, or remove the file")
}

/// Byte offset of each character, or nothing where both are the same.
fn offsets(text: &str) -> Vec<u32> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut offsets = vec![offset(text.len()); text.len() + 1];
    let mut count = 0;
    for (at, byte) in text.bytes().enumerate() {
        // Written in any case, and kept where a character begins.
        offsets[count] = offset(at);
        count += usize::from(byte & 0xC0 != 0x80);
    }
    offsets.truncate(count + 1);
    offsets[count] = offset(text.len());
    offsets
}

/// A collection that is not closed yet.
enum Open {
    List {
        start: Place,
        items: Vec<Node>,
    },
    /// With all keys that were `seen`, once they are many.
    Map {
        start: Place,
        entries: Vec<(Key, Node)>,
        key: Option<Key>,
        seen: HashMap<String, Place>,
    },
}

/// Where a key has stood last among the `entries` of its map; all of them are `seen` once they are many.
fn stands_before(key: &str, place: Place, entries: &[(Key, Node)], seen: &mut HashMap<String, Place>) -> Option<Place> {
    if entries.len() < FEW_KEYS {
        return entries.iter().rev().find(|(known, _)| known.text == key).map(|(known, _)| known.place);
    }
    if seen.is_empty() {
        seen.extend(entries.iter().map(|(known, _)| (known.text.clone(), known.place)));
    }
    seen.insert(key.to_owned(), place)
}

struct Builder<'t> {
    text: &'t str,
    source: u32,
    offsets: Vec<u32>,
    open: Vec<Open>,
    root: Option<Node>,
    problems: Vec<Diagnostic>,
}

impl<'t> Builder<'t> {
    fn run(&mut self, parser: &mut Parser<'t, StrInput<'t>>) -> Result<(), Diagnostic> {
        let mut documents = 0;
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| {
                let at = self.byte(error.marker().index());
                let place = Place { source: self.source, start: at, end: at };
                match error.info() {
                    info if info.contains("unknown anchor") => refused(place, ALIAS),
                    info if info.contains("recursion limit") => deep(place),
                    info => syntax::diagnose(self.text, place, info),
                }
            })?;
            let place = self.place(span);
            match event {
                Event::Alias(_) => return Err(refused(place, ALIAS)),
                Event::Scalar(_, _, 1.., _) | Event::SequenceStart(1.., _) | Event::MappingStart(1.., _) => {
                    return Err(refused(place, ANCHOR));
                }
                Event::Scalar(_, _, _, Some(_))
                | Event::SequenceStart(_, Some(_))
                | Event::MappingStart(_, Some(_)) => {
                    return Err(refused(place, TAG));
                }
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(refused(place, DOCUMENT));
                    }
                }
                Event::Scalar(text, style, _, _) => self.scalar(place, text.into_owned(), style)?,
                Event::SequenceStart(..) => self.enter(Open::List { start: place, items: Vec::new() }, place)?,
                Event::MappingStart(..) => {
                    self.enter(Open::Map { start: place, entries: Vec::new(), key: None, seen: HashMap::new() }, place)?
                }
                Event::SequenceEnd | Event::MappingEnd => self.leave(place),
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
        }
        Ok(())
    }

    fn scalar(&mut self, place: Place, text: String, style: ScalarStyle) -> Result<(), Diagnostic> {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::Single,
            ScalarStyle::DoubleQuoted => Style::Double,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
        };
        if let Some(Open::Map { key: key @ None, entries, seen, .. }) = self.open.last_mut() {
            if is_explicit(self.text.get(..place.start as usize).unwrap_or_default()) {
                return Err(refused(place, EXPLICIT));
            }
            if text == "<<" && style == Style::Plain {
                return Err(refused(place, MERGE));
            }
            if let Some(first) = stands_before(&text, place, entries, seen) {
                self.problems.push(
                    Diagnostic::error(codes::DUPLICATE_KEY, place, format!("the key `{text}` stands twice in one map"))
                        .label("again")
                        .also(first, "first here")
                        .help("remove one of them"),
                );
                if self.problems.len() == REPEATS_AT_MOST {
                    return Err(Diagnostic::error(codes::DUPLICATE_KEY, place, "and so on"));
                }
            }
            *key = Some(Key { place, text });
            return Ok(());
        }
        self.put(Node { place, value: Value::Scalar(Scalar { text, style, meaning: Meaning::Text }) });
        Ok(())
    }

    fn enter(&mut self, open: Open, place: Place) -> Result<(), Diagnostic> {
        if matches!(self.open.last(), Some(Open::Map { key: None, .. })) {
            return Err(Diagnostic::error(codes::UNSUPPORTED, place, "a list or map stands where a key is wanted")
                .help("text that begins with [ or { is put between single quotes"));
        }
        if self.open.len() == DEPTH_AT_MOST {
            return Err(deep(place));
        }
        self.open.push(open);
        Ok(())
    }

    fn leave(&mut self, end: Place) {
        let node = match self.open.pop() {
            Some(Open::List { start, items }) => {
                let last = items.last().map(|item| item.place);
                Node { place: self.extent(start, end, last), value: Value::List(items) }
            }
            Some(Open::Map { start, entries, .. }) => {
                let last = entries.last().map(|(_, value)| value.place);
                Node { place: self.extent(start, end, last), value: Value::Map(entries) }
            }
            None => return,
        };
        self.put(node);
    }

    /// Brackets belong to a collection; without them it ends with its last value, not where the next thing begins.
    fn extent(&self, start: Place, end: Place, last: Option<Place>) -> Place {
        let bracket = self.text.as_bytes().get(start.start as usize).is_some_and(|byte| matches!(byte, b'[' | b'{'));
        match last {
            Some(last) if !(bracket && end.end > start.end) => start.to(last),
            _ => start.to(end),
        }
    }

    fn put(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, key, .. }) => {
                if let Some(key) = key.take() {
                    entries.push((key, node));
                }
            }
        }
    }

    fn place(&self, span: Span) -> Place {
        let start = self.byte(span.start.index());
        let end = self.byte(span.end.index()).max(start);
        let written = self.text.get(start as usize..end as usize).unwrap_or_default();
        Place { source: self.source, start, end: start + offset(written.trim_end().len()) }
    }

    fn byte(&self, index: usize) -> u32 {
        match self.offsets.last() {
            None => offset(index.min(self.text.len())),
            Some(last) => self.offsets.get(index).copied().unwrap_or(*last),
        }
    }
}

/// Whether what stands `before` a key ends in the mark of one that may be anything, on which readers do not agree.
fn is_explicit(before: &str) -> bool {
    let mark = before.trim_end_matches([' ', '\t']).strip_suffix('?');
    mark.is_some_and(|rest| rest.is_empty() || rest.ends_with(|c: char| c.is_whitespace() || "{[,".contains(c)))
}

/// What is refused, and what to write instead.
type Refused = (&'static str, &'static str);

const ALIAS: Refused = (
    "an alias (`*name`)",
    "write the value out where it is used; text that begins with * is put between single quotes",
);
const ANCHOR: Refused = (
    "an anchor (`&name`)",
    "write the value out where it is used; text that begins with & is put between single quotes",
);
const TAG: Refused = (
    "a tag (`!name`)",
    "remove it: every key has one kind of value; text that begins with ! is put between single quotes",
);
const DOCUMENT: Refused =
    ("a second document (`---`)", "a file holds one: remove the line, or put what follows into another file");
const EXPLICIT: Refused =
    ("a key behind a `?`", "write `key: value`; text that begins with ? is put between single quotes");
const MERGE: Refused = ("a merge key (`<<`)", "write the keys out where they are used");

fn refused(place: Place, (what, help): Refused) -> Diagnostic {
    Diagnostic::error(codes::UNSUPPORTED, place, format!("{what} is not supported here")).help(help)
}

fn deep(place: Place) -> Diagnostic {
    Diagnostic::error(codes::TOO_DEEP, place, format!("nested more than {DEPTH_AT_MOST} levels deep"))
        .help("give the inner conditions a name as macros")
}
