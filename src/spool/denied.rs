//! What the one to whom a folder or a file in the inbox belongs must know where siftd may not take it.

use std::{io, path::Path};

use rustix::{
    fs::Stat,
    process::{getegid, geteuid, getgroups},
};

use super::name::shown;

/// What siftd must be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Take entries out of a folder.
    Write,
    /// List a folder.
    List,
    /// Read a file.
    Read,
}

/// Who wants it.
struct Asking {
    user: u32,
    groups: Vec<u32>,
}

impl Asking {
    fn own() -> Self {
        let groups = getgroups().unwrap_or_default().into_iter().chain([getegid()]);
        Self { user: geteuid().as_raw(), groups: groups.map(|group| group.as_raw()).collect() }
    }
}

/// The same error with whose `at` is and the way out, where it says that something is not permitted.
pub(super) fn explained(error: io::Error, wanted: Wanted, at: &Path, stat: &Stat) -> io::Error {
    // A file that cannot be changed (EPERM) is not a matter of these permissions.
    if rustix::io::Errno::from_io_error(&error) != Some(rustix::io::Errno::ACCESS) {
        return error;
    }
    let text = text(&error, wanted, at, (stat.st_uid, stat.st_gid, stat.st_mode & 0o7777), &Asking::own());
    io::Error::new(io::ErrorKind::PermissionDenied, text)
}

fn text(error: &io::Error, wanted: Wanted, at: &Path, (user, group, mode): (u32, u32, u32), asking: &Asking) -> String {
    let (kind, does, bits, entry) = match wanted {
        Wanted::Write => ("folder", "write to", "w", "rwx"),
        Wanted::List => ("folder", "list and write to", "rwx", "rwx"),
        Wanted::Read => ("file", "read", "r", "r"),
    };
    let (at, own) = (shown(at), asking.user);
    let change = match () {
        () if user == own => format!("`chmod u+{bits} {at}`"),
        () if asking.groups.contains(&group) => format!("`chmod g+{bits} {at}`"),
        () => format!("give it to a group that siftd is in and `chmod g+{bits}` it"),
    };
    format!(
        "{error}: the {kind} {at} is user {user}'s (group {group}, mode {mode:o}), and siftd (user {own}) must be able to \
         {does} it; {change}, or `setfacl -m u:{own}:{entry} {at}`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_out_fits_whose_it_is() {
        let denied = io::Error::from(rustix::io::Errno::ACCESS);
        let asking = Asking { user: 998, groups: vec![998, 997] };
        let said = |wanted, at: &str, about| text(&denied, wanted, Path::new(at), about, &asking);
        assert_eq!(
            said(Wanted::Write, "inbox/sub", (1000, 997, 0o2755)),
            "Permission denied (os error 13): the folder inbox/sub is user 1000's (group 997, mode 2755), and siftd (user \
             998) must be able to write to it; `chmod g+w inbox/sub`, or `setfacl -m u:998:rwx inbox/sub`"
        );
        assert!(said(Wanted::Write, "a", (998, 998, 0o500)).contains("`chmod u+w a`"));
        assert!(said(Wanted::List, "a", (1000, 997, 0o700)).contains("`chmod g+rwx a`"));
        let other = said(Wanted::Read, "a.txt", (1000, 1000, 0o600));
        assert!(
            other.contains("the file a.txt is user 1000's") && other.contains("a group that siftd is in"),
            "{other}"
        );
    }

    #[test]
    fn what_is_no_matter_of_permissions_stays_as_it_is() {
        let stat = rustix::fs::stat(".").unwrap();
        let error = io::Error::from(rustix::io::Errno::PERM);
        let told = explained(error, Wanted::Write, Path::new("a"), &stat);
        assert_eq!(told.to_string(), "Operation not permitted (os error 1)");
    }
}
