"""The log of a training contains no advertisements of libraries and no warnings about code that is not the user's."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lightning.pytorch.utilities.rank_zero import rank_zero_info
from training_jobs import SHORT, config, config_group

from compiler.base.paths import ENGINE
from lightning_modules.recording.library_notices import suppress_lightning_notices, without_weave_suggestion

# As in a job: the package `agents` is imported, which W&B takes for a library of that name.
TRAIN = """
import json, sys
from pathlib import Path
import agents
from lightning_modules.training.recorded_training import train
train(json.loads(sys.argv[1]), "0123456789ab", Path("output"))
"""


@pytest.mark.slow
@pytest.mark.parametrize("devices", [1, 2])
def test_log_of_a_tracked_training_contains_no_notices_of_libraries(tmp_path: Path, digits: Path, devices: int) -> None:
    trainer = SHORT | {"accelerator": "cpu", "devices": devices, "strategy": "auto" if devices == 1 else "ddp"}
    training = config(data={"path": str(digits)}, trainer=trainer, tracking=config_group("tracking/offline"))
    command = [sys.executable, "-c", TRAIN, json.dumps(training)]
    environ = {"PATH": "", "PYTHONPATH": str(ENGINE), "HOME": str(tmp_path)}
    log = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True).stderr
    assert "`Trainer.fit` stopped" in log, "messages about the training itself stay"
    for notice in ("Weave", "[agents]", "LeafSpec", "litlogger", "pip install", "TPU", "srun"):
        assert notice not in log


def test_weave_is_disabled_only_while_a_run_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in (None, "false"):
        monkeypatch.delenv("WANDB_DISABLE_WEAVE", raising=False)
        if value is not None:
            monkeypatch.setenv("WANDB_DISABLE_WEAVE", value)
        with without_weave_suggestion():
            assert os.environ["WANDB_DISABLE_WEAVE"] == "true"
        assert os.environ.get("WANDB_DISABLE_WEAVE") == value


def test_message_of_lightning_is_printed_once_if_hydra_has_configured_logging(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lightning prints a message itself and passes it on to the handlers of the root logger."""
    lightning, output = logging.getLogger("lightning"), logging.StreamHandler()
    own_output = logging.StreamHandler()
    monkeypatch.setattr(lightning, "handlers", [own_output])
    monkeypatch.setattr(logging.getLogger("lightning.pytorch"), "propagate", True)
    monkeypatch.setattr(logging.getLogger("lightning.pytorch"), "handlers", [])
    monkeypatch.setattr(logging.getLogger(), "handlers", [output])
    suppress_lightning_notices()
    rank_zero_info("GPU available: False")
    rank_zero_info("TPU available: False, using: 0 TPU cores")
    assert capfd.readouterr().err == "GPU available: False\n"
