"""A lab adds rows to `conf/import.yaml`. Rows that would open code or paths to jobs are refused at their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.diagnostics import CompileError
from compiler.base.paths import Lab
from lab.intake.mapping.import_table import ImportTable, read_import_table
from lab.intake.mapping.map_config import MappedConfig, map_config

ROOTS = frozenset({"model", "data", "trainer", "seed"})


def table(folder: Path, text: str) -> ImportTable:
    (folder / "conf").mkdir(exist_ok=True)
    (folder / "conf/import.yaml").write_text(text, encoding="utf-8")
    return read_import_table(Lab(folder), ROOTS)


def mapped(folder: Path, text: str, **config: object) -> MappedConfig:
    return map_config(config, table(folder, text), lambda group: ["mlp"], folder, ())


def test_row_of_a_lab_is_added(tmp_path: Path) -> None:
    result = mapped(tmp_path, "rows:\n  dropout: model.dropout\n", dropout=0.1, learning_rate=0.5)
    assert result.settings == {"model.dropout": 0.1, "model.lr": 0.5}
    assert result.problems == ()


def test_row_of_a_lab_changes_one_of_the_engine(tmp_path: Path) -> None:
    text = "rows:\n  learning_rate: {path: model.rate, also: [eta]}\n"
    assert mapped(tmp_path, text, eta=0.5).settings == {"model.rate": 0.5}
    assert mapped(tmp_path, text, lr=0.5).settings == {"model.rate": 0.5}
    assert mapped(tmp_path, text, eta="x").problems[0].problem == "must be a number above 0, got 'x'"


def test_cases_of_a_lab_come_first(tmp_path: Path) -> None:
    text = "rows:\n  model_name:\n    cases: [{like: [gpt2-medium], choose: {model: mlp}, set: {model.width: 7}}]\n"
    result = mapped(tmp_path, text, model_name="gpt2-medium")
    assert (result.choices, result.settings) == ({"model": "mlp"}, {"model.width": 7})
    assert mapped(tmp_path, text, model_name="gpt2-xl").settings["model.pretrained"] == "gpt2-xl"


def test_row_with_cases_only_stands_for_several_keys(tmp_path: Path) -> None:
    text = "rows:\n  size: {cases: [{like: [small], set: {model.width: 8, trainer.max_epochs: 1}}]}\n"
    assert mapped(tmp_path, text, size="small").settings == {"model.width": 8, "trainer.max_epochs": 1}
    assert mapped(tmp_path, text, size="big").problems[0].hint == "known: small"


def test_value_that_a_key_sets_replaces_that_of_a_case(tmp_path: Path) -> None:
    text = "rows:\n  tokenizer: data.tokenizer\n"
    result = mapped(tmp_path, text, tokenizer="own", model_name="gpt2-medium")
    assert result.settings["data.tokenizer"] == "own"
    assert result.origins["data.tokenizer"] == "tokenizer"


REFUSED = {
    "unknown group": ("rows:\n  a: modl.lr\n", "conf/import.yaml:2:3: rows.a.path: the config has no key 'modl'"),
    "target": (
        "rows:\n  a: model._target_\n",
        "rows.a.path: a job cannot set 'model._target_', because it selects code",
    ),
    "command": ("rows:\n  a: trainer.logger.command\n", "because it names a path or a command"),
    "path": ("rows:\n  a: data.path\n", "because it names a path or a command"),
    "logger": ("rows:\n  a: trainer.logger\n", "a job cannot set 'trainer.logger'"),
    "level of collaboration": ("rows:\n  a: collaboration.level\n", "a job cannot set 'collaboration.level'"),
    "hydra": ("rows:\n  a: hydra.run.dir\n", "a job cannot set 'hydra.run.dir'"),
    "target in a case": ("rows:\n  a: {cases: [{like: [x], set: {model._target_: x}}]}\n", "because it selects code"),
    "two rows for one key": ("rows:\n  a: model.x\n  b: model.x\n", "3:3: rows.b: sets model.x, as does the row 'a'"),
    "path and group": ("rows:\n  a: {path: model.x, group: model}\n", "with `path` needs neither `group` nor `cases`"),
    "nothing": ("rows:\n  a: {}\n", "needs `path`, `group` or `cases`"),
    "case without condition": ("rows:\n  a: {cases: [{choose: {model: x}}]}\n", "needs `like` or `folder`"),
    "unknown field": ("rows:\n  a: {pth: model.x}\n", "rows.a.pth: unknown key 'pth' (did you mean 'path'?)"),
    "unknown kind": ("rows:\n  a: {path: model.x, value: float}\n", "rows.a.value: unknown value 'float'"),
    "row outside `rows`": ("dropout: model.dropout\n", "unknown key 'dropout'"),
    "list": ("rows: [a]\n", "rows: must be a mapping"),
    "number": ("rows:\n  a: 3\n", "conf/import.yaml:2:3: rows.a: "),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_wrong_row_has_a_diagnostic(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(CompileError) as error:
        table(tmp_path, text)
    assert message in str(error.value)
