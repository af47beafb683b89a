#!/usr/bin/env python3
"""Estimates the correlation of segsh's errors on X-rays of one patient, and the coverage of the intervals of a change.

    python3 Tools/change_coverage.py DATA MORE [SEGSH]

DATA and MORE are folders of X-rays with cases.csv (Docs/explanation/Training.md). Pairs are X-rays of one patient with drawn opacity, or clear ones, whose
change is 0. Docs/explanation/Severity.md states the results for the shipped model. Needs NumPy and OpenCV.
"""
import csv
import itertools
import pathlib
import subprocess
import sys
import tempfile

import cv2
import numpy as np

DATA, MORE = (pathlib.Path(argument) for argument in sys.argv[1:3])
SEGSH = sys.argv[3] if len(sys.argv) > 3 else "segsh"


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def severities(folder):
    """The severity of every image of a folder by file name, as segsh measures it."""
    with tempfile.TemporaryDirectory() as scratch:
        table = pathlib.Path(scratch) / "table.csv"
        line = f'load-cases "{folder}/*" | each {{ it | segment | severity }} | save "{table}" recipe=none names=true'
        subprocess.run([SEGSH, "-c", line], check=True, stderr=subprocess.DEVNULL)
        return {row["case"]: row for row in rows(table)}


def cases(folder, kind, truth, name):
    """Patient, error and half-width of each image; the half-width is that of the side that is not cut off at 0 or 100 %."""
    found = severities(folder / kind / "images")
    result = []
    for row in rows(folder / "cases.csv"):
        if row["set"] != kind or not found.get(row["file"], {}).get(name):
            continue
        value, low, high = (float(found[row["file"]][column]) for column in (name, f"{name}.low", f"{name}.high"))
        result.append((row["patient"], value - truth(row["file"]), max(high - value, value - low)))
    return result


def drawn(file):
    lungs, opacity = (cv2.imread(str(DATA / "opacity" / part / file), cv2.IMREAD_UNCHANGED) for part in ("lungs", "opacity"))
    return 100 * ((opacity > 0) & (lungs > 0)).sum() / max(1, (lungs > 0).sum())


def report(title, cases):
    patients = {}
    for patient, error, half in cases:
        patients.setdefault(patient, []).append((error, half))
    groups = [np.array([[*a, *b] for a, b in itertools.combinations(items, 2)]) for items in patients.values() if len(items) > 1]
    pairs = np.concatenate(groups)

    def correlation(pairs):
        first, second = pairs[:, 0] / pairs[:, 1], pairs[:, 2] / pairs[:, 3]
        total = (first**2).sum() + (second**2).sum()
        return 2 * (first * second).sum() / total if total > 0 else np.nan

    generator = np.random.default_rng(0)
    draws = [correlation(np.concatenate([groups[i] for i in generator.integers(0, len(groups), len(groups))])) for _ in range(4000)]
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    error = np.mean([abs(case[1]) for case in cases])
    print(f"{title}: {len(pairs)} pairs of {len(groups)} patients, mean absolute error {error:.2f} of one value")
    print(f"  correlation {correlation(pairs):.2f} (95 % CI {low:.2f} to {high:.2f})")
    for r in (0, 0.3, 0.6):
        half = np.sqrt(pairs[:, 1] ** 2 + pairs[:, 3] ** 2 - 2 * r * pairs[:, 1] * pairs[:, 3])
        inside = [int((factor * np.abs(pairs[:, 2] - pairs[:, 0]) <= half).sum()) for factor in (1, 1.5, 2)]
        print(f"  r {r}: mean width {2 * half.mean():.1f}, inside with errors times 1, 1.5, 2: {inside} of {len(pairs)}")


report("drawn opacity", cases(DATA, "opacity", drawn, "percent"))
report("clear films", cases(MORE, "clear", lambda _: 0.0, "percent"))
