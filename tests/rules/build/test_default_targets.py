"""A build without arguments in a folder that is no lab names the command that starts one."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from snakemake.exceptions import WorkflowError

from compiler.base.paths import Lab
from rules.build.targets import Targets


def test_a_folder_without_conf_gets_a_sentence_with_proband_init(tmp_path: Path) -> None:
    plan: Any = SimpleNamespace(lab=Lab(tmp_path), default_experiments=[])
    with pytest.raises(WorkflowError, match="run `proband init` to start one"):
        Targets(plan).default_inputs()(None)
    (tmp_path / "conf").mkdir()
    assert Targets(plan).default_inputs()(None) == [str(tmp_path / "results/genealogy.json")]
