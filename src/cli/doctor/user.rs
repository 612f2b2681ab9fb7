//! For which user siftd must be able to work: the daemon's, if one runs, else ours.

use std::fs;

use crate::service::Status;

/// A user, by numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct User {
    pub(super) user: u32,
    pub(super) groups: Vec<u32>,
    /// Whether it is somebody else than who asks, so that trying things out says nothing.
    pub(super) other: bool,
}

impl User {
    /// The user of the daemon that runs, or of this process.
    pub(super) fn of_daemon(status: Option<&Status>) -> Self {
        let own = rustix::process::geteuid().as_raw();
        let about = status.and_then(|status| fs::read_to_string(format!("/proc/{}/status", status.pid)).ok());
        about.as_deref().and_then(|about| Self::of_status(about, own)).unwrap_or_else(|| Self {
            user: own,
            groups: std::iter::once(rustix::process::getegid().as_raw())
                .chain(rustix::process::getgroups().unwrap_or_default().into_iter().map(rustix::process::Gid::as_raw))
                .collect(),
            other: false,
        })
    }

    /// From the text of `/proc/PID/status`; see proc(5).
    fn of_status(about: &str, own: u32) -> Option<Self> {
        let numbers = |key: &str| -> Option<Vec<u32>> {
            let line = about.lines().find_map(|line| line.strip_prefix(key))?;
            Some(line.split_whitespace().filter_map(|number| number.parse().ok()).collect())
        };
        // Real, effective, saved, of the file system.
        let user = *numbers("Uid:")?.get(1)?;
        let mut groups = vec![*numbers("Gid:")?.get(1)?];
        groups.extend(numbers("Groups:")?);
        Some(Self { user, groups, other: user != own })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_effective_user_and_all_groups_count() {
        let about = "Name:\tsiftd\nUid:\t1\t998\t998\t998\nGid:\t7\t997\t997\t997\nGroups:\t996 997 \n";
        let user = User { user: 998, groups: vec![997, 996, 997], other: true };
        assert_eq!(User::of_status(about, 0), Some(user.clone()));
        assert_eq!(User::of_status(about, 998), Some(User { other: false, ..user }));
        assert_eq!(User::of_status("Name: x\n", 0), None);
    }
}
