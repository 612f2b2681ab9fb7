"""What the daemon costs when nothing happens, how long it takes to start, and how large it is."""

import shutil
import subprocess
import time

import measure
from moving import fresh
from siftd import Daemon


def standing(bench):
    starts, idle = [], []
    spool = fresh(bench.work / "standing")
    config = bench.siftd.config("standing", languages=("en", "zh", "ja"), spool=spool)
    for _ in range(max(5, bench.rounds)):
        with Daemon(bench.siftd, config, spool) as daemon:
            starts.append(daemon.ready_after * 1e3)
    with Daemon(bench.siftd, config, spool) as daemon:
        time.sleep(5)
        before = daemon.cpu()
        time.sleep(bench.idle)
        idle.append((daemon.cpu() - before) / bench.idle * 1e3)
        bench.figure("standing", "memory held at rest, peak", daemon.peak(), "MB")
    bench.target("standing", "start to READY, ms", measure.median(starts), at_most=150)
    bench.target("standing", "CPU at rest, ms a second", measure.median(idle), at_most=1)
    stripped = bench.work / "stripped"
    if bench.tool("strip", "binutils"):
        shutil.copy(bench.siftd.binary, stripped)
        subprocess.run(["strip", stripped], check=True)
        bench.target("standing", "binary, stripped, MB", stripped.stat().st_size / 1e6, at_most=15)
