"""The option `--version`."""

from __future__ import annotations

import argparse
from typing import Any

from compiler.base.paths import ENGINE


class PrintVersion(argparse.Action):
    """Print the version and exit. It is looked up only then, because other commands do not need the metadata."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(version_text())
        parser.exit()


def version_text() -> str:
    """Return the version and the folder of the engine. The version is unknown if the code is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("proband")
    except PackageNotFoundError:
        number = "of an unknown version"
    return f"proband {number}, engine in {ENGINE}"
