"""A check is repeated only if its spec, its code or a file of the run has changed."""

from __future__ import annotations

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


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"findings": []}', '{"findings": {"key": {}}}'])
def test_damaged_cache_counts_as_empty(lab: Lab, content: str) -> None:
    run, check = write_run(lab, "a"), CountingCheck()
    check_with_cache(lab, run, check)
    (lab.state / "plot.json").write_text(content)
    check_with_cache(lab, run, check)
    assert check.calls == 2


def test_outcomes_of_the_parts_of_a_check_are_kept(lab: Lab) -> None:
    run, outcomes = write_run(lab, "a"), ({"id": "first", "passed": False, "answer": None, "problems": ["no"]},)
    results = []
    for _ in range(2):
        cache = CheckCache(lab.state / "cases.json", {}, "v1")
        results.append(cache.cached(lambda _: CheckResult(False, "checked", outcomes=outcomes))(run))
        cache.save()
    assert results[0].outcomes == results[1].outcomes == outcomes
