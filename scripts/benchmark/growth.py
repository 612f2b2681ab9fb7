"""How cost grows: with rules, with the size of a document, with their number, with cores."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

import corpus
import measure


def pairs(count):
    """As many line patterns as wanted, each of two words that are not common, with a gap between them."""
    words = [word for word in corpus.Words("en").words if len(word) > 5 and word.isascii() and word.isalpha()][500:]
    return [rf"(?i)\b{a}\b.{{0,40}}\b{b}\b" for a, b in itertools.islice(zip(words, words[1:]), count)]


def growth(bench):
    """User seconds from end to end; of the sizes, beyond what starting costs."""
    siftd, scans = bench.siftd, {}
    # What is small is done several times over in each round, so that the start, which is taken off, does not drown it.
    again = {"documents of nothing": 10, "1,000 files": 10}
    for count in (10, 100, 1000):
        config = siftd.config(f"rules-{count}", [siftd.pack(f"rules-{count}", pairs(count))])
        scans[f"{count} line rules"] = siftd.scan(config, bench.docs)
    everything = siftd.everything()
    for name, count, size in (("4 KB", 1000, 4_000), ("40 KB", 1000, 40_000), ("nothing", 0, 0)):
        folder = bench.work / f"size-{name.replace(' ', '-')}"
        corpus.write(folder, count, size)
        scans[f"documents of {name}"] = siftd.scan(everything, folder)
    many = bench.work / "many"
    corpus.write(many / "thousand", 1_000, 1_000)
    corpus.write(many / "hundred-thousand", bench.many, 1_000)
    scans["1,000 files"] = siftd.scan(everything, many / "thousand")
    scans[f"{bench.many:,} files"] = siftd.scan(everything, many / "hundred-thousand")

    def several(command, times):
        return lambda: [measure.run(command, cores={0}, ok=(0, 1), keep=False) for _ in range(times)]

    taken = measure.rounds(bench.rounds, **{
        name: several(command, again.get(name, 1)) for name, command in scans.items()})
    user = {name: [sum(cost.user for cost in costs) / len(costs) for costs in each] for name, each in taken.items()}
    for name, values in user.items():
        bench.figure("growth", name, measure.median(values), "s of user CPU")
    for count in (10, 100, 1000):
        peak = measure.peak(scans[f"{count} line rules"])
        bench.target("growth", f"peak memory with {count} line rules, MB", peak, at_most=64 if count == 1000 else 32)

    def beyond_start(name):
        return [value - start for value, start in zip(user[name], user["documents of nothing"])]

    bench.target("growth", "a thousand rules, times ten", measure.ratio(user["1000 line rules"], user["10 line rules"]), at_most=2.2)
    bench.target("growth", "a document ten times as long",
                 measure.ratio(beyond_start("documents of 40 KB"), beyond_start("documents of 4 KB")), at_most=11)
    a_file = [many / bench.many for many in beyond_start(f"{bench.many:,} files")]
    few = [thousand / 1_000 for thousand in beyond_start("1,000 files")]
    bench.target("growth", f"a file among {bench.many:,}, times one among 1,000", measure.ratio(a_file, few), at_most=1.1)

    cores(bench, siftd.scan(everything, bench.docs))


def cores(bench, scan):
    """How much sooner two cores are done than one. What the machine has to give is measured beside it, by two runs that have
    nothing in common: a second core that others use, too, is no whole one."""
    def on(*numbers):
        return measure.run(scan, cores=set(numbers), ok=(0, 1), keep=False).wall

    def apart():
        begun = time.perf_counter()
        with ThreadPoolExecutor(2) as runs:
            list(runs.map(on, (0, 1)))
        return time.perf_counter() - begun

    # By the clock, not by CPU: a busy moment counts in full, so more rounds than elsewhere.
    taken = measure.rounds(3 * bench.rounds, one=lambda: on(0), two=lambda: on(0, 1), apart=apart)
    given = measure.ratio([2 * one for one in taken["one"]], taken["apart"])
    bench.figure("growth", "two runs at once, each on its core, times one after the other", given, "times the speed")
    bench.target("growth", "two cores, times one", measure.ratio(taken["one"], taken["two"]), at_least=1.8)
