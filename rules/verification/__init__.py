"""Verify a finished lab: its plan, the files of its runs, and everything that was computed from them."""
