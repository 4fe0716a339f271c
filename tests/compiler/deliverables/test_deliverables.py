"""Deliverable checks on valid artifacts and on every kind of invalid one, which must never cause a traceback."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any

import pytest

from compiler.base.diagnostics import SpecError
from compiler.base.identity import run_id
from compiler.deliverables import registry
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.completed_runs import CompletedRuns, metrics_finite
from compiler.deliverables.config import Config, matches_expected
from compiler.deliverables.deliverable import Deliverable, DeliverableType, exists
from compiler.deliverables.evaluation_results import OPERATORS, EvaluationResults, threshold
from compiler.deliverables.files import Plot
from compiler.deliverables.registry import SHIPPED, UnknownDeliverableType, deliverable_type
from compiler.deliverables.report import Report, contains_sections, filled_sections
from compiler.deliverables.training_metrics import TrainingMetrics, contains_keys
from compiler.plan.plan_files import current_plan
from compiler.spec.parse_spec import parse_spec
from tests.compiler.small_lab import FILES
from tests.labs import spec, write_lab

CONFIG = {"seed": 0, "model": {"lr": 0.1, "layers": [1, 2]}, "tracking": {"mode": "none"}, "trainer": {"devices": 1}}
DATA = {"data/rows.csv": "aa11"}


def run_in(folder: Path) -> FinishedRun:
    return FinishedRun(run_id(CONFIG, DATA), folder, CONFIG, DATA)


def put(path: Path, content: str | bytes | None) -> None:
    """Write a file, or create a folder if there is no content."""
    if content is None:
        path.mkdir(parents=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))


# Invalid content of a JSON artifact (None: a folder), and the start of the message.
BAD_JSON: dict[str, tuple[str | bytes | None, str]] = {
    "truncated": ('{"accuracy": 0.9', "is not readable JSON"),
    "empty": ("", "is not readable JSON"),
    "a text": ("hello", "is not readable JSON"),
    "not UTF-8": (b"\xff\xfe{}", "is not readable JSON"),
    "binary data": (bytes(range(256)), "is not readable JSON"),
    "a folder": (None, "is not readable JSON"),
    "a number of 5000 digits": ('{"accuracy": ' + "9" * 5000 + "}", "is not readable JSON"),
    "100000 open brackets": ("[" * 100_000, "is not readable JSON"),
    "a list": ("[1]", "is not a JSON object"),
    "null": ("null", "is not a JSON object"),
    "a number": ("0.9", "is not a JSON object"),
}
CHECKS: dict[str, tuple[Callable[[FinishedRun, Any], CheckResult], Deliverable]] = {
    "threshold": (threshold, EvaluationResults(type="x", path="out.json", metric="accuracy", operator=">=", value=0.5)),
    "contains_keys": (contains_keys, TrainingMetrics(type="x", path="out.json", required_keys=["accuracy"])),
    "matches_expected": (matches_expected, Config(type="x", path="out.json")),
}


@pytest.mark.parametrize(("check", "deliverable"), CHECKS.values(), ids=CHECKS)
@pytest.mark.parametrize(("content", "expected"), BAD_JSON.values(), ids=BAD_JSON)
def test_an_artifact_that_is_no_json_object_fails_the_check(
    content: str | bytes | None, expected: str, check: Any, deliverable: Deliverable, tmp_path: Path
) -> None:
    put(tmp_path / "out.json", content)
    result = check(run_in(tmp_path), deliverable)
    assert not result.passed
    assert result.detail.startswith(f"out.json {expected}")


@pytest.mark.parametrize(("check", "deliverable"), CHECKS.values(), ids=CHECKS)
def test_a_missing_artifact_fails_the_check(check: Any, deliverable: Deliverable, tmp_path: Path) -> None:
    assert check(run_in(tmp_path), deliverable) == CheckResult(False, "out.json is missing")
    assert check(run_in(tmp_path / "nowhere"), deliverable) == CheckResult(False, "out.json is missing")
    put(tmp_path / "out.json" / "x", "a folder")
    assert not check(run_in(tmp_path), deliverable.model_copy(update={"path": "out.json/x/y"})).passed


VALUES: dict[str, tuple[str, bool, str]] = {
    "above": ('{"accuracy": 0.9}', True, "accuracy is 0.9, required: accuracy >= 0.5"),
    "exactly": ('{"accuracy": 0.5}', True, "accuracy is 0.5, required: accuracy >= 0.5"),
    "an int": ('{"accuracy": 1}', True, "accuracy is 1, required: accuracy >= 0.5"),
    "below": ('{"accuracy": 0.4}', False, "accuracy is 0.4, required: accuracy >= 0.5"),
    "missing": ('{"acc": 0.9, "n": 4}', False, "out.json has no finite number for accuracy (it has acc)"),
    "NaN": ('{"accuracy": NaN}', False, "out.json has no finite number for accuracy"),
    "infinite": ('{"accuracy": Infinity}', False, "out.json has no finite number for accuracy"),
    "a text": ('{"accuracy": "0.9"}', False, "out.json has no finite number for accuracy"),
    "a bool": ('{"accuracy": true}', False, "out.json has no finite number for accuracy"),
    "null": ('{"accuracy": null}', False, "out.json has no finite number for accuracy"),
    "a list": ('{"accuracy": [0.9]}', False, "out.json has no finite number for accuracy"),
    "twice, the last counts": (
        '{"accuracy": 0.9, "accuracy": 0.1}',
        False,
        "accuracy is 0.1, required: accuracy >= 0.5",
    ),
    "larger than any float": (f'{{"accuracy": {"9" * 400}}}', False, "out.json has no finite number for accuracy"),
}


@pytest.mark.parametrize(("text", "passed", "detail"), VALUES.values(), ids=VALUES)
def test_threshold_compares_the_metric_with_the_value(text: str, passed: bool, detail: str, tmp_path: Path) -> None:
    put(tmp_path / "out.json", text)
    assert threshold(run_in(tmp_path), CHECKS["threshold"][1]) == CheckResult(passed, detail)


COMPARED = {">=": (0, 1, 1), ">": (0, 0, 1), "<=": (1, 1, 0), "<": (1, 0, 0), "==": (0, 1, 0), "!=": (1, 0, 1)}


@pytest.mark.parametrize(("operator", "expected"), COMPARED.items())
def test_each_operator_compares_as_in_python(operator: Any, expected: tuple[int, int, int], tmp_path: Path) -> None:
    deliverable = EvaluationResults(type="x", path="out.json", metric="m", operator=operator, value=0.5)
    for value, passes in zip((0.25, 0.5, 0.75), expected, strict=True):
        put(tmp_path / "out.json", json.dumps({"m": value}))
        assert threshold(run_in(tmp_path), deliverable).passed is bool(passes)
    assert OPERATORS.keys() == COMPARED.keys()


KEYS: dict[str, tuple[dict[str, Any], bool, str]] = {
    "all": ({"a": 1, "b": 0.5, "c": "x"}, True, "out.json has a, b"),
    "one missing": ({"a": 1, "val/c": None, "split": "test"}, False, "out.json lacks b (it has a, val/c)"),
    "both missing": ({}, False, "out.json lacks a, b"),
    "one no number": ({"a": 1, "b": "0.5"}, False, "out.json: not a finite number: b"),
    "none a number": ({"a": None, "b": True}, False, "out.json: not a finite number: a, b"),
    "NaN": ({"a": 1, "b": math.nan}, False, "out.json: not a finite number: b"),
    "infinite": ({"a": -math.inf, "b": 1}, False, "out.json: not a finite number: a"),
}


@pytest.mark.parametrize(("content", "passed", "detail"), KEYS.values(), ids=KEYS)
def test_contains_keys_needs_a_finite_number_for_each_key(
    content: dict[str, Any], passed: bool, detail: str, tmp_path: Path
) -> None:
    put(tmp_path / "out.json", json.dumps(content))
    deliverable = TrainingMetrics(type="x", path="out.json", required_keys=["a", "b"])
    assert contains_keys(run_in(tmp_path), deliverable) == CheckResult(passed, detail)


def recorded(config: Any = None, data: Any = None) -> dict[str, Any]:
    return {"config": CONFIG if config is None else config, "data": DATA if data is None else data}


RECORDS: dict[str, tuple[Any, bool, str]] = {
    "the same": (recorded(), True, f"out.json has run id {run_id(CONFIG, DATA)}"),
    "another tracking": (recorded(CONFIG | {"tracking": {"mode": "online"}}), True, "has run id"),
    "other devices": (recorded(CONFIG | {"trainer": {"devices": 8}}), True, "has run id"),
    "another seed": (recorded(CONFIG | {"seed": 1}), False, "differs from the compiled config in seed"),
    "a float for an int": (recorded(CONFIG | {"seed": 0.0}), False, "differs from the compiled config in seed"),
    "a bool for an int": (recorded(CONFIG | {"seed": False}), False, "differs from the compiled config in seed"),
    "in a list": (recorded(CONFIG | {"model": {"lr": 0.1, "layers": [1, True]}}), False, "in model.layers"),
    "a missing key": (recorded({"seed": 0, "model": {"lr": 0.1}}), False, "in model.layers, trainer"),
    "an additional key": (recorded(CONFIG | {"optimizer": {"momentum": 0.9}}), False, "in optimizer"),
    "nothing": (recorded({}), False, "in model, seed, trainer"),
    "other data": (recorded(data={"data/rows.csv": "bb22"}), False, "in data.data/rows.csv"),
    "more data": (recorded(data=DATA | {"x": "1"}), False, "in data.x"),
    "no data": (recorded(data={}), False, "in data.data/rows.csv"),
    "config is a list": (recorded([1]), False, "does not contain a config and data"),
    "no config": ({"data": DATA}, False, "does not contain a config and data"),
    "data is text": (recorded(data="x"), False, "does not contain a config and data"),
    "another shape": (CONFIG, False, "does not contain a config and data"),
}


@pytest.mark.parametrize(("content", "passed", "detail"), RECORDS.values(), ids=RECORDS)
def test_matches_expected_compares_everything_that_identifies_a_run(
    content: Any, passed: bool, detail: str, tmp_path: Path
) -> None:
    put(tmp_path / "out.json", json.dumps(content))
    result = matches_expected(run_in(tmp_path), Config(type="x", path="out.json"))
    assert result.passed is passed
    assert detail in result.detail


SECTIONS: dict[str, tuple[str, set[str]]] = {
    "text": ("# Method\nWe train.\n# Results\nWell.", {"method", "results"}),
    "case": ("# METHOD\nx", {"method"}),
    "another alphabet": ("# Größe\nx", {"grösse"}),
    "underlined": ("Method\n======\nx\n\nResults\n---\ny", {"method", "results"}),
    "closed": ("## Method ##\nx", {"method"}),
    "a list below": ("# Method\n- one", {"method"}),
    "a table below": ("# Method\n| a |\n| - |", {"method"}),
    "a quote below": ("# Method\n> said", {"method"}),
    "code below": ("# Method\n```\nx = 1\n```", {"method"}),
    "indented code below": ("# Method\n\n    x = 1", {"method"}),
    "an image below": ("# Method\n![curve](a.png)", {"method"}),
    "deeper text": ("# Method\n## Data\nx", {"method", "data"}),
    "deeper headings without text": ("# Method\n## Data\n### More", set()),
    "text only below the next heading of the same level": ("# Method\n# Results\nx", {"results"}),
    "text only below the next heading of a higher level": ("## Method\n# Results\nx", {"results"}),
    "nothing below": ("# Method", set()),
    "blank below": ("# Method\n   \n\n", set()),
    "a rule below": ("# Method\n---", set()),
    "empty code below": ("# Method\n```\n```", set()),
    "in a fence": ("```\n# Method\nx\n```", set()),
    "in a fence of tildes": ("~~~\n# Method\nx\n~~~", set()),
    "in a fence left open": ("```\n# Method\nx", set()),
    "in an indented block": ("    # Method\n    x", set()),
    "no space": ("#Method\nx", set()),
    "too deep": ("####### Method\nx", set()),
    "in bold": ("**Method**\nx", set()),
    "in a comment": ("<!-- # Method\nx -->", set()),
    "empty": ("", set()),
}


@pytest.mark.parametrize(("markdown", "expected"), SECTIONS.values(), ids=SECTIONS)
def test_a_filled_section_is_a_heading_with_text_below_it(markdown: str, expected: set[str]) -> None:
    assert filled_sections(markdown) == expected


REPORTS: dict[str, tuple[str | bytes | None, bool, str]] = {
    "filled": ("# Method\nx\n# RESULTS\ny", True, "report.md has Method, Results"),
    "one empty": ("# Method\nx\n# Results\n", False, "report.md has no text in section Results"),
    "both missing": ("text", False, "report.md has no text in section Method, Results"),
    "empty": ("", False, "report.md has no text in section Method, Results"),
    "not UTF-8": (b"# Method\n\xff", False, "report.md is not readable text: UnicodeDecodeError"),
    "a folder": (None, False, "report.md is not readable text: IsADirectoryError"),
}


@pytest.mark.parametrize(("content", "passed", "detail"), REPORTS.values(), ids=REPORTS)
def test_contains_sections_needs_text_in_each_section(
    content: str | bytes | None, passed: bool, detail: str, tmp_path: Path
) -> None:
    put(tmp_path / "report.md", content)
    deliverable = Report(type="report", path="report.md", sections=["Method", "Results"])
    assert contains_sections(run_in(tmp_path), deliverable) == CheckResult(passed, detail)


def on_report(**fields: Any) -> dict[str, Any]:
    checked = {"type": "report", "report": "technical_report", "sections": ["Results"]} | fields
    return {"hypothesis": "H.", "reports": ["technical_report"], "deliverables": [checked]}


def test_a_deliverable_can_name_a_report_of_the_experiment() -> None:
    _, (deliverable,) = parse_spec(on_report(), "x")
    assert (deliverable.checked_report, deliverable.path) == ("technical_report", "reports/technical_report.md")
    assert Report.model_validate(deliverable.model_dump()) == deliverable


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"report": "technical_reprot"}, "'technical_reprot' is not in the reports of this spec"),
        ({"path": "output/report.md"}, "takes neither path nor over"),
        ({"over": "best"}, "takes neither path nor over"),
        ({"report": 3}, "must be text"),
    ],
    ids=["unknown report", "path", "over", "no text"],
)
def test_a_deliverable_on_a_report_is_checked_against_the_spec(fields: dict[str, Any], problem: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse_spec(on_report(**fields), "x")
    assert [problem in listed.problem for listed in caught.value.problems] == [True]


def test_a_missing_report_fails_the_check(tmp_path: Path) -> None:
    result = contains_sections(run_in(tmp_path), Report(type="report", path="report.md", sections=["Method"]))
    assert result == CheckResult(False, "report.md is not readable text: FileNotFoundError")


FINITE: dict[str, tuple[dict[str, Any], dict[str, Any] | None, bool, str]] = {
    "finite": ({"accuracy": 0.9, "epochs": 1}, {"accuracy": 0.9, "split": "test", "n": 3}, True, "1 finite metrics"),
    "no test split": ({"train_loss": 0.9}, None, True, "1 finite metrics"),
    "not finite, which is written as null": ({"accuracy": None}, None, False, "not a finite number: accuracy"),
    "NaN": ({"accuracy": 0.5, "loss": math.nan}, None, False, "not a finite number: loss"),
    "only counts": ({"schema_version": 1, "epochs": 3, "steps": 9}, None, False, "has no metric"),
    "only texts": ({"split": "test", "ok": True}, None, False, "has no metric"),
    "not finite in the test split": ({"loss": 1.0}, {"accuracy": None}, False, "not a finite number: accuracy"),
}


@pytest.mark.parametrize(("metrics", "evaluation", "passed", "detail"), FINITE.values(), ids=FINITE)
def test_metrics_finite_needs_a_metric_and_no_number_that_is_not_finite(
    metrics: dict[str, Any], evaluation: dict[str, Any] | None, passed: bool, detail: str, tmp_path: Path
) -> None:
    put(tmp_path / "out.json", json.dumps(metrics))
    if evaluation is not None:
        put(tmp_path / "output/eval_results.json", json.dumps(evaluation))
    result = metrics_finite(run_in(tmp_path), CompletedRuns(type="completed_runs", path="out.json"))
    assert result.passed is passed
    assert detail in result.detail


@pytest.mark.parametrize("node", [{}, {"deliverables": []}], ids=["none", "an empty list"])
def test_a_spec_without_deliverables_asks_for_completed_runs(node: dict[str, Any]) -> None:
    parsed, (implied,) = parse_spec({"hypothesis": "H."} | node, "x")
    assert implied == CompletedRuns(type="completed_runs")
    assert (implied.required, implied.over, implied.validation) == (True, "all", "metrics_finite")
    assert parsed.deliverables == [], "the gate of the experiment sees what the author wrote"


def test_a_spec_with_an_advisory_deliverable_has_only_that_one() -> None:
    _, deliverables = parse_spec({"hypothesis": "H.", "deliverables": [{"type": "plot", "required": False}]}, "x")
    assert [deliverable.type for deliverable in deliverables] == ["plot"]


def test_exists_needs_a_file_with_content_or_a_folder_with_a_file(tmp_path: Path) -> None:
    def check(path: str) -> CheckResult:
        return exists(run_in(tmp_path), Plot(type="plot", path=path))

    put(tmp_path / "a.png", "x" * 3)
    put(tmp_path / "empty.png", "")
    put(tmp_path / "folder/deep/b.png", "y")
    put(tmp_path / "bare/deep", None)
    os.symlink(tmp_path / "nowhere", tmp_path / "dangling.png")
    assert check("a.png") == CheckResult(True, "a.png has 3 bytes")
    assert check("empty.png") == CheckResult(False, "empty.png is empty")
    assert check("missing.png") == CheckResult(False, "missing.png is missing")
    assert check("a.png/inside") == CheckResult(False, "a.png/inside is missing")
    assert check("dangling.png") == CheckResult(False, "dangling.png is missing")
    assert check("folder") == CheckResult(True, "folder contains 1 files")
    assert check("bare") == CheckResult(False, "bare is an empty folder")


SCHEMA = {
    "completed_runs": ("metrics_finite", "exists"),
    "wandb_run": ("synced_and_downloadable", "exists"),
    "tracked_run": ("readable", "exists"),
    "model_checkpoint": ("exists_and_loadable", "exists"),
    "tokenizer": ("exists_and_loadable", "exists"),
    "config": ("matches_expected", "exists"),
    "training_metrics": ("contains_keys", "exists"),
    "evaluation_results": ("threshold", "exists"),
    "group_gap": ("max_gap", "exists"),
    "safety_checks": ("cases", "exists"),
    "system_metrics": ("exists",),
    "plot": ("exists",),
    "report": ("contains_sections", "exists"),
    "comparison": ("statistical_test",),
}


def test_the_shipped_types_have_these_validations() -> None:
    assert {name: tuple(kind.checks) for name, kind in SHIPPED.items()} == SCHEMA
    assert [name for name, kind in SHIPPED.items() if kind.scope == "experiment"] == ["comparison"]


@pytest.mark.parametrize("name", SCHEMA)
def test_default_validation_is_the_first_of_the_type(name: str) -> None:
    required_fields = {
        "training_metrics": {"required_keys": ["a"]},
        "evaluation_results": {"metric": "a", "operator": ">", "value": 1},
        "group_gap": {"metric": "a", "column": "b", "max_gap": 0.1},
        "safety_checks": {"cases": "conf/safety/a.yaml"},
        "report": {"sections": ["a"]},
    }
    deliverable = deliverable_type(name).schema.model_validate({"type": name} | required_fields.get(name, {}))
    assert (deliverable.validation, deliverable.required, deliverable.over, deliverable.title) == (
        SCHEMA[name][0],
        True,
        "all",
        name,
    )


TYPE_SOURCE = """
from typing import Literal
from compiler.deliverables.api import CheckResult, Deliverable, DeliverableType, FinishedRun, exists

class Sound(Deliverable):
    path: str = "output/sound.wav"
    validation: Literal["audible", "exists"] = "audible"
    loudness: float = 1.0

def audible(run: FinishedRun, spec: Sound) -> CheckResult:
    return CheckResult(spec.loudness > 0, "audible")

SOUND = DeliverableType("sound", Sound, {"audible": audible, "exists": exists})
NOT_A_TYPE = Sound
"""


@pytest.fixture
def own_types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    put(tmp_path / "own_types.py", TYPE_SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("own_types")
def test_a_type_can_be_named_by_module_and_attribute() -> None:
    kind = deliverable_type("own_types:SOUND")
    assert kind.name == "sound"
    assert kind.schema.model_validate({"type": "own_types:SOUND"}).title == "SOUND"


class FakeEntryPoints:
    """Replaces `importlib.metadata.entry_points`."""

    def __init__(self, *points: EntryPoint) -> None:
        self.points = EntryPoints(points)

    def __call__(self, **query: str) -> EntryPoints:
        return self.points.select(**query)


@pytest.mark.usefixtures("own_types")
def test_a_type_can_be_an_entry_point_of_an_installed_package(monkeypatch: pytest.MonkeyPatch) -> None:
    group = registry.ENTRY_POINTS
    points = [EntryPoint("sound", "own_types:SOUND", group), EntryPoint("bad", "own_types:GONE", group)]
    monkeypatch.setattr(
        registry, "entry_points", FakeEntryPoints(*points, EntryPoint("sound", "json:loads", "other.group"))
    )
    assert deliverable_type("sound").name == "sound"
    assert {"sound", "bad", "plot"} <= set(registry.installed_names())
    with pytest.raises(UnknownDeliverableType, match="type 'bad' cannot be imported"):
        deliverable_type("bad")
    spec_node = {"hypothesis": "H.", "deliverables": [{"type": "sound", "loudness": 0.5}, {"type": "soud"}]}
    with pytest.raises(SpecError) as caught:
        parse_spec(spec_node, "x")
    (problem,) = caught.value.problems
    assert (problem.path, problem.hint) == (("experiment", "deliverables", 1, "type"), "did you mean 'sound'?")


UNKNOWN = {
    "soud": "unknown type 'soud'",
    "nowhere:TYPE": "No module named 'nowhere'",
    "own_types:GONE": "GONE",
    "own_types:NOT_A_TYPE": "unknown type 'own_types:NOT_A_TYPE'",
    "own_types:": "unknown type 'own_types:'",
    ":": "cannot be imported",
    "": "unknown type ''",
}


@pytest.mark.usefixtures("own_types")
@pytest.mark.parametrize(("name", "expected"), UNKNOWN.items())
def test_an_unknown_type_is_reported(name: str, expected: str) -> None:
    with pytest.raises(UnknownDeliverableType) as caught:
        deliverable_type(name)
    assert expected in str(caught.value)


def test_a_type_in_the_lab_is_found_and_its_code_is_part_of_the_step_hash(tmp_path: Path) -> None:
    text = spec("experiment: {hypothesis: H., deliverables: [{type: 'lab_types:SOUND', name: jingle, loudness: 2.0}]}")
    lab = write_lab(tmp_path, FILES | {"sounds": text, "lab_types.py": TYPE_SOURCE})
    first = current_plan(lab).experiments["sounds"].deliverables["jingle"]
    write_lab(tmp_path, {"lab_types.py": TYPE_SOURCE + "# louder\n"})
    second = current_plan(lab).experiments["sounds"].deliverables["jingle"]
    assert first.spec["loudness"] == 2.0
    assert first.check != second.check
    assert first.spec == second.spec


def test_a_type_is_immutable() -> None:
    kind = deliverable_type("plot")
    assert isinstance(kind, DeliverableType)
    with pytest.raises(AttributeError):
        kind.name = "other"  # type: ignore[misc]
