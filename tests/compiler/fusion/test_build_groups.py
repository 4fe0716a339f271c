"""The folder of a build states its groups. A damaged or missing folder means that each run is trained alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.fusion.build_groups import BuildGroup, FusedBuild, ensemble_size

GROUP = BuildGroup("abc", ("a", "b", "c"), 2)


def test_a_run_finds_its_group(tmp_path: Path) -> None:
    build = FusedBuild(tmp_path / "build")
    build.write([GROUP, BuildGroup("other", ("d", "e"), 2)])
    assert build.group_of("b") == GROUP
    assert build.group_of("x") is None


@pytest.mark.parametrize(
    "text", [None, "", "[]", "{}", '{"groups": [1]}', '{"groups": {"abc": {"members": "abc", "size": 2}}}', "\x00"]
)
def test_without_a_valid_file_each_run_is_trained_alone(text: str | None, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "groups.json").write_text(text, encoding="utf-8")
    assert FusedBuild(tmp_path).group_of("a") is None


def test_a_group_is_switched_off_for_the_build_only(tmp_path: Path) -> None:
    build, other = FusedBuild(tmp_path / "build"), FusedBuild(tmp_path / "other")
    build.write([GROUP])
    build.switch_off(GROUP, "its proof failed")
    assert build.is_off(GROUP)
    assert not other.is_off(GROUP)
    build.remove()
    assert not build.is_off(GROUP)
    build.switch_off(GROUP, "after the end of the build")


@pytest.mark.parametrize(
    ("runs", "parallel_jobs", "largest", "size"),
    [
        pytest.param(200, 2, 64, 50, id="four equal ensembles instead of 64, 64, 64, 8"),
        pytest.param(100, 2, 64, 50, id="one for each core"),
        pytest.param(64, 1, 64, 64, id="one core"),
        pytest.param(65, 1, 64, 33, id="one more than fits"),
        pytest.param(3, 2, 64, 2, id="never alone by choice"),
        pytest.param(2, 8, 64, 2, id="fewer runs than cores"),
    ],
)
def test_parallel_jobs_share_a_group_evenly(runs: int, parallel_jobs: int, largest: int, size: int) -> None:
    assert ensemble_size(runs, parallel_jobs, largest) == size
