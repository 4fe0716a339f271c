"""The final model of a run repeats its test, and `proband verify --deep` names every number that it does not repeat."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from training_jobs import RUN_ID, config_group

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.planned_run import RunJob
from lightning_modules.training.repeated_test import repeat_test
from rules.verification.repeated_tests import check_predictions


@pytest.fixture
def lab(finished: Path, digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab with a copy of the finished run and its data."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(finished, Lab(tmp_path).run(RUN_ID))
    (tmp_path / "digits.npz").symlink_to(digits)
    return Lab(tmp_path)


def problems(lab: Lab) -> list[str]:
    check = check_predictions(lab, [RUN_ID], {RUN_ID: "cafe"})
    assert check.count == 1
    return [problem.removeprefix(f"results/runs/{RUN_ID}/output/") for problem in check.problems]


def test_repeated_test_gives_equal_metrics_and_items(lab: Lab, tracked_job: RunJob) -> None:
    output = lab.run(RUN_ID) / "output"
    repeated = repeat_test(tracked_job.config, output / "final_model")
    recorded = read_json(output / "eval_results.json")
    assert {name: recorded[name] for name in repeated.metrics} == repeated.metrics
    assert repeated.items is not None
    with np.load(output / "predictions.npz") as items:
        assert {name: items[name].tolist() for name in items.files} == {
            name: values.tolist() for name, values in repeated.items.items()
        }
    assert problems(lab) == []


def edit_metric(output: Path, name: str = "eval_results.json", by: float = 0.01) -> None:
    content = read_json(output / name)
    write_json(output / name, content | {"accuracy": content["accuracy"] + by})


def edit_item(output: Path) -> None:
    with np.load(output / "predictions.npz") as stored:
        items = {name: stored[name] for name in stored.files}
    items["correct"][3] = not items["correct"][3]
    np.savez_compressed(output / "predictions.npz", **items)


def edit_weights(output: Path) -> None:
    file = output / "final_model/model.safetensors"
    content = bytearray(file.read_bytes())
    content[-400:] = bytes(400)
    file.write_bytes(content)


def edit_config(output: Path) -> None:
    content = read_json(output.parent / "config.json")
    content["config"]["model"] = config_group("model/cnn")
    write_json(output.parent / "config.json", content)


def edit_data(output: Path) -> None:
    data = output.parents[3] / "digits.npz"
    data.unlink()
    data.write_bytes(b"other data")


ATTACKS: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "a better metric": (edit_metric, ["eval_results.json: accuracy is "]),
    "a better metric of the last epoch": (
        lambda output: edit_metric(output, "metrics.json"),
        ["metrics.json: accuracy is "],
    ),
    "a deleted metric": (
        lambda output: write_json(output / "eval_results.json", {"test_loss": 0.1}),
        ["eval_results.json: ", "eval_results.json: "],
    ),
    "no metrics": (lambda output: (output / "metrics.json").write_text("3"), ["metrics.json: is missing or is not"]),
    "a corrected item": (edit_item, ["predictions.npz: correct differs for 1 of "]),
    "no items": (lambda output: (output / "predictions.npz").unlink(), ["predictions.npz: cannot be read"]),
    "damaged items": (
        lambda output: (output / "predictions.npz").write_bytes(b"PK\x03\x04"),
        ["predictions.npz: cannot be read"],
    ),
    "damaged weights": (
        lambda output: (output / "final_model/model.safetensors").write_bytes(b"x"),
        ["final_model: cannot be tested again: BadCheckpoint"],
    ),
    "another model": (edit_config, ["final_model: cannot be tested again: "]),
    "other data": (edit_data, ["final_model: cannot be tested again: WrongData"]),
}


@pytest.mark.parametrize(("attack", "expected"), ATTACKS.values(), ids=ATTACKS)
def test_number_that_the_model_does_not_repeat_is_named(
    attack: Callable[[Path], object], expected: list[str], lab: Lab
) -> None:
    attack(lab.run(RUN_ID) / "output")
    messages = problems(lab)
    assert len(messages) == len(expected), messages
    assert all(message.startswith(text) for message, text in zip(messages, expected, strict=True)), messages


def test_weights_of_another_training_do_not_give_the_recorded_predictions(lab: Lab) -> None:
    edit_weights(lab.run(RUN_ID) / "output")
    messages = problems(lab)
    assert any(message.startswith("eval_results.json: test_loss is ") for message in messages)
    assert any(message.startswith("predictions.npz: ") for message in messages)


def test_rounding_differences_are_no_problem(lab: Lab) -> None:
    edit_metric(lab.run(RUN_ID) / "output", by=1e-6)
    assert problems(lab) == []


def test_run_of_other_code_is_told_apart(lab: Lab) -> None:
    edit_metric(lab.run(RUN_ID) / "output")
    (problem,) = check_predictions(lab, [RUN_ID], {RUN_ID: "c0de"}).problems
    assert problem.endswith("(the run was trained with other code than the present one)")
