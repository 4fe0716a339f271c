"""Runs one job: in the server that the driver started, or directly where there is none.

`client.py MODULE ARGS…` is `python -m MODULE ARGS…`, with the same folder, streams, environment, limits, signals and
exit code either way. A server that is still importing is not waited for.

`client.py --supervised MODULE ARGS…` is for trainings. It waits, because their imports take long, and it gives the job
a last word when a signal from outside ended it: it is run once more with `--killed NUMBER`.

This file is run by its path and without site-packages, so that it starts in milliseconds: only the standard library.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress

ADDRESS = "PROBAND_SERVER"  # path of the server's socket
READY = ".ready"  # of a file beside it, which is there when the server has imported everything
LENGTH = struct.Struct("!I")  # of a request, which follows as JSON
REPLY = struct.Struct("!i")  # an exit code; negative: the number of the signal that ended the job
MOST_REQUEST = 2**20  # bytes
FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Cancellation:
    """The signals that this process gets, passed on to the job. `number` is the last of them, 0 before the first."""

    def __init__(self) -> None:
        self.number = 0
        self._deliver: Callable[[int], object] | None = None
        for one in FORWARDED:
            if one != signal.SIGHUP or signal.getsignal(one) is not signal.SIG_IGN:  # as `nohup` asks
                signal.signal(one, self._pass_on)

    def go_to(self, deliver: Callable[[int], object]) -> None:
        """From now on; what came before there was a job is not lost."""
        self._deliver = deliver
        if self.number:
            self._pass_on(self.number)

    def _pass_on(self, number: int, _: object = None) -> None:
        self.number = number
        if self._deliver is not None:
            with suppress(OSError):  # the job is over, and what it came to is being read
                self._deliver(number)


def main(words: list[str]) -> int:
    supervised = words[0] == "--supervised"
    job = words[supervised:]
    cancellation = Cancellation()
    code = _code(job, cancellation, patient=supervised)
    if code < 0 and supervised and not cancellation.number:
        return _shell_code(_code([*job, "--killed", str(-code)], cancellation, patient=True))
    return _shell_code(code)


def _code(job: list[str], cancellation: Cancellation, patient: bool) -> int:
    address = os.environ.get(ADDRESS, "")
    code = served(job, address, cancellation) if patient or os.path.exists(address + READY) else None
    if code is not None:
        return code
    return 128 + cancellation.number if cancellation.number else run_directly(job, cancellation)


def served(job: list[str], address: str, cancellation: Cancellation) -> int | None:
    """The exit code of a job in the server; None where no server answers, or where it ended before the job did."""
    if not address:
        return None
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(address)
            message = json.dumps({"job": job, "cwd": os.getcwd(), **_surroundings()}).encode()
            socket.send_fds(connection, [LENGTH.pack(len(message))], [0, 1, 2])
            connection.sendall(message)
            cancellation.go_to(lambda number: connection.send(bytes([number])))
            reply = connection.recv(REPLY.size, socket.MSG_WAITALL)
        except OSError:
            return None
    return int(REPLY.unpack(reply)[0]) if len(reply) == REPLY.size else None


def run_directly(job: list[str], cancellation: Cancellation) -> int:
    """The exit code of a job in a process of its own. A terminal's Ctrl-C reaches it through this process alone."""
    process = subprocess.Popen([sys.executable, "-m", "rules.jobserver.job", *job], process_group=0)
    cancellation.go_to(process.send_signal)
    return process.wait()


def _surroundings() -> dict[str, object]:
    """What a process inherits, and a job in the server has to be given."""
    import resource

    names = [name for name in dir(resource) if name.startswith("RLIMIT_")]
    limits = {name: resource.getrlimit(getattr(resource, name)) for name in names}
    mask = os.umask(0o077)
    os.umask(mask)
    return {"environ": dict(os.environ), "limits": limits, "umask": mask, "nice": os.nice(0)}


def _shell_code(code: int) -> int:
    return 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
