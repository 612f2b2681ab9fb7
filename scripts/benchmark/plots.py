"""Pictures of what was measured, as SVG."""

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

matplotlib.rcParams.update({"svg.hashsalt": "siftd", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})


def bars(path, title, unit, values, log=False):
    """One horizontal bar a name, the number behind it."""
    figure, axes = plt.subplots(figsize=(7, 0.5 + 0.42 * len(values)))
    names = list(values)[::-1]
    axes.barh(names, [values[name] for name in names], color=["#2b6cb0" if "siftd" in name else "#a0aec0" for name in names])
    for row, name in enumerate(names):
        axes.annotate(f"{values[name]:,.4g}", (values[name], row), xytext=(4, 0), textcoords="offset points", va="center")
    if log:
        axes.set_xscale("log")
    axes.set_xlabel(unit)
    axes.set_title(title, loc="left")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def shares(path, title, unit, values):
    """Which share of the values lies below which."""
    figure, axes = plt.subplots(figsize=(7, 2.6))
    axes.plot(values, [(place + 1) / len(values) for place in range(len(values))], color="#2b6cb0")
    axes.set_xscale("log")
    axes.set_xlabel(unit)
    axes.set_ylabel("share of files")
    axes.set_title(title, loc="left")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def draw(bench, folder):
    """Every picture for which there are figures; returns their names."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []

    def of(section, *words):
        return {name: value for (where, name), (value, _) in bench.figures.items()
                if where == section and any(word in name for word in words)}

    for name, title, unit, values, log in (
            ("judging", "One core", "µs of user CPU a document", of("judging", "presets", "words"), True),
            ("patterns", "A hundred patterns over the corpus, whole run", "seconds of user CPU",
             of("patterns", "idle", "kind", "realistic"), True),
            ("rules", "More rules", "seconds of user CPU", of("growth", "line rules"), False),
            ("moving", "Files a second", "files a second",
             {f"siftd: {name}" if name.startswith("burst") else name: value
              for name, value in of("moving", "burst of", "loop of", "judges nothing").items()}, True)):
        values = {key: value for key, value in values.items() if "peak" not in key and "left" not in key}
        if values:
            bars(folder / f"{name}.svg", title, unit, values, log)
            drawn.append(name)
    if "latency" in bench.series:
        shares(folder / "latency.svg", "Rename to published, 200 files a second", "milliseconds", bench.series["latency"])
        drawn.append("latency")
    return drawn
