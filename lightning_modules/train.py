"""Hydra's command line: `python -m lightning_modules.train experiment=digits_lr` trains one run, in this process.

It is the same run as in a build, and lies in the same place; a run that is there already is not trained again.
`--multirun` goes through the DAG instead, by way of the launcher in hydra_plugins/.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import hydra
from omegaconf import DictConfig, OmegaConf

from compiler.base.diagnostics import Problem, SpecError, dotted
from compiler.base.json_files import read_json, write_text
from compiler.base.paths import ENGINE, Lab
from compiler.base.redaction import secret_problems
from compiler.composing.interpolation import Resolver
from compiler.composing.patching import resolved_config
from compiler.plan.manifest import run_job
from compiler.python_source.target_check import target_problems
from compiler.runs.run_status import RunStatus, read_complete_status
from compiler.runs.toolchain import Run, Toolchain
from compiler.spec.core_config import core_problems
from lightning_modules.data.fetch import DataUnavailable, fetch_data
from lightning_modules.failures.run_failed import RunFailed

_LAB = Lab(Path())


@hydra.main(version_base="1.3", config_path=str(ENGINE / "conf"), config_name="config")
def main(config: DictConfig) -> float | None:
    """The metric of the composed run: the registered one, else its accuracy."""
    tree = OmegaConf.to_container(config, resolve=False)
    assert isinstance(tree, dict)
    composed = {str(key): value for key, value in tree.items()}
    tools = Toolchain(_LAB)
    try:
        run = _checked_run(composed, tools)
    except SpecError as error:
        print(*map(_told, error.problems), sep="\n", file=sys.stderr)
        raise SystemExit(2) from error
    status = _status(run, tools)
    if status.error is not None:
        raise RunFailed(run.id, status.error.kind, status.error.message, _LAB.run(run.id))
    print(f"run {run.id}: completed; see {_LAB.run(run.id)}")
    compare = (composed.get("experiment") or {}).get("compare") or {}
    value: float | None = read_json(_LAB.run(run.id) / "output/metrics.json").get(compare.get("metric", "accuracy"))
    return value


def _checked_run(composed: dict[str, Any], tools: Toolchain) -> Run:
    config = resolved_config(composed, Resolver())
    problems = [*secret_problems(composed), *target_problems(config, tools.signatures), *core_problems(config)]
    problems += _unread(composed)
    if problems:
        raise SpecError(problems)
    return tools.run(config)


def _unread(composed: Mapping[str, Any]) -> Iterator[Problem]:
    """Hydra composes before anyone reads a spec, so what `experiment.config` chooses would be missing silently."""
    spec = composed.get("experiment")
    if isinstance(spec, Mapping) and spec.get("config"):
        hint = "set it beside experiment:, or build the experiment with snakemake"
        yield Problem(("experiment", "config"), "is read by a build only", hint)


def _status(run: Run, tools: Toolchain) -> RunStatus:
    """The status of the run that is there, if its code is still today's, else of a new training."""
    place = _LAB.run(run.id)
    if _LAB.status(run.id).is_file():
        known = read_json(place / "provenance.json").get("fingerprint")
        finished = read_complete_status(_LAB.status(run.id))
        if finished is not None and finished.is_completed and known == run.fingerprint:
            return finished
        _LAB.status_copy(run.id).unlink(missing_ok=True)  # whoever asks for a failed run by hand means to try it again
    try:
        for path in run.data:
            fetch_data(tools.data[path], _LAB)
    except DataUnavailable as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from error
    from lightning_modules.failures.kinds import is_machine_failure
    from lightning_modules.run_store.train_run import train_run

    status = train_run(run_job(run, []), _LAB, attempt=1, last_attempt=True, log=None)
    if is_machine_failure(status):
        write_text(_LAB.machine_failure_mark(run.id), "")  # so that the next build tries it again
    return status


def _told(problem: Problem) -> str:
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{dotted(problem.path)}: {problem.problem}{hint}"


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("interrupted; nothing of the run is kept", file=sys.stderr)
        sys.exit(130)
