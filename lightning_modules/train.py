"""Train one run from Hydra's command line: `python -m lightning_modules.train experiment=digits_lr`.

The run has the same id and path as in a build. If it is finished already, it is not trained again. With `--multirun`,
the launcher in hydra_plugins/ builds all runs with Snakemake instead.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from compiler.base.diagnostics import CompileError, InputError, Problem, SpecError, dotted
from compiler.base.json_files import read_json, write_text
from compiler.base.paths import ENGINE, Lab
from compiler.base.redaction import secret_problems
from compiler.base.trust import require_trust
from compiler.composing.compose import COLLABORATION
from compiler.composing.default_seed import with_default_seed
from compiler.composing.group_choices import with_quoted_experiments
from compiler.composing.interpolation import Resolver
from compiler.composing.overrides import override_key
from compiler.composing.patching import resolved_config
from compiler.plan.manifest import run_job
from compiler.python_source.target_check import target_problems
from compiler.python_source.training_kind import training_kind
from compiler.runs.data_versions import remote_of
from compiler.runs.recorded_fingerprint import recorded_fingerprint
from compiler.runs.run_status import RunStatus, read_complete_status
from compiler.runs.toolchain import Run, Toolchain
from compiler.secrets.config_secrets import literal_secret_problems
from compiler.secrets.declared_variables import allowed_variables
from compiler.secrets.environment import restrict_environment
from compiler.spec.core_config import core_problems
from lightning_modules.data.fetch import DataUnavailable, fetch_data
from lightning_modules.failures.run_failed import RunFailed
from lightning_modules.run_store.reuse import has_recorded_files

_LAB = Lab(Path())


@hydra.main(version_base="1.3", config_path=str(ENGINE / "conf"), config_name="config")
def main(config: DictConfig) -> float | None:
    """Train the composed run and return its metric: that of the registered test, else the accuracy."""
    tree = OmegaConf.to_container(config, resolve=False)
    assert isinstance(tree, dict)
    composed = with_default_seed({str(key): value for key, value in tree.items() if key != COLLABORATION})
    tools = Toolchain(_LAB)
    try:
        composed = _without_unused_groups(composed, tools)
        run = _compile_run(composed, tools)
    except CompileError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from error
    except SpecError as error:
        print(*map(_problem_line, error.problems), sep="\n", file=sys.stderr)
        raise SystemExit(2) from error
    status = _reuse_or_train(run, tools)
    if status.error is not None:
        raise RunFailed(run.id, status.error.kind, status.error.message, _LAB.run(run.id))
    print(f"run {run.id}: completed; see {_LAB.run(run.id)}")
    compare = (composed.get("experiment") or {}).get("compare") or {}
    value: float | None = read_json(_LAB.run(run.id) / "output/metrics.json").get(compare.get("metric", "accuracy"))
    return value


def _without_unused_groups(composed: dict[str, Any], tools: Toolchain) -> dict[str, Any]:
    """Return the config without the groups of `config.yaml` that its kind of training does not need, as a build does.

    Raises:
        CompileError: The config cannot be composed.
    """
    if training_kind(composed, tools.signatures.definitions) == "lightning":
        return composed
    hydra_config = HydraConfig.get()
    overrides = [text for text in hydra_config.overrides.task if override_key(text) != "experiment"]
    return tools.composer.compose(hydra_config.runtime.choices.get("experiment") or "null", (), overrides).config


def _compile_run(composed: dict[str, Any], tools: Toolchain) -> Run:
    config = resolved_config(composed, Resolver())
    problems = [
        *secret_problems(composed),
        *literal_secret_problems(config),
        *target_problems(config, tools.signatures),
        *core_problems(config, tools.signatures),
    ]
    problems += _ignored_config_problems(composed)
    if problems:
        raise SpecError(problems)
    return tools.run(config)


def _ignored_config_problems(composed: Mapping[str, Any]) -> Iterator[Problem]:
    """Reject `experiment.config`, which would be ignored: Hydra composes the config before the spec is read."""
    spec = composed.get("experiment")
    if isinstance(spec, Mapping) and spec.get("config"):
        hint = "set these keys beside experiment:, or build the experiment with snakemake"
        yield Problem(("experiment", "config"), "is used only by a build", hint)


def _reuse_or_train(run: Run, tools: Toolchain) -> RunStatus:
    """Return the status of the run. It is trained unless it is completed and its code is unchanged."""
    if _LAB.status(run.id).is_file():
        status = read_complete_status(_LAB.status(run.id))
        is_current = status is not None and recorded_fingerprint(_LAB.run(run.id)) == run.fingerprint
        if status is not None and status.is_completed and is_current and has_recorded_files(_LAB.run(run.id), status):
            return status
        _LAB.status_copy(run.id).unlink(missing_ok=True)  # an explicit command trains a failed run again
    try:
        for path in run.data:
            fetch_data(tools.data.tracked[path], _LAB, remote_of(path, run.config, tools.data.tracked))
    except DataUnavailable as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from error
    from lightning_modules.failures.kinds import is_machine_failure
    from lightning_modules.run_store.train_run import train_run

    status = train_run(run_job(run, []), _LAB, attempt=1, last_attempt=True, log=None)
    if is_machine_failure(status):
        write_text(_LAB.machine_failure_mark(run.id), "")  # the next build trains the run again
    return status


def _problem_line(problem: Problem) -> str:
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{dotted(problem.path)}: {problem.problem}{hint}"


def prepare_process(lab: Lab) -> None:
    """Check and set what must hold before Hydra starts, because it imports plugins of the lab and resolves configs.

    Raises:
        UntrustedLab: The code of the lab must not be run.
        CompileError: The list of environment variables of the lab is wrong.
    """
    require_trust(lab)
    restrict_environment(allowed_variables(lab))


if __name__ == "__main__":
    try:
        prepare_process(_LAB)
        sys.argv[1:] = with_quoted_experiments(sys.argv[1:])
        main()
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("interrupted; the partial run was deleted", file=sys.stderr)
        sys.exit(130)
