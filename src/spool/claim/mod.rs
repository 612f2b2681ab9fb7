//! Taking files out of the inbox.
//!
//! A claim is a folder of its own with one file in it, at the path it had in the inbox:
//! `inbox/.siftd/<daemon>/<daemon>-<number>.<tries>/a/b/name`. Claiming is one rename, so that of several
//! daemons one wins. A daemon holds a lock in its folder for as long as it lives; whoever gets the lock of
//! another one has found a dead daemon, and takes its claims over.

mod canary;
mod claimed;
mod home;
mod left;

pub(crate) use canary::Canary;
pub use claimed::Claim;
pub use home::Claims;
pub(crate) use home::{LOCK, is_ours};
pub use left::{Emptied, Left};
