"""Exit codes of `proband`."""

DONE = 0
NOT_SUPPORTED = 1  # the command ran, and the facts do not support the text or number
WRONG_INPUT = 2
INTERRUPTED = 130
