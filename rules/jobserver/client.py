"""Run one job in the job server of the build, or in a process of its own if there is no server.

`client.py MODULE ARGS…` is equivalent to `python -m MODULE ARGS…`: working directory, streams, environment, limits,
signals and exit code are the same in both cases. It does not wait for a server that is still importing.

`client.py --supervised MODULE ARGS…` is for trainings. It waits for the server, because the imports of a training take
long. If a signal that this client did not forward kills the job, it is rerun with `--killed NUMBER` to record the
failure.

Snakemake runs this file by its path and without site-packages, so that it starts within milliseconds. It therefore
imports only what Python has loaded or built in: the modules `json`, `socket`, `signal` and `contextlib` would take
longer than everything else here.
"""

from __future__ import annotations

import os
import struct
import sys
from _json import encode_basestring_ascii

TYPE_CHECKING = False  # the import of `typing` takes long, too
if TYPE_CHECKING:
    import signal
    import socket
    from collections.abc import Callable
else:
    import _signal as signal
    import _socket as socket

ADDRESS = "PROBAND_SERVER"  # environment variable with the path of the server's socket
READY = ".ready"  # suffix of a file beside the socket, which exists when the server has imported everything
WITHOUT_TRAININGS = "--without-trainings"  # argument of a server that does not import torch
LENGTH = struct.Struct("!I")  # length of the request, which follows as JSON
REPLY = struct.Struct("!i")  # exit code; negative: number of the signal that killed the job
MAX_REQUEST_BYTES = 2**20
ACTOR = "PROBAND_ACTOR"  # environment variable of a process that no person controls, such as every job
FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class SignalForwarder:
    """Forwards signals that this process receives to the job. `number` is the last signal, 0 before the first."""

    def __init__(self) -> None:
        self.number = 0
        self._send: Callable[[int], object] | None = None
        for number in FORWARDED:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # `nohup` ignores SIGHUP
                signal.signal(number, self._forward)

    def forward_to(self, send: Callable[[int], object]) -> None:
        """Pass signals to `send` from now on, starting with one that arrived before the job was started."""
        self._send = send
        if self.number:
            self._forward(self.number)

    def _forward(self, number: int, _: object = None) -> None:
        self.number = number
        if self._send is not None:
            try:  # noqa: SIM105
                self._send(number)
            except OSError:
                pass  # the job has ended, and its exit code is being read


def main(arguments: list[str]) -> int:
    is_supervised = arguments[0] == "--supervised"
    job = arguments[is_supervised:]
    os.environ.setdefault(ACTOR, f"job:{job[0]}")  # so that code of a lab cannot decide as a person
    signals = SignalForwarder()
    code = _exit_code(job, signals, waits_for_server=is_supervised)
    if code < 0 and is_supervised and not signals.number:
        return _shell_code(_exit_code([*job, "--killed", str(-code)], signals, waits_for_server=True))
    return _shell_code(code)


def _exit_code(job: list[str], signals: SignalForwarder, waits_for_server: bool) -> int:
    address = os.environ.get(ADDRESS, "")
    is_usable = waits_for_server or os.path.exists(address + READY)
    code = run_in_server(job, address, signals) if is_usable else None
    if code is not None:
        return code
    return 128 + signals.number if signals.number else run_directly(job, signals)


def run_in_server(job: list[str], address: str, signals: SignalForwarder) -> int | None:
    """Return the exit code of a job run by the server; None if no server answers or the server ended before the job."""
    if not address:
        return None
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(address)
        message = _as_json({"job": job, "cwd": os.getcwd(), **_inherited_state()}).encode()
        streams = (socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("3i", 0, 1, 2))
        connection.sendmsg([LENGTH.pack(len(message))], [streams])
        connection.sendall(message)
        signals.forward_to(lambda number: connection.send(bytes([number])))
        reply = connection.recv(REPLY.size, socket.MSG_WAITALL)
    except OSError:
        return None
    finally:
        connection.close()
    return int(REPLY.unpack(reply)[0]) if len(reply) == REPLY.size else None


def run_directly(job: list[str], signals: SignalForwarder) -> int:
    """Run a job in a new process group, so that Ctrl-C reaches it only through this client. Return its exit code."""
    import subprocess

    process = subprocess.Popen([sys.executable, "-m", "rules.jobserver.job", *job], process_group=0)
    signals.forward_to(process.send_signal)
    return process.wait()


def _inherited_state() -> dict[str, object]:
    """Return the state that a child process would inherit, so that the server can apply it to the job."""
    import resource

    names = [name for name in dir(resource) if name.startswith("RLIMIT_")]
    limits = {name: resource.getrlimit(getattr(resource, name)) for name in names}
    mask = os.umask(0o077)
    os.umask(mask)
    return {"environ": dict(os.environ), "limits": limits, "umask": mask, "nice": os.nice(0)}


def _as_json(value: object) -> str:
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_as_json(key)}:{_as_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_as_json, value)) + "]"
    return str(value)  # an int


def _shell_code(code: int) -> int:
    return 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
