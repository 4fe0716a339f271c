"""A job for tests: print the process state, exit, raise, or wait, depending on the first argument."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path


def main() -> int | None:
    command, *arguments = sys.argv[1:]
    if command == "print-state":
        print_state()
    elif command == "exit":
        sys.exit(int(arguments[0]) if arguments[0].isdecimal() else arguments[0])
    elif command == "return":
        return int(arguments[0])
    elif command == "raise":
        raise ValueError("a bug in the job")
    elif command == "full":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/dev/full")
    elif command == "signal" and "--killed" in arguments:
        Path("killed-by").write_text(arguments[-1], encoding="utf-8")
        return 7
    elif command == "signal":
        os.kill(os.getpid(), int(arguments[0]))
    elif command == "wait":
        wait()
    return None


def print_state() -> None:
    """Print the state of this process on standard output, and a line on standard error."""
    state = {
        "argv": sys.argv[1:],
        "cwd": os.getcwd(),
        "first_import_path": sys.path[0],
        "umask": os.umask(0),
        "nice": os.nice(0),
        "mark": os.environ["MARK"],
        "actor": os.environ["PROBAND_ACTOR"],
        "files": resource.getrlimit(resource.RLIMIT_NOFILE),
    }
    print(json.dumps(state))
    print("to standard error", file=sys.stderr)


def wait() -> None:
    """Write the process id to `pid`, wait for a signal, and create `cleaned` on the way out."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        Path("pid.new").write_text(str(os.getpid()), encoding="utf-8")
        Path("pid.new").rename("pid")
        time.sleep(60)
    finally:
        Path("cleaned").touch()


if __name__ == "__main__":
    sys.exit(main())
