"""A batch of jobs of Hydra's as one build: planned, given to Snakemake once, and read back from the run store."""

from __future__ import annotations

import logging
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from hydra.core.utils import JobReturn, configure_log
from omegaconf import DictConfig, OmegaConf

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.paths import ENGINE, Lab
from compiler.composing.overrides import overridden
from lightning_modules.run_store.signals import interrupts_on_sigterm
from rules.multirun.job_returns import job_return
from rules.multirun.sweep_plan import BrokenSweep, planned
from rules.multirun.sweep_spec import Command

WRONG_INPUT, INTERRUPTED = 2, 130
_log = logging.getLogger(__name__)


def launched(
    config: DictConfig, batch: Sequence[Sequence[str]], first: int, cores: int | str, arguments: Sequence[str]
) -> list[JobReturn]:
    """What came of each job, in the order asked.

    Args:
        config: the one that Hydra composed for the whole sweep.
        first: the number of the first job.
        cores: as Snakemake's `--cores`.
        arguments: more of Snakemake's, such as a profile.

    Raises:
        SystemExit: 2 where the jobs are no experiment, after saying why; 130 when interrupted.
    """
    if not batch:
        return []
    lab = Lab(Path())
    configure_log(config.hydra.hydra_logging, config.hydra.verbose)
    overrides = _typed(config)
    try:
        _expect_the_labs_config(config)
        found = planned(batch, _chosen(config, overrides), _command(overrides), lab)
    except (CompileError, BrokenSweep) as error:
        print(error, file=sys.stderr)
        raise SystemExit(WRONG_INPUT) from error
    _log.info("%s jobs of %s", len(batch), ", ".join(found.experiments))
    code = _built(found.experiments, cores, arguments)
    return [job_return(one, number, config, code, lab) for number, one in enumerate(found.jobs, start=first)]


def _typed(config: DictConfig) -> tuple[str, ...]:
    """The overrides as they were typed: an interpolation among them is not resolved here."""
    words = OmegaConf.to_container(config.hydra.overrides.task, resolve=False)
    assert isinstance(words, list)
    return tuple(map(str, words))


def _command(overrides: tuple[str, ...]) -> Command:
    words = shlex.join(["python", "-m", "lightning_modules.train", *sys.argv[1:]])
    return Command(words, overrides, datetime.now(UTC).date().isoformat())


def _chosen(config: DictConfig, overrides: Sequence[str]) -> str | None:
    """The experiment of a job that chooses none: what `config.yaml` chooses, because a job repeats what was typed."""
    if any(overridden(text) == "experiment" for text in overrides):
        return None
    choice = OmegaConf.select(config, "hydra.runtime.choices.experiment")
    return None if choice in (None, "null") else str(choice)


def _expect_the_labs_config(config: DictConfig) -> None:
    """A plan is compiled from the `conf/` of the lab, so nothing else may have a say."""
    sources = {one.provider: one.path for one in config.hydra.runtime.config_sources}
    told = ""
    if sources.get("main") != str(ENGINE / "conf"):
        told = "the launcher 'proband' is for `python -m lightning_modules.train`; choose hydra/launcher=basic"
    elif "command-line" in sources:
        told = "--config-dir has no say in a build; put its files into conf/"
    elif config.hydra.job.config_name != "config":
        told = "--config-name has no say in a build; say it in conf/config.yaml"
    if told:
        raise CompileError([Diagnostic("overrides", 1, 1, "", told)])


def _built(experiments: Sequence[str], cores: int | str, arguments: Sequence[str]) -> int:
    """Snakemake's exit code. It has a process group of its own, so that it is interrupted once and not twice."""
    words = ["-m", "snakemake", *experiments, "-s", str(ENGINE / "Snakefile"), "--cores", str(cores), *arguments]
    sys.stdout.flush()
    interrupted = False
    with interrupts_on_sigterm():
        process = _started([sys.executable, *words])
        while True:
            try:
                code = process.wait()
                break
            except KeyboardInterrupt:
                interrupted = True
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGINT)
    if interrupted:
        print("interrupted; the same command continues where this one was", file=sys.stderr)
        raise SystemExit(INTERRUPTED)
    return code


def _started(words: Sequence[str]) -> subprocess.Popen[bytes]:
    """With SIGINT as it usually is: a shell has what it runs in the background ignore it, and so would Snakemake."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, process_group=0)
    finally:
        signal.signal(signal.SIGINT, before)
