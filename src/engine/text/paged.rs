//! A table over all of Unicode whose pages are computed when first asked for.
//!
//! Looking a property up in compressed tables costs tens of nanoseconds a character; here it costs an
//! index, and a text touches few pages.

use std::sync::OnceLock;

/// Characters a page.
pub(super) const PAGE: usize = 256;
const PAGES: usize = 0x11_0000 / PAGE;

/// One value for each character.
pub(super) struct Paged<T: 'static> {
    pages: [OnceLock<Box<[T; PAGE]>>; PAGES],
    make: fn(u32) -> Box<[T; PAGE]>,
}

impl<T: Copy> Paged<T> {
    /// A table whose page of the characters from `first` on is `make(first)`.
    pub(super) const fn new(make: fn(u32) -> Box<[T; PAGE]>) -> Self {
        Self { pages: [const { OnceLock::new() }; PAGES], make }
    }

    /// The value of `c`.
    #[inline]
    pub(super) fn get(&self, c: char) -> T {
        let code = c as usize;
        let page = self.pages[code / PAGE].get_or_init(|| (self.make)((code - code % PAGE) as u32));
        page[code % PAGE]
    }
}
