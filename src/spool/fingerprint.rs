//! What tells one state of a file from the next, without reading it.

use rustix::fs::{FileType, Stat};

/// Device, inode, size, times, number of names and kind of a file: when none of them moves, the file is at rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    device: u64,
    inode: u64,
    size: u64,
    /// Nanoseconds since 1970, as are all times here; they wrap far outside of what file systems keep.
    modified: i64,
    changed: i64,
    links: u32,
    regular: bool,
}

impl Fingerprint {
    /// From what `stat` said.
    pub(crate) fn of(stat: &Stat) -> Self {
        #[expect(clippy::unnecessary_cast, reason = "the types of these fields differ between architectures")]
        Self {
            device: stat.st_dev as u64,
            inode: stat.st_ino as u64,
            size: stat.st_size as u64,
            modified: nanos(stat.st_mtime as i64, stat.st_mtime_nsec as i64),
            changed: nanos(stat.st_ctime as i64, stat.st_ctime_nsec as i64),
            links: u32::try_from(stat.st_nlink).unwrap_or(u32::MAX),
            regular: FileType::from_raw_mode(stat.st_mode).is_file(),
        }
    }

    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Device and inode.
    pub(crate) fn identity(&self) -> (u64, u64) {
        (self.device, self.inode)
    }

    /// When it was changed last, or given or taken a name, by the wall clock of its file system, in milliseconds since 1970.
    pub(crate) fn changed_ms(&self) -> i64 {
        self.changed.div_euclid(1_000_000)
    }

    /// Whether it is a regular file.
    pub fn is_regular(&self) -> bool {
        self.regular
    }

    /// Whether the file has other names, through which it can be changed after it was judged.
    pub fn is_linked_elsewhere(&self) -> bool {
        self.links > 1
    }

    /// The same file with the same content, as far as can be told when a rename lies between (which moves the change time).
    pub fn same_content(&self, other: &Self) -> bool {
        (self.device, self.inode, self.size, self.modified) == (other.device, other.inode, other.size, other.modified)
    }
}

fn nanos(seconds: i64, nanos: i64) -> i64 {
    seconds.wrapping_mul(1_000_000_000).wrapping_add(nanos)
}
