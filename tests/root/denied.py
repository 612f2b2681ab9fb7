"""Files that siftd may not touch, a destination that it may not write to, no room for the journal: denied.py SIFTD"""

import contextlib
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from spaces import Daemon, each, mounted, until
from spool import PLAIN, RULES, write


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


def drill_rules(root):
    write(f"{root}/rules/drill.yaml", RULES.encode())
    return f"{root}/rules"


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


def read_only(siftd, root):
    """A destination is mounted read-only: its files are held, each told once, the others go on; taken when it may be written."""
    with mounted(f"{root}/other", "size=8m,mode=755") as other:
        daemon = Daemon(siftd, root, {"curated": f"{other}/curated"}, rules=drill_rules(root))
        try:
            daemon.drop("first.txt", PLAIN + "first\n")
            until("the first is through", lambda: daemon.curated() == 1)
            subprocess.check_call(["mount", "-o", "remount,ro", other])
            names = [f"a/{number}.txt" for number in range(5)]
            for name in names:
                daemon.drop(name, PLAIN + name + "\n")
            daemon.drop("junk.txt", PLAIN + "JUNK stands in this line\n")
            until("the others go on", lambda: os.path.exists(f"{daemon.folders['quarantine']}/junk.txt"))
            for name in names:
                until(f"{name} is held", lambda: told(daemon, name).startswith("held"))
                assert "Read-only file system" in told(daemon, name), told(daemon, name)
            until("they were tried again", lambda: daemon.status()["counts"].get("put-back", 0) >= 10)
            subprocess.check_call(["mount", "-o", "remount,rw", other])
            until("they are taken", lambda: daemon.curated() == 6)
            until("nothing is in hand", lambda: daemon.status().get("in_hand") == 0)
            daemon.stop()
            lines = troubles(daemon)
            assert sorted(name for name in names for line in lines if name in line) == names, lines
            assert len(lines) == len(names), lines
        finally:
            daemon.kill()


def full_journal(siftd, root):
    """The disk of the journal is full: files keep moving, it is told, and all are written down when there is room."""
    with mounted(f"{root}/small", "size=4m,mode=755") as small:
        daemon = Daemon(siftd, root, {"state": f"{small}/state"})
        try:
            daemon.drop("first.txt", PLAIN + "first\n")
            until("the first is through", lambda: daemon.status().get("counts", {}).get("pass") == 1)
            with contextlib.suppress(OSError), open(f"{small}/hog", "wb", buffering=0) as hog:
                while True:
                    hog.write(b"\0" * 4096)
            # Enough that the room that SQLite has already does not do.
            for number in range(300):
                daemon.drop(f"{number}.txt", PLAIN + f"{number}\n")
            until("files keep moving", lambda: daemon.curated() == 301)
            until("it is told", lambda: "full" in (daemon.status().get("journal_trouble") or ""))
            os.unlink(f"{small}/hog")
            until("it is written again", lambda: daemon.status().get("journal_trouble") is None)
            daemon.stop()
            assert sum("cannot write the journal" in line for line in troubles(daemon)) == 1, troubles(daemon)
        finally:
            daemon.kill()


def main():
    return each(sys.argv[1], (immutable, read_only, full_journal))


if __name__ == "__main__":
    sys.exit(main())
