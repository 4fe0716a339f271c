"""The record of a submission: which experiment a job is for, its priority, and the hash of its text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from compiler.base.json_files import readable_object, write_json
from lab.queue.folders import QueueFolders
from lab.queue.job_names import stem
from lab.queue.priority import DEFAULT, Priority, parse_priority


@dataclass(frozen=True)
class Submission:
    """What was known of a job when it was submitted. An edited job has another hash."""

    experiment_id: str | None
    priority: Priority
    submitted_at: str | None
    sha256: str | None

    def to_json(self) -> dict[str, Any]:
        return {
            "schema_version": 1,
            "experiment_id": self.experiment_id,
            "priority": self.priority,
            "submitted_at": self.submitted_at,
            "sha256": self.sha256,
        }


def text_hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def write_submission(folders: QueueFolders, job: str, submission: Submission) -> None:
    write_json(folders.submissions / f"{stem(job)}.json", submission.to_json())


def read_submission(folders: QueueFolders, job: str) -> Submission:
    """Return the record of a job. A missing or damaged record gives the default priority and no experiment."""
    content = readable_object(folders.submissions / f"{stem(job)}.json") or {}
    texts = {name: value for name, value in content.items() if isinstance(value, str)}
    return Submission(
        texts.get("experiment_id"),
        parse_priority(content.get("priority")) or DEFAULT,
        texts.get("submitted_at"),
        texts.get("sha256"),
    )
