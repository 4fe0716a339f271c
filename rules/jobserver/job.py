"""Run the `main` function of a module and turn exceptions into messages and exit codes.

`python -m rules.jobserver.job MODULE ARGS…` is equivalent to `python -m MODULE ARGS…` apart from the messages.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from compiler.plan.plan_snapshot import kept_plan
from rules.jobserver.foreign_packages import use_foreign_packages
from rules.jobserver.lifetime import end_with_server_of_environment

# Errors that users can fix without reading our code, so only a message is printed and no traceback.
_USER_FIXABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM})


def exit_code(job: Sequence[str]) -> int:
    """Call `main` of a module and return its exit code. Exceptions are printed on standard error.

    An argument that is the plan of the build is replaced by the copy that the build keeps.
    """
    module, *arguments = job
    try:
        sys.argv = [module, *(kept_plan(Lab(Path()), argument, os.environ) for argument in arguments)]
        return _exit_number(import_module(module).main())
    except SystemExit as stop:
        return _exit_number(stop.code)
    except KeyboardInterrupt:
        return 130
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        if error.errno in _USER_FIXABLE:
            print(f"{module}: {error.strerror}: {error.filename or 'while writing'}", file=sys.stderr)
        else:
            traceback.print_exc()
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # the reading end is closed
                stream.flush()


def _exit_number(code: object) -> int:
    """Convert an argument of `sys.exit` to an exit code, as Python does."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


if __name__ == "__main__":
    end_with_server_of_environment()
    use_foreign_packages(sys.argv[1:])
    sys.exit(exit_code(sys.argv[1:]))
