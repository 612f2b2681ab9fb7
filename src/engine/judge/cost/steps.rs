//! How many steps does it take to search a text? Counted, not timed: the same on every machine.
//!
//! The engine searches with an automaton that it builds on the way. A byte in a state that it has met before costs one
//! step; elsewhere, every state of the pattern's program that is alive costs one. It forgets what it has built when its
//! memory is full, and it builds nothing where a Unicode word boundary stands beside text outside ASCII.

use std::{collections::HashMap, rc::Rc};

use regex_automata::{
    nfa::thompson::{NFA, State},
    util::primitives::StateID,
};

/// Memory for what is built, in bytes: as much as the engine's patterns have.
const MEMORY_AT_MOST: usize = 256 << 10;

/// The states that are alive, the byte that comes, and what stands behind it, as far as assertions care.
type Key = (Rc<[StateID]>, u8, Behind);

/// What an assertion can see behind a byte.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Behind {
    End,
    LineEnd,
    Word,
    Other,
}

impl Behind {
    fn of(byte: Option<&u8>) -> Self {
        match byte {
            None => Self::End,
            Some(b'\n' | b'\r') => Self::LineEnd,
            Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'_' => Self::Word,
            Some(_) => Self::Other,
        }
    }
}

/// Steps for `text` from the byte `from` on, up to the first match, and where that ends. What goes before is searched,
/// too, so that what an ordinary pattern builds once is not counted.
pub(super) fn count(program: &NFA, text: &[u8], from: usize) -> (u64, Option<usize>) {
    let remembers = !program.look_set_any().contains_word_unicode() || text.is_ascii();
    let stride = program.byte_classes().alphabet_len().next_power_of_two() * size_of::<u32>();
    let mut walk =
        Walk { program, text, alive: Vec::new(), marks: vec![0; program.states().len()], round: 0, visits: 0 };
    let mut known: HashMap<Key, Rc<[StateID]>> = HashMap::new();
    let (mut steps, mut memory) = (0, 0);
    walk.begin();
    if walk.enter(program.start_unanchored(), 0) {
        return (0, Some(0));
    }
    let mut now: Rc<[StateID]> = walk.alive.as_slice().into();
    for (at, &byte) in text.iter().enumerate() {
        let key = (Rc::clone(&now), byte, Behind::of(text.get(at + 1)));
        if remembers && let Some(next) = known.get(&key) {
            steps += u64::from(at >= from);
            now = Rc::clone(next);
            continue;
        }
        walk.begin();
        let mut matched = false;
        for &state in &*now {
            walk.visits += 1;
            let target = match program.state(state) {
                State::ByteRange { trans } => trans.matches_byte(byte).then_some(trans.next),
                State::Sparse(sparse) => sparse.matches_byte(byte),
                State::Dense(dense) => dense.matches_byte(byte),
                _ => None,
            };
            if let Some(target) = target {
                matched |= walk.enter(target, at + 1);
            }
        }
        if at >= from {
            steps += walk.visits.max(1);
        }
        if matched {
            return (steps, Some(at + 1));
        }
        now = walk.alive.as_slice().into();
        if remembers {
            memory += stride + now.len() * size_of::<u32>();
            if memory > MEMORY_AT_MOST {
                known.clear();
                memory = 0;
            }
            known.insert(key, Rc::clone(&now));
        }
    }
    (steps, None)
}

/// The states that are alive at one place of the text.
struct Walk<'n> {
    program: &'n NFA,
    text: &'n [u8],
    alive: Vec<StateID>,
    /// By state: the last round in which it was entered.
    marks: Vec<u32>,
    round: u32,
    visits: u64,
}

impl Walk<'_> {
    fn begin(&mut self) {
        self.alive.clear();
        self.round += 1;
        self.visits = 0;
    }

    /// Enters a state and all that follow from it without a byte; whether the pattern has matched.
    fn enter(&mut self, first: StateID, at: usize) -> bool {
        let mut open = vec![first];
        let mut matched = false;
        while let Some(state) = open.pop() {
            if std::mem::replace(&mut self.marks[state.as_usize()], self.round) == self.round {
                continue;
            }
            self.visits += 1;
            match self.program.state(state) {
                State::Look { look, next } => {
                    if self.program.look_matcher().matches(*look, self.text, at) {
                        open.push(*next);
                    }
                }
                State::Union { alternates } => open.extend(alternates.iter().rev()),
                State::BinaryUnion { alt1, alt2 } => open.extend([*alt2, *alt1]),
                State::Capture { next, .. } => open.push(*next),
                State::Match { .. } => matched = true,
                State::Fail => {}
                State::ByteRange { .. } | State::Sparse(_) | State::Dense(_) => self.alive.push(state),
            }
        }
        matched
    }
}
