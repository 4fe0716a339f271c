"""Check the options of a build before the first job starts: a wrong one would fail every job of a queue."""

from __future__ import annotations

import argparse
import re

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab


def add_cores(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cores", type=_cores, default="all", metavar="N", help="cores of each build (default: all)")


def require_profile(lab: Lab, profile: str | None) -> None:
    """Raise InputError if Snakemake would not find a profile."""
    if profile is None:
        return
    from snakemake.cli import get_profile_dir  # slow to import

    in_lab = lab.root / profile
    if get_profile_dir(str(in_lab) if in_lab.exists() else profile) is None:
        raise InputError(f"--profile {profile}: is no profile of Snakemake (a folder with config.yaml)")


def _cores(text: str) -> str:
    if text != "all" and not re.fullmatch("[1-9][0-9]{0,5}", text):
        raise argparse.ArgumentTypeError(f"must be a whole number above 0 or 'all', got '{text}'")
    return text
