//! Finding the file that a person means, by what was typed.

use std::{
    collections::HashSet,
    error,
    ffi::{OsStr, OsString},
    fmt, fs,
    os::unix::ffi::OsStrExt,
    path::{Component, Path, PathBuf},
};

use super::{
    aside::{Aside, aside},
    fault::Fault,
    layout::{Destinations, Place},
    name::{shown, unshown},
    retention::held,
};

/// Why a file was not found.
#[derive(Debug)]
pub enum AsideError {
    /// There is none of that name.
    None {
        /// As it was typed.
        name: String,
        /// Where it was looked for.
        places: Vec<Place>,
        /// Where else one lies.
        elsewhere: Option<Place>,
        /// Why it may lie there unseen.
        unseen: Option<String>,
    },
    /// It is being sent on or deleted, or a crash left it so.
    Held(String, Place),
    /// There are several; where they lie in more than one place, each with its folder.
    Several(String, Vec<PathBuf>),
    /// The folder cannot be listed.
    Fault(Fault),
}

impl fmt::Display for AsideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None { name, elsewhere: Some(place), .. } => write!(
                f,
                "find {name}: {}",
                match place {
                    Place::Quarantine => "it lies in quarantine",
                    Place::Rejected => "it lies in rejected; `siftd retry` judges it again",
                    Place::Curated => "it lies in curated already",
                    Place::Originals => "it lies in originals, and what was left of it in curated already",
                }
            ),
            Self::None { name, places, unseen, .. } => {
                let places = places.iter().map(|place| place.as_str()).collect::<Vec<_>>().join(", ");
                let places = match places.rsplit_once(", ") {
                    Some((others, last)) => format!("{others} or {last}"),
                    None => places,
                };
                write!(f, "find {name}: no such file lies in {places}")?;
                unseen.as_ref().map_or(Ok(()), |why| write!(f, "; {why}"))
            }
            Self::Held(name, place) => write!(
                f,
                "find {name}: it was in {}, and is being sent on or deleted; if whoever did that was interrupted, a siftd that \
                 runs, or the next start, puts it back or ends it",
                place.as_str()
            ),
            Self::Several(name, paths) => {
                let paths: Vec<String> = paths.iter().take(5).map(shown).collect();
                write!(f, "find {name}: it could be any of {}; write more of the path", paths.join(", "))
            }
            Self::Fault(fault) => write!(f, "{fault}"),
        }
    }
}

impl error::Error for AsideError {}

impl From<Fault> for AsideError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Whether a path is what was typed, in one way.
type Way = dyn Fn(&Path, &OsStr) -> bool;

/// What a name may mean: a path, in a place or in any.
type Meant = Vec<(Option<Place>, OsString)>;

/// Looks of what lies somewhere at what is held there, one after the other: what is put back between them is seen by the next.
const LOOKS: u32 = 2;

/// The file that a person means by `name`: its path, its name, or an unmistakable beginning of either, as it is or as a
/// listing shows it; its path may be written from where the person stands, or with the place's folder before it.
///
/// # Errors
/// When it is none, or could be several.
pub fn find(destinations: &Destinations, places: &[Place], name: &str) -> Result<Aside, AsideError> {
    let readings = readings(name);
    let name = &readings.last().map(shown).unwrap_or_default();
    let meanings: Vec<Meant> = readings.iter().map(|typed| meanings(destinations, places, Path::new(typed))).collect();
    let exact: [&Way; 2] =
        [&|path, wanted| path.as_os_str() == wanted, &|path, wanted| path.file_name() == Some(wanted)];
    // A name that somebody wrote out is no beginning of another one, wherever its file lies by now.
    let is_meant = |place: Place, path: &Path| {
        let by_folder = |typed: &OsString| {
            [below, named].iter().any(|way| way(destinations.path(place), Path::new(typed)).as_deref() == Some(path))
        };
        readings.iter().any(by_folder)
            || meanings.iter().flatten().any(|(_, wanted)| exact.iter().any(|way| way(path, wanted)))
    };
    let (mut all, mut unseen) = (Vec::new(), None);
    for _ in 0..LOOKS {
        (all, unseen) = lying(destinations, places)?;
        if let Some(one) = one_of(destinations, &all, &meanings, &exact, name)? {
            return Ok(one);
        }
        for place in places {
            match held(destinations, *place) {
                Ok(held) if held.iter().any(|path| is_meant(*place, path)) => {
                    return Err(AsideError::Held(name.to_owned(), *place));
                }
                Ok(_) => {}
                Err(error) => {
                    unseen = Some(format!("it cannot be told what is held in {}: {error}", place.as_str()));
                }
            }
        }
    }
    let others: Vec<Place> = Place::ALL.into_iter().filter(|place| !places.contains(place)).collect();
    // Where that cannot be looked at, nothing is told of it.
    let (elsewhere, unknown) =
        lying(destinations, &others).unwrap_or_else(|fault| (Vec::new(), Some(fault.to_string())));
    let elsewhere = elsewhere.iter().find(|aside| is_meant(aside.place, &aside.path)).map(|aside| aside.place);
    // The beginning of a name is unmistakable only where all names are known.
    let unseen = unseen.or(unknown);
    if elsewhere.is_none() && unseen.is_none() {
        let begins = |path: &Path, wanted: &OsStr| {
            let starts = |text: &OsStr| text.as_bytes().starts_with(wanted.as_bytes());
            starts(path.as_os_str()) || path.file_name().is_some_and(starts)
        };
        if let Some(one) = one_of(destinations, &all, &meanings, &[&begins], name)? {
            return Ok(one);
        }
    }
    Err(AsideError::None { name: name.to_owned(), places: places.to_vec(), elsewhere, unseen })
}

/// What was typed, and what it is where a listing shows just that of it.
fn readings(name: &str) -> Vec<OsString> {
    let (plain, read) = (OsString::from(name), unshown(name));
    if read != plain && shown(&read) == name { vec![plain, read] } else { vec![plain] }
}

/// A file that is there goes before a name that only looks like it.
fn meanings(destinations: &Destinations, places: &[Place], typed: &Path) -> Meant {
    let places_of = |way: fn(&Path, &Path) -> Option<PathBuf>| {
        places.iter().find_map(|place| Some((*place, way(destinations.path(*place), typed)?.into_os_string())))
    };
    let mut meant = Meant::new();
    meant.extend(places_of(below).map(|(place, path)| (Some(place), path)));
    meant.push((None, plain(typed).into_os_string()));
    meant.extend(places_of(named).map(|(place, path)| (Some(place), path)));
    meant
}

/// The one file that is meant in one of these ways, those first that come first; by each reading of its name.
fn one_of(
    destinations: &Destinations,
    all: &[Aside],
    meanings: &[Meant],
    ways: &[&Way],
    typed: &str,
) -> Result<Option<Aside>, AsideError> {
    let mut found: Vec<&Aside> = Vec::new();
    for meant in meanings {
        let meant = meant.iter().flat_map(|meant| ways.iter().map(move |way| (meant, way)));
        let files = meant.map(|((place, wanted), way)| {
            let of_place = all.iter().filter(|aside| place.is_none_or(|place| aside.place == place));
            of_place.filter(|aside| way(&aside.path, wanted)).collect::<Vec<&Aside>>()
        });
        for file in files.into_iter().find(|files| !files.is_empty()).unwrap_or_default() {
            if !found.contains(&file) {
                found.push(file);
            }
        }
    }
    match *found {
        [] => Ok(None),
        [one] => Ok(Some(one.clone())),
        [first, ..] => {
            let is_one_place = found.iter().all(|aside| aside.place == first.place);
            let path = |aside: &&Aside| match destinations.path(aside.place).file_name().filter(|_| !is_one_place) {
                Some(folder) => Path::new(folder).join(&aside.path),
                None => aside.path.clone(),
            };
            Err(AsideError::Several(typed.to_owned(), found.iter().map(path).collect()))
        }
    }
}

/// Every file in these places, and why there may be others; a stripped copy goes by the name of its original, where that is looked for
/// too.
fn lying(destinations: &Destinations, places: &[Place]) -> Result<(Vec<Aside>, Option<String>), Fault> {
    let (mut all, mut unseen) = (Vec::new(), None);
    for place in places {
        let lying = aside(destinations, *place)?;
        all.extend(lying.files.into_iter().map(|path| Aside { place: *place, path }));
        unseen = unseen.or(lying.unseen);
    }
    let stripped: HashSet<PathBuf> =
        all.iter().filter(|file| file.place == Place::Originals).map(|file| file.path.clone()).collect();
    all.retain(|file| file.place != Place::Curated || !stripped.contains(&file.path));
    Ok((all, unseen))
}

/// The path below `folder` of what lies there, or lay, and is reached by `path` from where this process stands.
pub fn below(folder: &Path, path: &Path) -> Option<PathBuf> {
    let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let real = fs::canonicalize(above).ok()?.join(path.file_name()?);
    let below = real.strip_prefix(fs::canonicalize(folder).ok()?).ok()?;
    (!below.as_os_str().is_empty()).then(|| below.to_owned())
}

/// What follows in `path` after the name of `folder`, its first part.
pub fn named(folder: &Path, path: &Path) -> Option<PathBuf> {
    let path = plain(path);
    let below = path.strip_prefix(folder.file_name()?).ok()?;
    (!below.as_os_str().is_empty()).then(|| below.to_owned())
}

/// `path` without the parts that lead nowhere.
pub fn plain(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spool::{bench::Bench, lacking, place::Moving};

    #[test]
    fn the_folder_before_a_name_is_taken_off_only_where_it_is_that_folder() {
        let folder = Path::new("/srv/library/quarantine");
        assert_eq!(named(folder, Path::new("./quarantine/sub/a.txt")), Some("sub/a.txt".into()));
        for other in ["quarantine", "quarantines/a.txt", "sub/quarantine/a.txt", "/quarantine/a.txt"] {
            assert_eq!(named(folder, Path::new(other)), None, "{other}");
        }
    }

    #[test]
    fn a_path_from_elsewhere_is_taken_for_what_lies_there() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("quarantine");
        fs::create_dir_all(folder.join("sub")).unwrap();
        fs::write(folder.join("sub/a.txt"), "a").unwrap();
        std::os::unix::fs::symlink(&folder, dir.path().join("link")).unwrap();
        for path in ["quarantine/sub/a.txt", "quarantine/../link/sub/a.txt"] {
            assert_eq!(below(&folder, &dir.path().join(path)), Some("sub/a.txt".into()), "{path}");
        }
        assert_eq!(below(&folder, &dir.path().join("quarantine/gone.txt")), Some("gone.txt".into()));
        assert_eq!(below(&folder, &folder), None);
        assert_eq!(below(&folder.join("sub"), &folder), None);
    }

    /// A spool with these files in its quarantine.
    fn quarantine(names: &[&str]) -> (tempfile::TempDir, Destinations) {
        let dir = tempfile::tempdir().unwrap();
        let (_, bench) = Bench::below(dir.path(), Moving::Rename);
        names.iter().for_each(|name| fs::write(dir.path().join("quarantine").join(name), name).unwrap());
        (dir, bench.destinations)
    }

    fn found(destinations: &Destinations, name: &str) -> Result<PathBuf, AsideError> {
        find(destinations, &[Place::Quarantine], name).map(|aside| aside.path)
    }

    #[test]
    fn a_name_with_a_backslash_is_not_read_as_an_escape_that_no_listing_shows() {
        let (_dir, destinations) = quarantine(&["inv\\x6fice.txt", "invoice.txt", "\u{1b}.txt", "a\\b.txt"]);
        for typed in ["inv\\x6fice.txt", "quarantine/inv\\x6fice.txt", "inv\\\\x6fice.txt"] {
            assert_eq!(found(&destinations, typed).unwrap(), Path::new("inv\\x6fice.txt"), "{typed}");
        }
        assert_eq!(found(&destinations, "\\u{1b}.txt").unwrap(), Path::new("\u{1b}.txt"));
        assert_eq!(found(&destinations, "a\\b").unwrap(), Path::new("a\\b.txt"));
        fs::remove_file(destinations.path(Place::Quarantine).join("inv\\x6fice.txt")).unwrap();
        found(&destinations, "inv\\x6fice.txt").unwrap_err();
        let both = "\\u{1b}.txt".to_owned();
        fs::write(destinations.path(Place::Quarantine).join(&both), "").unwrap();
        let several = found(&destinations, &both).unwrap_err();
        assert!(matches!(several, AsideError::Several(..)), "{several}");
    }

    #[test]
    fn what_is_put_back_at_this_moment_is_not_taken_for_the_beginning_of_another_name() {
        let (dir, destinations) = quarantine(&["x", "x2"]);
        let (held, place) = (dir.path().join("quarantine/.siftd/move-1"), dir.path().join("quarantine/x"));
        fs::create_dir_all(&held).unwrap();
        rustix::fs::rename(&place, held.join("x")).unwrap();
        // After what lies there was listed.
        lacking::MEANWHILE.set(Some(Box::new(move || rustix::fs::rename(held.join("x"), place).unwrap())));
        assert_eq!(found(&destinations, "x").unwrap(), Path::new("x"));
    }

    #[test]
    fn where_what_is_held_cannot_be_told_no_name_is_the_beginning_of_another() {
        let (dir, destinations) = quarantine(&["x", "x2"]);
        let held = dir.path().join("quarantine/.siftd/move-1");
        fs::create_dir_all(&held).unwrap();
        rustix::fs::rename(dir.path().join("quarantine/x"), held.join("x")).unwrap();
        for shut in [".siftd", "move-1"] {
            lacking::HANDLES.set(Some(shut.into()));
            let told = found(&destinations, "x").map_err(|error| error.to_string());
            lacking::HANDLES.take();
            assert!(told.as_ref().unwrap_err().contains("cannot be told what is held"), "{shut}: {told:?}");
        }
    }
}
