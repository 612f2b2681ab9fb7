"""What must hold of a spool whatever happened to siftd: nothing lost, nothing doubled, nothing torn, and a journal that
agrees with the tree. `check` gives back one sentence for each thing that is wrong."""

import json
import os
import sqlite3

PLACES = ("inbox", "curated", "quarantine", "rejected", "originals")
REPORT = ".siftd.json"


def files(root):
    """Every regular file below `root`, by its path there."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    found[os.path.relpath(path, root)] = file.read()
    return found


def is_report(data):
    try:
        return "verdict" in json.loads(data)
    except (ValueError, UnicodeDecodeError):
        return False


def check(folders, dropped, stripped, before, settled, released=None, expired=False):
    """`folders`: the path of each place, and of `state`. `dropped`: bytes by the path they were dropped as. `stripped`:
    the bytes that stripping makes of some of them, by path. `before`: bytes that lay in a place from the beginning, by
    (place, path). `settled`: siftd has run to its end since; nothing may be left in the inbox or half done. `released`: the path of a
    file that a person sent on after it was put aside. `expired`: a policy deletes files, and the journal says which."""
    wrong = []
    trees = {place: files(folders[place]) for place in PLACES}
    for (place, path), data in before.items():
        if trees[place].pop(path, None) != data:
            wrong.append(f"overwritten or moved: {place}/{path}, which nobody gave to siftd")
    where = {path: [] for path in dropped}
    by_bytes = {data: path for path, data in dropped.items()}
    copies = {data: path for path, data in stripped.items()}
    copied = []
    for place, tree in trees.items():
        for path, data in tree.items():
            private = ".siftd" in path.split("/")[:-1]
            if place == "inbox" and private and path.endswith(("/lock", "/judging")):
                continue
            if not settled and os.path.basename(path).startswith(".siftd-probe"):
                continue
            if data in by_bytes:
                where[by_bytes[data]].append(f"{place}/{path}")
            elif place == "curated" and data in copies and not private:
                copied.append(copies[data])
            elif place in ("quarantine", "rejected") and path.endswith(REPORT) and is_report(data):
                # After an interrupted release a report may stay; nothing takes it for a file.
                if settled and path.removesuffix(REPORT) not in tree and path != f"{released}{REPORT}":
                    wrong.append(f"a report without its file: {place}/{path}")
            elif private and place != "inbox":
                if settled:
                    wrong.append(f"a temporary was left: {place}/{path}")
            elif os.path.basename(path).startswith(".siftd") and not settled:
                continue
            else:
                wrong.append(f"torn or unknown: {place}/{path} ({len(data)} bytes: {data[:40]!r})")
    gone = deleted(folders) if expired else {}
    for path, places in where.items():
        if not places and gone.get(path) in (("done",) if settled else ("done", "moving")):
            continue
        if expired and not settled and len(places) == 1 and "/.siftd/expire-" in places[0]:
            continue
        # Between a copy and the removal of its source a file lies in two places, and one of them is the claim.
        claimed = [place for place in places if place.startswith("inbox/.siftd/")]
        copying = not settled and len(places) == 2 and (len(claimed) == 1 or path == released)
        if len(places) != 1 and not copying:
            wrong.append(f"{path} lies in {len(places)} places: {places}")
        elif settled and "/.siftd/" in places[0] and not places[0].startswith("inbox/"):
            wrong.append(f"{path} was half deleted or sent on, and not put back: {places}")
        elif settled and places[0].startswith("inbox/"):
            wrong.append(f"{path} was not taken: {places}")
        elif settled and places[0].startswith("originals/") != (path in stripped):
            wrong.append(f"{path} is in the wrong place: {places}")
    for path in stripped:
        if path in gone:
            continue
        original = any(place.startswith("originals/") for place in where[path])
        if copied.count(path) > 1 or (settled or original) and (path in copied) != original:
            wrong.append(f"{path}: {copied.count(path)} stripped copies, original at {where[path]}")
    return wrong + journal(folders, dropped, trees, settled, released, gone)


def deleted(folders):
    """The stage of each path's deletion, as the journal has it."""
    connection = sqlite3.connect(os.path.join(folders["state"], "journal.db"))
    try:
        return dict(connection.execute("SELECT CAST(path AS TEXT), stage FROM outcomes WHERE kind = 'expired'"))
    finally:
        connection.close()


def done(folders):
    """The paths of which the journal says that they are done."""
    path = os.path.join(folders["state"], "journal.db")
    if not os.path.exists(path):
        return []
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute("SELECT CAST(path AS TEXT) FROM outcomes WHERE stage = 'done'").fetchall()
    except sqlite3.OperationalError:
        return []
    finally:
        connection.close()
    return [path for path, in rows]


def journal(folders, dropped, trees, settled, released, gone):
    """What the journal says that is not so."""
    path = os.path.join(folders["state"], "journal.db")
    if not os.path.exists(path):
        return ["there is no journal"] if settled else []
    wrong, told = [], set()
    connection = sqlite3.connect(path)
    query = "SELECT CAST(path AS TEXT), stage, verdict, curated, original, aside FROM outcomes"
    try:
        rows = connection.execute(query).fetchall()
    except sqlite3.OperationalError as error:
        return [f"the journal cannot be read: {error}"] if settled else []
    finally:
        connection.close()
    for path, stage, verdict, *at in rows:
        if path in (released, *gone) and stage == "done":
            told.add(path)
            continue
        if stage != "done":
            if settled:
                wrong.append(f"the journal says for ever that {path} is being moved")
            continue
        aside = "rejected" if verdict == "reject" else "quarantine"
        named = [(place, at.decode()) for place, at in zip(("curated", "originals", aside), at) if at is not None]
        if not named:
            wrong.append(f"the journal says that {path} is done, and not where it is")
        for place, name in named:
            data = trees[place].get(name)
            if data is None:
                wrong.append(f"the journal says {place}/{name}, and nothing is there")
            elif place != "curated" or verdict == "pass":
                if data != dropped.get(path):
                    wrong.append(f"the journal says that {path} is {place}/{name}, and other bytes are there")
        if path in told:
            wrong.append(f"the journal says twice that {path} is done")
        told.add(path)
    if settled:
        wrong += [f"the journal does not know {path}" for path in dropped if path not in told]
    return wrong

