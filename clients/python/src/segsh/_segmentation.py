"""One X-ray: masks, probabilities and severity."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Tuple, Union

import numpy
from numpy.typing import ArrayLike, NDArray

from ._language import run
from ._program import PathLike, existing

Mask = NDArray[numpy.bool_]
Interval = Tuple[float, float]
XRay = Union[PathLike, ArrayLike]

_SCRIPT = """\
param image: Path
param labels: Path
param probability: Path
seg = load (image){load} | segment{segment}
seg | save (labels)
seg.probability | save (probability)
seg | severity
"""


@dataclass(frozen=True)
class Severity:
    """How much of the lungs is opaque.

    Attributes:
        percent: Opaque share of both lungs in percent.
        interval: Its 90 % prediction interval in percent; None if the model has none.
        right, left: Share of each lung, the patient's right and left; None for a lung that was not found.
        zones: Share by zone: A to C right upper, middle, lower; D to F left.
        extent: Geographic extent score, 0 to 8.
        grade: The grade in words.
        doubt: The image check that failed, such as a lateral view; None if all passed.
        record: Everything that the program reports, as in its JSON.
    """

    percent: float
    interval: Interval | None
    right: float | None
    left: float | None
    zones: Mapping[str, float | None]
    extent: float | None
    grade: str | None
    doubt: str | None
    record: Mapping[str, Any]

    @classmethod
    def _of(cls, record: Mapping[str, Any]) -> Severity:
        bounds = (record.get("intervals") or {}).get("percent")
        return cls(
            percent=record["percent"],
            interval=(bounds[0], bounds[1]) if bounds else None,
            right=(record.get("right") or {}).get("percent"),
            left=(record.get("left") or {}).get("percent"),
            zones=dict(record.get("zones") or {}),
            extent=record.get("extent"),
            grade=record.get("grade"),
            doubt=record.get("doubt"),
            record=record,
        )


@dataclass(frozen=True, eq=False)
class Segmentation:
    """The lungs and the opacity of an X-ray. All arrays have the shape of the image (rows, columns).

    Attributes:
        right, left: Masks of the patient's right and left lung.
        opacity: Mask of the opacity, within the lungs.
        probability: Predicted probability of opacity, float32 from 0 to 1.
        severity: The measurements.
    """

    right: Mask
    left: Mask
    opacity: Mask
    probability: NDArray[numpy.float32]
    severity: Severity

    @property
    def lungs(self) -> Mask:
        """Mask of both lungs."""
        both: Mask = self.right | self.left
        return both


def segment(
    image: XRay,
    *,
    spacing: float | None = None,
    model: PathLike | None = None,
    mirror: bool = True,
    lung_threshold: float | None = None,
    opacity_threshold: float | None = None,
    strict: bool = False,
    timeout: float | None = None,
) -> Segmentation:
    """Segments a frontal chest X-ray and measures the opacity.

    Args:
        image: A file (PNG, JPEG, TIFF, NPY, DICOM), or a gray image as an array with two axes: Boolean, integer or float.
        spacing: Pixel spacing in millimeters, if it is known and the file does not state it.
        model: Name of a shipped model, or a weights file. Default: the shipped model.
        mirror: Average with the prediction for the mirror image.
        lung_threshold, opacity_threshold: Probability thresholds, 0 to 1. Default: set by the model.
        strict: Make a failed image check, such as a lateral view, an error.
        timeout: Seconds after which the run is stopped. Default: never.

    Raises:
        ValueError: The array is no gray image, or a number is not finite.
        FileNotFoundError: There is no such file.
        SegshError: The image cannot be read or segmented.

    >>> import segsh
    >>> case = segsh.segment(segsh.phantom(seed=7), opacity_threshold=0.5)
    >>> bool((case.opacity & ~case.lungs).any())
    False
    >>> low, high = case.severity.interval
    >>> low < case.severity.percent < high
    True
    """
    options = {
        "mirror": None if mirror else "false",
        "lung_threshold": lung_threshold,
        "opacity_threshold": opacity_threshold,
    }
    words = "".join(f" {name}={_number(name, value)}" for name, value in options.items() if value is not None)
    declared: dict[str, Any] = {}
    script = _SCRIPT
    if model is not None:
        words += " model=(model)"
        script = "param model: Model\n" + script
        declared["model"] = os.fspath(model)
    load = "" if spacing is None else f" spacing={_number('spacing', spacing)}mm"
    with tempfile.TemporaryDirectory(prefix="segsh-") as scratch:
        labels, probability = Path(scratch) / "labels.npy", Path(scratch) / "probability.npy"
        result = run(
            script.format(load=load, segment=words),
            strict=strict,
            timeout=timeout,
            image=_file(image, Path(scratch)),
            labels=labels,
            probability=probability,
            **declared,
        )
        label, chance = numpy.load(labels), numpy.load(probability)
    lung = label & 3
    return Segmentation(lung == 1, lung == 2, (label & 4) != 0, chance, Severity._of(result.value))


def _number(name: str, value: float | str) -> str:
    if isinstance(value, str):
        return value
    if not numpy.isfinite(value):
        raise ValueError(f"{name} is {value}; give a finite number")
    return repr(float(value))


def _file(image: XRay, scratch: Path) -> Path:
    if isinstance(image, (str, os.PathLike)):
        return existing(image)
    array = numpy.asarray(image)
    if array.ndim != 2:
        raise ValueError(f"the image has {array.ndim} axes; give a gray image with two, (rows, columns)")
    if array.dtype.kind not in "buif":
        raise ValueError(f"the image has elements of {array.dtype}; give Booleans, integers or floats")
    file = scratch / "image.npy"
    numpy.save(file, array, allow_pickle=False)
    return file
