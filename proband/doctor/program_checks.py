"""Check the programs and accounts that Proband uses if they are there: git, DVC, W&B, GPUs, LaTeX and SLURM."""

from __future__ import annotations

import netrc
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from compiler.base.lab_trust.git_remotes import working_tree
from compiler.runs.dvc_repository.dvc_init import dvc_init_command
from proband.doctor.check import Check, run_program

_WANDB_HOST = "api.wandb.ai"


def program_checks(lab: Path) -> Iterator[Check]:
    yield _git(lab)
    yield _dvc(lab)
    yield _wandb()
    yield _gpus()
    yield _latex()
    yield _slurm()


def _git(lab: Path) -> Check:
    outcome = run_program("git", "--version")
    if outcome.code != 0:
        fix = "install git, so that runs record the version of your code"
        return Check("git", "note", outcome.line, fix)
    if working_tree(lab.resolve()) is None:
        return Check("git", "note", f"{outcome.line}; the lab is in no repository", "run `git init` in the lab")
    status = run_program("git", "status", "--porcelain", folder=lab)
    if status.code != 0:
        return Check("git", "problem", status.line, "correct the repository; runs do not record their commit")
    return Check("git", "ok", outcome.line)


def _dvc(lab: Path) -> Check:
    outcome = run_program(sys.executable, "-m", "dvc", "config", "--list", folder=lab)
    if not (lab / ".dvc").is_dir():
        later = " (after `git init`: `dvc init`)" if working_tree(lab.resolve()) is None else ""
        fix = f"run `{shlex.join(dvc_init_command(lab))}` to track data files{later}"
        return Check("DVC", "note", "the lab has no DVC repository", fix)
    if outcome.code != 0:
        return Check("DVC", "problem", outcome.line, "correct DVC's configuration")
    return Check("DVC", "ok", "the lab has a DVC repository")


def _wandb() -> Check:
    if os.environ.get("WANDB_API_KEY") or _has_netrc_entry():
        return Check("W&B", "ok", "a key for W&B is configured")
    return Check("W&B", "note", "not logged in, so runs are tracked offline", "run `wandb login` to upload them")


def _has_netrc_entry() -> bool:
    file = Path(os.environ.get("NETRC", "~/.netrc")).expanduser()
    try:
        return netrc.netrc(str(file)).authenticators(_WANDB_HOST) is not None
    except (OSError, netrc.NetrcParseError, UnicodeDecodeError):
        return False


def _gpus() -> Check:
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") == ""
    if shutil.which("nvidia-smi") is None:
        return Check("GPUs", "note", "no nvidia-smi, so trainings run on the CPU")
    outcome = run_program("nvidia-smi", "--query-gpu=count", "--format=csv,noheader")
    if outcome.code != 0:
        return Check("GPUs", "problem", outcome.line, "correct the driver, or train with `trainer.accelerator=cpu`")
    if hidden:
        return Check("GPUs", "note", "CUDA_VISIBLE_DEVICES is empty, which hides all GPUs", "unset it to use them")
    return Check("GPUs", "ok", f"{outcome.line} GPUs")


def _latex() -> Check:
    if shutil.which("latexmk") is None:
        return Check("LaTeX", "note", "not installed; PDFs are written without it", "install latexmk to compile .tex")
    return Check("LaTeX", "ok", "latexmk is installed")


def _slurm() -> Check:
    if shutil.which("sbatch") is None:
        return Check("SLURM", "note", "no sbatch, so builds run on this machine")
    outcome = run_program("sinfo", "--noheader")
    if outcome.code != 0:
        return Check("SLURM", "note", f"sinfo fails: {outcome.line}", "builds on this machine need no SLURM")
    return Check("SLURM", "ok", "sinfo answers")
