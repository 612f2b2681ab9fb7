//! Names in the inbox that are passed over though nothing about them says so to whoever dropped them.

use std::path::PathBuf;

use crate::{
    report::human::count_of,
    spool::{Ignore, MOUNTED, UNLISTED, shown},
};

/// Names that are told.
const NAMED_MAX: usize = 3;

/// The way out.
pub(super) const ADVICE: &str = "put the files themselves there, no links and no deeper";

/// Of the names that a sweep leaves alone, those that look like documents, since it is not their name that says why; `None` when
/// there are none.
pub(super) fn over(ignored: &[(PathBuf, String)], ignore: &Ignore) -> Option<String> {
    let by_name = |path: &PathBuf| path.iter().any(|part| ignore.reason(part).is_some());
    // What cannot be listed is told of the inbox; and what is mounted there, somebody mounted who may.
    let is_told = |why: &String| !why.starts_with(UNLISTED) && why != MOUNTED;
    let meant = ignored.iter().filter(|(path, why)| !by_name(path) && is_told(why));
    let mut told: Vec<String> = meant.map(|(path, why)| format!("{} ({why})", shown(path))).collect();
    if told.is_empty() {
        return None;
    }
    told.sort_unstable();
    let count = told.len();
    told.truncate(NAMED_MAX);
    let more = if count > NAMED_MAX { format!(" and {} more", count - NAMED_MAX) } else { String::new() };
    let names = count_of(count, "name");
    Some(format!("{names} in the inbox passed over, though not for the name: {}{more}", told.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_its_name_hides_is_no_document() {
        let ignore = Ignore::new(&["*.part".to_owned()]).unwrap();
        let told = |names: &[(&str, &str)]| {
            let names: Vec<(PathBuf, String)> = names.iter().map(|(path, why)| (path.into(), (*why).into())).collect();
            over(&names, &ignore)
        };
        let unlisted = format!("{UNLISTED}: Permission denied");
        let names =
            [("a.part", "x"), (".git/link", "it is a symbolic link"), ("closed", &*unlisted), ("disk", MOUNTED)];
        assert_eq!(told(&names), None);
        let names = ["d", "c", "b", "a"].map(|name| (name, "it is a socket"));
        assert_eq!(
            told(&names).unwrap(),
            "4 names in the inbox passed over, though not for the name: a (it is a socket), b (it is a socket), c (it is a \
             socket) and 1 more"
        );
    }
}
