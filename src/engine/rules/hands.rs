//! Who does the work of loading and checking rules. The engine starts no threads; its caller may, and lends them.

use std::sync::{Mutex, PoisonError};

/// Whoever does work whose parts do not depend on each other.
pub trait Hands: Sync {
    /// Calls `work` once with each number below `parts`, in any order and perhaps at the same time, and returns when all is
    /// done. A panic of `work` goes on to the caller.
    fn share(&self, parts: usize, work: &(dyn Fn(usize) + Sync));
}

/// One pair of hands, which does one part after the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

impl Hands for Alone {
    fn share(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        (0..parts).for_each(work);
    }
}

/// What `work` makes of each part, in the order of the parts, whoever did it and when.
pub(in crate::engine) fn each<T: Sync, R: Send>(
    hands: &dyn Hands,
    parts: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let made: Vec<Mutex<Option<R>>> = parts.iter().map(|_| Mutex::new(None)).collect();
    hands.share(parts.len(), &|index| {
        let result = work(&parts[index]);
        *made[index].lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    });
    let made = made.into_iter().map(|made| made.into_inner().unwrap_or_else(PoisonError::into_inner));
    // What nobody did is done here.
    made.zip(parts).map(|(made, part)| made.unwrap_or_else(|| work(part))).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Begins with the last part, and does each on a thread of its own.
    pub(crate) struct Many;

    impl Hands for Many {
        fn share(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
            std::thread::scope(|scope| (0..parts).rev().for_each(|part| _ = scope.spawn(move || work(part))));
        }
    }

    /// Does only every other part.
    struct Lazy;

    impl Hands for Lazy {
        fn share(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
            (0..parts).step_by(2).for_each(work);
        }
    }

    proptest! {
        #[test]
        fn results_come_in_the_order_of_the_parts(parts in prop::collection::vec(any::<u32>(), 0..9)) {
            let squares: Vec<u64> = parts.iter().map(|&part| u64::from(part) * u64::from(part)).collect();
            for hands in [&Alone as &dyn Hands, &Many, &Lazy] {
                prop_assert_eq!(&each(hands, &parts, |&part| u64::from(part) * u64::from(part)), &squares);
            }
        }
    }
}
