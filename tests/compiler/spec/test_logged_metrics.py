"""Metrics that a model logs, read from its source, and specs that use other metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiler.base.paths import ENGINE
from compiler.python_source.modules import Modules
from compiler.spec.logged_metrics import ALWAYS_WRITTEN, is_written, logged_metrics
from tests.labs import mistakes_of, spec, write_lab

LIGHTNING = "import lightning as L\nfrom lightning import LightningModule\n"
FUSABLE = "from lightning_modules.models.fusable_module import BatchResults, FusableModule"
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
    "reexport.py": "from heir import Heir as Renamed\n",
    "lit.py": f"{LIGHTNING}class A(LightningModule):\n    def s(self): self.log('a', 1)\nclass B(L.LightningModule):\n    x = 1\n",
    "generic.py": "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass Net(Generic[T]):\n    def s(self): self.log('a', 1)\n",
    "foreign.py": "from transformers import PreTrainedModel\nclass Net(PreTrainedModel):\n    def s(self): self.log('a', 1)\n",
    "function.py": "def train(config):\n    return {'acc': 1}\n",
    "stages.py": """
LOSS = "loss"
class Net:
    def shared(self, batch, stage, unit="step"):
        self.log(f"{stage}/acc", 1)
        self.log(stage + "/" + LOSS, 1)
        self.log(f"{stage}/{unit}s", 1)
    def training_step(self, batch, i):
        self.shared(batch, "train")
    def validation_step(self, batch, i):
        return self.shared(batch, stage="val", unit="epoch")
""",
    "loop.py": """
class Net:
    def step(self):
        for name in ("acc", "f1"):
            self.log("val/" + name, 1)
        kind = "a" if self.training else "b"
        self.log(kind, 1)
""",
    "passed_on.py": """
from functools import partial
class Net:
    def shared(self, stage):
        self.log(f"{stage}/acc", 1)
    def a(self):
        self.shared("train")
        return partial(self.shared, "val")
""",
    "callback.py": "from lightning import Callback\nclass Best(Callback):\n    def end(self, trainer, pl_module):\n        pl_module.log('best', 1)\n",
    "computed.py": "class Net:\n    def step(self, name):\n        self.log(name, 1)\n",
    "formatted.py": "class Net:\n    def step(self, stage):\n        self.log(f'{stage}_loss', 1)\n",
    "spread.py": "class Net:\n    def step(self, extra):\n        self.log_dict({'a': 1, **extra})\n",
    "variable.py": "class Net:\n    def step(self, metrics):\n        self.log_dict(metrics)\n",
    "by_name.py": "class Net:\n    def step(self):\n        self.log(name='fit', value=1)\n",
    "imports_computed.py": "import computed\nclass Net: ...\n",
    "broken.py": "class Net(:\n",
    "imports_broken.py": "import broken\nclass Net: ...\n",
    "silent.py": "class Net: ...\n",
    "fusable.py": f"""{FUSABLE}
class Net(FusableModule):
    def validation_metrics(self, batch):
        return {{"val_loss": 1, "val_acc": 2}}
    def test_results(self, batch):
        metrics = {{"test_acc": 1}}
        return BatchResults(metrics, {{"target": 2}})
class Named(Net):
    def test_results(self, batch):
        return BatchResults(items={{"target": 2}}, metrics={{"f1": 1}})
""",
    "fusable_spread.py": f"""{FUSABLE}
class Net(FusableModule):
    def validation_metrics(self, batch):
        return {{"val_loss": 1, **self.others}}
""",
    "fusable_changed.py": f"""{FUSABLE}
class Net(FusableModule):
    def test_results(self, batch):
        metrics = {{"test_acc": 1}}
        metrics[self.name] = 2
        return BatchResults(metrics, {{}})
""",
    "shipped_names.py": "class Net:\n    def step(self): self.log('eval_accuracy', 1)\n",
}


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Modules:
    root = tmp_path_factory.mktemp("sources")
    for name, text in SOURCES.items():
        (root / name).write_text(text, encoding="utf-8")
    return Modules([root, ENGINE])


NET = {"fit", "first", "second"}
WRITTEN: dict[str, set[str] | None] = {
    "nets.Net": NET,
    "heir.Heir": NET | {"more"},
    "reexport.Renamed": NET | {"more"},
    "lit.A": {"a"},
    "lit.B": {"a"},
    "generic.Net": {"a"},
    "silent.Net": set(),
    "shipped_names.Net": {"eval_accuracy", "final_accuracy", "best_accuracy"},
    "stages.Net": {
        "train/acc",
        "val/acc",
        "train/loss",
        "val/loss",
        "train/steps",
        "val/epochs",
        "train/epochs",
        "val/steps",
    },
    "fusable.Net": {"train_loss", "train_loss_epoch", "val_loss", "val_acc", "test_acc", "f1"},
    "fusable_spread.Net": None,
    "fusable_changed.Net": None,
    "loop.Net": {"val/acc", "val/f1", "a", "b"},
    "by_name.Net": {"fit"},
    "passed_on.Net": None,
    "foreign.Net": None,
    "function.train": None,
    "computed.Net": None,
    "formatted.Net": None,
    "spread.Net": None,
    "variable.Net": None,
    "imports_computed.Net": None,
    "imports_broken.Net": None,
    "nowhere.Net": None,
    "torch.nn.Linear": None,
    "nets.Net.build": None,
    "Net": None,
}


@pytest.mark.parametrize(("target", "expected"), WRITTEN.items())
def test_logged_metrics_are_read_from_the_source(target: str, expected: set[str] | None, modules: Modules) -> None:
    metrics = logged_metrics({"model": {"_target_": target}}, modules)
    assert metrics == (None if expected is None else expected | ALWAYS_WRITTEN)


@pytest.mark.parametrize("model", [None, "nets.Net", [], {}, {"_target_": 3}], ids=repr)
def test_metrics_of_a_model_without_target_are_unknown(model: Any, modules: Modules) -> None:
    assert logged_metrics({"model": model}, modules) is None


CALLBACKS: dict[str, Any] = {
    "of the trainer": {"trainer": {"callbacks": [{"_target_": "callback.Best"}]}},
    "of the config": {"callbacks": {"best": {"_target_": "callback.Best"}, "off": None}},
}


@pytest.mark.parametrize("config", CALLBACKS.values(), ids=CALLBACKS)
def test_callbacks_of_the_project_log_through_the_model(config: dict[str, Any], modules: Modules) -> None:
    metrics = logged_metrics({"model": {"_target_": "silent.Net"}, **config}, modules)
    assert metrics == ALWAYS_WRITTEN | {"best"}


def test_callbacks_of_lightning_log_no_metrics(modules: Modules) -> None:
    callbacks = [{"_target_": "lightning.pytorch.callbacks.EarlyStopping", "monitor": "fit"}]
    config = {"model": {"_target_": "nets.Net"}, "trainer": {"callbacks": callbacks}}
    assert logged_metrics(config, modules) == ALWAYS_WRITTEN | NET


NAMES = {
    "val/acc": True,
    "val/acc/dataloader_idx_0": True,
    "val/acc/dataloader_idx_12": True,
    "val/acc_epoch": True,
    "val/acc_step": True,
    "val/acc_epoch/dataloader_idx_0": True,
    "val/acc/dataloader_idx_x": False,
    "val/ac": False,
    "acc": False,
}


@pytest.mark.parametrize(("metric", "expected"), NAMES.items(), ids=NAMES)
def test_lightning_adds_endings_to_the_names_of_metrics(metric: str, expected: bool) -> None:
    assert is_written(metric, {"val/acc", "val/loss"}) is expected


def test_the_shipped_model_writes_the_metrics_of_the_shipped_specs() -> None:
    metrics = logged_metrics({"model": {"_target_": "lightning_modules.models.mlp.MLP"}}, Modules([ENGINE]))
    assert metrics is not None
    assert {"train_loss", "eval_loss", "accuracy", "test_loss", "eval_accuracy"} <= metrics
    assert "acc" not in metrics


def test_any_metric_is_accepted_if_the_source_does_not_show_all_names(tmp_path: Path) -> None:
    deliverables = "deliverables: [{type: training_metrics, required_keys: [f_one]}]"
    files = {
        "net.py": SOURCES["computed.py"],
        "known.py": SOURCES["silent.py"],
        "computed_names": spec(f"experiment: {{hypothesis: H., {deliverables}}}\nmodel: {{_target_: net.Net}}"),
        "literal_names": spec(f"experiment: {{hypothesis: H., {deliverables}}}\nmodel: {{_target_: known.Net}}"),
    }
    lab = write_lab(tmp_path, files)
    assert mistakes_of(lab, "computed_names") == []
    assert ["the training never writes 'f_one'" in line for line in mistakes_of(lab, "literal_names")] == [True]


def test_a_metric_must_be_written_by_every_model_of_a_sweep(tmp_path: Path) -> None:
    deliverables = "deliverables: [{{type: training_metrics, required_keys: [{}]}}]"
    files = {
        "one.py": "class Net:\n    def s(self): self.log_dict({'a': 1, 'b': 1})\n",
        "two.py": "class Net:\n    def s(self): self.log('b', 1)\n",
        "conf/model/one.yaml": "_target_: one.Net\n",
        "conf/model/two.yaml": "_target_: two.Net\n",
        "all_write": spec(f"experiment: {{hypothesis: H., sweep: {{model: 'one,two'}}, {deliverables.format('b')}}}"),
        "one_lacks": spec(f"experiment: {{hypothesis: H., sweep: {{model: 'one,two'}}, {deliverables.format('a')}}}"),
    }
    lab = write_lab(tmp_path, files)
    assert mistakes_of(lab, "all_write") == []
    assert ["the training never writes 'a'" in line for line in mistakes_of(lab, "one_lacks")] == [True]
