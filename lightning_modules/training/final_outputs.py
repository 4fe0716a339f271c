"""Write what a finished fit has measured and learnt, also if a later step fails."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from torch import Tensor

from compiler.base.json_files import write_json
from lightning_modules.checkpoints.final_model import save_final_model
from lightning_modules.failures.classify import failure_kind
from lightning_modules.failures.kinds import is_transient
from lightning_modules.recording.history import read_history
from lightning_modules.recording.json_document import json_document
from lightning_modules.recording.system_metrics import SystemMetrics
from lightning_modules.training.final_metrics import eval_results, run_metrics
from lightning_modules.training.fit import FitResult
from lightning_modules.training.recorded_outputs import writing_outputs


@dataclass
class KeptResult:
    """The last result of a training: without its test, then with it. None before the training has finished."""

    result: FitResult | None = None

    def keep(self, result: FitResult) -> None:
        self.result = result


@contextmanager
def kept_metrics(output: Path, metrics: SystemMetrics) -> Iterator[KeptResult]:
    """Yield an object for the result of the training, and write its metrics at the end, also after an exception."""
    kept = KeptResult()
    try:
        yield kept
    finally:
        if kept.result is not None:
            with writing_outputs():
                history = read_history(output / "history.csv")
                write_json(output / "metrics.json", json_document(run_metrics(kept.result, history)))
                results = eval_results(kept.result, metrics.test_samples, output)
                write_json(output / "eval_results.json", json_document(results))


def write_model(result: FitResult, rows: Mapping[str, Tensor], output: Path) -> dict[str, str]:
    """Write the final model and what the model and the data module export. Return what cannot be written, and why.

    Raises:
        Exception: The machine failed. Another attempt may succeed.
    """
    outputs: dict[str, Callable[[], object]] = {
        "final_model": lambda: save_final_model(result.model, rows, output / "final_model")
    }
    for component in (result.data, result.model):
        export: Callable[[Path], None] | None = getattr(component, "export", None)
        if export is not None:
            outputs[f"{type(component).__name__}.export"] = partial(export, output)
    not_written = {}
    for name, write in outputs.items():
        try:
            write()
        except Exception as error:
            if is_transient(failure_kind(error)):
                raise
            traceback.print_exc()
            not_written[name] = f"{type(error).__name__}: {error}"
    return not_written
