"""Find the job that a command names."""

from __future__ import annotations

from pathlib import Path

from compiler.base.diagnostics import InputError, did_you_mean
from compiler.base.paths import Lab
from lab.queue.folders import QueueFolders, job_names
from lab.queue.job_names import stem
from lab.queue.jobs import Job, read_job


class NoSuchJob(InputError):
    """A name matches no job, or several."""


def find_job(lab: Lab, word: str) -> Job:
    """Return the job with this file name, with or without suffix, or the only job of this experiment.

    Raises:
        NoSuchJob: No job or several jobs match.
    """
    folders = QueueFolders(lab)
    paths = [folder / name for folder in _all(folders) for name in job_names(folder)]
    named = [path for path in paths if word in (path.name, stem(path.name))]
    jobs = [read_job(folders, path) for path in named or paths]
    matches = jobs if named else [job for job in jobs if job.experiment_id == word]
    if len(matches) == 1:
        return matches[0]
    if matches:
        listed = ", ".join(f"{job.path.parent.name}/{job.name}" for job in matches)
        raise NoSuchJob(f"'{word}' matches {len(matches)} jobs: {listed} (give the name of one file)")
    choices = [stem(path.name) for path in paths]
    hint = did_you_mean(word, choices) if choices else "no job was submitted"
    raise NoSuchJob(f"no job is called '{word}' ({hint or 'proband queue lists all jobs'})")


def _all(folders: QueueFolders) -> tuple[Path, ...]:
    return folders.queue, folders.completed, folders.failed
