"""Replace the code of a loaded module by that of a mutant, also where other modules have imported it.

The functions keep their identity and get the code and the defaults of the mutant. Constants are replaced in each module
that imported them.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from functools import cached_property
from types import FunctionType, ModuleType
from typing import Any

from tests.verdicts.mutants import Mutant

_FILE = "<mutant>"
_PACKAGES = ("agents", "tests")


def replace_code(mutant: Mutant) -> None:
    """Replace the code of the module of the mutant in this process."""
    module = importlib.import_module(mutant.module)
    changed = ModuleType(mutant.module)
    exec(compile(mutant.source, _FILE, "exec"), changed.__dict__)
    for name, value in vars(changed).items():
        if name.startswith("__") or name not in vars(module):
            continue
        original = vars(module)[name]
        functions = list(_functions(value))
        if functions or isinstance(value, type):
            for old, new in zip(_functions(original), functions, strict=True):
                old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
        elif not isinstance(value, ModuleType) and value != original:
            _replace_constant(name, original, value)


def _functions(value: Any) -> Iterator[FunctionType]:
    """Yield the functions of the source of a module: a function, or the methods of a class."""
    if isinstance(value, type):
        for name in sorted(vars(value)):
            yield from _functions_of_attribute(vars(value)[name], value.__module__)
    else:
        yield from _functions_of_attribute(value, getattr(value, "__module__", ""))


def _functions_of_attribute(value: Any, module: str) -> Iterator[FunctionType]:
    if isinstance(value, property):
        value = value.fget
    elif isinstance(value, cached_property):
        value = value.func
    function = getattr(value, "__wrapped__", getattr(value, "__func__", value))
    is_generated = isinstance(function, FunctionType) and function.__code__.co_filename == "<string>"
    if isinstance(function, FunctionType) and function.__module__ == module and not is_generated:
        yield function


def _replace_constant(name: str, old: Any, new: Any) -> None:
    for module in list(sys.modules.values()):
        if module.__name__.partition(".")[0] in _PACKAGES and vars(module).get(name) is old:
            setattr(module, name, new)
