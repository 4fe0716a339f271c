"""The server: preloads, then forks a child for each request, passes signals on, and answers with exit codes.

It ends when its driver does, however that ended, and after a time without work; its children end with it.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rules.jobserver.child import GRACE_SECONDS, run_job
from rules.jobserver.client import FORWARDED, READY, REPLY
from rules.jobserver.request import Request, receive

IDLE_SECONDS = 600.0


@dataclass
class Child:
    """A job that runs. `deadline` is when it is killed, once it was asked to end: that is no signal from outside."""

    pid: int
    connection: socket.socket
    deadline: float | None = None

    def ask_to_end(self) -> None:
        if self.deadline is None:
            self.deadline = time.monotonic() + GRACE_SECONDS
            self.signal(signal.SIGTERM)

    def signal(self, number: int) -> None:
        with suppress(ProcessLookupError):  # it has ended, and a handler came between that and its answer
            os.kill(self.pid, number)


class Server:
    """One process, one thread: forking beside other threads is what makes children hang."""

    def __init__(self, listener: socket.socket, lifeline: int, work: Callable[[Request], int]) -> None:
        self._listener, self._lifeline, self._work = listener, lifeline, work
        self._children: dict[int, Child] = {}
        self._selector = selectors.DefaultSelector()
        self._ending = False

    def serve(self, idle: float = IDLE_SECONDS) -> None:
        """Until the driver is gone, or there was nothing to do for `idle` seconds."""
        woken, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self._end())
        signal.signal(signal.SIGINT, lambda *_: self._interrupt())
        self._selector.register(woken, selectors.EVENT_READ, lambda: os.read(woken, 4096))
        self._selector.register(self._lifeline, selectors.EVENT_READ, self._end_with_driver)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        last = time.monotonic()
        while self._children or not (self._ending or time.monotonic() - last > idle):
            for key, _ in self._selector.select(timeout=1.0):
                key.data()
            last = time.monotonic() if self._children else last
            self._reap()
            self._kill_overdue()

    def refuse_waiting(self) -> None:
        """Who is not answered does the job by itself, and nobody asks for it any more."""
        self._listener.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                connection, _ = self._listener.accept()
                with connection, suppress(OSError, ValueError):
                    receive(connection).close()
                    connection.sendall(REPLY.pack(128 + signal.SIGTERM))
        self._listener.setblocking(True)

    def _accept(self) -> None:
        if self._ending:
            return  # told in the same moment, and the listener is closed
        connection, _ = self._listener.accept()
        try:
            request = receive(connection)
        except (OSError, ValueError) as error:
            print(f"a request could not be read: {error}", file=sys.stderr)
            connection.close()
            return
        signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)  # for the child they wait until it is no server any more
        pid = os.fork()
        if pid == 0:
            self._become(request)
        child = Child(pid, connection)
        self._children[pid] = child
        signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
        request.close()
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._hear(child))

    def _become(self, request: Request) -> None:
        """In the child: let go of all that is the server's, and do the job."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for key in list(self._selector.get_map().values()):
                if isinstance(key.fileobj, socket.socket):
                    key.fileobj.close()
                else:
                    os.close(key.fd)
            self._selector.close()
            code = self._work(request)
        finally:
            os._exit(code)  # never back into the server, and none of its clean-up

    def _hear(self, child: Child) -> None:
        """A signal for the child; when its client is gone, the child is to end as well."""
        try:
            word = child.connection.recv(1)
        except OSError:
            word = b""
        if word:
            child.signal(word[0])
        else:
            self._selector.unregister(child.connection)
            child.ask_to_end()

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            child = self._children.pop(pid)
            code = os.waitstatus_to_exitcode(status)
            self._answer(child, 128 - code if child.deadline is not None and code < 0 else code)

    def _answer(self, child: Child, code: int) -> None:
        if child.connection in self._selector.get_map():
            self._selector.unregister(child.connection)
        with suppress(OSError):  # nobody waits for it any more
            child.connection.sendall(REPLY.pack(code))
        child.connection.close()

    def _kill_overdue(self) -> None:
        for child in self._children.values():
            if child.deadline is not None and time.monotonic() > child.deadline:
                child.signal(signal.SIGKILL)

    def _interrupt(self) -> None:
        for child in self._children.values():
            child.signal(signal.SIGINT)

    def _end_with_driver(self) -> None:
        if not self._ending:
            self.refuse_waiting()
        self._end()

    def _end(self) -> None:
        if not self._ending:
            self._ending = True
            self._selector.unregister(self._lifeline)
            self._selector.unregister(self._listener)
            self._listener.close()
            for child in self._children.values():
                child.ask_to_end()


def main() -> int:
    from rules.jobserver.preload import preload

    listener, lifeline, *modules = sys.argv[1:]
    accepting = socket.socket(fileno=int(listener))
    interrupts: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
    if preload(modules):
        server = Server(accepting, int(lifeline), run_job)
        if interrupts:  # jobs of a build that is over
            server.refuse_waiting()
        Path(accepting.getsockname() + READY).touch()
        server.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
