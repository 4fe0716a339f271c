"""Start the other processes of a training on several devices. This process is the first and the only one that records.

Lightning would start them by running the command line of this process again. That command can start a job server, or
wait for the lock of the run. So they are started here, and LOCAL_RANK keeps Lightning from starting them.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from lightning_modules.checkpoints.store import CheckpointStore
from lightning_modules.failures.classify import OtherRankFailed, failure_kind
from lightning_modules.training import rank_process

_EXIT_TIMEOUT = 30.0  # seconds within which the other processes must report their error


@dataclass(frozen=True)
class OtherRanks:
    """Starts and stops the other processes of a training, whose number is known only when the trainer is built."""

    config: Mapping[str, Any]
    checkpoints: CheckpointStore | None

    @contextmanager
    def __call__(self, device_count: int) -> Iterator[None]:
        """Run the other processes inside the block. With one device, there are none.

        Raises:
            OtherRankFailed: Another process failed, so this one cannot continue.
        """
        if device_count == 1:
            yield
            return
        threads = max(1, self.config["resources"]["cpus"] // device_count)
        torch.set_num_threads(threads)
        os.environ |= {"MASTER_PORT": str(_free_port()), "OMP_NUM_THREADS": str(threads)}
        processes = [self._start(rank, threads) for rank in range(1, device_count)]
        try:
            yield
            _wait(processes, None)
        except Exception as error:
            _leave_process_group()  # the other processes may be waiting for this one
            _wait(processes, error)
            raise
        finally:
            _leave_process_group()
            for process in processes:
                process.kill()
                process.communicate()

    def _start(self, rank: int, threads: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", rank_process.__name__]
        path = os.pathsep.join(filter(None, sys.path))
        environment = os.environ | {"LOCAL_RANK": str(rank), "PYTHONPATH": path}
        process = subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin
        config = {**self.config, "resources": {**self.config["resources"], "cpus": threads}}
        process.stdin.write(rank_process.RankJob(config, self.checkpoints).to_line())
        process.stdin.flush()
        return process


def become_first_rank() -> None:
    """Prevent Lightning from starting the other processes."""
    os.environ["LOCAL_RANK"] = "0"


def _wait(processes: list[subprocess.Popen[str]], error: Exception | None) -> None:
    """Wait until the other processes have exited. `error` is the exception of this process, if there is one.

    Raises:
        OtherRankFailed: Another process failed. Its error is preferred to an unspecific one of this process, such as
            a lost connection.
    """
    is_unspecific = error is None or failure_kind(error) == "error"
    for rank, process in enumerate(processes, start=1):
        try:
            process.wait(_EXIT_TIMEOUT)  # its standard input stays open, which keeps it running
        except subprocess.TimeoutExpired:
            continue
        assert process.stdout
        answer = json.loads(process.stdout.read() or "{}")
        if "kind" in answer and (error is None or (is_unspecific and answer["kind"] != "error")):
            raise OtherRankFailed(rank, answer["kind"], answer["message"]) from error
        if process.returncode < 0 and is_unspecific:
            raise OtherRankFailed(rank, "killed", f"killed by signal {-process.returncode}") from error
        if process.returncode and error is None:
            raise OtherRankFailed(rank, "error", f"exit code {process.returncode}")


def _leave_process_group() -> None:
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
