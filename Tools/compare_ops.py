"""Operations on pictures in segsh beside scikit-image, SciPy, OpenCV and SimpleITK: what they give, on the phantom, on odd sizes and on X-rays.

Every row is an operation and the call that defines it. What gives whole numbers, a mask or labels has to agree in every pixel; what gives fractions
within the tolerance of the row, in units of intensity of a picture of 0 to 255 unless the row says otherwise. Definitions that no library has stand here
in NumPy. The script ends with status 1 where anything differs by more.
"""
import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

import cv2
import numpy as np
import SimpleITK as sitk
from PIL import Image
from scipy import ndimage as ndi
from skimage import exposure, feature, filters, measure, metrics, morphology, restoration, segmentation, transform

EIGHT = np.ones((3, 3), bool)
CROSS = ndi.generate_binary_structure(2, 1)
ROWS = []


def row(stage, reference, call, tolerance=0.0, source="x", share=0.0):
    """`stage` is what segsh does with the variable `source`; `share` is the part of the pixels that may differ by more where a result leaps at a level."""
    ROWS.append((stage, reference, call, tolerance, source, share))


class Case:
    """A picture x of bytes, another y, masks m and k, labels l: the same for segsh and for the references."""

    def __init__(self, name, x):
        self.name, self.x = name, x
        self.f = x.astype(np.float64)
        self.y = (255 * (x[::-1, ::-1] / 255.0) ** 0.7).astype(np.uint8)
        self.m = ndi.binary_opening(x > np.median(x), np.ones((2, 2)))
        self.k = ndi.binary_opening(self.y > np.median(self.y), np.ones((2, 2)))
        parts, count = ndi.label(self.m, EIGHT)
        areas = np.bincount(parts.ravel(), minlength=count + 1)
        areas[0] = 0
        large = np.argsort(-areas, kind="stable")[:4]
        keep = np.zeros(count + 1, np.uint8)
        for number, part in enumerate(sorted(p for p in large if areas[p]), 1): keep[part] = number
        self.l = keep[parts]
        lattice = np.zeros(x.shape, np.uint8)
        step = max(4, max(x.shape) // 12)
        lattice[step // 2::step, step // 2::step] = 1
        self.s = ndi.label(lattice)[0].astype(np.uint8)
        self.seed = (x.shape[0] // 2, x.shape[1] // 3)
        self.ranks = distinct(self.f)

    @property
    def isSmall(self): return min(self.x.shape) < 3


def distinct(image):
    """The picture smoothed, with no two pixels alike, so that no flood is settled by chance."""
    smooth = ndi.gaussian_filter(image, 3) + 1e-6 * np.arange(image.size).reshape(image.shape)
    return (smooth.ravel().argsort().argsort().reshape(image.shape) / 4.0).astype(np.float32)


# Intensity
row("invert", "NumPy", lambda c: 255 - c.x)
row("gamma 0.7", "skimage adjust_gamma", lambda c: exposure.adjust_gamma(c.f / 255, 0.7) * 255, 1e-3)
row("log-transform", "skimage adjust_log", lambda c: exposure.adjust_log(c.f / 255) * 255, 1e-3)
row("equalise", "skimage equalize_hist", lambda c: exposure.equalize_hist(c.x) * 255, 1e-3)
row("clahe", "OpenCV createCLAHE(2, (8, 8))", lambda c: cv2.createCLAHE(2, (8, 8)).apply(c.x))
row("match-histogram y", "skimage match_histograms", lambda c: exposure.match_histograms(c.f, c.y.astype(float)), 1e-3)
row("(x / 3 | match-histogram y)", "skimage match_histograms, fractions", lambda c: exposure.match_histograms(c.f / 3, c.y.astype(float)), 1e-3, "")
row("clip low=20 high=200", "NumPy clip", lambda c: np.clip(c.x, 20, 200))
row("rescale low=50 high=200", "skimage rescale_intensity", lambda c: exposure.rescale_intensity(c.f, (50, 200), (0, 255)), 1e-3)
row("stretch", "NumPy percentile; rescale_intensity", lambda c: stretched(c.f), 1e-3)
row("normalise", "skimage rescale_intensity", lambda c: (c.f - c.f.min()) / max(np.ptp(c.f), 1e-9), 1e-6)
row("normalise method=z-score", "NumPy mean, std", lambda c: (c.f - c.f.mean()) / (c.f.std() or 1), 1e-5)
row("local-normalise", "SciPy uniform_filter", lambda c: locally_normalised(c.f, 20), 2e-3)
row("(x * 0.5 + y)", "NumPy", lambda c: c.f * 0.5 + c.y, 1e-4, "")


def stretched(f):
    low, high = np.percentile(f, [1, 99])
    return np.where(f <= low, 0, np.where(f >= high, 255, (f - low) / max(high - low, 1e-9) * 255))


def locally_normalised(f, radius):
    mean = ndi.uniform_filter(f, 2 * radius + 1, mode="reflect")
    square = ndi.uniform_filter(f * f, 2 * radius + 1, mode="reflect")
    return (f - mean) / np.maximum(np.sqrt((square - mean * mean).clip(0)), 1)


# Filters
row("smooth sigma=2px", "SciPy gaussian_filter", lambda c: ndi.gaussian_filter(c.f, 2), 1e-3)
row("smooth sigma=20px", "SciPy gaussian_filter", lambda c: ndi.gaussian_filter(c.f, 20), 2e-3)
row("box-filter radius=3px", "SciPy uniform_filter", lambda c: ndi.uniform_filter(c.f, 7), 1e-4)
row("median-filter radius=2px", "SciPy median_filter", lambda c: ndi.median_filter(c.x, 5))
row("median-filter radius=7px", "OpenCV medianBlur on the mirrored picture", lambda c: median(c.x, 7))
row("bilateral-filter sigma=2px contrast=20", "NumPy, OpenCV's definition", lambda c: bilateral(c.f, 2, 20, 3), 2e-3)
row("guided-filter radius=4px contrast=12", "SciPy uniform_filter", lambda c: guided(c.f, 4, 12), 2e-3)
row("diffuse steps=4 contrast=15", "NumPy, Perona and Malik", lambda c: diffused(c.f, 15, 4, 0.2), 1e-3)
row("difference-of-gaussians", "skimage difference_of_gaussians", lambda c: filters.difference_of_gaussians(c.f, 1, 2, mode="reflect"), 1e-3)
row("laplacian-of-gaussian", "SciPy gaussian_laplace", lambda c: ndi.gaussian_laplace(c.f, 2), 1e-3)
row("unsharp-mask", "skimage unsharp_mask", lambda c: np.clip(2 * c.f - ndi.gaussian_filter(c.f, 2), 0, 255), 2e-3)
for _kind in ("sobel", "scharr", "prewitt"):
    row(f"gradient method={_kind}", f"skimage {_kind}", lambda c, kind=_kind: getattr(filters, kind)(c.f), 1e-3)
row("canny", "skimage canny(mode=reflect)", lambda c: feature.canny(ndi.gaussian_filter(c.f, 1), 0, 25, 50, mode="reflect"), share=1e-4)
row("local-binary-pattern", "skimage local_binary_pattern", lambda c: feature.local_binary_pattern(c.x, 8, 1, "uniform"))
row("vesselness percentile=100", "skimage frangi", lambda c: filters.frangi(c.f, sigmas=[2], black_ridges=False), 2e-3, share=1e-4)
row("(x - (x | subtract-background radius=9px))", "skimage rolling_ball", lambda c: restoration.rolling_ball(c.f, radius=9), 1e-3, "")
row("suppress-ribs thickness=5px", "skimage opening; gaussian_filter", lambda c: without_ribs(c.f), 2e-3)


def median(x, radius):
    return cv2.medianBlur(np.pad(x, radius, mode="symmetric"), 2 * radius + 1)[radius:-radius, radius:-radius]


def bilateral(f, sigma, contrast, radius):
    padded = np.pad(f, radius, mode="reflect")
    total, weights = np.zeros_like(f), np.zeros_like(f)
    for y in range(-radius, radius + 1):
        for x in range(-radius, radius + 1):
            if y * y + x * x > radius * radius: continue
            other = padded[radius + y:radius + y + f.shape[0], radius + x:radius + x + f.shape[1]]
            w = np.exp(-(y * y + x * x) / (2 * sigma**2) - (other - f) ** 2 / (2 * contrast**2))
            total += w * other
            weights += w
    return total / weights


def guided(f, radius, deviation):
    mean = lambda a: ndi.uniform_filter(a, 2 * radius + 1, mode="reflect")
    m = mean(f)
    a = (mean(f * f) - m * m).clip(0)
    a = a / (a + deviation**2)
    return mean(a) * f + mean((1 - a) * m)


def diffused(f, kappa, steps, rate):
    for _ in range(steps):
        p = np.pad(f, 1, mode="edge")
        f = f + rate * sum((o - f) * np.exp(-((o - f) / kappa) ** 2) for o in (p[:-2, 1:-1], p[2:, 1:-1], p[1:-1, :-2], p[1:-1, 2:]))
    return f


def without_ribs(f):
    bands = f - morphology.opening(f, np.ones((7, 1), np.uint8), mode="ignore")
    return f - ndi.gaussian_filter(bands, 3)


# Geometry
row("flip horizontal", "NumPy fliplr", lambda c: np.fliplr(c.x))
row("flip vertical", "NumPy flipud", lambda c: np.flipud(c.x))
row("flip horizontal", "NumPy fliplr", lambda c: np.fliplr(c.m), source="m")
row("rotate 90deg expand=true", "NumPy rot90", lambda c: np.rot90(c.x))
row("rotate 270deg expand=true", "NumPy rot90", lambda c: np.rot90(c.l, 3), source="l")
row("rotate 7deg", "skimage rotate(order=1)", lambda c: transform.rotate(c.f, 7, order=1, preserve_range=True, clip=False), 3e-3)
row("affine scale=1.1 angle=3deg shear=2deg", "skimage warp(order=1)", lambda c: affine(c.f), 3e-3)
row("translate down=3px across=5px", "SciPy shift(order=0)", lambda c: ndi.shift(c.x, (3, 5), order=0))
row("translate down=-3px across=2px", "SciPy shift(order=0)", lambda c: ndi.shift(c.l, (-3, 2), order=0), source="l")
for _rule, _mode in (("black", "constant"), ("edge", "edge"), ("symmetric", "symmetric")):
    row(f"pad 3px rule={_rule}", f"NumPy pad({_mode})", lambda c, mode=_mode: np.pad(c.x, 3, mode=mode))
row("pad 3px rule=edge", "NumPy pad(edge)", lambda c: np.pad(c.m, 3, mode="edge"), source="m")
row("resize width=37px height=29px method=area", "OpenCV resize(INTER_AREA)", lambda c: shrunk(c), 2e-3)
row("resize width=37px height=29px method=nearest", "OpenCV resize(INTER_NEAREST_EXACT)", lambda c: cv2.resize(c.l, (37, 29), interpolation=cv2.INTER_NEAREST_EXACT), source="l")


def affine(f):
    height, width = f.shape
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    # Enlarged, sheared, turned counter-clockwise, in coordinates (column, row) with rows downwards.
    a, s = np.deg2rad(3), np.tan(np.deg2rad(2))
    turn = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    forward = turn @ np.array([[1, s], [0, 1]]) * 1.1
    back = np.linalg.inv(forward)
    matrix = np.eye(3)
    matrix[:2, :2], matrix[:2, 2] = back, middle - back @ middle
    return transform.warp(f, matrix, order=1, mode="constant", cval=0, preserve_range=True, clip=False)


def shrunk(c):
    # Where the picture grows, INTER_AREA is another filter.
    if c.x.shape[1] < 37 or c.x.shape[0] < 29: raise ValueError
    return cv2.resize(c.f, (37, 29), interpolation=cv2.INTER_AREA)


# Thresholds
for _name in ("otsu", "li", "yen", "triangle", "isodata", "mean"):
    row(f"threshold {_name}", f"skimage threshold_{_name}", lambda c, name=_name: c.x > getattr(filters, "threshold_" + name)(c.x))
row("threshold p60", "NumPy percentile", lambda c: c.x > np.percentile(c.x, 60))
row("threshold minimum-error", "NumPy, Kittler and Illingworth", lambda c: c.x > kittler(c.x))
row("threshold maximum-entropy", "NumPy, Kapur", lambda c: c.x > kapur(c.x))
# scikit-image's threshold_multiotsu sums in single precision, so that of two nearly equal pairs it may take the lesser.
row("threshold-multi classes=3", "NumPy, Otsu's criterion of all pairs", lambda c: np.digitize(c.x, multi_otsu(c.x), right=True))
row("threshold-hysteresis low=120 high=160", "skimage apply_hysteresis_threshold", lambda c: filters.apply_hysteresis_threshold(c.f, 120, 160))
row("threshold-local method=mean radius=12px", "NumPy, whole sums", lambda c: c.x > mean_of_whole(c.x, 12))
row("threshold-local method=median radius=6px", "skimage threshold_local", lambda c: c.f > filters.threshold_local(c.f, 13, "median"))
row("threshold-local method=niblack radius=12px", "skimage threshold_niblack", lambda c: c.f > filters.threshold_niblack(c.f, 25, k=0.2), share=1e-4)
row("threshold-local method=sauvola radius=12px", "skimage threshold_sauvola", lambda c: c.f > filters.threshold_sauvola(c.f, 25, k=0.2, r=127.5), share=1e-4)


def mean_of_whole(x, radius):
    """The mean from sums that are exact, which a convolution with 1/625 is not: of equal pixels it may be above or below them."""
    side = 2 * radius + 1
    total = np.pad(np.pad(x, radius, mode="symmetric").astype(np.int64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    return (total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]) / side**2


def multi_otsu(x):
    counts = np.bincount(x.ravel(), minlength=256).astype(float)
    n, total = np.cumsum(counts), np.cumsum(counts * np.arange(256))
    used = np.flatnonzero(counts)
    if used.size < 3: raise ValueError
    term = lambda count, sum_: np.where(count > 0, sum_**2 / np.maximum(count, 1), -np.inf)
    low, high = np.meshgrid(used[:-1], used[:-1], indexing="ij")
    value = term(n[low], total[low]) + term(n[high] - n[low], total[high] - total[low]) + term(n[-1] - n[high], total[-1] - total[high])
    value[low >= high] = -np.inf
    best = np.unravel_index(value.argmax(), value.shape)
    return used[best[0]], used[best[1]]


def kittler(x):
    values, counts = np.arange(x.min(), x.max() + 1.0), np.bincount(x.ravel() - x.min()).astype(float)
    best = (np.inf, float(x.min()))
    for t in range(len(values) - 1):
        total = 0
        for part in (slice(0, t + 1), slice(t + 1, None)):
            p = counts[part].sum() / counts.sum()
            mean = np.average(values[part], weights=counts[part])
            total += p * (np.log(np.average((values[part] - mean) ** 2, weights=counts[part]) + 1 / 12) / 2 - np.log(p))
        if total < best[0]: best = (total, values[t])
    return best[1]


def kapur(x):
    values, p = np.arange(x.min(), x.max() + 1.0), np.bincount(x.ravel() - x.min()) / x.size
    best = (-np.inf, float(x.min()))
    for t in range(len(values) - 1):
        total = 0
        for q in (p[:t + 1], p[t + 1:]):
            q = q[q > 0] / q.sum()
            total -= (q * np.log(q)).sum()
        if total > best[0] + 1e-12: best = (total, values[t])
    return best[1]


# Morphology
SHAPES = [("radius=3px", morphology.disk(3), "disk(3)"), ("radius=7px", morphology.disk(7), "disk(7)"),
          ("radius=5px shape=square", np.ones((11, 11), np.uint8), "11 × 11"), ("radius=4px shape=diamond", morphology.diamond(4), "diamond(4)")]
for _verb, _kind in (("erode", "erosion"), ("dilate", "dilation"), ("open", "opening"), ("close", "closing")):
    for _options, _footprint, _words in SHAPES:
        for _source in "mx":
            if _source == "x" and _words == "diamond(4)": continue
            row(f"morph-{_verb} {_options}", f"skimage {_kind}({_words})",
                lambda c, kind=_kind, footprint=_footprint, source=_source: getattr(morphology, kind)(getattr(c, source), footprint, mode="ignore"), source=_source)
    row(f"morph-{_verb} radius=2px", f"skimage {_kind}, each label", lambda c, kind=_kind: each_label(c.l, kind), source="l")
row("morph-gradient radius=3px", "skimage dilation - erosion", lambda c: morphology.dilation(c.x, morphology.disk(3), mode="ignore") - morphology.erosion(c.x, morphology.disk(3), mode="ignore"))
row("top-hat radius=3px", "skimage white_tophat", lambda c: c.x - morphology.opening(c.x, morphology.disk(3), mode="ignore"))
row("black-hat radius=3px", "skimage black_tophat", lambda c: morphology.closing(c.x, morphology.disk(3), mode="ignore") - c.x)
row("reconstruct (x - 30)", "skimage reconstruction", lambda c: morphology.reconstruction(c.f - 30, c.f))
row("reconstruct (m | morph-erode radius=3px)", "skimage reconstruction", lambda c: morphology.reconstruction(morphology.erosion(c.m, morphology.disk(3), mode="ignore"), c.m, footprint=EIGHT) > 0, source="m")
row("peaks height=20", "skimage reconstruction, h-maxima", lambda c: c.f - morphology.reconstruction(c.f - 20, c.f) >= 20)
row("area-open 40px", "skimage area_opening", lambda c: morphology.area_opening(c.x, 40, connectivity=2))
row("area-open 40px", "skimage remove_small_objects", lambda c: large(c.m, 40), source="m")
row("remove-small 40px", "skimage remove_small_objects", lambda c: large(c.m, 40), source="m")
row("keep-largest", "SciPy label", lambda c: largest(c.m), source="m")
row("fill-holes", "SciPy binary_fill_holes", lambda c: ndi.binary_fill_holes(c.m), source="m")
row("clear-border", "skimage clear_border", lambda c: segmentation.clear_border(c.m), source="m")
row("components", "SciPy label", lambda c: ndi.label(c.m, EIGHT)[0], source="m")
row("components", "SimpleITK ConnectedComponent", lambda c: sitk.GetArrayFromImage(sitk.ConnectedComponent(sitk.GetImageFromArray(c.m.astype(np.uint8)), True)), source="m")
row("contour", "SciPy binary_erosion", lambda c: c.m & ~ndi.binary_erosion(c.m, CROSS, border_value=1), source="m")
row("convex-hull", "skimage convex_hull_image", lambda c: morphology.convex_hull_image(c.m) if c.m.any() else c.m, source="m")
row("skeletonise", "skimage thin", lambda c: morphology.thin(c.m), source="m")
row('hit-or-miss ".1. 011 00."', "SciPy binary_hit_or_miss", lambda c: ndi.binary_hit_or_miss(c.m, [[0, 1, 0], [0, 1, 1], [0, 0, 0]], [[0, 0, 0], [1, 0, 0], [1, 1, 0]]), source="m")
row("distance", "SciPy distance_transform_edt", lambda c: distances(c.m), 1e-4, "m")
row("invert", "NumPy", lambda c: ~c.m, source="m")
row("(m and k)", "NumPy", lambda c: c.m & c.k, source="")
row("(m xor k)", "NumPy", lambda c: c.m ^ c.k, source="")


def each_label(labels, kind):
    changed = labels.copy()
    for number in range(1, labels.max() + 1):
        own = getattr(morphology, kind)(labels == number, morphology.disk(2), mode="ignore")
        changed[(labels == number) & ~own] = 0
        changed[own & (labels == 0) & (changed == 0)] = number
    return changed


def large(m, area):
    parts, count = ndi.label(m, EIGHT)
    keep = np.bincount(parts.ravel(), minlength=count + 1) >= area
    keep[0] = False
    return keep[parts]


def largest(m):
    parts, count = ndi.label(m, EIGHT)
    areas = np.bincount(parts.ravel(), minlength=count + 1)
    areas[0] = 0
    return parts == areas.argmax() if count else m


def distances(m):
    if m.all(): raise ValueError
    return ndi.distance_transform_edt(m)


# Regions
row("(ranks | watershed markers=s)", "skimage watershed", lambda c: segmentation.watershed(c.ranks, c.s) if c.s.any() else c.s, source="")
row("grow row=SEEDROW column=SEEDCOLUMN tolerance=25", "skimage flood", lambda c: segmentation.flood(c.f, c.seed, tolerance=25))
row("active-contour m steps=6 sigma=2px evenness=0.5", "skimage morphological_geodesic_active_contour", lambda c: contour(c), share=1e-4)

# Figures: name, expression of the record, reference, tolerance.
FIGURES = []


def contour(c):
    if c.isSmall: raise ValueError
    edges = segmentation.inverse_gaussian_gradient(c.f / 255, alpha=100, sigma=2)
    return segmentation.morphological_geodesic_active_contour(edges, 6, c.m.astype(np.int8), smoothing=1, threshold=0.5, balloon=0) > 0


def figure(name, expression, reference, call, tolerance=1e-9): FIGURES.append((name, expression, reference, call, tolerance))


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
figure("compare-pictures mse", "(y | compare-pictures x).mse", "skimage mean_squared_error", lambda c: metrics.mean_squared_error(c.x, c.y))
figure("compare-pictures ssim", "(y | compare-pictures x).ssim", "skimage structural_similarity", lambda c: similarity(c))
figure("mean", "x.mean", "NumPy", lambda c: c.f.mean())


def similarity(c):
    if min(c.x.shape) < 7: raise ValueError
    return metrics.structural_similarity(c.f, c.y.astype(float), data_range=255)


# Columns of the region table, by scikit-image's names.
COLUMNS = {"area": "area", "centroid_row": "centroid-0", "centroid_column": "centroid-1", "perimeter": "perimeter", "major_axis": "axis_major_length",
           "minor_axis": "axis_minor_length", "eccentricity": "eccentricity", "euler": "euler_number", "solidity": "solidity",
           "mean": "intensity_mean", "min": "intensity_min", "max": "intensity_max"}


def region_table(c):
    names = sorted({name.split("-")[0] for name in COLUMNS.values()})
    return measure.regionprops_table(c.l.astype(int), c.f, properties=names)


def script(case):
    lines = ["seglang 1"] + [f"{name} = load {name}.npy" for name in ("x", "y", "ranks")]
    lines += [f"{name} = load-mask {name}.npy" for name in "mk"] + [f"{name} = load-labels {name}.npy" for name in "ls"]
    for index, (stage, _, _, _, source, _) in enumerate(ROWS):
        stage = stage.replace("SEEDROW", str(case.seed[0])).replace("SEEDCOLUMN", str(case.seed[1]))
        line = f"{source} | {stage}" if source else stage
        lines.append(f"try {{ {line} | save o{index}.npy overwrite=true recipe=none }} catch e {{ print \"refused {index} {{e.message}}\" }}")
    for index, (_, expression, _, _, _) in enumerate(FIGURES):
        lines.append(f"try {{ v{index} = {expression}; print \"figure {index} {{v{index}}}\" }} catch e {{ print \"none {index}\" }}")
    lines.append("try { l | regions image=x | save regions.csv overwrite=true recipe=none } catch e { print \"no regions\" }")
    return "\n".join(lines) + "\n"


def run(arguments, case, worst, failures):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for key in ("x", "y", "ranks", "l", "s"): np.save(folder / f"{key}.npy", getattr(case, key))
        for key in "mk": np.save(folder / f"{key}.npy", getattr(case, key).astype(np.uint8) * 255)
        (folder / "ops.seg").write_text(script(case))
        done = subprocess.run([arguments.segsh, "run", "ops.seg"], cwd=folder, capture_output=True, text=True)
        if done.returncode: sys.exit(f"{case.name}: {done.stderr[-2000:]}")
        told = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
        refused = {int(line[1]): line[2] for line in told if line[0] == "refused"}
        figures = {int(line[1]): float(line[2]) for line in told if line[0] == "figure" and line[2] != "nothing"}
        for index, (_, _, call, tolerance, source, share) in enumerate(ROWS):
            try: expected = np.asarray(call(case))
            except (ValueError, IndexError, cv2.error, ZeroDivisionError): continue
            if index in refused:
                # An operation may refuse a picture that holds nothing for it, and says so.
                if not case.isSmall: failures.append(f"{ROWS[index][0]}, {case.name}: {refused[index]}")
                continue
            found = np.load(folder / f"o{index}.npy").astype(np.float64)
            if expected.dtype == bool: expected = expected * 255.0
            if found.shape != expected.shape:
                failures.append(f"{ROWS[index][0]}, {case.name}: {found.shape} and not {expected.shape}")
                continue
            difference = np.abs(found - expected)
            # The share of pixels that differ, where one is allowed.
            value = (difference > tolerance).mean() if share else difference.max()
            limit = share or tolerance
            note(worst, ("row", index), value)
            if value > limit:
                failures.append(f"{ROWS[index][0]} of {source or 'x'}, {case.name}: {value:.4g}, allowed {limit:.4g} ({(difference > tolerance).sum()} pixels)")
        for index, (name, _, _, call, tolerance) in enumerate(FIGURES):
            if index not in figures: continue
            try: expected = float(call(case))
            except (ValueError, ZeroDivisionError): continue
            value = abs(figures[index] - expected) / max(1, abs(expected))
            note(worst, ("figure", index), value)
            if value > tolerance: failures.append(f"{name}, {case.name}: {figures[index]} and not {expected}")
        if case.l.any():
            table = region_table(case)
            rows = list(csv.DictReader(line for line in (folder / "regions.csv").read_text().splitlines() if not line.startswith("#")))
            for ours, theirs in COLUMNS.items():
                one, other = np.array([float(r[ours]) for r in rows]), np.asarray(table[theirs], float)
                # A point has no axes, and scikit-image's solidity of a hull without area is no number.
                sound = np.isfinite(other)
                value = (np.abs(one - other)[sound] / np.maximum(1, np.abs(other[sound]))).max(initial=0)
                note(worst, ("column", ours), value)
                if value > 1e-6: failures.append(f"regions {ours}, {case.name}: {one} and not {other}")


def note(worst, key, value):
    count, greatest = worst.get(key, (0, 0.0))
    worst[key] = (count + 1, max(greatest, float(value)))


def cases(arguments):
    with tempfile.TemporaryDirectory() as name:
        subprocess.run([arguments.segsh, "phantom", f"{name}/p.png", "--seed", "1"], check=True, capture_output=True)
        yield Case("phantom", fitted(Image.open(f"{name}/p.png"), arguments.longest))
    rng = np.random.default_rng(5)
    field = lambda height, width: np.clip(120 + 70 * np.sin(np.arange(width) / 5) * np.cos(np.arange(height) / 7)[:, None] + rng.normal(0, 12, (height, width)), 0, 255).astype(np.uint8)
    for height, width in ((1, 1), (1, 41), (67, 1), (2, 3), (47, 65), (128, 63)): yield Case(f"{height} rows of {width}", field(height, width))
    if arguments.data:
        files = sorted((arguments.data / "opacity" / "images").glob("*.png"))[:arguments.count]
        if not files: sys.exit("there are no pictures in opacity/images of the folder given")
        for index, file in enumerate(files, 1): yield Case(f"X-ray {index}", fitted(Image.open(file), arguments.longest))


def fitted(image, longest):
    image = image.convert("L")
    factor = min(1, longest / max(image.size))
    return np.asarray(image.resize([max(1, round(side * factor)) for side in image.size], Image.BOX) if factor < 1 else image)


def main():
    warnings.filterwarnings("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segsh", required=True)
    parser.add_argument("--data", type=pathlib.Path, help="a folder with X-rays in opacity/images; without it the phantom and odd sizes alone")
    parser.add_argument("--count", type=int, default=20, help="how many X-rays, the first by name")
    parser.add_argument("--longest", type=int, default=512, help="longer side to which pictures are reduced, since some references take minutes")
    arguments = parser.parse_args()
    arguments.segsh = str(pathlib.Path(arguments.segsh).resolve())
    worst, failures, names = {}, [], []
    for case in cases(arguments):
        names.append(case.name)
        print(f"{case.name}: {case.x.shape[1]}x{case.x.shape[0]}", file=sys.stderr, flush=True)
        run(arguments, case, worst, failures)
    print("| operation | of | reference | pictures | largest difference | allowed | |\n| --- | --- | --- | --- | --- | --- | --- |")
    kinds = {"x": "picture", "m": "mask", "l": "labels", "": "picture"}
    lines = [(stage, kinds[source], reference, worst.get(("row", i)), share or tolerance, (share, tolerance))
             for i, (stage, reference, _, tolerance, source, share) in enumerate(ROWS)]
    lines += [(name, "figure", reference, worst.get(("figure", i)), tolerance, (0, 0)) for i, (name, _, reference, _, tolerance) in enumerate(FIGURES)]
    lines += [(f"regions {ours}", "figure", f"skimage regionprops {theirs}", worst.get(("column", ours)), 1e-6, (0, 0)) for ours, theirs in COLUMNS.items()]
    for stage, kind, reference, found, allowed, (share, beyond) in lines:
        if found is None: continue
        count, value = found
        unit = (f" of pixels by more than {beyond:.0e}" if beyond else " of pixels") if share else ""
        words = (stage[1:-1] if stage.startswith("(") else stage).replace("|", "\\|").replace(" row=SEEDROW column=SEEDCOLUMN", "")
        print(f"| {words} | {kind} | {reference} | {count} | {value:.2g}{unit} | {f'{allowed:.0e}{unit}' if allowed else 'exact'} | {'ok' if value <= allowed else 'MISS'} |")
    for failure in failures: print(failure, file=sys.stderr)
    if failures: sys.exit(1)
    print(f"\n{len(lines)} comparisons on {len(names)} pictures, all within what is allowed")


if __name__ == "__main__": main()
