//! Which tests made a condition come out as it did, and what they saw.

use super::{Truth, notes::Notes};
use crate::engine::rules::model::Logic;

/// Evaluates a condition and keeps the notes of the parts that decided it: of one that holds, where one is enough; of
/// all, where all are needed; of those that could not tell, where that is the answer.
pub(super) fn gather<T>(logic: &Logic<T>, test: &mut impl FnMut(&T, &mut Notes) -> Truth) -> (Truth, Notes) {
    match logic {
        Logic::Any(parts) => several(parts, Truth::True, test),
        Logic::All(parts) => several(parts, Truth::False, test),
        Logic::Not(part) => {
            let (truth, notes) = gather(part, test);
            (!truth, notes)
        }
        Logic::Use(_, part) => gather(part, test),
        Logic::Is(at) => {
            let mut notes = Notes::default();
            let truth = test(&at.value, &mut notes);
            (truth, notes)
        }
    }
}

/// Several parts of which one with the answer `decisive` settles the whole.
fn several<T>(parts: &[Logic<T>], decisive: Truth, test: &mut impl FnMut(&T, &mut Notes) -> Truth) -> (Truth, Notes) {
    let mut seen = Vec::with_capacity(parts.len());
    for part in parts {
        let (truth, notes) = gather(part, test);
        if truth == decisive {
            return (truth, notes);
        }
        seen.push((truth, notes));
    }
    let truth = if seen.iter().any(|(truth, _)| *truth == Truth::Unknown) { Truth::Unknown } else { !decisive };
    let mut merged = Notes::default();
    for (part, notes) in seen {
        if part == truth {
            merged.merge(notes);
        }
    }
    (truth, merged)
}
