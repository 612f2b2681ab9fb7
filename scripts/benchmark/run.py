#!/usr/bin/env python3
"""Measures siftd beside its peers, in one run, and prints ratios.

    python3 -m venv V && V/bin/pip install -r scripts/benchmark/requirements.txt
    cargo build --release
    V/bin/python scripts/benchmark/run.py [--only judging,patterns,growth,moving,standing] [--corpus FOLDER]

Without --corpus the text is made from this repository, the same at every run; with it, the .txt files of a folder are
taken. Debian's packages ripgrep and inotify-tools bring two more peers; what is missing is named and left out.
Needs Linux, about 2 GB in --work, which should be on the kind of disk that is of interest, 1 GB in /dev/shm, and a quarter of an
hour on a machine that does nothing else.

What is compared is user CPU on one core, in turns, and the medians of the ratios: seconds are those of the machine, ratios
travel. --write puts the figures into docs/benchmarks.md and the pictures beside it.
"""

import argparse
import datetime
import json
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

import corpus
import growth
import judging
import moving
import patterns
import standing
from siftd import Siftd

SECTIONS = {"judging": judging.judging, "patterns": patterns.patterns, "growth": growth.growth,
            "moving": moving.moving, "standing": standing.standing}


class Bench:
    """What is to be measured, and what came of it."""

    def __init__(self, options, work):
        self.work, self.rounds, self.count = work, options.rounds, options.documents
        self.many, self.burst, self.idle = options.many, options.burst, options.idle
        self.siftd = Siftd(options.siftd, work / "siftd")
        self.figures, self.targets, self.series, self.missing = {}, [], {}, []
        self.docs, self.jsonl = work / "docs", work / "corpus.jsonl"
        if options.corpus:
            self.docs.mkdir()
            for path in sorted(options.corpus.glob("*.txt"))[:self.count]:
                shutil.copy(path, self.docs)
        else:
            corpus.write(self.docs, self.count)
        texts = sorted(self.docs.iterdir())
        self.count, self.bytes = len(texts), sum(path.stat().st_size for path in texts)
        with open(self.jsonl, "w", encoding="utf-8") as lines:
            for path in texts:
                print(json.dumps({"id": path.name, "text": path.read_text(encoding="utf-8", errors="replace")}), file=lines)

    def figure(self, section, name, value, unit):
        self.figures[section, name] = value, unit
        print(f"  {name}: {value:,.4g} {unit}", flush=True)

    def target(self, section, name, value, at_least=None, at_most=None):
        wanted = f"≥ {at_least:g}" if at_least is not None else f"≤ {at_most:g}"
        met = value >= at_least if at_least is not None else value <= at_most
        self.targets.append((section, name, value, wanted, met))
        print(f"  {'met   ' if met else 'MISSED'} {name}: {value:,.4g} (wanted {wanted})", flush=True)

    def skipped(self, why):
        self.missing.append(why)
        print(f"  left out: {why}", flush=True)

    def tool(self, name, package):
        if shutil.which(name):
            return True
        self.skipped(f"{name}: apt-get install {package}")
        return False


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    import os
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}"


def commit():
    asked = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=corpus.REPOSITORY, capture_output=True, text=True)
    return asked.stdout.strip() or "unknown"


def report(bench, told, pictures):
    """The figures as a page."""
    lines = [told, "", "| measured | ratio | wanted | |", "|---|---:|---:|---|"]
    lines += [f"| {section}: {name} | {value:,.4g} | {wanted} | {'met' if met else '**missed**'} |"
              for section, name, value, wanted, met in bench.targets]
    lines += ["", "| figure | | |", "|---|---:|---|"]
    lines += [f"| {section}: {name} | {value:,.4g} | {unit} |" for (section, name), (value, unit) in bench.figures.items()]
    lines += [""] + [f"Left out: {why}." for why in bench.missing]
    for name in pictures:
        lines += [f"![{name}](benchmarks/{name}.svg)", ""]
    return "\n".join(lines).rstrip() + "\n"


def write(bench, told):
    """Puts figures and pictures into the documentation, below its own words."""
    import plots

    page = corpus.REPOSITORY / "docs/benchmarks.md"
    pictures = plots.draw(bench, page.with_suffix(""))
    mark = "<!-- figures: written by scripts/benchmark/run.py --write -->"
    words = page.read_text(encoding="utf-8").split(mark)[0]
    page.write_text(words + mark + "\n\n" + report(bench, told, pictures), encoding="utf-8")
    print(f"written: {page}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--siftd", type=pathlib.Path, default=corpus.REPOSITORY / "target/release/siftd")
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections, separated by commas")
    parser.add_argument("--corpus", type=pathlib.Path, help="folder of .txt files to measure with")
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=100_000, help="files of the large folder")
    parser.add_argument("--burst", type=int, default=10_000, help="files of a burst")
    parser.add_argument("--idle", type=float, default=60, help="seconds to watch the daemon at rest")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=pathlib.Path, help="folder to work in [default: a temporary one]")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md and its pictures")
    options = parser.parse_args()
    wanted = options.only.split(",")
    unknown = [name for name in wanted if name not in SECTIONS]
    if unknown:
        parser.error(f"no section {', '.join(unknown)}: there are {', '.join(SECTIONS)}")
    if not options.siftd.is_file():
        parser.error(f"no binary {options.siftd}: run cargo build --release, or say --siftd FILE")
    if options.work:
        options.work.mkdir(parents=True, exist_ok=True)
    work = pathlib.Path(tempfile.mkdtemp(prefix="siftd-benchmark.", dir=options.work))
    try:
        bench = Bench(options, work)
        kind = f"documents of {options.corpus.name}" if options.corpus else "made documents"
        told = (f"{datetime.date.today()}, commit {commit()}, {machine()}; {bench.count:,} {kind}, {bench.bytes / 1e6:.1f} MB, "
                f"{bench.rounds} rounds.")
        print(told)
        for name in wanted:
            print(f"\n{name}", flush=True)
            SECTIONS[name](bench)
        missed = [name for _, name, _, _, met in bench.targets if not met]
        print(f"\n{len(bench.targets) - len(missed)} of {len(bench.targets)} targets met" + "".join(f"\n  missed: {name}" for name in missed))
        if options.write:
            write(bench, told)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
