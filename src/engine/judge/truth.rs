//! Three-valued logic (Kleene): what cannot be determined is neither true nor false.

use crate::engine::rules::model::Logic;

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// It does not.
    False,
    /// That cannot be determined here.
    Unknown,
    /// It does.
    True,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

impl Truth {
    /// Both: the weaker of the two.
    pub(super) fn and(self, other: Self) -> Self {
        self.min(other)
    }
}

/// Evaluates from left to right, no further than needed.
pub(super) fn evaluate<T>(logic: &Logic<T>, test: &mut impl FnMut(&T) -> Truth) -> Truth {
    match logic {
        Logic::Any(parts) => {
            let mut result = Truth::False;
            for part in parts {
                result = result.max(evaluate(part, test));
                if result == Truth::True {
                    break;
                }
            }
            result
        }
        Logic::All(parts) => {
            let mut result = Truth::True;
            for part in parts {
                result = result.min(evaluate(part, test));
                if result == Truth::False {
                    break;
                }
            }
            result
        }
        Logic::Not(part) => !evaluate(part, test),
        Logic::Use(_, part) => evaluate(part, test),
        Logic::Is(at) => test(&at.value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{diagnostic::Place, rules::model::At};

    fn leaf(truth: Truth) -> Logic<Truth> {
        Logic::Is(At { value: truth, place: Place { source: 0, start: 0, end: 0 } })
    }

    #[test]
    fn follows_the_tables_of_kleene() {
        use Truth::{False, True, Unknown};
        let all = [False, Unknown, True];
        for a in all {
            for b in all {
                let mut known = |truth: &Truth| *truth;
                assert_eq!(evaluate(&Logic::Any(vec![leaf(a), leaf(b)]), &mut known), a.max(b));
                assert_eq!(evaluate(&Logic::All(vec![leaf(a), leaf(b)]), &mut known), a.min(b));
            }
            assert_eq!(!!a, a);
        }
        assert_eq!(!Unknown, Unknown);
        assert_eq!(evaluate(&Logic::<Truth>::Any(vec![]), &mut |truth| *truth), False);
        assert_eq!(evaluate(&Logic::<Truth>::All(vec![]), &mut |truth| *truth), True);
    }

    #[test]
    fn stops_where_the_answer_is_certain() {
        let mut asked = 0;
        let tree = Logic::All(vec![leaf(Truth::Unknown), leaf(Truth::False), leaf(Truth::True)]);
        evaluate(&tree, &mut |truth| {
            asked += 1;
            *truth
        });
        assert_eq!(asked, 2);
    }
}
