"""`proband verify` names every problem, changes no file, and prints no traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.plan_files import current_plan
from lab.admission.admit import admit
from proband.cli.main import main
from tests.compiler.small_lab import FILES
from tests.labs import write_lab
from tests.stored_runs import MODEL, flip_byte, store_run


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A compiled lab with a stored run that no experiment uses."""
    lab = write_lab(tmp_path, FILES)
    current_plan(lab)
    store_run(lab)
    return lab


@pytest.fixture
def verify(lab: Lab, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any]]:
    """Return a function that runs the command with `--json`."""

    def run(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = main(["-C", str(lab.root), "verify", *words, "--json"])
        return code, json.loads(capsys.readouterr().out or "null")

    return run


def problems(answer: Any) -> list[str]:
    return [problem for check in answer["checks"] for problem in check["problems"]]


def test_untouched_lab_holds(verify: Callable[..., tuple[int, Any]]) -> None:
    code, answer = verify()
    assert (code, answer["holds"], problems(answer)) == (0, True, [])
    assert "git commit" in answer["limits"]
    assert [check["count"] for check in answer["checks"]][:2] == [2, 4]


def test_experiments_can_be_named(verify: Callable[..., tuple[int, Any]]) -> None:
    code, answer = verify("one")
    assert code == 0
    assert "planned runs that are not trained yet: 1" in answer["checks"][1]["notes"]
    assert answer["checks"][-2]["notes"] == ["one is not built yet"]
    assert verify("two")[0] == 2


def test_flipped_byte_of_an_orphaned_run_is_named(verify: Callable[..., tuple[int, Any]], lab: Lab) -> None:
    (folder,) = (lab.root / "results/runs").iterdir()
    flip_byte(folder / MODEL)
    code, answer = verify()
    assert (code, problems(answer)) == (
        1,
        [f"results/runs/{folder.name}/{MODEL}: was changed after the training"],
    )


def test_forged_plan_is_named_and_not_repaired(verify: Callable[..., tuple[int, Any]], lab: Lab) -> None:
    plan = lab.state / "plan.json"
    plan.write_text(plan.read_text().replace("One is enough.", "Two are enough."))
    before = {file: file.read_bytes() for file in lab.root.rglob("*") if file.is_file()}
    code, answer = verify()
    assert code == 1
    assert problems(answer)[0].startswith(".proband/plan.json: was changed after the compile")
    assert {file: file.read_bytes() for file in lab.root.rglob("*") if file.is_file()} == before


def test_results_that_follow_from_no_run_are_named(verify: Callable[..., tuple[int, Any]], lab: Lab) -> None:
    write_json(lab.results_file("one"), {"status": "completed", "verdict": "supported"})
    write_json(lab.genealogy, {"experiments": []})
    code, answer = verify("one")
    assert code == 1
    assert any(
        line.startswith("results/genealogy.json: differs from what its inputs give") for line in problems(answer)
    )
    assert any("cannot be computed" in line or "results.json: differs" in line for line in problems(answer))


def test_results_whose_spec_was_deleted_are_listed(verify: Callable[..., tuple[int, Any]], lab: Lab) -> None:
    write_json(lab.results_file("gone"), {"verdict": "supported"})
    code, answer = verify()
    assert code == 0
    notes = [note for check in answer["checks"] for note in check["notes"]]
    assert "results/experiments/gone: not checked, because no spec compiles to it" in notes


def test_table_shows_each_check_and_what_verify_cannot_show(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-C", str(lab.root), "verify"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "files of the runs have the recorded hashes and ids 4 files of 1 run holds" in text
    assert "there is nothing to find" in text


def test_edited_decision_and_edited_experiment_gate_are_named(lab: Lab, verify: Callable[..., tuple[int, Any]]) -> None:
    spec = lab.conf / "experiment/one.yaml"
    spec.write_text(spec.read_text(encoding="utf-8") + "  exploratory: true\n", encoding="utf-8")
    admit(lab, current_plan(lab), ["one"], "snakemake one", {"PROBAND_AS": "Rosa"})
    assert verify()[1]["checks"][-1] == {
        "name": "decisions are as they were recorded",
        "count": 1,
        "unit": "decisions",
        "problems": [],
        "notes": [],
    }
    gate, (decision,) = lab.gate_file("one", "experiment"), lab.approvals.iterdir()
    for file, old in ((gate, "Rosa"), (decision, "Rosa")):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(old, "Eva", 1), encoding="utf-8")
        code, answer = verify()
        assert code == 1
        assert any(line.startswith(file.relative_to(lab.root).as_posix()) for line in problems(answer))
        file.write_text(text, encoding="utf-8")
    spec.write_bytes(spec.read_bytes() + b"\n")
    assert "no decision is about the present experiment" in verify()[1]["checks"][-1]["notes"][0]
