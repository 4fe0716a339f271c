"""Call a function at intervals in a thread, while other code runs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def periodically(seconds: float, action: Callable[[], object]) -> Iterator[None]:
    """Call the action at this interval inside the block.

    If the action fails because of the file system, the reason is printed and it is not called again. The code in the
    block notices such a problem when it writes its own files.
    """
    finished = threading.Event()

    def repeat() -> None:
        while not finished.wait(seconds):
            if not _succeeds(action):
                return

    thread = threading.Thread(target=repeat, name="periodically", daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()


def _succeeds(action: Callable[[], object]) -> bool:
    try:
        action()
    except OSError as error:
        print(f"the progress of the training is not written: {error}", file=sys.stderr)
        return False
    return True
