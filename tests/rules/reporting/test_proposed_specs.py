"""A proposal is kept only if its spec compiles in the lab, and trying it changes no file of the lab."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.paths import Lab
from rules.reporting.proposed_specs import compile_problems
from tests.compiler.small_lab import FILES
from tests.labs import spec, write_lab

FOLLOW_UP = "defaults: [lr, _self_]\nexperiment: {hypothesis: H., parent: lr, sweep: {model.lr: '0.1,0.2'}}\n"
SPECS = {
    "follow-up": (FOLLOW_UP, ""),
    "unknown key": (FOLLOW_UP.replace("model.lr:", "model.lrr:"), "the config has no key 'model.lrr'"),
    "not YAML": ("experiment: {", "expected"),
    "of a sweep": ("defaults: [swept, _self_]\nexperiment: {hypothesis: H., parent: lr}\n", ""),
}


@pytest.mark.parametrize(("text", "problem"), SPECS.values(), ids=SPECS)
def test_a_proposed_spec_is_compiled_in_its_lab(text: str, problem: str, tmp_path: Path) -> None:
    sweep = spec("experiment: {hypothesis: H.}")
    lab: Lab = write_lab(tmp_path, FILES | {"results/sweeps/experiment/swept.yaml": sweep})
    before = sorted(tmp_path.rglob("*"))
    problems = compile_problems("lr_more", spec(text), lab)
    assert problem in problems
    assert bool(problems) == bool(problem)
    assert sorted(tmp_path.rglob("*")) == before
