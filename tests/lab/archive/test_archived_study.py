"""Archive with real DVC: one batch, equal content once, changed files refused, and every byte restored in a clone."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from lab.archive.archive import archive_experiments
from lab.archive.dvc_program import DvcFailed
from lab.archive.restore import restore_experiments, restore_runs
from tests.lab.archive.small_archive import (
    STUDY,
    clone,
    contents,
    dvc,
    finished_experiment,
    finished_study,
    remote_object,
    repository,
    run_program,
)
from tests.plans import plan_of
from tests.stored_runs import METRICS, flip_byte, write_status

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lab, Plan]:
    """An archived lab, its clone without results, and the remote between them. Tests copy the folder."""
    lab = repository(tmp_path_factory.mktemp("archived") / "lab")
    plan = finished_study(lab)
    archived = archive_experiments(lab, plan, [STUDY])
    assert (archived.experiments, archived.runs, len(archived.changed)) == ((STUDY,), 2, 3)
    clone(lab, lab.root.parent / "clone")
    return lab, plan


@pytest.fixture
def study(built: tuple[Lab, Plan], tmp_path: Path) -> tuple[Lab, Plan]:
    shutil.copytree(built[0].root.parent, tmp_path / "copy", symlinks=True)
    return Lab(tmp_path / "copy" / "lab"), built[1]


def cloned(lab: Lab) -> Lab:
    return Lab(lab.root.parent / "clone")


def test_clone_gets_every_byte_and_the_links(study: tuple[Lab, Plan]) -> None:
    lab, other = study[0], cloned(study[0])
    restored = restore_experiments(other, [STUDY])
    assert (len(restored.runs), restored.experiments, restored.problems) == (2, [STUDY], [])
    assert contents(other.results) == contents(lab.results)
    link = other.experiment(STUDY) / "runs" / "seed=0"
    assert link.is_symlink()
    assert (link / "status.json").is_file()


def test_plain_dvc_pull_restores_the_same_files(study: tuple[Lab, Plan]) -> None:
    other = cloned(study[0])
    dvc(other, "pull", "--quiet")
    assert contents(other.results) == contents(study[0].results)


def test_runs_of_a_plan_are_restored_if_their_code_is_current(study: tuple[Lab, Plan]) -> None:
    other, plan = cloned(study[0]), study[1]
    first, second = plan.runs
    changed = plan_of(*plan.experiments.values())
    changed.runs[second] = type(plan.runs[second])(second, "0ther", (), plan.runs[second].resources, ())  # type: ignore[index]
    assert restore_runs(other, changed).runs == [first]
    assert restore_runs(other, plan).runs == [second]
    assert restore_runs(other, plan).runs == []


def test_second_archive_changes_nothing_and_removes_what_a_killed_one_left(study: tuple[Lab, Plan]) -> None:
    lab, plan = study
    before = contents(lab.archive) | contents(lab.root / ".dvc/cache/files")
    write_text(lab.archive / "staging" / "run-000000000000.dvc", "wdir: ../..\nouts: [{path: results/runs/x}]\n")
    assert archive_experiments(lab, plan, [STUDY]).changed == ()
    assert contents(lab.archive) | contents(lab.root / ".dvc/cache/files") == before


def test_shared_run_is_stored_once(study: tuple[Lab, Plan]) -> None:
    lab, plan = study
    runs = {run: {"seed": seed} for seed, run in enumerate(plan.runs)}
    both = plan_of(plan.experiments[STUDY], finished_experiment(lab, "other", runs))
    before = contents(lab.root / ".dvc/cache/files")
    archived = archive_experiments(lab, both, [STUDY, "other"])
    assert archived.changed == ("archive/experiments/other.dvc",)
    assert contents(lab.root / ".dvc/cache/files") == before, "the files of both experiments are equal"


def tampered_metric(lab: Lab, run: str) -> str:
    flip_byte(lab.run(run) / METRICS)
    return f"results/runs/{run}/{METRICS} was changed"


def added_output(lab: Lab, run: str) -> str:
    write_text(lab.run(run) / "output/more.json", "{}")
    return "output/more.json: is not among the files that the training recorded"


def link_out(lab: Lab, run: str) -> str:
    (lab.root / "outside").mkdir()
    (lab.run(run) / "tracking").symlink_to(lab.root / "outside")
    return "tracking is a link out of the run"


def dangling_link(lab: Lab, run: str) -> str:
    (lab.run(run) / "latest").symlink_to("nowhere")
    return "latest is a link to a missing file"


def lost_results(lab: Lab, run: str) -> str:  # noqa: ARG001
    lab.results_file(STUDY).unlink()
    return "has no results yet (snakemake --cores 2 study)"


def untrained(lab: Lab, run: str) -> str:
    shutil.rmtree(lab.run(run))
    return "1 of 2 runs are not trained yet (snakemake --cores 2 study)"


def other_code(lab: Lab, run: str) -> str:
    write_text(lab.run(run) / "provenance.json", '{"fingerprint": "0ther"}')
    return "1 of 2 runs were trained with other code"


def open_stage(lab: Lab, run: str) -> str:  # noqa: ARG001
    lab.gate_file(STUDY, "validation").unlink()
    return "its stage validation is not finished"


def other_results(lab: Lab, run: str) -> str:  # noqa: ARG001
    write_text(lab.results_file(STUDY), json.dumps({"runs": [{"run_id": "0" * 12}]}))
    return "are those of an earlier version of the spec"


@pytest.mark.parametrize(
    "change",
    [
        *(tampered_metric, added_output, link_out, dangling_link),
        *(lost_results, untrained, other_code, open_stage, other_results),
    ],
    ids=lambda change: change.__name__,
)
def test_changed_or_unfinished_experiment_is_refused(
    study: tuple[Lab, Plan], change: Callable[[Lab, str], str]
) -> None:
    lab, plan = study
    before = contents(lab.archive)
    reason = change(lab, next(iter(plan.runs)))
    archived = archive_experiments(lab, plan, [STUDY])
    assert reason in {**archived.refused, **archived.unfinished}[STUDY]
    assert archived.experiments == ()
    assert contents(lab.archive) == before


def test_change_with_an_old_time_is_noticed_before_a_pointer_is_written(tmp_path: Path) -> None:
    lab = repository(tmp_path / "lab")
    plan = finished_study(lab, seeds=(0,))
    (run,) = plan.runs
    flip_byte(lab.run(run) / METRICS)
    os.utime(lab.run(run) / METRICS, (0, 0))
    assert "but the training recorded" in archive_experiments(lab, plan, [STUDY]).refused[STUDY]
    assert contents(lab.archive) == {}


def test_failed_and_retrained_runs_are_archived(study: tuple[Lab, Plan]) -> None:
    lab, plan = study
    run = next(iter(plan.runs))
    (lab.run(run) / "train.log").write_text("loss is nan\n", encoding="utf-8")
    write_status(lab, run, {"status": "failed", "error": {"kind": "non_finite", "message": "nan"}})
    archived = archive_experiments(lab, plan, [STUDY])
    assert archived.changed == (f"archive/runs/{run}.dvc",), archived


def test_changed_object_of_the_cache_is_noticed_and_stored_anew(study: tuple[Lab, Plan]) -> None:
    lab, plan = study
    objects = [
        file for file in (lab.root / ".dvc/cache/files").rglob("*") if file.stat().st_size == 1000 and file.is_file()
    ]
    objects[0].chmod(0o644)
    flip_byte(objects[0])
    objects[0].chmod(0o444)
    problem = archive_experiments(lab, plan, [STUDY]).refused[STUDY]
    assert objects[0].parent.name + objects[0].name in problem
    assert archive_experiments(lab, plan, [STUDY]).experiments == (STUDY,)


def test_content_that_the_remote_lacks_is_named_and_the_rest_restored(study: tuple[Lab, Plan]) -> None:
    lab, other = study[0], cloned(study[0])
    run, complete = study[1].runs
    remote_object(lab, lab.run_pointer(run)).unlink()
    restored = restore_experiments(other, [STUDY])
    assert restored.runs == [complete]
    assert any(f"run {run}: not restored" in problem for problem in restored.problems)
    assert not other.run(run).exists()


def test_problem_of_dvc_is_reported_and_leaves_no_pointer(tmp_path: Path) -> None:
    lab = repository(tmp_path / "lab")
    plan = finished_study(lab, seeds=(0,))
    write_text(lab.root / ".gitignore", "/archive/\n")
    with pytest.raises(DvcFailed, match="is git-ignored"):
        archive_experiments(lab, plan, [STUDY])
    assert contents(lab.archive) == {}


def test_missing_remote_is_named_with_the_command_that_adds_it(study: tuple[Lab, Plan]) -> None:
    other = cloned(study[0])
    (other.root / ".dvc/config").write_text("", encoding="utf-8")
    with pytest.raises(DvcFailed, match="dvc remote add --default NAME URL"):
        restore_experiments(other, [STUDY])
    assert not other.results.exists()


def test_wrong_remote_is_named_once_with_the_command_that_corrects_it(study: tuple[Lab, Plan]) -> None:
    other, gone = cloned(study[0]), study[0].root.parent / "gone"
    dvc(other, "remote", "modify", "--local", "store", "url", str(gone))
    restored = restore_experiments(other, [STUDY])
    (problem,) = restored.problems
    assert problem.startswith(f"remote store ({gone}) cannot be read: no such folder (")
    assert "`dvc remote modify --local store url ADDRESS`" in problem
    assert restored.unavailable == [*study[1].runs, STUDY]
    assert (restored.runs, restored.experiments) == ([], [])
    assert restore_experiments(other, [STUDY], "other").problems == [
        "DVC knows no remote other (add it: `dvc remote add other URL`)"
    ]


def test_ignore_files_of_git_stay_as_the_user_has_them(tmp_path: Path) -> None:
    lab = repository(tmp_path / "lab")
    plan = finished_study(lab, seeds=(0,))
    write_text(lab.root / ".gitignore", "/.proband/\n")
    write_text(lab.results / "runs" / ".gitignore", "*.pyc\n")
    archive_experiments(lab, plan, [STUDY])
    ignore_files = {file.relative_to(lab.root).as_posix() for file in lab.results.rglob(".gitignore")}
    assert ignore_files == {"results/runs/.gitignore"}
    assert (lab.results / "runs" / ".gitignore").read_text(encoding="utf-8") == "*.pyc\n"


def test_files_in_git_are_not_archived_again(tmp_path: Path) -> None:
    lab = repository(tmp_path / "lab")
    plan = finished_study(lab, seeds=(0,))
    write_text(lab.root / ".gitignore", "/results/runs/\n/.proband/\n")
    run_program(lab.root, "git", "add", "results/experiments/study/results.json", "results/experiments/study/gates")
    archive_experiments(lab, plan, [STUDY])
    text = lab.experiment_pointer(STUDY).read_text(encoding="utf-8")
    assert "study/analysis" in text
    assert "results.json" not in text
    assert "gates" not in text
