"""Many X-rays: a script for each case, resumable, as one table."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator

from ._program import PathLike, SegshError, existing, find_program, logger, option

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Progress:
    """How far a cohort has come, once per second.

    Attributes:
        done, total: Cases finished, failed ones included, and cases in all.
        failed: Cases that failed.
        seconds: Time since the start.
        cases_per_second, seconds_left: Rate and remaining time; None as long as they are unknown.
    """

    done: int
    total: int
    failed: int
    seconds: float
    cases_per_second: float | None
    seconds_left: float | None


@dataclass(frozen=True)
class CohortRun:
    """A finished cohort.

    Attributes:
        folder: Folder of the results.
        failed: Number of cases that failed; `failures` has the reasons.
    """

    folder: Path
    failed: int

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yields one dict per measured case, in the order of the cases. Memory does not grow with their number."""
        with (self.folder / "results.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)

    def table(self) -> pandas.DataFrame:
        """Returns the results, one row per measured case; see `read_results`."""
        return read_results(self.folder)

    def failures(self) -> pandas.DataFrame:
        """Returns the failed cases with the columns `case`, `code` and `reason`."""
        import pandas

        return pandas.read_csv(self.folder / "failures.csv", dtype=str, keep_default_na=False)


def cohort(
    script: PathLike,
    cases: PathLike,
    out: PathLike,
    *,
    resume: bool = False,
    retry_failed: bool = False,
    max_failures: int | None = None,
    sample: int | None = None,
    threads: int | None = None,
    names: bool = False,
    strict: bool = False,
    on_progress: Callable[[Progress], object] | None = None,
    **parameters: object,
) -> CohortRun:
    """Runs a script once per case, on all cores, and waits for the end. A case that fails does not stop the others.

    Args:
        script: Script for one case. A required parameter of type Path receives the file; a script without one finds the image as `it`.
        cases: Folder of images, or a CSV file with a column `file`.
        out: Folder for the results; with `resume`, the folder of a run that was interrupted.
        resume: Continue the run of the folder; start one in an empty folder.
        retry_failed: Continue, and run the failed cases again.
        max_failures: Stop when more cases than this have failed. Default: never.
        sample: Run only so many random cases.
        threads: Number of threads. Results do not depend on it. Default: all cores.
        names: Write file names in the results. They can identify a patient.
        strict: Fail cases whose image fails the image check.
        on_progress: Function that receives a `Progress` once per second.
        parameters: Parameters of the script.

    Raises:
        SegshError: The script or the cases have an error, or too many cases failed.
    """
    arguments = ["cohort", "run", str(existing(script)), "--cases", str(cases), "--out", str(out), "--progress", "json"]
    flags = {"--resume": resume, "--retry-failed": retry_failed, "--names": names, "--strict": strict}
    numbers = {"--max-failures": max_failures, "--sample": sample, "--threads": threads}
    arguments += [flag for flag, wanted in flags.items() if wanted]
    arguments += [word for flag, number in numbers.items() if number is not None for word in (flag, str(number))]
    arguments += [option(name, value) for name, value in parameters.items()]

    failed, message = 0, ""
    # What the script prints would fill a pipe that nobody reads.
    with tempfile.TemporaryFile() as printed, subprocess.Popen(
        [find_program(), *arguments], stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                progress = _progress(line)
                if progress is None:
                    message += line
                else:
                    failed = progress.failed
                    if on_progress is not None:
                        on_progress(progress)
        except BaseException:
            process.terminate()
            raise
    # Status 4 has results, unless too many cases failed.
    if process.returncode not in (0, 4) or not (Path(out) / "results.jsonl").exists():
        raise SegshError(process.returncode, message.strip())
    if message.strip():
        logger.info(message.strip())
    return CohortRun(Path(out), failed)


def read_results(path: PathLike) -> pandas.DataFrame:
    """Returns the results of a cohort as a table: one row per case, intervals as columns `….low` and `….high`.

    Args:
        path: Folder of a cohort, or a CSV file that segsh wrote. The apostrophe that protects spreadsheets from formulas is removed.

    Raises:
        FileNotFoundError: There is no such file, or the folder has no results.csv.
        ImportError: pandas is not installed.
    """
    import pandas

    file = Path(path)
    file = file / "results.csv" if file.is_dir() else file
    # Only an empty cell is missing: a case may be called NA. pandas before 3 loses the last bit of some numbers by default.
    exact: dict[str, Any] = {"float_precision": "round_trip"} if int(pandas.__version__.split(".")[0]) < 3 else {}
    table: pandas.DataFrame = pandas.read_csv(file, dtype={"case": str}, keep_default_na=False, na_values=[""], **exact)
    for name in table.columns[[not pandas.api.types.is_numeric_dtype(kind) for kind in table.dtypes]]:
        table[name] = table[name].map(_without_apostrophe)
    return table


def _without_apostrophe(cell: Any) -> Any:
    return cell[1:] if isinstance(cell, str) and cell[:1] == "'" and cell[1:2] in tuple("=+-@\t\r") else cell


def _progress(line: str) -> Progress | None:
    try:
        record = json.loads(line)
        return Progress(**{name: record[name] for name in Progress.__dataclass_fields__})
    except (ValueError, KeyError, TypeError):
        return None
