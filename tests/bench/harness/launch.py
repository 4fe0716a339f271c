"""Run a command, and write its wall time, its exit code and its peak memory as JSON to a file descriptor.

Linux counts the memory of the process that starts a program as memory of the program. The benchmarks are a large
process, so they start each command through this small one, which Python runs without site-packages.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main(descriptor: str, *command: str) -> None:
    os.set_inheritable(int(descriptor), False)
    start = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    wall, code = time.perf_counter() - start, os.waitstatus_to_exitcode(status)
    os.write(int(descriptor), json.dumps({"wall": wall, "code": code, "kilobytes": usage.ru_maxrss}).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
