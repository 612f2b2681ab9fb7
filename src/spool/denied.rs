//! What the one to whom a folder or a file in the inbox belongs must know where siftd may not take it.

use std::{
    ffi::OsStr,
    io,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use rustix::{
    fs::{Access, AtFlags},
    io::Errno,
    process::{getegid, geteuid, getgroups},
};

use super::{folder::Folder, name::shown};

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

/// Whether siftd has given up, by Landlock and for good, whatever it did not need when it started.
static SHUT_IN: AtomicBool = AtomicBool::new(false);

/// It has, from now on.
pub fn shut_in() {
    SHUT_IN.store(true, Ordering::Relaxed);
}

/// The same error with the cause and the way out, where it says that something is not permitted: whose the entry `name` of `folder`
/// is (or the folder, without a name), or that permissions are not what forbids it.
pub(super) fn explained(error: io::Error, wanted: Wanted, folder: &Folder, name: Option<&OsStr>) -> io::Error {
    // A file that cannot be changed (EPERM) is not a matter of these permissions.
    if Errno::from_io_error(&error) != Some(Errno::ACCESS) {
        return error;
    }
    let at = name.map_or_else(|| folder.path().to_owned(), |name| folder.path().join(name));
    let name = name.unwrap_or(OsStr::new("."));
    let access = match wanted {
        Wanted::Write => Access::WRITE_OK | Access::EXEC_OK,
        Wanted::List => Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK,
        Wanted::Read => Access::READ_OK,
    };
    let Ok(stat) = folder.stat(name) else { return error };
    let text = match rustix::fs::accessat(folder, name, access, AtFlags::empty()) {
        Ok(()) => other_cause(&error, &at, SHUT_IN.load(Ordering::Relaxed)),
        Err(_) => text(&error, wanted, &at, (stat.st_uid, stat.st_gid, stat.st_mode & 0o7777), &Asking::own()),
    };
    io::Error::new(io::ErrorKind::PermissionDenied, text)
}

/// The same of a folder that was to be opened, where permissions are not what forbids it.
pub(super) fn explained_open(error: io::Error, path: &Path) -> io::Error {
    let denied = Errno::from_io_error(&error) == Some(Errno::ACCESS);
    if !denied || rustix::fs::access(path, Access::READ_OK | Access::EXEC_OK).is_err() {
        return error;
    }
    let text = other_cause(&error, path, SHUT_IN.load(Ordering::Relaxed));
    io::Error::new(io::ErrorKind::PermissionDenied, text)
}

/// Permissions and access lists allow it: access(2) asks them, and nothing of what Landlock forbids.
fn other_cause(error: &io::Error, at: &Path, shut_in: bool) -> String {
    let at = shown(at);
    match shut_in {
        true => format!(
            "{error}: permissions allow it, but siftd shut itself in when it started (`confine`), and {at} came into its place since \
             or was mounted anew; restart siftd"
        ),
        false => format!(
            "{error}: permissions allow it, so a security module of the system (AppArmor, say) keeps siftd from {at}; the system's \
             log says which"
        ),
    }
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
        let told = explained(Errno::PERM.into(), Wanted::Write, &Folder::open(Path::new(".")).unwrap(), None);
        assert_eq!(told.to_string(), "Operation not permitted (os error 1)");
    }

    #[test]
    fn nobody_is_sent_to_change_permissions_that_allow_it() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.txt"), "a").unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let denied = || io::Error::from(Errno::ACCESS);
        let told = [
            explained(denied(), Wanted::Read, &folder, Some(OsStr::new("a.txt"))),
            explained(denied(), Wanted::Write, &folder, None),
            explained(denied(), Wanted::List, &folder, None),
            explained_open(denied(), dir.path()),
        ];
        for told in told.map(|told| told.to_string()) {
            assert!(told.contains("permissions allow it") && !told.contains("chmod"), "{told}");
        }
        let confined = other_cause(&denied(), dir.path(), true);
        assert!(confined.contains("`confine`") && confined.contains("restart siftd"), "{confined}");
    }
}
