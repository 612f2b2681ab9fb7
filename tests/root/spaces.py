"""A daemon on small disks, with a short queue of events or no watches left, with an inbox that is mounted over and destinations
in which something is mounted: spaces.py SIFTD"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import invariants
from spool import PLAIN, RULES, configure, write


def until(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited too long until {what}")
        time.sleep(0.02)


@contextlib.contextmanager
def mounted(path, options):
    os.makedirs(path, exist_ok=True)
    subprocess.check_call(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path])
    try:
        assert os.path.ismount(path), path
        yield path
    finally:
        if subprocess.call(["umount", path], stderr=subprocess.DEVNULL):
            subprocess.call(["umount", "-l", path])


class Daemon:
    """A daemon on a spool."""

    def __init__(self, siftd, root, folders=None, keys="", rules=None, more=""):
        self.folders = {name: f"{root}/{name}" for name in (*invariants.PLACES, "state")}
        self.folders.update(folders or {})
        os.makedirs(root, exist_ok=True)
        self.config = f"{root}/siftd.yaml"
        configure(self.config, self.folders, f"settle: 0.05s{keys}", rules, more=more)
        os.makedirs(self.folders["inbox"], exist_ok=True)
        self.dropped = {}
        self.siftd = siftd
        self.start()

    def start(self):
        self.log = open(f"{self.config}.log", "ab")
        self.process = subprocess.Popen([self.siftd, "--config", self.config, "run"], stdout=self.log, stderr=self.log)
        until("it is up", lambda: self.status().get("watch", {}).get("sweeps", 0) > 0)

    def status(self):
        try:
            with open(f"{self.folders['state']}/status.json") as status:
                return json.load(status)
        except (OSError, ValueError):
            return {}

    def drop(self, name, text):
        path = f"{self.folders['inbox']}/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        self.dropped[name] = text.encode()

    def curated(self):
        return sum(len(names) for _, _, names in os.walk(self.folders["curated"]))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=60) == 0
        wrong = invariants.check(self.folders, self.dropped, {}, {}, settled=True)
        assert not wrong, wrong[:5]

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def full_disk(siftd, root):
    """Claiming stops when a destination is full, files stay, and it goes on by itself when there is room."""
    with mounted(f"{root}/small", "size=12m,mode=755") as small:
        daemon = Daemon(siftd, root, {"curated": f"{small}/curated"})
        try:
            daemon.drop("first.txt", PLAIN + "first\n")
            until("the first is through", lambda: daemon.curated() == 1)
            with open(f"{small}/hog", "wb") as hog:
                hog.write(b"\0" * (9 << 20))
            names = [f"a/{number}.txt" for number in range(50)]
            for name in names:
                daemon.drop(name, PLAIN + name + "\n")
            until("it says that there is no room", lambda: "no room" in (daemon.status().get("paused") or ""))
            assert all(os.path.exists(f"{daemon.folders['inbox']}/{name}") for name in names), "files stay in the inbox"
            os.unlink(f"{small}/hog")
            until("it goes on by itself", lambda: daemon.curated() == 51, 90)
            until("it says so", lambda: daemon.status().get("paused") is None)
            daemon.stop()
        finally:
            daemon.kill()


def no_inodes(siftd, root):
    """No room for one more entry, though there is for bytes: claims cannot be made; it goes on by itself."""
    with mounted(f"{root}/small", "size=32m,nr_inodes=300,mode=755") as small:
        daemon = Daemon(siftd, small)
        try:
            os.mkdir(f"{small}/aside")
            for number in range(20):
                daemon.dropped[f"{number}.txt"] = (PLAIN + f"{number}\n").encode()
                with open(f"{small}/aside/{number}.txt", "wb") as file:
                    file.write(daemon.dropped[f"{number}.txt"])
            taken = 0
            with contextlib.suppress(OSError):
                while True:
                    open(f"{small}/inode-{taken}", "w").close()
                    taken += 1
            # A rename needs no room.
            for name in daemon.dropped:
                os.rename(f"{small}/aside/{name}", f"{daemon.folders['inbox']}/{name}")
            until("it says that there is no room", lambda: "no room" in (daemon.status().get("paused") or ""))
            tree = invariants.files(daemon.folders["inbox"]).values()
            assert set(daemon.dropped.values()) <= set(tree), "every file is in the inbox"
            for number in range(taken):
                os.unlink(f"{small}/inode-{number}")
            until("it goes on by itself", lambda: daemon.curated() == 20, 90)
            until("nothing is in hand", lambda: daemon.status().get("in_hand") == 0)
            daemon.stop()
        finally:
            daemon.kill()


def short_queue(siftd, root):
    """Ten thousand files while the kernel's queue of events holds eight."""
    limit = "/proc/sys/fs/inotify/max_queued_events"
    with open(limit) as file:
        before = file.read()
    # A queue has the limit of the moment in which it is made: those of the restart after an overflow too.
    with open(limit, "w") as file:
        file.write("8")
    try:
        daemon = Daemon(siftd, root, keys=", sweep_every: 5s")
        try:
            for number in range(10_000):
                daemon.drop(f"{number % 10}/{number}.txt", PLAIN + f"{number}\n")
            until("all are through", lambda: daemon.curated() == 10_000, 150)
            until("nothing is in hand", lambda: daemon.status().get("in_hand") == 0)
            daemon.stop()
        finally:
            daemon.kill()
    finally:
        with open(limit, "w") as file:
            file.write(before)


def no_watches(siftd, root):
    """The machine is out of watches, then of instances: it polls, says so, and goes back to events by itself."""
    for name in ("max_user_watches", "max_user_instances"):
        limit = f"/proc/sys/fs/inotify/{name}"
        with open(limit) as file:
            before = file.read()
        daemon = None
        try:
            with open(limit, "w") as file:
                file.write("0")
            daemon = Daemon(siftd, f"{root}/{name}")
            until("it says so", lambda: name in (daemon.status()["watch"].get("trouble") or ""))
            assert daemon.status()["watch"]["events"] is False
            for number in range(20):
                daemon.drop(f"{number % 3}/{number}.txt", PLAIN + f"{number}\n")
            until("polling takes all", lambda: daemon.curated() == 20)
            with open(limit, "w") as file:
                file.write(before)
            until("it goes back to events", lambda: daemon.status()["watch"]["events"], 90)
            assert daemon.status()["watch"]["trouble"] is None
            daemon.stop()
        finally:
            with open(limit, "w") as file:
                file.write(before)
            if daemon:
                daemon.kill()


def mounted_over(siftd, root):
    """Something is mounted over the inbox: that is the inbox now, and the one below comes back when it goes."""
    daemon = Daemon(siftd, root)
    try:
        inbox = daemon.folders["inbox"]
        with mounted(inbox, "size=4m,mode=770"):
            daemon.drop("over.txt", PLAIN + "over\n")
            until("the one above is taken", lambda: daemon.curated() == 1)
            until("nothing is in hand", lambda: daemon.status().get("in_hand") == 0)
        daemon.drop("below.txt", PLAIN + "below\n")
        until("the one below is taken", lambda: daemon.curated() == 2)
        until("nothing is in hand", lambda: daemon.status().get("in_hand") == 0)
        daemon.stop()
    finally:
        daemon.kill()


def mounted_below(siftd, root):
    """Something is mounted on a folder in each destination: files are published there, and found again by every verb."""
    places = [place for place in invariants.PLACES if place != "inbox"]
    with contextlib.ExitStack() as mounts:
        for place in places:
            mounts.enter_context(mounted(f"{root}/{place}/sub", "size=4m,mode=755"))
        write(f"{root}/rules/drill.yaml", RULES.encode())
        daemon = Daemon(siftd, root, rules=f"{root}/rules")
        ask = lambda *verb: subprocess.run([siftd, "--config", daemon.config, *verb], capture_output=True, text=True)
        try:
            daemon.drop("sub/good.txt", PLAIN)
            daemon.drop("sub/deep/strip.txt", PLAIN + "STRIP this line\n")
            daemon.drop("sub/junk.txt", PLAIN + "JUNK stands in this line\n")
            daemon.drop("sub/deep/worst.txt", PLAIN + "WORST stands in this line\n")
            until("all are judged", lambda: sum(daemon.status().get("counts", {}).values()) == 4)
            until("nothing is in hand", lambda: daemon.status().get("in_hand") == 0)
            for at in ("curated/sub/good.txt", "originals/sub/deep/strip.txt", "quarantine/sub/junk.txt", "rejected/sub/deep/worst.txt"):
                assert os.path.exists(f"{root}/{at}"), at
            assert "1 quarantine, 1 rejected" in ask("status").stdout, ask("status").stdout
            verified = ask("verify")
            assert verified.returncode == 0, verified.stdout + verified.stderr
            for name in ("sub/junk.txt", "worst.txt"):
                moved = ask("release" if name == "sub/junk.txt" else "retry", name)
                assert moved.returncode in (0, 1), moved.stderr
            assert os.path.exists(f"{root}/curated/sub/junk.txt") and not os.path.exists(f"{root}/quarantine/sub/junk.txt")
            # Nobody gets out of a destination by a link.
            os.makedirs(f"{root}/elsewhere")
            os.symlink(f"{root}/elsewhere", f"{root}/curated/link")
            daemon.drop("link/held.txt", PLAIN + "held\n")
            until("it is held", lambda: any(line.split()[:2] == ["held", "link/held.txt"] for line in ask("status").stdout.splitlines()))
            assert os.listdir(f"{root}/elsewhere") == []
            os.unlink(f"{root}/curated/link")
            until("it is taken", lambda: os.path.exists(f"{root}/curated/link/held.txt"))
            until("nothing is in hand", lambda: daemon.status().get("in_hand") == 0)
            assert ask("verify").returncode == 0
            assert not [folder for folder, _, _ in os.walk(root) if folder.endswith("/.siftd") and "/inbox/" not in folder]
        finally:
            daemon.kill()


@contextlib.contextmanager
def bound(folder, path):
    os.makedirs(folder, exist_ok=True)
    os.makedirs(path, exist_ok=True)
    subprocess.check_call(["mount", "--bind", folder, path])
    try:
        yield path
    finally:
        subprocess.check_call(["umount", path])


def mounted_within(siftd, root):
    """What a crash left held in a mount within a mount waits for it, whatever is mounted there meanwhile, and says so."""
    folders = {name: f"{root}/{name}" for name in (*invariants.PLACES, "state")}
    configure(f"{root}/siftd.yaml", folders, "settle: 0.05s", None)
    ask = lambda verb: subprocess.run([siftd, "--config", f"{root}/siftd.yaml", verb], capture_output=True, text=True)
    sub, deep, inner = f"{root}/quarantine/sub", f"{root}/quarantine/sub/deep", f"{root}/inner"
    with bound(f"{root}/outer", sub):
        with bound(inner, deep):
            write(f"{deep}/x.txt", PLAIN.encode())
            # As siftd does, and is killed.
            os.makedirs(f"{deep}/.siftd/expire-1")
            os.makedirs(f"{root}/quarantine/.siftd/expire-1/.siftd/sub/deep/x.txt/.siftd")
            os.rename(f"{deep}/x.txt", f"{deep}/.siftd/expire-1/x.txt")
        for other in (None, f"{root}/other"):
            with bound(other, deep) if other else contextlib.nullcontext():
                ended = ask("once")
                assert ended.returncode == 0 and "quarantine/sub/deep/x.txt waits since" in ended.stderr, ended.stderr
                assert "quarantine/sub/deep/x.txt waits since" in ask("status").stdout, ask("status").stdout
        with bound(inner, deep):
            ended = ask("once")
            assert ended.returncode == 0 and "waits since" not in ended.stderr, ended.stderr
            assert os.path.exists(f"{deep}/x.txt") and not os.path.exists(f"{deep}/.siftd"), os.listdir(deep)
            assert not os.path.exists(f"{root}/quarantine/.siftd")


def each(siftd, tests):
    """Runs each test on a folder of its own; 1 when one failed."""
    siftd, failed = os.path.abspath(siftd), 0
    for test in tests:
        root = tempfile.mkdtemp(prefix="siftd-spaces.")
        os.chmod(root, 0o755)
        begun = time.monotonic()
        try:
            test(siftd, root)
            print(f"ok   {test.__name__}: {test.__doc__} {time.monotonic() - begun:.0f} s", flush=True)
        except AssertionError as wrong:
            failed += 1
            print(f"FAIL {test.__name__}: {wrong}", flush=True)
            if os.path.exists(f"{root}/siftd.yaml.log"):
                with open(f"{root}/siftd.yaml.log", errors="replace") as log:
                    print("".join(line for line in log if " INFO judged" not in line)[-3000:])
        finally:
            shutil.rmtree(root, ignore_errors=True)
    return 1 if failed else 0


def main():
    return each(sys.argv[1], (full_disk, no_inodes, mounted_over, mounted_below, mounted_within, no_watches, short_queue))


if __name__ == "__main__":
    sys.exit(main())
