#!/usr/bin/env python3
"""YARA-X or Hyperscan over documents held in memory; prints user seconds of matching and the patterns accepted.

    pattern_peer.py yara_x|hyperscan PATTERNS FOLDER
"""

import json
import pathlib
import resource
import sys


def yara_x(patterns):
    import yara_x

    def source(pattern):
        # YARA-X marks "any case" behind the pattern.
        body, flags = (pattern[4:], "i") if pattern.startswith("(?i)") else (pattern, "")
        return body.replace("/", "\\/"), flags

    compiler, accepted = yara_x.Compiler(), []
    for number, pattern in enumerate(patterns):
        body, flags = source(pattern)
        try:
            compiler.add_source(f"rule r{number} {{ strings: $p = /{body}/{flags} condition: $p }}")
            accepted.append(pattern)
        except yara_x.CompileError:
            pass
    scanner = yara_x.Scanner(compiler.build())
    return accepted, scanner.scan


def hyperscan(patterns):
    import hyperscan

    # Hyperscan refuses Unicode word boundaries (`\\b` in UCP mode): its boundaries are those of ASCII here.
    flags, accepted = hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_MULTILINE, []
    for pattern in patterns:
        try:
            hyperscan.Database().compile(expressions=[pattern.encode()], flags=flags)
            accepted.append(pattern)
        except hyperscan.error:
            pass
    database = hyperscan.Database()
    database.compile(expressions=[p.encode() for p in accepted], ids=list(range(len(accepted))),
                     elements=len(accepted), flags=[flags] * len(accepted))
    return accepted, lambda text: database.scan(text, match_event_handler=lambda *_: None)


def main():
    engine, patterns, folder = sys.argv[1:]
    accepted, scan = {"yara_x": yara_x, "hyperscan": hyperscan}[engine](pathlib.Path(patterns).read_text().splitlines())
    texts = [path.read_bytes() for path in sorted(pathlib.Path(folder).iterdir())]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    for text in texts:
        scan(text)
    print(json.dumps({"user": resource.getrusage(resource.RUSAGE_SELF).ru_utime - before, "accepted": accepted}))


if __name__ == "__main__":
    main()
