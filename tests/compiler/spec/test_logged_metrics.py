"""Metrics that a model logs, read from its source, and specs that use other metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiler.base.paths import ENGINE
from compiler.python_source.modules import Modules
from compiler.spec.logged_metrics import ALWAYS_WRITTEN, logged_metrics
from tests.labs import mistakes_of, spec, write_lab

SOURCES = {
    "nets.py": """
class Net:
    def training_step(self, batch, loss):
        self.log("fit", loss, on_step=True)
        self.log_dict({"first": 1, "second": 2})
        other.log("not_mine", loss)
        log("nor_this", loss)
        self.log()
        self.logger.log("nor_that", 1)
""",
    "heir.py": "from nets import Net\nclass Heir(Net):\n    def step(self):\n        self.log('more', 1)\n",
    "computed.py": "class Net:\n    def step(self, name):\n        self.log(name, 1)\n",
    "formatted.py": "class Net:\n    def step(self, stage):\n        self.log(f'{stage}_loss', 1)\n",
    "spread.py": "class Net:\n    def step(self, extra):\n        self.log_dict({'a': 1, **extra})\n",
    "variable.py": "class Net:\n    def step(self, metrics):\n        self.log_dict(metrics)\n",
    "by_name.py": "class Net:\n    def step(self):\n        self.log(name='fit', value=1)\n",
    "imports_computed.py": "import computed\nclass Net: ...\n",
    "broken.py": "class Net(:\n",
    "imports_broken.py": "import broken\nclass Net: ...\n",
    "silent.py": "class Net: ...\n",
}


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Modules:
    root = tmp_path_factory.mktemp("sources")
    for name, text in SOURCES.items():
        (root / name).write_text(text, encoding="utf-8")
    return Modules([root, ENGINE])


NET = {name + ending for name in ("fit", "first", "second") for ending in ("", "_step", "_epoch")}
WRITTEN: dict[str, set[str] | None] = {
    "nets.Net": NET,
    "heir.Heir": NET | {"more", "more_step", "more_epoch"},
    "silent.Net": set(),
    "computed.Net": None,
    "formatted.Net": None,
    "spread.Net": None,
    "variable.Net": None,
    "by_name.Net": {"fit", "fit_step", "fit_epoch"},
    "imports_computed.Net": None,
    "imports_broken.Net": None,
    "nowhere.Net": None,
    "torch.nn.Linear": None,
    "nets.Net.build": None,
    "Net": None,
}


@pytest.mark.parametrize(("target", "expected"), WRITTEN.items())
def test_logged_metrics_are_read_from_the_source(target: str, expected: set[str] | None, modules: Modules) -> None:
    metrics = logged_metrics({"_target_": target}, modules)
    assert metrics == (None if expected is None else expected | ALWAYS_WRITTEN)


@pytest.mark.parametrize("model", [None, "nets.Net", [], {}, {"_target_": 3}], ids=repr)
def test_metrics_of_a_model_without_target_are_unknown(model: Any, modules: Modules) -> None:
    assert logged_metrics(model, modules) is None


def test_the_shipped_model_writes_the_metrics_of_the_shipped_specs() -> None:
    metrics = logged_metrics({"_target_": "lightning_modules.models.mlp.MLP"}, Modules([ENGINE]))
    assert metrics is not None
    assert {"train_loss", "eval_loss", "accuracy", "test_loss", "eval_accuracy"} <= metrics
    assert "acc" not in metrics


def test_any_metric_is_accepted_if_the_source_does_not_show_all_names(tmp_path: Path) -> None:
    deliverables = "deliverables: [{type: evaluation_results, metric: f_one, operator: '>', value: 1}]"
    files = {
        "net.py": SOURCES["computed.py"],
        "known.py": SOURCES["silent.py"],
        "computed_names": spec(f"experiment: {{hypothesis: H., {deliverables}}}\nmodel: {{_target_: net.Net}}"),
        "literal_names": spec(f"experiment: {{hypothesis: H., {deliverables}}}\nmodel: {{_target_: known.Net}}"),
    }
    lab = write_lab(tmp_path, files)
    assert mistakes_of(lab, "computed_names") == []
    assert ["the training never writes 'f_one'" in line for line in mistakes_of(lab, "literal_names")] == [True]
