"""Load the trained model of a run: bit-exact, in the code that trained it, and from files that nobody has changed."""

from __future__ import annotations

import contextlib
import shutil
import sys
import types
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import proband
from compiler.base.paths import Lab
from compiler.plan.plan_files import current_plan
from compiler.plan.planned_run import read_run_job
from lightning_modules.run_store.train_run import train_run
from tests.labs import spec, write_lab
from tests.stored_runs import flip_byte

CODE = """
import torch
from late import predict
from lightning import LightningDataModule, LightningModule
from sizes import HIDDEN
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Rows(LightningDataModule):
    def loader(self, seed):
        x = torch.randn(32, 4, generator=torch.Generator().manual_seed(seed))
        return DataLoader(TensorDataset(x, (x.sum(1) > 0).long()), 16)

    def train_dataloader(self):
        return self.loader(1)

    def val_dataloader(self):
        return self.loader(2)

    def test_dataloader(self):
        return self.loader(3)


class Net(LightningModule):
    def __init__(self, lr: float = 0.1):
        super().__init__()
        self.lr = lr
        self.net = nn.Sequential(nn.Linear(4, HIDDEN), nn.BatchNorm1d(HIDDEN), nn.Dropout(0.5), nn.Linear(HIDDEN, 2))

    def training_step(self, batch, batch_idx):
        loss = nn.functional.cross_entropy(self.net(batch[0]), batch[1])
        self.log("train_loss", loss)
        return loss

    def test_step(self, batch, batch_idx):
        self.log("accuracy", (self.predict_step(batch, 0).argmax(1) == batch[1]).float().mean())

    def predict_step(self, batch, batch_idx):
        return predict(self.net, batch[0])

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=self.lr)
"""
FILES: dict[str, str | bytes] = {
    "own.py": CODE,
    "sizes.py": "HIDDEN = 8\n",
    "late.py": "def predict(net, x):\n    return net(x)\n",
    "conf/model/net.yaml": "_target_: own.Net\nlr: 0.1\n",
    "conf/data/rows.yaml": "_target_: own.Rows\n",
    "small": spec("""
        defaults: [override /data: rows, override /model: net, override /tracking: disabled]
        experiment:
          hypothesis: It learns.
        trainer: {max_epochs: 1}
    """),
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab whose only run was trained in this process. Tests work on a copy."""
    lab = write_lab(tmp_path_factory.mktemp("trained"), FILES)
    (run,) = current_plan(lab).experiments["small"].runs
    path = list(sys.path)
    sys.path.append(str(lab.root))
    with contextlib.chdir(lab.root):
        train_run(read_run_job(lab.run_job(run)), Lab(Path()), 1, True, None)
    sys.path[:] = path
    for name in ("own", "sizes", "late"):
        sys.modules.pop(name, None)
    return lab


@pytest.fixture
def copied(trained: Lab, tmp_path: Path) -> Callable[[str], Lab]:
    """Return a function that copies the lab to a folder of this name, as if it was moved."""
    return lambda name: Lab(Path(shutil.copytree(trained.root, tmp_path / name)))


@pytest.fixture(autouse=True)
def _modules_of_the_lab_are_removed() -> None:
    for name in ("own", "sizes", "late"):
        sys.modules.pop(name, None)


def sample(run: proband.api.run.Run) -> tuple[list[torch.Tensor], torch.Tensor]:  # type: ignore[name-defined]
    tensors = load_file(run.folder / "output/final_model/sample.safetensors")
    return [tensors["batch.0"], tensors["batch.1"]], tensors["prediction"]


def test_model_repeats_the_recorded_predictions_bit_for_bit(copied: Callable[[str], Lab]) -> None:
    run = proband.load("small", lab=copied("moved").root).best
    model = run.model()
    batch, prediction = sample(run)
    assert not model.training
    assert torch.equal(model.predict_step(batch, 0), prediction)
    data = model.__class__.__init__.__globals__["Rows"]()
    repeated = torch.cat([model.predict_step(rows, 0).argmax(1) for rows in data.test_dataloader()])
    assert np.array_equal(repeated.numpy(), run.predictions["prediction"])
    assert all(torch.equal(model.state_dict()[name], tensor) for name, tensor in run.weights().items())


def test_loading_a_model_leaves_random_numbers_threads_and_the_front_of_the_path(copied: Callable[[str], Lab]) -> None:
    run = proband.load("small", lab=copied("lab").root).best
    torch.manual_seed(7)
    expected, path, threads, folder = torch.rand(3), list(sys.path), torch.get_num_threads(), Path.cwd()
    torch.manual_seed(7)
    run.model()
    assert torch.equal(torch.rand(3), expected)
    assert sys.path[: len(path)] == path
    assert (torch.get_num_threads(), Path.cwd()) == (threads, folder)


def test_modules_of_the_user_with_the_same_names_stay_and_do_not_reach_the_model(copied: Callable[[str], Lab]) -> None:
    users_module = types.ModuleType("sizes")
    users_module.HIDDEN = 99  # type: ignore[attr-defined]
    sys.modules["sizes"] = users_module
    run = proband.load("small", lab=copied("lab").root).best
    assert run.model().net[0].out_features == 8
    assert sys.modules["sizes"] is users_module


def test_models_of_two_labs_have_their_own_code(copied: Callable[[str], Lab]) -> None:
    labs = copied("first"), copied("second")
    models = [proband.load("small", lab=lab.root).best.model() for lab in labs]
    files = [model.predict_step.__globals__["predict"].__code__.co_filename for model in models]
    assert files == [str(lab.root / "late.py") for lab in labs]


def test_late_import_of_a_name_that_means_another_module_is_refused(copied: Callable[[str], Lab]) -> None:
    lab = copied("lab")
    late = CODE.replace("from late import predict\n", "").replace(
        "        return predict(", "        from late import predict\n\n        return predict("
    )
    (lab.root / "own.py").write_text(late, encoding="utf-8")
    run = proband.load("small", lab=lab.root).best_run(stale=True)
    assert run.model(stale=True) is not None
    (lab.root / "late.py").write_text("def predict(net, x):\n    return net(x) * 1\n", encoding="utf-8")
    with pytest.raises(proband.Error, match="a function imports 'late' when it is called"):
        run.model(stale=True)


def test_changed_code_is_told_before_it_is_used(copied: Callable[[str], Lab]) -> None:
    lab = copied("lab")
    run = proband.load("small", lab=lab.root).best
    (lab.root / "own.py").write_text(CODE + "\nopen('PWNED', 'w')\n", encoding="utf-8")
    with pytest.raises(proband.Error, match="its code has changed since it was trained"):
        run.model()
    assert not list(lab.root.rglob("PWNED"))
    (lab.root / "own.py").write_text(CODE + "\n# a comment\n", encoding="utf-8")
    batch, prediction = sample(run)
    assert torch.equal(run.model(stale=True).predict_step(batch, 0), prediction)


def test_changed_behaviour_is_told_although_stale_code_is_accepted(copied: Callable[[str], Lab]) -> None:
    lab = copied("lab")
    run = proband.load("small", lab=lab.root).best
    run.model()  # imports the code before it changes
    (lab.root / "late.py").write_text("def predict(net, x):\n    return net(x) + 1\n", encoding="utf-8")
    with pytest.raises(proband.Error, match="differs from the recorded prediction by up to 1"):
        run.model(stale=True)


@pytest.mark.parametrize("name", ["model.safetensors", "sample.safetensors"])
def test_changed_file_is_told_before_it_is_used(copied: Callable[[str], Lab], name: str) -> None:
    lab = copied("lab")
    run = proband.load("small", lab=lab.root).best
    flip_byte(run.folder / "output/final_model" / name)
    with pytest.raises(proband.Error, match=f"{name} differs from the file that the run recorded"):
        run.model()
    if name.startswith("model"):
        with pytest.raises(proband.Error, match="differs from the file"):
            run.weights()


def test_code_of_an_untrusted_lab_is_not_run(copied: Callable[[str], Lab], monkeypatch: pytest.MonkeyPatch) -> None:
    lab = copied("lab")
    monkeypatch.setenv("PROBAND_TRUST", "list")
    monkeypatch.setenv("XDG_STATE_HOME", str(lab.root / "state"))
    run = proband.load("small", lab=lab.root).best
    with pytest.raises(proband.Error, match="proband trust"):
        run.model()
    assert not {"own", "late"} & sys.modules.keys()
    assert run.weights()


def test_run_without_a_model_is_told(copied: Callable[[str], Lab]) -> None:
    lab = copied("lab")
    run = proband.load("small", lab=lab.root).best
    shutil.rmtree(run.folder / "output/final_model")
    with pytest.raises(proband.Error, match=r"model\.safetensors cannot be read: No such file"):
        run.model()
