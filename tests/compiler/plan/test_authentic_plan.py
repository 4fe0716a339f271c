"""A training reads its input only if the config in it has the id of the run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.authentic_plan import ForgedRunJob, has_authentic_runs, read_authentic_job
from compiler.plan.model import Plan
from compiler.plan.plan_files import current_plan
from tests.compiler.small_lab import FILES
from tests.labs import write_lab


def contents_of(plan: Plan, lab: Lab) -> dict[Path, bytes]:
    return {lab.run_job(run).relative_to(lab.state): lab.run_job(run).read_bytes() for run in plan.runs}


@pytest.fixture
def run(tmp_path: Path) -> tuple[Lab, str]:
    lab = write_lab(tmp_path, FILES)
    return lab, current_plan(lab).experiments["one"].runs[0]


def test_compiled_input_is_read(run: tuple[Lab, str]) -> None:
    assert read_authentic_job(*run).config["model"]["lr"] == 0.1


FORGERIES: dict[str, tuple[Mapping[str, Any], str]] = {
    "another rate": ({"config": {"model": {"lr": 0.5}}}, "have the run id"),
    "other data": ({"data": {"data/rows.csv": "bb22"}}, "have the run id"),
    "the input of another run": ({"run_id": "0123456789ab"}, "have the run id"),
    "a config that is text": ({"config": "lr"}, "is not the input of a training"),
    "a config that is no JSON": ({"resources": 3}, "is not the input of a training"),
}


@pytest.mark.parametrize(("changes", "problem"), FORGERIES.values(), ids=FORGERIES)
def test_changed_input_is_refused_with_its_file_and_a_remedy(
    changes: Mapping[str, Any], problem: str, run: tuple[Lab, str]
) -> None:
    lab, run_id = run
    file = lab.run_job(run_id)
    write_json(file, read_json(file) | changes)
    with pytest.raises(ForgedRunJob, match=problem) as raised:
        read_authentic_job(lab, run_id)
    assert str(raised.value).startswith(f"{file}: ")
    assert "delete .proband and build again" in str(raised.value)


@pytest.mark.parametrize("key", ["tracking", "resources", "agents"])
def test_keys_that_are_not_part_of_the_id_may_differ(key: str, run: tuple[Lab, str]) -> None:
    lab, run_id = run
    content = read_json(lab.run_job(run_id))
    write_json(lab.run_job(run_id), content | {"config": content["config"] | {key: {"mode": "other"}}})
    assert read_authentic_job(lab, run_id).run_id == run_id


def test_plan_of_every_kind_of_sweep_is_authentic(tmp_path: Path) -> None:
    sweeps = {
        "product": "{model.lr: '0.1,1e-3', seed: range(2)}",
        "parallel": "{zip: {model.lr: '1,1.0', trainer.max_epochs: '1,2'}}",
        "listed": "{list: [{model.lr: 0.1, seed: 3}, {model.lr: 1}]}",
        "groups": "{trainer: 'default,gpu', seed: '0,1'}",
    }
    header = "# @package _global_\ndefaults: [{override /data: digits}, {override /model: mlp}]\n"
    text = "experiment: {{hypothesis: H., sweep: {sweep}}}\n"
    lab = write_lab(tmp_path, {name: header + text.format(sweep=sweep) for name, sweep in sweeps.items()})
    plan = current_plan(lab)
    assert not {name: lines for name, lines in plan.broken.items() if name in sweeps}
    assert has_authentic_runs(plan, lab, contents_of(plan, lab))
