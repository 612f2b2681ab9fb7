#!/usr/bin/env python3
"""Write measured figures into the tables of docs/judgement.md.

    scripts/judgement-figures.py FIGURES.json [docs/judgement.md]

FIGURES.json holds, by the name of a set, what was measured on it: the object that `siftd evaluate --format json` prints, or a
plain one with the same meaning (`documents`, `junk_lines`, `content_lines`, `junk` or `caught`, `hit_per_mille`, `hurt`,
`held`; `right`, `sure`, `wrong` by length; `auc`, `caught_at_1`, `caught_at_5` by number of examples). Sets without a row in
ROWS are left out and named on standard error. What stands between the markers is replaced; nothing else is touched.
"""

import json
import re
import sys

# What a set is called in the documentation, and in which table it stands.
ROWS = {
    "lines": {
        "A_wcxb_dev_residual": "articles with leftovers, web pages of many kinds",
        "A_moz_residual": "articles with leftovers, news and blogs",
        "A_zhwce_residual": "articles with leftovers, Chinese news",
        "A_zhwce_full": "whole pages as text, Chinese news",
        "B_injected_docs_dev": "articles with one advert line put in",
        "A_wcxb_dev_clean": "clean articles, web pages of many kinds",
        "A_moz_clean": "clean articles, news and blogs",
        "A_zhwce_clean": "clean articles, Chinese news",
    },
    "unseen": {
        "A_fundus_residual": "news of many countries, with leftovers",
        "A_fundusev_residual": "English news, with leftovers",
        "A_scrap_residual": "English articles, with leftovers",
        "A_traf_residual": "mostly German pages, with leftovers (segments)",
        "A_cleanportal_residual": "a few English portals, with leftovers",
        "A_misc_residual": "pages of other extractors' tests, with leftovers",
        "A_fundus_clean": "clean news of many countries",
        "A_fundusev_clean": "clean English news",
        "A_scrap_clean": "clean English articles",
        "A_cleanportal_clean": "clean articles of a few English portals",
        "A_misc_clean": "clean articles of other extractors' tests",
    },
    "heads": {
        "B_web_spam_real": "advert lines from hacked pages",
        "B_neg_hard": "look-alikes that are no advert",
        "B_neg_sentences": "ordinary sentences, twelve languages",
    },
    "pages": {"B_neg_bilingual_docs": "documentation in Chinese or Japanese and English"},
    "language": {
        "C_udhr_docs": "a declaration, 98 languages, whole",
        "C_udhr_sents": "its sentences",
        "C_ui": "short strings of an interface, 89 languages",
        "C_man_docs": "manual pages with much English in them",
        "C_mixed_docs_constructed": "documents with lines of another language",
    },
    "topics": {"D_20news": "messages of twenty newsgroups"},
}


def flat(figures):
    """The plain form of what `siftd evaluate` printed."""
    if "junk_found" not in figures:
        return figures
    share = lambda key, steps: None if figures[key]["share"] is None else figures[key]["share"] * steps
    return {"documents": figures["documents"], "junk_lines": figures["junk_found"]["of"],
            "content_lines": figures["content_hit"]["of"], "junk": share("junk_found", 100),
            "hit_per_mille": share("content_hit", 1000), "hurt": share("documents_hurt", 100),
            "held": share("documents_held", 100)}


def number(value, digits=2):
    return "" if value is None else f"{value:,.{digits}f}" if isinstance(value, float) else f"{value:,}"


def lines(name, row):
    found = row.get("junk", row.get("caught"))
    return [name, number(row["documents"]), number(row["junk_lines"]), number(found), number(row["hit_per_mille"]),
            number(row["hurt"]), number(row["held"])]


LINES = (["set", "documents", "junk lines", "junk found %", "content hit ‰", "hurt %", "held %"],
         lambda name, row: [lines(name, flat(row))])
TABLES = {
    "lines": LINES,
    "unseen": LINES,
    "heads": (["lines", "n", "flagged above an English page %", "above a Chinese page %"],
              lambda name, row: [[name, number(row["lines"]), number(row.get("caught_on_en_page", row.get("hurt_on_en_page"))),
                                  number(row.get("caught_on_zh_page", row.get("hurt_on_zh_page")))]]),
    "pages": (["pages", "n", "hurt %", "flagged as spam %", "held %"],
              lambda name, row: [[name, number(row["documents"]), number(row["hurt"]), number(row["spam_flagged"]), number(row["held"])]]),
    "language": (["texts", "letters", "n", "right %", "called reliable %", "of these wrong %"],
                 lambda name, row: [[name, length, number(part["texts"]), number(part["right"]), number(part["sure"]), number(part["wrong"])]
                                    for length, part in sorted(row.items(), key=lambda item: order(item[0]))]),
    "topics": (["documents", "examples", "area under the curve", "off-topic caught at 1 % lost", "at 5 % lost"],
               lambda name, row: [[name, count.split()[0], number(part["auc"], 3), number(part["caught_at_1"]), number(part["caught_at_5"])]
                                  for count, part in row.items()]),
}


def order(length):
    return ["under 20", "20-49", "50-99", "100-249", "250 up", "all"].index(length)


def table(kind, figures):
    head, rows = TABLES[kind]
    out = ["| " + " | ".join(head) + " |", "|" + "---|" + "---:|" * (len(head) - 1)]
    for key, name in ROWS[kind].items():
        if key in figures:
            out += ["| " + " | ".join(row) + " |" for row in rows(name, figures[key])]
    return "\n".join(out)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf8") as f:
        figures = json.load(f)
    path = sys.argv[2] if len(sys.argv) == 3 else "docs/judgement.md"
    with open(path, encoding="utf8") as f:
        page = f.read()
    known = {key for rows in ROWS.values() for key in rows}
    for key in sorted(set(figures) - known):
        print(f"judgement-figures: no row for {key}", file=sys.stderr)
    for kind in TABLES:
        pattern = re.compile(rf"(<!-- {kind}: written by scripts/judgement-figures.py -->\n).*?(<!-- end of {kind} -->)", re.S)
        if not pattern.search(page):
            sys.exit(f"judgement-figures: {path} has no place for the table `{kind}`")
        text = table(kind, figures)
        page = pattern.sub(lambda match: match[1] + text + "\n" + match[2], page)
    with open(path, "w", encoding="utf8") as f:
        f.write(page)


if __name__ == "__main__":
    main()
