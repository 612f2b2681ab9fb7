"""Judging documents, beside datatrove's own filters."""

import json
import pathlib
import sys

import measure

PEER = pathlib.Path(__file__).with_name("datatrove_peer.py")


def judging(bench):
    """User seconds a document on one core: siftd with the presets alone and with everything, datatrove stock and plain."""
    folder, count = bench.docs, bench.count

    def scan(config):
        command = bench.siftd.scan(config, folder)
        return lambda: measure.run(command, cores={0}, ok=(0, 1))

    def datatrove(limit, *mode):
        def once():
            done = measure.run([sys.executable, PEER, bench.jsonl, limit, *mode], cores={0})
            told = json.loads(done.output.strip().splitlines()[-1])
            return told["user"] / told["documents"]
        return once

    taken = measure.rounds(
        bench.rounds,
        presets=scan(bench.siftd.presets()),
        everything=scan(bench.siftd.everything()),
        stock=datatrove(min(count, 400)),
        plain=datatrove(min(count, 2000), "plain"),
    )
    per_document = {
        "siftd, Gopher, C4 and FineWeb presets": [cost.user / count for cost in taken["presets"]],
        "siftd, all packs, presets and language": [cost.user / count for cost in taken["everything"]],
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
    bench.figure("judging", "documents a second on one core, everything",
                 1 / measure.median([cost.wall / count for cost in taken["everything"]]), "documents a second")
    bench.figure("judging", "peak memory of the scan, everything",
                 measure.median([cost.peak for cost in taken["everything"]]), "MB")
