"""Running things and reading what they cost."""

import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass
class Cost:
    """What one process cost: seconds by the clock, of CPU in user and in system mode."""

    wall: float
    user: float
    system: float
    output: str
    status: int


def run(command, cwd=None, cores=None, env=None, ok=(0,), before=None, keep=True):
    """Runs a command to its end, on the given cores only, and says what it cost. Standard output is kept when small, or
    goes nowhere: reading it would take a core from what is measured."""

    def prepare():
        if cores is not None:
            os.sched_setaffinity(0, cores)
        if before is not None:
            before()

    begun = time.perf_counter()
    process = subprocess.Popen([str(c) for c in command], cwd=cwd, env=env, stderr=subprocess.PIPE,
                               stdout=subprocess.PIPE if keep else subprocess.DEVNULL, preexec_fn=prepare)
    output, trouble = drain(process)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ok:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {process.returncode}\n{trouble.decode(errors='replace')[-2000:]}")
    return Cost(wall, used.ru_utime, used.ru_stime, output.decode(errors="replace"), process.returncode)


def drain(process):
    """Reads both pipes without waiting for the process, which os.wait4 must do."""
    import selectors

    selector, parts = selectors.DefaultSelector(), {pipe: [] for pipe in (process.stdout, process.stderr) if pipe}
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
    return b"".join(parts.get(process.stdout, [])), b"".join(parts[process.stderr])


def peak(command):
    """The most memory a command held, in MB. A child begins with its parent's memory counted as its own, so a small
    process of its own starts it."""
    script = ("import os, resource, sys\n"
              "quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]\n"
              "os.waitpid(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet), 0)\n"
              "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)")
    told = subprocess.run([sys.executable, "-ISc", script, *map(str, command)], capture_output=True, text=True, check=True)
    return float(told.stdout)


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
