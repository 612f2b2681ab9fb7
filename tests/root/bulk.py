"""Files that are large, or made so that looking at them could take for ever, and devices: bulk.py SIFTD

Each is drained alone under the shipped rules and one that counts runs of words; it must end in the stated place for the stated reason, and siftd must stay
below a stated number of bytes for each byte of the file. What it took is printed."""

import json
import os
import random
import stat
import subprocess
import sys
import tempfile

MEGA = 1 << 20
CAP = 16 * MEGA
# Beside what a file takes: the program, the rules compiled, the threads' stacks.
BASE = 80 * MEGA
# As the engine says of itself (`judge/memory.rs`). Of a text: its bytes, the text decoded, the text folded, and where each line begins, which of lines without a letter is most.
EACH = 32
WORDS = "Pruning old apple trees in late winter keeps them open to the light. "


def filled(piece, size):
    """Made when it is needed: what this program holds counts as its child's."""
    piece = piece.encode()
    return lambda: piece * (size // len(piece))


def random_han(lines, times):
    """Forty letters a line, each a word, of which hardly a pair comes twice; all of it so many times over."""
    def make():
        choose = random.Random(1).choices
        text = [bytes("".join(map(chr, choices)) + "\n", "utf-8") for choices in (choose(range(0x4E00, 0x9FA6), k=40) for _ in range(lines))]
        return b"".join(text * times)
    return make


# Beside the shipped rules: the runs of words of any text are counted, for they take the most.
RULES = """
schema: rules/1
pack: bulk
rules:
  - id: runs
    version: 1
    title: Runs of words that come again
    why: To have them counted.
    tags: [quality]
    status: stable
    unit: document
    require: {all: [{metric: {name: top_2_gram_char_share, at_most: 1}}, {metric: {name: duplicate_10_gram_char_share, at_most: 1}}]}
    action: annotate
"""


# The texts repeat themselves on purpose; that is still looked for.
OVERRIDES = """
schema: overrides/1
overrides:
  - rule: mess/same-again
    why: These texts repeat themselves on purpose.
    set: {status: trial}
  - rule: mess/same-words-again
    why: These texts repeat themselves on purpose.
    set: {status: trial}
"""


# Name, bytes, place, reason (of what passes: none).
TEXTS = [
    ("one-line", filled(WORDS, CAP), "curated", None),
    ("one-letter", filled("a", CAP), "curated", None),
    ("a-million-marks", lambda: ("a" + "\u0301" * 1_000_000).encode(), "curated", None),
    ("ten-million-empty-lines", lambda: WORDS.encode() + b"\n" * 10_000_000, "curated", None),
    ("one-kind-of-line-end", filled("a\u0085", 8 * MEGA), "curated", None),
    ("a-letter-behind-all-words", lambda: b"ab " * (8 * MEGA // 3) + "é".encode(), "curated", None),
    ("many-sections", filled("Related articles\nTen trees\nHow to hedge\n\n", 4 * MEGA), "curated originals", None),
    ("links-in-one-line", filled("Home > ", 4 * MEGA), "curated", None),
    ("flags", filled("\U0001f1e6\U0001f1e7", 4 * MEGA), "curated", None),
    ("joined-faces", filled("\U0001f468\u200d", 4 * MEGA), "curated", None),
    ("turned-text", filled("\u202eab", 4 * MEGA), "curated", None),
    # One more than three quarters of a power of two: a table just after it has grown.
    ("random-words", random_han(3 * 2**18 // 40 + 1, 1), "curated", None),
    ("random-words-twice", random_han(3 * 2**18 // 40 + 1, 2), "curated", None),
    ("no-spaces", filled("ไทย", 4 * MEGA), "curated", None),
    ("too-large", filled("a", CAP + MEGA), "quarantine", "siftd/too-large"),
]


def drain(siftd, spool):
    """Drains the inbox; says how much memory and processor time that took."""
    child = subprocess.Popen([siftd, "--config", f"{spool}/siftd.yaml", "once"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    # One: something went aside.
    assert os.waitstatus_to_exitcode(status) in (0, 1), status
    return usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime


def check(siftd, name, make, place, reason):
    with tempfile.TemporaryDirectory(prefix="siftd-bulk-") as top:
        inbox = f"{top}/spool/inbox"
        os.makedirs(inbox)
        with open(f"{top}/siftd.yaml", "w") as config:
            config.write(f"spool: {top}/spool\nintake: {{settle: 10ms, bytes_at_most: {CAP}B}}\nworkers: 1\n")
            config.write(f"rules: {{folders: [{top}/rules]}}\n")
        os.mkdir(f"{top}/rules")
        with open(f"{top}/rules/bulk.yaml", "w") as rules:
            rules.write(RULES)
        with open(f"{top}/rules/repetition.yaml", "w") as overrides:
            overrides.write(OVERRIDES)
        make(f"{inbox}/{name}")
        size = os.lstat(f"{inbox}/{name}").st_size
        peak, time = drain(siftd, top)
        found = [p for p in ("inbox", "curated", "quarantine", "rejected", "originals")
                 if os.path.lexists(f"{top}/spool/{p}/{name}")]
        reasons = []
        report = f"{top}/spool/quarantine/{name}.siftd.json"
        if os.path.exists(report):
            reasons = [finding["rule"] for finding in json.load(open(report))["findings"]]
        print(f"{name}: {found} {sorted(set(reasons))[:4]} {peak // MEGA} MiB, {time:.1f} s", flush=True)
        assert " ".join(found) == place, (name, found)
        assert reason is None or any(r.startswith(reason) for r in reasons), (name, reasons)
        assert peak < BASE + EACH * min(size, CAP), f"{name}: {peak} bytes for a file of {size}"


def text(data):
    def make(path):
        with open(path, "wb") as file:
            file.write(data())
    return make


def huge_line(path):
    """A gigabyte in one line, on the disk."""
    block = b"a" * MEGA
    with open(path, "wb") as file:
        for _ in range(1024):
            file.write(block)


def main():
    siftd = os.path.realpath(sys.argv[1])
    for name, data, place, reason in TEXTS:
        check(siftd, f"{name}.txt", text(data), place, reason)
    check(siftd, "a-gigabyte-in-one-line.txt", huge_line, "quarantine", "siftd/too-large")
    # Devices stay where they are, and opening them would not end.
    for name, kind, numbers in [("zero", stat.S_IFCHR, (1, 5)), ("terminal", stat.S_IFCHR, (5, 0)), ("disk", stat.S_IFBLK, (7, 0))]:
        check(siftd, f"{name}.txt", lambda path: os.mknod(path, kind | 0o600, os.makedev(*numbers)), "inbox", None)
    print("bulk: all in their places")


main()
