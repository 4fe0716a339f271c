"""Decide from a command line of Snakemake whether it runs jobs."""

from __future__ import annotations

import re
from collections.abc import Collection

# Options with which Snakemake runs no job, so that no file may be set aside.
_NO_BUILD = re.compile(
    r"--(lint|report|unlock|list|summary|detailed-summary|touch|dag|rulegraph|filegraph|d3dag|delete|cleanup|archive"
    r"|containerize|print-compilation|generate).*|-[lSDt]"
)


def is_build(words: Collection[str]) -> bool:
    """Return whether a command of Snakemake runs jobs."""
    return "--report-after-run" in words or not any(_NO_BUILD.fullmatch(word) for word in words)
