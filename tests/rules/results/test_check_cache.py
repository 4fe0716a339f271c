"""A check is repeated only if its spec, its code or a file of the run has changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from compiler.deliverables.check import CheckResult, TrackedRun
from compiler.deliverables.files import Plot
from rules.results.check_cache import CheckCache
from rules.results.run_record import RunRecord
from tests.run_files import write_run


class CountingCheck:
    """A check that counts its calls."""

    def __init__(self) -> None:
        self.calls = 0
        self.result = CheckResult(True, "checked")

    def __call__(self, run: RunRecord) -> CheckResult:
        self.calls += 1
        return self.result


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def check_with_cache(
    lab: Lab, run: RunRecord, check: CountingCheck, code: str = "v1", spec: Plot | None = None
) -> CheckResult:
    cache = CheckCache(lab.state / "plot.json", (spec or Plot(type="plot")).model_dump(), code)
    result = cache.cached(check)(run)
    cache.save()
    return result


def test_unchanged_run_is_checked_once(lab: Lab) -> None:
    run, check = write_run(lab, "a"), CountingCheck()
    assert [check_with_cache(lab, run, check).detail for _ in range(3)] == ["checked"] * 3
    assert check.calls == 1


def test_check_is_repeated_after_a_change_of_code_spec_or_files(lab: Lab) -> None:
    run, check = write_run(lab, "a"), CountingCheck()
    check_with_cache(lab, run, check)
    check_with_cache(lab, run, check, code="v2")
    check_with_cache(lab, run, check, code="v2", spec=Plot(type="plot", path="output/other.png"))
    (run.folder / "output/plot.png").write_text("drawn")
    check_with_cache(lab, run, check, code="v2", spec=Plot(type="plot", path="output/other.png"))
    assert check.calls == 4


def write_in_place(file: Path, content: str) -> None:
    """Write content of the same size, and set the old modification time."""
    state = file.stat()
    with file.open("r+") as opened:
        opened.write(content)
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (state.st_size, state.st_mtime_ns)


def replace_by_copy(file: Path, content: str) -> None:
    """Replace the file by another one of the same size and modification time."""
    state, other = file.stat(), file.with_suffix(".new")
    other.write_text(content)
    os.utime(other, ns=(state.st_atime_ns, state.st_mtime_ns))
    other.replace(file)


def replace_by_link(file: Path, content: str) -> None:
    target = file.parents[3] / "elsewhere.png"
    target.write_text(content)
    file.unlink()
    file.symlink_to(target)


EDITS: dict[str, Callable[[Path, str], object]] = {
    "other size": lambda file, content: file.write_text(content * 2),
    "same size": write_in_place,
    "another file": replace_by_copy,
    "a link": replace_by_link,
    "years ago": lambda file, content: (file.write_text(content), os.utime(file, (0, 0))),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_a_file_edited_after_the_cached_check_is_checked_again(edit: Callable[[Path, str], object], lab: Lab) -> None:
    run, check = write_run(lab, "a"), CountingCheck()
    file = run.folder / "output/plot.png"
    file.write_text("drawn")
    check_with_cache(lab, run, check)
    edit(file, "edits")
    check_with_cache(lab, run, check)
    assert check.calls == 2


def test_a_folder_that_a_link_replaced_is_always_checked_again(lab: Lab) -> None:
    """The target of the link can be exchanged without a change in the folder of the run."""
    run, check = write_run(lab, "a"), CountingCheck()
    folder = run.folder / "output/final_model"
    for name in ("first", "second"):
        (lab.root / name).mkdir()
        (lab.root / name / "model.safetensors").write_text(name)
        folder.unlink(missing_ok=True)
        folder.symlink_to(lab.root / name)
        check_with_cache(lab, run, check)
    (lab.root / "second/model.safetensors").write_text("edited")
    check_with_cache(lab, run, check)
    assert check.calls == 3


def test_a_restored_status_does_not_repeat_the_check(lab: Lab) -> None:
    run, check = write_run(lab, "a"), CountingCheck()
    check_with_cache(lab, run, check)
    content = (run.folder / "status.json").read_bytes()
    (run.folder / "status.json").unlink()
    (run.folder / "status.json").write_bytes(content)
    check_with_cache(lab, run, check)
    assert check.calls == 1


@pytest.mark.parametrize(
    ("checked_at", "calls"),
    [("2030-01-01T00:00:00+00:00", 2), (None, 1)],
    ids=["asked a server", "read files"],
)
@pytest.mark.parametrize("passed", [True, False])
def test_answer_of_a_server_is_not_kept(passed: bool, checked_at: str | None, calls: int, lab: Lab) -> None:
    run, check = write_run(lab, "a"), CountingCheck()
    check.result = CheckResult(passed, "checked", tracked=TrackedRun("research", "a", checked_at=checked_at))
    for _ in range(2):
        assert check_with_cache(lab, run, check) == check.result
    assert check.calls == calls


@pytest.mark.parametrize("content", ["", "null", "{", "[]", "{}", '{"findings": []}', '{"findings": {"key": {}}}'])
def test_damaged_cache_counts_as_empty(lab: Lab, content: str) -> None:
    run, check = write_run(lab, "a"), CountingCheck()
    check_with_cache(lab, run, check)
    (lab.state / "plot.json").write_text(content)
    check_with_cache(lab, run, check)
    assert check.calls == 2


def test_a_cache_that_cannot_be_written_does_not_prevent_the_check(lab: Lab) -> None:
    run, check = write_run(lab, "a"), CountingCheck()
    (lab.state / "plot.json").mkdir(parents=True)
    assert check_with_cache(lab, run, check).detail == "checked"


def test_outcomes_of_the_parts_of_a_check_are_kept(lab: Lab) -> None:
    run, outcomes = write_run(lab, "a"), ({"id": "first", "passed": False, "answer": None, "problems": ["no"]},)
    results = []
    for _ in range(2):
        cache = CheckCache(lab.state / "cases.json", {}, "v1")
        results.append(cache.cached(lambda _: CheckResult(False, "checked", outcomes=outcomes))(run))
        cache.save()
    assert results[0].outcomes == results[1].outcomes == outcomes
