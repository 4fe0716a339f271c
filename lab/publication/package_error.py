"""Define the error of a package that cannot be prepared."""

from __future__ import annotations

from compiler.base.diagnostics import InputError


class CannotPackage(InputError):
    """A file of the experiment cannot be part of a package, or is missing. The message names the file."""
