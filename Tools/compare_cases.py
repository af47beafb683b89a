"""The pictures of compare_ops: the phantom, odd sizes and X-rays, each with masks, labels, lungs and follow-ups."""
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image
from scipy import ndimage as ndi

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "fixtures"))
from maskfixtures import blobs

EIGHT = np.ones((3, 3), bool)
CROSS = ndi.generate_binary_structure(2, 1)


class Case:
    """A picture x of bytes, another y, masks m and k, labels l, lungs g: the same for segsh and for the references."""

    def __init__(self, name, x, lungs=None, scene=None):
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
        self.g = lungs if lungs is not None else (self.m * (1 + (np.arange(x.shape[1]) >= x.shape[1] // 2))).astype(np.uint8)
        lattice = np.zeros(x.shape, np.uint8)
        step = max(4, max(x.shape) // 12)
        lattice[step // 2::step, step // 2::step] = 1
        self.s = ndi.label(lattice)[0].astype(np.uint8)
        self.seed = (x.shape[0] // 2, x.shape[1] // 3)
        self.ranks = distinct(self.f)
        self.followups = {model: FollowUp(self.f if scene is None else scene, model) for model in ("translation", "rigid", "affine")}

    @property
    def isSmall(self): return min(self.x.shape) < 3


class FollowUp:
    """The middle of a scene as prior picture, and as follow-up the same part after a known move; what neither shows is cut off. A line stays where it is."""

    def __init__(self, scene, model):
        height, width = scene.shape
        margin = min(height, width) // 8
        part = np.s_[margin:height - margin, margin:width - margin]
        self.model, self.margin, self.down, self.across = model, margin, margin // 2, -(margin // 3)
        self.degrees = {"translation": 0, "rigid": 4, "affine": -3}[model] if margin else 0
        scale = 1.05 if model == "affine" and margin else 1
        a, middle = np.deg2rad(self.degrees), np.array([(height - 1) / 2, (width - 1) / 2])
        # Counter-clockwise, in coordinates (row, column) with rows downwards.
        back = np.linalg.inv(scale * np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]))
        moved = ndi.affine_transform(scene, back, middle - back @ (middle + [self.down, self.across]), order=1)
        self.prior, self.picture = scene[part].astype(np.float32), self.exposed(moved[part]).astype(np.float32)

    def exposed(self, image):
        """Another exposure, and back again: the negative, unless the picture was moved alone."""
        return image if self.model == "translation" else 255 - image


def distinct(image):
    """The picture smoothed, with no two pixels alike, so that no flood is settled by chance."""
    smooth = ndi.gaussian_filter(image, 3) + 1e-6 * np.arange(image.size).reshape(image.shape)
    return (smooth.ravel().argsort().argsort().reshape(image.shape) / 4.0).astype(np.float32)


def cases(arguments):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        lines = ["seglang 1", "p = phantom seed=1", "p | save p.png recipe=none", "p.lungs | save lungs.npy recipe=none"]
        (folder / "phantom.seg").write_text("\n".join(lines) + "\n")
        subprocess.run([arguments.segsh, "run", "phantom.seg"], cwd=folder, check=True, capture_output=True)
        lungs = Image.fromarray(np.load(folder / "lungs.npy").astype(np.uint8))
        yield Case("phantom", fitted(Image.open(folder / "p.png"), arguments.longest), reduced(lungs, arguments.longest, Image.NEAREST))
    rng = np.random.default_rng(5)
    sizes = ((1, 1), (1, 41), (67, 1), (2, 3), (47, 65), (128, 63))
    fields = [waves(*size, rng) for size in sizes]
    for (height, width), field in zip(sizes, fields): yield Case(f"{height} rows of {width}", field, scene=clouds((height, width), rng))
    if arguments.data:
        folder = arguments.data / "opacity"
        files = sorted((folder / "images").glob("*.png"))[:arguments.count]
        if not files: sys.exit("there are no pictures in opacity/images of the folder given")
        for index, file in enumerate(files, 1):
            drawn = folder / "lungs" / file.name
            lungs = reduced(Image.open(drawn), arguments.longest, Image.NEAREST) if drawn.exists() else None
            yield Case(f"X-ray {index}", fitted(Image.open(file), arguments.longest), lungs)


def waves(height, width, rng):
    smooth = 70 * np.sin(np.arange(width) / 5) * np.cos(np.arange(height) / 7)[:, None]
    return np.clip(120 + smooth + rng.normal(0, 12, (height, width)), 0, 255).astype(np.uint8)


def clouds(shape, rng):
    """For registration: of waves, half a wave aside looks like the negative, which says as much."""
    return np.clip(60 + 120 * ndi.gaussian_filter(blobs(rng, shape, 4).astype(float), 2) + rng.normal(0, 12, shape), 0, 255)


def fitted(image, longest): return reduced(image.convert("L"), longest, Image.BOX)


def reduced(image, longest, method):
    factor = min(1, longest / max(image.size))
    return np.asarray(image.resize([max(1, round(side * factor)) for side in image.size], method) if factor < 1 else image)
