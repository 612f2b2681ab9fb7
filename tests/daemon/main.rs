//! The daemon as a process, on real files.

#![expect(clippy::unwrap_used, reason = "what fails here is the test")]

mod adversaries;
mod arriving;
mod audit;
mod confined;
mod denied;
mod drills;
mod faults;
mod hostile;
mod judges;
mod kinds;
mod names;
mod recovery;
mod reloading;
mod retention;
mod rig;
mod writers;
