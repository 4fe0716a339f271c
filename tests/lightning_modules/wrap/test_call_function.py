"""What a training function gets, and what it may do to its process without harm to the run."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import torch
from lightning.pytorch.loggers import CSVLogger

from lightning_modules.checkpoints.store import CheckpointStore, open_store
from lightning_modules.wrap.call_function import call_function
from lightning_modules.wrap.own_files import WrongFile, check_own_files
from lightning_modules.wrap.process_state import FunctionExited
from lightning_modules.wrap.recorder import RunRecorder
from lightning_modules.wrap.returned_metrics import WrongMetrics

RESOURCES = {"cpus": torch.get_num_threads()}


@pytest.fixture(autouse=True)
def importable_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("own", None)


def call(tmp_path: Path, source: str, checkpoints: CheckpointStore | None = None, **model: Any) -> dict[str, float]:
    """Write own.py, and call its function `train`."""
    (tmp_path / "own.py").write_text(source, encoding="utf-8")
    config = {
        "seed": 3,
        "resources": RESOURCES,
        "data": {"path": "a ${b}"},
        "model": {"_target_": "own.train", **model},
    }
    return call_function(config, RunRecorder(tmp_path, 3, (), checkpoints))


def test_own_keys_are_keyword_arguments_and_supplied_ones_come_by_name(tmp_path: Path) -> None:
    source = (
        "def train(lr, config, run, folder, seed, save, resume_from=0):\n"
        "    assert (config.data.path, config['seed'], run.seed) == ('a ${b}', 3, 3)\n"
        "    assert (folder, resume_from) == (run.folder, None)\n"
        "    return {'lr': lr, 'seed': seed}\n"
    )
    assert call(tmp_path, source, lr=0.1) == {"lr": 0.1, "seed": 3}


def test_own_key_takes_precedence_over_a_supplied_argument(tmp_path: Path) -> None:
    assert call(tmp_path, "def train(seed, folder): return {folder: seed}", seed=7, folder="mine") == {"mine": 7}


def test_other_arguments_of_kwargs_are_the_own_keys_only(tmp_path: Path) -> None:
    assert call(tmp_path, "def train(**rest): return {name: 1 for name in rest}", lr=0.1) == {"lr": 1}


def test_nested_targets_are_built_first(tmp_path: Path) -> None:
    source = (
        "class Net:\n    def __init__(self, width): self.width = width\ndef train(net): return {'width': net.width}\n"
    )
    assert call(tmp_path, source, net={"_target_": "own.Net", "width": 4}) == {"width": 4}


def test_changed_config_does_not_reach_the_run(tmp_path: Path) -> None:
    source = "def train(config):\n    config['seed'] = 0\n    config.clear()\n    return {'a': 1}\n"
    (tmp_path / "own.py").write_text(source, encoding="utf-8")
    config = {"seed": 3, "resources": RESOURCES, "model": {"_target_": "own.train"}}
    call_function(config, RunRecorder(tmp_path, 3))
    assert config["seed"] == 3


def test_seeds_of_all_libraries_are_set(tmp_path: Path) -> None:
    source = (
        "import random, numpy, torch\n"
        "def train(): return {'a': random.random(), 'b': numpy.random.rand(), 'c': torch.rand(())}\n"
    )
    first, second = call(tmp_path, source), call(tmp_path, source)
    random.seed(3), np.random.seed(3), torch.manual_seed(3)
    assert first == second == {"a": random.random(), "b": np.random.rand(), "c": float(torch.rand(()))}


def test_folder_mask_and_variables_of_the_process_are_restored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "8")
    mask = os.umask(0o022)
    source = (
        "import os\n"
        "def train():\n    os.chdir('/tmp')\n    os.umask(0o777)\n"
        "    return {'ranks': len({'LOCAL_RANK', 'WORLD_SIZE'} & set(os.environ))}\n"
    )
    assert call(tmp_path, source) == {"ranks": 0}
    assert (Path.cwd(), os.umask(mask)) == (tmp_path, 0o022)


@pytest.mark.parametrize(
    "ending",
    ["sys.exit(0)", "sys.exit(1)", "sys.exit('no')", "os._exit(0)", "raise_it(SystemExit)", "raise_it(GeneratorExit)"],
)
def test_exit_is_no_success(tmp_path: Path, ending: str) -> None:
    source = f"import os, sys\ndef raise_it(kind): raise kind\ndef train(): {ending}\n"
    with pytest.raises(FunctionExited, match="it must return its metrics"):
        call(tmp_path, source)


def test_model_of_lightning_is_refused_with_the_way_out(tmp_path: Path) -> None:
    source = "import lightning\ndef train():\n    model = lightning.LightningModule()\n    return model\n"
    with pytest.raises(WrongMetrics, match="annotated with its class, such as -> LightningModule"):
        call(tmp_path, source)


def test_forked_child_that_returns_does_not_go_on(tmp_path: Path) -> None:
    source = (
        "import os\n"
        "def train():\n    child = os.fork()\n"
        "    if child: os.waitpid(child, 0)\n    else: open('child', 'w').close()\n    return {'a': 1}\n"
    )
    assert call(tmp_path, source) == {"a": 1}  # with two results, pytest itself would go on twice
    assert (tmp_path / "child").exists()


def test_process_that_the_function_leaves_behind_is_killed(tmp_path: Path) -> None:
    source = "import subprocess\ndef train(): return {'pid': subprocess.Popen(['sleep', '60']).pid}\n"
    child = int(call(tmp_path, source)["pid"])
    assert not psutil.pid_exists(child) or psutil.Process(child).wait(10) is not None


def test_log_writes_rows_with_steps_epochs_and_slashes(tmp_path: Path) -> None:
    logger = CSVLogger(tmp_path, name="", version="")
    run = RunRecorder(tmp_path, 0, [logger])
    run.log(loss=1.0)
    run.log({"val": {"acc": np.float32(0.5)}}, epoch=1, step=10)
    run.log(loss=torch.tensor(0.25))
    logger.save()
    rows = (tmp_path / "metrics.csv").read_text(encoding="utf-8").splitlines()
    assert rows == ["epoch,loss,step,val/acc", "0,1.0,0,", "1,,10,0.5", "1,0.25,11,"]
    assert run.last == {"loss": 0.25, "val/acc": 0.5}


def test_text_in_the_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongMetrics, match=r"run\.log got 'loss' as 'low'"):
        RunRecorder(tmp_path, 0).log(loss="low")


RESUMING = (
    "import torch\n"
    "def train(run, resume_from=None):\n"
    "    state = resume_from or {'epoch': 0, 'weight': torch.zeros(())}\n"
    "    for epoch in range(state['epoch'], 4):\n"
    "        run.log(loss=epoch, epoch=epoch)\n"
    "        run.save_checkpoint({'epoch': epoch + 1, 'weight': state['weight'] + 1})\n"
    "        if epoch == 1 and resume_from is None: raise RuntimeError('the machine died')\n"
    "    return {'rows': len(run._rows), 'first': state['epoch'], 'weight': state['weight']}\n"
)


def test_training_resumes_with_its_history(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    with pytest.raises(RuntimeError, match="the machine died"):
        call(tmp_path, RESUMING, open_store(folder, "run", "code"))
    store = open_store(folder, "run", "code")
    assert store.last is not None
    assert store.last.exact is False
    assert call(tmp_path, RESUMING, store) == {"rows": 4, "first": 2, "weight": 1.0}


def test_checkpoint_without_resuming_is_refused(tmp_path: Path) -> None:
    source = "def train(run):\n    run.save_checkpoint({})\n    return {'a': 1}\n"
    with pytest.raises(TypeError, match="has no parameter 'resume_from'"):
        call(tmp_path, source, open_store(tmp_path / "checkpoints", "run", "code"))


@pytest.mark.parametrize("model", ["torch.nn.Linear(2, 1)", "{'w': torch.zeros(2)}"], ids=["module", "state"])
def test_saved_tensors_load_as_weights_only(tmp_path: Path, model: str) -> None:
    call(tmp_path, f"import torch\ndef train(save):\n    save({model})\n    return {{'a': 1}}\n")
    assert [file.name for file in (tmp_path / "final_model").iterdir()] == ["model.safetensors"]


def test_any_other_model_is_saved_with_joblib(tmp_path: Path) -> None:
    import joblib

    source = "def train(save):\n    save({'w': [0]})\n    save([1, 2])\n    return {'a': 1}\n"
    call(tmp_path, source)
    assert joblib.load(tmp_path / "final_model/model.joblib") == [1, 2]


def test_file_that_proband_writes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text("{}", encoding="utf-8")
    with pytest.raises(WrongFile, match=r"output/metrics\.json, which Proband writes itself"):
        check_own_files(tmp_path)


def test_link_out_of_the_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inside").symlink_to(tmp_path / "own.py")
    check_own_files(tmp_path)
    (tmp_path / "outside").symlink_to("/etc/passwd")
    with pytest.raises(WrongFile, match="output/outside is a link out of the folder"):
        check_own_files(tmp_path)
