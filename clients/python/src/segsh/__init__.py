"""Chest X-rays with segsh: segmentation, opacity and severity as NumPy arrays and pandas tables.

The package runs the program ``segsh``, which must be installed. Each call is a run of its own, so the numbers are those of the
command line. For research; not a diagnosis.

>>> import segsh
>>> case = segsh.segment(segsh.phantom(seed=7))
>>> case.opacity.shape, case.opacity.dtype
((512, 512), dtype('bool'))
>>> round(case.severity.percent)
34
"""

from ._cohort import CohortRun, Progress, cohort, read_results
from ._language import ScriptResult, phantom, run
from ._program import SegshError, find_program, version
from ._segmentation import Segmentation, Severity, segment

__all__ = [
    "CohortRun",
    "Progress",
    "ScriptResult",
    "SegshError",
    "Segmentation",
    "Severity",
    "cohort",
    "find_program",
    "phantom",
    "read_results",
    "run",
    "segment",
    "version",
]
