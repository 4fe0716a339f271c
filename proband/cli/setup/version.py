"""The text of the option `--version`."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from compiler.base.paths import ENGINE


def version_text() -> str:
    """Return the version and the folder of the engine. The version is unknown if the code is not installed."""
    try:
        number = version("proband")
    except PackageNotFoundError:
        number = "of an unknown version"
    return f"proband {number}, engine in {ENGINE}"
