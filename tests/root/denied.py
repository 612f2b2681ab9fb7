"""Files that siftd may not touch, and destinations that it may not write to: denied.py SIFTD"""

import contextlib
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from spaces import Daemon, each, mounted, until
from spool import PLAIN, write


@contextlib.contextmanager
def disk(root):
    """A small ext4, which knows immutable files."""
    image, at = f"{root}/image", f"{root}/disk"
    with open(image, "wb") as file:
        file.truncate(32 << 20)
    subprocess.check_call(["mkfs.ext4", "-q", "-F", image])
    os.mkdir(at)
    subprocess.check_call(["mount", "-o", "loop", image, at])
    try:
        yield at
    finally:
        if subprocess.call(["umount", at], stderr=subprocess.DEVNULL):
            subprocess.call(["umount", "-l", at])


def told(daemon, name):
    """What `siftd status` prints of a name in the inbox."""
    command = [daemon.siftd, "--config", daemon.config, "status"]
    status = subprocess.run(command, capture_output=True, text=True).stdout
    return " ".join(line.strip() for line in status.splitlines() if f" {name} " in line)


def troubles(daemon):
    """The lines of the log that somebody should read."""
    with open(f"{daemon.config}.log", errors="replace") as log:
        return [line.strip() for line in log if " WARN " in line or " ERROR " in line]


def many_sweeps(daemon):
    """Until the inbox was swept so often that what is held was tried again."""
    before = daemon.status()["watch"]["sweeps"]
    until("it was swept again and again", lambda: daemon.status()["watch"]["sweeps"] >= before + 8)


def immutable(siftd, root):
    """An immutable file is held, told once, named by `siftd status` with the reason, and taken when it is none any more."""
    with disk(root) as at:
        daemon, fixed = None, f"{at}/inbox/fixed.txt"
        text = PLAIN + "fixed\n"
        try:
            write(fixed, text.encode())
            subprocess.check_call(["chattr", "+i", fixed])
            daemon = Daemon(siftd, root, {"inbox": f"{at}/inbox"}, keys=", sweep_every: 0.5s")
            daemon.dropped["fixed.txt"] = text.encode()
            until("it is held", lambda: told(daemon, "fixed.txt").startswith("held"))
            assert "claim fixed.txt: Operation not permitted" in told(daemon, "fixed.txt"), told(daemon, "fixed.txt")
            daemon.drop("other.txt", PLAIN + "other\n")
            until("the other is through", lambda: daemon.curated() == 1)
            many_sweeps(daemon)
            assert told(daemon, "fixed.txt").startswith("held") and os.path.exists(fixed), told(daemon, "fixed.txt")
            subprocess.check_call(["chattr", "-i", fixed])
            until("it is taken", lambda: daemon.curated() == 2)
            daemon.stop()
            assert [line.count("fixed.txt") > 0 for line in troubles(daemon)] == [True], troubles(daemon)
        finally:
            subprocess.call(["chattr", "-i", fixed], stderr=subprocess.DEVNULL)
            if daemon:
                daemon.kill()


def main():
    return each(sys.argv[1], (immutable,))


if __name__ == "__main__":
    sys.exit(main())
