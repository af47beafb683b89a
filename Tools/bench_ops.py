"""Time of operations on pictures in segsh beside OpenCV and scikit-image / SciPy, in one sitting.

The peers' times come from a script outside the repository, whose rows are named below; without it segsh's own times stand alone. A ratio is OpenCV's
time by segsh's: above 1, segsh is faster. Only a sitting on a machine that does nothing else counts.
"""
import argparse
import pathlib
import re
import subprocess
import sys

from bench_rows import rows

ROWS = {
    "gaussian sigma=3 u8": "gaussian-3", "gaussian sigma=20 f32": "gaussian-20", "median 7x7 u8": "median-7", "bilateral d=9": "bilateral-9",
    "clahe 8x8 tiles": "clahe", "histogram equalize": "equalize", "otsu threshold": "threshold-otsu",
    "adaptive mean threshold 51": "threshold-local-51", "open disk r=3 gray u8": "open-gray-disk-3",
    "open disk r=15 gray u8": "open-gray-disk-15", "open square 31 gray u8": "open-gray-square-15", "open disk r=3 mask": "open-disk-3",
    "open disk r=15 mask": "open-disk-15", "fill holes mask": "fill-holes", "connected components 8": "components",
    "distance transform exact": "distance-transform", "sobel magnitude": "sobel", "canny": "canny", "rotate 7 deg bilinear u8": "rotate-7",
    "resize to 512 area u8": "resize-512", "contours": "contours", "png decode": "png-decode", "png encode level 3": "png-encode",
    "jpeg decode": "jpeg-decode",
}


def own(arguments):
    """Median milliseconds by name."""
    found = rows(arguments.segsh, ROWS.values(), arguments.size, arguments.threads)
    return {row["name"]: row["median_s"] * 1e3 for row in found}


def peers(arguments):
    """(OpenCV's, scikit-image's) milliseconds by row, None where a library lacks the row."""
    command = [sys.executable, str(arguments.peers), "--size", str(arguments.size), "--threads", str(arguments.threads)]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    number = lambda word: None if word == "-" else float(word)
    found = {}
    for line in text.splitlines():
        match = re.fullmatch(r"(.+?)\s{2,}(-|[\d.]+)\s+(-|[\d.]+)\s*", line) or re.fullmatch(r"(.{28})\s*(-|[\d.]+)\s+(-|[\d.]+)\s*", line)
        if match: found[match[1].strip().replace("equalise", "equalize")] = (number(match[2]), number(match[3]))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segsh", required=True)
    parser.add_argument("--peers", type=pathlib.Path, required=True)
    parser.add_argument("--size", type=int, default=2048)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    if not arguments.peers.exists():
        print(f"{arguments.peers} is missing: it times OpenCV and scikit-image, so segsh's times stand alone")
        for name, time in own(arguments).items(): print(f"{name:<28}{time:>12.2f} ms")
        return
    theirs = peers(arguments)
    ours = own(arguments)
    print(f"{'operation':<28}{'OpenCV':>10}{'skimage':>10}{'segsh':>10}{'ratio':>8}   (ms, {arguments.size}x{arguments.size}, {arguments.threads} threads)")
    ratios = {}
    for row, name in ROWS.items():
        opencv, skimage = theirs.get(row, (None, None))
        show = lambda value: "-" if value is None else f"{value:.2f}"
        if opencv is not None: ratios[row] = opencv / ours[name]
        print(f"{row:<28}{show(opencv):>10}{show(skimage):>10}{ours[name]:>10.2f}{show(ratios.get(row)):>8}")
    missing = [row for row in theirs if row not in ROWS]
    if missing: print("not compared, since segsh has no such row:", ", ".join(missing))
    worst = min(ratios, key=ratios.get)
    print(f"worst ratio {ratios[worst]:.2f} ({worst})")


if __name__ == "__main__": main()
