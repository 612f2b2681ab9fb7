//! `siftd init DIR`: a spool with a configuration and a first rule, to start from.

use std::{
    borrow::Cow,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{Error, Exit, output};
use crate::{
    engine::rules::schema,
    report::escaped_path,
    service::config::{self, FILE_NAME, folders_of},
};

/// Files that are written, unless they are there already.
const FILES: [(&str, &str); 2] =
    [(FILE_NAME, include_str!("siftd.yaml")), ("rules/mine.yaml", include_str!("mine.yaml"))];
/// Makes a schema.
type Schema = fn() -> serde_json::Value;
/// Schemas that the first lines of such files name, for editors.
const SCHEMAS: [(&str, Schema); 4] = [
    ("schema/config.json", config::schema),
    ("schema/rules.json", schema::rules),
    ("schema/topic.json", schema::topic),
    ("schema/overrides.json", schema::overrides),
];

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where; made if it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

/// Makes what is not there yet. Nothing is overwritten.
///
/// # Errors
/// When something cannot be made.
pub fn run(args: &Args) -> Result<Exit, Error> {
    let root = &args.folder;
    let layout = folders_of(root);
    let mut told = String::new();
    for folder in [&layout.inbox, &layout.curated, &layout.quarantine, &layout.rejected, &layout.originals] {
        fs::create_dir_all(folder)
            .map_err(|error| Error::because(format_args!("make the folder {}", escaped_path(folder)), &error))?;
    }
    let schemas = SCHEMAS.iter().map(|(name, schema)| (*name, format!("{:#}\n", schema())));
    for (name, text) in FILES.map(|(name, text)| (name, text.to_owned())).into_iter().chain(schemas) {
        let path = root.join(name);
        let doing = || format!("write {}", escaped_path(&path));
        let made = write_new(&path, &text).map_err(|error| Error::because(doing(), &error))?;
        told.push_str(if made { "made " } else { "kept " });
        told.push_str(&escaped_path(&path));
        told.push('\n');
    }
    told.push_str(&next_steps(root));
    output::print(&told)?;
    Ok(Exit::Fine)
}

/// Writes a file that is not there yet; `false` when it is.
fn write_new(path: &Path, text: &str) -> io::Result<bool> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::File::create_new(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

fn next_steps(root: &Path) -> String {
    let enter = if root == Path::new(".") { String::new() } else { format!("  cd {}\n", quoted(&escaped_path(root))) };
    format!(
        "\nWhat to do now:\n{enter}\
         \x20 cp FILES inbox/\n\
         \x20 siftd scan inbox   says what would become of them, and moves nothing\n\
         \x20 siftd once         files them away; siftd run goes on watching\n\
         \nWhen a line should have been caught:\n\
         \x20 siftd new rule --from FILE --line N --pack rules/mine.yaml\n\
         \x20 siftd test         runs the examples that stand with the rules\n\
         \x20 siftd diff         says what rules of your own change in documents that are there\n"
    )
}

/// As one word of a shell's line.
fn quoted(path: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+,@%".contains(&byte) || !byte.is_ascii();
    if path.bytes().all(is_plain) && !path.starts_with('-') {
        Cow::Borrowed(path)
    } else {
        let dashed = if path.starts_with('-') { "./" } else { "" };
        Cow::Owned(format!("'{dashed}{}'", path.replace('\'', "'\\''")))
    }
}

#[cfg(test)]
mod tests {
    use crate::service::config;

    use super::*;

    #[test]
    fn a_folder_is_named_as_a_shell_reads_it() {
        for (path, word) in [("library", "library"), ("my lib", "'my lib'"), ("Ada's", "'Ada'\\''s'"), ("-x", "'./-x'")]
        {
            assert_eq!(quoted(path), word);
        }
    }

    #[test]
    fn a_second_time_nothing_is_overwritten() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("rules/mine.yaml");
        assert!(write_new(&path, "first").unwrap());
        assert!(!write_new(&path, "second").unwrap());
        assert_eq!(fs::read_to_string(path).unwrap(), "first");
    }

    #[test]
    fn the_configuration_names_the_folders_that_are_made() {
        let folder = tempfile::TempDir::new().unwrap();
        run(&Args { folder: folder.path().to_owned() }).unwrap();
        let config = config::load(&folder.path().join(FILE_NAME)).unwrap().config;
        assert!(config.layout.inbox.is_dir());
        assert!(config.layout.originals.is_dir());
        assert!(config.rules.folders[0].join("mine.yaml").is_file());
    }
}
