"""Run a command that is subject to file permissions, also if the tests run as root."""

from __future__ import annotations

import os
import shutil

import pytest

_CAPABILITIES = "-dac_override,-dac_read_search"  # with which root ignores permissions


def without_root_access() -> list[str]:
    """Return the words before a command that make permissions count. The test is skipped if nothing can."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root ignores permissions, and setpriv (util-linux) is not installed to prevent it")
    return ["setpriv", f"--bounding-set={_CAPABILITIES}", "--inh-caps=-all"]
