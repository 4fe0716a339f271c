"""Let training code import another distribution's package `agents`, which the engine's package of this name hides.

openai-agents is such a distribution. A training needs no module of the engine's package, but the job server, in which
trainings are forked, has imported it for other jobs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

from compiler.base.paths import ENGINE

_NAME = "agents"
_TRAINING = "rules.jobs.train"
_foreign_modules: dict[str, ModuleType] = {}  # that modules of the lab imported in this process


def use_foreign_packages(job: Sequence[str]) -> None:
    """Remove the engine's package from this process if its job is a training, which does not need it."""
    if job[0] != _TRAINING:
        return
    _take_modules()
    _prefer_foreign()


@contextmanager
def foreign_packages() -> Iterator[None]:
    """Remove the engine's package inside the block, in which modules of the lab are imported."""
    path, own_modules = list(sys.path), _take_modules()
    _prefer_foreign()
    try:
        yield
    finally:
        _foreign_modules.update(_take_modules())
        sys.modules.update(own_modules)
        sys.path[:] = path


def _prefer_foreign() -> None:
    sys.modules.update(_foreign_modules)
    sys.path.sort(key=lambda folder: folder == str(ENGINE))  # the engine last; otherwise the order stays


def _take_modules() -> dict[str, ModuleType]:
    """Remove the modules of the package from `sys.modules`, and return them."""
    names = [name for name in sys.modules if name.partition(".")[0] == _NAME]
    return {name: sys.modules.pop(name) for name in names}
