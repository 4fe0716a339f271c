"""Serve jobs: fork a child for each request, forward signals to it, and reply with its exit code.

The server ends when its driver ends for any reason, or after a time without work. Its children end with it.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress

from rules.jobserver.child import before_fork
from rules.jobserver.client import FORWARDED, REPLY
from rules.jobserver.request import Request, receive
from rules.jobserver.running_job import RunningJob

IDLE_SECONDS = 600.0


class Server:
    """Accepts requests in one thread, because a child that is forked while other threads run can deadlock."""

    def __init__(self, listener: socket.socket, lifeline: int, work: Callable[[Request], int]) -> None:
        """`lifeline` is the reading end of a pipe that the driver holds open; `work` runs a job in the child."""
        self._listener, self._lifeline, self._work = listener, lifeline, work
        self._jobs: dict[int, RunningJob] = {}
        self._selector = selectors.DefaultSelector()
        self._is_ending = False

    def serve(self, idle: float = IDLE_SECONDS, later: Iterable[Callable[[], object]] = ()) -> None:
        """Serve requests until the driver exits or the server has been idle for `idle` seconds.

        The functions in `later` are called one by one while jobs run and no request waits.
        """
        self._register_events()
        last_busy, preparations = time.monotonic(), deque(later)
        while self._jobs or not (self._is_ending or time.monotonic() - last_busy > idle):
            is_preparing = bool(self._jobs and preparations)
            events = self._selector.select(timeout=0.0 if is_preparing else 1.0)
            if is_preparing and not events:
                preparations.popleft()()
            for key, _ in events:
                key.data()
            last_busy = time.monotonic() if self._jobs else last_busy
            self._reply_to_finished()
            for job in self._jobs.values():
                job.kill_if_overdue()

    def refuse_waiting(self) -> None:
        """Reply to the waiting clients that their jobs are cancelled. Without a reply, they would run the jobs."""
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
        signal.signal(signal.SIGINT, lambda *_: self._interrupt())
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
        before_fork(request)
        signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)  # the child unblocks them when its handlers are set
        pid = os.fork()
        if pid == 0:
            self._run_in_child(request)
        job = RunningJob(pid, connection)
        self._jobs[pid] = job
        signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
        request.close()
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._receive_signal(job))

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

    def _receive_signal(self, job: RunningJob) -> None:
        """Forward a signal from the client to the job; stop the job if the client has disconnected."""
        try:
            message = job.connection.recv(1)
        except OSError:
            message = b""
        if message:
            job.send_signal(message[0])
        else:
            self._selector.unregister(job.connection)
            job.stop()

    def _reply_to_finished(self) -> None:
        while self._jobs:
            pid, wait_status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            job = self._jobs.pop(pid, None)
            if job is None:  # the process of W&B
                continue
            if job.connection in self._selector.get_map():
                self._selector.unregister(job.connection)
            job.reply(wait_status)

    def _interrupt(self) -> None:
        for job in self._jobs.values():
            job.send_signal(signal.SIGINT)

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
            for job in self._jobs.values():
                job.stop()
