"""The language of segsh from Python."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from ._program import PathLike, existing, invoke, option


@dataclass(frozen=True)
class ScriptResult:
    """What a script returned.

    Attributes:
        value: The last value: a number, text, Boolean, list or dict; None if it is a value that JSON cannot hold.
        printed: The lines that the script printed.
    """

    value: Any
    printed: str


def run(
    source: str | Path, *, folder: PathLike | None = None, strict: bool = False, timeout: float | None = None, **parameters: object
) -> ScriptResult:
    """Runs a script and returns its last value.

    Args:
        source: The script as text, or its file as a Path.
        folder: Folder that the paths in the script start at. Default: the working folder.
        strict: Make a failed image check, such as a lateral view, an error.
        timeout: Seconds after which the run is stopped. Default: never.
        parameters: The parameters that the script declares with ``param``. Paths should be given this way: within the text of a
            script, a file name with braces or quotes would need escaping.

    Raises:
        SegshError: The script has an error, or a command failed.

    >>> import segsh
    >>> segsh.run("(phantom seed=7).width").value
    512
    >>> segsh.run("param n: Number = 1\\nprint n\\nn * 2", n=21)
    ScriptResult(value=42, printed='21\\n')
    """
    with tempfile.TemporaryDirectory(prefix="segsh-") as scratch:
        if isinstance(source, Path):
            script = existing(source)
        else:
            script = Path(scratch) / "script.seg"
            text = source if source.lstrip().startswith("seglang ") else "seglang 1\n" + source
            script.write_text(text, encoding="utf-8")
        flags = ["--strict"] if strict else []
        options = [option(name, value) for name, value in parameters.items()]
        output = invoke(["run", str(script), *options, "--json", *flags], folder=folder, timeout=timeout)
    return _split(output)


def _split(output: str) -> ScriptResult:
    printed, _, last = output.rstrip("\n").rpartition("\n")
    try:
        return ScriptResult(json.loads(last), printed + "\n" if printed else "")
    except json.JSONDecodeError:
        return ScriptResult(None, output)


def phantom(seed: int = 1, size: int = 512) -> NDArray[numpy.float32]:
    """Returns a synthetic chest X-ray, intensities 0 to 255, `size` pixels high.

    >>> import segsh
    >>> segsh.phantom(seed=3, size=256).shape
    (256, 256)
    """
    with tempfile.TemporaryDirectory(prefix="segsh-") as scratch:
        file = Path(scratch) / "phantom.npy"
        run("param out: Path\nparam seed: Number\nparam size: Number\nphantom seed=seed size=size | save (out)", out=file, seed=seed, size=size)
        image: NDArray[numpy.float32] = numpy.load(file)
    return image
