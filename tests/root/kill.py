"""Kills siftd, or lets one call fail, at each system call that changes files; starts it again; holds the invariants
against what is left. kill.py SIFTD MODE [SECONDS] [--every N --from K | --at POINT]: MODE is `kill`, `twice` (the recovery is
killed too), `copy` (the destinations on another file system), `release` (a person's release, done again afterwards), `retry`
(the same of a second judgement, under other rules), `release-copy` and `retry-copy` (the same to another file system),
`release-large-copy` (of a file too large to be judged, to a name that is taken), `expire` (what a policy deletes), `mounted`, `release-mounted`, `retry-mounted` and `expire-mounted` (something is mounted on a folder in each
destination), `expire-mounted-power` and so on (the start that mends it is killed too, what is mounted loses what was not synced, and is
away at the next start), `run` (the daemon instead of a drain), `power` (on an ext4 of its own whose unwritten pages are dropped,
with one more file that nobody but siftd ever synced), an error number such as EIO, alone or after one of the others (`release-copy-EIO`). SECONDS bounds the time: points are left out evenly, others in each run. What was chosen is printed,
and `--every` and `--from` choose the same again; `--at` tries one point. A drill in which most points were not reached has failed:
it proves nothing."""

import argparse
import errno
import fcntl
import math
import multiprocessing
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import inject
import invariants
from spool import PLAIN, RULES, configure, write

DROPPED = {
    "good.txt": (PLAIN * 3 + "one\n").encode(),
    "sub/deep/strip.txt": (PLAIN + "STRIP this line\n" + PLAIN + "two\n").encode(),
    "sub/junk.txt": (PLAIN + "JUNK stands in this line\nthree\n").encode(),
    "worst.txt": (PLAIN + "WORST stands in this line\nfour\n").encode(),
    "sub/clash.txt": (PLAIN + "the newer one\n").encode(),
}
STRIPPED = {"sub/deep/strip.txt": (PLAIN + PLAIN + "two\n").encode()}
BEFORE = {("curated", "sub/clash.txt"): b"the older one\n"}

# Too large to be judged, and released to a name that another one has, in the modes that say so.
LARGE, LARGE_DATA = "sub/large.txt", (PLAIN * 500 + "large\n").encode()
LARGE_BEFORE = {("curated", LARGE): LARGE_DATA[:-2] + b"!\n"}

# Dropped last and never synced by whoever dropped it.
LATE, LATE_DATA = "sub/late.txt", (PLAIN * 2000 + "late\n").encode()

# What lies on another file system, by mode.
COPIED = {"copy": ("curated", "quarantine", "originals"), "release-copy": ("curated",), "retry-copy": ("curated",),
          "release-large-copy": ("curated",)}

# The folder of each destination on which something is mounted, in the modes that say so.
MOUNTED = "sub"

# Whoever files five documents away makes more calls than that.
POINTS_MIN = 10


def shut(mount, how):
    """Shuts a file system down as it is: 1 with its journal written first, 2 without."""
    folder = os.open(mount, os.O_RDONLY)
    fcntl.ioctl(folder, 0x8004587D, struct.pack("I", how))
    os.close(folder)


class Spool:
    """A fresh spool with files dropped into it."""

    def __init__(self, siftd, base, copy=(), image=None, mounted=False, large=False, disks=None):
        self.siftd, self.image = siftd, image
        self.root = tempfile.mkdtemp(prefix="drill.", dir=base)
        self.mount = None
        self.released = None
        self.expired = False
        top = self.root
        if image:
            self.disk, self.mount = f"{self.root}/disk", f"{self.root}/mount"
            os.mkdir(self.mount)
            subprocess.check_call(["cp", "--sparse=always", image, self.disk])
            self.mounted()
            top = self.mount
        self.other = tempfile.mkdtemp(prefix="drill.", dir="/dev/shm") if copy else top
        self.folders = {place: f"{top}/{place}" for place in invariants.PLACES}
        self.folders["state"] = f"{top}/state"
        self.folders.update({place: f"{self.other}/{place}" for place in copy})
        self.disks = {}
        self.mounts = [f"{self.folders[place]}/{MOUNTED}" for place in invariants.PLACES if mounted and place != "inbox"]
        for mount in self.mounts:
            os.makedirs(mount)
            if disks:
                disk = f"{self.root}/disk-{len(self.disks)}"
                subprocess.check_call(["cp", "--sparse=always", disks, disk])
                self.disks[mount] = disk
                subprocess.check_call(["mount", "-o", "loop", disk, mount])
            else:
                subprocess.check_call(["mount", "-t", "tmpfs", "-o", "size=4m,mode=755", "tmpfs", mount])
        os.mkdir(f"{self.root}/rules")
        write(f"{self.root}/rules/drill.yaml", RULES.encode())
        self.dropped, self.before, self.decided = dict(DROPPED), dict(BEFORE), "sub/junk.txt"
        intake = "settle: 0.01s"
        if large:
            intake += ", bytes_at_most: 20KB"
            self.dropped[LARGE] = LARGE_DATA
            self.before.update(LARGE_BEFORE)
            self.decided = LARGE
        configure(f"{self.root}/siftd.yaml", self.folders, intake, f"{self.root}/rules", 1,
                  "retention: {originals: 1s, quarantine_undecided: 1s, rejected: 1s}\n")
        for path, data in self.dropped.items():
            write(f"{self.folders['inbox']}/{path}", data)
        for (place, path), data in self.before.items():
            write(f"{self.folders[place]}/{path}", data)
        for mount in self.disks:
            subprocess.check_call(["sync", "-f", mount])
        self.below = (top + "/inbox", top + "/curated", top + "/quarantine", top + "/rejected", top + "/originals",
                      top + "/state", self.other + "/")
        if self.mount:
            subprocess.check_call(["sync", "-f", self.mount])
            self.dropped[LATE] = LATE_DATA
            write(f"{self.folders['inbox']}/{LATE}", LATE_DATA)

    def mounted(self):
        subprocess.check_call(["mount", "-o", "loop", self.disk, self.mount])
        if not os.path.ismount(self.mount):
            sys.exit(f"{self.mount} is not mounted")

    def cut(self):
        """The power goes: the journal of the file system is written, pages that were not synced are not."""
        shut(self.mount, 1)
        subprocess.check_call(["umount", self.mount])
        self.mounted()

    def lose(self):
        """What is mounted in the destinations loses all that was not synced, nothing else loses anything, and siftd starts once
        before it is mounted again."""
        for mount in self.disks:
            shut(mount, 2)
            subprocess.check_call(["umount", mount])
        subprocess.run(self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for mount, disk in self.disks.items():
            subprocess.check_call(["mount", "-o", "loop", disk, mount])

    def late(self):
        """What is wrong with the file that only siftd could sync. While nobody published it, the cut may have taken its bytes."""
        trees = {place: invariants.files(self.folders[place]) for place in invariants.PLACES}
        name = os.path.basename(LATE)
        lying = [(place, path, data) for place, tree in trees.items() for path, data in tree.items()
                 if os.path.basename(path) == name]
        torn = [f"{place}/{path} ({len(data)} bytes)" for place, path, data in lying if data != LATE_DATA and place != "inbox"]
        wrong = [f"published, and its bytes are not on the disk: {text}" for text in torn]
        if LATE_DATA not in [data for _, _, data in lying]:
            if LATE in invariants.done(self.folders):
                wrong.append(f"the journal says that {LATE} is done, and its bytes are nowhere")
            # From now on it is what was left of it.
            del self.dropped[LATE]
            self.dropped.update({LATE: data for _, _, data in lying})
        return wrong

    def command(self, verb="once"):
        what = [self.decided] if verb in ("release", "retry") else []
        return [self.siftd, "--config", f"{self.root}/siftd.yaml", verb, *what]

    def log(self):
        with open(f"{self.root}/log", errors="replace") as log:
            return log.read()

    def check(self, settled):
        return invariants.check(self.folders, self.dropped, STRIPPED, self.before, settled, self.released, self.expired)

    def close(self):
        for mount in self.mounts:
            subprocess.call(["umount", mount])
        if self.mount:
            subprocess.call(["umount", self.mount])
        shutil.rmtree(self.root, ignore_errors=True)
        if self.other.startswith("/dev/shm/"):
            shutil.rmtree(self.other, ignore_errors=True)


def stop_when_done(spool, pid):
    """Ends a daemon when nothing is left in the inbox and it says that it is up."""
    while not spool.ended:
        time.sleep(0.02)
        left = [name for _, _, names in os.walk(spool.folders["inbox"]) for name in names if name not in ("lock", "judging")]
        if not left and os.path.exists(f"{spool.folders['state']}/status.json"):
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
            return


def one(task):
    """One run, hit at one point; what was found wrong afterwards."""
    siftd, base, mode, point, image = task
    mode, error = with_error(mode)
    loses = mode.endswith("-mounted-power")
    mode, image, disks = (mode.removesuffix("-power"), None, image) if loses else (mode, image, None)
    spool = Spool(siftd, base, copy=COPIED.get(mode, ()), image=image, mounted=mode.endswith("mounted"), large="-large" in mode,
                  disks=disks)
    mode = mode.removesuffix("-copy").removesuffix("-mounted").removesuffix("-large")
    spool.ended = False
    try:
        verb = "run" if mode == "run" else "once"
        if mode == "release":
            subprocess.run(spool.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            verb, spool.released = "release", spool.decided
        if mode == "retry":
            subprocess.run(spool.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            write(f"{spool.root}/rules/drill.yaml", RULES.replace("'JUNK'", "'NO MORE'").encode())
            verb, spool.released = "retry", spool.decided
        if mode == "expire":
            subprocess.run(spool.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(1.1)
            verb, spool.expired = "expire", True
        meanwhile = (lambda pid: stop_when_done(spool, pid)) if mode == "run" else None
        ran = inject.run(spool.command(verb), spool.below, point, error, looking=bool(error),
                         output=f"{spool.root}/log", meanwhile=meanwhile)
        spool.ended = True
        if mode == "power":
            spool.cut()
        if point is None:
            wrong = spool.late() if mode == "power" else []
            return ran, wrong + spool.check(settled=True), spool.log()
        if loses:
            # The start that mends it is killed too, and the power goes then.
            second = random.Random(point).randrange(1, 60)
            again = inject.run(spool.command(), spool.below, second, output=f"{spool.root}/log")
            if ran["hit"] is not None:
                ran["hit"] += f", then {again['hit'] or 'nowhere'}"
            spool.lose()
        wrong = spool.late() if mode == "power" else []
        wrong += [f"at once: {text}" for text in spool.check(settled=False)]
        log = spool.log()
        if ran["ended"] == "hung":
            wrong.append("it hung")
        if error and ran["ended"] in (0, 1):
            wrong += [f"it ended {ran['ended']}, but {text}" for text in spool.check(settled=True)
                      if ".siftd-probe" not in text]
        if error and ran["ended"] not in (0, 1, 2):
            wrong.append(f"it ended {ran['ended']}")
        if mode == "twice":
            second = random.Random(point).randrange(1, 60)
            again = inject.run(spool.command(), spool.below, second, output=f"{spool.root}/log")
            ran["hit"] = f"{ran['hit']}, then {again['hit']}"
            wrong += [f"after the second: {text}" for text in spool.check(settled=False)]
        by_hand = mode in ("release", "retry", "expire")
        if mode in ("release", "retry"):
            # Nobody asks for it again: the next start alone must find it in one place.
            subprocess.run(spool.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wrong += [f"after the next start: {text}" for text in spool.check(settled=True)]
        again = mode if by_hand else "once"
        with open(f"{spool.root}/log", "wb") as out:
            ended = subprocess.run(spool.command(again), stdout=out, stderr=out, timeout=60).returncode
        if by_hand:
            subprocess.run(spool.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # What is released already cannot be found in quarantine again.
        if ended not in (0, 1) and mode not in ("release", "retry"):
            wrong.append(f"the next run ended {ended}")
        wrong += [f"afterwards: {text}" for text in spool.check(settled=True)]
        if wrong and spool.log().count("ERROR"):
            log += "\n--- next run\n" + spool.log()
        return ran, wrong, log
    except Exception as trouble:  # a fault of the suite is a failure too
        return {"ended": None, "hit": None, "points": []}, [f"the suite itself failed: {trouble!r}"], ""
    finally:
        spool.close()


def with_error(mode):
    """The mode, and the error number that a call is to fail with."""
    rest, _, name = mode.rpartition("-")
    return (rest or "once", getattr(errno, name)) if name.startswith("E") else (mode, None)


def fits(mode, what):
    """Whether that call can fail so: only moving a file meets the border of a file system."""
    return "-shm" not in what and (not mode.endswith("EXDEV") or what.startswith(("rename", "link")))


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("siftd")
    parser.add_argument("mode")
    parser.add_argument("seconds", nargs="?", type=float, default=float("inf"))
    parser.add_argument("--every", type=int, help="try one point in so many")
    parser.add_argument("--from", type=int, dest="first", help="the first of them, from 0")
    parser.add_argument("--at", type=int, help="try this point alone, from 1")
    return parser.parse_args()


def choose(points, told, mode, cost):
    """The points to be tried, and how to try the same again."""
    if told.at is not None:
        return [told.at], f"--at {told.at}"
    every = told.every or (max(1, math.ceil(len(points) * cost / told.seconds)) if told.seconds != float("inf") else 1)
    first = random.randrange(every) if told.first is None else told.first
    return points[first::every], f"{mode} --every {every} --from {first}"


def main():
    told = arguments()
    siftd, mode = os.path.abspath(told.siftd), told.mode
    base = tempfile.mkdtemp(prefix="siftd-drill.")
    image = None
    if mode.endswith("power"):
        image = f"{base}/image"
        with open(image, "wb") as file:
            file.truncate((32 if mode == "power" else 8) << 20)
        subprocess.check_call(["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image])
    try:
        begun = time.monotonic()
        ran, wrong, log = one((siftd, base, mode, None, image))
        if wrong or ran["ended"] not in (0, 1):
            print(f"{mode}: undisturbed it ended {ran['ended']}: {wrong}\n{log}")
            return 1
        jobs = 1 if image else os.cpu_count() or 1
        points = [n for n, what in enumerate(ran["points"], 1) if fits(mode, what)]
        chosen, again = choose(points, told, mode, 2 * (time.monotonic() - begun) / jobs)
        bad = hit = 0
        with multiprocessing.Pool(jobs, maxtasksperchild=1) as pool:
            tasks = [(siftd, base, mode, n, image) for n in chosen]
            for n, (ran, wrong, log) in pool.imap_unordered(numbered, tasks):
                hit += ran["hit"] is not None and not ran["hit"].endswith("then None")
                if wrong:
                    bad += 1
                    print(f"{mode} --at {n}: at {ran['hit']}, ended {ran['ended']}:")
                    for text in wrong:
                        print(f"    {text}")
                    if os.environ.get("DRILL_LOG"):
                        print("    " + log.replace("\n", "\n    "))
                    sys.stdout.flush()
        took = time.monotonic() - begun
        print(f"{mode}: {len(points)} points, {len(chosen)} tried, {hit} hit, {bad} failed, {took:.0f} s (again: {again})")
        if 2 * hit <= len(chosen) or len(points) < POINTS_MIN:
            print(f"{mode}: {hit} of {len(chosen)} tried, of {len(points)} points, were hit: this proves nothing")
            bad += 1
        return 1 if bad else 0
    finally:
        shutil.rmtree(base, ignore_errors=True)


def numbered(task):
    return task[3], one(task)


if __name__ == "__main__":
    sys.exit(main())
