"""The program: where it is, how it is run, and how its errors reach Python."""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Sequence, Union

PathLike = Union[str, "os.PathLike[str]"]

logger = logging.getLogger("segsh")

_ERROR = re.compile(r"^error\[(?P<code>[A-Z]\d+)\]: (?P<reason>.*)$", re.MULTILINE)


class SegshError(RuntimeError):
    """A run of segsh that failed. The text is the program's own message, with the place in the script and what to do.

    Attributes:
        status: Exit status: 1 run-time error, 2 wrong option or syntax, 3 failed check, 130 interrupted.
        code: Code of the first error, such as ``E301``; None if the message has none.
        message: All that the program wrote to standard error.

    >>> import segsh
    >>> segsh.segment("missing.png")
    Traceback (most recent call last):
        ...
    FileNotFoundError: missing.png
    >>> try:
    ...     segsh.run("1 +")
    ... except segsh.SegshError as error:
    ...     error.status
    2
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message or f"segsh ended with status {status}")
        match = _ERROR.search(message)
        self.status = status
        self.code = match.group("code") if match else None
        self.message = message


def find_program() -> str:
    """Returns the path of the program: the environment variable ``SEGSH``, else ``segsh`` of the search path.

    Raises:
        FileNotFoundError: There is no such program.
    """
    name = os.environ.get("SEGSH") or "segsh"
    program = shutil.which(name)
    if program is None:
        raise FileNotFoundError(f"the program `{name}` is not installed or not in PATH; set SEGSH to its path")
    return program


def version() -> str:
    """Returns the version of the program."""
    return invoke(["--version"]).strip()


def invoke(arguments: Sequence[str], *, folder: PathLike | None = None, timeout: float | None = None) -> str:
    """Runs the program once and returns its standard output. Notes and warnings go to the logger ``segsh``.

    Raises:
        SegshError: The exit status is not 0.
        subprocess.TimeoutExpired: The run took longer than ``timeout`` seconds; it has been stopped.
    """
    done = subprocess.run(
        [find_program(), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        timeout=timeout,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    message = done.stderr.strip()
    if done.returncode != 0:
        raise SegshError(done.returncode, message)
    if message:
        logger.info(message)
    return done.stdout


def option(name: str, value: object) -> str:
    """Returns a script parameter as a program argument, ``--name=value``.

    Raises:
        TypeError: The value is no text, path, number or Boolean.
    """
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, (str, os.PathLike)):
        text = os.fspath(value)
    elif hasattr(value, "item"):
        return option(name, value.item())
    elif isinstance(value, (int, float)):
        text = repr(value)
    else:
        raise TypeError(f"the parameter `{name}` is a {type(value).__name__}; give a text, path, number or Boolean")
    return f"--{name}={text}"


def existing(path: PathLike) -> Path:
    """Returns the absolute path of a file.

    Raises:
        FileNotFoundError: There is no such file.
    """
    absolute = Path(path).absolute()
    if not absolute.exists():
        raise FileNotFoundError(os.fspath(path))
    return absolute
