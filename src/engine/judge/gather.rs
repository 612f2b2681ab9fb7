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
    let (mut truth, mut notes) = (!decisive, Notes::default());
    for part in parts {
        let (answer, saw) = gather(part, test);
        if answer == decisive {
            return (answer, saw);
        }
        if answer == truth {
            notes.merge(saw);
        } else if answer == Truth::Unknown {
            (truth, notes) = (answer, saw);
        }
    }
    (truth, notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{diagnostic::Place, rules::model::At};

    #[test]
    fn notes_are_of_the_parts_that_decided() {
        use Truth::{False, True, Unknown};
        let answers = [(True, "yes"), (False, "no"), (Unknown, "perhaps"), (False, "never"), (Unknown, "maybe")];
        let leaf = |at: usize| Logic::Is(At { value: at, place: Place { source: 0, start: 0, end: 0 } });
        let told = |logic: &Logic<usize>| {
            let (truth, notes) = gather(logic, &mut |&at, notes| {
                let (truth, word) = answers[at];
                notes.word(word);
                truth
            });
            (truth, notes.words.join(" "))
        };
        let some = |parts: &[usize]| parts.iter().copied().map(leaf).collect::<Vec<_>>();
        for (parts, any, all) in [
            (&[][..], (False, ""), (True, "")),
            (&[1, 3], (False, "no never"), (False, "no")),
            (&[1, 0, 2], (True, "yes"), (False, "no")),
            (&[0, 2, 4], (True, "yes"), (Unknown, "perhaps maybe")),
            (&[1, 2, 3, 4], (Unknown, "perhaps maybe"), (False, "no")),
            (&[2, 4, 3], (Unknown, "perhaps maybe"), (False, "never")),
        ] {
            assert_eq!(told(&Logic::Any(some(parts))), (any.0, any.1.to_owned()), "any of {parts:?}");
            assert_eq!(told(&Logic::All(some(parts))), (all.0, all.1.to_owned()), "all of {parts:?}");
        }
    }
}
