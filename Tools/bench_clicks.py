#!/usr/bin/env python3
"""Counts the clicks that a simulated reader needs to correct the opacity, beside strokes of a brush.

usage: Tools/bench_clicks.py SEGSH DATA FOLD=MODEL.safetensors… [--starts empty,model] [--clicks 20]

DATA is a data folder with cases.csv, images/ and opacity/ (Docs/explanation/Training.md). Each case of a fold is segmented by the model that held it out.
The reference standard is the drawn opacity inside the segmented lungs. Each click is the point of the largest error component (8-connected) that is
farthest from its border: `include at=` where opacity is missing, `exclude at=` where it is false. The brush covers, or erases, the largest disk around
that point that has no pixel outside the component. Needs NumPy, SciPy and Pillow; SEGSH is driven by a pipe, one line per click.
"""
import argparse
import csv
import json
import pathlib
import subprocess
import tempfile
import time

import numpy as np
from PIL import Image
from scipy import ndimage as ndi


class Session:
    """A segsh session that reads lines from a pipe."""

    def __init__(self, segsh):
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen([segsh], cwd=self.folder.name, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, line):
        """Runs a line; returns the seconds until its result, and what it wrote."""
        start = time.perf_counter()
        self.process.stdin.write(f'{line}\nprint "== done"\n')
        self.process.stdin.flush()
        said = []
        for text in self.process.stdout:
            if "== done" in text and "print" not in text:
                return time.perf_counter() - start, said
            said.append(text)
        raise SystemExit(f"{line}: {''.join(said)}")

    def image(self, value):
        name = f"{time.perf_counter_ns()}.png"
        _, said = self.run(f"{value} | save {name} recipe=none")
        path = pathlib.Path(self.folder.name, name)
        if not path.exists():
            raise SystemExit(f"{value}: {''.join(said)}")
        pixels = np.asarray(Image.open(path))
        path.unlink()
        return pixels > 0

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.folder.cleanup()


def dice(a, b):
    total = a.sum() + b.sum()
    return float(2 * (a & b).sum() / total) if total else 1.0


def target(mask, truth):
    """Row, column and radius of the next click, and whether opacity is missing there; None for a perfect mask."""
    labels, count = ndi.label(mask ^ truth, np.ones((3, 3)))
    if not count:
        return None
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    depth = ndi.distance_transform_edt(np.pad(labels == sizes.argmax(), 1))[1:-1, 1:-1]
    row, column = np.unravel_index(depth.argmax(), depth.shape)
    return int(row), int(column), float(depth[row, column]), bool(truth[row, column])


def curve(step, mask, truth, clicks):
    values = [dice(mask, truth)]
    for _ in range(clicks):
        found = target(mask, truth)
        if found:
            mask = step(mask, *found)
        values.append(dice(mask, truth))
    return values


def brush(lungs):
    def step(mask, row, column, radius, missing):
        y, x = np.ogrid[: mask.shape[0], : mask.shape[1]]
        disk = ((y - row) ** 2 + (x - column) ** 2 < radius * radius) & lungs
        return mask | disk if missing else mask & ~disk

    return step


def clicked(session, seconds):
    def step(mask, row, column, radius, missing):
        took, _ = session.run(f'now := now | {"include" if missing else "exclude"} at="{row},{column}"')
        seconds.append(took)
        return session.image("now.opacity")

    return step


def main():
    parser = argparse.ArgumentParser(usage=__doc__.splitlines()[2])
    parser.add_argument("segsh")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--starts", default="empty,model")
    parser.add_argument("--clicks", type=int, default=20)
    options = parser.parse_args()
    models = dict(text.split("=", 1) for text in options.models)
    rows = [row for row in csv.DictReader((options.data / "cases.csv").open()) if row["set"] == "opacity" and row["fold"] in models]
    curves, seconds = {}, []
    for row in rows:
        session = Session(options.segsh)
        image = (options.data / "opacity/images" / row["file"]).resolve()
        model = pathlib.Path(models[row["fold"]]).resolve()
        session.run(f'seg = load "{image}" | segment model="{model}"')
        lungs = session.image("seg.lungs")
        truth = (np.asarray(Image.open(options.data / "opacity/opacity" / row["file"])) > 0) & lungs
        if truth.sum() >= 0.005 * lungs.sum():
            for start in options.starts.split(","):
                height, width = lungs.shape
                session.run("now = seg" + (f" | exclude rectangle [[0, 0], [{height}, {width}]]" if start == "empty" else ""))
                mask = session.image("now.opacity")
                for way, step in (("clicks", clicked(session, seconds)), ("brush", brush(lungs))):
                    curves.setdefault(f"{start}, {way}", []).append(curve(step, mask, truth, options.clicks))
        session.close()
        print(row["file"], {name: [round(value, 3) for value in lists[-1][:6]] for name, lists in curves.items()}, flush=True)
    for name, lists in curves.items():
        values = np.array(lists)
        reached = [int((line >= 0.85).argmax()) if (line >= 0.85).any() else options.clicks + 1 for line in values]
        print(json.dumps({
            "start, way": name, "cases": len(values), "mean Dice": [round(value, 3) for value in values.mean(0).tolist()],
            "median clicks to 0.85": float(np.median(reached)), "not reached": int(sum(count > options.clicks for count in reached)),
        }))
    milliseconds = 1000 * np.array(seconds)
    print(f"{len(seconds)} clicks: median {np.median(milliseconds):.0f} ms, 95th percentile {np.percentile(milliseconds, 95):.0f} ms")


main()
