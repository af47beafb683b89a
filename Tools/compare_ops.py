"""Operations on pictures in segsh beside scikit-image, SciPy, OpenCV and SimpleITK: what they give, on the phantom, on odd sizes and on X-rays.

Every row (compare_rows.py) is an operation and the call that defines it. What gives whole numbers, a mask or labels has to agree in every pixel; what
gives fractions within the tolerance of the row, in units of intensity of a picture of 0 to 255 unless the row says otherwise; figures
(compare_figures.py) likewise. Definitions that no library has stand in fixtures/references.py. The script ends with status 1 where anything differs by
more, where segsh refuses a picture that is not tiny, and where a row was compared on no picture.
"""
import argparse
import csv
import pathlib
import re
import subprocess
import sys
import tempfile
import warnings

import cv2
import numpy as np

from compare_cases import cases
from compare_figures import COLUMNS, FIGURES, MOVES, misplaced, region_table
from compare_rows import ROWS


class Findings:
    """How often each comparison was made, the largest difference, and what went beyond the allowed."""

    def __init__(self): self.worst, self.failures = {}, []

    def note(self, key, value):
        count, greatest = self.worst.get(key, (0, 0.0))
        self.worst[key] = (count + 1, max(greatest, float(value)))


def script(case):
    lines = ["seglang 1"] + [f"{name} = load {name}.npy" for name in ("x", "y", "ranks")]
    lines += [f"{name} = load-mask {name}.npy" for name in "mk"] + [f"{name} = load-labels {name}.npy" for name in "lsg"]
    for index, row in enumerate(ROWS):
        stage = row.stage.replace("SEEDROW", str(case.seed[0])).replace("SEEDCOLUMN", str(case.seed[1]))
        line = f"{row.source} | {stage}" if row.source else stage
        lines.append(f"try {{ {line} | save o{index}.npy overwrite=true recipe=none }} catch e {{ print \"refused {index} {{e.message}}\" }}")
    for index, figure in enumerate(FIGURES):
        lines.append(f"try {{ v{index} = {figure.expression}; print \"figure {index} {{v{index}}}\" }} catch e {{ print \"none {index} {{e.message}}\" }}")
    lines.append("try { l | regions image=x | save regions.csv overwrite=true recipe=none } catch e { print \"no regions\" }")
    return "\n".join(lines) + "\n"


def run(arguments, case, findings):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for key in ("x", "y", "ranks", "l", "s", "g"): np.save(folder / f"{key}.npy", getattr(case, key))
        for key in "mk": np.save(folder / f"{key}.npy", getattr(case, key).astype(np.uint8) * 255)
        told = [line.split(maxsplit=2) for line in output(arguments, case, folder, script(case)).stdout.splitlines()]
        compare_rows(case, folder, {int(line[1]): line[2] for line in told if line[0] == "refused"}, findings)
        compare_figures(case, {int(line[1]): (line[0], line[2]) for line in told if line[0] in ("figure", "none")}, findings)
        compare_regions(case, folder, findings)
        compare_moves(arguments, case, folder, findings)


def output(arguments, case, folder, script):
    (folder / "ops.seg").write_text(script)
    done = subprocess.run([arguments.segsh, "run", "ops.seg"], cwd=folder, capture_output=True, text=True)
    if done.returncode: sys.exit(f"{case.name}: {done.stderr[-2000:]}")
    return done


def compare_rows(case, folder, refused, findings):
    for index, row in enumerate(ROWS):
        try: expected = np.asarray(row.call(case))
        except (ValueError, IndexError, cv2.error, ZeroDivisionError): continue
        if index in refused:
            # An operation may refuse a picture that holds nothing for it, and says so.
            if not case.isSmall: findings.failures.append(f"{row.stage}, {case.name}: {refused[index]}")
            continue
        found = np.load(folder / f"o{index}.npy").astype(np.float64)
        if expected.dtype == bool: expected = expected * 255.0
        if found.shape != expected.shape:
            findings.failures.append(f"{row.stage}, {case.name}: {found.shape} and not {expected.shape}")
            continue
        difference = np.abs(found - expected)
        beyond = difference > row.tolerance
        # The share of pixels that differ, where one is allowed.
        value = beyond.mean() if row.share else difference.max()
        findings.note(row, value)
        if value > row.allowed:
            findings.failures.append(f"{row.stage} of {row.source or 'x'}, {case.name}: {value:.4g}, allowed {row.allowed:.4g} ({beyond.sum()} pixels)")


def compare_figures(case, told, findings):
    for index, figure in enumerate(FIGURES):
        try: expected = float(figure.call(case))
        except (ValueError, ZeroDivisionError): continue
        kind, word = told[index]
        if kind == "none" or word == "nothing":
            if not case.isSmall: findings.failures.append(f"{figure.name}, {case.name}: {word} and not {expected}")
            continue
        value = abs(float(word) - expected) / max(1, abs(expected))
        findings.note(figure, value)
        if not value <= figure.tolerance: findings.failures.append(f"{figure.name}, {case.name}: {word} and not {expected}")


def compare_regions(case, folder, findings):
    if not case.l.any(): return
    table = region_table(case)
    rows = list(csv.DictReader(line for line in (folder / "regions.csv").read_text().splitlines() if not line.startswith("#")))
    for ours, theirs in COLUMNS.items():
        one, other = np.array([float(r[ours]) for r in rows]), np.asarray(table[theirs], float)
        # A point has no axes, and scikit-image's solidity of a hull without area is no number.
        sound = np.isfinite(other)
        value = (np.abs(one - other)[sound] / np.maximum(1, np.abs(other[sound]))).max(initial=0)
        findings.note(ours, value)
        if not value <= 1e-6: findings.failures.append(f"regions {ours}, {case.name}: {one} and not {other}")


def compare_moves(arguments, case, folder, findings):
    number = r"(-?[\d.]+)"
    for model, followup in case.followups.items():
        # Six numbers do not follow from a handful of pixels.
        if model == "affine" and not followup.margin: continue
        np.save(folder / "prior.npy", followup.prior)
        np.save(folder / "followup.npy", followup.picture)
        # A script each, since a note that was told already is not told again.
        stages = f"load followup.npy | register (load prior.npy) transform={model} | save found.npy overwrite=true recipe=none"
        told = output(arguments, case, folder, f"seglang 1\n{stages}\n").stderr
        move = re.search(f"moved {number} px down, {number} px across, turned {number} deg", told).groups()
        found = np.load(folder / "found.npy").astype(np.float64)
        for kind, value in misplaced(followup, tuple(map(float, move)), found).items():
            findings.note((model, kind), value)
            if not value <= MOVES[model, kind][1]: findings.failures.append(f"register transform={model}, {kind}, {case.name}: {value:.3g} px, {' '.join(move)}")


def report(findings):
    """Prints the table and gives how many comparisons it has."""
    kinds = {"x": "picture", "m": "mask", "l": "labels", "": "picture"}
    lines = [(row.stage, kinds[row.source], row.reference, row, row.allowed, row) for row in ROWS]
    lines += [(figure.name, "figure", figure.reference, figure, figure.tolerance, None) for figure in FIGURES]
    lines += [(f"regions {ours}", "figure", f"skimage regionprops {theirs}", ours, 1e-6, None) for ours, theirs in COLUMNS.items()]
    lines += [(f"register transform={model}, {kind}", "px", reference, (model, kind), tolerance, None) for (model, kind), (reference, tolerance) in MOVES.items()]
    print("| operation | of | reference | pictures | largest difference | allowed | |\n| --- | --- | --- | --- | --- | --- | --- |")
    for words, kind, reference, key, allowed, row in lines:
        if key not in findings.worst:
            findings.failures.append(f"{words}: compared on no picture")
            continue
        count, value = findings.worst[key]
        unit = (f" of pixels by more than {row.tolerance:.0e}" if row.tolerance else " of pixels") if row and row.share else ""
        words = (words[1:-1] if words.startswith("(") else words).replace("|", "\\|").replace(" row=SEEDROW column=SEEDCOLUMN", "")
        limit = ("exact" if not allowed else f"{allowed:.0e}" if allowed < 0.01 else f"{allowed:g}") + unit
        print(f"| {words} | {kind} | {reference} | {count} | {value:.2g}{unit} | {limit} | {'ok' if value <= allowed else 'MISS'} |")
    return len(lines)


def main():
    warnings.filterwarnings("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segsh", required=True)
    parser.add_argument("--data", type=pathlib.Path, help="a folder with X-rays in opacity/images; without it the phantom and odd sizes alone")
    parser.add_argument("--count", type=int, default=20, help="how many X-rays, the first by name")
    parser.add_argument("--longest", type=int, default=512, help="longer side to which pictures are reduced, since some references take minutes")
    arguments = parser.parse_args()
    arguments.segsh = str(pathlib.Path(arguments.segsh).resolve())
    findings, pictures = Findings(), 0
    for case in cases(arguments):
        pictures += 1
        print(f"{case.name}: {case.x.shape[1]}x{case.x.shape[0]}", file=sys.stderr, flush=True)
        run(arguments, case, findings)
    comparisons = report(findings)
    for failure in findings.failures: print(failure, file=sys.stderr)
    if findings.failures: sys.exit(1)
    print(f"\n{comparisons} comparisons on {pictures} pictures, all within what is allowed")


if __name__ == "__main__": main()
