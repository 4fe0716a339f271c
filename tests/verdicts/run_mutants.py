"""Run the unit tests of the decision code on each mutant, and print the mutants that no test notices.

`python -m tests.verdicts.run_mutants` tests all mutants, with `--sample COUNT` that many of them, and with names of
modules only theirs. The exit code is 1 if a mutant survives. This process imports the libraries once. Each mutant is
tested in a fork of it.
"""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from types import ModuleType

from compiler.base.paths import ENGINE
from tests.verdicts.equivalent_mutants import EQUIVALENT
from tests.verdicts.mutants import Mutant, mutants_of

_RULE = (
    *("cells", "compared_runs", "contrast_effect", "decision", "failed_runs", "family", "measurement"),
    "units",
)
_STATISTICS = (
    *("alpha_spending", "bounds.bound_tests", "bounds.permutation", "bounds.relabelling", "bounds.strata"),
    *("bounds.tested_effect", "intervals", "margins", "multiple_comparisons", "sample", "welch"),
)
MODULES = [
    *(f"agents.registered_test.{name}" for name in _RULE),
    *(f"agents.statistics.{name}" for name in _STATISTICS),
]
_NOT_UNIT_TESTS = {"test_simulated_error_rates.py", "test_importance.py", "test_anova.py"}
_SECONDS = 120  # after which a test of a mutant counts as failed, because the mutant may not end


class _MutantLoader(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Import one module from the source text of a mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.mutant.module else None

    def get_source(self, fullname: str) -> str:
        return self.mutant.source


def all_mutants() -> list[Mutant]:
    """Return the mutants that some test must notice, without those that give equal results."""
    mutants = [mutant for module in MODULES for mutant in mutants_of(module)]
    return [mutant for mutant in mutants if str(mutant) not in EQUIVALENT]


def sample(mutants: Sequence[Mutant], count: int) -> list[Mutant]:
    """Return `count` mutants, spread evenly over the modules and lines."""
    return [mutants[(2 * number + 1) * len(mutants) // (2 * count)] for number in range(count)]


def survivors(mutants: Sequence[Mutant]) -> Iterator[Mutant]:
    """Yield the mutants with which all unit tests pass."""
    _import_libraries()
    for mutant in mutants:
        if all(_passes(mutant, files) for files in _unit_tests(mutant.module)):
            yield mutant


def _import_libraries() -> None:
    """Import what takes long. Modules of the decision code are imported only in the forks."""
    import hypothesis.internal.conjecture.engine
    import hypothesis.strategies  # noqa: F401
    import pandas  # noqa: F401
    import pydantic  # noqa: F401
    import pytest  # noqa: F401
    import scipy.optimize
    import scipy.stats  # noqa: F401
    import statsmodels.stats.multitest
    import statsmodels.stats.weightstats  # noqa: F401

    assert not any(name.startswith("agents.") for name in sys.modules), "a fork would not import the mutant"


def _unit_tests(module: str) -> tuple[list[str], list[str]]:
    """Return the test files that most likely notice a mutant of the module, and all other unit tests of the rule."""
    folders = [ENGINE / "tests/agents" / name for name in ("registered_test", "statistics")]
    files = [file for folder in folders for file in sorted(folder.glob("test_*.py"))]
    first = {f"test_{module.rpartition('.')[2]}.py", "test_decision.py", "test_claims.py"}
    others = [str(file) for file in files if file.name not in first | _NOT_UNIT_TESTS]
    return [str(file) for file in files if file.name in first], others


def _passes(mutant: Mutant, tests: Sequence[str]) -> bool:
    process = os.fork()
    if process == 0:
        os._exit(_run_tests(mutant, tests))
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        finished, status = os.waitpid(process, os.WNOHANG)
        if finished:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return False


def _run_tests(mutant: Mutant, tests: Sequence[str]) -> int:
    """Run the tests in this process with the mutant in place of its module, and return the exit code of pytest."""
    import pytest

    sys.meta_path.insert(0, _MutantLoader(mutant))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    options = ["-x", "-q", "-m", "not slow", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist"]
    return int(pytest.main([*options, *tests]))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--sample", type=int)
    options = parser.parse_args(arguments)
    mutants = [mutant for mutant in all_mutants() if mutant.module in options.modules]
    tested = mutants if options.sample is None else sample(mutants, options.sample)
    surviving = 0
    for mutant in survivors(tested):
        print(f"survives: {mutant}", flush=True)
        surviving += 1
    print(f"{len(tested)} of {len(mutants)} mutants tested, {surviving} survive, {len(EQUIVALENT)} give equal results")
    return 1 if surviving else 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # numpy's threads do not survive a fork
    sys.exit(main(sys.argv[1:]))
