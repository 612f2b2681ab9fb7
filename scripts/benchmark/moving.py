"""The daemon: bursts, durable moves, latency; beside a bare loop and two movers that people use."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import measure
import unsynced
from inotify import Arrivals
from siftd import Daemon, arrived

RESULTS = ("curated", "quarantine", "rejected")
MOVER = pathlib.Path(__file__).with_name("watchdog_mover.py")
LOOP = 'inotifywait -m -q -e moved_to -e close_write --format %f "$1" | while IFS= read -r name; do mv -n -- "$1/$name" "$2/"; done'


def fresh(path):
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def stock(folder, source, count):
    """`count` files to drop, made from a folder of documents, on the file system of the spool."""
    fresh(folder)
    texts = [path.read_bytes() for path in sorted(source.iterdir())[:min(count, 10_000)]]
    for number in range(count):
        (folder / f"{number:06}.txt").write_bytes(texts[number % len(texts)] + f"\n{number}\n".encode())
    os.sync()
    return folder


def drop(aside, inbox):
    """Renames every file of a folder into the inbox; returns how many a second."""
    names, begun = os.listdir(aside), time.perf_counter()
    for name in names:
        os.rename(f"{aside}/{name}", f"{inbox}/{name}")
    return len(names) / (time.perf_counter() - begun)


def burst(bench, config, count, where, before=None):
    """Files a second from the first one dropped to the inbox empty; what was lost or left is an end of the run."""
    spool = fresh(where / "spool")
    aside = stock(where / "aside", bench.docs, count)
    with Daemon(bench.siftd, bench.siftd.config("daemon", **config, spool=spool), spool, before=before) as daemon:
        begun = time.perf_counter()
        rate = drop(aside, spool / "inbox")
        took = daemon.until_empty() - begun
        arrived, peak = daemon.arrived(), daemon.peak()
    if arrived != count:
        raise SystemExit(f"burst: of {count} files {arrived} arrived")
    shutil.rmtree(where)
    return {"rate": count / took, "dropped": rate, "peak": peak}


def drain(bench, config, count, where):
    """Files a second that `siftd once` files away, its start and the time until dropped files count as complete included."""
    spool = fresh(where / "spool")
    drop(stock(where / "aside", bench.docs, count), fresh(spool / "inbox"))
    begun = time.perf_counter()
    code = subprocess.run(bench.siftd.once(bench.siftd.config("once", **config, spool=spool))).returncode
    took, filed = time.perf_counter() - begun, arrived(spool)
    shutil.rmtree(where)
    if code > 1 or filed != count:
        raise SystemExit(f"siftd once: exit code {code}, {filed} of {count} files were filed away")
    return {"rate": count / took}


def bare_loop(source, where, count):
    """fsync, rename, fsync of both folders, one file after the other: what a durable move is; files a second."""
    aside, to = stock(where / "aside", source, count), fresh(where / "to")
    folders, begun = [os.open(folder, os.O_RDONLY) for folder in (to, aside)], time.perf_counter()
    for name in os.listdir(aside):
        file = os.open(f"{aside}/{name}", os.O_RDONLY)
        os.fsync(file)
        os.rename(f"{aside}/{name}", f"{to}/{name}")
        for folder in folders:
            os.fsync(folder)
        os.close(file)
    took = time.perf_counter() - begun
    for folder in folders:
        os.close(folder)
    shutil.rmtree(where)
    return count / took


def mover(command, source, where, count):
    """A program that moves from one folder to another without judging: files a second, and what stayed behind."""
    aside, inbox, to = stock(where / "aside", source, count), fresh(where / "inbox"), fresh(where / "to")
    process = subprocess.Popen([*command, str(inbox), str(to)], start_new_session=True, stderr=subprocess.DEVNULL)
    time.sleep(2)
    begun, seen, moved_at = time.perf_counter(), 0, time.perf_counter()
    drop(aside, inbox)
    while seen < count and time.perf_counter() - moved_at < 5:
        now = len(os.listdir(to))
        if now != seen:
            seen, moved_at = now, time.perf_counter()
        time.sleep(0.02)
    os.killpg(process.pid, 15)
    process.wait()
    shutil.rmtree(where)
    return {"rate": seen / (moved_at - begun), "left": count - seen}


def moving(bench):
    place, count = bench.work / "moving", bench.burst
    one = {"packs": [bench.siftd.pack("nothing", ["zqxjkvbwqzx"])]}
    everything = {"languages": ("en", "zh", "ja")}
    measures = {
        "durable": lambda: burst(bench, everything, count, place / "a"),
        "once": lambda: drain(bench, everything, count, place / "g"),
        "rules off": lambda: burst(bench, one, count, place / "b"),
        "bare": lambda: bare_loop(bench.docs, place / "c", min(count, 1_000)),
        "watchdog": lambda: mover([sys.executable, str(MOVER)], bench.docs, place / "d", count),
    }
    if unsynced.available():
        measures["unsynced"] = lambda: burst(bench, everything, count, place / "e", before=unsynced.unsync)
    if bench.tool("inotifywait", "inotify-tools"):
        measures["loop"] = lambda: mover(["sh", "-c", LOOP, "sh"], bench.docs, place / "f", count)
    taken = measure.rounds(bench.rounds, **measures)

    def rates(name):
        return [each["rate"] for each in taken[name]]

    bench.figure("moving", f"burst of {count:,}, all packs, durable", measure.median(rates("durable")), "files a second")
    bench.figure("moving", f"siftd once on {count:,}, all packs, two seconds of waiting included", measure.median(rates("once")), "files a second")
    bench.figure("moving", f"burst of {count:,}, one idle rule, durable", measure.median(rates("rules off")), "files a second")
    bench.figure("moving", "loop of fsync, rename, fsync of both folders", measure.median(taken["bare"]), "files a second")
    for name, told in (("watchdog", "Python watchdog and os.rename, not durable, judges nothing"),
                       ("loop", "inotifywait and mv, not durable, judges nothing")):
        if name in taken:
            bench.figure("moving", told, measure.median(rates(name)), "files a second")
            bench.figure("moving", f"left behind by it: {name}", measure.median([each["left"] for each in taken[name]]), "files")
    if "unsynced" in taken:
        bench.figure("moving", "the same burst with fsync answered at once", measure.median(rates("unsynced")), "files a second")
        bench.target("moving", "durable, share of the rate without fsync", measure.ratio(rates("durable"), rates("unsynced")), at_least=0.85)
    bench.target("moving", "one idle rule, times the bare loop", measure.ratio(rates("rules off"), taken["bare"]), at_least=5)
    reload(bench)
    flood(bench)
    latency(bench)


def flood(bench):
    """Forty thousand files at once in memory."""
    memory = pathlib.Path("/dev/shm")
    if not memory.is_dir():
        return bench.skipped("the flood: no /dev/shm")
    seen = burst(bench, {"languages": ("en",)}, 40_000, memory / "siftd-benchmark")
    bench.figure("moving", "flood of 40,000 on tmpfs, dropped", seen["dropped"], "files a second")
    bench.figure("moving", "flood of 40,000 on tmpfs, filed away, none lost, none left", seen["rate"], "files a second")
    seen = burst(bench, {"languages": ("en",)}, bench.many, memory / "siftd-benchmark")
    bench.target("moving", f"peak memory in a burst of {bench.many:,} on tmpfs, MB", seen["peak"], at_most=64)


def reload(bench, count=3_000):
    """Whether a reload stands in the way: the same burst with and without the rules loaded again all the time."""
    place = bench.work / "reload"

    def filed(often):
        spool, aside = fresh(place / "spool"), stock(place / "aside", bench.docs, count)
        config = bench.siftd.config("reload", languages=("en", "zh", "ja"), spool=spool)
        with Daemon(bench.siftd, config, spool) as daemon, Arrivals(spool / name for name in RESULTS) as arrivals:
            drop(aside, spool / "inbox")
            begun = reloaded = time.perf_counter()
            while len(arrivals.at) < count and time.perf_counter() < begun + 120:
                arrivals.take(0.02)
                if often and time.perf_counter() - reloaded > 0.5:
                    daemon.process.send_signal(signal.SIGHUP)
                    reloaded = time.perf_counter()
        at = sorted(arrivals.at.values())
        shutil.rmtree(place)
        if len(at) < count:
            raise SystemExit(f"reload: {count - len(at)} of {count} files were not seen to arrive")
        return max(later - earlier for earlier, later in zip(at, at[1:])) * 1e3

    taken = measure.rounds(bench.rounds, without=lambda: filed(False), often=lambda: filed(True))
    bench.figure("moving", "longest pause in a burst", measure.median(taken["without"]), "ms")
    bench.figure("moving", "longest pause in a burst, rules reloaded twice a second", measure.median(taken["often"]), "ms")


def latency(bench, rate=200, count=2_000):
    """Milliseconds from the rename into the inbox to the name in its folder, at a steady rate."""
    place = bench.work / "latency"
    spool, aside = fresh(place / "spool"), stock(place / "aside", bench.docs, count)
    config = bench.siftd.config("latency", languages=("en", "zh", "ja"), spool=spool)
    with Daemon(bench.siftd, config, spool), Arrivals(spool / name for name in RESULTS) as arrivals:
        dropped, next_at = {}, time.perf_counter()
        for name in sorted(os.listdir(aside)):
            while time.perf_counter() < next_at:
                arrivals.take(max(0.0, next_at - time.perf_counter()))
            next_at += 1 / rate
            dropped[name] = time.perf_counter()
            os.rename(f"{aside}/{name}", f"{spool}/inbox/{name}")
        deadline = time.perf_counter() + 30
        while len(arrivals.at) < count and time.perf_counter() < deadline:
            arrivals.take(0.1)
    took = sorted((arrivals.at[name] - when) * 1e3 for name, when in dropped.items() if name in arrivals.at)
    if len(took) < count:
        raise SystemExit(f"latency: {count - len(took)} of {count} files were not seen to arrive")
    bench.series["latency"] = took
    bench.target("moving", f"latency at {rate} files a second, 50th percentile, ms", took[count // 2], at_most=2)
    bench.target("moving", f"latency at {rate} files a second, 99th percentile, ms", took[count * 99 // 100], at_most=10)
    shutil.rmtree(place)
