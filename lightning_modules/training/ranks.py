"""A training on several devices: a process for each. This one is the first, and the only one that writes evidence.

Lightning would start the others by giving the command line again, which here belongs to a server or asks for the lock
of the run. So they are started as what they are: `python -m lightning_modules.training.ranks`, told on its standard
input what to train. It stays open as long as the first process lives; the others end with it, however it ends.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from lightning_modules.checkpoints.callback import periodic_checkpoint
from lightning_modules.checkpoints.store import CheckpointStore, SavedCheckpoint
from lightning_modules.failures.classify import OtherRankFailed, describe_failure, failure_kind
from lightning_modules.training.fit import take_part

_PATIENCE = 30.0  # seconds for the others to say what they died of


@dataclass(frozen=True)
class Ranks:
    """Starts the other processes of one training, once it is known how many there are."""

    config: Mapping[str, Any]
    checkpoint: CheckpointStore | None

    @contextmanager
    def __call__(self, count: int) -> Iterator[None]:
        """With the others running.

        Raises:
            OtherRankFailed: one of them failed, and this one therefore.
        """
        if count == 1:
            yield
            return
        threads = max(1, self.config["resources"]["cpus"] // count)
        torch.set_num_threads(threads)
        os.environ |= {"MASTER_PORT": str(_free_port()), "OMP_NUM_THREADS": str(threads)}
        others = [self._started(rank, threads) for rank in range(1, count)]
        try:
            yield
            _wait(others, None)
        except Exception as error:
            _leave_group()  # the others may be waiting for an answer of this one
            _wait(others, error)
            raise
        finally:
            _leave_group()
            for other in others:
                other.kill()
                other.communicate()

    def _started(self, rank: int, threads: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "lightning_modules.training.ranks"]
        path = os.pathsep.join(filter(None, sys.path))
        environment = os.environ | {"LOCAL_RANK": str(rank), "PYTHONPATH": path}
        process = subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin
        config = {**self.config, "resources": {**self.config["resources"], "cpus": threads}}
        told = {"config": config, "checkpoint": self.checkpoint and asdict(self.checkpoint)}
        process.stdin.write(json.dumps(told, default=str) + "\n")  # a folder is no JSON
        process.stdin.flush()
        return process


def become_first() -> None:
    """Tells Lightning that the others are not its to start."""
    os.environ["LOCAL_RANK"] = "0"


def _wait(others: list[subprocess.Popen[str]], error: Exception | None) -> None:
    """Until they have ended. What one of them knows about the failure is told instead of the loss of connection."""
    for rank, other in enumerate(others, start=1):
        try:
            other.wait(_PATIENCE)  # with its input left open, which keeps it alive
        except subprocess.TimeoutExpired:
            continue
        assert other.stdout
        record = json.loads(other.stdout.read() or "{}")
        if "kind" in record and (error is None or (failure_kind(error) == "error" and record["kind"] != "error")):
            raise OtherRankFailed(rank, record["kind"], record["message"]) from error
        if other.returncode < 0 and (error is None or failure_kind(error) == "error"):
            raise OtherRankFailed(rank, "killed", f"ended by signal {-other.returncode}") from error
        if other.returncode and error is None:
            raise OtherRankFailed(rank, "error", f"exit code {other.returncode}")


def _leave_group() -> None:
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def main() -> int:
    told = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_first, daemon=True).start()
    answer, sys.stdout = sys.stdout, sys.stderr
    config, checkpoint = told["config"], _checkpoint(told["checkpoint"])
    try:
        with tempfile.TemporaryDirectory() as scratch:
            callbacks = periodic_checkpoint(config, checkpoint, None)
            take_part(config, Path(scratch), callbacks, checkpoint.path if checkpoint else None)
    except (Exception, SystemExit) as error:
        record = describe_failure(error, "killed" if isinstance(error, SystemExit) else failure_kind(error))
        print(record.traceback, file=sys.stderr)
        print(json.dumps(asdict(record)), file=answer)
        return 1
    return 0


def _end_with_the_first() -> None:
    sys.stdin.read()
    os._exit(1)


def _checkpoint(told: Mapping[str, Any] | None) -> CheckpointStore | None:
    if told is None:
        return None
    last = SavedCheckpoint(**told["last"]) if told["last"] else None
    return CheckpointStore(Path(told["folder"]), told["run_id"], told["fingerprint"], last)


if __name__ == "__main__":
    sys.exit(main())
