//! Which claims are being judged at this moment, on disk, so that it is known after a judge took the daemon with it.
//!
//! A file beside the claims has one place for each judge, and in it the id of the claim that it is at. That costs a write of
//! a few bytes; only of a dead daemon are the places read, and then each claim is renamed to tell of the try.

use std::{
    collections::HashSet,
    ffi::OsStr,
    fs::File,
    io::{self, Read},
    os::unix::fs::FileExt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rustix::fs::OFlags;

use super::folder::Folder;

/// The file's name in a daemon's folder.
pub(crate) const FILE: &str = "judging";

/// Bytes of a place: longer than any id.
const WIDTH: usize = 64;

/// The file of one daemon.
#[derive(Debug)]
pub(crate) struct Tries {
    file: File,
    /// Which places are in use.
    places: Mutex<Vec<bool>>,
}

/// Says on disk that a claim is being judged, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Mark {
    tries: Arc<Tries>,
    place: usize,
}

impl Tries {
    /// Makes the file in a daemon's own folder.
    pub(crate) fn open(home: &Folder) -> io::Result<Self> {
        let file = home.write(OsStr::new(FILE), OFlags::CREATE, 0o600)?;
        Ok(Self { file, places: Mutex::default() })
    }

    /// Judging the claim `id` begins.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub(crate) fn begin(self: &Arc<Self>, id: &str) -> io::Result<Mark> {
        let place = {
            let mut places = self.places();
            let free = places.iter().position(|used| !used);
            let place = free.unwrap_or(places.len());
            if free.is_none() {
                places.push(true);
            }
            places[place] = true;
            place
        };
        let mark = Mark { tries: Arc::clone(self), place };
        self.write(place, id)?;
        Ok(mark)
    }

    fn write(&self, place: usize, id: &str) -> io::Result<()> {
        let mut text = [0; WIDTH];
        let id = id.as_bytes();
        let length = id.len().min(WIDTH);
        text[..length].copy_from_slice(&id[..length]);
        self.file.write_all_at(&text, (place * WIDTH) as u64)
    }

    fn places(&self) -> MutexGuard<'_, Vec<bool>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        // Where it cannot be taken back, a claim that is long gone is named.
        let _ = self.tries.write(self.place, "");
        self.tries.places()[self.place] = false;
    }
}

/// The ids of the claims that were being judged when the daemon of this folder died.
///
/// # Errors
/// When that cannot be told: nobody is to be judged again then as if he were innocent.
pub(crate) fn interrupted(home: &Folder) -> io::Result<HashSet<String>> {
    let mut bytes = Vec::new();
    // Larger than that siftd never makes it.
    match home.read(OsStr::new(FILE)).and_then(|file| file.take(1 << 20).read_to_end(&mut bytes)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HashSet::new()),
        read => read?,
    };
    let texts = bytes.chunks(WIDTH).map(|text| text.split(|byte| *byte == 0).next().unwrap_or_default());
    Ok(texts.filter(|id| !id.is_empty()).map(|id| String::from_utf8_lossy(id).into_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_being_judged_is_known_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let home = Folder::open(dir.path()).unwrap();
        assert!(interrupted(&home).unwrap().is_empty());
        let tries = Arc::new(Tries::open(&home).unwrap());
        let mut marks = [1, 2, 3].map(|number| Some(tries.begin(&format!("0123456789abcdef-{number}")).unwrap()));
        marks[1] = None;
        let known = |numbers: &[u32]| numbers.iter().map(|number| format!("0123456789abcdef-{number}")).collect();
        assert_eq!(interrupted(&home).unwrap(), known(&[1, 3]));
        let again = tries.begin("0123456789abcdef-4").unwrap();
        assert_eq!(interrupted(&home).unwrap(), known(&[1, 3, 4]));
        drop((marks, again));
        assert!(interrupted(&home).unwrap().is_empty());
        assert_eq!(std::fs::metadata(dir.path().join(FILE)).unwrap().len(), 3 * WIDTH as u64);
    }
}
