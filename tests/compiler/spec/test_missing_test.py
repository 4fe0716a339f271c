"""A threshold on the test split of a training without a test is a mistake of the spec."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.labs import mistakes_of, spec, write_lab

MODULE = "from lightning import LightningDataModule, LightningModule\n"
LOGS = "    def {}(self, batch): self.log('acc', 1)\n"
SOURCES = {
    "tested.py": f"{MODULE}class Net(LightningModule):\n{LOGS.format('test_step')}",
    "untested.py": f"{MODULE}class Net(LightningModule):\n{LOGS.format('validation_step')}",
    "heir.py": "from tested import Net\nclass Heir(Net):\n    x = 1\n",
    "assigned.py": f"{MODULE}def step(self, batch): self.log('acc', 1)\nclass Net(LightningModule):\n    test_step = step\n",
    "foreign.py": f"from transformers import Thing\nclass Net(Thing):\n{LOGS.format('validation_step')}",
    "own_loader.py": "from tested import Net\nclass Own(Net):\n    def test_dataloader(self): ...\n",
    "rows.py": f"{MODULE}class All(LightningDataModule):\n    def test_dataloader(self): ...\n"
    "class Some(LightningDataModule):\n    def val_dataloader(self): ...\n",
}
STEP, LOADER = "needs a test, but untested.Net has no test_step", "needs a test, but rows.Some has no test_dataloader"
CASES = {
    "a test": ("tested.Net", "rows.All", ""),
    "inherited": ("heir.Heir", "rows.All", ""),
    "assigned": ("assigned.Net", "rows.All", ""),
    "no step": ("untested.Net", "rows.All", STEP),
    "no loader": ("tested.Net", "rows.Some", LOADER),
    "loader of the model": ("own_loader.Own", "rows.Some", ""),
    "another library": ("foreign.Net", "rows.All", ""),
}


@pytest.mark.parametrize(("model", "data", "problem"), CASES.values(), ids=CASES)
def test_a_threshold_needs_a_test(model: str, data: str, problem: str, tmp_path: Path) -> None:
    body = (
        "experiment: {hypothesis: H., deliverables: [{type: evaluation_results, metric: acc, operator: '>', value: 1}]}\n"
        f"model: {{_target_: {model}}}\ndata: {{_target_: {data}}}\n"
    )
    mistakes = mistakes_of(write_lab(tmp_path, SOURCES | {"study": spec(body)}), "study")
    assert [problem in line for line in mistakes] == ([True] if problem else [])


def test_a_metric_of_the_training_needs_none(tmp_path: Path) -> None:
    body = (
        "experiment: {hypothesis: H., deliverables: [{type: training_metrics, required_keys: [acc]}]}\n"
        "model: {_target_: untested.Net}\ndata: {_target_: rows.All}\n"
    )
    assert mistakes_of(write_lab(tmp_path, SOURCES | {"study": spec(body)}), "study") == []
