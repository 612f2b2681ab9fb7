//! Signs of life of work that takes long, such as a copy of a huge file to another file system.

use std::fmt;

/// Gives a sign of life.
#[derive(Clone, Copy)]
pub(crate) struct Pulse<'p>(pub(crate) &'p (dyn Fn() + Sync));

impl Pulse<'static> {
    /// Nobody listens.
    pub(crate) const UNHEARD: Self = Self(&|| ());
}

impl Pulse<'_> {
    /// Another piece is done.
    pub(crate) fn beat(self) {
        (self.0)();
    }
}

impl fmt::Debug for Pulse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pulse")
    }
}
