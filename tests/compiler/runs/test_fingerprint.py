"""A change of code changes the fingerprints of the runs that execute the code, and changes no run id."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.paths import ENGINE, Lab
from compiler.python_source.modules import Modules
from compiler.runs.fingerprint import Fingerprints, targets
from tests.labs import compile_one, spec, write_lab

CODE = {
    "nets.py": "from layers import width\nclass Net:\n    def __init__(self, lr=1): ...\n",
    "layers.py": "width = 3\n",
    "other.py": "class Other:\n    @classmethod\n    def build(cls, lr=1): ...\n",
    "hooks.py": "class Hook: ...\n",
    "unused.py": "x = 1\n",
    "package/__init__.py": "",
    "package/part.py": "class Part: ...\n",
    "package/part.words.yaml": "greetings: [hello]\n",
}
# Specs with a target in each of these modules.
SPECS = {
    "of_net": "model: {_target_: nets.Net, lr: 1}",
    "of_other": "model: {_target_: other.Other.build, lr: 1}",
    "of_hook": "model: {_target_: other.Other.build, lr: 1}\ntrainer: {callbacks: [{_target_: hooks.Hook}]}",
    "of_part": "model: {_target_: other.Other.build, lr: 1}\nextra: {deep: [{er: {_target_: package.part.Part}}]}",
}
GROUPS = {
    "conf/config.yaml": "defaults: [_self_, data: rows, trainer: plain, experiment: null]\nseed: 0\n",
    "conf/data/rows.yaml": "_target_: builtins.dict\n",
    "conf/trainer/plain.yaml": "_target_: builtins.dict\n",
}
SPEC_FILES = {name: spec(f"experiment: {{hypothesis: H.}}\n{body}\n") for name, body in SPECS.items()}


def fingerprints(lab: Lab) -> dict[str, tuple[str, str]]:
    """Return run id and fingerprint of the only run of each spec."""
    runs = {name: next(iter(compile_one(lab, name)[1].values())) for name in SPECS}
    return {name: (run.id, run.fingerprint) for name, run in runs.items()}


EDITS = {
    "the target's module": ("nets.py", CODE["nets.py"] + "# better\n", {"of_net"}),
    "a module that it imports": ("layers.py", "width = 4\n", {"of_net"}),
    "the module of a class method": ("other.py", CODE["other.py"] + "\n", {"of_other", "of_hook", "of_part"}),
    "a target in a list": ("hooks.py", "class Hook:\n    '''Waits.'''\n", {"of_hook"}),
    "the word lists of a module": ("package/part.words.yaml", "greetings: [hi]\n", {"of_part"}),
    "a target deep inside": ("package/part.py", "class Part:\n    x = 1\n", {"of_part"}),
    "the package of a target": ("package/__init__.py", "import sys\n", {"of_part"}),
    "a module that no target imports": ("unused.py", "x = 2\n", set()),
    "a comment in a spec": ("of_net", SPEC_FILES["of_net"] + "# why\n", set()),
    "line endings": ("nets.py", CODE["nets.py"].replace("\n", "\r\n"), set()),
    "a text of the spec": ("of_net", SPEC_FILES["of_net"].replace("H.", "Another."), set()),
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return write_lab(tmp_path_factory.mktemp("lab"), GROUPS | CODE | SPEC_FILES)


@pytest.fixture(scope="module")
def before(lab: Lab) -> dict[str, tuple[str, str]]:
    return fingerprints(lab)


@pytest.mark.parametrize(("file", "text", "stale"), EDITS.values(), ids=EDITS)
def test_an_edit_makes_the_runs_stale_that_execute_the_code(
    file: str, text: str, stale: set[str], lab: Lab, before: dict[str, tuple[str, str]]
) -> None:
    original = {file: (GROUPS | CODE | SPEC_FILES)[file]}
    try:
        after = fingerprints(write_lab(lab.root, {file: text}))
    finally:
        write_lab(lab.root, original)
    assert {name for name in SPECS if after[name][1] != before[name][1]} == stale
    assert {name: run for name, (run, _) in after.items()} == {name: run for name, (run, _) in before.items()}


def test_fingerprints_differ_between_targets_and_not_between_folders(
    before: dict[str, tuple[str, str]], tmp_path: Path
) -> None:
    assert before == fingerprints(write_lab(tmp_path, GROUPS | CODE | SPEC_FILES))
    assert len({fingerprint for _, fingerprint in before.values()}) == len(SPECS)


def test_the_training_core_is_part_of_every_fingerprint(lab: Lab) -> None:
    fingerprints = Fingerprints(Modules([lab.root, ENGINE]))
    fingerprints.of_config({"model": {"_target_": "builtins.dict"}})
    names = {file.relative_to(ENGINE).as_posix() for file in fingerprints.files}
    assert {"lightning_modules/__init__.py", "lightning_modules/training/fit.py"} <= names
    others = {name for name in names if name.startswith(("compiler", "agents", "rules", "tests"))}
    # The names of losses decide when a training stops.
    assert others == {"compiler/__init__.py", "compiler/base/__init__.py", "compiler/base/metric_split.py"}


def test_files_are_those_that_fingerprints_depend_on(lab: Lab) -> None:
    fingerprints = Fingerprints(Modules([lab.root]))
    fingerprints.of_modules(frozenset({"nets"}))
    assert fingerprints.files == {(lab.root / name).resolve() for name in ("nets.py", "layers.py")}


def test_targets_are_found_at_any_depth() -> None:
    config = {
        "_target_": "a.A",
        "b": [{"_target_": "b.B", "c": {"_target_": "c.C"}}, 3],
        "d": {"_target_": 4},
        "e": None,
    }
    assert list(targets(config)) == ["a.A", "b.B", "c.C"]
