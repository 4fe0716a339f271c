"""The names that labs import from `lightning_modules`. Their modules may move, these names stay.

The shipped models and data modules are not listed here: a config names them by `_target_`, and a subclass imports them
from the same path, which stays as well. A model that imported this module would have all of its source in the
fingerprint.
"""

from lightning_modules.data.digits import read_digits, stratified_split

__all__ = ("read_digits", "stratified_split")
