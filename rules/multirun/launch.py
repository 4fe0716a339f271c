"""Run a batch of Hydra jobs as one build: compile it, call Snakemake once, and read the runs back."""

from __future__ import annotations

import logging
import shlex
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from hydra.core.utils import JobReturn, configure_log
from omegaconf import DictConfig, OmegaConf

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.paths import ENGINE, Lab
from compiler.composing.overrides import override_key
from lightning_modules.run_store.signals import signals_as_interrupts
from rules.build_process.build_process import interrupt_build, snakemake_command, start_build
from rules.multirun.job_returns import job_return
from rules.multirun.sweep_plan import BrokenSweep, plan_batch
from rules.multirun.sweep_spec import Command

WRONG_INPUT, INTERRUPTED = 2, 130
_log = logging.getLogger(__name__)


def launch_batch(
    config: DictConfig, batch: Sequence[Sequence[str]], first: int, cores: int | str, arguments: Sequence[str]
) -> list[JobReturn]:
    """Build the jobs of a batch and return their results in the same order.

    Args:
        config: the config that Hydra composed for the whole sweep.
        batch: the overrides of each job.
        first: the number of the first job.
        cores: Snakemake's `--cores`.
        arguments: further arguments of Snakemake, such as a profile.

    Raises:
        SystemExit: 2 if the jobs do not compile, after printing the diagnostics; 130 if the build was interrupted.
    """
    if not batch:
        return []
    lab = Lab(Path())
    configure_log(config.hydra.hydra_logging, config.hydra.verbose)
    overrides = _command_line_overrides(config)
    try:
        _require_config_of_lab(config)
        planned = plan_batch(batch, _default_experiment(config, overrides), _command(overrides), lab)
    except (CompileError, BrokenSweep) as error:
        print(error, file=sys.stderr)
        raise SystemExit(WRONG_INPUT) from error
    _log.info("%s jobs of %s", len(batch), ", ".join(planned.experiments))
    code = _build(planned.experiments, cores, arguments)
    return [job_return(job, number, config, code, lab) for number, job in enumerate(planned.jobs, start=first)]


def _command_line_overrides(config: DictConfig) -> tuple[str, ...]:
    """Return the overrides as typed, with interpolations unresolved."""
    overrides = OmegaConf.to_container(config.hydra.overrides.task, resolve=False)
    assert isinstance(overrides, list)
    return tuple(map(str, overrides))


def _command(overrides: tuple[str, ...]) -> Command:
    text = shlex.join(["python", "-m", "lightning_modules.train", *sys.argv[1:]])
    return Command(text, overrides, datetime.now(UTC).date().isoformat())


def _default_experiment(config: DictConfig, overrides: Sequence[str]) -> str | None:
    """Return the experiment that `config.yaml` selects; None if an override selects one, because jobs repeat it."""
    if any(override_key(text) == "experiment" for text in overrides):
        return None
    choice = OmegaConf.select(config, "hydra.runtime.choices.experiment")
    return None if choice in (None, "null") else str(choice)


def _require_config_of_lab(config: DictConfig) -> None:
    """Raise CompileError if the config does not come from the lab's `conf/`, from which plans are compiled."""
    sources = {source.provider: source.path for source in config.hydra.runtime.config_sources}
    problem = ""
    if sources.get("main") != str(ENGINE / "conf"):
        problem = "the launcher 'proband' is for `python -m lightning_modules.train`; choose hydra/launcher=basic"
    elif "command-line" in sources:
        problem = "a build ignores --config-dir (put its files into conf/)"
    elif config.hydra.job.config_name != "config":
        problem = "a build ignores --config-name (edit conf/config.yaml)"
    if problem:
        raise CompileError([Diagnostic("overrides", 1, 1, "", problem)])


def _build(experiments: Sequence[str], cores: int | str, arguments: Sequence[str]) -> int:
    """Run Snakemake and return its exit code."""
    sys.stdout.flush()
    is_interrupted = False
    with signals_as_interrupts():
        process = start_build(snakemake_command("--cores", str(cores), *experiments, *arguments))
        while True:
            try:
                code = process.wait()
                break
            except KeyboardInterrupt:
                is_interrupted = True
                interrupt_build(process)
    if is_interrupted:
        print("interrupted; run the same command again to resume", file=sys.stderr)
        raise SystemExit(INTERRUPTED)
    return code
