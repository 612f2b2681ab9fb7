//! The rules to compare with: a folder, a revision, or siftd's own packs alone.

use std::{
    env, fs,
    io::ErrorKind,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    cli::Error,
    report::{escaped, escaped_path},
    service::config::Config,
    spool::clock::Moment,
};

/// Where the rules to compare with lie, and what to call them.
#[derive(Debug)]
pub(super) struct Base {
    /// The configuration with their folders.
    pub(super) config: Config,
    /// What to call them.
    pub(super) name: String,
    /// Folders made for a revision; they go when this goes.
    _temporary: Option<Temporary>,
}

impl Base {
    /// What `given` names: a folder or file that exists, otherwise a git revision of the configured folders. Without it, the
    /// packs that siftd brings along, alone.
    ///
    /// # Errors
    /// There is nothing to compare, or git cannot give the revision.
    pub(super) fn of(given: Option<&str>, config: &Config) -> Result<Self, Error> {
        let mut config = config.clone();
        let Some(given) = given else {
            if !config.rules.shipped || config.rules.folders.is_empty() {
                return Err(Error::new(
                    "compare rules: say with which, by --base and a folder or a git revision such as HEAD",
                ));
            }
            config.rules.folders.clear();
            return Ok(Self { config, name: "the packs siftd brings along".to_owned(), _temporary: None });
        };
        if fs::metadata(given).is_ok() {
            config.rules.folders = vec![PathBuf::from(given)];
            return Ok(Self { config, name: escaped(given).into_owned(), _temporary: None });
        }
        if config.rules.folders.is_empty() {
            return Err(Error::new(format_args!(
                "compare with {}: there is no such folder, and no rules folder is configured of which it could be a \
                 revision; name one with --rules",
                escaped(given)
            )));
        }
        let temporary = Temporary::make()?;
        for (number, folder) in config.rules.folders.iter_mut().enumerate() {
            let to = temporary.0.join(number.to_string());
            *folder = checked_out(folder, given, &to)?;
        }
        Ok(Self { config, name: format!("the rules at {}", escaped(given)), _temporary: Some(temporary) })
    }
}

/// Writes what `path`, a folder or a file in one, was at the revision into the new folder `to`; where it lies now. What was
/// not there yet is an empty folder.
fn checked_out(path: &Path, revision: &str, to: &Path) -> Result<PathBuf, Error> {
    let is_file = path.is_file();
    let folder = if is_file { path.parent().unwrap_or(Path::new("")) } else { path };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let doing = || format!("take {} at {}", escaped_path(path), escaped(revision));
    let git = |at: &Path, arguments: &[&str]| git(at, to, arguments).map_err(|why| format!("{}: {why}", doing()));
    fs::create_dir_all(to).map_err(|error| Error::because(doing(), &error))?;
    let commit = git(folder, &["rev-parse", "--verify", "--end-of-options", &format!("{revision}^{{commit}}")])
        .map_err(|why| {
            let why =
                why.replace("git says: Needed a single revision", "there is neither such a folder nor such a revision");
            Error::new(why)
        })?;
    let top = git(folder, &["rev-parse", "--show-toplevel"]).map_err(Error::new)?;
    let prefix = git(folder, &["rev-parse", "--show-prefix"]).map_err(Error::new)?;
    let tree = format!("{commit}:{}", prefix.trim_end_matches('/'));
    let top = Path::new(&top);
    if git(top, &["cat-file", "-e", &tree]).is_ok() {
        git(top, &["read-tree", &tree]).map_err(Error::new)?;
        git(top, &["checkout-index", "--all", &format!("--prefix={}/", to.display())]).map_err(Error::new)?;
    }
    match path.file_name().filter(|_| is_file) {
        Some(name) if to.join(name).is_file() => Ok(to.join(name)),
        _ => Ok(to.to_owned()),
    }
}

/// Runs git at a folder with an index of its own beside `to`, so that the repository's is not touched; what it prints.
fn git(at: &Path, to: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(at)
        .args(arguments)
        // As a hook, siftd inherits the place of another work tree or index.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env("GIT_INDEX_FILE", to.with_extension("index"))
        .output()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => "git is not installed; name a folder with the rules as they were instead".to_owned(),
            _ => format!("git cannot be run: {error}"),
        })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    let told = told.lines().next().unwrap_or("git failed").trim_start_matches("fatal: ").to_owned();
    Err(format!("git says: {}", escaped(&told)))
}

/// A folder that is removed when this goes.
#[derive(Debug)]
struct Temporary(PathBuf);

impl Temporary {
    fn make() -> Result<Self, Error> {
        let name = format!("siftd-base-{}-{}", std::process::id(), Moment::now().nanos());
        let path = env::temp_dir().join(name);
        // It fails on one that is there already, whoever made that.
        fs::DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .map_err(|error| Error::because(format_args!("make the folder {}", escaped_path(&path)), &error))?;
        Ok(Self(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What cannot be removed is left to whoever cleans that place.
        let _ = fs::remove_dir_all(&self.0);
    }
}
