"""Text to measure with, made from the vocabulary and the rule packs of this repository: the same at every run.

Sizes are log-normal like those of web pages as text (median 4 KB, from 1 to 30 KB); a third of the documents carry lines
of site furniture at head and tail; a tenth are Chinese or Japanese. The words are drawn by how often they are used, so
the letters, the lengths and the repetitions are those of real text; the sentences mean nothing.
"""

import bisect
import math
import pathlib
import random

import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
VOCABULARY = REPOSITORY / "src/engine/topics/background.txt"


class Words:
    """Words of one language, drawn by their frequency."""

    def __init__(self, language):
        self.words, self.steps, total, inside = [], [], 0.0, False
        for line in VOCABULARY.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                inside = line == f"[{language}]"
            elif inside and line and not line.startswith("#"):
                cost, *words = line.split()
                for word in words:
                    total += 10 ** (-int(cost) / 100)
                    self.words.append(word)
                    self.steps.append(total)
        if not self.words:
            raise SystemExit(f"corpus: no words of language {language!r} in {VOCABULARY}")

    def draw(self, rng):
        return self.words[bisect.bisect(self.steps, rng.random() * self.steps[-1]) % len(self.words)]


def furniture():
    """Lines as they stand around an article, from the words that the shipped packs list for English."""
    words = []
    for pack in ("navigation", "boilerplate"):
        lists = yaml.safe_load((REPOSITORY / "rules" / f"{pack}.yaml").read_text(encoding="utf-8"))["lists"]
        for entry in lists.values():
            words += (entry.get("by_language") or {}).get("en", [])
    lines = [word[:1].upper() + word[1:] for word in words]
    lines += [f"Home > {a.title()} > {b.title()}" for a, b in zip(words[::7], words[3::7])]
    lines += [f"Copyright © {year} The Daily Sample. All rights reserved." for year in range(2009, 2026)]
    return lines


def sentence(words, rng, eastern):
    drawn = [words.draw(rng) for _ in range(max(4, int(rng.gauss(17, 7))))]
    if eastern:
        return "".join(w + ("，" if rng.random() < 0.08 else "") for w in drawn) + "。"
    drawn = [w + ("," if rng.random() < 0.08 else "") for w in drawn]
    return " ".join(drawn).rstrip(",").capitalize() + rng.choice(".....?!")


def document(rng, languages, junk, size=None):
    """One document of about `size` bytes (drawn like a web page's when none is given)."""
    goal = size or min(30_000, max(1_000, int(math.exp(rng.gauss(math.log(4_000), 0.8)))))
    name = rng.choice(["zh", "ja"]) if rng.random() < 0.1 else "en"
    lines, written = [], 0
    while written < goal:
        line = ("" if name != "en" else " ").join(
            sentence(languages[name], rng, name != "en") for _ in range(rng.randint(1, 5)))
        lines.append(line)
        written += len(line.encode()) + 1
    if rng.random() < 0.34:
        lines[:0] = rng.sample(junk, rng.randint(1, 3))
        lines += rng.sample(junk, rng.randint(1, 5))
    return "\n".join(lines) + "\n"


def documents(count, size=None, seed=20261122):
    """`count` documents as text, of `size` bytes each or of the sizes of web pages."""
    rng = random.Random(seed)
    languages = {name: Words(name) for name in ("en", "zh", "ja")}
    junk = furniture()
    for _ in range(count):
        yield document(rng, languages, junk, size)


def write(folder, count, size=None, seed=20261122):
    """Writes `count` documents as FOLDER/000000.txt and so on; returns their bytes in all."""
    folder.mkdir(parents=True, exist_ok=True)
    total = 0
    for number, text in enumerate(documents(count, size, seed)):
        total += (folder / f"{number:06}.txt").write_bytes(text.encode())
    return total
