"""A job that tells what it finds around it, and ends in the way it is told to."""

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
    command, *rest = sys.argv[1:]
    if command == "surroundings":
        mask = os.umask(0)
        found = {
            "argv": sys.argv[1:],
            "cwd": os.getcwd(),
            "umask": mask,
            "nice": os.nice(0),
            "mark": os.environ["MARK"],
        }
        print(json.dumps(found | {"files": resource.getrlimit(resource.RLIMIT_NOFILE)}))
        print("to standard error", file=sys.stderr)
    elif command == "exit":
        sys.exit(int(rest[0]) if rest[0].isdecimal() else rest[0])
    elif command == "return":
        return int(rest[0])
    elif command == "raise":
        raise ValueError("a bug in the job")
    elif command == "full":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/dev/full")
    elif command == "signal" and "--killed" in rest:
        Path("last-words").write_text(rest[-1], encoding="utf-8")
        return 7
    elif command == "signal":
        os.kill(os.getpid(), int(rest[0]))
    elif command == "wait":
        wait()
    return None


def wait() -> None:
    """Says its number, then waits to be stopped, and cleans up."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        Path("pid.new").write_text(str(os.getpid()), encoding="utf-8")
        Path("pid.new").rename("pid")
        time.sleep(60)
    finally:
        Path("cleaned").touch()


if __name__ == "__main__":
    sys.exit(main())
