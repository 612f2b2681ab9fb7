"""The patterns stage beside ripgrep, YARA-X and Hyperscan, on the same patterns and the same files."""

import importlib.util
import itertools
import json
import pathlib
import sys

import corpus
import measure

PEER = pathlib.Path(__file__).with_name("pattern_peer.py")
ACTS = ("subscribe", "sign up", "click here", "log in", "share this", "follow us", "read more", "register", "download", "add to cart")
THINGS = ("newsletter", "mailing list", "account", "facebook", "whatsapp", "free trial", "casino bonus", "cookie policy", "comments", "price list")


def realistic():
    """A hundred as people write them: any case, Unicode word boundaries, counted gaps."""
    return [rf"(?i)\b{act}\b.{{0,40}}\b{thing}\b" for act, thing in itertools.product(ACTS, THINGS)]


def kind():
    """A hundred that are kind to a line searcher: plain words of ten letters and more, none of them common."""
    words = [word for word in corpus.Words("en").words if len(word) > 9 and word.isascii() and word.isalpha()]
    return words[-100:]


HOSTILE = r"\b[a-z]{3,9}\b.{0,40}\b[A-Z]{3}\d\b"


def patterns(bench):
    """User seconds of the whole run, and of the stage alone: what a run costs beyond the same with one idle pattern."""
    folder = bench.docs
    idle = ["zqxjkvbwqzx"]
    lists = {"idle": idle, "kind": kind(), "realistic": realistic(), "hostile": [HOSTILE], "both": realistic() + [HOSTILE]}
    files, commands = {}, {}
    for name, these in lists.items():
        files[name] = bench.work / f"{name}.patterns"
        files[name].write_text("\n".join(these) + "\n", encoding="utf-8")
        config = bench.siftd.config(name, [bench.siftd.pack(name, these)])
        commands[f"siftd {name}"] = bench.siftd.scan(config, folder)
    if bench.tool("rg", "ripgrep"):
        for name in ("idle", "kind", "realistic"):
            commands[f"ripgrep {name}"] = ["rg", "-j1", "--no-config", "-c", "-f", files[name], folder]
    taken = measure.rounds(bench.rounds, **{
        name: (lambda command=command: measure.run(command, cores={0}, ok=(0, 1), keep=False).user) for name, command in commands.items()})
    for name, values in taken.items():
        bench.figure("patterns", name, measure.median(values), "s of user CPU, whole run")

    def stage(who, name):
        return [max(whole - rest, 1e-3) for whole, rest in zip(taken[f"{who} {name}"], taken[f"{who} idle"])]

    if "ripgrep kind" in taken:
        # ripgrep's whole run against siftd's stage: reading files is the least part of either.
        bench.target("patterns", "stage, kind patterns, times ripgrep's whole run",
                     measure.ratio(stage("siftd", "kind"), taken["ripgrep kind"]), at_most=1.3)
        bench.target("patterns", "realistic patterns, ripgrep's run in times of the stage",
                     measure.ratio(taken["ripgrep realistic"], stage("siftd", "realistic")), at_least=20)
    rest, alone, both = stage("siftd", "realistic"), stage("siftd", "hostile"), stage("siftd", "both")
    bench.target("patterns", "a hundred and a hostile one, times the sum of both alone",
                 measure.ratio(both, [a + b for a, b in zip(rest, alone)]), at_most=1.2)
    for peer, module, relation in (("YARA-X", "yara_x", {"at_most": 1.0}), ("Hyperscan", "hyperscan", {"at_most": 5.0})):
        if importlib.util.find_spec(module) is None:
            bench.skipped(f"{peer}: install scripts/benchmark/requirements.txt")
            continue
        against(bench, peer, module, relation)


def against(bench, peer, module, relation):
    """One engine that is a library, over the same documents in memory, on those patterns that both take."""
    these = bench.work / f"{module}.patterns"
    these.write_text("\n".join(realistic()) + "\n", encoding="utf-8")
    told = json.loads(measure.run([sys.executable, PEER, module, these, bench.docs], cores={0}).output)
    taken_by_both = told["accepted"]
    config = bench.siftd.config(module, [bench.siftd.pack(f"for-{module}".replace("_", "-"), taken_by_both)])
    idle = bench.siftd.config("idle", [bench.siftd.pack("idle", ["zqxjkvbwqzx"])])
    taken = measure.rounds(
        bench.rounds,
        whole=lambda: measure.run(bench.siftd.scan(config, bench.docs), cores={0}, ok=(0, 1), keep=False).user,
        rest=lambda: measure.run(bench.siftd.scan(idle, bench.docs), cores={0}, ok=(0, 1), keep=False).user,
        peer=lambda: json.loads(measure.run([sys.executable, PEER, module, these, bench.docs], cores={0}).output)["user"])
    own = [max(whole - rest, 1e-3) for whole, rest in zip(taken["whole"], taken["rest"])]
    bench.figure("patterns", f"{peer}, {len(taken_by_both)} patterns, matching alone", measure.median(taken["peer"]), "s of user CPU")
    bench.figure("patterns", f"siftd's stage on the {len(taken_by_both)} patterns that {peer} takes", measure.median(own), "s of user CPU")
    bench.target("patterns", f"stage, times {peer}'s matching", measure.ratio(own, taken["peer"]), **relation)


