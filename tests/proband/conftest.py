"""The command line is tested in labs like those of the compiler's tests."""

from tests.compiler.conftest import _clean_process, _engine_without_experiments

__all__ = ["_clean_process", "_engine_without_experiments"]
