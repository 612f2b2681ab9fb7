//! Rule folders, each opened once, each file read once.

use std::{
    cell::RefCell,
    collections::HashMap,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use globset::GlobBuilder;

use super::{
    Error, Trouble,
    folder::{Folder, tidy},
};
use crate::{
    engine::rules::{Embedded, File, Library},
    report::escaped_path,
    service::config::TopicSource,
};

/// Sub-folders with what packs and topic files name.
const NO_PACKS: [&str; 3] = ["lists", "topics", "examples"];

/// A snapshot of rule folders, topic files and perhaps the packs inside the binary.
#[derive(Debug)]
pub struct Folders {
    shipped: Option<Embedded>,
    folders: Vec<Folder>,
    packs: Vec<File>,
    topics: Vec<File>,
    /// Where each file that came from a folder lies: the folder's number and the path in it.
    origins: RefCell<HashMap<String, (usize, PathBuf)>>,
    /// Which of the folders, and those after it, were only added because others refer to their packs.
    beside_from: usize,
    /// Whether everything is here that a configuration names.
    is_site: bool,
    /// What was read because another file names it, so that two that name it see the same.
    named: RefCell<HashMap<(usize, PathBuf), Vec<u8>>>,
}

impl Folders {
    /// An empty one, or one with the packs inside the binary.
    pub fn new(shipped: bool) -> Self {
        Self {
            shipped: shipped.then_some(Embedded),
            folders: Vec::new(),
            packs: Vec::new(),
            topics: Vec::new(),
            origins: RefCell::default(),
            beside_from: usize::MAX,
            is_site: false,
            named: RefCell::default(),
        }
    }

    /// The same, to hold everything that a configuration names.
    pub(super) fn of_site(shipped: bool) -> Self {
        Self { is_site: true, ..Self::new(shipped) }
    }

    /// Adds the packs of a folder, or one pack that is named itself.
    ///
    /// # Errors
    /// When the folder or a pack in it cannot be read.
    pub fn add_packs(&mut self, path: &Path) -> Result<(), Error> {
        let (folder, packs) = if path.is_file() {
            let (folder, name) = beside(path).map_err(|trouble| Error::rules(path, trouble))?;
            (folder, vec![name])
        } else {
            let folder = Folder::open(path).map_err(|trouble| Error::rules(path, trouble))?;
            let enter = |path: &Path| !NO_PACKS.iter().any(|name| path.file_name() == Some(OsStr::new(name)));
            let mut files = folder.files(Path::new(""), enter).map_err(|trouble| Error::rules(path, trouble))?;
            files.retain(|path| path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml"));
            (folder, files)
        };
        self.add(folder, packs, |_| true)
    }

    /// Adds the packs of a folder that are not there yet, for files that refer to them: overrides, or rules that use lists
    /// of other packs, looked at alone. `anything_else` says whether other files may lie there, which are then passed over.
    ///
    /// # Errors
    /// When the folder or a pack in it cannot be read.
    pub fn add_beside(&mut self, path: &Path, anything_else: bool) -> Result<(), Error> {
        self.beside_from = self.beside_from.min(self.folders.len());
        let folder = Folder::open(path).map_err(|trouble| Error::rules(path, trouble))?;
        let enter =
            |path: &Path| !anything_else && !NO_PACKS.iter().any(|name| path.file_name() == Some(OsStr::new(name)));
        let mut files = folder.files(Path::new(""), enter).map_err(|trouble| Error::rules(path, trouble))?;
        let known: Vec<PathBuf> = self.paths().iter().filter_map(|path| path.canonicalize().ok()).collect();
        files.retain(|path| path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml"));
        files.retain(|path| folder.path_of(path).canonicalize().is_ok_and(|path| !known.contains(&path)));
        self.add(folder, files, |bytes| !anything_else || says(bytes, b"rules/") || says(bytes, b"overrides/"))
    }

    fn add(&mut self, folder: Folder, packs: Vec<PathBuf>, wanted: impl Fn(&[u8]) -> bool) -> Result<(), Error> {
        let number = self.folders.len();
        for pack in packs {
            let bytes = folder.read(&pack).map_err(|trouble| Error::rules(folder.path_of(&pack), trouble))?;
            if wanted(&bytes) {
                let file = self.file(number, &folder, &pack, bytes);
                self.packs.push(file);
            }
        }
        self.folders.push(folder);
        Ok(())
    }

    /// Whether no rule file was added; those inside the binary do not count.
    pub fn is_empty(&self) -> bool {
        self.packs.is_empty()
    }

    /// Whether a file among the packs, those inside the binary aside, holds overrides.
    pub fn has_overrides(&self) -> bool {
        self.packs.iter().any(|file| says(&file.bytes, b"overrides/"))
    }

    /// Whether the file of this name was asked for, and neither added beside others nor from inside the binary.
    pub fn is_asked_for(&self, name: &str) -> bool {
        self.origins.borrow().get(name).is_some_and(|(number, _)| *number < self.beside_from)
    }

    /// Adds a topic.
    ///
    /// # Errors
    /// When it is not shipped, or its file cannot be read.
    pub fn add_topic(&mut self, topic: &TopicSource) -> Result<(), Error> {
        let file = match topic {
            TopicSource::Shipped(id) => Embedded::topic(id).ok_or_else(|| Error::NoSuchTopic { id: id.clone() })?,
            TopicSource::File(path) => {
                let (folder, name) = beside(path).map_err(|trouble| Error::topic(path, trouble))?;
                let bytes = folder.read(&name).map_err(|trouble| Error::topic(path, trouble))?;
                let file = self.file(self.folders.len(), &folder, &name, bytes);
                self.folders.push(folder);
                file
            }
        };
        self.topics.push(file);
        Ok(())
    }

    /// Whether the file of this name came from a folder, and not from inside the binary.
    pub fn is_own(&self, name: &str) -> bool {
        self.origins.borrow().contains_key(name)
    }

    /// Where the files lie that were read so far.
    pub fn paths(&self) -> Vec<PathBuf> {
        let origins = self.origins.borrow();
        origins.values().filter_map(|(number, path)| Some(self.folders.get(*number)?.path_of(path))).collect()
    }

    /// A file under the name that people know, its origin noted.
    fn file(&self, number: usize, folder: &Folder, relative: &Path, bytes: Vec<u8>) -> File {
        let name = escaped_path(&folder.path_of(relative)).into_owned();
        self.origins.borrow_mut().insert(name.clone(), (number, relative.to_owned()));
        File::new(name, bytes)
    }

    /// The folder's number and the naming file's own folder in it; `None` for a file inside the binary.
    fn origin(&self, from: &str) -> Option<(usize, PathBuf)> {
        let origins = self.origins.borrow();
        let (number, path) = origins.get(from)?;
        Some((*number, path.parent().unwrap_or(Path::new("")).to_owned()))
    }

    fn read_named(&self, number: usize, relative: &Path) -> Result<File, Trouble> {
        let folder = &self.folders[number];
        let key = (number, relative.to_owned());
        let known = self.named.borrow().get(&key).cloned();
        let bytes = match known {
            Some(bytes) => bytes,
            None => {
                let bytes = folder.read(relative)?;
                self.named.borrow_mut().insert(key, bytes.clone());
                bytes
            }
        };
        Ok(self.file(number, folder, relative, bytes))
    }

    fn read_matching(&self, number: usize, base: &Path, pattern: &str) -> Result<Vec<File>, String> {
        let (start, _) = pattern.split_at(pattern.find(['*', '?', '[', '{', '\\']).unwrap_or(pattern.len()));
        // The folders that the pattern spells out need no searching.
        let start = start.rfind('/').map_or("", |slash| &start[..slash]);
        let rest = pattern[start.len()..].trim_start_matches('/');
        let under = tidy(&base.join(start)).ok_or_else(|| Trouble::Outside.to_string())?;
        let glob = GlobBuilder::new(rest).literal_separator(true).build().map_err(|error| error.kind().to_string())?;
        let matcher = glob.compile_matcher();
        let levels = if rest.contains("**") { usize::MAX } else { rest.matches('/').count() };
        let depth = under.components().count();
        let enter = |folder: &Path| folder.components().count() - depth <= levels;
        let files = self.folders[number].files(&under, enter).map_err(|trouble| trouble.to_string())?;
        let matching = files.iter().filter(|path| path.strip_prefix(&under).is_ok_and(|path| matcher.is_match(path)));
        let read: Result<Vec<File>, String> = matching
            .map(|path| self.read_named(number, path).map_err(|trouble| format!("{}: {trouble}", escaped_path(path))))
            .collect();
        let read = read?;
        if read.is_empty() { Err("no file matches".to_owned()) } else { Ok(read) }
    }
}

impl Library for Folders {
    fn packs(&self) -> Vec<File> {
        let mut packs = self.shipped.map_or_else(Vec::new, |shipped| shipped.packs());
        packs.extend(self.packs.iter().cloned());
        packs
    }

    fn named(&self, from: &str, path: &str) -> Result<File, String> {
        let Some((number, base)) = self.origin(from) else { return Embedded.named(from, path) };
        let relative = tidy(&base.join(path)).ok_or_else(|| Trouble::Outside.to_string())?;
        self.read_named(number, &relative).map_err(|trouble| trouble.to_string())
    }

    fn matching(&self, from: &str, pattern: &str) -> Result<Vec<File>, String> {
        match self.origin(from) {
            Some((number, base)) => self.read_matching(number, &base, pattern),
            None => Embedded.matching(from, pattern),
        }
    }

    fn topics(&self) -> Vec<File> {
        self.topics.clone()
    }

    fn is_site(&self) -> bool {
        self.is_site
    }
}

/// Whether a line of the file says `schema:` and something that begins so.
fn says(bytes: &[u8], schema: &[u8]) -> bool {
    let says_so = |line: &[u8]| {
        let rest = line.strip_prefix(b"schema:").map(<[u8]>::trim_ascii_start);
        rest.is_some_and(|rest| rest.starts_with(schema))
    };
    bytes.split(|&byte| byte == b'\n').any(says_so)
}

/// The folder that a file lies in, and its name there.
fn beside(path: &Path) -> Result<(Folder, PathBuf), Trouble> {
    let name = path.file_name().ok_or(Trouble::NoFile)?;
    Ok((Folder::open(path.parent().unwrap_or(Path::new("")))?, name.into()))
}
