"""Draws docs/benchmarks.svg: python plot.py FIGURES.json PICTURE.svg, where matplotlib is installed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

TITLES = {
    "4": ("4: list the whole fleet over TLS", "seconds"),
    "6": ("6: bytes that a Droplet holds", "bytes"),
    "10": ("10: create and wait, requests sent", "requests"),
    "13": ("13: the emulator's start and memory", "ms, MB"),
}


def main(figures: Path, picture: Path) -> None:
    growth = json.loads(figures.read_text())
    mpl.rcParams.update({"svg.hashsalt": "dopyapi", "font.size": 9, "axes.grid": True, "grid.alpha": 0.3})
    drawn, places = plt.subplots(2, 2, figsize=(10, 7.5), layout="constrained")
    for place, (number, (title, unit)) in zip(places.flat, TITLES.items(), strict=True):
        for name, points in growth.get(number, {}).items():
            totals, values = zip(*points, strict=True)
            ours = name.startswith("dopyapi") or number == "13"
            place.plot(totals, values, marker="o", label=name, linewidth=2.2 if ours else 1.2)
        place.set(title=title, xlabel="Droplets", ylabel=unit, xscale="log")
        if number in ("4", "10"):
            place.set_yscale("log")
        else:
            place.set_ylim(bottom=0)
        place.legend(fontsize=8)
    drawn.savefig(picture, metadata={"Date": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
