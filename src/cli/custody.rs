//! Whose spool this is: whether there is one, and whether whoever asks may change it.

use std::path::Path;

use super::{Context, Error, who};
use crate::spool::{probe, shown};

/// Refuses `verb` where there is no spool, or where it belongs to a user other than the one who asks: what root makes in
/// another's folders, the daemon cannot work with.
///
/// # Errors
/// With the user to ask as, and how.
pub(super) fn check(context: &Context, verb: &str) -> Result<(), Error> {
    find(context, verb)?;
    let state = &context.config().layout.state;
    let keeper = probe::keeper(state).map_err(|error| {
        Error::new(format_args!("{verb}: {}: {error}; ask as the user that siftd runs as", shown(state)))
    })?;
    let own = rustix::process::geteuid().as_raw();
    match keeper {
        Some(keeper) if keeper.user != own && (own == 0 || !keeper.lets_write) => Err(Error::new(format_args!(
            "{verb}: this spool belongs to {}: {}",
            who::named(keeper.user),
            as_user(keeper.user, own, verb)
        ))),
        _ => Ok(()),
    }
}

/// Refuses `verb` where there is no spool.
///
/// # Errors
/// With the ways out.
pub(super) fn find(context: &Context, verb: &str) -> Result<(), Error> {
    missing(context).map_or(Ok(()), |missing| Err(Error::new(format_args!("{verb}: {missing}"))))
}

/// That none of the folders is there, and the way out; `None` when one is, or that cannot be told.
pub(super) fn missing(context: &Context) -> Option<String> {
    let there = |path: &Path| path.try_exists().unwrap_or(true);
    let spool = &context.effective.spool;
    (!context.config().layout.roles().iter().any(|(_, path, _)| there(path))).then(|| {
        format!(
            "there is no spool at {}; `siftd init DIR` makes one, --spool or siftd.yaml says where another one is",
            shown(spool)
        )
    })
}

/// The command by which `own` does something as `user`.
fn as_user(user: u32, own: u32, verb: &str) -> String {
    match (who::name(user), own) {
        (Some(name), 0) => format!("`runuser -u {name} -- siftd {verb} …`"),
        (Some(name), _) => format!("`sudo -u {name} siftd {verb} …`"),
        (None, 0) => format!("`setpriv --reuid={user} --clear-groups siftd {verb} …`"),
        (None, _) => format!("`sudo -u '#{user}' siftd {verb} …`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_fits_who_asks_and_whom_it_belongs_to() {
        assert_eq!(as_user(0, 5, "retry"), "`sudo -u root siftd retry …`");
        let nameless = u32::MAX - 7;
        assert!(as_user(nameless, 0, "retry").starts_with("`setpriv --reuid=4294967288 "));
        assert!(as_user(nameless, 5, "retry").starts_with("`sudo -u '#4294967288' "));
    }
}
