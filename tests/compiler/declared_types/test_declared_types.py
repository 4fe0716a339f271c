"""A deliverable type that is read from source accepts, rejects and stores the same fields as the imported type."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from compiler.base.diagnostics import SpecError
from compiler.declared_types.find_type import DeclaredTypes
from compiler.deliverables.deliverable import DeliverableType
from compiler.deliverables.registry import UnknownDeliverableType, deliverable_type
from compiler.parsing.validation import error_lines
from compiler.python_source.modules import Modules
from compiler.spec.parse_spec import parse_spec

SOURCE = '''
from __future__ import annotations
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Optional

import pydantic
from pydantic import BaseModel, Field
from compiler.deliverables import api
from compiler.deliverables.api import CheckResult, Deliverable, DeliverableType, FinishedRun, exists
from compiler.deliverables.files import Plot
from helper_types import LIMIT, Percent, Shared, slow

class Band(BaseModel):
    low: float = 0.0
    high: float

class Everything(Deliverable):
    """Fields of every readable kind."""
    path: str = "output/x.bin"
    validation: Literal["small", "slow", "exists"] = "small"
    kilobytes: Annotated[float, Field(gt=0)]
    limit: int = LIMIT
    share: Percent = 50.0
    names: list[Annotated[str, Field(min_length=1)]] = []
    table: dict[str, typing.List[int]] = {}
    pair: tuple[int, str] | None = None
    maybe: Optional[float] = pydantic.Field(default=None, le=10)
    band: Band | None = None
    level: "int" = -3
    unknown: "Path | None" = None
    _private: int = 1

    def metrics(self) -> Mapping[str, str]:
        """The names."""
        return {"metric": self.metric} if self.metric else {}

    metric: str | None = None

class Derived(Everything):
    kilobytes: Annotated[float, Field(gt=100)] = 200.0
    extra: bool

def small(run: FinishedRun, spec: Everything) -> CheckResult:
    return CheckResult(True, "small")

CHECKS = {"small": small, "slow": slow, "exists": exists}
EVERYTHING = DeliverableType("everything", Everything, CHECKS)
DERIVED = api.DeliverableType(name="derived", schema=Derived, checks={"small": "slow_checks:small"}, scope="experiment")
PLOT = DeliverableType("own_plot", Plot, {"exists": api.exists})
SHARED = DeliverableType("shared", Shared, {"exists": exists})
NOT_A_TYPE = Everything
ALIAS = EVERYTHING
'''
HELPERS = """
from typing import Annotated
from pydantic import Field
from compiler.deliverables.api import CheckResult, Deliverable

LIMIT = 7
Percent = Annotated[float, Field(ge=0, le=100)]

class Shared(Deliverable):
    path: str = "output/shared"

def slow(run, spec): return CheckResult(True, "slow")
"""
NAMES = ("EVERYTHING", "DERIVED", "PLOT", "SHARED", "ALIAS")
ITEMS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "required": {"kilobytes": 3},
    "all": {"kilobytes": 300.0, "extra": True, "names": ["a"], "table": {"a": [1]}, "band": {"high": 1.0}, "limit": 1},
    "too small": {"kilobytes": 0},
    "too large": {"kilobytes": 1.0, "share": 101.0, "maybe": 11.0},
    "wrong types": {"kilobytes": "x", "names": [""], "table": {"a": ["b"]}, "level": "c", "band": {"low": 1}},
    "unknown field": {"kilobytes": 1.0, "kilobyte": 1.0},
    "unknown validation": {"kilobytes": 1.0, "validation": "large"},
    "no fields of all types": {"kilobytes": 1.0, "over": "some", "required": "yes", "path": "../x"},
    "metric": {"kilobytes": 500.0, "extra": False, "metric": "acc"},
}


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeclaredTypes:
    (tmp_path / "every_type.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "helper_types.py").write_text(HELPERS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("every_type", "helper_types"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return DeclaredTypes(Modules([tmp_path]))


def outcome(kind: DeliverableType, item: dict[str, Any]) -> Any:
    """Return what is stored in the plan, or the errors."""
    try:
        deliverable = kind.schema.model_validate({"type": "t", **item})
    except ValidationError as error:
        return sorted(error_lines(error))
    return deliverable.model_dump(exclude_none=True), dict(deliverable.metrics()), deliverable.title


@pytest.mark.parametrize("name", NAMES)
def test_fields_are_judged_as_by_the_imported_type(name: str, read: DeclaredTypes) -> None:
    from_source = read.find(f"every_type:{name}")
    assert "every_type" not in sys.modules
    imported = deliverable_type(f"every_type:{name}")
    assert {key: outcome(from_source, item) for key, item in ITEMS.items()} == {
        key: outcome(imported, item) for key, item in ITEMS.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_checks_and_scope_are_those_of_the_imported_type(name: str, read: DeclaredTypes) -> None:
    from_source, imported = read.find(f"every_type:{name}"), deliverable_type(f"every_type:{name}")
    modules = {
        key: check.partition(":")[0] if isinstance(check, str) else check.__module__
        for key, check in imported.checks.items()
    }
    assert {key: str(check).partition(":")[0] for key, check in from_source.checks.items()} == modules
    assert (from_source.name, from_source.scope) == (imported.name, imported.scope)


LENIENT = {
    "fields from a validator": (
        "class X(Deliverable):\n"
        "    size: int\n"
        "    @model_validator(mode='before')\n"
        "    @classmethod\n"
        "    def fill(cls, fields): return {**fields, 'size': 1, 'path': 'output/x'}\n",
        {"other": 1},
    ),
    "a base that cannot be read": ("class X(Deliverable, Mixin):\n    path: str = 'output/x'\n", {"mixed": 1}),
    "a default that is computed": ("class X(Deliverable):\n    path: str = 'output/x'\n    n: int = len('ab')\n", {}),
}


@pytest.mark.parametrize(("source", "item"), LENIENT.values(), ids=LENIENT)
def test_what_only_running_code_decides_is_accepted(source: str, item: dict[str, Any], tmp_path: Path) -> None:
    imports = "from compiler.deliverables.api import Deliverable, DeliverableType\nfrom mixins import Mixin\n"
    type_line = "\nTYPE = DeliverableType('x', X, {name: None for name in ('a', 'exists')})\n"
    (tmp_path / "lenient.py").write_text(f"{imports}from pydantic import model_validator\n{source}{type_line}")
    item = {"type": "lenient:TYPE"} | item
    _, (deliverable,) = parse_spec(
        {"hypothesis": "H.", "deliverables": [item]}, "x", DeclaredTypes(Modules([tmp_path])).find
    )
    assert "n" not in deliverable.model_dump(exclude_none=True)
    assert deliverable.type == "lenient:TYPE"


UNKNOWN = {
    "nowhere:TYPE": "No module named 'nowhere'",
    "every_type:GONE": "'every_type' has no 'GONE'",
    "every_type:NOT_A_TYPE": "unknown type 'every_type:NOT_A_TYPE'",
    "every_type:small": "unknown type 'every_type:small'",
    "every_type:": "'every_type' has no ''",
    "json:loads": "unknown type 'json:loads'",
    "os:system": "'os' has no 'system'",
    "compiler.deliverables.files:exists": "unknown type",
    ":": "No module named ''",
    "soud": "unknown type 'soud'",
}


@pytest.mark.parametrize(("name", "expected"), UNKNOWN.items())
def test_an_unknown_type_is_reported(name: str, expected: str, read: DeclaredTypes) -> None:
    with pytest.raises(UnknownDeliverableType, match="type") as caught:
        read.find(name)
    assert expected in str(caught.value)


def test_a_source_that_is_not_python_is_located(tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text("x = 1\nclass (:\n")
    with pytest.raises(UnknownDeliverableType, match=r"wrong\.py:2: invalid syntax"):
        DeclaredTypes(Modules([tmp_path])).find("wrong:TYPE")


def test_a_shipped_type_can_be_named_by_its_module(read: DeclaredTypes) -> None:
    assert read.find("compiler.deliverables.files:PLOT") is deliverable_type("plot")


def test_a_name_that_is_defined_by_itself_ends(tmp_path: Path) -> None:
    (tmp_path / "loop.py").write_text("A = B\nB = A\nclass C(D): ...\nclass D(C): ...\n")
    with pytest.raises(UnknownDeliverableType):
        DeclaredTypes(Modules([tmp_path])).find("loop:A")


def test_problems_are_located_at_the_fields_of_the_spec(read: DeclaredTypes) -> None:
    node = {"hypothesis": "H.", "deliverables": [{"type": "every_type:EVERYTHING", "kilobyte": 1.0}]}
    with pytest.raises(SpecError) as caught:
        parse_spec(node, "x", read.find)
    assert {(problem.path[-1], problem.hint) for problem in caught.value.problems} == {
        ("kilobytes", ""),
        ("kilobyte", "did you mean 'kilobytes'?"),
    }
