"""The first divergence: a difference of the environment counts only if two trainings in it agree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compiler.reproduction.reproduction import Difference
from compiler.runs.provenance_parts import Distribution, GitState, Gpu, Hardware, Libraries, Python
from compiler.runs.provenance_record import ProvenanceRecord
from compiler.runs.resumed_from import ResumedFrom
from compiler.runs.run_status import RunStatus
from lab.reproduction.first_divergence import first_divergence
from lab.reproduction.provenance_differences import Differences, provenance_differences
from lab.reproduction.recorded_run import RecordedRun

CODE, PACKAGE = Difference("code", "own.py", "a", "b"), Difference("package", "numpy", "1", "2")
SOURCE = {"own.py": "a" * 64, "engine:compiler/x.py": "b" * 64}
NUMPY = {"numpy": Distribution("2.3.0", record_sha256="a" * 64), "proband": Distribution("0.1", editable=True)}


def provenance(**changes: Any) -> ProvenanceRecord:
    fields: dict[str, Any] = {
        "schema_version": 2,
        "source": SOURCE,
        "python": Python("3.11.9", "CPython"),
        "distributions": NUMPY,
        "packages": {"numpy": "2.3.0"},
        "hardware": Hardware("EPYC", 8, 2**34),
        "libraries": Libraries(("OpenBLAS 0.3",), 1),
        "torch_threads": 1,
        "platform": "Linux",
        "environment": {"OMP_NUM_THREADS": "1"},
        "git": GitState("c0ffee", False),
    }
    return ProvenanceRecord("0" * 12, "c0de", **fields | changes)


def old_provenance(**changes: Any) -> ProvenanceRecord:
    """Return a record of schema version 1."""
    fields: dict[str, Any] = {"packages": {"numpy": "2.3.0"}, "python": Python("3.11.9"), "platform": "Linux"}
    return ProvenanceRecord("0" * 12, "c0de", **fields | changes)


def lines(recorded: ProvenanceRecord, repeated: ProvenanceRecord) -> list[str]:
    return [f"{item.category} {item.subject}" for item in provenance_differences(recorded, repeated).listed]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"source": SOURCE | {"own.py": "c" * 64}}, ["code own.py"], id="changed file"),
        pytest.param({"source": {"own.py": "a" * 64}}, ["code compiler/x.py"], id="file that is gone"),
        pytest.param({"python": Python("3.12.1", "CPython")}, ["package Python"], id="Python"),
        pytest.param(
            {"distributions": NUMPY | {"numpy": Distribution("2.4.0")}, "source": SOURCE | {"own.py": "c" * 64}},
            ["code own.py", "package numpy"],
            id="code before packages",
        ),
        pytest.param({"distributions": NUMPY | {"extra": Distribution("1")}}, ["package extra"], id="added package"),
        pytest.param({"distributions": {"proband": Distribution("0.1")}}, ["package numpy"], id="removed package"),
        pytest.param({"distributions": NUMPY | {"proband": Distribution("0.2")}}, [], id="Proband: compared by file"),
        pytest.param(
            {"hardware": Hardware("EPYC", 4, 2**30, (Gpu("H100"),)), "torch_threads": 2},
            ["hardware GPUs", "hardware threads of torch"],
            id="hardware, but not its memory",
        ),
        pytest.param({"libraries": Libraries(("MKL",), 1)}, ["hardware BLAS"], id="BLAS"),
        pytest.param({"environment": {}}, ["hardware variable OMP_NUM_THREADS"], id="variable"),
        pytest.param({"host": "other"}, [], id="host name"),
    ],
)
def test_differences_are_listed_in_order(changes: Mapping[str, Any], expected: list[str]) -> None:
    assert lines(provenance(), provenance(**changes)) == expected


def test_main_packages_come_first() -> None:
    old = {name: Distribution("1") for name in ("aardvark", "numpy", "torch")}
    new = {name: Distribution("2") for name in old}
    recorded = provenance(distributions=old, packages={"torch": "1", "numpy": "1"})
    assert lines(recorded, provenance(distributions=new)) == ["package torch", "package numpy", "package aardvark"]


def test_what_an_old_record_lacks_is_unknown_and_no_difference() -> None:
    assert lines(old_provenance(), provenance()) == []
    assert lines(old_provenance(packages={"numpy": "1.0"}), provenance()) == ["package numpy"]
    assert lines(old_provenance(), old_provenance(packages={})) == []


def test_other_fingerprint_without_a_list_of_files_is_a_difference() -> None:
    changed = ProvenanceRecord("0" * 12, "beef", packages={"numpy": "2.3.0"})
    assert lines(old_provenance(), changed) == ["code fingerprint of the training code"]


def test_weak_hints_are_kept_apart() -> None:
    rebuilt = NUMPY | {"numpy": Distribution("2.3.0", record_sha256="b" * 64)}
    differences = provenance_differences(provenance(), provenance(git=GitState("beef", True), distributions=rebuilt))
    assert differences.listed == ()
    assert [item.subject for item in differences.weak] == ["git commit of the lab", "files of numpy 2.3.0"]


def recorded_run(**changes: Any) -> RecordedRun:
    return RecordedRun("0" * 12, Path(), RunStatus("completed"), {}, {}, provenance(**changes))


@pytest.mark.parametrize(
    ("differences", "is_repeatable", "category", "text"),
    [
        pytest.param(Differences((CODE, PACKAGE)), True, "code", "own.py", id="first in the order"),
        pytest.param(Differences((PACKAGE, CODE)), True, "code", "own.py", id="order of categories"),
        pytest.param(Differences((PACKAGE,)), False, "nondeterminism", "two trainings", id="two trainings differ"),
        pytest.param(Differences(), False, "nondeterminism", "two trainings", id="nondeterminism alone"),
        pytest.param(Differences((PACKAGE,)), None, "package", "numpy", id="one training only"),
        pytest.param(Differences(), None, "nondeterminism", "cause unknown", id="one training, no difference"),
        pytest.param(Differences((), (CODE,)), True, "code", "own.py", id="weak hint"),
        pytest.param(Differences(), True, "record", "does not follow", id="invented result"),
    ],
)
def test_first_divergence(differences: Differences, is_repeatable: bool | None, category: str, text: str) -> None:
    cause = first_divergence(recorded_run(), differences, is_repeatable)
    assert cause.category == category
    assert text in cause.subject


def test_run_that_was_resumed_in_an_epoch_is_no_invented_result() -> None:
    exact, inexact = (recorded_run(resumed=ResumedFrom(1, 40, exact)) for exact in (True, False))
    assert "resumed" in first_divergence(inexact, Differences(), True).subject
    assert "does not follow" in first_divergence(exact, Differences(), True).subject
