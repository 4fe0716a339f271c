"""Jobs get names in the order of their submission, and a file that is not usable as a queue is an input error."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from lab.queue.folders import QueueFolders, QueueUnusable
from lab.queue.job_names import next_name, submission_time
from lab.queue.jobs import Job, enqueue, queued_jobs
from tests.permissions import without_root_access

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
SUBMITTING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from compiler.base.paths import Lab
from lab.queue.jobs import enqueue
enqueue(Lab(Path(sys.argv[1])), "experiment: {}", ".yaml", "medium", "lr", lambda: datetime.now(UTC))
"""


def add(lab: Lab, text: str = "experiment: {}\n", priority: str = "medium", clock: datetime = NOON) -> Job:
    return enqueue(lab, text, ".yaml", priority, "lr", lambda: clock)  # type: ignore[arg-type]


def test_job_contains_the_text_byte_for_byte(tmp_path: Path) -> None:
    text = b'\xef\xbb\xbf{"experiment_id": "lr"} // comment\r\n'
    job = enqueue(Lab(tmp_path), text, ".json", "high", "lr", lambda: NOON)
    assert job.path == tmp_path / "queue/job_20261128T120000.000000Z.json"
    assert job.path.read_bytes() == text
    assert queued_jobs(Lab(tmp_path)) == (job,)


@pytest.mark.parametrize(
    "steps",
    [[0, 0, 0], [0, -3600, -3599], [0, 0.000001, 0]],
    ids=["same instant", "clock stepping back", "clock standing still"],
)
def test_order_of_submission_does_not_depend_on_the_clock(tmp_path: Path, steps: list[float]) -> None:
    added = [add(Lab(tmp_path), clock=NOON + timedelta(seconds=step)).name for step in steps]
    assert len(set(added)) == len(steps)
    assert [job.name for job in queued_jobs(Lab(tmp_path))] == added


@pytest.mark.parametrize("folder", ["completed", "failed"])
def test_job_sorts_after_finished_jobs_of_a_later_clock(tmp_path: Path, folder: str) -> None:
    job = add(Lab(tmp_path))
    job.path.rename(tmp_path / folder / job.name)
    (tmp_path / "queue/submissions" / f"{job.path.stem}.json").unlink()
    assert add(Lab(tmp_path), clock=NOON - timedelta(days=1)).name > job.name


def test_priority_comes_before_the_order_of_submission(tmp_path: Path) -> None:
    words = ["low", "medium", "high", "medium", "critical", "high"]
    added = {add(Lab(tmp_path), priority=word).name: word for word in words}
    listed = [job.name for job in queued_jobs(Lab(tmp_path))]
    assert [added[name] for name in listed] == ["critical", "high", "high", "medium", "medium", "low"]
    assert listed[1] < listed[2]
    assert listed[3] < listed[4]


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "job_20261128T120000.000000Z.json~",
        ".job_20261128T120000.000000Z.json.swp",
        "job_x.json",
        "job_20261128T120000Z.json",
        "job_99991231T235959.999999Z.json",
        "job_20261399T120000.000000Z.json",
        "job_20261128T120000.000000Z.txt",
        "job_٢٠٢٦1128T120000.000000Z.json",
    ],
)
def test_other_files_are_no_jobs(tmp_path: Path, name: str) -> None:
    (tmp_path / "queue").mkdir()
    (tmp_path / "queue" / name).write_text("{}")
    job = add(Lab(tmp_path))
    assert queued_jobs(Lab(tmp_path)) == (job,)
    assert submission_time(job.name) == NOON


def test_damaged_record_of_a_submission_gives_the_default_priority(tmp_path: Path) -> None:
    job = add(Lab(tmp_path), priority="high")
    (tmp_path / "queue/submissions" / f"{job.path.stem}.json").write_text('{"priority": 1e9, "experiment_id": [')
    assert [job.priority for job in queued_jobs(Lab(tmp_path))] == ["medium"]


@pytest.mark.parametrize("name", ["queue", "completed", "failed"])
def test_linked_folder_is_refused(tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    lab = tmp_path / "lab"
    lab.mkdir()
    (lab / name).symlink_to(elsewhere)
    with pytest.raises(QueueUnusable, match="is a link"):
        add(Lab(lab))
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("kind", ["folder", "link", "broken link"])
def test_lock_that_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    lock = tmp_path / "queue/queue.lock"
    lock.parent.mkdir()
    if kind == "folder":
        lock.mkdir()
    else:
        target = tmp_path / "target"
        lock.symlink_to(target)
        if kind == "link":
            target.touch()
    with pytest.raises(QueueUnusable, match=r"queue\.lock: cannot be locked"):
        add(Lab(tmp_path))


@pytest.mark.parametrize("content", ["", "4194304", "process 1 on another-host"])
def test_lock_file_of_a_dead_process_does_not_stop_the_queue(tmp_path: Path, content: str) -> None:
    lock = tmp_path / "queue/queue.lock"
    lock.parent.mkdir()
    lock.write_text(content)
    os.utime(lock, (4e9, 4e9))
    assert add(Lab(tmp_path)).path.is_file()


def test_queue_without_write_access_is_refused(tmp_path: Path) -> None:
    add(Lab(tmp_path))
    (tmp_path / "queue").chmod(0o500)
    try:
        refused = subprocess.run(
            [*without_root_access(), sys.executable, "-c", SUBMITTING, str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        (tmp_path / "queue").chmod(0o700)
    assert refused.returncode == 1
    assert "QueueUnusable" in refused.stderr
    assert "give write access" in refused.stderr
    assert len(queued_jobs(Lab(tmp_path))) == 1


def test_submissions_of_many_processes_are_all_queued(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        names = list(pool.map(_submit, [str(tmp_path)] * 40))
    assert len(set(names)) == 40
    assert all(job.path.read_text() == "experiment: {}\n" for job in queued_jobs(Lab(tmp_path)))
    assert not list((tmp_path / "queue").glob("*.tmp"))


def _submit(root: str) -> str:
    return add(Lab(Path(root))).name


def test_git_ignores_what_belongs_to_running_processes(tmp_path: Path) -> None:
    add(Lab(tmp_path))
    assert QueueFolders(Lab(tmp_path)).queue.joinpath(".gitignore").read_text().split() == [
        "queue.lock",
        ".leases/",
        ".*.tmp",
    ]


def test_name_needs_a_suffix_of_a_job() -> None:
    with pytest.raises(ValueError, match=r"\.yaml or \.json"):
        next_name([], NOON, ".toml")


def test_job_of_a_far_future_gives_no_job_that_no_worker_would_take(tmp_path: Path) -> None:
    add(Lab(tmp_path))
    (tmp_path / "queue/job_20991231T235959.999999Z.yaml").write_text("planted")
    with pytest.raises(QueueUnusable, match=r"2099-12-31.*delete this job"):
        add(Lab(tmp_path))
    assert len(list((tmp_path / "queue").glob("job_*"))) == 2
