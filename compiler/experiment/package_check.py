"""Reject classes of `pytorch_lightning`, the older name of Lightning's package, whose classes `lightning` rejects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.nested import leaves
from compiler.python_source.base_classes import installed_bases
from compiler.python_source.modules import Modules

OLD_PACKAGE, PACKAGE = "pytorch_lightning", "lightning.pytorch"


def package_problems(config: Mapping[str, Any], modules: Modules) -> Iterator[Problem]:
    """Yield every target that is a class of `pytorch_lightning`, or a class of the lab that inherits from one."""
    for path, target in leaves(config):
        if path[-1] != "_target_" or not isinstance(target, str):
            continue
        try:
            bases = list(installed_bases(target, modules))
        except SyntaxError:
            continue  # reported when the target is checked
        old_class = next((base for base in bases if base.partition(".")[0] == OLD_PACKAGE), None)
        if old_class == target:
            hint = f"write {target.replace(OLD_PACKAGE, PACKAGE, 1)}"
            yield Problem(path, f"is a class of {OLD_PACKAGE}, and the other classes are of lightning", hint)
        elif old_class is not None:
            problem = f"{target} is a {old_class}, and the trainer is that of lightning, which rejects it"
            yield Problem(path, problem, f"import {PACKAGE} instead of {OLD_PACKAGE} in its module")
