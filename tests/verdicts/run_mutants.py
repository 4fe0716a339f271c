"""Run the unit tests of the decision code on each mutant, and print the mutants that no test notices.

`python -m tests.verdicts.run_mutants` tests all mutants, with `--sample COUNT` that many of them, and with names of
modules only theirs. The exit code is 1 if a mutant survives. This process imports the code and collects the tests
once. Each mutant is tested in a fork of it.
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence

import pytest
from hypothesis import Phase, settings

from compiler.base.paths import ENGINE
from tests.verdicts.equivalent_mutants import EQUIVALENT
from tests.verdicts.mutants import Mutant, mutants_of
from tests.verdicts.replaced_code import replace_code

_RULE = (
    *("contrast_effect", "decision", "family", "measurement", "samples.cells", "samples.compared_runs"),
    *("samples.failed_runs", "samples.item_scores", "samples.units"),
)
_STATISTICS = (
    *("aggregation", "alpha_spending", "bounds.bound_tests", "bounds.permutation", "bounds.relabelling"),
    *("bounds.strata", "bounds.tested_effect", "crossed", "intervals", "margins", "multiple_comparisons"),
    *("sample", "stratified_bootstrap", "welch"),
)
MODULES = [
    *(f"agents.registered_test.{name}" for name in _RULE),
    *(f"agents.statistics.{name}" for name in _STATISTICS),
]
_NOT_UNIT_TESTS = {"test_simulated_error_rates.py", "test_importance.py", "test_anova.py"}
_SLOW_TESTS = ("test_against_oracle.py", "test_aggregation.py", "test_bound_tests.py", "test_alpha_spending.py")
_NOT_TESTED = 3  # exit code of a fork in which an error of this module occurred
_REPORTED_EVERY = 25  # mutants
_SECONDS = 120  # after which a test of a mutant counts as failed, because the mutant may not end


def all_mutants() -> list[Mutant]:
    """Return the mutants that some test must notice, without those that give equal results."""
    mutants = [mutant for module in MODULES for mutant in mutants_of(module)]
    return [mutant for mutant in mutants if str(mutant) not in EQUIVALENT]


def sample(mutants: Sequence[Mutant], count: int) -> list[Mutant]:
    """Return `count` mutants, spread evenly over the modules and lines."""
    return [mutants[(2 * number + 1) * len(mutants) // (2 * count)] for number in range(count)]


class _MutantRuns:
    """A plugin of pytest that runs the collected tests on each mutant, until one fails. Each mutant is a fork."""

    def __init__(self, mutants: Sequence[Mutant]) -> None:
        self.mutants = mutants
        self.survivors: list[Mutant] = []

    def pytest_configure(self) -> None:
        """Do not let Hypothesis search for the smallest example that fails."""
        settings.register_profile("mutants", settings(), phases=[Phase.explicit, Phase.generate])
        settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Failed("the unit tests cannot be collected")
        gc.freeze()  # so that the forks share the memory of the collected tests
        for number, mutant in enumerate(self.mutants, start=1):
            if _passes(session, mutant):
                self.survivors.append(mutant)
                print(f"survives: {mutant}", flush=True)
            if number % _REPORTED_EVERY == 0:
                print(f"{number} of {len(self.mutants)} mutants tested", file=sys.stderr, flush=True)
        return True


def survivors(mutants: Sequence[Mutant]) -> list[Mutant]:
    """Return the mutants with which all unit tests pass. pytest collects the tests once."""
    runs = _MutantRuns(mutants)
    options = ["-qq", "-s", "-m", "not slow", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-summary", "--tb=native"]
    folders = [str(ENGINE / "tests/agents" / name) for name in ("registered_test", "statistics")]
    exit_code = pytest.main([*options, *folders], plugins=[runs])
    if exit_code != pytest.ExitCode.OK:
        raise RuntimeError(f"the unit tests cannot be collected: {exit_code!r}")
    return runs.survivors


def _ordered(items: Sequence[pytest.Item], mutant: Mutant) -> list[pytest.Item]:
    """Return the unit tests that cover the module: first its own, then those of its package, the slow ones last."""
    package, _, name = mutant.module.rpartition(".")
    folder = package.split(".")[1]

    def rank(item: pytest.Item) -> tuple[bool, bool, bool]:
        file = item.path.name
        return not file.startswith(f"test_{name}"), file in _SLOW_TESTS, item.path.parent.name != folder

    return sorted((item for item in items if item.path.name not in _NOT_UNIT_TESTS), key=rank)


def _passes(session: pytest.Session, mutant: Mutant) -> bool:
    """Check whether all tests pass. A mutant that does not end, or that ends the process, fails them."""
    process = os.fork()
    if process == 0:
        os._exit(_exit_code(session, mutant))
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        finished, status = os.waitpid(process, os.WNOHANG)
        if finished:
            exit_code = os.waitstatus_to_exitcode(status)
            if exit_code == _NOT_TESTED:
                raise RuntimeError(f"the tests of a mutant could not be run: {mutant}")
            return exit_code == 0
        time.sleep(0.005)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return False


def _exit_code(session: pytest.Session, mutant: Mutant) -> int:
    """Run the tests in this process on the mutant. Return 0 if all pass, 1 if one fails."""
    try:
        replace_code(mutant)
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        items = _ordered(session.items, mutant)
        for item, next_item in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=next_item)
            if session.testsfailed:
                return 1
        return 0
    except BaseException:
        traceback.print_exc()
        return _NOT_TESTED


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--sample", type=int)
    options = parser.parse_args(arguments)
    mutants = [mutant for mutant in all_mutants() if mutant.module in options.modules]
    tested = mutants if options.sample is None else sample(mutants, options.sample)
    surviving = len(survivors(tested))
    print(f"{len(tested)} of {len(mutants)} mutants tested, {surviving} survive, {len(EQUIVALENT)} give equal results")
    return 1 if surviving else 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # numpy's threads do not survive a fork
    sys.exit(main(sys.argv[1:]))
