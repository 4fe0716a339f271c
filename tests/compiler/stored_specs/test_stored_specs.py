"""A compilation that uses stored specs gives exactly the plan of a fresh one, and compiles only what has changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from compiler.base.paths import Lab
from compiler.plan.compile_lab import Outcome, compile_lab
from compiler.plan.manifest import build_plan
from compiler.plan.plan_files import stored_or_compiled
from compiler.python_source.modules import Modules
from compiler.stored_specs import store
from tests.compiler.small_lab import GROUPS
from tests.labs import spec

SPECS = {
    "conf/environment.yaml": "variables: [PROBAND_NOTE]\n",
    "_common": spec("trainer: {max_epochs: 2}\n"),
    "plain": spec("experiment: {hypothesis: It learns.}\n"),
    "typed": spec('experiment: {hypothesis: Types stay.}\nfloat: 1.0\nint: 1\nbool: true\nlist: [1, 1.0, "1", null]\n'),
    "extends": spec(
        "defaults: [_common, {optional /experiment@_global_: _local}, _self_]\nexperiment: {hypothesis: It inherits.}\n"
    ),
    "swept": spec("""
        experiment:
          hypothesis: More is more.
          parent: plain
          sweep: {model: "glob(n*)", seed: range(2)}
          deliverables: [{type: config}, {type: evaluation_results, metric: accuracy, operator: ">=", value: 0.5}]
          metadata: {created_at: 2026-01-01, tags: [a]}
        note: ${oc.env:PROBAND_NOTE,none}
    """),
    "searched": spec("""
        experiment:
          hypothesis: It is found.
          search: {space: {model.lr: "interval(0.1,0.9)"}, runs: 2, metric: accuracy, goal: maximize}
    """),
}
ALWAYS = {"searched"}  # its trials depend on results
ALL = {name for name in SPECS if name.isalpha()}


def write(name: str, text: str) -> Callable[[Lab], None]:
    def change(lab: Lab) -> None:
        (lab.root / name).parent.mkdir(exist_ok=True)
        (lab.root / name).write_text(text)

    return change


def append(name: str, text: str) -> Callable[[Lab], None]:
    def change(lab: Lab) -> None:
        with (lab.root / name).open("a") as file:
            file.write(text)

    return change


CHANGES: dict[str, tuple[Callable[[Lab], None], set[str]]] = {
    "nothing": (lambda _: None, set()),
    "a comment": (append("conf/experiment/plain.yaml", "# a comment\n"), {"plain"}),
    "a value": (append("conf/experiment/typed.yaml", "int2: 2\n"), {"typed"}),
    "a mistake": (append("conf/experiment/typed.yaml", "seed: -1\n"), {"typed"}),
    "a part that a spec extends": (write("conf/experiment/_common.yaml", spec("seed: 3\n")), {"extends"}),
    "an optional part that was missing": (write("conf/experiment/_local.yaml", spec("seed: 4\n")), {"extends"}),
    "a new spec": (write("conf/experiment/new.yaml", SPECS["plain"]), {"new", "extends"}),
    "a deleted spec": (lambda lab: (lab.conf / "experiment/typed.yaml").unlink(), {"extends"}),
    "a group that all use": (append("conf/trainer/plain.yaml", "note: 1\n"), ALL),
    "a new config of a group": (write("conf/model/other.yaml", "_target_: nets.Net\nlr: 0.3\n"), ALL),
    "a new folder in conf": (write("conf/note/a.yaml", "a: 1\n"), ALL),
    "the allowed environment variables": (append("conf/environment.yaml", "# a comment\n"), ALL),
    "the code of the model": (append("nets.py", "    x = 1\n"), ALL),
    "code that the model imports": (append("layers.py", "x = 1\n"), ALL),
    "a new module": (write("extra.py", ""), ALL),
    "another version of the data": (lambda lab: write("dvc.lock", _lock(lab))(lab), ALL),
}


def _lock(lab: Lab) -> str:
    return (lab.root / "dvc.lock").read_text().replace("aa11", "bb22")


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the specs that are compiled from now on."""
    names: list[str] = []
    original = store.compile_experiment

    def compile_experiment(choice: str, tools: Any) -> Any:
        names.append(choice)
        return original(choice, tools)

    monkeypatch.setattr(store, "compile_experiment", compile_experiment)
    return names


def content(outcome: Outcome) -> str:
    plan = build_plan(outcome.compilation).to_json()
    runs = {run.id: [run.config, run.data, run.fingerprint] for run in outcome.compilation.runs.values()}
    return json.dumps([plan, runs, list(map(str, outcome.diagnostics))])


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_plan_from_stored_specs_is_that_of_a_fresh_compilation(
    change: Callable[[Lab], None], expected: set[str], lab: Callable[..., Lab], compiled: list[str]
) -> None:
    new_lab = lab(GROUPS | SPECS)
    stored = json.loads(json.dumps(compile_lab(new_lab).stored))
    change(new_lab)
    compiled.clear()
    outcome = compile_lab(new_lab, (), stored)
    assert set(compiled) == expected | ALWAYS
    fresh = compile_lab(new_lab)
    assert content(outcome) == content(fresh)
    assert outcome.sources >= fresh.sources


@pytest.mark.parametrize("overrides", [["seed=5"], ["data.path=data/other.csv"]])
def test_specs_are_compiled_again_with_other_overrides(
    overrides: list[str], lab: Callable[..., Lab], compiled: list[str]
) -> None:
    new_lab = lab(GROUPS | {"plain": SPECS["plain"]})
    stored = compile_lab(new_lab).stored
    compiled.clear()
    assert content(compile_lab(new_lab, overrides, stored)) == content(compile_lab(new_lab, overrides))
    assert compiled == ["plain", "plain"]


def test_specs_are_compiled_again_when_an_environment_variable_changes(
    lab: Callable[..., Lab], compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    new_lab = lab(GROUPS | SPECS)
    stored = compile_lab(new_lab).stored
    monkeypatch.setenv("PROBAND_NOTE", "other")
    compiled.clear()
    assert content(compile_lab(new_lab, (), stored)) == content(compile_lab(new_lab))
    assert set(compiled) == ALL


def test_only_the_changed_spec_of_a_lab_is_compiled(lab: Callable[..., Lab], compiled: list[str]) -> None:
    new_lab = lab(GROUPS | {f"spec{number}": SPECS["plain"] for number in range(5)})
    stored_or_compiled(new_lab)
    compiled.clear()
    append("conf/experiment/spec3.yaml", "# a comment\n")(new_lab)
    stored_or_compiled(new_lab)
    assert compiled == ["spec3"]


@pytest.mark.parametrize("damage", ["{}", "[]", "null", '{"schema_version": 2}'])
def test_damaged_store_is_ignored(damage: str, lab: Callable[..., Lab]) -> None:
    new_lab = lab(GROUPS | {"plain": SPECS["plain"]})
    before, _ = stored_or_compiled(new_lab)
    (new_lab.state / "plan.specs.json").write_text(damage)
    append("conf/experiment/plain.yaml", "# a comment\n")(new_lab)
    assert stored_or_compiled(new_lab)[0] == before


def test_a_plan_with_stored_specs_is_told_from_a_compiled_one(lab: Callable[..., Lab]) -> None:
    """A build compiles such a plan again before its first job, because anyone can edit stored specs."""
    new_lab = lab(GROUPS | {"plain": SPECS["plain"], "typed": SPECS["typed"]})
    assert stored_or_compiled(new_lab)[1] is False
    append("conf/experiment/plain.yaml", "# a comment\n")(new_lab)
    assert stored_or_compiled(new_lab)[1] is True
    append("nets.py", "# a comment\n")(new_lab)
    assert stored_or_compiled(new_lab)[1] is False


def test_code_is_read_again_only_if_code_has_changed(lab: Callable[..., Lab], monkeypatch: pytest.MonkeyPatch) -> None:
    new_lab = lab(GROUPS | {"plain": SPECS["plain"]})
    stored_or_compiled(new_lab)
    read: list[str] = []
    original = Modules.closure

    def closure(modules: Modules, names: Any) -> Any:
        read.extend(names)
        return original(modules, names)

    monkeypatch.setattr(Modules, "closure", closure)
    append("conf/experiment/plain.yaml", "# a comment\n")(new_lab)
    stored_or_compiled(new_lab)
    assert not [name for name in read if name.startswith("rules.jobs")]
    append("nets.py", "    x = 1\n")(new_lab)
    stored_or_compiled(new_lab)
    assert "rules.jobs.facts" in read


def test_a_plan_with_stored_fingerprints_alone_counts_as_stored(lab: Callable[..., Lab]) -> None:
    """All specs are compiled after a change of a group, but the hashes of code are the stored ones."""
    new_lab = lab(GROUPS | {"plain": SPECS["plain"]})
    stored_or_compiled(new_lab)
    append("conf/trainer/plain.yaml", "# a comment\n")(new_lab)
    assert stored_or_compiled(new_lab)[1] is True
