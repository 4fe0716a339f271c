"""Check a finished text, in which values are already substituted, against the facts of an experiment."""
