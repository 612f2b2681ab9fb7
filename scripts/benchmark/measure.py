"""Running things and reading what they cost."""

import os
import resource
import statistics
import subprocess
import time
from dataclasses import dataclass


@dataclass
class Cost:
    """What one process cost: seconds by the clock, of CPU in user and in system mode, and its peak in MB."""

    wall: float
    user: float
    system: float
    peak: float
    output: str
    status: int


def run(command, cwd=None, cores=None, env=None, ok=(0,), before=None):
    """Runs a command to its end, on the given cores only, and says what it cost. Standard output is kept when small."""

    def prepare():
        if cores is not None:
            os.sched_setaffinity(0, cores)
        if before is not None:
            before()

    begun = time.perf_counter()
    process = subprocess.Popen([str(c) for c in command], cwd=cwd, env=env, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, preexec_fn=prepare)
    output, trouble = drain(process)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ok:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {process.returncode}\n{trouble.decode(errors='replace')[-2000:]}")
    return Cost(wall, used.ru_utime, used.ru_stime, used.ru_maxrss / 1024, output.decode(errors="replace"), process.returncode)


def drain(process):
    """Reads both pipes without waiting for the process, which os.wait4 must do."""
    import selectors

    selector, parts = selectors.DefaultSelector(), {process.stdout: [], process.stderr: []}
    for pipe in parts:
        selector.register(pipe, selectors.EVENT_READ)
    while selector.get_map():
        for key, _ in selector.select():
            block = os.read(key.fd, 1 << 20)
            if block:
                parts[key.fileobj].append(block)
                if len(parts[key.fileobj]) > 64:
                    del parts[key.fileobj][0]
            else:
                selector.unregister(key.fileobj)
                key.fileobj.close()
    return b"".join(parts[process.stdout]), b"".join(parts[process.stderr])


def rounds(count, **measures):
    """Takes every measure in turn, `count` times over, so that a noisy minute hurts them all. Returns lists by name."""
    taken = {name: [] for name in measures}
    for _ in range(count):
        for name, measure in measures.items():
            taken[name].append(measure())
    return taken


def ratio(above, below):
    """The median of the ratios of two measures that were taken side by side."""
    return statistics.median(a / b for a, b in zip(above, below))


def median(values):
    return statistics.median(values)


def own_cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime
