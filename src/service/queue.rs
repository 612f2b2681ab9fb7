//! A queue from one thread to several. Whoever puts something in wakes one of those who wait, and nobody where all are at work.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

/// The end that puts in; when it goes, the others hear that nothing comes any more.
pub(super) struct Giver<T>(Arc<Queue<T>>);

/// One of the ends that take out.
pub(super) struct Taker<T>(Arc<Queue<T>>);

struct Queue<T> {
    state: Mutex<State<T>>,
    comes: Condvar,
}

struct State<T> {
    waiting: VecDeque<T>,
    /// Who waits and was not woken yet; sometimes more, never fewer.
    idle: usize,
    ended: bool,
}

/// An empty queue.
pub(super) fn queue<T>() -> (Giver<T>, Taker<T>) {
    let state = Mutex::new(State { waiting: VecDeque::new(), idle: 0, ended: false });
    let queue = Arc::new(Queue { state, comes: Condvar::new() });
    (Giver(Arc::clone(&queue)), Taker(queue))
}

impl<T> Queue<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Giver<T> {
    /// Puts it in.
    pub(super) fn give(&self, thing: T) {
        let mut state = self.0.state();
        state.waiting.push_back(thing);
        let wakes = state.idle > 0;
        state.idle -= usize::from(wakes);
        drop(state);
        if wakes {
            self.0.comes.notify_one();
        }
    }
}

impl<T> Drop for Giver<T> {
    fn drop(&mut self) {
        self.0.state().ended = true;
        self.0.comes.notify_all();
    }
}

impl<T> Taker<T> {
    /// Takes out what was put in first, and waits for it; `None` when nothing comes any more.
    pub(super) fn take(&self) -> Option<T> {
        let mut state = self.0.state();
        loop {
            match state.waiting.pop_front() {
                None if !state.ended => {}
                first => return first,
            }
            state.idle += 1;
            state = self.0.comes.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<T> Clone for Taker<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn each_thing_is_taken_once_and_nobody_waits_for_ever() {
        for takers in [1, 2, 7] {
            let (giver, taker) = queue();
            let threads: Vec<_> = (0..takers)
                .map(|_| {
                    let taker = taker.clone();
                    thread::spawn(move || std::iter::from_fn(|| taker.take()).collect::<Vec<u32>>())
                })
                .collect();
            for number in 0..10_000 {
                giver.give(number);
                // So that they run out of work again and again.
                if number % 100 < 5 {
                    thread::yield_now();
                }
            }
            drop(giver);
            let mut taken: Vec<u32> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
            taken.sort_unstable();
            assert_eq!(taken, (0..10_000).collect::<Vec<_>>());
        }
    }

    #[test]
    fn who_waits_is_woken_for_each_thing_and_in_order() {
        let (giver, taker) = queue();
        let (answers, heard) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            while let Some(number) = taker.take() {
                answers.send(number).unwrap();
            }
        });
        for number in 0..1000 {
            giver.give(number);
            assert_eq!(heard.recv_timeout(std::time::Duration::from_secs(60)), Ok(number));
        }
        drop(giver);
        thread.join().unwrap();
    }
}
