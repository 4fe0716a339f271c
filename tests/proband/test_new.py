"""`proband new` writes files that compile, and refuses names that would not work before it writes anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.paths import Lab
from proband.cli.main import main
from tests.labs import mistakes_of, spec

USES_ALL = spec("""
    defaults:
      - override /data: my_data
    experiment:
      hypothesis: Everything that was written works together.
      deliverables: [{type: "my_deliverable:TYPE"}]
      analysis_pipeline: ["my_analyst:my_analyst"]
""")


@pytest.fixture
def new_lab(tmp_path: Path) -> Lab:
    (tmp_path / "conf").mkdir()
    return Lab(tmp_path)


def files(lab: Lab) -> set[str]:
    return {file.relative_to(lab.root).as_posix() for file in lab.root.rglob("*") if file.is_file()}


def test_what_it_writes_compiles(new_lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("model", "data", "deliverable", "analyst", "experiment"):
        assert main(["-C", str(new_lab.root), "new", kind, f"my_{kind}"]) == 0
    assert "override /model: my_model" in (new_lab.conf / "experiment/my_experiment.yaml").read_text(encoding="utf-8")
    (new_lab.conf / "experiment/uses_all.yaml").write_text(USES_ALL, encoding="utf-8")
    monkeypatch.syspath_prepend(str(new_lab.root))
    assert {name: mistakes_of(new_lab, name) for name in ("my_experiment", "uses_all")} == {
        "my_experiment": [],
        "uses_all": [],
    }


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        pytest.param("model", "../evil", "has letters, digits", id="outside the lab"),
        pytest.param("experiment", "a/b", "has letters, digits", id="a folder"),
        pytest.param("experiment", "a b", "has letters, digits", id="a blank"),
        pytest.param("data", "1e3", "a name of code", id="a number"),
        pytest.param("model", "nan", "YAML would read it as a value", id="a value of YAML"),
        pytest.param("analyst", "true", "YAML would read it as a value", id="a truth value"),
        pytest.param("deliverable", "class", "no keyword of Python", id="a keyword"),
        pytest.param("model", "torch", "it would hide the package torch", id="a package"),
        pytest.param("model", "agents", "Proband has a module with this name", id="a folder of the engine"),
        pytest.param("model", "Ünï", "has letters, digits", id="not ASCII"),
        pytest.param("experiment", "", "has letters, digits", id="empty"),
        pytest.param("experiment", "x" * 300, "has 300 characters", id="too long"),
    ],
)
def test_a_name_that_would_not_work_is_refused(
    kind: str, name: str, message: str, new_lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-C", str(new_lab.root), "new", kind, name]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.endswith("; nothing was written\n")
    assert files(new_lab) == set()


def test_an_existing_file_is_not_overwritten(new_lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    (new_lab.root / "mine.py").write_text("MINE", encoding="utf-8")
    assert main(["-C", str(new_lab.root), "new", "model", "mine"]) == 2
    assert "mine.py: exists (choose another name)" in capsys.readouterr().err
    assert files(new_lab) == {"mine.py"}
    assert (new_lab.root / "mine.py").read_text(encoding="utf-8") == "MINE"
