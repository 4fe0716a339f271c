"""The view of a run shows its provenance in a few rows, also of old and of edited files."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.run_table.provenance_rows import provenance_rows

# content of provenance.json, number of packages, rows
FILES: dict[str, tuple[dict[str, Any], int, dict[str, Any]]] = {
    "complete": (
        {
            "fingerprint": "c0de",
            "git": {"commit": "f00", "branch": "main", "dirty": True, "diff": "source.diff", "diff_is_exact": True},
            "python": {"version": "3.11.9", "implementation": "CPython", "executable": "python"},
            "hardware": {"cpu": "A processor", "cores": 2, "gpus": []},
            "snakemake": {"version": "9.20", "rule": "_train", "executor": "local"},
            "environment": {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"},
            "torch_threads": 1,
            "gpu": None,
            "notes": [],
        },
        251,
        {
            "fingerprint": "c0de",
            "git": "f00, branch main, with uncommitted changes, patch in source.diff",
            "python": "3.11.9",
            "packages": "251 (provenance.json has versions and hashes)",
            "cpu": "A processor, 2 cores",
            "threads": 1,
            "snakemake": "9.20, _train, local",
            "environment": "OMP_NUM_THREADS=1, PYTHONHASHSEED=0",
        },
    ),
    "not exact": (
        {"git": {"commit": "f00", "dirty": True, "diff": "source.diff", "diff_is_exact": False}, "notes": ["a", "b"]},
        0,
        {"git": "f00, with uncommitted changes, patch in source.diff, incomplete", "not recorded": "a; b"},
    ),
    "version 1": (
        {"git": {"commit": "f00", "dirty": False}, "python": "3.11.9", "resumed": {"epoch": 1, "exact": True}},
        0,
        {"git": "f00", "python": "3.11.9", "resumed": "epoch 1, exact True"},
    ),
    "outside a repository": ({"git": None}, 0, {}),
    "edited": ({"git": "f00", "hardware": [1], "environment": 3, "notes": "x", "snakemake": {"rule": {}}}, 0, {}),
    "empty": ({}, 0, {}),
}


@pytest.mark.parametrize(("provenance", "packages", "rows"), FILES.values(), ids=FILES)
def test_rows_have_what_the_file_states(provenance: dict[str, Any], packages: int, rows: dict[str, Any]) -> None:
    assert provenance_rows(provenance, packages) == rows
