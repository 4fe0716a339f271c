"""Check a `plot`: a picture that shows something, or a table with at least one row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.deliverable import exists

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp"})
_TABLES = frozenset({".csv", ".tsv"})


def check(run: FinishedRun, spec: Any) -> CheckResult:
    """Check that the file exists, can be read, and is neither a picture of one colour nor a table without rows."""
    result = exists(run, spec)
    file = run.folder / spec.path
    if not result.passed or not file.is_file():
        return result
    problem = ""
    if file.suffix.casefold() in _PICTURES:
        problem = _picture_problem(file)
    elif file.suffix.casefold() in _TABLES:
        problem = _table_problem(file)
    return CheckResult(False, f"{spec.path} {problem}") if problem else result


def _picture_problem(file: Path) -> str:
    from PIL import Image

    try:
        with Image.open(file) as image:
            channels = image.convert("RGB").getextrema()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        return f"is not a picture: {type(error).__name__}"
    is_plain = all(low == high for low, high in channels)  # type: ignore[misc]
    return "is a picture of one colour, so it shows nothing" if is_plain else ""


def _table_problem(file: Path) -> str:
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return "" if sum(bool(line.strip()) for line in lines) > 1 else "is a table without rows"
