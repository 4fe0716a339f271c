"""Recognise faults of the environment: missing packages and devices, and files that may not be read or written."""

from __future__ import annotations

import errno
import re
import sysconfig
import traceback
from pathlib import Path

_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_INSTALLED = tuple(Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
# Messages of torch and Lightning if there is no device, or none that the installed version can use.
_NO_DEVICE = re.compile(
    r"No supported gpu backend|No CUDA GPUs are available|no CUDA-capable device|Found no NVIDIA driver"
    r"|not compiled with (CUDA|ROCm)|CUDA driver version is insufficient|no kernel image is available"
    r"|can not run on your system since the accelerator is not available|But your machine only has"
    r"|CUDA error: invalid device ordinal|cannot open shared object file|Invalid device id",
    re.IGNORECASE,
)


def is_environment_fault(error: BaseException) -> bool:
    """Return whether an exception results from permissions or from a missing device, and not from the code of a run."""
    if isinstance(error, OSError) and error.errno in _FORBIDDEN:
        return True
    is_expected = isinstance(error, RuntimeError | AssertionError | OSError | ValueError) or _is_of_lightning(error)
    return is_expected and _NO_DEVICE.search(str(error)) is not None


def without_wrappers(error: BaseException) -> list[BaseException]:
    """Return the chain of causes, outermost first, without exceptions that only wrap another one.

    Hydra wraps the exception of a target, and an exception during the import of its module.
    """
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None:
        chain.append(link)
        link = link.__cause__
    return [link for link in chain if not _is_wrapper(link)] or [error]


def failing_line(error: BaseException) -> str:
    """Return the last line of the traceback that is in no installed package, such as `own.py:1: `, "" without one."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_own(frame.filename)]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}: " if frames else ""


def _is_wrapper(error: BaseException) -> bool:
    if error.__cause__ is None:
        return False
    return type(error).__module__.partition(".")[0] == "hydra" or type(error) is ImportError


def _is_of_lightning(error: BaseException) -> bool:
    return type(error).__module__.partition(".")[0] == "lightning"


def _is_own(file: str) -> bool:
    path = Path(file)
    return path.is_absolute() and not any(path.is_relative_to(folder) for folder in _INSTALLED)
