"""Write a run to trackio's database. The tracker runs this file as a program, with `TRACKIO_DIR` as its only folder.

A process of its own is needed because trackio reads the name of its folder once, when it is imported, and has
background threads. The program reads lines of JSON: first the project, name, group and config of the run, then rows of
metrics with their steps, then `end`. It answers with one line after the start and one after the end of the run. It
imports nothing of Proband, so that it runs in any environment that has trackio.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TextIO


def main() -> int:
    """Write the run that the standard input describes, and return the exit code."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # trackio prints notices
    lines = map(json.loads, sys.stdin)
    try:
        import trackio

        run = trackio.init(**next(lines), resume="never", embed=False, auto_log_gpu=False, auto_log_cpu=False)
    except ImportError as error:
        return _answer(answers, f'cannot import trackio: {error} (pip install "proband[trackio]")')
    except Exception as error:
        return _answer(answers, f"trackio cannot start the run: {type(error).__name__}: {error}")
    _answer(answers, "")
    for row in lines:
        if row.get("end"):
            break
        run.log(row["metrics"], step=row["step"])
    trackio.finish()
    return _answer(answers, "")


def _answer(answers: TextIO, problem: str) -> int:
    """Send a problem to the tracker, or an empty one, and return the exit code."""
    print(json.dumps({"problem": problem}), file=answers, flush=True)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
