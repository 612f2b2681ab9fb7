"""What the drills set up alike: rules, plain text, a configuration."""

import os

RULES = """\
schema: rules/1
pack: drill
rules:
  - {id: strip, title: Strip, why: To be tried., match: {regex: {any: ['STRIP']}}, action: strip}
  - {id: junk, title: Junk, why: To be tried., match: {regex: {any: ['JUNK']}}, action: quarantine}
  - {id: worst, title: Worst, why: To be tried., match: {regex: {any: ['WORST']}}, action: reject}
"""

PLAIN = "This is an ordinary line of text that is to be kept.\n"


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def configure(path, folders, intake, rules=None, workers=2, more=""):
    """A configuration without the shipped rules; `rules` is a folder with others, `more` are further keys."""
    lines = "".join(f"  {name}: {folder}\n" for name, folder in folders.items())
    own = f", folders: [{rules}]" if rules else ""
    write(path, f"folders:\n{lines}intake: {{{intake}}}\nrules: {{shipped: false{own}}}\nworkers: {workers}\n{more}".encode())
