"""All mistakes are reported together, each at its position, and valid specs still compile."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compiler.base.diagnostics import CompileError, Diagnostic, dotted
from compiler.base.paths import ENGINE, Lab
from compiler.deliverables.deliverable import FILE_NAME
from compiler.plan.compile_lab import Outcome, compile_lab
from compiler.stages.names import ARCHIVE, STAGES
from proband.cli.main import main
from tests.compiler.mistakes import ELSEWHERE, GOOD, MISTAKES, files_of, without_mark
from tests.labs import HEADER, mistakes_of, spec, write_lab

pytestmark = pytest.mark.xdist_group("diagnostics")  # a fixture of the module takes seconds

NewLab = Callable[..., Lab]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Compile a lab that has an experiment for each mistake, and a valid one."""
    return compile_lab(write_lab(tmp_path_factory.mktemp("lab"), files_of(MISTAKES) | {"good": GOOD}))


@pytest.fixture(scope="module")
def diagnostics(outcome: Outcome) -> dict[str, list[Diagnostic]]:
    """Return the diagnostics of each experiment."""
    by_text = {str(diagnostic): diagnostic for diagnostic in outcome.diagnostics}
    return {name: [by_text[line] for line in lines] for name, lines in outcome.compilation.broken.items()}


def lines_of(outcome: Outcome) -> list[str]:
    """Return the diagnostics as they are printed."""
    return list(map(str, outcome.diagnostics))


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_reported_at_its_position(name: str, diagnostics: dict[str, list[Diagnostic]]) -> None:
    row = MISTAKES[name]
    file, path, problem, hint = ELSEWHERE.get(name, (f"conf/experiment/{name}.yaml", row.path, row.problem, row.hint))
    line, column = without_mark(row.files.get(file, row.text))[1]
    (diagnostic,) = diagnostics[name]
    assert (diagnostic.file, diagnostic.line, diagnostic.column, diagnostic.path) == (file, line, column, path)
    assert problem in diagnostic.problem
    assert hint in diagnostic.hint


def test_valid_experiments_compile_beside_broken_ones(outcome: Outcome) -> None:
    compiled = {experiment.id for experiment in outcome.compilation.experiments}
    assert "good" in compiled
    assert compiled & MISTAKES.keys() == set()


def test_a_diagnostic_is_printed_with_position_key_problem_and_hint() -> None:
    path = dotted(("experiment", "deliverables", 0, "type"))
    diagnostic = Diagnostic(
        "conf/experiment/lr.yaml", 14, 9, path, "unknown type 'wanb_run'", "did you mean 'wandb_run'?"
    )
    assert str(diagnostic) == (
        "conf/experiment/lr.yaml:14:9: experiment.deliverables[0].type: "
        "unknown type 'wanb_run' (did you mean 'wandb_run'?)"
    )
    assert str(Diagnostic("a.yaml", 1, 1, "", "is empty")) == "a.yaml:1:1: is empty"


def test_all_mistakes_of_a_file_are_reported_together(lab: NewLab) -> None:
    text = """
        experiment:
          hypotesis: H.
          parent: 3
          sweep: {model.lrr: 1, seed: "interval(0,1)"}
          deliverables:
            - {type: wanb_run}
            - {type: plot, path: /tmp/x}
          reports: [blog]
          rationale: ${nope}
        model: {lr: many, hidden: "${no.where}", dropoutt: 0.1}
        trainer: {max_epoch: 3}
        resources: {cpus: some}
        seed: -1
    """
    positions = [line.split(": ")[0:2] for line in mistakes_of(lab({"many": spec(text)}), "many")]
    assert [[position.partition("many.yaml:")[2], path] for position, path in positions] == [
        ["2:1", "experiment.hypothesis"],
        ["3:3", "experiment.hypotesis"],
        ["4:3", "experiment.parent"],
        ["5:25", "experiment.sweep.seed"],
        ["7:8", "experiment.deliverables[0].type"],
        ["8:20", "experiment.deliverables[1].path"],
        ["9:13", "experiment.reports[0]"],
        ["10:3", "experiment.rationale"],
        ["11:9", "model.lr"],
        ["11:19", "model.hidden"],
        ["11:42", "model.dropoutt"],
        ["12:11", "trainer.max_epoch"],
        ["13:13", "resources.cpus"],
        ["14:1", "seed"],
    ]


def rule_names() -> set[str]:
    texts = [file.read_text(encoding="utf-8") for file in (ENGINE / "Snakefile", *(ENGINE / "rules").glob("*.smk"))]
    return {name for text in texts for name in re.findall(r"^(?:rule|checkpoint) (\w+):", text, re.MULTILINE)}


def test_no_rule_has_a_name_that_an_experiment_can_have() -> None:
    assert rule_names()
    assert not [name for name in rule_names() if re.fullmatch(FILE_NAME, name) and name not in (*STAGES, ARCHIVE)]


def test_an_experiment_can_have_any_name_of_a_step_but_not_of_a_stage(lab: NewLab) -> None:
    names = {name.removeprefix("_") for name in rule_names()} - {*STAGES, ARCHIVE}
    outcome = compile_lab(lab({f"conf/experiment/{name}.yaml": GOOD for name in names}))
    assert {experiment.id for experiment in outcome.compilation.experiments if experiment.is_own} == names


def test_the_id_is_the_stem_of_the_file(lab: NewLab) -> None:
    good = {"lr.v2": "lr.v2", "vision/cnn": "cnn", "2026-lr_1": "2026-lr_1", "a b/mlp": "mlp"}
    bad = ["a b", "a,b", "a=b", "é", "-a", ".a", "a" * 101]
    outcome = compile_lab(lab({f"conf/experiment/{name}.yaml": GOOD for name in (*good, *bad)}))
    assert {experiment.id for experiment in outcome.compilation.experiments if experiment.is_own} == set(good.values())
    assert {diagnostic.file for diagnostic in outcome.diagnostics} == {f"conf/experiment/{name}.yaml" for name in bad}


def test_files_of_one_name_in_two_folders_have_separate_diagnostics(lab: NewLab) -> None:
    bad = spec("experiment: {name: x}")
    outcome = compile_lab(lab({f"conf/experiment/{folder}/lr.yaml": bad for folder in "ab"}))
    assert [diagnostic.file for diagnostic in outcome.diagnostics] == [
        "conf/experiment/a/lr.yaml",
        "conf/experiment/b/lr.yaml",
    ]
    good = compile_lab(lab({f"conf/experiment/{folder}/lr.yaml": GOOD for folder in "ab"}))
    assert lines_of(good) == [
        "conf/experiment/b/lr.yaml:1:1: experiment.experiment_id: 'lr' is also the id of conf/experiment/a/lr.yaml"
    ]


def test_files_that_start_with_an_underscore_are_no_experiments(lab: NewLab) -> None:
    outcome = compile_lab(lab({"_part": "nonsense: [", "good": GOOD}))
    assert lines_of(outcome) == []


def test_a_broken_group_breaks_the_experiments_that_choose_it(lab: NewLab) -> None:
    chosen = f"{HEADER}defaults: [override /model: broken]\nexperiment: {{hypothesis: H.}}\n"
    outcome = compile_lab(lab({"conf/model/broken.yaml": "lr: [1\n", "good": GOOD, "bad": chosen, "worse": chosen}))
    assert lines_of(outcome) == [
        "conf/model/broken.yaml:2:1: invalid YAML: expected ',' or ']', but got '<stream end>'"
    ]
    assert set(outcome.compilation.broken) == {"bad", "worse"}


def test_all_broken_groups_are_reported_together(lab: NewLab) -> None:
    text = f"{HEADER}defaults: [override /model: a, override /data: b]\nexperiment: {{hypothesis: H.}}\n"
    files = {"conf/model/a.yaml": "just words\n", "conf/data/b.yaml": "a: 1\na: 2\n", "bad": text}
    assert mistakes_of(lab(files), "bad") == [
        "conf/data/b.yaml:2:1: a: repeated key, first written on line 1 (keep one of them)",
        "conf/model/a.yaml:1:1: must be a mapping of keys to values",
    ]


def test_a_broken_config_breaks_all_experiments_and_is_reported_once(lab: NewLab) -> None:
    outcome = compile_lab(lab({"conf/config.yaml": "defaults: [\n", "good": GOOD}))
    assert len(lines_of(outcome)) == 1
    assert lines_of(outcome)[0].startswith("conf/config.yaml:2:1: invalid YAML")
    assert "good" in outcome.compilation.broken


LOCKS = {
    "text": ("dvc.lock", "stages: hello\n", "dvc.lock:1:1: is not a valid file of DVC"),
    "stages that are text": ("dvc.yaml", "stages: hello\n", "dvc.yaml:1:1: is not a valid file of DVC"),
    "no YAML": ("dvc.lock", "stages:\n  a: [\n", "dvc.lock:3:1: is not a valid file of DVC: expected"),
    "no UTF-8": ("dvc.lock", b"\xff\xfe", "dvc.lock:1:1: is not a valid file of DVC"),
    "a list": ("dvc.lock", "- 1\n", "dvc.lock:1:1: is not a valid file of DVC"),
}


@pytest.mark.parametrize(("file", "content", "expected"), LOCKS.values(), ids=LOCKS)
def test_a_broken_lock_is_reported(file: str, content: Any, expected: str, lab: NewLab) -> None:
    mistakes = mistakes_of(lab({file: content, "good": GOOD}), "good")
    assert len(mistakes) == 1
    assert mistakes[0].startswith(expected)
    hints = {"dvc.lock": "run `dvc repro`", "dvc.yaml": "correct the file"}
    assert hints[file] in mistakes[0]


DATA_OF_BROKEN_FILES = {
    "the data of a broken pointer": ({"data/x.csv.dvc": "outs: [{md5: a1}]\n"}, "data/x.csv", True),
    "other data than those of a broken pointer": ({"data/x.csv.dvc": "outs: [{md5: a1}]\n"}, "data/y.csv", False),
    "an output of a stage without a readable lock": (
        {"dvc.yaml": "stages: {s: {cmd: x, outs: [data/x.csv]}}\n", "dvc.lock": "<<<<<<< HEAD\n"},
        "data/x.csv",
        True,
    ),
    "no output of a stage": (
        {"dvc.yaml": "stages: {s: {cmd: x, outs: [data/x.csv]}}\n", "dvc.lock": "<<<<<<< HEAD\n"},
        "data/y.csv",
        False,
    ),
    "a path while no file states the outputs": ({"dvc.lock": "<<<<<<< HEAD\n"}, "data/y.csv", True),
    "no path": ({"dvc.lock": "<<<<<<< HEAD\n"}, "https://example.org/x", False),
}


@pytest.mark.parametrize(("files", "path", "is_broken"), DATA_OF_BROKEN_FILES.values(), ids=DATA_OF_BROKEN_FILES)
def test_a_broken_file_of_dvc_excludes_the_experiments_that_may_use_its_data(
    files: Any, path: str, is_broken: bool, lab: NewLab
) -> None:
    text = f"{HEADER}experiment: {{hypothesis: H.}}\ndata: {{_target_: builtins.dict, path: {path}}}\n"
    lines = lines_of(compile_lab(lab(files | {"reads": text})))
    assert ["is not a valid file of DVC" in line for line in lines] == [True] * is_broken


def test_a_broken_lock_is_reported_once_for_all_experiments(lab: NewLab) -> None:
    outcome = compile_lab(lab({"dvc.lock": "stages: hello\n", "good": GOOD, "better": GOOD}))
    assert len(lines_of(outcome)) == 1
    assert {"good", "better"} <= set(outcome.compilation.broken)


MODULES = {
    "mistake in the module of the target": ({"net.py": "class Net(:\n"}, "net.py:1: invalid syntax"),
    "mistake in an imported module": (
        {"net.py": "import part\nclass Net: ...", "part.py": "x = = 1"},
        "part.py:1: invalid",
    ),
    "mistake in the module of a base class": (
        {"net.py": "from part import Base\nclass Net(Base): ...", "part.py": "\nx = ("},
        "part.py:2: '('",
    ),
    "null bytes": ({"net.py": b"class Net: ...\n\0"}, "net.py:1: source code string cannot contain null bytes"),
}


@pytest.mark.parametrize(("files", "expected"), MODULES.values(), ids=MODULES)
def test_a_module_that_is_not_valid_python_is_reported_at_the_target(files: Any, expected: str, lab: NewLab) -> None:
    text = f"{HEADER}experiment: {{hypothesis: H.}}\nmodel: {{_target_: net.Net, lr: 1}}\n"
    mistakes = mistakes_of(lab(files | {"bad": text}), "bad")
    assert all(line.startswith("conf/experiment/bad.yaml:3:9: model._target_: ") for line in mistakes)
    assert expected in mistakes[0]


TYPES = {
    "has no such name": ("raise RuntimeError('no GPU')\n", "cannot be imported: 'kinds_{n}' has no 'TYPE'"),
    "is not Python": ("TYPE = (\n", "type 'kinds_{n}:TYPE' cannot be imported: kinds_{n}.py:1: '(' was never closed"),
    "has no check for its validation": (
        "from compiler.deliverables.deliverable import Deliverable, DeliverableType\n"
        "class Kind(Deliverable):\n    path: str = 'a'\n    validation: str = 'exists'\n"
        "TYPE = DeliverableType('kind', Kind, {})\n",
        "type 'kinds_{n}:TYPE' has no such validation",
    ),
}


@pytest.mark.parametrize("kind", TYPES)
def test_a_broken_deliverable_type_of_the_lab_is_reported(
    kind: str, lab: NewLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    code, expected = TYPES[kind]
    n = list(TYPES).index(kind)
    text = f"{HEADER}experiment: {{hypothesis: H., deliverables: [{{type: 'kinds_{n}:TYPE'}}]}}\n"
    mistakes = mistakes_of(lab({f"kinds_{n}.py": code, "bad": text}), "bad")
    assert len(mistakes) == 1
    assert expected.format(n=n) in mistakes[0]


WRONG_OVERRIDES = {
    "no such key": ("model.lrr=1", "the config has no key 'model.lrr' (write +model.lrr=… to add it)"),
    "no such option": ("model=mpl", "no config 'mpl' in group 'model' (did you mean 'mlp'?)"),
    "no such group": ("modell=mlp", "the config has no key 'modell' (write +modell=… to add it)"),
    "an existing key": ("+model.lr=3", "Could not append to config. An item is already at 'model.lr'."),
    "a key to delete": ("~model.nope", "Could not delete from config. 'model.nope' does not exist."),
    "the wrong type": ("model.lr=many", "model.lr: lightning_modules.models.mlp.MLP takes float, got 'many'"),
    "infinity": ("model.lr=inf", "model.lr: inf is not a finite number"),
    "a resource": ("resources.cpus=some", "resources.cpus: must be a whole number from 1, got 'some'"),
    "an unknown interpolation": (
        "model.lr=${nope}",
        "model.lr: cannot be resolved: Interpolation key 'nope' not found",
    ),
}
SWEPT = spec("experiment: {hypothesis: H., sweep: {seed: range(2)}}")


@pytest.mark.parametrize(("override", "expected"), WRONG_OVERRIDES.values(), ids=WRONG_OVERRIDES)
def test_a_mistake_in_an_override_of_the_build_is_reported_at_its_column(
    override: str, expected: str, lab: NewLab
) -> None:
    mistakes = mistakes_of(lab({"good": GOOD}), "good", ["model.dropout=0.5", override])
    assert len(mistakes) == 1
    assert mistakes[0].startswith(f"overrides:1:19: {expected}")


INVALID_OVERRIDES = {
    "a sweep": ("model.lr=1,2", "overrides:1:8: model.lr=1,2: an override of a build must have one value"),
    "no grammar": ("model.lr=[1", "overrides:1:8: model.lr=[1: no viable alternative"),
    "an experiment": ("experiment=good", "overrides:1:8: experiment=good: give the names of experiments as targets"),
    "no key": ("=3", "overrides:1:8: =3: names no key"),
    "a number for a group": (
        "trainer=[1]",
        "overrides:1:8: trainer=[1]: a config of a group must be chosen by its name",
    ),
    "no equals": ("a b", "overrides:1:8: a b: "),
}


@pytest.mark.parametrize(("override", "expected"), INVALID_OVERRIDES.values(), ids=INVALID_OVERRIDES)
def test_an_invalid_override_stops_the_build(override: str, expected: str, lab: NewLab) -> None:
    with pytest.raises(CompileError) as caught:
        compile_lab(lab({"good": GOOD}), ["seed=1", override])
    assert str(caught.value).startswith(expected)


def test_a_swept_key_cannot_be_overridden_for_a_build(lab: NewLab) -> None:
    outcome = compile_lab(lab({"good": GOOD, "swept": SWEPT}), ["seed=3"])
    assert (
        "conf/experiment/swept.yaml:2:38: experiment.sweep.seed: is swept, and set by an override of this build"
        in lines_of(outcome)
    )
    assert "good" in {experiment.id for experiment in outcome.compilation.experiments}


def test_a_secret_from_the_environment_is_rejected_and_not_printed(
    lab: NewLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", "s3cr3t")
    text = spec("""
        experiment: {hypothesis: "${oc.env:WANDB_API_KEY}"}
        tracking: {entity: "${oc.env:WANDB_API_KEY}"}
        model: {lr: "${oc.decode:${oc.env:WANDB_API_KEY}}"}
    """)
    mistakes = mistakes_of(lab({"leak": text}), "leak")
    assert [line.split(": ")[2] for line in mistakes] == [
        "would write a secret from the environment into the results (remove the value, because the client reads the environment variable itself)"
    ] * 3
    assert "s3cr3t" not in "\n".join(mistakes)


def test_the_command_prints_all_mistakes_and_exits_with_2(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    names = ["yaml_open_bracket", "type_unknown", "factor_not_swept", "sweep_interval", "key_not_taken", "circle_a"]
    write_lab(tmp_path, files_of({name: MISTAKES[name] for name in names}) | {"good": GOOD})
    assert main(["-C", str(tmp_path), "compile"]) == 2
    out, err = capfd.readouterr()
    assert "good" in out
    assert "Traceback" not in err
    assert {line.split(":")[0] for line in err.splitlines()} == {f"conf/experiment/{name}.yaml" for name in names}


def test_a_compile_error_has_each_diagnostic_once_in_order() -> None:
    first, second = Diagnostic("a", 2, 1, "", "b"), Diagnostic("a", 1, 1, "", "c")
    error = CompileError([first, second, first])
    assert error.diagnostics == (second, first)
    assert str(error) == "a:1:1: c\na:2:1: b"
