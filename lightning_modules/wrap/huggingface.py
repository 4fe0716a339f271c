"""Train with the Trainer of Hugging Face inside a training function, and record its metrics in the run.

transformers is imported only when a function calls this adapter.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lightning_modules.wrap.saved_model import ModelSaver

if TYPE_CHECKING:
    from lightning_modules.wrap.recorder import RunRecorder

FOLDER = "trainer"  # of the files that the Trainer writes; it is deleted after the training
TRIAL_STEPS = 3  # of a trial, which is no evidence
_SPEEDS = ("runtime", "samples_per_second", "steps_per_second")  # ends of names that are not metrics of the model


class WrongTrainer(ValueError):
    """The arguments of a Trainer contradict the run."""


def trainer_arguments(run: RunRecorder) -> dict[str, Any]:
    """Return the arguments of TrainingArguments that depend on the run.

    They are its folder, seeds and device. No logging service is used, and a loss that is NaN is logged as it is.
    """
    return {
        "output_dir": str(run.folder / FOLDER),
        "seed": run.seed,
        "data_seed": run.seed,
        "use_cpu": run.gpus == 0,
        "report_to": "none",
        "logging_nan_inf_filter": False,
        "disable_tqdm": True,
        **({"max_steps": TRIAL_STEPS} if run.is_trial else {}),
    }


def fit_trainer(trainer: Any, run: RunRecorder) -> dict[str, float]:
    """Train and evaluate, log what the Trainer logs, save its model, and return the metrics.

    They are those of the evaluation, or of the training if the Trainer has no evaluation data.

    Raises:
        WrongTrainer: Its output folder or its seed is not the one of the run.
    """
    from transformers import PrinterCallback, ProgressCallback
    from transformers.integrations.integration_utils import INTEGRATION_TO_CALLBACK

    _check_arguments(trainer.args, run)
    for callback in (*INTEGRATION_TO_CALLBACK.values(), PrinterCallback, ProgressCallback):
        trainer.remove_callback(callback)
    trainer.add_callback(_history_callback(run))
    trained = trainer.train().metrics
    metrics = trained if trainer.eval_dataset is None else trainer.evaluate()
    _save(trainer.model, run.folder / "final_model")
    shutil.rmtree(run.folder / FOLDER, ignore_errors=True)
    return _of_model(metrics)


def _check_arguments(arguments: Any, run: RunRecorder) -> None:
    if Path(arguments.output_dir).resolve() != (run.folder / FOLDER).resolve():
        problem = f"the Trainer writes to {arguments.output_dir}, which other runs may use as well"
        raise WrongTrainer(f"{problem} (pass **run.trainer_arguments() to TrainingArguments)")
    if arguments.seed != run.seed:
        problem = f"the Trainer has the seed {arguments.seed}, and the run has the seed {run.seed}"
        raise WrongTrainer(f"{problem} (pass **run.trainer_arguments() to TrainingArguments, and no other seed)")


def _history_callback(run: RunRecorder) -> Any:
    from transformers import TrainerCallback

    class HistoryCallback(TrainerCallback):
        """Logs every row of the Trainer in the history of the run."""

        def on_log(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if row := _of_model(kwargs["logs"]):
                run.log(row, step=state.global_step, epoch=int(state.epoch or 0))

    return HistoryCallback()


def _of_model(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Return the metrics without the epoch and the speeds."""
    return {
        name: value
        for name, value in metrics.items()
        if name not in ("epoch", "total_flos") and not name.endswith(_SPEEDS)
    }


def _save(model: Any, folder: Path) -> None:
    """Save the weights, with the files from which `from_pretrained` builds a model of transformers."""
    if hasattr(model, "save_pretrained"):
        model.save_pretrained(folder)
    else:
        ModelSaver(folder)(model)
