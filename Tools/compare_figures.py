"""The figures of compare_ops: numbers that segsh prints, the columns of its region table and the moves that registration finds."""
import pathlib
import sys
from typing import Callable, NamedTuple

import numpy as np
import SimpleITK as sitk
from scipy import ndimage as ndi
from skimage import feature, measure, metrics, registration

from compare_cases import CROSS

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "fixtures"))
from references import chest_widths, mirrored_dice


class Figure(NamedTuple):
    """`expression` is what segsh prints; the tolerance is relative to what `call` gives, for numbers below 1 absolute."""
    name: str
    expression: str
    reference: str
    call: Callable
    tolerance: float = 1e-9


FIGURES = []


def figure(*arguments): FIGURES.append(Figure(*arguments))


def haralick(c, name):
    low, high = c.f.min(), c.f.max()
    levels = np.minimum(31, ((c.f - low) / max(high - low, 1e-9) * 32).astype(int)).astype(np.uint8)
    if min(c.x.shape) < 2: raise ValueError
    matrix = feature.graycomatrix(levels, [1], [0, np.pi / 4, np.pi / 2, 3 * np.pi / 4], 32, symmetric=True, normed=True)
    return feature.graycoprops(matrix, name).mean()


def overlap(c, name):
    if not (c.m.any() and c.k.any()): raise ValueError
    one, other = (sitk.GetImageFromArray(a.astype(np.uint8)) for a in (c.m, c.k))
    if name == "hausdorff": return surface(c)
    measure_ = sitk.LabelOverlapMeasuresImageFilter()
    measure_.Execute(other, one)
    return measure_.GetDiceCoefficient() if name == "dice" else measure_.GetJaccardCoefficient()


def surface(c):
    outline = lambda a: a & ~ndi.binary_erosion(a, CROSS)
    one, other = outline(c.m), outline(c.k)
    return max(ndi.distance_transform_edt(~other)[one].max(), ndi.distance_transform_edt(~one)[other].max())


for _name in ("contrast", "dissimilarity", "homogeneity", "energy", "correlation"):
    figure(f"texture {_name}", f"(x | texture).{_name}", "skimage graycoprops", lambda c, name=_name: haralick(c, name))
figure("compare dice", "(m | compare k).dice", "SimpleITK LabelOverlapMeasures", lambda c: overlap(c, "dice"))
figure("compare iou", "(m | compare k).iou", "SimpleITK LabelOverlapMeasures", lambda c: overlap(c, "iou"))
figure("compare hausdorff", "(m | compare k).hausdorff", "SciPy distance_transform_edt", lambda c: overlap(c, "hausdorff"))
figure("compare-images mse", "(y | compare-images x).mse", "skimage mean_squared_error", lambda c: metrics.mean_squared_error(c.x, c.y))
figure("compare-images ssim", "(y | compare-images x).ssim", "skimage structural_similarity", lambda c: similarity(c))
figure("mean", "x.mean", "NumPy", lambda c: c.f.mean())


def similarity(c):
    if min(c.x.shape) < 7: raise ValueError
    return metrics.structural_similarity(c.f, c.y.astype(float), data_range=255)


def chest(c, index):
    heart, thorax, row = chest_widths(c.g)
    # Lungs that give a smaller ratio are refused.
    if heart / thorax < 0.33: raise ValueError
    return (heart / thorax, heart, thorax, row)[index]


for _index, _name in enumerate(("ratio", "heart", "thorax", "thorax_row")):
    figure(f"cardiothoracic-ratio {_name}", f"(g | cardiothoracic-ratio).{_name}", "NumPy, borders of the lungs", lambda c, index=_index: chest(c, index))


def symmetry(c, name):
    right, left = c.g == 1, c.g == 2
    if not (right.any() and left.any()): raise ValueError
    ratio = lambda one, other: min(one, other) / max(one, other)
    height = lambda mask: np.ptp(np.flatnonzero(mask.any(1))) + 1
    dice, axis = mirrored_dice(right, left)
    return {"area_ratio": ratio(right.sum(), left.sum()), "height_ratio": ratio(height(right), height(left)), "dice": dice, "axis": axis,
            "mean_difference": c.f[right].mean() - c.f[left].mean()}[name]


for _name in ("area_ratio", "height_ratio", "dice", "axis", "mean_difference"):
    figure(f"lung-symmetry {_name}", f"(g | lung-symmetry image=x).{_name}", "NumPy, convolved rows", lambda c, name=_name: symmetry(c, name))


# Columns of the region table, by scikit-image's names.
COLUMNS = {"area": "area", "centroid_row": "centroid-0", "centroid_column": "centroid-1", "perimeter": "perimeter", "major_axis": "axis_major_length",
           "minor_axis": "axis_minor_length", "eccentricity": "eccentricity", "euler": "euler_number", "solidity": "solidity",
           "mean": "intensity_mean", "min": "intensity_min", "max": "intensity_max"}


def region_table(c):
    names = sorted({name.split("-")[0] for name in COLUMNS.values()})
    return measure.regionprops_table(c.l.astype(int), c.f, properties=names)


# What registration finds, in px: by model and kind, reference and tolerance.
MOVES = {
    (model, kind): (reference, tolerance) for model in ("translation", "rigid", "affine") for kind, reference, tolerance in (
        ("shift", "the known move", 0.25), ("turn", "the known turn, at the corners", 0.5), ("rest", "skimage phase_cross_correlation, each quarter", 0.25))
    if (model, kind) != ("translation", "turn")}


def misplaced(followup, move, found):
    """How far segsh's move (down, across, degrees) and the picture it gave lie from the known one, by kind."""
    down, across, degrees = move
    # The follow-up is moved back.
    shift = max(abs(down + followup.down), abs(across + followup.across))
    values = {"shift": shift}
    if followup.model != "translation": values["turn"] = abs(np.deg2rad(degrees + followup.degrees)) * np.hypot(*found.shape) / 2
    if followup.margin: values["rest"] = rest(followup, followup.exposed(found))
    return values


def rest(followup, found):
    """The greatest shift that remains in a quarter of the picture within the margin, so that what is enlarged or sheared wrongly shows."""
    inside = slice(followup.margin, -followup.margin)
    quarters = lambda image: [part for half in np.array_split(image[inside, inside], 2) for part in np.array_split(half, 2, 1)]
    faded = lambda part: (part - part.mean()) * np.outer(*map(np.hanning, part.shape))
    return max(
        abs(registration.phase_cross_correlation(faded(one), faded(other), upsample_factor=20, normalization=None)[0]).max()
        for one, other in zip(quarters(followup.prior.astype(float)), quarters(found)))
