"""Days of a daemon's life, one after the other, and what it holds on to: soak.py SIFTD SECONDS [--burst FILES]

Each day files of every verdict are dropped in every way, rules are edited well and badly, the inbox is swapped, files are
released and judged again, and what is old goes by policy. Memory, handles, watches, threads and the journal are sampled at the
end of each day; the last third of the days must hold no more than the third before it, some slack left. `--burst` drops so many
files at once on a tmpfs instead, and tells the peak."""

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from spaces import Daemon, mounted, until
from spool import PLAIN, RULES

KINDS = ("plain\n", "STRIP this line\n", "JUNK stands here\n", "")
# What may be added from one third to the next: allocators and caches are not exact.
SLACK = {"rss_kb": 3000, "handles": 6, "watches": 4, "threads": 2, "journal_kb": 1500}


def held(pid, state):
    """What a process holds on to."""
    with open(f"/proc/{pid}/status") as status:
        text = status.read()
    number = lambda key: int(re.search(rf"^{key}:\s+(\d+)", text, re.M)[1])
    handles = os.listdir(f"/proc/{pid}/fd")
    watches = 0
    for handle in os.listdir(f"/proc/{pid}/fdinfo"):
        try:
            with open(f"/proc/{pid}/fdinfo/{handle}") as info:
                watches += info.read().count("inotify wd:")
        except FileNotFoundError:
            pass
    # Its write-ahead log is bounded by itself, at 4 MB.
    journal = os.path.getsize(f"{state}/journal.db")
    threads = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/comm") as name:
                # Those that wait for the disk come when it is first slow, whenever that is: how many at most is held by a test.
                threads += not name.read().startswith("sync-")
        except FileNotFoundError:
            pass
    return {"rss_kb": number("VmRSS"), "handles": len(handles), "watches": watches, "threads": threads,
            "journal_kb": journal // 1024, "peak_kb": number("VmHWM")}


class Life:
    """A daemon with a spool, and what happens to it in a day."""

    def __init__(self, siftd, root):
        self.rules = f"{root}/rules"
        os.makedirs(self.rules)
        self.edit(RULES)
        self.daemon = Daemon(siftd, root, rules=self.rules, more="retention: {originals: 5s, quarantine_undecided: 5s, "
                                                                "rejected: 5s, journal: 5s}\n")
        self.day = self.files = 0

    def edit(self, text):
        with open(f"{self.rules}/.new", "w") as file:
            file.write(text)
        os.rename(f"{self.rules}/.new", f"{self.rules}/drill.yaml")

    def siftd(self, *arguments):
        command = [self.daemon.siftd, "--config", self.daemon.config, *arguments]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)

    def judged(self):
        counts = self.daemon.status().get("counts", {})
        return sum(counts.get(verdict, 0) for verdict in ("pass", "strip", "quarantine", "reject"))

    def live(self):
        """One day."""
        inbox, day = self.daemon.folders["inbox"], self.day
        before = self.judged()
        for number in range(40):
            kind = KINDS[number % 4]
            self.daemon.drop(f"day-{day % 7}/{day}-{number}.txt", kind and PLAIN + kind + f"{day} {number}\n")
        until("the day's files are judged", lambda: self.judged() >= before + 40)
        self.files += 40
        if day % 3 == 0:
            self.edit(RULES + f"# edited on day {day}\n")
            assert self.siftd("reload").returncode == 0, "a good edit is taken"
        if day % 3 == 1:
            self.edit("schema: rules/1\npack: drill\nrules: [broken\n")
            assert self.siftd("reload").returncode != 0, "a bad edit is not"
            self.edit(RULES)
            self.siftd("reload")
        if day % 4 == 2:
            os.rename(inbox, f"{inbox}-away")
            until("it is missed", lambda: self.daemon.status().get("paused"))
            os.rename(f"{inbox}-away", inbox)
            until("it is taken up again", lambda: not self.daemon.status().get("paused"))
        # Either may have expired by now.
        self.siftd("release", f"day-{day % 7}/{day}-2.txt")
        self.siftd("retry", f"day-{day % 7}/{day}-6.txt")
        for folder, _, names in os.walk(self.daemon.folders["curated"]):
            for name in names:
                os.unlink(os.path.join(folder, name))
        self.day += 1

    def sample(self):
        return held(self.daemon.process.pid, self.daemon.folders["state"])


def soak(siftd, seconds):
    root = tempfile.mkdtemp(prefix="siftd-soak.")
    life = None
    try:
        life = Life(siftd, root)
        samples, end = [], time.monotonic() + seconds
        while time.monotonic() < end or len(samples) < 9:
            life.live()
            samples.append(life.sample())
        third = len(samples) // 3
        failed = 0
        print(f"soak: {life.day} days, {life.files} files, {seconds:.0f} s")
        for key, slack in SLACK.items():
            first, middle, last = (statistics.median(sample[key] for sample in samples[third * at:third * (at + 1)])
                                   for at in range(3))
            grew = last > middle + slack
            failed += grew
            print(f"{'GREW' if grew else 'ok  '} {key:10} {first:8.0f} {middle:8.0f} {last:8.0f}")
        status = life.daemon.status()
        counts = status["counts"]
        print(f"     peak {samples[-1]['peak_kb']} KB, {counts.get('expired', 0)} files and {counts.get('expired-rows', 0)} rows"
              f" expired, {counts.get('recovered', 0)} claims recovered")
        # Three in four go by policy, those of the last days not yet.
        assert counts.get("expired", 0) * 10 >= life.files, "policies are applied"
        return failed
    finally:
        if life:
            life.daemon.kill()
        shutil.rmtree(root, ignore_errors=True)


def burst(siftd, files):
    """So many files at once: none lost, none left."""
    root = tempfile.mkdtemp(prefix="siftd-burst.")
    try:
        with mounted(f"{root}/tmp", "size=2g,nr_inodes=2000000,mode=755") as top:
            daemon = Daemon(siftd, f"{top}/spool", keys=", sweep_every: 5s")
            try:
                begun = time.monotonic()
                for number in range(files):
                    folder = f"{daemon.folders['inbox']}/{number % 100}"
                    if number < 100:
                        os.makedirs(folder, exist_ok=True)
                    with open(f"{folder}/{number}.txt", "w") as file:
                        file.write(f"{PLAIN}{number}\n")
                dropped = time.monotonic() - begun
                done = lambda: sum(daemon.status().get("counts", {}).get(name, 0) for name in ("pass", "quarantine"))
                until("all are judged", lambda: done() >= files, 1800)
                took = time.monotonic() - begun
                until("nothing is in hand", lambda: daemon.status().get("in_hand") == 0)
                now = held(daemon.process.pid, daemon.folders["state"])
                curated = {name for _, _, names in os.walk(daemon.folders["curated"]) for name in names}
                left = [name for _, _, names in os.walk(daemon.folders["inbox"]) for name in names if name not in ("lock", "judging")]
                print(f"burst: {files} files dropped in {dropped:.1f} s, all judged after {took:.1f} s, peak {now['peak_kb']} KB, "
                      f"{now['rss_kb']} KB afterwards; {files - len(curated)} lost, {len(left)} left")
                daemon.process.send_signal(signal.SIGTERM)
                assert daemon.process.wait(timeout=60) == 0
                return int(len(curated) != files or bool(left) or now["peak_kb"] > 64 << 10)
            finally:
                daemon.kill()
    finally:
        shutil.rmtree(root, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("siftd")
    parser.add_argument("seconds", type=float)
    parser.add_argument("--burst", type=int)
    arguments = parser.parse_args()
    siftd = os.path.abspath(arguments.siftd)
    return (burst(siftd, arguments.burst) if arguments.burst else soak(siftd, arguments.seconds)) and 1


if __name__ == "__main__":
    sys.exit(main())
