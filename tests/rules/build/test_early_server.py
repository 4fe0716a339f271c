"""The job server is started before the compile if the build will probably train, and imports no code of the lab."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import ENGINE, Lab
from rules.build.before_plan import early_server as module
from rules.build.before_plan.early_server import early_server, has_changed_inputs
from rules.jobserver.client import ADDRESS

SPEC, MODEL, SHARED = "conf/experiment/study.yaml", "my_model.py", "conf/model/own.yaml"
PAST = 10**9


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A lab whose plan is up to date."""
    lab = Lab(tmp_path)
    for name in (SPEC, MODEL, SHARED):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (PAST, PAST))
    os.utime(tmp_path / "conf/experiment", (PAST, PAST))
    write_json(lab.state / "plan.inputs.json", {"sources": [str(tmp_path / MODEL)]})
    (lab.state / "plan.json").write_text("{}", encoding="utf-8")
    return lab


@pytest.mark.parametrize("name", [SPEC, MODEL, SHARED])
def test_changed_file_makes_a_training_likely(name: str, lab: Lab) -> None:
    assert not has_changed_inputs(lab)
    later = time.time() + 60
    os.utime(lab.root / name, (later, later))
    assert has_changed_inputs(lab)


@pytest.mark.parametrize("name", ["plan.json", "plan.inputs.json"])
def test_missing_plan_makes_a_training_likely(name: str, lab: Lab) -> None:
    (lab.state / name).unlink()
    assert has_changed_inputs(lab)


@pytest.mark.parametrize("text", ["[]", "{", "{}", '{"sources": 1}'])
def test_damaged_list_of_inputs_makes_a_training_likely(text: str, lab: Lab) -> None:
    (lab.state / "plan.inputs.json").write_text(text, encoding="utf-8")
    assert has_changed_inputs(lab)


def workflow(**changes: Any) -> Any:
    fields = {"is_main_process": True, "remote_exec": False} | changes
    return SimpleNamespace(
        is_main_process=fields["is_main_process"],
        remote_exec=fields["remote_exec"],
        output_settings=SimpleNamespace(dryrun=fields.get("dryrun", False)),
        deployment_settings=SimpleNamespace(deployment_method=fields.get("deployment", set())),
        resource_settings=SimpleNamespace(nodes=fields.get("nodes")),
    )


@pytest.fixture
def started(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the logs of the servers that are started. Every condition for a server is met."""
    logs: list[Path] = []
    monkeypatch.setattr(module, "JobServer", lambda log, modules: logs.append(log))
    monkeypatch.setattr(sys, "argv", ["snakemake", "--cores", "2"])
    monkeypatch.delenv(ADDRESS, raising=False)
    monkeypatch.setenv("PROBAND_FORK", "1")
    (lab.state / "plan.json").unlink()
    return logs


def test_server_is_started_for_a_build_that_compiles(lab: Lab, started: list[Path]) -> None:
    early_server(workflow(), "", lab)
    assert [log.parent for log in started] == [lab.state / "logs"]


NO_SERVER = {
    "dry run": {"dryrun": True},
    "process of a job": {"is_main_process": False},
    "job on a node": {"remote_exec": True},
    "environments of jobs": {"deployment": {"apptainer"}},
    "cluster": {"nodes": 10},
}


@pytest.mark.parametrize("changes", NO_SERVER.values(), ids=NO_SERVER)
def test_no_server_for_a_command_that_trains_nothing_here(
    changes: dict[str, Any], lab: Lab, started: list[Path]
) -> None:
    early_server(workflow(**changes), "", lab)
    assert started == []


def test_no_server_in_a_lab_that_is_not_trusted(lab: Lab, started: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBAND_TRUST", "list")
    early_server(workflow(), "", lab)
    assert started == []


def test_no_server_in_a_lab_that_hides_a_module(lab: Lab, started: list[Path]) -> None:
    """The server has the lab first on its path, and would run this file before the build refuses it."""
    (lab.root / "torch.py").touch()
    early_server(workflow(), "", lab)
    assert started == []


@pytest.mark.parametrize(("variable", "value"), [("PROBAND_FORK", "0"), (ADDRESS, "/server of another build")])
def test_no_server_where_the_environment_excludes_one(
    variable: str, value: str, lab: Lab, started: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    early_server(workflow(), "", lab)
    assert started == []


def test_no_server_for_other_commands(lab: Lab, started: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["snakemake", "--unlock"])
    early_server(workflow(), "", lab)
    assert started == []


def test_decision_imports_no_heavy_package() -> None:
    heavy = "{'hydra', 'pydantic', 'torch', 'numpy'}"
    program = f"import sys, rules.build.before_plan.early_server; print(*{heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ENGINE, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
