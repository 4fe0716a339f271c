"""Make a temporary lab that shares the specs, data and runs of a lab, in which everything else can be computed anew."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from compiler.base.paths import Lab
from compiler.plan.compile_lab import Outcome
from compiler.plan.plan_files import plan_file, write_plan
from compiler.reproduction.record_files import RECORDS, plain_files

# Folders that the temporary lab must not share. It gets the plain files of the records.
_OWN = frozenset({"results", ".proband", ".snakemake", ".git", RECORDS})
_SHARED_RESULTS = ("runs", "sweeps")
_COPIED_RESULTS = ("registrations.jsonl",)
_INPUTS_OF_EXPERIMENTS = ("search", "reviews")  # what is in the folder of an experiment and is no output


@contextmanager
def scratch_lab(lab: Lab, outcome: Outcome, experiments: Iterable[str]) -> Iterator[Lab]:
    """Yield a temporary lab with the compiled plan and none of the outputs of the experiments.

    Jobs that run in it write no file of the lab itself: they only read its runs.
    """
    root = lab.root.resolve()
    with TemporaryDirectory(prefix="proband-verify-") as folder:
        scratch = Lab(Path(folder))
        for entry in root.iterdir():
            if entry.name not in _OWN:
                (scratch.root / entry.name).symlink_to(entry)
        scratch.results.mkdir()
        for name in _SHARED_RESULTS:
            if (root / "results" / name).exists():
                (scratch.results / name).symlink_to((root / "results" / name).resolve())
        for name in _COPIED_RESULTS:
            _copy(root / "results" / name, scratch.results / name)
        for file in plain_files(Lab(root)):
            _copy(file, scratch.root / RECORDS / file.name)
        for experiment in experiments:
            for name in _INPUTS_OF_EXPERIMENTS:
                _copy(Lab(root).experiment(experiment) / name, scratch.experiment(experiment) / name)
        write_plan(scratch, outcome, plan_file(scratch, ()))
        yield scratch


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.is_file():
        shutil.copyfile(source, target)
