"""An analyst is loaded by the name of a shipped analyst or as `module:function`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.analysis.entry_points import UnknownName
from agents.analysts.load_analyst import load_analyst


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "my_analyst.py").write_text("def analyse(case, task, figures): ...\nNUMBER = 3\n")
    (tmp_path / "my_broken_analyst.py").write_text("raise RuntimeError('a deliberate error')\n")
    yield
    for name in ("my_analyst", "my_broken_analyst"):
        sys.modules.pop(name, None)


def test_shipped_analyst_is_loaded_by_name() -> None:
    assert load_analyst("performance_analysis").__module__ == "agents.analysts.performance_analysis"


@pytest.mark.usefixtures("modules")
def test_analyst_of_a_lab_is_loaded_from_its_module() -> None:
    assert load_analyst("my_analyst:analyse").__module__ == "my_analyst"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("performence_analysis", "use one of performance_analysis", id="misspelled"),
        pytest.param("my_analyst:analyze", "cannot be imported", id="no such function"),
        pytest.param("my_analyst:NUMBER", "must be a function, got int", id="not a function"),
        pytest.param("my_broken_analyst:analyse", "cannot be imported: a deliberate error", id="a module that raises"),
        pytest.param("nowhere:analyse", "No module named 'nowhere'", id="no such module"),
    ],
)
@pytest.mark.usefixtures("modules")
def test_unknown_name_raises_with_the_reason(name: str, reason: str) -> None:
    with pytest.raises(UnknownName, match=reason):
        load_analyst(name)
