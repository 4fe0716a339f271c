"""Reproduce finished runs: identical results are confirmed, and each kind of change is named as the cause."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from proband.cli.main import main
from rules.jobserver.client import ADDRESS
from tests.end_to_end.support.build import RealLab
from tests.end_to_end.support.built_labs import running_job_server
from tests.stored_runs import write_status

Reproduce = Callable[..., tuple[int, list[dict[str, Any]]]]  # returns the exit code and the reproductions
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("reproduce")]

STEADY, NOISY, FAILING = "steady", "noisy", "failing"
CODE = '''"""Trainings that read a tracked file and an installed package."""

import os
from pathlib import Path

import torch
from scaler import SCALE


def steady(path, rate, save):
    values = [float(line) for line in Path(path).read_text().split()]
    weights = torch.rand(3) * rate * SCALE * sum(values)
    save({"w": weights})
    return {"accuracy": weights.sum().item()}


def noisy(rate):
    return {"accuracy": rate + int.from_bytes(os.urandom(4), "big")}


def failing(rate):
    raise ValueError(f"the rate {rate} is refused")
'''

SPEC = """\
# @package _global_
defaults: [override /model: {name}]
experiment: {{hypothesis: H., research_question: Which one is it, exploratory: true}}
tracking: {{mode: none}}
"""
GIT = "git -c user.name=A -c user.email=a@example.org"


def write_package(site: Path, version: str, scale: float) -> None:
    """Install a version of the package `scaler` in a folder of packages, as pip would."""
    shutil.rmtree(site, ignore_errors=True)
    metadata = site / f"scaler-{version}.dist-info/METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text(f"Metadata-Version: 2.1\nName: scaler\nVersion: {version}\n", encoding="utf-8")
    (site / "scaler.py").write_text(f"SCALE = {scale}\n", encoding="utf-8")


def build_studies(lab: RealLab) -> None:
    """Build three experiments with one run each, in a git repository with data in DVC's cache."""
    lab.write("own.py", CODE)
    lab.write("data/rows.txt", "1\n2\n3\n")
    lab.write(".gitignore", "/results/\n/.proband/\n/.snakemake/\n/reproductions/\n/data/rows.txt\n__pycache__/\n")
    for name in (STEADY, NOISY, FAILING):
        lab.write(f"conf/model/{name}.yaml", f"_target_: own.{name}\nrate: 0.5\n")
        lab.write(f"conf/experiment/{name}.yaml", SPEC.format(name=name))
    lab.write("conf/model/steady.yaml", "_target_: own.steady\nrate: 0.5\npath: data/rows.txt\n")
    for command in ("git init -q", "dvc init -q", "dvc add -q data/rows.txt", "git add -A", f"{GIT} commit -qm first"):
        completed = lab.run(*command.split())
        assert completed.returncode == 0, completed.stderr
    build = lab.snakemake(STEADY, NOISY, FAILING)
    assert len(build.trained) == 3, build.output


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with an installed package, on the path of all processes that the tests start."""
    folder = tmp_path_factory.mktemp("packages") / "site-packages"
    write_package(folder, "1.0", 1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]))
        yield folder


@pytest.fixture(scope="module")
def built(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealLab]:
    """A lab with finished runs, whose job server has the package. Tests copy it."""
    with running_job_server(tmp_path_factory.mktemp("job_server") / "server.log") as server:
        assert site.is_dir()
        lab = RealLab(tmp_path_factory.mktemp("reproduce") / "lab", server)
        lab.root.mkdir()
        build_studies(lab)
        yield lab


@pytest.fixture
def lab(built: RealLab, tmp_path: Path) -> RealLab:
    shutil.copytree(built.root, tmp_path / "lab", symlinks=True)
    return RealLab(tmp_path / "lab", built.server)


def run_of(lab: RealLab, experiment: str) -> str:
    return str(lab.runs(experiment)[0]["run_id"])


@pytest.fixture
def reproduce(lab: RealLab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Reproduce:
    """Return a function that runs the command in this process. Its trainings run in the job server."""
    monkeypatch.setenv(ADDRESS, lab.server)

    def run(*words: str) -> tuple[int, list[dict[str, Any]]]:
        capsys.readouterr()
        code = main(["-C", str(lab.root), "reproduce", *words, "--json"])
        output = capsys.readouterr()
        assert output.out, output.err
        return code, json.loads(output.out)["reproductions"]

    return run


def hashes(lab: RealLab) -> dict[str, str]:
    files = (file for file in (lab.root / "results/runs").rglob("*") if file.is_file())
    return {str(file.relative_to(lab.root)): sha256_of_file(file) for file in files}


def test_unchanged_runs_are_identical_and_stay_as_they_are(lab: RealLab, reproduce: Reproduce) -> None:
    before = hashes(lab)
    code, made = reproduce(STEADY, FAILING)
    assert (code, [item["result"] for item in made]) == (0, ["identical"] * 2), made
    assert [item["compared"] for item in made] == [{"metrics": 3, "weights": 1}, {"failures": 1}]
    assert [item["differences"] for item in made] == [[], []]
    assert hashes(lab) == before
    assert sorted(item["file"] for item in made) == sorted(
        f"reproductions/{file.name}" for file in (lab.root / "reproductions").iterdir()
    )


def test_edited_metric_is_noticed_before_a_training(lab: RealLab, reproduce: Reproduce) -> None:
    run = run_of(lab, STEADY)
    file = lab.root / f"results/runs/{run}/output/metrics.json"
    write_json(file, read_json(file) | {"accuracy": 0.99})
    code, [made] = reproduce(STEADY)
    assert (code, made["result"], made["trainings"]) == (1, "different", 0)
    assert made["cause"]["category"] == "record"
    assert "output/metrics.json: was changed after the training" in made["cause"]["subject"]


def test_edited_metric_with_all_its_hashes_does_not_follow_from_the_record(lab: RealLab, reproduce: Reproduce) -> None:
    run = run_of(lab, STEADY)
    file = lab.root / f"results/runs/{run}/output/metrics.json"
    value = read_json(file)["accuracy"]
    write_json(file, read_json(file) | {"accuracy": 0.99})
    write_status(Lab(lab.root), run, {})
    code, [made] = reproduce(STEADY)
    assert (code, made["result"], made["trainings"]) == (1, "different", 2)
    assert "does not follow from the record" in made["cause"]["subject"]
    assert made["deviations"] == [f"metrics.json: accuracy is 0.99 in the record, now {value!r}"]


def test_training_without_a_fixed_result_is_nondeterministic(reproduce: Reproduce) -> None:
    code, [made] = reproduce(NOISY)
    assert (code, made["result"], made["trainings"]) == (1, "different", 2)
    assert made["cause"]["category"] == "nondeterminism"


def test_changed_package_is_named(reproduce: Reproduce, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ADDRESS)
    monkeypatch.setenv("PROBAND_FORK", "0")  # the job server has imported the old version
    write_package(site, "2.0", 3.0)
    try:
        code, [made] = reproduce(STEADY, "--once")
    finally:
        write_package(site, "1.0", 1.0)
    assert (code, made["result"]) == (1, "different")
    assert made["cause"] == {"category": "package", "subject": "scaler", "recorded": "1.0", "repeated": "2.0"}


def test_changed_data_are_fetched_by_hash_and_named_if_they_are_gone(lab: RealLab, reproduce: Reproduce) -> None:
    recorded = read_json(lab.root / f"results/runs/{run_of(lab, STEADY)}/config.json")["data"]["data/rows.txt"]
    file = lab.root / "data/rows.txt"
    file.unlink()  # DVC may have linked it to its cache
    file.write_text("4\n5\n6\n", encoding="utf-8")
    code, [made] = reproduce(STEADY)
    assert (code, made["result"]) == (0, "identical"), made
    assert any("data/rows.txt in the lab was changed" in note and recorded in note for note in made["notes"])
    shutil.rmtree(lab.root / ".dvc/cache")
    code, [made] = reproduce(STEADY)
    assert (code, made["result"], made["trainings"]) == (1, "not_reproducible", 0)
    assert made["cause"]["category"] == "data"
    assert (made["cause"]["subject"], made["cause"]["recorded"]) == ("data/rows.txt", recorded)
    assert made["cause"]["repeated"] not in ("", recorded)
    assert file.read_text(encoding="utf-8") == "4\n5\n6\n"


def test_changed_source_file_is_named_and_the_recorded_commit_reproduces_the_run(
    lab: RealLab, reproduce: Reproduce
) -> None:
    lab.edit("own.py", "torch.rand(3)", "torch.rand(3) * 2")
    code, [made] = reproduce(STEADY)
    assert (code, made["result"], made["trainings"]) == (1, "different", 2)
    assert (made["cause"]["category"], made["cause"]["subject"]) == ("code", "own.py")
    assert "--at-commit" in made["notes"][-1]
    code, [made] = reproduce(STEADY, "--at-commit")
    assert (code, made["result"]) == (0, "identical"), made
    assert made["notes"][0].startswith("trained with the code of commit")
    assert lab.run("git", "worktree", "list").stdout.count("\n") == 1
