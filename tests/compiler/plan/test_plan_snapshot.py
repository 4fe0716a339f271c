"""The jobs of a build read the plan that its main process compiled, and refuse a copy that was changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from compiler.plan.plan_snapshot import ChangedPlan, keep_plan, kept_plan


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.chdir(tmp_path)
    write_text(Path(".proband/plan.json"), "first\n")
    return Lab(Path())


def test_jobs_read_the_kept_plan_after_another_command_has_compiled(lab: Lab) -> None:
    environ: dict[str, str] = {}
    keep_plan(lab, Path(".proband/plan.json"), environ, remove_others=False)
    write_text(Path(".proband/plan.json"), "second\n")
    assert Path(kept_plan(lab, ".proband/plan.json", environ)).read_text() == "first\n"


def test_other_arguments_and_jobs_without_a_build_keep_their_paths(lab: Lab) -> None:
    environ: dict[str, str] = {}
    assert kept_plan(lab, ".proband/plan.json", environ) == ".proband/plan.json"
    keep_plan(lab, Path(".proband/plan.json"), environ, remove_others=False)
    assert kept_plan(lab, "study", environ) == "study"


@pytest.mark.parametrize("change", [lambda copy: copy.write_text("forged\n"), lambda copy: copy.unlink()])
def test_changed_copy_is_refused(lab: Lab, change: object) -> None:
    environ: dict[str, str] = {}
    keep_plan(lab, Path(".proband/plan.json"), environ, remove_others=False)
    (copy,) = Path(".proband/builds").iterdir()
    change(copy)  # type: ignore[operator]
    with pytest.raises(ChangedPlan, match="changed or deleted"):
        kept_plan(lab, ".proband/plan.json", environ)


def test_copies_of_finished_builds_are_removed_and_those_of_running_ones_stay(lab: Lab) -> None:
    first: dict[str, str] = {}
    keep_plan(lab, Path(".proband/plan.json"), first, remove_others=False)
    write_text(Path(".proband/plan.json"), "second\n")
    keep_plan(lab, Path(".proband/plan.json"), {}, remove_others=False)
    assert len(list(Path(".proband/builds").iterdir())) == 2
    keep_plan(lab, Path(".proband/plan.json"), {}, remove_others=True)
    assert [file.read_text() for file in Path(".proband/builds").iterdir()] == ["second\n"]
