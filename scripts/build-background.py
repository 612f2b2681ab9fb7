#!/usr/bin/env python3
"""Build the background vocabulary that topics are scored against.

    python3 -m venv V && V/bin/pip install wordfreq==3.1.1
    V/bin/python scripts/build-background.py src/engine/topics/background.txt

How often each word is used in a language, taken from wordfreq's lists (their licence and sources stand in
background.LICENSE.md beside the data), brought into the form in which siftd compares terms:

* words: lower case, the longer part of a word with an apostrophe, no digits, no single letters, English-style plural
  endings off. `normal` here and `normal` in src/engine/topics/term.rs must stay the same function;
* Chinese, Japanese, Korean: pairs of neighbouring characters. A pair is as frequent as the words that contain it, plus
  the chance that one word ends in its first and the next begins with its second character.

The output is text: `[language]`, then lines of a frequency class (hundredths of a decade below 1, in steps of 10) and
the terms of that class in order. The same input gives the same bytes.
"""
import collections
import math
import sys

import wordfreq

# Terms for each language: many where topics are likely to be written, enough for the function words elsewhere.
MANY = {"en": 20000, "zh": 15000, "ja": 9000, "ko": 5000,
        "de": 4500, "es": 4500, "fr": 4500, "it": 3000, "nl": 3000, "pl": 3000, "pt": 4500, "ru": 4500}
FEW = 900
PAIRS = {"zh", "ja", "ko"}
STEP = 10


def normal(word):
    """The form in which words are compared; None for what is not compared."""
    word = max(word.lower().replace("’", "'").split("'"), key=len)
    if len(word) < 2 or not word[0].isalpha():
        return None
    if len(word) > 4:
        if word.endswith("ies"):
            return word[:-3] + "y"
        if word.endswith("sses"):
            return word[:-2]
        if word.endswith("s") and not word.endswith(("ss", "us", "is")):
            return word[:-1]
    return word


def unspaced(character):
    return "\u3041" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7a3"


def words(frequencies):
    terms = collections.Counter()
    for word, frequency in sorted(frequencies.items()):
        term = normal(word)
        if term and all(c.isalpha() or not c.isascii() for c in term):
            terms[term] += frequency
    return terms


def pairs(frequencies):
    inside, first, last = collections.Counter(), collections.Counter(), collections.Counter()
    characters = 0.0
    for word, frequency in sorted(frequencies.items()):
        if not all(map(unspaced, word)):
            continue
        characters += frequency * len(word)
        first[word[0]] += frequency
        last[word[-1]] += frequency
        for a, b in zip(word, word[1:]):
            inside[a + b] += frequency
    whole = sum(first.values())
    likely = lambda counter: [c for c, _ in counter.most_common(1200)]
    for a in likely(last):
        for b in likely(first):
            inside[a + b] += last[a] * first[b] / whole
    return collections.Counter({pair: frequency / characters for pair, frequency in inside.items()})


def main():
    out = ["# How often terms are used, by language. Made by scripts/build-background.py from wordfreq 3.1.1.",
           "# Copyright Robyn Speer and the sources named in background.LICENSE.md; CC BY-SA 4.0."]
    for language in sorted(wordfreq.available_languages("best")):
        frequencies = wordfreq.get_frequency_dict(language, "best")
        terms = (pairs if language in PAIRS else words)(frequencies)
        ranked = sorted(terms.items(), key=lambda item: (-item[1], item[0]))[:MANY.get(language, FEW)]
        classes = collections.defaultdict(list)
        for term, frequency in ranked:
            classes[round(-100 * math.log10(frequency) / STEP) * STEP].append(term)
        out.append(f"[{language}]")
        out += [f"{number} {' '.join(sorted(classes[number]))}" for number in sorted(classes)]
    with open(sys.argv[1], "w", encoding="utf-8", newline="\n") as f:
        f.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
