"""What judging costs, siftd beside datatrove, on the same documents."""

import json
import pathlib
import shutil
import sys

import measure

PEER = pathlib.Path(__file__).with_name("datatrove_peer.py")

# What datatrove with spaCy gets through in a quarter of a minute.
SAMPLE = 400


def sample(bench, to):
    """The documents that the peers are given, as often over as make up all: so that siftd's start, which is counted, weighs as
    in a run over all, and each document weighs what it does with the peers. Returns how many the peers take, and how
    many files there are."""
    texts = sorted(bench.docs.iterdir())[:SAMPLE]
    copies = max(1, round(bench.count / len(texts)))
    to.mkdir()
    for copy in range(copies):
        for path in texts:
            shutil.copy(path, to / f"{copy:04}-{path.name}")
    return len(texts), copies * len(texts)


def judging(bench):
    """User seconds a document: siftd with the presets alone and with everything, datatrove stock and plain."""
    folder, repeated = bench.docs, bench.work / "sample"
    few, files = sample(bench, repeated)

    def scan(config, folder):
        command = bench.siftd.scan(config, folder)
        return lambda: measure.run(command, cores={0}, ok=(0, 1), keep=False)

    def datatrove(*mode):
        def once():
            done = measure.run([sys.executable, PEER, bench.jsonl, few, *mode], cores={0})
            told = json.loads(done.output.strip().splitlines()[-1])
            return told["user"] / told["documents"]
        return once

    taken = measure.rounds(
        bench.rounds,
        presets=scan(bench.siftd.presets(), repeated),
        everything=scan(bench.siftd.everything(), repeated),
        all=scan(bench.siftd.everything(), folder),
        stock=datatrove(),
        plain=datatrove("plain"),
    )
    shutil.rmtree(repeated)
    per_document = {
        "siftd, Gopher, C4 and FineWeb presets": [cost.user / files for cost in taken["presets"]],
        "siftd, all packs, presets and language": [cost.user / files for cost in taken["everything"]],
        "datatrove, words by spaCy": taken["stock"],
        "datatrove, words between spaces": taken["plain"],
    }
    for name, values in per_document.items():
        bench.figure("judging", name, measure.median(values) * 1e6, "µs of user CPU a document")
    presets, everything, stock, plain = per_document.values()
    bench.target("judging", "presets, times datatrove", measure.ratio(stock, presets), at_least=150)
    bench.target("judging", "presets, times datatrove with plain words", measure.ratio(plain, presets), at_least=30)
    bench.target("judging", "everything, times datatrove", measure.ratio(stock, everything), at_least=100)
    bench.target("judging", "everything, times datatrove with plain words", measure.ratio(plain, everything), at_least=20)
    bench.figure("judging", f"all {bench.count:,} documents, everything: documents a second on one core",
                 1 / measure.median([cost.wall / bench.count for cost in taken["all"]]), "documents a second")
    bench.figure("judging", "peak memory of that scan", measure.peak(bench.siftd.scan(bench.siftd.everything(), folder)), "MB")
