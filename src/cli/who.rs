//! Who sits at the keyboard, for the journal.

use std::{env, fs};

use crate::spool::journal::By;

/// Maps users' names to numbers.
const USERS: &str = "/etc/passwd";

/// Who decides, and why.
pub(super) fn by(why: Option<&String>) -> By {
    By { who: Some(asking()), why: why.cloned() }
}

/// The name of a user, if there is one.
pub(super) fn name(user: u32) -> Option<String> {
    name_of(user, &fs::read_to_string(USERS).unwrap_or_default())
}

/// A user as people call him.
pub(super) fn named(user: u32) -> String {
    name(user).map_or_else(|| format!("user {user}"), |name| format!("user {name}"))
}

/// Who sits there; who became root by sudo is named too.
fn asking() -> String {
    let user = rustix::process::getuid().as_raw();
    let own = name(user).unwrap_or_else(|| format!("user {user}"));
    match env::var("SUDO_USER") {
        Ok(before) if user == 0 && !before.is_empty() && before != own => format!("{before} (as {own})"),
        _ => own,
    }
}

/// The name of a user in the text of a passwd file (see passwd(5)).
fn name_of(user: u32, users: &str) -> Option<String> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        (fields.nth(1)?.parse() == Ok(user)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_number() {
        let users = "root:x:0:0:root:/root:/bin/sh\n# broken\n:x:7::\nanna:x:1000:1000::/home/anna:\n";
        assert_eq!(name_of(0, users).as_deref(), Some("root"));
        assert_eq!(name_of(1000, users).as_deref(), Some("anna"));
        assert_eq!(name_of(7, users), None);
        assert_eq!(name_of(1000, ""), None);
    }
}
