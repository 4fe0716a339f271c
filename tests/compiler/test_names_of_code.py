"""Every module and function that the compiler names as text exists.

The compiler does not import agents or training code, so no import fails if a name is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from compiler.base.paths import ENGINE
from compiler.deliverables.registry import SHIPPED
from compiler.python_source.modules import Modules
from compiler.python_source.signatures import UNKNOWN, Signatures
from compiler.runs.fingerprint import TRAINING_CORE
from compiler.spec.agent_entry_points import AGENT_FIELDS

MODULES = Modules([ENGINE])


def named_functions() -> Iterator[str]:
    for field in AGENT_FIELDS.values():
        yield from field.shipped.values()
    for kind in SHIPPED.values():
        yield from (check for check in kind.checks.values() if isinstance(check, str))


@pytest.mark.parametrize("name", TRAINING_CORE.values())
def test_the_training_core_is_a_module_of_the_engine(name: str) -> None:
    module = MODULES.find(name)
    assert module is not None
    assert module.is_project


@pytest.mark.parametrize("name", named_functions())
def test_each_named_function_is_defined_in_its_module(name: str) -> None:
    module, _, function = name.partition(":")
    assert Signatures(MODULES).find(f"{module}.{function}") is not UNKNOWN
