"""Import the fixtures of the compiler's tests, because commands are tested in the same kind of labs."""

from tests.compiler.conftest import _clean_process, _engine_without_experiments

__all__ = ["_clean_process", "_engine_without_experiments"]
