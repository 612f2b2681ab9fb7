//! The journal of systemd, in its own protocol: an event's fields become fields of the entry (`SIFTD_FILE`,
//! `SIFTD_VERDICT`, one `SIFTD_RULES` a rule …), so that `journalctl SIFTD_VERDICT=reject` finds them, and its level the
//! priority. See <https://systemd.io/JOURNAL_NATIVE_PROTOCOL/> and sd_journal_print(3).

use std::{
    env,
    fmt::{self, Write as _},
    io::{self, Write as _},
    os::unix::net::UnixDatagram,
    path::{Path, PathBuf},
};

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context};

/// Where the journal listens.
const SOCKET: &str = "/run/systemd/journal/socket";

/// Before the names of our fields, so that they never are those of somebody else (systemd.journal-fields(7)).
const PREFIX: &str = "SIFTD_";

/// Fields that are lists, their items put between commas.
const LISTS: &[&str] = &["rules"];

/// Writes events to the journal.
#[derive(Debug)]
pub(super) struct Journal {
    socket: UnixDatagram,
    to: PathBuf,
}

/// The journal, if that is where standard error leads. Then nothing is changed but that entries have fields.
pub(super) fn of_standard_error() -> Option<Journal> {
    let stream = env::var("JOURNAL_STREAM").ok()?;
    let (device, inode) = stream.split_once(':')?;
    let stderr = rustix::fs::fstat(io::stderr()).ok()?;
    let leads_there = device.parse() == Ok(stderr.st_dev) && inode.parse() == Ok(stderr.st_ino);
    leads_there.then(|| Journal::to(Path::new(SOCKET)).ok()).flatten()
}

impl Journal {
    /// The one that listens at `path`. It may be started again meanwhile: each entry is sent by name.
    fn to(path: &Path) -> io::Result<Self> {
        Ok(Self { socket: UnixDatagram::unbound()?, to: path.to_owned() })
    }
}

impl<S: Subscriber> Layer<S> for Journal {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut entry = Entry::default();
        event.record(&mut entry);
        let (priority, message) = (priority(*event.metadata().level()), entry.message());
        if self.socket.send_to(&entry.encoded(priority, &message), &self.to).is_err() {
            // Not there at this moment, or the entry is too large for it: as a line, which always finds its way.
            let _ = writeln!(io::stderr(), "<{priority}>{}", message.replace('\n', "\n  "));
        }
    }
}

/// As syslog(3) numbers them.
fn priority(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        _ => 7,
    }
}

/// One event's fields.
#[derive(Default)]
struct Entry {
    text: String,
    fields: Vec<(&'static str, String)>,
}

impl Entry {
    /// The line that people see: what happened, then the fields.
    fn message(&self) -> String {
        let mut message = self.text.clone();
        for (name, value) in &self.fields {
            // Writing to a string cannot fail.
            let _ = write!(message, " {name}={value}");
        }
        message
    }

    fn encoded(&self, priority: u8, message: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        put(&mut bytes, "PRIORITY", &priority.to_string());
        put(&mut bytes, "SYSLOG_IDENTIFIER", "siftd");
        put(&mut bytes, "MESSAGE", message);
        for (name, value) in &self.fields {
            let key = format!("{PREFIX}{}", name.replace(['.', '-'], "_").to_ascii_uppercase());
            if LISTS.contains(name) {
                value.split(',').filter(|item| !item.is_empty()).for_each(|item| put(&mut bytes, &key, item));
            } else {
                put(&mut bytes, &key, value);
            }
        }
        bytes
    }
}

/// One field; a value of several lines with its length before it, so that no line of it is taken for a field.
fn put(bytes: &mut Vec<u8>, key: &str, value: &str) {
    bytes.extend_from_slice(key.as_bytes());
    if value.contains('\n') {
        bytes.push(b'\n');
        bytes.extend_from_slice(&(value.len() as u64).to_le_bytes());
    } else {
        bytes.push(b'=');
    }
    bytes.extend_from_slice(value.as_bytes());
    bytes.push(b'\n');
}

impl Visit for Entry {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            // Writing to a string cannot fail.
            "message" => _ = write!(self.text, "{value:?}"),
            name => self.fields.push((name, format!("{value:?}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[test]
    fn fields_are_sent_as_fields_and_no_value_can_forge_another() {
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path().join("socket");
        let journal = UnixDatagram::bind(&at).unwrap();
        let subscriber = tracing_subscriber::registry().with(Journal::to(&at).unwrap());
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(file = %"a\nPRIORITY=0", verdict = "reject", bytes = 7, rules = %"one/a,two/b", "judged");
        });
        let mut buffer = [0; 4096];
        let size = journal.recv(&mut buffer).unwrap();
        let mut wanted = b"PRIORITY=4\nSYSLOG_IDENTIFIER=siftd\nMESSAGE\n".to_vec();
        let message = "judged file=a\nPRIORITY=0 verdict=reject bytes=7 rules=one/a,two/b";
        wanted.extend_from_slice(&(message.len() as u64).to_le_bytes());
        wanted.extend_from_slice(message.as_bytes());
        wanted.extend_from_slice(b"\nSIFTD_FILE\n\x0c\0\0\0\0\0\0\0a\nPRIORITY=0\nSIFTD_VERDICT=reject\n");
        wanted.extend_from_slice(b"SIFTD_BYTES=7\nSIFTD_RULES=one/a\nSIFTD_RULES=two/b\n");
        assert_eq!(String::from_utf8_lossy(&buffer[..size]), String::from_utf8_lossy(&wanted));
    }
}
