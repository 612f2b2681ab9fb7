#!/usr/bin/env python3
"""Hold siftd's quality presets to datatrove's own filters, document by document.

    scripts/parity.py --venv DIR --siftd target/release/siftd [--list OUT.jsonl] [--summary OUT.json] DOCUMENTS...

DOCUMENTS are folders of text files, or JSON lines with a `text` (and perhaps an `id`). With --venv the script makes that
virtual environment when it is not there, installs scripts/parity.requirements.txt into it from pip's package index, and
goes on inside; without, it uses the Python it runs in. Nothing is sent anywhere and no model is loaded.

What is compared, with the filters' own defaults (FineWeb-2's published values for German, French and Chinese):

    preset      documents         datatrove's filters                                         siftd's rules
    gopher      English           GopherQualityFilter, GopherRepetitionFilter                 gopher/*
    c4          English           C4QualityFilter: the page, and each line that it drops      c4/* but c4/long-lines
    fineweb     English           FineWebQualityFilter                                        fineweb/*
    fineweb2    de, fr, zh        GopherRepetition, FineWebQuality, GopherQuality, as in      fineweb2/*
                                  its pipeline

RefinedWeb's line rules have no counterpart in datatrove. A document's language is siftd's, where it is reliable.

Each filter is also run once for every limit alone, so that all limits that drop a document are known and not only the
first; and its figures are computed with its own helper functions, for each document on which a verdict differs and for
every tenth of all. Two runs tell whose mistake a difference is:

    same     datatrove's filters on siftd's tokens (a second implementation of them, below): what differs here is not a
             matter of tokens, and most likely a mistake
    stock    datatrove as it comes: spaCy's tokens, jieba's for Chinese

A document's outer blank lines are cut off for both: a file ends in a line end, a record of a pipeline does not.

--list writes every document on which a preset's verdicts differ, with each limit, both figures and the cause; --summary the
counts. The exit code is 0 whether they agree or not, 2 if something could not be run.
"""

import argparse
import collections
import glob
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import venv

HERE = os.path.dirname(os.path.abspath(__file__))
REQUIREMENTS = os.path.join(HERE, "parity.requirements.txt")


# The environment

def enter(folder):
    """Goes on inside of the virtual environment, which is made first where it is not there."""
    python = os.path.join(os.path.abspath(folder), "bin", "python")
    if os.path.abspath(sys.prefix) == os.path.abspath(folder):
        return
    if not os.path.exists(python):
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", REQUIREMENTS], check=True)
    os.execv(python, [python, os.path.abspath(__file__), *sys.argv[1:]])


# The documents

def documents(paths):
    """Yields name and text, outer blank lines cut off."""
    for path in paths:
        if os.path.isdir(path):
            for file in sorted(glob.glob(os.path.join(glob.escape(path), "**", "*.txt"), recursive=True)):
                with open(file, encoding="utf8", newline="") as f:
                    yield os.path.relpath(file, path), trimmed(f.read())
        else:
            with open(path, encoding="utf8") as f:
                for number, line in enumerate(f, 1):
                    row = json.loads(line)
                    yield str(row.get("id", number)), trimmed(row["text"])


def trimmed(text):
    lines = text.split("\n")
    filled = [i for i, line in enumerate(lines) if line.strip()]
    return "\n".join(lines[filled[0]: filled[-1] + 1]) if filled else ""


# siftd's side

def scan(siftd, texts):
    """One report with all figures for each text, by the packs that siftd brings along."""
    with tempfile.TemporaryDirectory(prefix="siftd-parity.") as folder:
        os.mkdir(f"{folder}/docs")
        for i, text in enumerate(texts):
            with open(f"{folder}/docs/{i:07}.txt", "w", encoding="utf8", newline="\n") as f:
                f.write(text)
        with open(f"{folder}/siftd.yaml", "w") as f:
            f.write("{}\n")
        command = [siftd, "scan", "--format", "jsonl", "--metrics", "--config", f"{folder}/siftd.yaml", f"{folder}/docs"]
        with open(f"{folder}/out", "w+", encoding="utf8") as out:
            code = subprocess.run(command, stdout=out).returncode
            if code not in (0, 1):
                sys.exit(f"parity: {' '.join(command)} ended with {code}")
            out.seek(0)
            reports = [json.loads(line) for line in out]
    if len(reports) != len(texts):
        sys.exit(f"parity: {len(reports)} reports for {len(texts)} documents")
    return reports


def siftd_drops(report, preset):
    """The rules of a preset that would put the document aside."""
    return sorted({f["rule"] for f in report["findings"]
                   if f["rule"].startswith(preset + "/") and f["trial"] == "quarantine" and f["rule"] != "c4/long-lines"})


def siftd_lines(report):
    """The lines that C4's line rules would drop, from 0."""
    return {line - 1 for f in report["findings"] if f["rule"].startswith("c4/") and f["trial"] == "strip"
            for line in range(f["first_line"], f["last_line"] + 1)}


# siftd's tokens, written a second time: src/engine/text/word.rs and src/engine/metrics/token.rs

def siftd_tokens(text):
    import regex

    global PATTERNS
    if PATTERNS is None:
        PATTERNS = (regex.compile(r"(?V1w)\b"), regex.compile(r"[\p{Alphabetic}\p{N}]"),
                    regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Yi}"
                                  r"\p{New_Tai_Lue}]"),
                    regex.compile(r"\X"), regex.compile(r"\.+|-+|\S"))
    boundary, written, unspaced, grapheme, mark = PATTERNS
    tokens = []
    for line in regex.split(r"\r\n|[\n\r\f\x85]", text):
        gap = ""
        for piece in boundary.split(line):
            if not written.search(piece):
                gap += piece
                continue
            # The regex module takes an apostrophe before a vowel for a part of the word, UAX 29 does not.
            bare = piece.lstrip("'\u2019")
            gap += piece[: len(piece) - len(bare)]
            piece = bare
            tokens += mark.findall(gap)
            gap = ""
            tokens += grapheme.findall(piece) if unspaced.match(piece) else [piece]
        tokens += mark.findall(gap)
    return tokens


PATTERNS = None


# datatrove's side

# FineWeb-2, configs/{deu_Latn,fra_Latn,cmn_Hani}.yml: what its pipeline hands to datatrove's filters.
FINEWEB2 = {
    "de": {"language": "deu_Latn", "dup_line_frac": 0.263, "top": (0.169, 0.153, 0.137),
           "dup": (0.141, 0.134, 0.126, 0.117, 0.108, 0.098), "line_punct_thr": 0.0, "new_line_ratio": 0.152,
           "max_avg_word_length": 15, "min_avg_word_length": 0, "max_non_alpha_words_ratio": 0.774,
           "stop_words": "der und die in von im den des mit das er dem als wurde für".split()},
    "fr": {"language": "fra_Latn", "dup_line_frac": 0.264, "top": (0.161, 0.149, 0.134),
           "dup": (0.15, 0.141, 0.131, 0.121, 0.111, 0.1), "line_punct_thr": 0.1, "new_line_ratio": 0.185,
           "max_avg_word_length": 11, "min_avg_word_length": 2, "max_non_alpha_words_ratio": 0.812,
           "stop_words": "de la le et à en l' des du les est d' un une il dans par au".split()},
    "zh": {"language": "cmn_Hani", "dup_line_frac": 0.287, "top": (0.256, 0.201, 0.171),
           "dup": (0.198, 0.182, 0.167, 0.154, 0.14, 0.127), "line_punct_thr": 0.106, "new_line_ratio": 0.178,
           "max_avg_word_length": 5, "min_avg_word_length": 1, "max_non_alpha_words_ratio": 0.735,
           "stop_words": "的 年 在 月 是 和 日 了 於 · 為 有 被 人 中 为 他 與 後 也 而 由".split()},
}

# siftd's metric behind each limit of datatrove, and siftd's rule (fineweb2's end in the language).
LIMITS = {
    "min_doc_words": ("word_count", "gopher/word-count", "fineweb2/page"),
    "max_doc_words": ("word_count", "gopher/word-count", "fineweb2/page"),
    "min_avg_word_length": ("word_length_mean", "gopher/word-length", "fineweb2/words"),
    "max_avg_word_length": ("word_length_mean", "gopher/word-length", "fineweb2/words"),
    "max_symbol_word_ratio": ("hash_ratio,ellipsis_ratio", "gopher/symbols", "fineweb2/page"),
    "max_bullet_lines_ratio": ("bullet_line_share", "gopher/bullet-lines", "fineweb2/page"),
    "max_ellipsis_lines_ratio": ("ellipsis_line_share", "gopher/ellipsis-lines", "fineweb2/page"),
    "max_non_alpha_words_ratio": ("alphabetic_word_share", "gopher/alphabetic-words", "fineweb2/words"),
    "min_stop_words": ("stop_word_count", "gopher/stop-words", "fineweb2/words"),
    "dup_line_frac": ("duplicate_line_share", "gopher/duplicate-lines", "fineweb2/repetition"),
    "dup_para_frac": ("duplicate_paragraph_share", "gopher/duplicate-paragraphs", None),
    "dup_line_char_frac": ("duplicate_line_char_share", "gopher/duplicate-lines", None),
    "dup_para_char_frac": ("duplicate_paragraph_char_share", "gopher/duplicate-paragraphs", None),
    **{f"top_{n}_gram": (f"top_{n}_gram_char_share", "gopher/top-n-grams", "fineweb2/repetition") for n in (2, 3, 4)},
    **{f"dup_{n}_gram": (f"duplicate_{n}_gram_char_share", "gopher/duplicate-n-grams", "fineweb2/repetition")
       for n in range(5, 11)},
    "line_punct_thr": ("terminal_punctuation_line_share", "fineweb/line-punctuation", "fineweb2/lines"),
    "short_line_thr": ("short_line_share", "fineweb/short-lines", None),
    "char_duplicates_ratio": ("fineweb_duplicate_line_char_share", "fineweb/duplicate-line-characters", "fineweb2/lines"),
    "new_line_ratio": ("newline_ratio", "fineweb/new-lines", "fineweb2/lines"),
    "min_num_sentences": ("c4_sentence_count", "c4/sentences", None),
    "filter_lorem_ipsum": ("c4_lorem_ipsum_count", "c4/lorem-ipsum", None),
    "filter_curly_bracket": ("c4_curly_bracket_count", "c4/curly-bracket", None),
}

QUALITY_OFF = dict.fromkeys(["min_doc_words", "max_doc_words", "min_avg_word_length", "max_avg_word_length",
                             "max_symbol_word_ratio", "max_bullet_lines_ratio", "max_ellipsis_lines_ratio",
                             "max_non_alpha_words_ratio", "min_stop_words"])
REPETITION_OFF = {"dup_line_frac": None, "dup_para_frac": None, "dup_line_char_frac": None, "dup_para_char_frac": None,
                  "top_n_grams": (), "dup_n_grams": ()}
FINEWEB_OFF = {"line_punct_thr": 0, "short_line_thr": 1e9, "char_duplicates_ratio": 1e9, "new_line_ratio": 1e9}
C4_OFF = {"min_num_sentences": -1, "filter_lorem_ipsum": False, "filter_curly_bracket": False}


class Peer:
    """datatrove's filters for one language: whole, and one limit at a time."""

    def __init__(self, language):
        import inspect

        from datatrove.pipeline.filters import (C4QualityFilter, FineWebQualityFilter, GopherQualityFilter,
                                                GopherRepetitionFilter)

        quality = repetition = fineweb = {}
        self.c4 = self.c4_lines = None
        if language != "en":
            config = FINEWEB2[language]
            grams = {"top_n_grams": tuple(zip((2, 3, 4), config["top"])), "dup_n_grams": tuple(zip(range(5, 11), config["dup"]))}
            repetition = {"language": config["language"], "dup_para_frac": 0, "dup_line_char_frac": 0, "dup_para_char_frac": 0,
                          "dup_line_frac": config["dup_line_frac"], **grams}
            fineweb = {"language": config["language"], "short_line_thr": 999, "char_duplicates_ratio": 0.1,
                       "line_punct_thr": config["line_punct_thr"], "new_line_ratio": config["new_line_ratio"]}
            quality = {"min_stop_words": 2, **{key: config[key] for key in (
                "language", "max_avg_word_length", "min_avg_word_length", "stop_words", "max_non_alpha_words_ratio")}}

        def defaults(kind, given):
            known = {name: p.default for name, p in inspect.signature(kind).parameters.items()}
            return {**known, **given}

        def alone(kind, given, off, names):
            values = defaults(kind, given)
            rest = {key: value for key, value in given.items() if key not in off}
            return {name: kind(**{**off, **rest, name: values[name]}) for name in names}

        def gram(given, key, n):
            return tuple(pair for pair in defaults(GopherRepetitionFilter, given)[key] if pair[0] == n)

        rest = {"language": repetition["language"]} if repetition else {}
        self.whole = {"quality": GopherQualityFilter(**quality), "repetition": GopherRepetitionFilter(**repetition),
                      "fineweb": FineWebQualityFilter(**fineweb)}
        self.alone = {
            "quality": alone(GopherQualityFilter, quality, QUALITY_OFF, QUALITY_OFF),
            "repetition": {
                **alone(GopherRepetitionFilter, repetition, REPETITION_OFF, [n for n in REPETITION_OFF if n.startswith("dup_") and "gram" not in n]),
                **{f"top_{n}_gram": GopherRepetitionFilter(**{**REPETITION_OFF, **rest, "top_n_grams": gram(repetition, "top_n_grams", n)}) for n in (2, 3, 4)},
                **{f"dup_{n}_gram": GopherRepetitionFilter(**{**REPETITION_OFF, **rest, "dup_n_grams": gram(repetition, "dup_n_grams", n)}) for n in range(5, 11)},
            },
            "fineweb": alone(FineWebQualityFilter, fineweb, FINEWEB_OFF, FINEWEB_OFF),
        }
        self.language = repetition.get("language", "eng")
        self.stop_words = self.whole["quality"].stop_words
        if language == "en":
            self.whole["c4"] = C4QualityFilter()
            self.alone["c4"] = alone(C4QualityFilter, {}, C4_OFF, C4_OFF)
            self.c4_lines = C4QualityFilter(**C4_OFF)
        self.presets = {"gopher": ["quality", "repetition"], "fineweb": ["fineweb"], "c4": ["c4"]} if language == "en" else {
            "fineweb2": ["repetition", "fineweb", "quality"]}

    def judge(self, text, words):
        """For each preset the limits that drop the text; the lines that C4 drops."""
        from datatrove.data import Document
        from datatrove.pipeline.filters import (c4_filters, fineweb_quality_filter, gopher_quality_filter,
                                                gopher_repetition_filter)

        for module in (gopher_quality_filter, gopher_repetition_filter, fineweb_quality_filter):
            module.split_into_words = lambda text, language: words

        def drops(filter):
            result = filter.filter(Document(text=text, id=""))
            return not (result[0] if isinstance(result, tuple) else result)

        found = {}
        for preset, parts in self.presets.items():
            dropping = [part for part in parts if drops(self.whole[part])]
            whole = bool(dropping)
            limits = [name for part in dropping for name, filter in self.alone[part].items() if drops(filter)]
            if whole != bool(limits):
                raise RuntimeError(f"{preset}: whole {whole}, limit by limit {limits}: the script misreads datatrove")
            found[preset] = limits
        lines = None
        if self.c4_lines:
            document = Document(text=text, id="")
            self.c4_lines.filter(document)
            # A line's fate depends on the line alone, so the kept texts tell which ones were kept.
            kept = set(document.text.split("\n"))
            outer = {line.strip() for line in kept}
            edit = c4_filters.CITATION_REGEX.sub
            lines = [i for i, line in enumerate(text.split("\n")) if line.strip()
                     and edit("", line.strip()) not in kept and edit("", line.strip()).strip() not in outer]
        return found, lines

    def figures(self, text, words):
        """siftd's metrics as datatrove computes them, by the expressions in its filters."""
        import re

        from datatrove.pipeline.filters.gopher_repetition_filter import (find_all_duplicate, find_duplicates,
                                                                         find_top_duplicate, get_n_grams)
        from datatrove.utils.text import PUNCTUATION_SET, TERMINAL_PUNCTUATION

        plain = [w for w in words if any(c not in PUNCTUATION_SET for c in w)]
        all_lines = text.splitlines()
        written = [line for line in text.split("\n") if line.strip()]
        lines, paragraphs = re.split("\n+", text), re.split("\n{2,}", text.strip())
        count = max(len(words), 1)
        figures = {
            "word_count": len(plain),
            "word_length_mean": sum(map(len, plain)) / len(plain) if plain else None,
            "hash_ratio": text.count("#") / count,
            "ellipsis_ratio": (text.count("...") + text.count("…")) / count,
            "bullet_line_share": sum(line.lstrip().startswith(("•", "-")) for line in all_lines) / max(len(all_lines), 1),
            "ellipsis_line_share": sum(line.rstrip().endswith(("...", "…")) for line in all_lines) / max(len(all_lines), 1),
            "alphabetic_word_share": sum(any(c.isalpha() for c in w) for w in words) / count,
            "stop_word_count": len(self.stop_words.intersection(words)),
            "duplicate_line_share": find_duplicates(lines)[0] / len(lines),
            "duplicate_line_char_share": find_duplicates(lines)[1] / max(len(text), 1),
            "duplicate_paragraph_share": find_duplicates(paragraphs)[0] / len(paragraphs),
            "duplicate_paragraph_char_share": find_duplicates(paragraphs)[1] / max(len(text), 1),
            "terminal_punctuation_line_share": sum(line.endswith(tuple(TERMINAL_PUNCTUATION)) for line in written) / max(len(written), 1),
            "short_line_share": sum(len(line) <= 30 for line in written) / max(len(written), 1),
            "fineweb_duplicate_line_char_share": find_duplicates(written)[1] / max(len(text.replace("\n", "")), 1),
            "newline_ratio": text.count("\n") / count,
        }
        for n in (2, 3, 4):
            grams = get_n_grams(words, n)
            figures[f"top_{n}_gram_char_share"] = find_top_duplicate(grams) / len(text) if grams else None
        for n in range(5, 11):
            figures[f"duplicate_{n}_gram_char_share"] = find_all_duplicate(words, n) / len(text) if len(words) >= n else None
        if self.c4_lines:
            figures["c4_sentence_count"] = self.sentences(text)
        return figures

    def sentences(self, text):
        """Sentences in the lines that C4 keeps."""
        from datatrove.data import Document
        from datatrove.utils.text import split_into_sentences

        document = Document(text=text, id="")
        self.c4_lines.filter(document)
        kept = [line for line in document.text.split("\n") if "lorem ipsum" not in line.lower() and "{" not in line]
        return sum(len(split_into_sentences(line, "eng")) for line in kept if line)


PEERS = {}


def start():
    from loguru import logger

    logger.remove()
    import warnings

    warnings.simplefilter("ignore")


def compare(job):
    """One document: datatrove's findings beside siftd's. Runs in a process of its own."""
    from datatrove.utils.text import split_into_words

    name, text, language, report, sampled = job
    peer = PEERS.setdefault(language, None) or Peer(language)
    PEERS[language] = peer
    ours = report["facts"]["metrics"]
    stock_words, same_words = split_into_words(text, peer.language), siftd_tokens(text)
    stock_drops, lines = peer.judge(text, stock_words)
    same_drops, _ = peer.judge(text, same_words)
    ported = abs(sum(any(c.isalnum() for c in token) for token in same_words) - ours["word_count"]) < 0.5
    result = {"name": name, "language": language, "ported": ported, "presets": {}, "metrics": {},
              "broken": {f["rule"]: list(f["evidence"]) for f in report["findings"] if f["trial"] == "quarantine"}}
    differ = any(bool(siftd_drops(report, preset)) != bool(drops[preset])
                 for preset in peer.presets for drops in (stock_drops, same_drops))
    if differ or sampled:
        stock, same = peer.figures(text, stock_words), peer.figures(text, same_words)
        result["metrics"] = {metric: (ours[metric], same[metric], stock[metric]) for metric in stock}
    for preset in peer.presets:
        mine = siftd_drops(report, preset)
        result["presets"][preset] = {"siftd": mine, "same": same_drops[preset], "stock": stock_drops[preset]}
    if lines is not None:
        mine = siftd_lines(report)
        written = {i for i, line in enumerate(text.split("\n")) if line.strip()}
        result["lines"] = {"written": len(written), "siftd_only": sorted((mine & written) - set(lines)),
                           "datatrove_only": sorted(set(lines) - mine)}
        result["samples"] = {str(i): text.split("\n")[i][:160] for i in
                             result["lines"]["siftd_only"] + result["lines"]["datatrove_only"]}
    return result


# What came of it

def causes(result, preset, run):
    """Why a preset's verdicts differ: one entry for each limit that only one side finds broken."""
    sides, found, broken = result["presets"][preset], [], result["broken"]
    place = 2 if preset.startswith("fineweb2") else 1
    theirs = collections.defaultdict(list)
    for limit in sides[run]:
        rule = LIMITS[limit][place]
        rule = f"{rule}-{result['language']}" if rule and place == 2 and not rule.endswith("page") else rule
        theirs[rule or f"(none for {limit})"].append(limit)
    for rule in sorted(set(theirs) ^ set(sides["siftd"])):
        limits = theirs.get(rule) or [name for name, entry in LIMITS.items() if entry[place] and rule.startswith(entry[place])]
        for limit in limits:
            for metric in LIMITS[limit][0].split(","):
                # siftd's finding says which of a rule's limits is broken.
                if rule not in theirs and metric not in broken.get(rule, [metric]):
                    continue
                ours, same, stock = result["metrics"].get(metric, (None, None, None))
                found.append({"limit": limit, "rule": rule, "metric": metric, "siftd": ours, "same": same, "stock": stock,
                              "dropped_by": "datatrove" if rule in theirs else "siftd", "cause": cause(ours, same, stock)})
    return found


def cause(ours, same, stock):
    near = lambda a, b: a == b or (a is not None and b is not None and abs(a - b) <= 1e-8 * max(1.0, abs(a)))
    if near(ours, same) and near(same, stock):
        return "equal"
    if near(ours, same):
        return "tokens"
    return "definition"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venv")
    parser.add_argument("--siftd", required=True)
    parser.add_argument("--limit", type=int, default=0, help="take only so many documents")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--list")
    parser.add_argument("--summary")
    parser.add_argument("documents", nargs="+")
    arguments = parser.parse_args()
    if arguments.venv:
        enter(arguments.venv)
    named = list(documents(arguments.documents))
    if arguments.limit:
        named = named[:arguments.limit]
    reports = scan(os.path.abspath(arguments.siftd), [text for _, text in named])
    jobs = []
    for (name, text), report in zip(named, reports):
        language = report["language"]["code"] if report["language"]["reliable"] else None
        if text and (language == "en" or language in FINEWEB2):
            # All figures of each document would take longer than all else.
            jobs.append((name, text, language, report, len(jobs) % 10 == 0))
    print(f"{len(named)} documents, {len(jobs)} in a language with a preset", flush=True)
    with multiprocessing.Pool(arguments.jobs, start) as pool:
        results = pool.map(compare, jobs, chunksize=20)
    summary = summarise(results)
    for line in table(summary):
        print(line)
    if arguments.summary:
        with open(arguments.summary, "w", encoding="utf8") as f:
            json.dump(summary, f, indent=1, ensure_ascii=False)
    if arguments.list:
        with open(arguments.list, "w", encoding="utf8") as f:
            for result in results:
                for preset, sides in result["presets"].items():
                    for run in ("same", "stock"):
                        if bool(sides["siftd"]) != bool(sides[run]):
                            row = {"document": result["name"], "language": result["language"], "preset": preset, "run": run,
                                   "siftd": sides["siftd"], "datatrove": sides[run], "causes": causes(result, preset, run)}
                            f.write(json.dumps(row, ensure_ascii=False) + "\n")
                lines = result.get("lines")
                if lines and (lines["siftd_only"] or lines["datatrove_only"]):
                    row = {"document": result["name"], "preset": "c4", "run": "lines", **lines, "samples": result["samples"]}
                    f.write(json.dumps(row, ensure_ascii=False) + "\n")


def summarise(results):
    presets = {}
    for result in results:
        for preset, sides in result["presets"].items():
            key = preset if preset != "fineweb2" else f"fineweb2 {result['language']}"
            row = presets.setdefault(key, {"documents": 0, "siftd_drops": 0})
            row["documents"] += 1
            row["siftd_drops"] += bool(sides["siftd"])
            for run in ("same", "stock"):
                part = row.setdefault(run, {"agree": 0, "datatrove_drops": 0, "datatrove_only": 0, "siftd_only": 0, "causes": {}})
                part["datatrove_drops"] += bool(sides[run])
                if bool(sides["siftd"]) == bool(sides[run]):
                    part["agree"] += 1
                    continue
                part["siftd_only" if sides["siftd"] else "datatrove_only"] += 1
                for name in sorted({f"{c['metric']}: {c['cause']}, dropped by {c['dropped_by']}" for c in causes(result, preset, run)}):
                    part["causes"][name] = part["causes"].get(name, 0) + 1
    metrics = {}
    for result in results:
        for metric, (ours, same, stock) in result["metrics"].items():
            row = metrics.setdefault(f"{result['language']} {metric}", {"documents": 0, "same_equal": 0, "stock_equal": 0, "stock_largest_difference": 0.0})
            row["documents"] += 1
            row["same_equal"] += cause(ours, same, same) == "equal"
            row["stock_equal"] += cause(ours, stock, stock) == "equal"
            if ours is not None and stock is not None:
                row["stock_largest_difference"] = max(row["stock_largest_difference"], abs(ours - stock))
    lines = [r["lines"] for r in results if "lines" in r]
    return {
        "documents": len(results),
        "token_counts_differ_from_the_second_implementation": sum(not r["ported"] for r in results),
        "presets": presets,
        "c4_lines": {"written": sum(l["written"] for l in lines), "dropped_by_siftd_only": sum(len(l["siftd_only"]) for l in lines),
                     "dropped_by_datatrove_only": sum(len(l["datatrove_only"]) for l in lines)},
        "metrics": metrics,
    }


def table(summary):
    yield f"documents compared: {summary['documents']}; of these with another token count in the second implementation: {summary['token_counts_differ_from_the_second_implementation']}"
    for preset, row in summary["presets"].items():
        for run in ("same", "stock"):
            part = row[run]
            yield (f"{preset:12} {run:6} {part['agree']}/{row['documents']} agree ({100 * part['agree'] / row['documents']:.2f} %); "
                   f"siftd drops {row['siftd_drops']}, datatrove {part['datatrove_drops']}; only siftd {part['siftd_only']}, only datatrove {part['datatrove_only']}")
            for cause, count in sorted(part["causes"].items(), key=lambda item: -item[1]):
                yield f"{'':20}{count:5}  {cause}"
    lines = summary["c4_lines"]
    yield f"c4 lines: {lines['written']} written; dropped by siftd only {lines['dropped_by_siftd_only']}, by datatrove only {lines['dropped_by_datatrove_only']}"
    for metric, row in summary["metrics"].items():
        if row["same_equal"] != row["documents"] or row["stock_equal"] != row["documents"]:
            yield (f"{metric:45} equal on the same tokens {row['same_equal']}/{row['documents']}, stock {row['stock_equal']}; "
                   f"largest difference {row['stock_largest_difference']:.4g}")


if __name__ == "__main__":
    main()
