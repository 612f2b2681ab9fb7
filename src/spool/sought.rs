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
    /// There are several.
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

/// The file that a person means by `name`: its path, its name, or an unmistakable beginning of either, as a
/// listing shows it; its path may be written from where the person stands, or with the place's folder before it.
///
/// # Errors
/// When it is none, or could be several.
pub fn find(destinations: &Destinations, places: &[Place], name: &str) -> Result<Aside, AsideError> {
    let typed = unshown(name);
    let path = Path::new(&typed);
    let (all, unseen) = lying(destinations, places)?;
    let places_of = |way: fn(&Path, &Path) -> Option<PathBuf>| {
        places.iter().find_map(|place| Some((*place, way(destinations.path(*place), path)?.into_os_string())))
    };
    // A file that is there goes before a name that only looks like it.
    let mut meant: Vec<(Option<Place>, OsString)> = Vec::new();
    meant.extend(places_of(below).map(|(place, path)| (Some(place), path)));
    meant.push((None, plain(path).into_os_string()));
    meant.extend(places_of(named).map(|(place, path)| (Some(place), path)));
    let one_of = |(place, wanted): &(Option<Place>, OsString), way: &Way| {
        let of_place = all.iter().filter(|aside| place.is_none_or(|place| aside.place == place));
        let mut found: Vec<&Aside> = of_place.filter(|aside| way(&aside.path, wanted)).collect();
        match (found.pop(), found.len()) {
            (None, _) => Ok(None),
            (Some(one), 0) => Ok(Some(one.clone())),
            (Some(last), _) => {
                let paths = found.iter().map(|aside| aside.path.clone()).chain([last.path.clone()]).collect();
                Err(AsideError::Several(shown(&typed), paths))
            }
        }
    };
    let exact: [&Way; 2] =
        [&|path, wanted| path.as_os_str() == wanted, &|path, wanted| path.file_name() == Some(wanted)];
    for meant in &meant {
        for way in exact {
            if let Some(one) = one_of(meant, way)? {
                return Ok(one);
            }
        }
    }
    // A name that somebody wrote out is no beginning of another one, wherever its file lies by now.
    let is_meant = |place: Place, path: &Path| {
        let by_folder = [below, named].iter().filter_map(|way| way(destinations.path(place), Path::new(&typed)));
        by_folder.into_iter().any(|wanted| path == wanted)
            || meant.iter().any(|(_, wanted)| exact.iter().any(|way| way(path, wanted)))
    };
    let is_held = |place: &&Place| held(destinations, **place).iter().any(|path| is_meant(**place, path));
    if let Some(place) = places.iter().find(is_held) {
        return Err(AsideError::Held(shown(&typed), *place));
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
        for meant in &meant {
            if let Some(one) = one_of(meant, &begins)? {
                return Ok(one);
            }
        }
    }
    Err(AsideError::None { name: shown(&typed), places: places.to_vec(), elsewhere, unseen })
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
}
