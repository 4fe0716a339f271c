"""Re-export the names that labs import from `lightning_modules`, so that the modules that define them can move.

The shipped models and data modules are not listed here. A config names them by `_target_`, a subclass imports them from
the same path, and this path does not change. If a model imported them from here, the source of all names below would be
part of its fingerprint.
"""

from lightning_modules.data.digits import read_digits, stratified_split

__all__ = ("read_digits", "stratified_split")
