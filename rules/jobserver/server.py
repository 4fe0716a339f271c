"""Serve jobs: fork a child for each request, forward signals to it, and reply with its exit code.

The server ends when its driver ends, for whatever reason, or after a time without work. Its children end with it.
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
    """A running job. `deadline` is set when the server stops the job: the time at which it is killed."""

    pid: int
    connection: socket.socket
    deadline: float | None = None

    def stop(self) -> None:
        """Send SIGTERM, and let the server send SIGKILL after the grace period."""
        if self.deadline is None:
            self.deadline = time.monotonic() + GRACE_SECONDS
            self.send_signal(signal.SIGTERM)

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):  # the child has ended, and its exit code has not been read yet
            os.kill(self.pid, number)

    def reply_code(self, wait_status: int) -> int:
        """Return the exit code for the client. A child that the server itself stopped does not count as killed."""
        code = os.waitstatus_to_exitcode(wait_status)
        return 128 - code if self.deadline is not None and code < 0 else code


class Server:
    """Uses one process and one thread, because a child that is forked beside other threads can deadlock."""

    def __init__(self, listener: socket.socket, lifeline: int, work: Callable[[Request], int]) -> None:
        """`lifeline` is the reading end of a pipe that the driver holds open; `work` runs a job in the child."""
        self._listener, self._lifeline, self._work = listener, lifeline, work
        self._children: dict[int, Child] = {}
        self._selector = selectors.DefaultSelector()
        self._is_ending = False

    def serve(self, idle: float = IDLE_SECONDS) -> None:
        """Serve requests until the driver exits or the server has been idle for `idle` seconds."""
        self._register_events()
        last_busy = time.monotonic()
        while self._children or not (self._is_ending or time.monotonic() - last_busy > idle):
            for key, _ in self._selector.select(timeout=1.0):
                key.data()
            last_busy = time.monotonic() if self._children else last_busy
            self._reap_children()
            self._kill_overdue_children()

    def refuse_waiting(self) -> None:
        """Reply to the waiting clients that their jobs are cancelled. Without a reply they would run them directly."""
        self._listener.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                connection, _ = self._listener.accept()
                with connection, suppress(OSError, ValueError):
                    receive(connection).close()
                    connection.sendall(REPLY.pack(128 + signal.SIGTERM))
        self._listener.setblocking(True)

    def _register_events(self) -> None:
        wakeup_read, wakeup_write = os.pipe()
        os.set_blocking(wakeup_write, False)
        signal.set_wakeup_fd(wakeup_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self._end())
        signal.signal(signal.SIGINT, lambda *_: self._interrupt_children())
        self._selector.register(wakeup_read, selectors.EVENT_READ, lambda: os.read(wakeup_read, 4096))
        self._selector.register(self._lifeline, selectors.EVENT_READ, self._end_with_driver)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def _accept(self) -> None:
        if self._is_ending:
            return  # an earlier event of the same select() call has closed the listener
        connection, _ = self._listener.accept()
        try:
            request = receive(connection)
        except (OSError, ValueError) as error:
            print(f"a request could not be read: {error}", file=sys.stderr)
            connection.close()
            return
        signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)  # the child unblocks them when its handlers are set
        pid = os.fork()
        if pid == 0:
            self._run_in_child(request)
        child = Child(pid, connection)
        self._children[pid] = child
        signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
        request.close()
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._receive_signal(child))

    def _run_in_child(self, request: Request) -> None:
        """Close the server's files, run the job, and exit."""
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
            os._exit(code)  # the child must not return to the server loop or run its exit handlers

    def _receive_signal(self, child: Child) -> None:
        """Forward a signal from the client to the child; stop the child if the client has disconnected."""
        try:
            message = child.connection.recv(1)
        except OSError:
            message = b""
        if message:
            child.send_signal(message[0])
        else:
            self._selector.unregister(child.connection)
            child.stop()

    def _reap_children(self) -> None:
        while self._children:
            pid, wait_status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            child = self._children.pop(pid)
            self._reply(child, child.reply_code(wait_status))

    def _reply(self, child: Child, code: int) -> None:
        if child.connection in self._selector.get_map():
            self._selector.unregister(child.connection)
        with suppress(OSError):  # the client has disconnected
            child.connection.sendall(REPLY.pack(code))
        child.connection.close()

    def _kill_overdue_children(self) -> None:
        for child in self._children.values():
            if child.deadline is not None and time.monotonic() > child.deadline:
                child.send_signal(signal.SIGKILL)

    def _interrupt_children(self) -> None:
        for child in self._children.values():
            child.send_signal(signal.SIGINT)

    def _end_with_driver(self) -> None:
        if not self._is_ending:
            self.refuse_waiting()
        self._end()

    def _end(self) -> None:
        if not self._is_ending:
            self._is_ending = True
            self._selector.unregister(self._lifeline)
            self._selector.unregister(self._listener)
            self._listener.close()
            for child in self._children.values():
                child.stop()


def main() -> int:
    from rules.jobserver.preload import preload

    listener_fd, lifeline, *modules = sys.argv[1:]
    listener = socket.socket(fileno=int(listener_fd))
    interrupts: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
    if preload(modules):
        server = Server(listener, int(lifeline), run_job)
        if interrupts:  # the build was interrupted during the imports: its waiting jobs are cancelled
            server.refuse_waiting()
        Path(listener.getsockname() + READY).touch()
        server.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
