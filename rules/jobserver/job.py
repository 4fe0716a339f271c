"""One job, wherever it runs: `python -m rules.jobserver.job MODULE ARGS…` is `python -m MODULE ARGS…`, politely."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from compiler.base.diagnostics import InputError

# What a person can mend without reading our code.
_OF_THE_MACHINE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM})


def exit_code(job: Sequence[str]) -> int:
    """Calls a module's `main` with its arguments in `sys.argv`; whatever it raises is told on standard error."""
    module, *arguments = job
    sys.argv = [module, *arguments]
    try:
        return _number(import_module(module).main())
    except SystemExit as stop:
        return _number(stop.code)
    except KeyboardInterrupt:
        return 130
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        if error.errno in _OF_THE_MACHINE:
            print(f"{module}: {error.strerror}: {error.filename or 'while writing'}", file=sys.stderr)
        else:
            traceback.print_exc()
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # nobody reads it any more
                stream.flush()


def _number(code: object) -> int:
    """As Python reads what is passed to `sys.exit`."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(exit_code(sys.argv[1:]))
