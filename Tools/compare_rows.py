"""The rows of compare_ops that give a picture, a mask or labels: what segsh does, and the call that defines it."""
import pathlib
import sys
from typing import Callable, NamedTuple

import cv2
import numpy as np
import SimpleITK as sitk
from scipy import ndimage as ndi
from skimage import exposure, feature, filters, morphology, restoration, segmentation, transform

from compare_cases import CROSS, EIGHT

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "fixtures"))
from references import (
    bilateral, diffused, each_label, guided, kapur, kittler, locally_normalized, mean_of_whole, multi_otsu, nonlocal_means, slic, without_ribs)


class Row(NamedTuple):
    """`stage` is what segsh does with the variable `source`; `share` is the part of the pixels that may differ by more where a result leaps at a level."""
    stage: str
    reference: str
    call: Callable
    tolerance: float = 0.0
    source: str = "x"
    share: float = 0.0

    @property
    def allowed(self): return self.share or self.tolerance


ROWS = []


def row(*arguments, **named): ROWS.append(Row(*arguments, **named))


# Intensity
row("invert", "NumPy", lambda c: 255 - c.x)
row("gamma 0.7", "skimage adjust_gamma", lambda c: exposure.adjust_gamma(c.f / 255, 0.7) * 255, 1e-3)
row("log-transform", "skimage adjust_log", lambda c: exposure.adjust_log(c.f / 255) * 255, 1e-3)
row("equalize", "skimage equalize_hist", lambda c: exposure.equalize_hist(c.x) * 255, 1e-3)
row("clahe", "OpenCV createCLAHE(2, (8, 8))", lambda c: cv2.createCLAHE(2, (8, 8)).apply(c.x))
row("match-histogram y", "skimage match_histograms", lambda c: exposure.match_histograms(c.f, c.y.astype(float)), 1e-3)
row("(x / 3 | match-histogram y)", "skimage match_histograms, fractions", lambda c: exposure.match_histograms(c.f / 3, c.y.astype(float)), 1e-3, "")
row("clip low=20 high=200", "NumPy clip", lambda c: np.clip(c.x, 20, 200))
row("rescale-intensity in_low=50 in_high=200", "skimage rescale_intensity", lambda c: exposure.rescale_intensity(c.f, (50, 200), (0, 255)), 1e-3)
row("stretch-contrast", "NumPy percentile; rescale_intensity", lambda c: stretched(c.f), 1e-3)
row("normalize", "skimage rescale_intensity", lambda c: (c.f - c.f.min()) / max(np.ptp(c.f), 1e-9), 1e-6)
row("normalize method=z-score", "NumPy mean, std", lambda c: (c.f - c.f.mean()) / (c.f.std() or 1), 1e-5)
row("local-normalize", "SciPy uniform_filter", lambda c: locally_normalized(c.f, 20, 1), 2e-3)
row("(x * 0.5 + y)", "NumPy", lambda c: c.f * 0.5 + c.y, 1e-4, "")


def stretched(f):
    low, high = np.percentile(f, [1, 99])
    return np.where(f <= low, 0, np.where(f >= high, 255, (f - low) / max(high - low, 1e-9) * 255))


# Filters
row("gaussian-filter sigma=2px", "SciPy gaussian_filter", lambda c: ndi.gaussian_filter(c.f, 2), 1e-3)
row("gaussian-filter sigma=20px", "SciPy gaussian_filter", lambda c: ndi.gaussian_filter(c.f, 20), 2e-3)
row("box-filter radius=3px", "SciPy uniform_filter", lambda c: ndi.uniform_filter(c.f, 7), 1e-4)
row("median-filter radius=2px", "SciPy median_filter", lambda c: ndi.median_filter(c.x, 5))
row("median-filter radius=7px", "OpenCV medianBlur on the mirrored picture", lambda c: median(c.x, 7))
row("bilateral-filter sigma=2px sigma_intensity=20", "NumPy, OpenCV's definition", lambda c: bilateral(c.f, 2, 20, 3), 2e-3)
# No sum of 25 squares comes to 5 · 25 · 12.5², where weights end at a leap.
row("non-local-means strength=12.5 patch_radius=2px search_radius=5px", "NumPy, patches whole", lambda c: nonlocal_means(c.f, 12.5, 0, 2, 5), 2e-3)
row("guided-filter radius=4px sigma_intensity=12", "SciPy uniform_filter", lambda c: guided(c.f, 4, 12), 2e-3)
row("anisotropic-diffusion iterations=4 kappa=15", "NumPy, Perona and Malik", lambda c: diffused(c.f, 15, 4, 0.2), 1e-3)
row("difference-of-gaussians", "skimage difference_of_gaussians", lambda c: filters.difference_of_gaussians(c.f, 1, 2, mode="reflect"), 1e-3)
row("laplacian-of-gaussian", "SciPy gaussian_laplace", lambda c: ndi.gaussian_laplace(c.f, 2), 1e-3)
row("unsharp-mask", "skimage unsharp_mask", lambda c: np.clip(2 * c.f - ndi.gaussian_filter(c.f, 2), 0, 255), 2e-3)
for _kind in ("sobel", "scharr", "prewitt"):
    row(f"gradient method={_kind}", f"skimage {_kind}", lambda c, kind=_kind: getattr(filters, kind)(c.f), 1e-3)
row("canny", "skimage canny(mode=reflect)", lambda c: feature.canny(ndi.gaussian_filter(c.f, 1), 0, 25, 50, mode="reflect"), share=1e-4)
row("local-binary-pattern", "skimage local_binary_pattern", lambda c: feature.local_binary_pattern(c.x, 8, 1, "uniform"))
row("vesselness gamma_percentile=100", "skimage frangi", lambda c: filters.frangi(c.f, sigmas=[2], black_ridges=False), 2e-3, share=1e-4)
row("(x - (x | subtract-background radius=9px))", "skimage rolling_ball", lambda c: restoration.rolling_ball(c.f, radius=9), 1e-3, "")
row("suppress-ribs thickness=5px", "skimage opening; gaussian_filter", lambda c: without_ribs(c.f, 7, 3, 1), 2e-3)


def median(x, radius):
    return cv2.medianBlur(np.pad(x, radius, mode="symmetric"), 2 * radius + 1)[radius:-radius, radius:-radius]


# Geometry
row("flip horizontal", "NumPy fliplr", lambda c: np.fliplr(c.x))
row("flip vertical", "NumPy flipud", lambda c: np.flipud(c.x))
row("flip horizontal", "NumPy fliplr", lambda c: np.fliplr(c.m), source="m")
row("rotate 90deg expand=true", "NumPy rot90", lambda c: np.rot90(c.x))
row("rotate 270deg expand=true", "NumPy rot90", lambda c: np.rot90(c.l, 3), source="l")
row("rotate 7deg", "skimage rotate(order=1)", lambda c: transform.rotate(c.f, 7, order=1, preserve_range=True, clip=False), 3e-3)
row("affine scale=1.1 angle=3deg shear=2deg", "skimage warp(order=1)", lambda c: affine(c.f), 3e-3)
row("translate down=3px right=5px", "SciPy shift(order=0)", lambda c: ndi.shift(c.x, (3, 5), order=0))
row("translate down=-3px right=2px", "SciPy shift(order=0)", lambda c: ndi.shift(c.l, (-3, 2), order=0), source="l")
for _rule, _mode in (("black", "constant"), ("edge", "edge"), ("symmetric", "symmetric")):
    row(f"pad 3px mode={_rule}", f"NumPy pad({_mode})", lambda c, mode=_mode: np.pad(c.x, 3, mode=mode))
row("pad 3px mode=edge", "NumPy pad(edge)", lambda c: np.pad(c.m, 3, mode="edge"), source="m")
row("resize width=37px height=29px interpolation=area", "OpenCV resize(INTER_AREA)", lambda c: shrunk(c), 2e-3)
row("resize width=37px height=29px interpolation=nearest", "OpenCV resize(INTER_NEAREST_EXACT)", lambda c: cv2.resize(c.l, (37, 29), interpolation=cv2.INTER_NEAREST_EXACT), source="l")


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
row("threshold-multiotsu classes=3", "NumPy, Otsu's criterion of all pairs", lambda c: np.digitize(c.x, multi_otsu(c.x), right=True))
row("threshold-hysteresis low=120 high=160", "skimage apply_hysteresis_threshold", lambda c: filters.apply_hysteresis_threshold(c.f, 120, 160))
row("threshold-local method=mean radius=12px", "NumPy, whole sums", lambda c: c.x > mean_of_whole(c.x, 12))
row("threshold-local method=median radius=6px", "skimage threshold_local", lambda c: c.f > filters.threshold_local(c.f, 13, "median"))
row("threshold-local method=niblack radius=12px", "skimage threshold_niblack", lambda c: c.f > filters.threshold_niblack(c.f, 25, k=0.2), share=1e-4)
row("threshold-local method=sauvola radius=12px", "skimage threshold_sauvola", lambda c: c.f > filters.threshold_sauvola(c.f, 25, k=0.2, r=127.5), share=1e-4)


# Morphology
SHAPES = [("radius=3px", morphology.disk(3), "disk(3)"), ("radius=7px", morphology.disk(7), "disk(7)"),
          ("radius=5px shape=square", np.ones((11, 11), np.uint8), "11 × 11"), ("radius=4px shape=diamond", morphology.diamond(4), "diamond(4)")]
for _verb, _kind in (("erode", "erosion"), ("dilate", "dilation"), ("open", "opening"), ("close", "closing")):
    for _options, _footprint, _words in SHAPES:
        for _source in "mx":
            if _source == "x" and _words == "diamond(4)": continue
            row(f"morph-{_verb} {_options}", f"skimage {_kind}({_words})",
                lambda c, kind=_kind, footprint=_footprint, source=_source: getattr(morphology, kind)(getattr(c, source), footprint, mode="ignore"), source=_source)
    row(f"morph-{_verb} radius=2px", f"skimage {_kind}, each label", lambda c, kind=_kind: each_label(c.l, kind, 2), source="l")
row("morph-gradient radius=3px", "skimage dilation - erosion", lambda c: morphology.dilation(c.x, morphology.disk(3), mode="ignore") - morphology.erosion(c.x, morphology.disk(3), mode="ignore"))
row("top-hat radius=3px", "skimage white_tophat", lambda c: c.x - morphology.opening(c.x, morphology.disk(3), mode="ignore"))
row("black-hat radius=3px", "skimage black_tophat", lambda c: morphology.closing(c.x, morphology.disk(3), mode="ignore") - c.x)
row("reconstruct (x - 30)", "skimage reconstruction", lambda c: morphology.reconstruction(c.f - 30, c.f))
row("reconstruct (m | morph-erode radius=3px)", "skimage reconstruction", lambda c: morphology.reconstruction(morphology.erosion(c.m, morphology.disk(3), mode="ignore"), c.m, footprint=EIGHT) > 0, source="m")
row("h-maxima height=20", "skimage reconstruction, h-maxima", lambda c: c.f - morphology.reconstruction(c.f - 20, c.f) >= 20)
row("area-open 40px", "skimage area_opening", lambda c: morphology.area_opening(c.x, 40, connectivity=2))
row("area-open 40px", "skimage remove_small_objects", lambda c: large(c.m, 40), source="m")
row("remove-small 40px", "skimage remove_small_objects", lambda c: large(c.m, 40), source="m")
row("keep-largest", "SciPy label", lambda c: largest(c.m), source="m")
row("fill-holes", "SciPy binary_fill_holes", lambda c: ndi.binary_fill_holes(c.m), source="m")
row("clear-border", "skimage clear_border", lambda c: segmentation.clear_border(c.m), source="m")
row("connected-components", "SciPy label", lambda c: ndi.label(c.m, EIGHT)[0], source="m")
row("connected-components", "SimpleITK ConnectedComponent", lambda c: sitk.GetArrayFromImage(sitk.ConnectedComponent(sitk.GetImageFromArray(c.m.astype(np.uint8)), True)), source="m")
row("contour", "SciPy binary_erosion", lambda c: c.m & ~ndi.binary_erosion(c.m, CROSS, border_value=1), source="m")
row("convex-hull", "skimage convex_hull_image", lambda c: morphology.convex_hull_image(c.m) if c.m.any() else c.m, source="m")
row("skeletonize", "skimage thin", lambda c: morphology.thin(c.m), source="m")
row('hit-or-miss ".1. 011 00."', "SciPy binary_hit_or_miss", lambda c: ndi.binary_hit_or_miss(c.m, [[0, 1, 0], [0, 1, 1], [0, 0, 0]], [[0, 0, 0], [1, 0, 0], [1, 1, 0]]), source="m")
row("distance-transform", "SciPy distance_transform_edt", lambda c: distances(c.m), 1e-4, "m")
row("invert", "NumPy", lambda c: ~c.m, source="m")
row("(m and k)", "NumPy", lambda c: c.m & c.k, source="")
row("(m xor k)", "NumPy", lambda c: c.m ^ c.k, source="")


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
row("region-growing row=SEEDROW column=SEEDCOLUMN tolerance=25", "skimage flood", lambda c: segmentation.flood(c.f, c.seed, tolerance=25))
row("superpixels count=120 compactness=20", "NumPy, SLIC", lambda c: slic(c.f, 120, 20, 10))
row("active-contour m iterations=6 sigma=2px threshold=0.5", "skimage morphological_geodesic_active_contour", lambda c: contour(c), share=1e-4)


def contour(c):
    if c.isSmall: raise ValueError
    edges = segmentation.inverse_gaussian_gradient(c.f / 255, alpha=100, sigma=2)
    return segmentation.morphological_geodesic_active_contour(edges, 6, c.m.astype(np.int8), smoothing=1, threshold=0.5, balloon=0) > 0
