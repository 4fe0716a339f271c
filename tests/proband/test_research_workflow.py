"""The CI workflow has few rights, runs nothing of a pull request, and its commands exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.base.paths import ENGINE, Lab
from proband.cli.main import command_line
from proband.starting.new_files import write_new_files
from tests.proband.run_command import Proband

FILE = ENGINE / "proband/starting/templates/new/workflow.yml"
WORKFLOW: dict[Any, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
STEPS = [(name, step) for name, job in JOBS.items() for step in job["steps"]]
RUNS = [step["run"] for _, step in STEPS if "run" in step]


def test_workflow_of_a_lab_is_the_one_of_this_repository(tmp_path: Path) -> None:
    (file,) = write_new_files(Lab(tmp_path), "workflow", "research")
    assert file == tmp_path / ".github/workflows/research.yml"
    assert file.read_bytes() == FILE.read_bytes()
    own = ENGINE / ".github/workflows/research.yml"
    assert not own.exists() or own.read_bytes() == FILE.read_bytes()  # an installed engine has no workflow


def test_no_job_has_more_rights_than_it_needs() -> None:
    assert WORKFLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "compile": {"contents": "read"},
        "comment": {"pull-requests": "write"},
        "build": {"contents": "read"},
        "site": {"pages": "write", "id-token": "write"},
    }


def test_text_of_an_event_is_never_part_of_a_script() -> None:
    assert not [run for run in RUNS if "${{" in run]


def test_workflow_does_not_run_with_the_rights_of_the_base_branch_for_a_fork() -> None:
    assert set(WORKFLOW[True]) == {"pull_request", "push"}  # YAML 1.1 reads the key `on` as true


def test_only_merged_code_reaches_the_own_runner_and_runs() -> None:
    own = {name for name, job in JOBS.items() if "self-hosted" in job["runs-on"]}
    assert own == {"build"}
    assert "github.event_name == 'push'" in JOBS["build"]["if"]
    on_pull_requests = [step["run"] for name, step in STEPS if name in ("compile", "comment") and "run" in step]
    assert not any(
        re.search(r"snakemake|trust|proband train|pip install .*-r|pip install \.", run) for run in on_pull_requests
    )


def test_rights_to_write_are_kept_away_from_files_of_a_pull_request() -> None:
    assert not any("checkout" in step.get("uses", "") for step in JOBS["comment"]["steps"])
    checkouts = [step for _, step in STEPS if "checkout" in step.get("uses", "")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_actions_are_pinned_to_commits_with_their_versions() -> None:
    text = FILE.read_text(encoding="utf-8")
    uses = re.findall(r"uses: (.*)", text)
    assert uses
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use) for use in uses)


def test_person_who_merged_is_the_person_of_the_build() -> None:
    assert JOBS["build"]["env"] == {"PROBAND_AS": "${{ github.actor }}"}
    assert "!endsWith(github.actor, '[bot]')" in JOBS["build"]["if"]


def test_every_command_of_proband_exists() -> None:
    lines = [line for run in RUNS for line in run.splitlines() if line.strip().startswith("proband")]
    assert len(lines) == 5
    for line in lines:
        words = shlex.split(re.split(r" (?:>|\|\|)", line.strip())[0])[1:]
        command_line().parse_args(words)


@pytest.fixture
def proband(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Proband:
    (tmp_path / "conf/experiment").mkdir(parents=True)
    return Proband(Lab(tmp_path), capsys)


def write_spec(proband: Proband, hypothesis: str) -> None:
    text = f"# @package _global_\nexperiment:\n  {hypothesis}\n"
    (proband.lab.conf / "experiment/probe.yaml").write_text(text, encoding="utf-8")


def test_error_is_annotated_at_its_line(proband: Proband) -> None:
    write_spec(proband, "hypotesis: x")
    answer = proband("compile", "--format", "github")
    assert answer.code == 2
    assert "::error file=conf/experiment/probe.yaml,line=3,col=3::experiment.hypotesis: unknown key" in answer.out
    assert all(line.startswith("::") for line in answer.out.splitlines())
    comment = proband("explain", "--markdown")
    assert comment.code == 2
    assert "Not built, because they do not compile:" in comment.out


def test_spec_that_compiles_has_no_annotation(proband: Proband) -> None:
    write_spec(proband, "hypothesis: It works.")
    answer = proband("compile", "--format", "github")
    assert (answer.code, answer.out) == (0, "")
    comment = proband("explain", "--markdown")
    assert comment.code == 0
    assert comment.out.startswith("### Proband: 1 run to train\n")


def test_file_that_all_experiments_share_is_annotated(proband: Proband) -> None:
    write_spec(proband, "hypothesis: It works.")
    (proband.lab.conf / "config.yaml").write_text("defaults: [\n", encoding="utf-8")
    assert "::error file=conf/config.yaml,line=2," in proband("compile", "--format", "github").out
    assert "conf/config.yaml:2:" in proband("explain", "--markdown").out
