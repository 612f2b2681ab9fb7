//! The folders: finding, claiming, reading, publishing and recording files.

mod aside;
mod bench;
mod claim;
pub mod clock;
mod fault;
mod fingerprint;
mod folder;
mod ignore;
mod inbox;
pub mod journal;
mod judge;
mod layout;
mod lease;
mod name;
mod place;
pub mod probe;
mod publish;
mod read;
mod retention;
mod settle;
mod state;
mod sweep;
mod verify;
mod watch;

pub use aside::{Aside, AsideError, Strip, aside, find};
pub use bench::{Bench, Case, Outcome, Refused, TRIES_MAX};
pub use claim::{Claim, Claims, Emptied, Left};
pub use fault::{Class, Fault};
pub use fingerprint::Fingerprint;
#[cfg(test)]
pub(crate) use folder::lacking;
pub use ignore::Ignore;
pub use inbox::{Inbox, list};
pub use judge::{Judge, Judged, Ruling, Unjudged};
pub use layout::{Destinations, Intake, Layout, LayoutError, Place};
pub use name::{REPORT_SUFFIX, candidate, report_name, shown, unshown};
pub use place::Moving;
pub use publish::Published;
pub use read::{Reading, Settled};
pub use retention::{Due, Expired, Pass, Policy, Retention};
pub use settle::{Entry, Look, SETTLING_MAX, Seen, Settle, State};
pub use state::{StateFolder, StateLock};
pub use sweep::{DEPTH_MAX, ENTRIES_MAX, Sweep};
pub use verify::{Difference, Tally, Verified, VerifyError, verify};
pub use watch::{Events, Hint, Kernel, Tell, Watch, WatchError, can_watch};
